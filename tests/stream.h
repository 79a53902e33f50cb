/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Random streams for tests by property: made from a seed, with late parents, acts
 * before their posts, staff and bots among customers, and people with two accounts.
 */
#ifndef ENGAGE_TESTS_STREAM_H
#define ENGAGE_TESTS_STREAM_H

#include "support.h"

struct stream_event {
    engage_event event; /* its texts point into the strings below */
    char strings[10][40];
    int thread; /* events of different threads never name each other's posts */
};

struct stream {
    struct stream_event *list;
    size_t count;
    int64_t end; /* a time after all events */
};

/* `threads` separate threads of together `count` events, in order of time. */
void stream_make(struct stream *stream, uint64_t seed, size_t count, int threads);
void stream_free(struct stream *stream);

/* Opens a tracker in memory. */
engage_tracker *stream_tracker(const engage_allocator *allocator);

/* Applies events by their numbers, in batches of random size up to `most`. */
void stream_apply(engage_tracker *tracker, const struct stream *stream, const size_t *numbers,
                   size_t count, size_t most, uint64_t *random, engage_counts *counts);

/* All of it, in one batch. */
void stream_apply_all(engage_tracker *tracker, const struct stream *stream);

/* Every report at `now`, as one text; release with free. */
char *stream_reports(engage_tracker *tracker, const struct stream *stream, int64_t now);

/* The same without what depends on arrival; release with free. */
char *stream_settled(engage_tracker *tracker, const struct stream *stream, int64_t now);

/* Fails unless two texts are equal, or two trackers report the same. */
void stream_equal(const char *a, const char *b, uint64_t seed, const char *what);
void stream_same(engage_tracker *a, engage_tracker *b, const struct stream *stream, int64_t now,
                 uint64_t seed, const char *what);

/* Numbers from 0 to count - 1 in random order; release with free. */
size_t *stream_shuffle(size_t count, uint64_t *random);

/* How many rounds a test by property makes: `usual`, or ENGAGE_TEST_ROUNDS. */
size_t stream_rounds(size_t usual);

#endif
