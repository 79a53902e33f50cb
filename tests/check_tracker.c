/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The tracker by its properties, on random histories: what comes out depends on the
 * set of events alone.
 */
#include "history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void same(const char *a, const char *b, uint64_t seed, const char *what)
{
    if (strcmp(a, b) == 0)
        return;
    size_t at = 0;
    while (a[at] == b[at])
        at++;
    size_t from = at < 300 ? 0 : at - 300;
    ck_abort_msg("seed %llu, %s:\n%.500s\n----\n%.500s", (unsigned long long)seed, what, a + from,
                 b + from);
}

/* `revised` is the one member that depends on arrival. */
static void forget_revised(char *text)
{
    for (char *at = text; (at = strstr(at, "\"revised\":true")) != NULL;)
        memcpy(at, "\"revised\":fals", 14);
    for (char *at = text; (at = strstr(at, "\"revised\":false")) != NULL;)
        memcpy(at, "\"revised\":fals ", 15);
}

static char *reports(engage_tracker *tracker, const struct history *history, int64_t now)
{
    char *text = history_reports(tracker, history, now);
    forget_revised(text);
    char *out = text;
    for (char *in = text; *in != '\0'; in++)
        if (*in != ' ')
            *out++ = *in;
    *out = '\0';
    return text;
}

START_TEST(test_order)
{
    for (uint64_t seed = 1; seed <= history_rounds(60); seed++) {
        struct history history;
        uint64_t random = seed * 7919;
        history_make(&history, seed, 60 + seed % 140, 1 + (int)(seed % 7));
        engage_tracker *once = history_tracker(NULL);
        engage_tracker *split = history_tracker(NULL);
        engage_counts counts = ENGAGE_COUNTS_INIT;
        size_t *numbers = history_shuffle(history.count, &random);
        history_apply_all(once, &history);
        history_apply(split, &history, numbers, history.count, 1 + seed % 30, &random, &counts);
        ck_assert_uint_eq(counts.applied, history.count);
        char *a = reports(once, &history, history.end);
        char *b = reports(split, &history, history.end);
        same(a, b, seed, "another order");
        free(numbers);
        numbers = history_shuffle(history.count, &random);
        history_apply(split, &history, numbers, history.count / 2, 9, &random, &counts);
        ck_assert_uint_eq(counts.duplicate, history.count / 2);
        ck_assert_uint_eq(counts.applied, history.count);
        char *c = reports(split, &history, history.end);
        same(a, c, seed, "duplicates");
        int64_t middle = history.end - INT64_C(60) * 86400000;
        char *d = reports(once, &history, middle);
        char *e = reports(split, &history, middle);
        same(d, e, seed, "an earlier time");
        free(a);
        free(b);
        free(c);
        free(d);
        free(e);
        free(numbers);
        engage_tracker_close(once);
        engage_tracker_close(split);
        history_free(&history);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tracker");
    TCase *properties = tcase_create("properties");
    tcase_set_timeout(properties, 0);
    tcase_add_test(properties, test_order);
    suite_add_tcase(suite, properties);
    return support_run(suite);
}
