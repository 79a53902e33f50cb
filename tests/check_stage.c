/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The stages: worked figures, each gate failing alone, profiles and controls.
 */
#include "history.h"
#include "support.h"

#include "track/stage.h"

#include <string.h>

enum { BASE = 20400, MONDAY = 20408 };

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

/* ------------------------------------------------------------ worked figures --- */

START_TEST(three_comments_on_two_posts)
{
    struct history history = {0};
    put(&history, MONDAY, ENGAGEP_KIND_COMMENT, 0, 1);
    put(&history, MONDAY, ENGAGEP_KIND_COMMENT, 0, 2);
    put(&history, MONDAY + 1, ENGAGEP_KIND_COMMENT, 0, 1);
    struct engagep_calendar calendar = history_sum(&history);
    ck_assert_uint_eq(history_stage(&calendar, MONDAY - 1).stage, 0);
    ck_assert_uint_eq(history_stage(&calendar, MONDAY).stage, 1);
    struct engagep_stage tuesday = history_stage(&calendar, MONDAY + 1);
    ck_assert_uint_eq(tuesday.stage, 2);
    ck_assert_int_eq(tuesday.earned[2], MONDAY + 99);
    ck_assert_int_eq(tuesday.valid_until, history_start(MONDAY + 129));
    ck_assert_uint_eq(tuesday.touched, 2);
    ck_assert_uint_eq(history_stage(&calendar, MONDAY + 128).stage, 2);
    struct engagep_stage after = history_stage(&calendar, MONDAY + 129);
    ck_assert_uint_eq(after.stage, 1);
    ck_assert_int_eq(after.valid_until, ENGAGE_NO_TIME);
    ck_assert_uint_eq(history_stage(&calendar, MONDAY + 3000).stage, 1);
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
    struct engagep_calendar calendar = history_sum(&history);
    ck_assert_uint_eq(history_stage(&calendar, BASE + 4).stage, 3);
    struct engagep_stage top = history_stage(&calendar, BASE + 5);
    ck_assert_uint_eq(top.stage, 4);
    ck_assert_uint_eq(top.touched, 4);
    /* The comment and the like leave on BASE + 100: curation fails there. */
    ck_assert_int_eq(top.earned[4], BASE + 99);
    ck_assert_int_eq(top.valid_until, history_start(BASE + 129));
    ck_assert_uint_eq(history_stage(&calendar, BASE + 128).stage, 4);
    ck_assert_uint_eq(history_stage(&calendar, BASE + 129).stage, 3);
    ck_assert_uint_eq(history_stage(&calendar, BASE + 158).stage, 3);
    ck_assert_uint_eq(history_stage(&calendar, BASE + 159).stage, 2);
    ck_assert_uint_eq(history_stage(&calendar, BASE + 188).stage, 2);
    ck_assert_uint_eq(history_stage(&calendar, BASE + 189).stage, 1);
    engagep_calendar_release(&calendar);
}
END_TEST

/* --------------------------------------------------------------------- gates --- */

/* Fails unless the history passes all gates but this one, and so stops below it. */
static void fails_alone(const struct history *history, const engage_policy *policy, int stage,
                        const char *name)
{
    struct engagep_calendar calendar = history_sum(history);
    struct engagep_gate gates[ENGAGEP_GATES_MAX];
    int64_t now = history_start(BASE + 20);
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
    struct engagep_calendar calendar = history_sum(history);
    ck_assert_int_eq(history_stage(&calendar, BASE + 20).stage, stage);
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
    struct engagep_calendar calendar = history_sum(&history);
    struct engagep_gate gates[ENGAGEP_GATES_MAX];
    size_t count = engagep_stage_gates(&calendar, engage_policy_default(), history_start(BASE + 5),
                                       gates);
    for (size_t i = 1; i < count; i++) {
        ck_assert_int_eq(gates[i].passed, 1);
        /* On that day it fails, and on the day before it does not. */
        struct engagep_gate then[ENGAGEP_GATES_MAX];
        engagep_stage_gates(&calendar, engage_policy_default(), history_start(gates[i].next_change),
                            then);
        ck_assert_int_eq(then[i].passed, 0);
        engagep_stage_gates(&calendar, engage_policy_default(),
                            history_start(gates[i].next_change - 1), then);
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
    struct engagep_calendar calendar = history_sum(&history);
    struct engagep_stage stage;
    engagep_stage_at(&calendar, NULL, forum, history_start(BASE + 5), &stage);
    ck_assert_uint_eq(stage.stage, 2);
    engagep_stage_at(&calendar, NULL, b2b, history_start(BASE + 5), &stage);
    ck_assert_uint_eq(stage.stage, 4);
    ck_assert_int_eq(stage.valid_until, history_start(BASE + 199 + 60));
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
    calendar = history_sum(&history);
    engagep_stage_at(&calendar, NULL, forum, history_start(BASE + 48), &stage);
    ck_assert_uint_eq(stage.stage, 3);
    engagep_stage_at(&calendar, NULL, forum, history_start(BASE + 49), &stage);
    ck_assert_uint_eq(stage.stage, 4);
    engagep_calendar_release(&calendar);
    engage_policy_unref(forum);
    engage_policy_unref(b2b);
}
END_TEST

/* ------------------------------------------------------------------- controls --- */

START_TEST(what_was_dropped_still_counts_as_ever)
{
    struct history history;
    collaborator(&history);
    struct engagep_calendar calendar = history_sum(&history);
    engagep_calendar_compact(&calendar, BASE + 900);
    struct engagep_stage later = history_stage(&calendar, BASE + 1000);
    ck_assert_uint_eq(later.stage, 1);
    ck_assert_uint_eq(later.touched, 4);
    ck_assert_uint_eq(history_stage(&calendar, BASE - 1).stage, 0);
    struct history_changes changes = {0};
    ck_assert_int_eq(engagep_stage_transitions(&calendar, NULL, engage_policy_default(),
                                               history_start(BASE + 1000), history_note, &changes),
                     ENGAGE_OK);
    ck_assert_uint_eq(changes.count, 1);
    ck_assert_int_eq(changes.list[0].at, history_start(BASE));
    ck_assert_uint_eq(changes.list[0].to, 1);
    engagep_calendar_release(&calendar);
}
END_TEST

START_TEST(controls_hold_and_cap)
{
    struct history history;
    collaborator(&history);
    struct engagep_calendar calendar = history_sum(&history);
    const engage_policy *policy = engage_policy_default();
    struct engagep_control rows[10] = {
        {history_start(BASE + 6) + 500, ENGAGEP_CONTROL_SUSPEND, 0},
        {history_start(BASE + 7), ENGAGEP_CONTROL_HOLD, 2},
        {history_start(BASE + 8), ENGAGEP_CONTROL_RELEASE, 0},
        {history_start(BASE + 9), ENGAGEP_CONTROL_REINSTATE, 0},
    };
    for (int i = 0; i < 6; i++)
        rows[4 + i] =
            (struct engagep_control){history_start(BASE + 20) + i, ENGAGEP_CONTROL_FLAG, 0};
    struct engagep_controls controls = {rows, 10};
    struct engagep_stage stage;
    engagep_stage_at(&calendar, &controls, policy, history_start(BASE + 6) + 499, &stage);
    ck_assert_uint_eq(stage.stage, 4);
    engagep_stage_at(&calendar, &controls, policy, history_start(BASE + 6) + 500, &stage);
    ck_assert_uint_eq(stage.stage, 3);
    ck_assert_uint_eq(stage.natural, 4);
    ck_assert_uint_eq(stage.capped, 1);
    /* Suspended, it stays 3 until even the facts alone would give less. */
    ck_assert_int_eq(stage.valid_until, history_start(BASE + 159));
    engagep_stage_at(&calendar, &controls, policy, history_start(BASE + 7), &stage);
    ck_assert_uint_eq(stage.stage, 2);
    ck_assert_uint_eq(stage.held, 1);
    ck_assert_int_eq(stage.valid_until, ENGAGE_NO_TIME);
    engagep_stage_at(&calendar, &controls, policy, history_start(BASE + 9), &stage);
    ck_assert_uint_eq(stage.stage, 4);
    ck_assert_uint_eq(stage.capped, 0);
    engagep_stage_at(&calendar, &controls, policy, history_start(BASE + 20) + 4, &stage);
    ck_assert_uint_eq(stage.stage, 4);
    /* With the sixth flag it is 3; the flags leave after 100 days, and it is 4 again. */
    engagep_stage_at(&calendar, &controls, policy, history_start(BASE + 20) + 5, &stage);
    ck_assert_uint_eq(stage.stage, 3);
    ck_assert_int_eq(stage.valid_until, history_start(BASE + 120));
    struct history_changes changes = {0};
    ck_assert_int_eq(engagep_stage_transitions(&calendar, &controls, policy,
                                               history_start(BASE + 121), history_note, &changes),
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
    changes = (struct history_changes){.stop_at = 2};
    ck_assert_int_eq(engagep_stage_transitions(&calendar, &controls, policy,
                                               history_start(BASE + 121), history_note, &changes),
                     ENGAGE_DONE);
    ck_assert_uint_eq(changes.count, 2);
    engagep_calendar_release(&calendar);
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
    tcase_add_test(tcase, stages_have_names);
    suite_add_tcase(suite, tcase);
    return support_run(suite);
}
