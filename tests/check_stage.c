/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The stages: worked figures, each gate failing alone, and random histories beside a
 * plain implementation that goes day by day over the facts themselves.
 */
#include "history.h"
#include "support.h"

#include "base/time.h"
#include "track/stage.h"

#include <stdio.h>
#include <string.h>

enum { BASE = 20400, MONDAY = 20408 };

static int64_t start_of(int32_t day)
{
    return (int64_t)day * ENGAGEP_DAY_MS;
}

/* -------------------------------------------------- the plain implementation --- */

/* Distinct values of one part of the facts that pass. */
static int distinct(const struct history *history, int32_t from, int32_t to, int least_class,
                    int most_class, int part)
{
    uint32_t seen[HISTORY_MAX];
    int count = 0;
    for (size_t i = 0; i < history->count; i++) {
        const struct engagep_fact *fact = &history->facts[i];
        int class_number = engagep_kind_class(fact->kind);
        if (fact->day < from || fact->day > to || class_number < least_class ||
            class_number > most_class || (fact->parts & part) == 0)
            continue;
        uint32_t value = part == ENGAGEP_FACT_PERSON   ? fact->person
                         : part == ENGAGEP_FACT_OBJECT ? fact->object
                                                       : fact->content;
        int known = 0;
        for (int k = 0; k < count; k++)
            known |= seen[k] == value;
        if (!known)
            seen[count++] = value;
    }
    return count;
}

static int acts(const struct history *history, int32_t from, int32_t to, int least_class,
                int most_class)
{
    int count = 0;
    for (size_t i = 0; i < history->count; i++) {
        const struct engagep_fact *fact = &history->facts[i];
        int class_number = engagep_kind_class(fact->kind);
        if (fact->day >= from && fact->day <= to && class_number >= least_class &&
            class_number <= most_class)
            count += fact->count;
    }
    return count;
}

static int days(const struct history *history, int32_t from, int32_t to, int least_class,
                int most_class)
{
    unsigned char seen[4000] = {0};
    int count = 0;
    for (size_t i = 0; i < history->count; i++) {
        const struct engagep_fact *fact = &history->facts[i];
        int class_number = engagep_kind_class(fact->kind);
        if (fact->day < from || fact->day > to || class_number < least_class ||
            class_number > most_class || fact->count == 0)
            continue;
        count += seen[fact->day - BASE + 1000]++ == 0;
    }
    return count;
}

/* Section 5 of the design, word by word, for the default policy. */
static int plain_earned(const struct history *h, int32_t d)
{
    int32_t from = d - 99;
    if (acts(h, INT32_MIN, d, 1, 4) < 1)
        return 0;
    if (acts(h, from, d, 2, 4) < 3 || days(h, from, d, 2, 4) < 2 ||
        distinct(h, from, d, 2, 4, ENGAGEP_FACT_OBJECT) < 2)
        return 1;
    if (acts(h, from, d, 3, 4) < 2 || distinct(h, from, d, 3, 4, ENGAGEP_FACT_CONTENT) < 2 ||
        days(h, from, d, 3, 4) < 2 || days(h, from, d, 1, 4) < 4)
        return 2;
    if (acts(h, from, d, 4, 4) < 3 || days(h, from, d, 4, 4) < 3 ||
        distinct(h, from, d, 3, 4, ENGAGEP_FACT_CONTENT) < 3 ||
        distinct(h, from, d, 4, 4, ENGAGEP_FACT_PERSON) < 3 ||
        distinct(h, from, d, 5, 5, ENGAGEP_FACT_PERSON) < 2 || days(h, from, d, 5, 5) < 2 ||
        acts(h, from, d, 2, 2) < 1 || acts(h, from, d, 3, 3) < 1)
        return 3;
    return 4;
}

/* The stage of every day of [first, last]. */
static void plain_stages(const struct history *history, int32_t first, int32_t last, int *out)
{
    int earned[2000];
    ck_assert_int_lt(last - first, 2000);
    for (int32_t t = first; t <= last; t++) {
        earned[t - first] = plain_earned(history, t);
        int stage = earned[t - first] > 0;
        for (int32_t d = first; d <= t; d++) {
            int held = earned[d - first] - (t - d) / 30;
            stage = held > stage ? held : stage;
        }
        out[t - first] = stage;
    }
}

static int plain_control(const struct engagep_control *rows, size_t count, int stage, int64_t time)
{
    int hold = 0;
    int suspended = 0;
    int flags = 0;
    for (size_t i = 0; i < count && rows[i].time <= time; i++) {
        if (rows[i].type == ENGAGEP_CONTROL_HOLD)
            hold = rows[i].stage;
        else if (rows[i].type == ENGAGEP_CONTROL_RELEASE)
            hold = 0;
        else if (rows[i].type == ENGAGEP_CONTROL_SUSPEND)
            suspended = 1;
        else if (rows[i].type == ENGAGEP_CONTROL_REINSTATE)
            suspended = 0;
        else
            flags += engagep_time_day(rows[i].time) >= engagep_time_day(time) - 99;
    }
    if (hold != 0)
        return hold;
    return (suspended || flags > 5) && stage > 3 ? 3 : stage;
}

/* ------------------------------------------------------------------ helpers --- */

static struct engagep_stage stage_of(const struct engagep_calendar *calendar, int32_t day)
{
    struct engagep_stage stage;
    engagep_stage_at(calendar, NULL, engage_policy_default(), start_of(day) + 1, &stage);
    return stage;
}

static void put(struct history *history, int32_t day, int kind, uint32_t person, uint32_t object)
{
    struct engagep_fact *fact = &history->facts[history->count++];
    memset(fact, 0, sizeof(*fact));
    fact->day = day;
    fact->kind = (uint8_t)kind;
    fact->count = 1;
    fact->object = object;
    fact->content = object;
    fact->person = person;
    fact->parts = (uint8_t)((person != 0 ? ENGAGEP_FACT_PERSON : 0) |
                            (object != 0 ? ENGAGEP_FACT_OBJECT | ENGAGEP_FACT_CONTENT : 0));
}

static struct engagep_calendar calendar_of(const struct history *history)
{
    struct engagep_calendar calendar = history_calendar();
    history_add(history, 0, history->count, &calendar);
    return calendar;
}

/* ------------------------------------------------------------ worked figures --- */

START_TEST(three_comments_on_two_posts)
{
    struct history history = {0};
    put(&history, MONDAY, ENGAGEP_KIND_COMMENT, 0, 1);
    put(&history, MONDAY, ENGAGEP_KIND_COMMENT, 0, 2);
    put(&history, MONDAY + 1, ENGAGEP_KIND_COMMENT, 0, 1);
    struct engagep_calendar calendar = calendar_of(&history);
    ck_assert_uint_eq(stage_of(&calendar, MONDAY - 1).stage, 0);
    ck_assert_uint_eq(stage_of(&calendar, MONDAY).stage, 1);
    struct engagep_stage tuesday = stage_of(&calendar, MONDAY + 1);
    ck_assert_uint_eq(tuesday.stage, 2);
    ck_assert_int_eq(tuesday.earned[2], MONDAY + 99);
    ck_assert_int_eq(tuesday.valid_until, start_of(MONDAY + 129));
    ck_assert_uint_eq(tuesday.touched, 2);
    ck_assert_uint_eq(stage_of(&calendar, MONDAY + 128).stage, 2);
    struct engagep_stage after = stage_of(&calendar, MONDAY + 129);
    ck_assert_uint_eq(after.stage, 1);
    ck_assert_int_eq(after.valid_until, ENGAGE_NO_TIME);
    ck_assert_uint_eq(stage_of(&calendar, MONDAY + 3000).stage, 1);
    engagep_calendar_release(&calendar);
}
END_TEST

/* A history that is exactly enough for stage 4. */
static void collaborator(struct history *history)
{
    history->count = 0;
    put(history, BASE, ENGAGEP_KIND_COMMENT, 0, 1);
    put(history, BASE, ENGAGEP_KIND_LIKE, 0, 2);
    put(history, BASE + 1, ENGAGEP_KIND_POST, 0, 3);
    put(history, BASE + 2, ENGAGEP_KIND_HELP, 101, 4);
    put(history, BASE + 3, ENGAGEP_KIND_HELP, 102, 5);
    put(history, BASE + 4, ENGAGEP_KIND_INVITE, 103, 6);
    put(history, BASE + 3, ENGAGEP_KIND_THANKED, 101, 0);
    put(history, BASE + 5, ENGAGEP_KIND_BACKED, 104, 0);
}

START_TEST(a_collaborator_erodes_a_step_in_thirty_days)
{
    struct history history;
    collaborator(&history);
    struct engagep_calendar calendar = calendar_of(&history);
    ck_assert_uint_eq(stage_of(&calendar, BASE + 4).stage, 3);
    struct engagep_stage top = stage_of(&calendar, BASE + 5);
    ck_assert_uint_eq(top.stage, 4);
    ck_assert_uint_eq(top.touched, 4);
    /* The comment and the like leave on BASE + 100: curation fails there. */
    ck_assert_int_eq(top.earned[4], BASE + 99);
    ck_assert_int_eq(top.valid_until, start_of(BASE + 129));
    ck_assert_uint_eq(stage_of(&calendar, BASE + 128).stage, 4);
    ck_assert_uint_eq(stage_of(&calendar, BASE + 129).stage, 3);
    ck_assert_uint_eq(stage_of(&calendar, BASE + 158).stage, 3);
    ck_assert_uint_eq(stage_of(&calendar, BASE + 159).stage, 2);
    ck_assert_uint_eq(stage_of(&calendar, BASE + 188).stage, 2);
    ck_assert_uint_eq(stage_of(&calendar, BASE + 189).stage, 1);
    engagep_calendar_release(&calendar);
}
END_TEST

/* --------------------------------------------------------------------- gates --- */

/* Fails unless the history passes all gates but this one, and so stops below it. */
static void fails_alone(const struct history *history, const engage_policy *policy, int stage,
                        const char *name)
{
    struct engagep_calendar calendar = calendar_of(history);
    struct engagep_gate gates[ENGAGEP_GATES_MAX];
    int64_t now = start_of(BASE + 20);
    size_t count = engagep_stage_gates(&calendar, policy, now, gates);
    int failed = 0;
    for (size_t i = 0; i < count; i++) {
        ck_assert_int_eq(gates[i].passed, gates[i].value >= gates[i].threshold);
        if (gates[i].passed || gates[i].stage > stage)
            continue;
        failed++;
        ck_assert_msg(gates[i].stage == stage &&
                          strcmp(engagep_policy_measure(gates[i].measure), name) == 0,
                      "%d.%s: %d.%s fails too", stage, name, gates[i].stage,
                      engagep_policy_measure(gates[i].measure));
        ck_assert_int_eq(gates[i].next_change, ENGAGEP_NO_DAY);
    }
    ck_assert_msg(failed == 1, "%d.%s does not fail", stage, name);
    struct engagep_stage result;
    engagep_stage_at(&calendar, NULL, policy, now, &result);
    ck_assert_int_eq(result.stage, stage - 1);
    engagep_calendar_release(&calendar);
}

/* Fails unless the history passes a stage. */
static void passes(const struct history *history, int stage)
{
    struct engagep_calendar calendar = calendar_of(history);
    ck_assert_int_eq(stage_of(&calendar, BASE + 20).stage, stage);
    engagep_calendar_release(&calendar);
}

START_TEST(gate_consumption_acts)
{
    struct history history = {0};
    put(&history, BASE, ENGAGEP_KIND_BUY, 0, 0);
    put(&history, BASE, ENGAGEP_KIND_THANKED, 5, 0);
    fails_alone(&history, engage_policy_default(), 1, "acts");
    put(&history, BASE, ENGAGEP_KIND_VIEW, 0, 0);
    passes(&history, 1);
}
END_TEST

static void curator(struct history *history)
{
    history->count = 0;
    put(history, BASE, ENGAGEP_KIND_COMMENT, 0, 1);
    put(history, BASE, ENGAGEP_KIND_LIKE, 0, 2);
    put(history, BASE + 1, ENGAGEP_KIND_SHARE, 0, 1);
}

START_TEST(gate_curation_acts)
{
    struct history history;
    curator(&history);
    passes(&history, 2);
    history.facts[0].kind = ENGAGEP_KIND_VIEW;
    fails_alone(&history, engage_policy_default(), 2, "acts");
}
END_TEST

START_TEST(gate_curation_days)
{
    struct history history;
    curator(&history);
    history.facts[2].day = BASE;
    fails_alone(&history, engage_policy_default(), 2, "days");
}
END_TEST

START_TEST(gate_curation_objects)
{
    struct history history;
    curator(&history);
    history.facts[1].object = 1;
    fails_alone(&history, engage_policy_default(), 2, "objects");
}
END_TEST

static void creator(struct history *history)
{
    history->count = 0;
    put(history, BASE, ENGAGEP_KIND_POST, 0, 1);
    put(history, BASE + 1, ENGAGEP_KIND_POST, 0, 2);
    put(history, BASE + 2, ENGAGEP_KIND_LIKE, 0, 3);
    put(history, BASE + 3, ENGAGEP_KIND_VIEW, 0, 0);
}

/* Two days of creation are two acts: with the default this gate never fails alone. */
START_TEST(gate_creation_acts)
{
    static const char text[] = "[creation]\nacts = 3\n";
    const engage_policy *policy;
    ck_assert_int_eq(engage_policy_parse(&policy, text, sizeof(text) - 1, NULL, NULL), ENGAGE_OK);
    struct history history;
    creator(&history);
    passes(&history, 3);
    fails_alone(&history, policy, 3, "acts");
    engage_policy_unref(policy);
}
END_TEST

START_TEST(gate_creation_days)
{
    struct history history;
    creator(&history);
    history.facts[1].day = BASE;
    put(&history, BASE + 4, ENGAGEP_KIND_VIEW, 0, 0);
    fails_alone(&history, engage_policy_default(), 3, "days");
}
END_TEST

START_TEST(gate_creation_texts)
{
    struct history history;
    creator(&history);
    history.facts[1].content = 1;
    fails_alone(&history, engage_policy_default(), 3, "texts");
}
END_TEST

START_TEST(gate_creation_active_days)
{
    struct history history;
    creator(&history);
    history.facts[3].day = BASE;
    fails_alone(&history, engage_policy_default(), 3, "active_days");
}
END_TEST

START_TEST(gate_collaboration_acts)
{
    static const char text[] = "[collaboration]\nacts = 4\n";
    const engage_policy *policy;
    ck_assert_int_eq(engage_policy_parse(&policy, text, sizeof(text) - 1, NULL, NULL), ENGAGE_OK);
    struct history history;
    collaborator(&history);
    passes(&history, 4);
    fails_alone(&history, policy, 4, "acts");
    engage_policy_unref(policy);
}
END_TEST

START_TEST(gate_collaboration_days)
{
    struct history history;
    collaborator(&history);
    history.facts[5].day = BASE + 3;
    fails_alone(&history, engage_policy_default(), 4, "days");
}
END_TEST

START_TEST(gate_collaboration_texts)
{
    struct history history;
    collaborator(&history);
    history.facts[4].content = 4;
    history.facts[5].content = 4;
    fails_alone(&history, engage_policy_default(), 4, "texts");
}
END_TEST

START_TEST(gate_collaboration_people)
{
    struct history history;
    collaborator(&history);
    history.facts[5].person = 101;
    fails_alone(&history, engage_policy_default(), 4, "people");
}
END_TEST

START_TEST(gate_collaboration_acknowledgers)
{
    struct history history;
    collaborator(&history);
    history.facts[7].person = 101;
    fails_alone(&history, engage_policy_default(), 4, "acknowledgers");
}
END_TEST

START_TEST(gate_collaboration_acknowledged_days)
{
    struct history history;
    collaborator(&history);
    history.facts[7].day = BASE + 3;
    fails_alone(&history, engage_policy_default(), 4, "acknowledged_days");
}
END_TEST

START_TEST(gate_collaboration_curation)
{
    struct history history;
    collaborator(&history);
    history.facts[0].kind = ENGAGEP_KIND_VIEW;
    history.facts[1].kind = ENGAGEP_KIND_VIEW;
    fails_alone(&history, engage_policy_default(), 4, "curation");
}
END_TEST

START_TEST(gate_collaboration_creation)
{
    struct history history;
    collaborator(&history);
    history.facts[2].kind = ENGAGEP_KIND_COMMENT;
    fails_alone(&history, engage_policy_default(), 4, "creation");
}
END_TEST

START_TEST(gates_tell_when_silence_fails_them)
{
    struct history history;
    collaborator(&history);
    struct engagep_calendar calendar = calendar_of(&history);
    struct engagep_gate gates[ENGAGEP_GATES_MAX];
    size_t count = engagep_stage_gates(&calendar, engage_policy_default(), start_of(BASE + 5),
                                       gates);
    for (size_t i = 1; i < count; i++) {
        ck_assert_int_eq(gates[i].passed, 1);
        /* On that day it fails, and on the day before it does not. */
        struct engagep_gate then[ENGAGEP_GATES_MAX];
        engagep_stage_gates(&calendar, engage_policy_default(), start_of(gates[i].next_change),
                            then);
        ck_assert_int_eq(then[i].passed, 0);
        engagep_stage_gates(&calendar, engage_policy_default(),
                            start_of(gates[i].next_change - 1), then);
        ck_assert_int_eq(then[i].passed, 1);
    }
    ck_assert_int_eq(gates[0].next_change, ENGAGEP_NO_DAY);
    engagep_calendar_release(&calendar);
}
END_TEST

/* ------------------------------------------------------------------- profiles --- */

START_TEST(profiles_ask_for_what_they_say)
{
    const engage_policy *forum;
    const engage_policy *b2b;
    ck_assert_int_eq(engage_policy_parse(&forum, "profile = forum", 15, NULL, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_policy_parse(&b2b, "profile = b2b", 13, NULL, NULL), ENGAGE_OK);
    struct history history;
    collaborator(&history);
    struct engagep_calendar calendar = calendar_of(&history);
    struct engagep_stage stage;
    engagep_stage_at(&calendar, NULL, forum, start_of(BASE + 5), &stage);
    ck_assert_uint_eq(stage.stage, 2);
    engagep_stage_at(&calendar, NULL, b2b, start_of(BASE + 5), &stage);
    ck_assert_uint_eq(stage.stage, 4);
    ck_assert_int_eq(stage.valid_until, start_of(BASE + 199 + 60));
    engagep_calendar_release(&calendar);
    /* A regular of a forum: 50 days, 30 likes, 10 topics, 20 likes from 5 people on 7 days. */
    history.count = 0;
    for (int32_t i = 0; i < 50; i++) {
        put(&history, BASE + i, i < 30 ? ENGAGEP_KIND_LIKE : ENGAGEP_KIND_VIEW, 0,
            1 + (uint32_t)i % 3);
        if (i < 10)
            put(&history, BASE + i, i < 7 ? ENGAGEP_KIND_HELP : ENGAGEP_KIND_POST,
                50 + (uint32_t)i % 3, 100 + (uint32_t)i);
        if (i < 20)
            put(&history, BASE + i % 7, ENGAGEP_KIND_THANKED, 60 + (uint32_t)i % 5, 0);
    }
    calendar = calendar_of(&history);
    engagep_stage_at(&calendar, NULL, forum, start_of(BASE + 48), &stage);
    ck_assert_uint_eq(stage.stage, 3);
    engagep_stage_at(&calendar, NULL, forum, start_of(BASE + 49), &stage);
    ck_assert_uint_eq(stage.stage, 4);
    engagep_calendar_release(&calendar);
    engage_policy_unref(forum);
    engage_policy_unref(b2b);
}
END_TEST

/* ------------------------------------------------------------------- controls --- */

struct changes {
    size_t count;
    struct engagep_transition list[256];
    size_t stop_at; /* 0: never */
};

static int note(void *ctx, const struct engagep_transition *transition)
{
    struct changes *changes = ctx;
    ck_assert_uint_lt(changes->count, 256);
    changes->list[changes->count++] = *transition;
    return changes->count == changes->stop_at ? ENGAGE_DONE : ENGAGE_OK;
}

START_TEST(what_was_dropped_still_counts_as_ever)
{
    struct history history;
    collaborator(&history);
    struct engagep_calendar calendar = calendar_of(&history);
    engagep_calendar_compact(&calendar, BASE + 900);
    struct engagep_stage later = stage_of(&calendar, BASE + 1000);
    ck_assert_uint_eq(later.stage, 1);
    ck_assert_uint_eq(later.touched, 4);
    ck_assert_uint_eq(stage_of(&calendar, BASE - 1).stage, 0);
    struct changes changes = {0};
    ck_assert_int_eq(engagep_stage_transitions(&calendar, NULL, engage_policy_default(),
                                               start_of(BASE + 1000), note, &changes),
                     ENGAGE_OK);
    ck_assert_uint_eq(changes.count, 1);
    ck_assert_int_eq(changes.list[0].at, start_of(BASE));
    ck_assert_uint_eq(changes.list[0].to, 1);
    engagep_calendar_release(&calendar);
}
END_TEST

START_TEST(controls_hold_and_cap)
{
    struct history history;
    collaborator(&history);
    struct engagep_calendar calendar = calendar_of(&history);
    const engage_policy *policy = engage_policy_default();
    struct engagep_control rows[10] = {
        {start_of(BASE + 6) + 500, ENGAGEP_CONTROL_SUSPEND, 0},
        {start_of(BASE + 7), ENGAGEP_CONTROL_HOLD, 2},
        {start_of(BASE + 8), ENGAGEP_CONTROL_RELEASE, 0},
        {start_of(BASE + 9), ENGAGEP_CONTROL_REINSTATE, 0},
    };
    for (int i = 0; i < 6; i++)
        rows[4 + i] = (struct engagep_control){start_of(BASE + 20) + i, ENGAGEP_CONTROL_FLAG, 0};
    struct engagep_controls controls = {rows, 10};
    struct engagep_stage stage;
    engagep_stage_at(&calendar, &controls, policy, start_of(BASE + 6) + 499, &stage);
    ck_assert_uint_eq(stage.stage, 4);
    engagep_stage_at(&calendar, &controls, policy, start_of(BASE + 6) + 500, &stage);
    ck_assert_uint_eq(stage.stage, 3);
    ck_assert_uint_eq(stage.natural, 4);
    ck_assert_uint_eq(stage.capped, 1);
    /* Suspended, it stays 3 until even the facts alone would give less. */
    ck_assert_int_eq(stage.valid_until, start_of(BASE + 159));
    engagep_stage_at(&calendar, &controls, policy, start_of(BASE + 7), &stage);
    ck_assert_uint_eq(stage.stage, 2);
    ck_assert_uint_eq(stage.held, 1);
    ck_assert_int_eq(stage.valid_until, ENGAGE_NO_TIME);
    engagep_stage_at(&calendar, &controls, policy, start_of(BASE + 9), &stage);
    ck_assert_uint_eq(stage.stage, 4);
    ck_assert_uint_eq(stage.capped, 0);
    engagep_stage_at(&calendar, &controls, policy, start_of(BASE + 20) + 4, &stage);
    ck_assert_uint_eq(stage.stage, 4);
    /* With the sixth flag it is 3; the flags leave after 100 days, and it is 4 again. */
    engagep_stage_at(&calendar, &controls, policy, start_of(BASE + 20) + 5, &stage);
    ck_assert_uint_eq(stage.stage, 3);
    ck_assert_int_eq(stage.valid_until, start_of(BASE + 120));
    struct changes changes = {0};
    ck_assert_int_eq(engagep_stage_transitions(&calendar, &controls, policy,
                                               start_of(BASE + 121), note, &changes),
                     ENGAGE_OK);
    static const struct {
        uint8_t to;
        uint8_t cause;
        size_t control;
    } expected[] = {
        {2, ENGAGEP_CAUSE_FACT, 0},    {3, ENGAGEP_CAUSE_FACT, 0},
        {4, ENGAGEP_CAUSE_FACT, 0},    {3, ENGAGEP_CAUSE_CONTROL, 0},
        {2, ENGAGEP_CAUSE_CONTROL, 1}, {3, ENGAGEP_CAUSE_CONTROL, 2},
        {4, ENGAGEP_CAUSE_CONTROL, 3}, {3, ENGAGEP_CAUSE_CONTROL, 9},
        {4, ENGAGEP_CAUSE_TIME, 0},
    };
    /* The first is 0 to 1. */
    ck_assert_uint_eq(changes.count, 1 + sizeof(expected) / sizeof(expected[0]));
    ck_assert_uint_eq(changes.list[0].to, 1);
    for (size_t i = 1; i < changes.count; i++) {
        ck_assert_uint_eq(changes.list[i].from, changes.list[i - 1].to);
        ck_assert_uint_eq(changes.list[i].to, expected[i - 1].to);
        ck_assert_uint_eq(changes.list[i].cause, expected[i - 1].cause);
        ck_assert_uint_eq(changes.list[i].control, expected[i - 1].control);
    }
    changes = (struct changes){.stop_at = 2};
    ck_assert_int_eq(engagep_stage_transitions(&calendar, &controls, policy,
                                               start_of(BASE + 121), note, &changes),
                     ENGAGE_DONE);
    ck_assert_uint_eq(changes.count, 2);
    engagep_calendar_release(&calendar);
}
END_TEST

/* ----------------------------------------------------------------- properties --- */

static size_t random_controls(struct engagep_control *rows, uint64_t *state)
{
    size_t count = support_random(state) % 12;
    int64_t time = start_of(BASE) - 5000;
    for (size_t i = 0; i < count; i++) {
        time += (int64_t)(support_random(state) % (40 * (uint64_t)ENGAGEP_DAY_MS));
        int64_t midnight = start_of((int32_t)engagep_time_day(time));
        if (support_random(state) % 3 == 0 && (i == 0 || midnight >= rows[i - 1].time))
            time = midnight;
        rows[i].time = time;
        rows[i].type = (uint8_t)(support_random(state) % 8);
        if (rows[i].type > ENGAGEP_CONTROL_FLAG)
            rows[i].type = ENGAGEP_CONTROL_FLAG;
        rows[i].stage = (uint8_t)(1 + support_random(state) % 4);
    }
    return count;
}

/* A walk from a day on tells what the walk from ever tells of the time since, and where
 * it ends the same as looking there. */
static void check_walk(const struct engagep_calendar *calendar,
                       const struct engagep_controls *controls, const struct changes *all,
                       struct engagep_stage_since since, int64_t until)
{
    const engage_policy *policy = engage_policy_default();
    struct changes late = {0};
    struct engagep_stage_now now;
    struct engagep_stage stage;
    ck_assert_int_eq(
        engagep_stage_walk(calendar, controls, policy, since, until, note, &late, &now),
        ENGAGE_OK);
    size_t before = 0;
    while (before < all->count && all->list[before].at < start_of(since.day))
        before++;
    ck_assert_uint_eq(late.count, all->count - before);
    for (size_t i = 0; i < late.count; i++) {
        ck_assert_int_eq(late.list[i].at, all->list[before + i].at);
        ck_assert_uint_eq(late.list[i].from, all->list[before + i].from);
        ck_assert_uint_eq(late.list[i].to, all->list[before + i].to);
        ck_assert_uint_eq(late.list[i].cause, all->list[before + i].cause);
    }
    engagep_stage_at(calendar, controls, policy, until, &stage);
    ck_assert_uint_eq(now.stage, stage.stage);
    ck_assert_int_eq(now.valid_until, stage.valid_until);
}

START_TEST(random_histories_agree_with_the_plain_implementation)
{
    uint64_t first;
    unsigned long rounds = history_rounds("stages beside the plain ones", &first);
    unsigned long reached[5] = {0};
    for (uint64_t seed = first; seed < first + rounds; seed++) {
        uint64_t state = seed;
        struct history history;
        history_make(&history, seed, BASE);
        struct engagep_calendar calendar = calendar_of(&history);
        const engage_policy *policy = engage_policy_default();
        int32_t last = BASE;
        for (size_t i = 0; i < history.count; i++)
            last = history.facts[i].day > last ? history.facts[i].day : last;
        last += 230;
        int plain[2000];
        plain_stages(&history, BASE - 1, last, plain);
        struct engagep_control rows[12];
        struct engagep_controls controls = {rows, 0};
        if (seed % 3 == 0)
            controls.count = random_controls(rows, &state);

        struct changes changes = {0};
        ck_assert_int_eq(engagep_stage_transitions(&calendar, &controls, policy, start_of(last),
                                                   note, &changes),
                         ENGAGE_OK);
        size_t at = 0;
        int told = 0;
        for (int32_t day = BASE - 1; day <= last; day++) {
            while (at < changes.count && changes.list[at].at <= start_of(day))
                told = changes.list[at++].to;
            int natural = plain[day - BASE + 1];
            int expected = plain_control(rows, controls.count, natural, start_of(day));
            reached[natural]++;
            ck_assert_msg(told == expected, "seed %llu: transitions give %d on day %d, not %d",
                          (unsigned long long)seed, told, day - BASE, expected);
            if (support_random(&state) % 16 != 0)
                continue;
            /* At some moment of the day, from the facts up to then. */
            int64_t time = start_of(day) + (int64_t)(support_random(&state) % 86400000);
            struct engagep_stage stage;
            engagep_stage_at(&calendar, &controls, policy, time, &stage);
            expected = plain_control(rows, controls.count, natural, time);
            ck_assert_msg(stage.stage == expected && stage.natural == natural,
                          "seed %llu: stage %u (%u by facts) on day %d, not %d (%d)",
                          (unsigned long long)seed, stage.stage, stage.natural, day - BASE,
                          expected, natural);
            struct engagep_stage_since since = {day, 0};
            check_walk(&calendar, &controls, &changes, since, start_of(last));
            if (controls.count > 0 || day < BASE)
                continue;
            since.stage = (uint8_t)plain[day - BASE]; /* of the day before */
            check_walk(&calendar, &controls, &changes, since, start_of(last));
        }
        engagep_calendar_release(&calendar);
    }
    printf("days at stage 0 to 4: %lu %lu %lu %lu %lu\n", reached[0], reached[1], reached[2],
           reached[3], reached[4]);
    for (int stage = 0; stage <= 4 && rounds >= 300; stage++)
        ck_assert_uint_gt(reached[stage], 0);
}
END_TEST

START_TEST(a_stage_is_valid_until_it_says)
{
    uint64_t first;
    unsigned long rounds = history_rounds("valid until", &first);
    for (uint64_t seed = first; seed < first + rounds; seed++) {
        uint64_t state = seed;
        struct history history;
        history_make(&history, seed, BASE);
        struct engagep_calendar calendar = calendar_of(&history);
        struct engagep_control rows[12];
        struct engagep_controls controls = {rows, 0};
        if (seed % 2 == 0)
            controls.count = random_controls(rows, &state);
        int32_t day = BASE + (int32_t)(support_random(&state) % 300);
        struct engagep_stage stage;
        engagep_stage_at(&calendar, &controls, engage_policy_default(), start_of(day), &stage);
        /* Silence: what was known then, and nothing after. */
        struct engagep_calendar known = history_calendar();
        for (size_t i = 0; i < history.count; i++)
            if (history.facts[i].day <= day)
                history_add(&history, i, i + 1, &known);
        struct engagep_controls early = {rows, 0};
        while (early.count < controls.count && rows[early.count].time <= start_of(day))
            early.count++;
        struct engagep_stage now;
        for (int32_t t = day; t < day + 300; t++) {
            engagep_stage_at(&known, &early, engage_policy_default(), start_of(t), &now);
            int ended = stage.valid_until != ENGAGE_NO_TIME && start_of(t) >= stage.valid_until;
            if (ended) {
                ck_assert_msg(now.stage != stage.stage, "seed %llu: still %u on %d",
                              (unsigned long long)seed, now.stage, t - BASE);
                break;
            }
            ck_assert_msg(now.stage == stage.stage, "seed %llu: %u on day %d, %u promised",
                          (unsigned long long)seed, now.stage, t - BASE, stage.stage);
        }
        engagep_calendar_release(&known);
        engagep_calendar_release(&calendar);
    }
}
END_TEST

START_TEST(an_added_fact_never_lowers_a_stage)
{
    uint64_t first;
    unsigned long rounds = history_rounds("an added fact", &first);
    for (uint64_t seed = first; seed < first + rounds; seed++) {
        uint64_t state = seed;
        struct history history;
        history_make(&history, seed, BASE);
        struct engagep_calendar calendar = history_calendar();
        int stages[6] = {0};
        history_shuffle(&history, &state);
        for (size_t i = 0; i < history.count; i++) {
            history_add(&history, i, i + 1, &calendar);
            for (int32_t k = 0; k < 6; k++) {
                int stage = stage_of(&calendar, BASE + 20 + 37 * k).stage;
                ck_assert_msg(stage >= stages[k], "seed %llu: fact %zu lowers %d to %d",
                              (unsigned long long)seed, i, stages[k], stage);
                stages[k] = stage;
            }
        }
        engagep_calendar_release(&calendar);
    }
}
END_TEST

START_TEST(nobody_falls_two_steps_in_thirty_days)
{
    uint64_t first;
    unsigned long rounds = history_rounds("steps down", &first);
    unsigned long falls = 0;
    for (uint64_t seed = first; seed < first + rounds; seed++) {
        struct history history;
        history_make(&history, seed, BASE);
        struct engagep_calendar calendar = calendar_of(&history);
        struct changes changes = {0};
        ck_assert_int_eq(engagep_stage_transitions(&calendar, NULL, engage_policy_default(),
                                                   start_of(BASE + 1500), note, &changes),
                         ENGAGE_OK);
        int64_t fell = INT64_MIN / 2;
        for (size_t i = 0; i < changes.count; i++) {
            const struct engagep_transition *change = &changes.list[i];
            int32_t day = (int32_t)engagep_time_day(change->at);
            if (change->to > change->from) {
                ck_assert_int_eq(change->cause, ENGAGEP_CAUSE_FACT);
                size_t at = engagep_calendar_index(&calendar, day);
                ck_assert(at < calendar.count && calendar.days[at].day == day);
            } else {
                falls++;
                ck_assert_int_eq(change->cause, ENGAGEP_CAUSE_TIME);
                ck_assert_int_eq(change->from - change->to, 1);
                ck_assert_int_ge(change->at - fell, 30 * ENGAGEP_DAY_MS);
                fell = change->at;
            }
            /* No stage without acts of its class in the window, or in its erosion. */
            if (change->to >= 2)
                ck_assert_int_gt(acts(&history, day - 99 - 30 * (5 - change->to), day,
                                      change->to, 4),
                                 0);
        }
        engagep_calendar_release(&calendar);
    }
    ck_assert_uint_gt(falls, 0);
}
END_TEST

START_TEST(explain_recomputes_the_decision)
{
    uint64_t first;
    unsigned long rounds = history_rounds("gates and stage", &first);
    for (uint64_t seed = first; seed < first + rounds; seed++) {
        struct history history;
        history_make(&history, seed, BASE);
        struct engagep_calendar calendar = calendar_of(&history);
        for (int32_t day = BASE; day < BASE + 400; day += 29) {
            struct engagep_gate gates[ENGAGEP_GATES_MAX];
            size_t count = engagep_stage_gates(&calendar, engage_policy_default(), start_of(day),
                                               gates);
            int earned = 4;
            for (size_t i = 0; i < count; i++)
                if (!gates[i].passed && gates[i].stage <= earned)
                    earned = gates[i].stage - 1;
            ck_assert_int_eq(earned, plain_earned(&history, day));
        }
        engagep_calendar_release(&calendar);
    }
}
END_TEST

START_TEST(stages_have_names)
{
    ck_assert_str_eq(engage_stage_name(0), "none");
    ck_assert_str_eq(engage_stage_name(4), "collaboration");
    ck_assert_ptr_null(engage_stage_name(5));
    ck_assert_ptr_null(engage_stage_name(-1));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("stage");
    TCase *tcase = tcase_create("stage");
    tcase_set_timeout(tcase, 0);
    tcase_add_test(tcase, three_comments_on_two_posts);
    tcase_add_test(tcase, a_collaborator_erodes_a_step_in_thirty_days);
    tcase_add_test(tcase, gate_consumption_acts);
    tcase_add_test(tcase, gate_curation_acts);
    tcase_add_test(tcase, gate_curation_days);
    tcase_add_test(tcase, gate_curation_objects);
    tcase_add_test(tcase, gate_creation_acts);
    tcase_add_test(tcase, gate_creation_days);
    tcase_add_test(tcase, gate_creation_texts);
    tcase_add_test(tcase, gate_creation_active_days);
    tcase_add_test(tcase, gate_collaboration_acts);
    tcase_add_test(tcase, gate_collaboration_days);
    tcase_add_test(tcase, gate_collaboration_texts);
    tcase_add_test(tcase, gate_collaboration_people);
    tcase_add_test(tcase, gate_collaboration_acknowledgers);
    tcase_add_test(tcase, gate_collaboration_acknowledged_days);
    tcase_add_test(tcase, gate_collaboration_curation);
    tcase_add_test(tcase, gate_collaboration_creation);
    tcase_add_test(tcase, gates_tell_when_silence_fails_them);
    tcase_add_test(tcase, what_was_dropped_still_counts_as_ever);
    tcase_add_test(tcase, profiles_ask_for_what_they_say);
    tcase_add_test(tcase, controls_hold_and_cap);
    tcase_add_test(tcase, random_histories_agree_with_the_plain_implementation);
    tcase_add_test(tcase, a_stage_is_valid_until_it_says);
    tcase_add_test(tcase, an_added_fact_never_lowers_a_stage);
    tcase_add_test(tcase, nobody_falls_two_steps_in_thirty_days);
    tcase_add_test(tcase, explain_recomputes_the_decision);
    tcase_add_test(tcase, stages_have_names);
    suite_add_tcase(suite, tcase);
    return support_run(suite);
}
