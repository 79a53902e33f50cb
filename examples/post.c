/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Says of each line of standard input what it says and wants.
 */
#include <engage.h>

#include <stdio.h>
#include <string.h>

int main(void)
{
    engage_analyzer *analyzer;
    int rc = engage_analyzer_new(&analyzer, NULL);
    if (rc != ENGAGE_OK) {
        fprintf(stderr, "%s\n", engage_strerror(rc));
        return 1;
    }
    char line[4096];
    while (fgets(line, sizeof(line), stdin) != NULL) {
        const engage_analysis *analysis;
        rc = engage_analyzer_run(analyzer, line, strcspn(line, "\n"), &analysis);
        if (rc != ENGAGE_OK) {
            fprintf(stderr, "%s\n", engage_strerror(rc));
            break;
        }
        printf("%s", engage_sentiment_name(engage_analysis_sentiment(analysis)));
        for (int intent = 0; intent < ENGAGE_INTENTS; intent++) {
            if (engage_analysis_has_intent(analysis, intent))
                printf(" %s", engage_intent_name(intent));
        }
        printf("%s\n", engage_analysis_needs_reply(analysis) ? " (needs a reply)" : "");
    }
    engage_analyzer_free(analyzer);
    return rc == ENGAGE_OK ? 0 : 1;
}
