/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Random histories for tests by property: made from a seed, with late parents, acts
 * before their posts, staff and bots among customers, and people with two accounts.
 */
#ifndef ENGAGE_TESTS_HISTORY_H
#define ENGAGE_TESTS_HISTORY_H

#include "support.h"

struct history_event {
    engage_event event; /* its texts point into the strings below */
    char strings[10][40];
    int thread; /* events of different threads never name each other's posts */
};

struct history {
    struct history_event *list;
    size_t count;
    int64_t end; /* a time after all events */
};

/* `threads` separate threads of together `count` events, in order of time. */
void history_make(struct history *history, uint64_t seed, size_t count, int threads);
void history_free(struct history *history);

/* Opens a tracker in memory. */
engage_tracker *history_tracker(const engage_allocator *allocator);

/* Applies events by their numbers, in batches of random size up to `most`. */
void history_apply(engage_tracker *tracker, const struct history *history, const size_t *numbers,
                   size_t count, size_t most, uint64_t *random, engage_counts *counts);

/* All of it, in one batch. */
void history_apply_all(engage_tracker *tracker, const struct history *history);

/* Every report at `now`, as one text; release with free. */
char *history_reports(engage_tracker *tracker, const struct history *history, int64_t now);

/* Numbers from 0 to count - 1 in random order; release with free. */
size_t *history_shuffle(size_t count, uint64_t *random);

/* How many rounds a test by property makes: `usual`, or ENGAGE_TEST_ROUNDS. */
size_t history_rounds(size_t usual);

#endif
