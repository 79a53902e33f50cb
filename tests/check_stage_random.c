/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The stages of random histories: beside a plain implementation that goes day by day over the
 * facts themselves, and what must hold of any history.
 */
#include "history.h"
#include "support.h"

#include "base/time.h"
#include "track/stage.h"

#include <stdio.h>

enum { BASE = 20400 };

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

/* ----------------------------------------------------------------- properties --- */

static size_t random_controls(struct engagep_control *rows, uint64_t *state)
{
    size_t count = support_random(state) % 12;
    int64_t time = history_start(BASE) - 5000;
    for (size_t i = 0; i < count; i++) {
        time += (int64_t)(support_random(state) % (40 * (uint64_t)ENGAGEP_DAY_MS));
        int64_t midnight = history_start((int32_t)engagep_time_day(time));
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
                       const struct engagep_controls *controls, const struct history_changes *all,
                       struct engagep_stage_since since, int64_t until)
{
    const engage_policy *policy = engage_policy_default();
    struct history_changes late = {0};
    struct engagep_stage_now now;
    struct engagep_stage stage;
    ck_assert_int_eq(
        engagep_stage_walk(calendar, controls, policy, since, until, history_note, &late, &now),
        ENGAGE_OK);
    size_t before = 0;
    while (before < all->count && all->list[before].at < history_start(since.day))
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
        struct engagep_calendar calendar = history_sum(&history);
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

        struct history_changes changes = {0};
        ck_assert_int_eq(engagep_stage_transitions(&calendar, &controls, policy,
                                                   history_start(last), history_note, &changes),
                         ENGAGE_OK);
        size_t at = 0;
        int told = 0;
        for (int32_t day = BASE - 1; day <= last; day++) {
            while (at < changes.count && changes.list[at].at <= history_start(day))
                told = changes.list[at++].to;
            int natural = plain[day - BASE + 1];
            int expected = plain_control(rows, controls.count, natural, history_start(day));
            reached[natural]++;
            ck_assert_msg(told == expected, "seed %llu: transitions give %d on day %d, not %d",
                          (unsigned long long)seed, told, day - BASE, expected);
            if (support_random(&state) % 16 != 0)
                continue;
            /* At some moment of the day, from the facts up to then. */
            int64_t time = history_start(day) + (int64_t)(support_random(&state) % 86400000);
            struct engagep_stage stage;
            engagep_stage_at(&calendar, &controls, policy, time, &stage);
            expected = plain_control(rows, controls.count, natural, time);
            ck_assert_msg(stage.stage == expected && stage.natural == natural,
                          "seed %llu: stage %u (%u by facts) on day %d, not %d (%d)",
                          (unsigned long long)seed, stage.stage, stage.natural, day - BASE,
                          expected, natural);
            struct engagep_stage_since since = {day, 0};
            check_walk(&calendar, &controls, &changes, since, history_start(last));
            if (controls.count > 0 || day < BASE)
                continue;
            since.stage = (uint8_t)plain[day - BASE]; /* of the day before */
            check_walk(&calendar, &controls, &changes, since, history_start(last));
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
        struct engagep_calendar calendar = history_sum(&history);
        struct engagep_control rows[12];
        struct engagep_controls controls = {rows, 0};
        if (seed % 2 == 0)
            controls.count = random_controls(rows, &state);
        int32_t day = BASE + (int32_t)(support_random(&state) % 300);
        struct engagep_stage stage;
        engagep_stage_at(&calendar, &controls, engage_policy_default(), history_start(day), &stage);
        /* Silence: what was known then, and nothing after. */
        struct engagep_calendar known = history_calendar();
        for (size_t i = 0; i < history.count; i++)
            if (history.facts[i].day <= day)
                history_add(&history, i, i + 1, &known);
        struct engagep_controls early = {rows, 0};
        while (early.count < controls.count && rows[early.count].time <= history_start(day))
            early.count++;
        struct engagep_stage now;
        for (int32_t t = day; t < day + 300; t++) {
            engagep_stage_at(&known, &early, engage_policy_default(), history_start(t), &now);
            int ended =
                stage.valid_until != ENGAGE_NO_TIME && history_start(t) >= stage.valid_until;
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
                int stage = history_stage(&calendar, BASE + 20 + 37 * k).stage;
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
        struct engagep_calendar calendar = history_sum(&history);
        struct history_changes changes = {0};
        ck_assert_int_eq(engagep_stage_transitions(&calendar, NULL, engage_policy_default(),
                                                   history_start(BASE + 1500), history_note,
                                                   &changes),
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
        struct engagep_calendar calendar = history_sum(&history);
        for (int32_t day = BASE; day < BASE + 400; day += 29) {
            struct engagep_gate gates[ENGAGEP_GATES_MAX];
            size_t count = engagep_stage_gates(&calendar, engage_policy_default(),
                                               history_start(day), gates);
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

int main(void)
{
    Suite *suite = suite_create("stage, random");
    TCase *tcase = tcase_create("stage, random");
    tcase_set_timeout(tcase, 0);
    tcase_add_test(tcase, random_histories_agree_with_the_plain_implementation);
    tcase_add_test(tcase, a_stage_is_valid_until_it_says);
    tcase_add_test(tcase, an_added_fact_never_lowers_a_stage);
    tcase_add_test(tcase, nobody_falls_two_steps_in_thirty_days);
    tcase_add_test(tcase, explain_recomputes_the_decision);
    suite_add_tcase(suite, tcase);
    return support_run(suite);
}
