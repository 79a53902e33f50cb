/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "history.h"

#include "base/alloc.h"
#include "base/time.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

unsigned long history_rounds(const char *name, uint64_t *seed)
{
    const char *rounds_text = getenv("ENGAGE_TEST_ROUNDS");
    const char *seed_text = getenv("ENGAGE_TEST_SEED");
    unsigned long rounds = rounds_text != NULL ? strtoul(rounds_text, NULL, 10) : 500;
    *seed = seed_text != NULL ? strtoull(seed_text, NULL, 10) : 1;
    printf("%s: %lu histories from seed %llu\n", name, rounds, (unsigned long long)*seed);
    return rounds;
}

static uint32_t below(uint64_t *state, uint32_t limit)
{
    return (uint32_t)(support_random(state) % limit);
}

/* A name's hash, spread so that the order of hashes is not that of names. */
static uint32_t spread(uint32_t name)
{
    return name * 2654435761u + 12345u;
}

void history_make(struct history *history, uint64_t seed, int32_t base)
{
    uint64_t state = seed * 977 + 5;
    static const uint32_t spans[] = {3, 20, 90, 130, 260, 700};
    uint32_t span = spans[below(&state, 6)];
    uint32_t people = 1 + below(&state, 24);
    uint32_t texts = 1 + below(&state, 40);
    uint32_t highest = 1 + below(&state, ENGAGEP_KINDS);
    history->count = 1 + below(&state, below(&state, 2) ? 25 : HISTORY_MAX);
    for (size_t i = 0; i < history->count; i++) {
        struct engagep_fact *fact = &history->facts[i];
        memset(fact, 0, sizeof(*fact));
        fact->day = base + (int32_t)below(&state, span);
        fact->kind = (uint8_t)below(&state, highest);
        /* Half of the histories lean towards the rare kinds of the upper classes. */
        if (seed % 2 == 0 && below(&state, 2))
            fact->kind = (uint8_t)(ENGAGEP_KIND_POST + below(&state, 11));
        fact->count = below(&state, 20) != 0;
        fact->parts = ENGAGEP_FACT_PERSON | ENGAGEP_FACT_OBJECT | ENGAGEP_FACT_CONTENT;
        if (below(&state, 8) == 0)
            fact->parts = (uint8_t)below(&state, 32);
        if (below(&state, 2))
            fact->parts |= ENGAGEP_FACT_SENTIMENT;
        fact->valence = (int32_t)below(&state, 2000001) - 1000000;
        fact->flags = below(&state, 30) == 0 ? (uint8_t)below(&state, 4) : 0;
        fact->advocacy = below(&state, 6) == 0 ? 2 : 0;
        fact->detraction = below(&state, 9) == 0 ? (uint16_t)(1 + below(&state, 2)) : 0;
        fact->person = spread(below(&state, people));
        fact->content = spread(below(&state, texts));
        fact->object = below(&state, 2) ? fact->content : spread(100 + below(&state, texts));
    }
}

void history_shuffle(struct history *history, uint64_t *state)
{
    for (size_t i = history->count; i > 1; i--) {
        size_t other = support_random(state) % i;
        struct engagep_fact swapped = history->facts[i - 1];
        history->facts[i - 1] = history->facts[other];
        history->facts[other] = swapped;
    }
}

struct engagep_calendar history_calendar(void)
{
    engage_allocator allocator;
    ck_assert_int_eq(engagep_alloc_init(&allocator, NULL), ENGAGE_OK);
    struct engagep_calendar calendar;
    engagep_calendar_init(&calendar, 42, &allocator);
    return calendar;
}

void history_add(const struct history *history, size_t from, size_t to,
                 struct engagep_calendar *calendar)
{
    for (size_t i = from; i < to; i++) {
        int rc = engagep_calendar_add(calendar, &history->facts[i]);
        ck_assert_int_ge(rc, ENGAGE_OK);
    }
}

struct engagep_calendar history_sum(const struct history *history)
{
    struct engagep_calendar calendar = history_calendar();
    history_add(history, 0, history->count, &calendar);
    return calendar;
}

int64_t history_start(int32_t day)
{
    return (int64_t)day * ENGAGEP_DAY_MS;
}

struct engagep_stage history_stage(const struct engagep_calendar *calendar, int32_t day)
{
    struct engagep_stage stage;
    engagep_stage_at(calendar, NULL, engage_policy_default(), history_start(day) + 1, &stage);
    return stage;
}

int history_note(void *ctx, const struct engagep_transition *transition)
{
    struct history_changes *changes = ctx;
    ck_assert_uint_lt(changes->count, 256);
    changes->list[changes->count++] = *transition;
    return changes->count == changes->stop_at ? ENGAGE_DONE : ENGAGE_OK;
}

void history_same(const struct engagep_calendar *a, const struct engagep_calendar *b,
                  uint64_t seed)
{
    engage_buffer *one;
    engage_buffer *two;
    ck_assert_int_eq(engage_buffer_new(&one, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_buffer_new(&two, NULL), ENGAGE_OK);
    ck_assert_int_eq(engagep_calendar_encode(a, one), ENGAGE_OK);
    ck_assert_int_eq(engagep_calendar_encode(b, two), ENGAGE_OK);
    ck_assert_msg(engage_buffer_size(one) == engage_buffer_size(two) &&
                      memcmp(engage_buffer_data(one), engage_buffer_data(two),
                             engage_buffer_size(one)) == 0,
                  "seed %llu: the bytes differ", (unsigned long long)seed);
    engage_buffer_free(one);
    engage_buffer_free(two);
}
