/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Random histories of one account, for the suites of the calendar.
 */
#ifndef ENGAGE_TESTS_HISTORY_H
#define ENGAGE_TESTS_HISTORY_H

#include "support.h"

#include "track/stage.h"

enum { HISTORY_MAX = 240 };

struct history {
    size_t count;
    struct engagep_fact facts[HISTORY_MAX];
};

/* How many rounds a property is tried: ENGAGE_TEST_ROUNDS, or 500; the seed of the
 * first one: ENGAGE_TEST_SEED, or 1. Both are printed with the name. */
unsigned long history_rounds(const char *name, uint64_t *seed);

/* A history of its own kind for each seed: sparse or dense, short or long, of few or
 * many people. Days begin at `base`. */
void history_make(struct history *history, uint64_t seed, int32_t base);

/* The same facts in another order. */
void history_shuffle(struct history *history, uint64_t *state);

/* A calendar of facts [from, to). */
void history_add(const struct history *history, size_t from, size_t to,
                 struct engagep_calendar *calendar);

/* A calendar over malloc. */
struct engagep_calendar history_calendar(void);

/* The calendar of all facts. */
struct engagep_calendar history_sum(const struct history *history);

/* When a day begins, and the stage a moment later, by the default policy. */
int64_t history_start(int32_t day);
struct engagep_stage history_stage(const struct engagep_calendar *calendar, int32_t day);

/* Keeps the transitions that it is called with. */
struct history_changes {
    size_t count;
    struct engagep_transition list[256];
    size_t stop_at; /* 0: never */
};
int history_note(void *ctx, const struct engagep_transition *transition);

/* Fails unless both have the same bytes. */
void history_same(const struct engagep_calendar *a, const struct engagep_calendar *b,
                  uint64_t seed);

#endif
