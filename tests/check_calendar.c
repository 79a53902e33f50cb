/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "history.h"
#include "support.h"

#include "base/alloc.h"
#include "base/hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BASE = 20400 };

static struct engagep_fact fact_of(int32_t day, int kind)
{
    struct engagep_fact fact = {.day = day, .kind = (uint8_t)kind, .count = 1};
    return fact;
}

START_TEST(kinds_are_a_closed_table)
{
    for (int kind = 0; kind < ENGAGEP_KINDS; kind++) {
        const char *name = engagep_kinds[kind].name;
        ck_assert_int_eq(engagep_kind_by_name(name, strlen(name)), kind);
        ck_assert_int_ge(engagep_kind_class(kind), 1);
        ck_assert_int_le(engagep_kind_class(kind), ENGAGEP_CLASS_OUTCOME);
        if (kind > 0)
            ck_assert_int_ge(engagep_kind_class(kind), engagep_kind_class(kind - 1));
    }
    ck_assert_int_eq(engagep_kind_by_name("views", 5), ENGAGE_ERANGE);
    ck_assert_int_eq(engagep_kind_by_name("", 0), ENGAGE_ERANGE);
    ck_assert_int_eq(engagep_kind_is_act(ENGAGEP_KIND_COCREATE), 1);
    ck_assert_int_eq(engagep_kind_is_act(ENGAGEP_KIND_THANKED), 0);
    ck_assert_int_eq(engagep_kind_is_act(ENGAGEP_KIND_BUY), 0);
}
END_TEST

static const struct engagep_day *find(const struct engagep_calendar *calendar, int32_t day)
{
    size_t at = engagep_calendar_index(calendar, day);
    return at < calendar->count && calendar->days[at].day == day ? &calendar->days[at] : NULL;
}

START_TEST(a_fact_adds_to_its_day)
{
    struct engagep_calendar calendar = history_calendar();
    struct engagep_fact help = fact_of(BASE, ENGAGEP_KIND_HELP);
    help.parts = ENGAGEP_FACT_PERSON | ENGAGEP_FACT_OBJECT | ENGAGEP_FACT_CONTENT |
                 ENGAGEP_FACT_SENTIMENT | ENGAGEP_FACT_NEGATIVE;
    help.person = 7;
    help.object = 8;
    help.content = 9;
    help.valence = -250000;
    help.advocacy = 2;
    help.detraction = 1;
    help.flags = ENGAGEP_FLAG_INFERRED_TRIAL;
    ck_assert_int_eq(engagep_calendar_add(&calendar, &help), ENGAGE_OK);
    struct engagep_fact thanks = fact_of(BASE, ENGAGEP_KIND_THANKED);
    thanks.parts = ENGAGEP_FACT_PERSON | ENGAGEP_FACT_OBJECT;
    thanks.person = 10;
    thanks.object = 11;
    ck_assert_int_eq(engagep_calendar_add(&calendar, &thanks), ENGAGE_OK);
    const struct engagep_day *day = find(&calendar, BASE);
    ck_assert_ptr_nonnull(day);
    ck_assert_uint_eq(engagep_day_count(&calendar, day, ENGAGEP_KIND_HELP), 1);
    ck_assert_uint_eq(engagep_day_count(&calendar, day, ENGAGEP_KIND_THANKED), 1);
    ck_assert_uint_eq(day->sentiments, 1);
    ck_assert_uint_eq(day->valence, 750);
    ck_assert_uint_eq(day->negatives, 1);
    ck_assert_uint_eq(day->advocacy, 2);
    ck_assert_uint_eq(day->detraction, 1);
    ck_assert_uint_eq(day->flags, ENGAGEP_FLAG_INFERRED_TRIAL);
    ck_assert_uint_eq(day->members[ENGAGEP_SET_PEOPLE], 1);
    ck_assert_uint_eq(*engagep_day_set(&calendar, day, ENGAGEP_SET_PEOPLE), 7);
    ck_assert_uint_eq(day->members[ENGAGEP_SET_THANKERS], 1);
    ck_assert_uint_eq(*engagep_day_set(&calendar, day, ENGAGEP_SET_THANKERS), 10);
    ck_assert_uint_eq(day->members[ENGAGEP_SET_OBJECTS], 1);
    ck_assert_uint_eq(day->members[ENGAGEP_SET_CONTENTS], 1);
    ck_assert_int_eq(engagep_calendar_first(&calendar, 1), BASE);
    ck_assert_int_eq(engagep_calendar_first(&calendar, 4), BASE);
    ck_assert_ptr_null(find(&calendar, BASE + 1));
    engagep_calendar_release(&calendar);
}
END_TEST

START_TEST(consumption_keeps_no_hashes)
{
    struct engagep_calendar calendar = history_calendar();
    struct engagep_fact view = fact_of(BASE, ENGAGEP_KIND_VIEW);
    view.parts = ENGAGEP_FACT_PERSON | ENGAGEP_FACT_OBJECT | ENGAGEP_FACT_CONTENT;
    ck_assert_int_eq(engagep_calendar_add(&calendar, &view), ENGAGE_OK);
    struct engagep_fact like = view;
    like.kind = ENGAGEP_KIND_LIKE;
    ck_assert_int_eq(engagep_calendar_add(&calendar, &like), ENGAGE_OK);
    const struct engagep_day *day = find(&calendar, BASE);
    ck_assert_uint_eq(day->members[ENGAGEP_SET_PEOPLE], 0);
    ck_assert_uint_eq(day->members[ENGAGEP_SET_OBJECTS], 1);
    ck_assert_uint_eq(day->members[ENGAGEP_SET_CONTENTS], 0);
    ck_assert_int_eq(engagep_calendar_first(&calendar, 3), ENGAGEP_NO_DAY);
    engagep_calendar_release(&calendar);
}
END_TEST

START_TEST(what_is_out_of_range_is_refused)
{
    struct engagep_calendar calendar = history_calendar();
    struct engagep_fact fact = fact_of(ENGAGEP_DAY_MIN - 1, 0);
    ck_assert_int_eq(engagep_calendar_add(&calendar, &fact), ENGAGE_ERANGE);
    fact.day = ENGAGEP_DAY_MAX + 1;
    ck_assert_int_eq(engagep_calendar_add(&calendar, &fact), ENGAGE_ERANGE);
    fact = fact_of(BASE, ENGAGEP_KINDS);
    ck_assert_int_eq(engagep_calendar_add(&calendar, &fact), ENGAGE_ERANGE);
    fact = fact_of(BASE, 0);
    fact.valence = 1000001;
    fact.parts = ENGAGEP_FACT_SENTIMENT;
    ck_assert_int_eq(engagep_calendar_add(&calendar, &fact), ENGAGE_ERANGE);
    ck_assert_uint_eq(calendar.count, 0);
    fact = fact_of(ENGAGEP_DAY_MIN, 0);
    ck_assert_int_eq(engagep_calendar_add(&calendar, &fact), ENGAGE_OK);
    fact = fact_of(ENGAGEP_DAY_MAX, 0);
    ck_assert_int_eq(engagep_calendar_add(&calendar, &fact), ENGAGE_OK);
    struct engagep_calendar copy = history_calendar();
    engage_buffer *bytes;
    ck_assert_int_eq(engage_buffer_new(&bytes, NULL), ENGAGE_OK);
    ck_assert_int_eq(engagep_calendar_encode(&calendar, bytes), ENGAGE_OK);
    ck_assert_int_eq(
        engagep_calendar_decode(&copy, engage_buffer_data(bytes), engage_buffer_size(bytes)),
        ENGAGE_OK);
    history_same(&calendar, &copy, 0);
    engage_buffer_free(bytes);
    engagep_calendar_release(&copy);
    engagep_calendar_release(&calendar);
}
END_TEST

START_TEST(counts_stop_at_their_largest_value)
{
    struct engagep_calendar a = history_calendar();
    struct engagep_calendar b = history_calendar();
    struct engagep_fact fact = fact_of(BASE, ENGAGEP_KIND_LIKE);
    ck_assert_int_eq(engagep_calendar_add(&a, &fact), ENGAGE_OK);
    /* Doubling forty times would wrap. */
    for (int i = 0; i < 40; i++) {
        engagep_calendar_clear(&b);
        ck_assert_int_eq(engagep_calendar_merge(&b, &a), ENGAGE_OK);
        ck_assert_int_eq(engagep_calendar_merge(&a, &b), ENGAGE_OK);
    }
    ck_assert_uint_eq(engagep_day_count(&a, &a.days[0], ENGAGEP_KIND_LIKE), UINT32_MAX);
    engagep_calendar_release(&a);
    engagep_calendar_release(&b);
}
END_TEST

START_TEST(the_floor_drops_days_and_keeps_firsts)
{
    struct engagep_calendar calendar = history_calendar();
    struct engagep_fact fact = fact_of(BASE, ENGAGEP_KIND_POST);
    ck_assert_int_eq(engagep_calendar_add(&calendar, &fact), ENGAGE_OK);
    fact.day = BASE + 10;
    ck_assert_int_eq(engagep_calendar_add(&calendar, &fact), ENGAGE_OK);
    engagep_calendar_compact(&calendar, BASE + 5);
    engagep_calendar_compact(&calendar, BASE);
    ck_assert_int_eq(calendar.floor, BASE + 5);
    ck_assert_uint_eq(calendar.count, 1);
    ck_assert_int_eq(engagep_calendar_first(&calendar, 3), BASE);
    fact = fact_of(BASE - 3, ENGAGEP_KIND_LIKE);
    ck_assert_int_eq(engagep_calendar_add(&calendar, &fact), ENGAGE_DONE);
    ck_assert_uint_eq(calendar.count, 1);
    ck_assert_int_eq(calendar.first[ENGAGEP_KIND_LIKE], BASE - 3);
    engagep_calendar_release(&calendar);
}
END_TEST

START_TEST(a_further_counterpart_is_no_act)
{
    struct engagep_calendar calendar = history_calendar();
    struct engagep_fact fact = fact_of(BASE, ENGAGEP_KIND_INVITE);
    fact.parts = ENGAGEP_FACT_PERSON;
    fact.person = 1;
    ck_assert_int_eq(engagep_calendar_add(&calendar, &fact), ENGAGE_OK);
    fact.count = 0;
    fact.person = 2;
    ck_assert_int_eq(engagep_calendar_add(&calendar, &fact), ENGAGE_OK);
    fact.day = BASE - 1;
    fact.parts = 0;
    ck_assert_int_eq(engagep_calendar_add(&calendar, &fact), ENGAGE_OK);
    ck_assert_uint_eq(calendar.count, 1);
    ck_assert_uint_eq(engagep_day_count(&calendar, &calendar.days[0], ENGAGEP_KIND_INVITE), 1);
    ck_assert_uint_eq(calendar.days[0].members[ENGAGEP_SET_PEOPLE], 2);
    ck_assert_int_eq(calendar.first[ENGAGEP_KIND_INVITE], BASE);
    engagep_calendar_release(&calendar);
}
END_TEST

START_TEST(removing_a_day_and_adding_its_facts_restores_it)
{
    uint64_t first;
    unsigned long rounds = history_rounds("remove and add", &first);
    for (uint64_t seed = first; seed < first + rounds; seed++) {
        struct history history;
        history_make(&history, seed, BASE);
        struct engagep_calendar whole = history_calendar();
        struct engagep_calendar again = history_calendar();
        history_add(&history, 0, history.count, &whole);
        history_add(&history, 0, history.count, &again);
        int32_t day = history.facts[seed % history.count].day;
        engagep_calendar_remove(&again, day);
        ck_assert_ptr_null(find(&again, day));
        /* Without the day, it is as if its facts had never been. */
        struct engagep_calendar never = history_calendar();
        for (size_t i = 0; i < history.count; i++)
            if (history.facts[i].day != day)
                history_add(&history, i, i + 1, &never);
        history_same(&again, &never, seed);
        for (size_t i = 0; i < history.count; i++)
            if (history.facts[i].day == day)
                history_add(&history, i, i + 1, &again);
        history_same(&whole, &again, seed);
        engagep_calendar_release(&never);
        engagep_calendar_release(&again);
        engagep_calendar_release(&whole);
    }
    struct engagep_calendar empty = history_calendar();
    engagep_calendar_remove(&empty, BASE);
    ck_assert_uint_eq(empty.count, 0);
}
END_TEST

/* Replacing a fact by one of other amounts is having added the other one; whatever else
 * differs is left to be added up anew. */
START_TEST(a_fact_is_replaced_by_its_amounts)
{
    uint64_t first;
    unsigned long rounds = history_rounds("replace", &first);
    for (uint64_t seed = first; seed < first + rounds; seed++) {
        struct history history;
        uint64_t state = seed;
        history_make(&history, seed, BASE);
        struct engagep_calendar before = history_calendar();
        struct engagep_calendar after = history_calendar();
        struct engagep_calendar same = history_calendar();
        history_add(&history, 0, history.count, &before);
        history_add(&history, 0, history.count, &same);
        struct engagep_fact *fact =
            &history.facts[(size_t)(support_random(&state) % history.count)];
        struct engagep_fact old = *fact;
        fact->advocacy = (uint16_t)(support_random(&state) % 3);
        fact->detraction = (uint16_t)(support_random(&state) % 3);
        int other = support_random(&state) % 4 == 0;
        if (other)
            fact->object ^= 1;
        int rc = engagep_calendar_replace(&before, &old, fact);
        ck_assert_int_eq(rc, old.count == 0 || other ? ENGAGE_DONE : ENGAGE_OK);
        if (rc == ENGAGE_OK)
            history_add(&history, 0, history.count, &after);
        history_same(&before, rc == ENGAGE_OK ? &after : &same, seed);
        engagep_calendar_release(&before);
        engagep_calendar_release(&after);
        engagep_calendar_release(&same);
    }
}
END_TEST

START_TEST(any_order_split_and_merge_gives_the_same_bytes)
{
    uint64_t first;
    unsigned long rounds = history_rounds("order, split, merge", &first);
    for (uint64_t seed = first; seed < first + rounds; seed++) {
        uint64_t state = seed;
        struct history history;
        history_make(&history, seed, BASE);
        struct engagep_calendar whole = history_calendar();
        history_add(&history, 0, history.count, &whole);
        history_shuffle(&history, &state);
        struct engagep_calendar shuffled = history_calendar();
        history_add(&history, 0, history.count, &shuffled);
        history_same(&whole, &shuffled, seed);

        /* Up to eight parts, merged in a random tree, some after a round trip. */
        struct engagep_calendar parts[8];
        size_t count = 1 + support_random(&state) % 8;
        int32_t floor = BASE + (int32_t)(support_random(&state) % 50);
        int floored = seed % 3 == 0;
        for (size_t i = 0; i < count; i++) {
            parts[i] = history_calendar();
            size_t from = history.count * i / count;
            history_add(&history, from, history.count * (i + 1) / count, &parts[i]);
        }
        if (floored) {
            engagep_calendar_compact(&parts[support_random(&state) % count], floor);
            engagep_calendar_compact(&whole, floor);
        }
        while (count > 1) {
            size_t into = support_random(&state) % count;
            size_t from = support_random(&state) % count;
            if (into == from)
                continue;
            engage_buffer *bytes;
            ck_assert_int_eq(engage_buffer_new(&bytes, NULL), ENGAGE_OK);
            ck_assert_int_eq(engagep_calendar_encode(&parts[from], bytes), ENGAGE_OK);
            ck_assert_int_eq(engagep_calendar_decode(&parts[from], engage_buffer_data(bytes),
                                                     engage_buffer_size(bytes)),
                             ENGAGE_OK);
            engage_buffer_free(bytes);
            ck_assert_int_eq(engagep_calendar_merge(&parts[into], &parts[from]), ENGAGE_OK);
            engagep_calendar_release(&parts[from]);
            parts[from] = parts[count - 1];
            count--;
        }
        history_same(&whole, &parts[0], seed);
        engagep_calendar_release(&parts[0]);
        engagep_calendar_release(&shuffled);
        engagep_calendar_release(&whole);
    }
}
END_TEST

START_TEST(states_of_different_keys_do_not_merge)
{
    struct engagep_calendar a = history_calendar();
    struct engagep_calendar b = history_calendar();
    b.key = 43;
    ck_assert_int_eq(engagep_calendar_merge(&a, &b), ENGAGE_EKEY);
    engage_buffer *bytes;
    ck_assert_int_eq(engage_buffer_new(&bytes, NULL), ENGAGE_OK);
    ck_assert_int_eq(engagep_calendar_encode(&a, bytes), ENGAGE_OK);
    ck_assert_int_eq(
        engagep_calendar_decode(&b, engage_buffer_data(bytes), engage_buffer_size(bytes)),
        ENGAGE_EKEY);
    engage_buffer_free(bytes);
    static const unsigned char one[16] = {1};
    static const unsigned char two[16] = {2};
    ck_assert_uint_ne(engagep_calendar_key(one), engagep_calendar_key(two));
    ck_assert_uint_ne(engagep_calendar_hash(one, "x:42", 4), engagep_calendar_hash(two, "x:42", 4));
    engagep_calendar_release(&a);
    engagep_calendar_release(&b);
}
END_TEST

/* The bytes of engage-state(5)'s example. */
START_TEST(the_bytes_are_those_documented)
{
    struct engagep_calendar calendar = history_calendar();
    struct engagep_fact fact = fact_of(20413, ENGAGEP_KIND_COMMENT);
    fact.parts = ENGAGEP_FACT_OBJECT | ENGAGEP_FACT_SENTIMENT;
    fact.object = 0x01020304;
    fact.valence = 500000;
    ck_assert_int_eq(engagep_calendar_add(&calendar, &fact), ENGAGE_OK);
    fact = fact_of(20414, ENGAGEP_KIND_VIEW);
    for (int i = 0; i < 5; i++)
        ck_assert_int_eq(engagep_calendar_add(&calendar, &fact), ENGAGE_OK);
    fact = fact_of(20000, ENGAGEP_KIND_FOLLOW);
    engagep_calendar_compact(&calendar, 20001);
    ck_assert_int_eq(engagep_calendar_add(&calendar, &fact), ENGAGE_DONE);
    static const unsigned char expected[] = {
        1, 42, 0, 0, 0, 0xCA, 0x91, 0x2D, 1, 4, 0xC8, 0x91, 0x2D, 2, 0xE5, 0x94, 0x2D,
        1 | 4 | 128, 12 << 2 | 1, 1, 0xDC, 0x0B, 1, 1 << 2, 4, 3, 2, 1,
        0, 1, 0, 1,
    };
    engage_buffer *bytes;
    ck_assert_int_eq(engage_buffer_new(&bytes, NULL), ENGAGE_OK);
    ck_assert_int_eq(engagep_calendar_encode(&calendar, bytes), ENGAGE_OK);
    ck_assert_uint_eq(engage_buffer_size(bytes), sizeof(expected));
    ck_assert_mem_eq(engage_buffer_data(bytes), expected, sizeof(expected));
    engage_buffer_free(bytes);
    engagep_calendar_release(&calendar);
}
END_TEST

/* Whatever is read is what would be written, and a refusal changes nothing. */
static void try_bytes(struct engagep_calendar *calendar, const char *data, size_t size,
                      engage_buffer *scratch, uint64_t seed)
{
    size_t days = calendar->count;
    int rc = engagep_calendar_decode(calendar, data, size);
    if (rc != ENGAGE_OK) {
        ck_assert_msg(rc == ENGAGE_ESTATE || rc == ENGAGE_EKEY, "seed %llu gives %s",
                      (unsigned long long)seed, engage_errname(rc));
        ck_assert_uint_eq(calendar->count, days);
        return;
    }
    engage_buffer_clear(scratch);
    ck_assert_int_eq(engagep_calendar_encode(calendar, scratch), ENGAGE_OK);
    ck_assert_msg(engage_buffer_size(scratch) == size &&
                      memcmp(engage_buffer_data(scratch), data, size) == 0,
                  "seed %llu: bytes were taken that are not canonical", (unsigned long long)seed);
}

START_TEST(hostile_bytes_are_refused_or_canonical)
{
    uint64_t first;
    unsigned long rounds = history_rounds("hostile bytes", &first);
    engage_buffer *bytes;
    engage_buffer *scratch;
    ck_assert_int_eq(engage_buffer_new(&bytes, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_buffer_new(&scratch, NULL), ENGAGE_OK);
    struct engagep_calendar calendar = history_calendar();
    for (uint64_t seed = first; seed < first + rounds; seed++) {
        uint64_t state = seed;
        struct history history;
        history_make(&history, seed, BASE);
        struct engagep_calendar whole = history_calendar();
        history_add(&history, 0, history.count, &whole);
        if (seed % 4 == 0)
            engagep_calendar_compact(&whole, BASE + 10);
        engage_buffer_clear(bytes);
        ck_assert_int_eq(engagep_calendar_encode(&whole, bytes), ENGAGE_OK);
        engagep_calendar_release(&whole);
        size_t size = engage_buffer_size(bytes);
        /* Exact memory, so that a sanitizer sees the first byte too far. */
        char *copy = malloc(size + 1);
        for (size_t cut = 0; cut < size && cut < 64; cut++) {
            char *shorter = malloc(cut + 1);
            memcpy(shorter, engage_buffer_data(bytes), cut);
            ck_assert_int_eq(engagep_calendar_decode(&calendar, shorter, cut), ENGAGE_ESTATE);
            free(shorter);
        }
        for (int i = 0; i < 40; i++) {
            memcpy(copy, engage_buffer_data(bytes), size);
            size_t changes = 1 + support_random(&state) % 3;
            for (size_t k = 0; k < changes; k++)
                copy[support_random(&state) % size] ^= (char)(1u << support_random(&state) % 8);
            try_bytes(&calendar, copy, size, scratch, seed);
        }
        /* Bytes behind the end. */
        memcpy(copy, engage_buffer_data(bytes), size);
        copy[size] = 0;
        ck_assert_int_eq(engagep_calendar_decode(&calendar, copy, size + 1), ENGAGE_ESTATE);
        /* Noise behind a valid head. */
        for (size_t i = 5; i < size; i++)
            copy[i] = (char)support_random(&state);
        try_bytes(&calendar, copy, size, scratch, seed);
        free(copy);
    }
    ck_assert_int_eq(engagep_calendar_decode(&calendar, NULL, 0), ENGAGE_ESTATE);
    engagep_calendar_release(&calendar);
    engage_buffer_free(bytes);
    engage_buffer_free(scratch);
}
END_TEST

/* Each rule of the format, broken alone. */
START_TEST(each_rule_of_the_format_is_checked)
{
    static const struct {
        const char *why;
        unsigned char bytes[40];
        size_t size;
    } cases[] = {
        {"another version", {2, 42, 0, 0, 0, 0, 0, 0}, 8},
        {"a long varint", {1, 42, 0, 0, 0, 0x80, 0, 0, 0}, 9},
        {"a varint of 65 bits",
         {1, 42, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 2, 0, 0}, 17},
        {"an endless varint",
         {1, 42, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0}, 18},
        {"a floor beyond the calendar", {1, 42, 0, 0, 0, 255, 255, 255, 127, 0, 0}, 11},
        {"a first day of no kind", {1, 42, 0, 0, 0, 0, 1, ENGAGEP_KINDS, 0, 0}, 10},
        {"first days out of order", {1, 42, 0, 0, 0, 0, 2, 3, 0, 2, 0, 0}, 12},
        {"first days twice", {1, 42, 0, 0, 0, 0, 2, 3, 0, 3, 0, 0}, 12},
        {"a first day that the days tell", {1, 42, 0, 0, 0, 0, 1, 0, 9, 1, 9, 1, 1}, 13},
        {"a first day after the days", {1, 42, 0, 0, 0, 0, 1, 0, 10, 1, 9, 1, 1}, 13},
        {"an empty day", {1, 42, 0, 0, 0, 0, 0, 1, 9, 0}, 10},
        {"a day below the floor", {1, 42, 0, 0, 0, 11, 0, 1, 9, 1, 1}, 11},
        {"more days than bytes", {1, 42, 0, 0, 0, 0, 0, 2, 9, 1, 1}, 11},
        {"days beyond the calendar",
         {1, 42, 0, 0, 0, 0, 0, 2, 0xD8, 0xF7, 0xDE, 1, 1, 1, 0, 1, 1}, 17},
        {"an unknown kind", {1, 42, 0, 0, 0, 0, 0, 1, 9, 1, ENGAGEP_KINDS << 2 | 1}, 11},
        {"kinds out of order", {1, 42, 0, 0, 0, 0, 0, 1, 9, 2, 9, 5}, 12},
        {"a kind twice", {1, 42, 0, 0, 0, 0, 0, 1, 9, 2, 5, 5}, 12},
        {"too many kinds", {1, 42, 0, 0, 0, 0, 0, 1, 9, 3, 31, 1, 5, 9}, 14},
        {"a count of zero", {1, 42, 0, 0, 0, 0, 0, 1, 9, 1 | 8, 1, 0}, 12},
        {"no flag", {1, 42, 0, 0, 0, 0, 0, 1, 9, 1 | 64, 1, 0}, 12},
        {"a sentiment beyond 1", {1, 42, 0, 0, 0, 0, 0, 1, 9, 1 | 4, 1, 1, 0xD1, 0x0F}, 14},
        {"no hash", {1, 42, 0, 0, 0, 0, 0, 1, 9, 1 | 128, 1, 0}, 12},
        {"a hash of no set", {1, 42, 0, 0, 0, 0, 0, 1, 9, 1 | 128, 1, 1, 0, 1, 0, 0, 0}, 17},
        {"a set without a hash", {1, 42, 0, 0, 0, 0, 0, 1, 9, 1 | 128, 1, 1, 17, 1, 0, 0, 0}, 17},
        {"a hash twice",
         {1, 42, 0, 0, 0, 0, 0, 1, 9, 1 | 128, 1, 2, 17, 1, 0, 0, 0, 1, 0, 0, 0}, 21},
        {"too many hashes", {1, 42, 0, 0, 0, 0, 0, 1, 9, 1 | 128, 1, 65}, 12},
    };
    struct engagep_calendar calendar = history_calendar();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int rc = engagep_calendar_decode(&calendar, cases[i].bytes, cases[i].size);
        ck_assert_msg(rc == ENGAGE_ESTATE, "%s: %s", cases[i].why, engage_errname(rc));
    }
    static const unsigned char good[] = {1, 42, 0, 0, 0, 0, 0, 1, 9, 1, 1};
    ck_assert_int_eq(engagep_calendar_decode(&calendar, good, sizeof(good)), ENGAGE_OK);
    /* Seventeen hashes in one set, all else being right. */
    unsigned char many[128] = {1, 42, 0, 0, 0, 0, 0, 1, 9, 1 | 128, 1, 17};
    for (int i = 0; i < 9; i++)
        many[12 + i] = i < 8 ? 0x11 : 0x01;
    for (int i = 0; i < 17; i++)
        many[21 + 4 * i] = (unsigned char)(i + 1);
    ck_assert_int_eq(engagep_calendar_decode(&calendar, many, 21 + 4 * 17), ENGAGE_ESTATE);
    ck_assert_uint_eq(calendar.count, 1);
    engagep_calendar_release(&calendar);
}
END_TEST

static int memory_body(const engage_allocator *allocator, void *ctx)
{
    (void)ctx;
    struct history history;
    history_make(&history, 4, BASE);
    struct engagep_calendar a;
    struct engagep_calendar b;
    engagep_calendar_init(&a, 42, allocator);
    engagep_calendar_init(&b, 42, allocator);
    engage_buffer *bytes = NULL;
    int rc = engage_buffer_new(&bytes, allocator);
    for (size_t i = 0; rc >= 0 && i < history.count; i++) {
        struct engagep_calendar *into = i % 2 ? &a : &b;
        size_t before = into->count;
        rc = engagep_calendar_add(into, &history.facts[i]);
        if (rc < 0)
            ck_assert_uint_eq(into->count, before);
    }
    if (rc >= 0)
        rc = engagep_calendar_merge(&a, &b);
    if (rc == ENGAGE_OK)
        rc = engagep_calendar_encode(&a, bytes);
    engagep_calendar_release(&b);
    if (rc == ENGAGE_OK)
        rc = engagep_calendar_decode(&b, engage_buffer_data(bytes), engage_buffer_size(bytes));
    if (rc == ENGAGE_OK)
        history_same(&a, &b, 4);
    /* Into an empty one, which must grow. */
    engagep_calendar_release(&a);
    if (rc == ENGAGE_OK)
        rc = engagep_calendar_merge(&a, &b);
    ck_assert_uint_eq(a.count, rc == ENGAGE_OK ? b.count : 0);
    engagep_calendar_release(&a);
    engagep_calendar_release(&b);
    engage_buffer_free(bytes);
    return rc;
}

START_TEST(no_memory_is_survived)
{
    support_fail_each(memory_body, NULL);
}
END_TEST

/* Eight active days with a few acts and people each. */
START_TEST(a_state_is_small)
{
    struct engagep_calendar calendar = history_calendar();
    for (int32_t i = 0; i < 8; i++) {
        int32_t day = BASE + i * 9;
        struct engagep_fact fact = fact_of(day, ENGAGEP_KIND_LIKE);
        fact.parts = ENGAGEP_FACT_OBJECT;
        fact.object = 0x9E3779B9u * (uint32_t)(i + 1);
        ck_assert_int_eq(engagep_calendar_add(&calendar, &fact), ENGAGE_OK);
        fact = fact_of(day, i % 2 ? ENGAGEP_KIND_COMMENT : ENGAGEP_KIND_POST);
        fact.parts = ENGAGEP_FACT_OBJECT | ENGAGEP_FACT_CONTENT | ENGAGEP_FACT_SENTIMENT;
        fact.object = fact.content = 0x85EBCA6Bu * (uint32_t)(i + 1);
        fact.valence = 437000;
        ck_assert_int_eq(engagep_calendar_add(&calendar, &fact), ENGAGE_OK);
        fact = fact_of(day, ENGAGEP_KIND_HELP);
        fact.parts = ENGAGEP_FACT_PERSON | ENGAGEP_FACT_OBJECT | ENGAGEP_FACT_CONTENT |
                     ENGAGEP_FACT_SENTIMENT;
        fact.person = 0xC2B2AE35u * (uint32_t)(i + 1);
        fact.object = fact.content = 0x27D4EB2Fu * (uint32_t)(i + 1);
        fact.valence = 211000;
        ck_assert_int_eq(engagep_calendar_add(&calendar, &fact), ENGAGE_OK);
        fact = fact_of(day, ENGAGEP_KIND_THANKED);
        fact.parts = ENGAGEP_FACT_PERSON;
        fact.person = 0xC2B2AE35u * (uint32_t)(i + 1);
        ck_assert_int_eq(engagep_calendar_add(&calendar, &fact), ENGAGE_OK);
    }
    engage_buffer *bytes;
    ck_assert_int_eq(engage_buffer_new(&bytes, NULL), ENGAGE_OK);
    ck_assert_int_eq(engagep_calendar_encode(&calendar, bytes), ENGAGE_OK);
    printf("8 days with 3 acts and a thank-you each: %zu bytes\n", engage_buffer_size(bytes));
    ck_assert_uint_le(engage_buffer_size(bytes), 260);
    engage_buffer_free(bytes);
    engagep_calendar_release(&calendar);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("calendar");
    TCase *tcase = tcase_create("calendar");
    tcase_set_timeout(tcase, 0);
    tcase_add_test(tcase, kinds_are_a_closed_table);
    tcase_add_test(tcase, a_fact_adds_to_its_day);
    tcase_add_test(tcase, consumption_keeps_no_hashes);
    tcase_add_test(tcase, what_is_out_of_range_is_refused);
    tcase_add_test(tcase, counts_stop_at_their_largest_value);
    tcase_add_test(tcase, the_floor_drops_days_and_keeps_firsts);
    tcase_add_test(tcase, a_further_counterpart_is_no_act);
    tcase_add_test(tcase, removing_a_day_and_adding_its_facts_restores_it);
    tcase_add_test(tcase, a_fact_is_replaced_by_its_amounts);
    tcase_add_test(tcase, any_order_split_and_merge_gives_the_same_bytes);
    tcase_add_test(tcase, states_of_different_keys_do_not_merge);
    tcase_add_test(tcase, the_bytes_are_those_documented);
    tcase_add_test(tcase, hostile_bytes_are_refused_or_canonical);
    tcase_add_test(tcase, each_rule_of_the_format_is_checked);
    tcase_add_test(tcase, no_memory_is_survived);
    tcase_add_test(tcase, a_state_is_small);
    suite_add_tcase(suite, tcase);
    return support_run(suite);
}
