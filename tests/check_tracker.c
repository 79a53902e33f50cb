/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The tracker by its properties, on random streams: what comes out depends on the
 * set of events alone.
 */
#include "stream.h"

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

static char *reports(engage_tracker *tracker, const struct stream *stream, int64_t now)
{
    char *text = stream_reports(tracker, stream, now);
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
    for (uint64_t seed = 1; seed <= stream_rounds(60); seed++) {
        struct stream stream;
        uint64_t random = seed * 7919;
        stream_make(&stream, seed, 60 + seed % 140, 1 + (int)(seed % 7));
        engage_tracker *once = stream_tracker(NULL);
        engage_tracker *split = stream_tracker(NULL);
        engage_counts counts = ENGAGE_COUNTS_INIT;
        size_t *numbers = stream_shuffle(stream.count, &random);
        stream_apply_all(once, &stream);
        stream_apply(split, &stream, numbers, stream.count, 1 + seed % 30, &random, &counts);
        ck_assert_uint_eq(counts.applied, stream.count);
        char *a = reports(once, &stream, stream.end);
        char *b = reports(split, &stream, stream.end);
        same(a, b, seed, "another order");
        free(numbers);
        numbers = stream_shuffle(stream.count, &random);
        stream_apply(split, &stream, numbers, stream.count / 2, 9, &random, &counts);
        ck_assert_uint_eq(counts.duplicate, stream.count / 2);
        ck_assert_uint_eq(counts.applied, stream.count);
        char *c = reports(split, &stream, stream.end);
        same(a, c, seed, "duplicates");
        int64_t middle = stream.end - INT64_C(60) * 86400000;
        char *d = reports(once, &stream, middle);
        char *e = reports(split, &stream, middle);
        same(d, e, seed, "an earlier time");
        free(a);
        free(b);
        free(c);
        free(d);
        free(e);
        free(numbers);
        engage_tracker_close(once);
        engage_tracker_close(split);
        stream_free(&stream);
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
