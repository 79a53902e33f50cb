/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The engage command: the library seen by a person and by scripts.
 */
#include "options.h"
#include "output.h"
#include "tell.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    TEXT_INPUT = TAKES_LINES | TAKES_OUTPUT,
    TRACKING = TAKES_STORE | TAKES_BRAND | TAKES_NOW | TAKES_POLICY | TAKES_MODEL |
               TAKES_CATALOGUE | TAKES_JSON | TAKES_OUTPUT,
    DECIDING = TRACKING | TAKES_REASON
};

static const struct command commands[] = {
    {"tokens", "[FILE…]", "Cut posts into tokens.", TEXT_INPUT | TAKES_OFFSETS, 0, -1, run_tokens},
    {"entities", "[FILE…]", "Find mentions, hashtags, cashtags and links.",
     TEXT_INPUT | TAKES_OFFSETS, 0, -1, run_entities},
    {"length", "[FILE…]", "Measure posts by a platform's rules.",
     TEXT_INPUT | TAKES_PLATFORM | TAKES_RULES, 0, -1, run_length},
    {"valid", "[FILE…]", "Check names, tags and links.", TEXT_INPUT | TAKES_KIND, 0, -1,
     run_valid},
    {"score", "[FILE…]", "Say what posts say (sentiment, aspects) and want (intents).",
     TEXT_INPUT | TAKES_EXPLAIN | TAKES_MODEL | TAKES_CASCADE | TAKES_CATALOGUE |
         TAKES_LEXICON | TAKES_ADDON | TAKES_THREADS, 0, -1, run_score},
    {"track", "[FILE…]", "Apply events to a store.", TRACKING | TAKES_FORMAT, 0, -1, run_track},
    {"funnel", "", "Customers per stage.", TRACKING | TAKES_BY, 0, 0, run_funnel},
    {"customer", "ID", "One customer: stage, gates, transitions, what is open.",
     TRACKING | TAKES_EXPLAIN, 1, 1, run_customer},
    {"queue", "", "Who waits for an answer, most urgent first.",
     TRACKING | TAKES_TOP | TAKES_EXPLAIN, 0, 0, run_queue},
    {"replies", "", "How fast and how often customers were answered.", TRACKING | TAKES_BY, 0, 0,
     run_replies},
    {"people", "", "Advocates, detractors, candidates for ambassadors; or who answers.",
     TRACKING | TAKES_TOP | TAKES_STAFF | TAKES_EXPLAIN, 0, 0, run_people},
    {"report", "", "One page of HTML of all this.", TRACKING & ~TAKES_JSON, 0, 0, run_page},
    {"state", "[ID]", "Partial states, to be added up elsewhere by merge.", TRACKING | TAKES_ALL,
     0, 1, run_state},
    {"merge", "FILE…", "Add partial states.", TRACKING, 1, -1, run_merge},
    {"claim", "ID", "Take an opportunity on.", DECIDING, 1, 1, run_settle},
    {"dismiss", "ID", "Let an opportunity go: it needs no answer.", DECIDING, 1, 1, run_settle},
    {"resolve", "ID", "Say that an opportunity is settled.", DECIDING, 1, 1, run_settle},
    {"hold", "ID STAGE", "Fix a customer's stage.", DECIDING, 2, 2, run_decide},
    {"release", "ID", "End a hold.", DECIDING, 1, 1, run_decide},
    {"suspend", "ID", "Keep a customer at stage 3 at most.", DECIDING, 1, 1, run_decide},
    {"reinstate", "ID", "End a suspension.", DECIDING, 1, 1, run_decide},
    {"link", "A B", "Make two accounts one customer.", DECIDING, 2, 2, run_decide},
    {"unlink", "A", "Undo the links of an account.", DECIDING, 1, 1, run_decide},
    {"object", "ID", "Profile a customer no more.", DECIDING, 1, 1, run_decide},
    {"resume", "ID", "Profile a customer again.", DECIDING, 1, 1, run_decide},
    {"forget", "ID", "Forget a person: all that is kept of one, in all reports and for good.",
     TRACKING, 1, 1, run_forget},
    {"export", "ID", "Everything that is kept of a person.", TRACKING, 1, 1, run_export},
    {"retain", "", "Remove old texts; what was read in them stays.", TRACKING | TAKES_TEXTS, 0, 0,
     run_retain},
    {"compact", "", "Drop days that no view looks at any more.", TRACKING & ~TAKES_BRAND, 0, 0,
     run_compact},
    {"check", "", "Look whether a store is whole.", TRACKING, 0, 0, run_check},
    {"whatif", "", "What another policy would have decided of the same past.", TRACKING, 0, 0,
     run_whatif},
    {"model", "info [FILE] | verify FILE | teach|promise|drift [FILE…]",
     "Look at a model or an add-on, verify it, or make add-ons of labelled posts.",
     TAKES_OUTPUT | TAKES_LINES | TAKES_MODEL | TAKES_ADDON | TAKES_SHARE | TAKES_MISS, 1, -1,
     run_model},
    {"policy", "show|check [FILE]", "Print a policy in full, or check a policy file.",
     TAKES_OUTPUT, 1, 2, run_policy},
};
enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static int help(void)
{
    printf("usage: engage COMMAND [OPTION…] [OPERAND…]\n"
           "What social posts say and want, and where each customer stands.\n\n");
    for (size_t i = 0; i < COMMANDS; i++)
        printf("  %-10s %s\n", commands[i].name, commands[i].summary);
    const char *dictionaries = engage_dictionary_version();
    printf("\nUnicode %s; scripts without spaces are cut into %s%s.\n", engage_unicode_version(),
           dictionaries != NULL ? "words by the dictionaries of ICU " : "grapheme clusters",
           dictionaries != NULL ? dictionaries : "");
    printf("engage COMMAND --help tells more; engage(1) tells everything.\n");
    return output_said();
}

/* Where one of the three standard streams is closed, the next file to be opened would
 * take its number, and messages would go into it. So each is taken, the wrong way round:
 * using it still fails. */
static int hold_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        int mode = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", mode) != fd)
            return 0;
    }
    return 1;
}

int main(int argc, char **argv)
{
    signal(SIGXFSZ, SIG_IGN); /* a file that may grow no more is told as a full disk is */
    if (!hold_streams())
        return STATUS_STOPPED;
    if (argc >= 2 && strcmp(argv[1], "--version") == 0) {
        printf("engage %s\n", engage_version());
        return output_said();
    }
    int asks = argc >= 2 && strcmp(argv[1], "help") == 0;
    if (argc >= 2 && (strcmp(argv[1], "--help") == 0 || (asks && argc == 2)))
        return help();
    const char *name = argc >= 2 ? argv[1 + asks] : NULL;
    for (size_t i = 0; name != NULL && i < COMMANDS; i++) {
        if (strcmp(name, commands[i].name) != 0)
            continue;
        if (asks) {
            options_help(&commands[i]);
            return output_said();
        }
        struct options options;
        int status = options_read(&commands[i], argc - 1, argv + 1, &options);
        return status == OPTIONS_GO_ON ? commands[i].run(&options) : status;
    }
    if (name != NULL)
        tell("there is no command '%s'; see engage --help", name);
    else
        tell("which command? see engage --help");
    return STATUS_USAGE;
}
