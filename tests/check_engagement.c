/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Score, presence, gravity, standing, reach and outcome: worked figures, and random
 * histories beside plain floating-point or day-by-day versions.
 */
#include "history.h"
#include "support.h"

#include "base/time.h"
#include "track/engagement.h"
#include "track/fixed.h"
#include "track/outcome.h"
#include "track/standing.h"

#include <math.h>
#include <string.h>

enum { BASE = 20400 };

static void put(struct engagep_calendar *calendar, int32_t day, int kind, int times)
{
    struct engagep_fact fact = {.day = day, .kind = (uint8_t)kind, .count = 1};
    for (int i = 0; i < times; i++)
        ck_assert_int_eq(engagep_calendar_add(calendar, &fact), ENGAGE_OK);
}

static void speak(struct engagep_calendar *calendar, int32_t day, int advocacy, int detraction)
{
    struct engagep_fact fact = {.day = day,
                                .kind = ENGAGEP_KIND_POST,
                                .count = 1,
                                .advocacy = (uint16_t)advocacy,
                                .detraction = (uint16_t)detraction};
    ck_assert_int_eq(engagep_calendar_add(calendar, &fact), ENGAGE_OK);
}

/* -------------------------------------------------------------------- fixed --- */

START_TEST(powers_and_logarithms_are_close)
{
    uint64_t state = 3;
    for (int i = 0; i < 200000; i++) {
        uint64_t x = support_random(&state) >> (support_random(&state) % 40 + 24);
        double exact = exp2(-(double)x / 4294967296.0) * 4294967296.0;
        ck_assert_double_le(fabs((double)engagep_fixed_exp2neg(x) - exact), 4.0);
    }
    ck_assert_uint_eq(engagep_fixed_exp2neg(0), ENGAGEP_FIXED_ONE);
    ck_assert_uint_eq(engagep_fixed_exp2neg(ENGAGEP_FIXED_ONE), ENGAGEP_FIXED_ONE / 2);
    ck_assert_uint_eq(engagep_fixed_exp2neg(ENGAGEP_FIXED_ONE * 40), 0);
    ck_assert_int_eq(engagep_fixed_log10(-5), 0);
    ck_assert_int_eq(engagep_fixed_log10(0), 0);
    ck_assert_int_eq(engagep_fixed_log10(9), 1000000);
    ck_assert_int_eq(engagep_fixed_log10(999999), 6000000);
    for (int i = 0; i < 200000; i++) {
        int64_t n = (int64_t)(support_random(&state) >> (1 + support_random(&state) % 62));
        double exact = log10(1.0 + (double)n) * 1e6;
        ck_assert_double_le(fabs((double)engagep_fixed_log10(n) - exact), 0.6);
    }
}
END_TEST

/* -------------------------------------------------------------------- score --- */

/* Whether a fact is an act of at least a class. */
static int is_act(const struct engagep_fact *fact, int least_class)
{
    int class_number = engagep_kind_class(fact->kind);
    return fact->count > 0 && class_number >= least_class &&
           class_number <= ENGAGEP_CLASS_COLLABORATION;
}

/* The points of the latest act of a class or above on the days [begin, end), halved since. */
static double plain_span(const struct history *history, int least_class, int32_t begin, int32_t end,
                         int32_t today, int32_t points, int32_t half_life)
{
    int32_t latest = INT32_MIN;
    for (size_t i = 0; i < history->count; i++) {
        const struct engagep_fact *fact = &history->facts[i];
        if (is_act(fact, least_class) && fact->day >= begin && fact->day < end &&
            fact->day > latest)
            latest = fact->day;
    }
    return latest == INT32_MIN ? 0 : points * exp2(-(double)(today - latest) / half_life);
}

/* What coming again adds: span by span from the first act, in floating point. */
static double plain_returning(const struct history *history, const engage_policy *policy,
                              int32_t today)
{
    const struct engagep_policy_numbers *numbers = &policy->numbers;
    int32_t first = today;
    for (size_t i = 0; i < history->count; i++)
        if (is_act(&history->facts[i], ENGAGEP_CLASS_CURATION) && history->facts[i].day < first)
            first = history->facts[i].day;
    double sum = 0;
    for (int32_t from = first + numbers->returning_span; from <= today;
         from += numbers->returning_span) {
        int32_t begin = from > today - 729 ? from : today - 729;
        int32_t end = from + numbers->returning_span;
        end = end > today + 1 ? today + 1 : end;
        sum += plain_span(history, ENGAGEP_CLASS_CURATION, begin, end, today, numbers->returning,
                          numbers->returning_half_life);
        sum += plain_span(history, ENGAGEP_CLASS_COLLABORATION, begin, end, today,
                          numbers->returning_collaboration, numbers->returning_half_life);
    }
    return sum;
}

/* Section 4 of the design in floating point, over the facts themselves, and what coming again
 * adds. */
static double plain_score(const struct history *history, const engage_policy *policy,
                          int32_t today)
{
    const struct engagep_policy_numbers *numbers = &policy->numbers;
    double sum = plain_returning(history, policy, today);
    for (int32_t day = today - 729; day <= today; day++) {
        for (int kind = 0; kind <= ENGAGEP_KIND_BACKED; kind++) {
            int count = 0;
            for (size_t i = 0; i < history->count; i++)
                if (history->facts[i].day == day && history->facts[i].kind == kind)
                    count += history->facts[i].count;
            int class_number = engagep_kind_class(kind);
            class_number = class_number == ENGAGEP_CLASS_CREDIT ? 4 : class_number;
            if (count > numbers->cap[kind])
                count = numbers->cap[kind];
            if (count > 0)
                sum += exp2(-(double)(today - day) / numbers->half_life[class_number]) * count *
                       numbers->weight[kind];
        }
    }
    return 100 * (1 - exp(-sum / numbers->scale));
}

/* The half-lives, caps and weights that section 4 begins with, and nothing for coming again. */
static const engage_policy *first_policy(void)
{
    static const char text[] = "[score]\ncuration_half_life = 30\ncreation_half_life = 60\n"
                               "collaboration_half_life = 90\nreturning = 0\n"
                               "returning_collaboration = 0\n[cap]\npost = 5\nhelp = 5\n"
                               "cocreate = 5\nthanked = 5\n[weight]\nthanked = 1\n";
    const engage_policy *policy;
    ck_assert_int_eq(engage_policy_parse(&policy, text, sizeof(text) - 1, NULL, NULL), ENGAGE_OK);
    return policy;
}

START_TEST(score_of_a_few_acts)
{
    struct engagep_calendar calendar = history_calendar();
    const engage_policy *policy = first_policy();
    ck_assert_int_eq(engagep_engagement_score(&calendar, policy, history_start(BASE)), 0);
    put(&calendar, BASE, ENGAGEP_KIND_POST, 1);
    /* 100 (1 - exp(-7 / 200)) = 3.439458 */
    ck_assert_int_eq(engagep_engagement_score(&calendar, policy, history_start(BASE)), 3439458);
    /* Sixty days halve it: 100 (1 - exp(-3.5 / 200)) = 1.734776 */
    ck_assert_int_eq(engagep_engagement_score(&calendar, policy, history_start(BASE + 60)),
                     1734776);
    ck_assert_int_eq(engagep_engagement_score(&calendar, policy, history_start(BASE - 1)), 0);
    ck_assert_int_eq(engagep_engagement_score(&calendar, policy, history_start(BASE + 730)), 0);
    /* More than five of a kind on a day add nothing. */
    put(&calendar, BASE, ENGAGEP_KIND_POST, 4);
    int32_t five = engagep_engagement_score(&calendar, policy, history_start(BASE));
    put(&calendar, BASE, ENGAGEP_KIND_POST, 4);
    ck_assert_int_eq(engagep_engagement_score(&calendar, policy, history_start(BASE)), five);
    /* Outcomes do not count, credits do, as collaboration. */
    put(&calendar, BASE, ENGAGEP_KIND_BUY, 3);
    ck_assert_int_eq(engagep_engagement_score(&calendar, policy, history_start(BASE)), five);
    put(&calendar, BASE, ENGAGEP_KIND_THANKED, 1);
    ck_assert_int_gt(engagep_engagement_score(&calendar, policy, history_start(BASE)), five);
    for (int32_t i = 0; i < 600; i++)
        put(&calendar, BASE + i, ENGAGEP_KIND_COCREATE, 5);
    ck_assert_int_eq(engagep_engagement_score(&calendar, policy, history_start(BASE + 600)),
                     100000000);
    engagep_calendar_release(&calendar);
    engage_policy_unref(policy);
}
END_TEST

static int32_t score_on(const struct engagep_calendar *calendar, int32_t day)
{
    return engagep_engagement_score(calendar, engage_policy_default(), history_start(day));
}

/* What mass an E in millionths stands for. */
static double mass_of(int32_t score)
{
    return -200 * log(1 - score / 1e8);
}

START_TEST(score_of_coming_again)
{
    struct engagep_calendar calendar = history_calendar();
    /* What is read alone never counts as coming again, nor begins the spans. */
    put(&calendar, BASE - 100, ENGAGEP_KIND_VIEW, 1);
    put(&calendar, BASE - 60, ENGAGEP_KIND_VIEW, 1);
    ck_assert_double_le(mass_of(score_on(&calendar, BASE - 60)), 1.2);
    engagep_calendar_clear(&calendar);
    /* The first thirty days count what their acts weigh. */
    put(&calendar, BASE, ENGAGEP_KIND_POST, 1);
    put(&calendar, BASE + 29, ENGAGEP_KIND_POST, 1);
    double halved = exp2(-29 / 100.0);
    ck_assert_double_le(fabs(mass_of(score_on(&calendar, BASE + 29)) - 7 - 7 * halved), 1e-4);
    /* An act in the next thirty adds 8, once, from its latest day on. */
    put(&calendar, BASE + 30, ENGAGEP_KIND_LIKE, 1);
    double mass = 7 * exp2(-30 / 100.0) + 7 * exp2(-1 / 100.0) + 4 + 8;
    ck_assert_double_le(fabs(mass_of(score_on(&calendar, BASE + 30)) - mass), 1e-4);
    put(&calendar, BASE + 50, ENGAGEP_KIND_LIKE, 1);
    mass = 7 * exp2(-50 / 100.0) + 7 * exp2(-21 / 100.0) + 4 * exp2(-20 / 100.0) + 4 + 8;
    ck_assert_double_le(fabs(mass_of(score_on(&calendar, BASE + 50)) - mass), 1e-4);
    /* Nothing after the day asked for is known; coming again is halved more slowly. */
    mass = 7 * exp2(-40 / 100.0) + 7 * exp2(-11 / 100.0) + 4 * exp2(-10 / 100.0) +
           8 * exp2(-10 / 250.0);
    ck_assert_double_le(fabs(mass_of(score_on(&calendar, BASE + 40)) - mass), 1e-4);
    /* Collaboration adds 10 more; credits alone are no act. */
    int32_t before = score_on(&calendar, BASE + 95);
    put(&calendar, BASE + 95, ENGAGEP_KIND_THANKED, 1);
    ck_assert_double_le(fabs(mass_of(score_on(&calendar, BASE + 95)) - mass_of(before) - 10), 1e-4);
    put(&calendar, BASE + 95, ENGAGEP_KIND_HELP, 1);
    ck_assert_double_le(fabs(mass_of(score_on(&calendar, BASE + 95)) - mass_of(before) - 38), 1e-4);
    engagep_calendar_release(&calendar);
}
END_TEST

START_TEST(score_agrees_with_floating_point)
{
    uint64_t first;
    unsigned long rounds = history_rounds("score", &first);
    const engage_policy *policies[2] = {engage_policy_default(), first_policy()};
    for (uint64_t seed = first; seed < first + rounds; seed++) {
        struct history history;
        history_make(&history, seed, BASE);
        struct engagep_calendar calendar = history_calendar();
        history_add(&history, 0, history.count, &calendar);
        int32_t today = BASE + (int32_t)(seed * 7919 % 900);
        const engage_policy *policy = policies[seed % 2];
        double exact = plain_score(&history, policy, today);
        int32_t score = engagep_engagement_score(&calendar, policy, history_start(today));
        ck_assert_msg(fabs(score / 1e6 - exact) < 2e-6, "seed %llu: %d, not %.9f",
                      (unsigned long long)seed, score, exact);
        engagep_calendar_release(&calendar);
    }
    engage_policy_unref(policies[1]);
}
END_TEST

/* The largest weights, caps and counts a policy and a state may hold. */
START_TEST(score_survives_the_largest_numbers)
{
    static const char text[] = "[score]\nscale = 1\n[weight]\npost = 1000\nhelp = 1000\n"
                               "[cap]\npost = 1000\nhelp = 1000\n";
    const engage_policy *policy;
    ck_assert_int_eq(engage_policy_parse(&policy, text, sizeof(text) - 1, NULL, NULL), ENGAGE_OK);
    struct engagep_calendar calendar = history_calendar();
    for (int32_t i = 0; i < 700; i++) {
        put(&calendar, BASE + i, ENGAGEP_KIND_POST, 1);
        put(&calendar, BASE + i, ENGAGEP_KIND_HELP, 1);
        /* Its two kinds are all that the day's cells are of. */
        calendar.cells[calendar.days[i].cells] = UINT32_MAX;
        calendar.cells[calendar.days[i].cells + 1] = UINT32_MAX;
    }
    ck_assert_int_eq(engagep_engagement_score(&calendar, policy, history_start(BASE + 700)),
                     100000000);
    struct engagep_presence presence;
    engagep_engagement_presence(&calendar, policy, history_start(BASE + 699), &presence);
    ck_assert_int_eq(presence.state, ENGAGEP_PRESENCE_STEADY);
    engagep_calendar_release(&calendar);
    engage_policy_unref(policy);
}
END_TEST

START_TEST(presence_cools_and_warms)
{
    const engage_policy *policy = engage_policy_default();
    struct engagep_calendar calendar = history_calendar();
    struct engagep_presence presence;
    put(&calendar, BASE, ENGAGEP_KIND_VIEW, 4);
    put(&calendar, BASE, ENGAGEP_KIND_BUY, 4);
    engagep_engagement_presence(&calendar, policy, history_start(BASE), &presence);
    ck_assert_int_eq(presence.state, ENGAGEP_PRESENCE_UNKNOWN);
    ck_assert_uint_eq(presence.acts, 4);
    ck_assert_ptr_null(engagep_engagement_presence_name(presence.state));
    put(&calendar, BASE, ENGAGEP_KIND_VIEW, 1);
    engagep_engagement_presence(&calendar, policy, history_start(BASE), &presence);
    ck_assert_int_eq(presence.state, ENGAGEP_PRESENCE_WARMING);
    /* All of 90 days within 7: 90 / 7 */
    ck_assert_int_eq(presence.gauge, 12857142);
    engagep_engagement_presence(&calendar, policy, history_start(BASE + 6), &presence);
    ck_assert_int_eq(presence.gauge, 12857142);
    engagep_engagement_presence(&calendar, policy, history_start(BASE + 7), &presence);
    ck_assert_int_eq(presence.state, ENGAGEP_PRESENCE_COOLING);
    ck_assert_str_eq(engagep_engagement_presence_name(presence.state), "cooling");
    ck_assert_int_eq(presence.gauge, 0);
    engagep_engagement_presence(&calendar, policy, history_start(BASE + 90), &presence);
    ck_assert_int_eq(presence.state, ENGAGEP_PRESENCE_UNKNOWN);
    for (int32_t i = 0; i < 90; i++)
        put(&calendar, BASE + 200 + i, ENGAGEP_KIND_LIKE, 1);
    engagep_engagement_presence(&calendar, policy, history_start(BASE + 289), &presence);
    ck_assert_int_eq(presence.gauge, 1000000);
    ck_assert_int_eq(presence.state, ENGAGEP_PRESENCE_STEADY);
    engagep_calendar_release(&calendar);
}
END_TEST

START_TEST(gravity_weighs_stages)
{
    const engage_policy *policy = engage_policy_default();
    const uint64_t before[5] = {0, 4, 0, 0, 0};
    const uint64_t after[5] = {0, 1, 1, 1, 1};
    ck_assert_int_eq(engagep_engagement_gravity(policy, before, after, 4), 40500000);
    ck_assert_int_eq(engagep_engagement_gravity(policy, after, before, 4), -40500000);
    ck_assert_int_eq(engagep_engagement_gravity(policy, before, after, 0), 0);
}
END_TEST

/* ----------------------------------------------------------------- standing --- */

static double plain_wilson(double part, double n)
{
    double z = 1.959964;
    double p = part / n;
    return (p + z * z / (2 * n) - z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))) /
           (1 + z * z / n);
}

START_TEST(wilson_bounds_are_those_of_the_design)
{
    /* 3 of 3, 7 of 10, 2 of 2, in half-units. */
    ck_assert_int_eq(engagep_standing_wilson(6, 6) / 10000, 43);
    ck_assert_int_ge(engagep_standing_wilson(6, 6), 400000);
    ck_assert_int_eq(engagep_standing_wilson(14, 20) / 1000, 396);
    ck_assert_int_eq(engagep_standing_wilson(4, 4) / 1000, 342);
    ck_assert_int_eq(engagep_standing_wilson(0, 6), 0);
    ck_assert_int_eq(engagep_standing_wilson(0, 0), 0);
    ck_assert_int_eq(engagep_standing_wilson(9, 6), engagep_standing_wilson(6, 6));
    for (uint64_t whole = 1; whole < 400; whole++) {
        for (uint64_t part = 0; part <= whole; part++) {
            double exact = plain_wilson((double)part / 2, (double)whole / 2) * 1e6;
            ck_assert_double_le(fabs(engagep_standing_wilson(part, whole) + 0.5 - exact), 1.0);
        }
    }
    ck_assert_int_eq(engagep_standing_wilson(UINT64_MAX, UINT64_MAX), 999999);
}
END_TEST

static struct engagep_standing standing_of(const struct engagep_calendar *calendar, int32_t day)
{
    struct engagep_standing standing;
    engagep_standing_at(calendar, engage_policy_default(), history_start(day), &standing);
    return standing;
}

START_TEST(three_of_three_on_two_days_is_an_advocate)
{
    struct engagep_calendar calendar = history_calendar();
    ck_assert_uint_eq(standing_of(&calendar, BASE).standing, ENGAGEP_STANDING_PASSIVE);
    speak(&calendar, BASE, 2, 0);
    speak(&calendar, BASE, 2, 0);
    ck_assert_uint_eq(standing_of(&calendar, BASE).standing, ENGAGEP_STANDING_PASSIVE);
    speak(&calendar, BASE, 2, 0);
    /* Three, yet on one day. */
    ck_assert_uint_eq(standing_of(&calendar, BASE).standing, ENGAGEP_STANDING_PASSIVE);
    speak(&calendar, BASE + 1, 2, 0);
    struct engagep_standing standing = standing_of(&calendar, BASE + 1);
    ck_assert_uint_eq(standing.standing, ENGAGEP_STANDING_ADVOCATE);
    ck_assert_int_eq(standing.since, BASE + 1);
    ck_assert_int_eq(standing.advocacy, 4000000);
    /* Earned through BASE + 179, when the three of BASE are last seen; held 29 days more. */
    ck_assert_int_eq(standing.valid_until, BASE + 179 + 30);
    ck_assert_uint_eq(standing_of(&calendar, BASE + 208).standing, ENGAGEP_STANDING_ADVOCATE);
    ck_assert_uint_eq(standing_of(&calendar, BASE + 209).standing, ENGAGEP_STANDING_PASSIVE);
    ck_assert_int_eq(standing_of(&calendar, BASE + 209).since, BASE + 209);
    engagep_calendar_release(&calendar);
}
END_TEST

START_TEST(seven_of_ten_is_no_advocate_and_two_of_two_is_a_detractor)
{
    struct engagep_calendar calendar = history_calendar();
    for (int i = 0; i < 7; i++)
        speak(&calendar, BASE + i % 2, 2, 0);
    for (int i = 0; i < 3; i++)
        speak(&calendar, BASE - 1, 0, 2);
    /* On the day before they had three of three against, which holds. */
    ck_assert_uint_eq(standing_of(&calendar, BASE - 1).standing, ENGAGEP_STANDING_DETRACTOR);
    ck_assert_uint_eq(standing_of(&calendar, BASE + 1).standing, ENGAGEP_STANDING_DETRACTOR);
    speak(&calendar, BASE + 1, 2, 0);
    ck_assert_uint_eq(standing_of(&calendar, BASE + 1).standing, ENGAGEP_STANDING_DIVIDED);
    engagep_calendar_clear(&calendar);
    speak(&calendar, BASE, 0, 2);
    ck_assert_uint_eq(standing_of(&calendar, BASE).standing, ENGAGEP_STANDING_PASSIVE);
    speak(&calendar, BASE, 0, 1);
    speak(&calendar, BASE, 0, 1);
    struct engagep_standing standing = standing_of(&calendar, BASE);
    ck_assert_uint_eq(standing.standing, ENGAGEP_STANDING_DETRACTOR);
    ck_assert_int_eq(standing.wilson_low / 1000, 342);
    ck_assert_str_eq(engagep_standing_name(standing.standing), "detractor");
    ck_assert_ptr_null(engagep_standing_name(4));
    engagep_calendar_release(&calendar);
}
END_TEST

/* Section 7, day by day. */
static int plain_earned(const struct history *history, int32_t day, int against)
{
    int sums[2] = {0, 0};
    unsigned char seen[2000] = {0};
    int days = 0;
    for (size_t i = 0; i < history->count; i++) {
        const struct engagep_fact *fact = &history->facts[i];
        if (fact->day > day || fact->day < day - 179)
            continue;
        sums[0] += fact->advocacy;
        sums[1] += fact->detraction;
        if (fact->advocacy > 0)
            days += seen[fact->day - BASE]++ == 0;
    }
    double n = (sums[0] + sums[1]) / 2.0;
    if (against)
        return n >= 2 && plain_wilson(sums[1] / 2.0, n) >= 0.34;
    return n >= 3 && days >= 2 && plain_wilson(sums[0] / 2.0, n) >= 0.40;
}

START_TEST(standing_agrees_with_going_day_by_day)
{
    uint64_t first;
    unsigned long rounds = history_rounds("standing", &first);
    unsigned long seen[4] = {0};
    for (uint64_t seed = first; seed < first + rounds; seed++) {
        struct history history;
        history_make(&history, seed, BASE);
        struct engagep_calendar calendar = history_calendar();
        history_add(&history, 0, history.count, &calendar);
        int32_t last[2] = {INT32_MIN / 2, INT32_MIN / 2};
        int32_t since = ENGAGEP_NO_DAY;
        int before = ENGAGEP_STANDING_PASSIVE;
        for (int32_t day = BASE; day < BASE + 1000; day++) {
            for (int side = 0; side < 2; side++)
                if (plain_earned(&history, day, side))
                    last[side] = day;
            int expected = (day - last[0] < 30 ? 1 : 0) + (day - last[1] < 30 ? 2 : 0);
            if (expected != before)
                since = day;
            before = expected;
            seen[expected]++;
            if ((day + (int32_t)seed) % 41 != 0)
                continue;
            struct engagep_standing standing = standing_of(&calendar, day);
            ck_assert_msg(standing.standing == expected && standing.since == since,
                          "seed %llu: %u since %d on day %d, not %d since %d",
                          (unsigned long long)seed, standing.standing, standing.since - BASE,
                          day - BASE, expected, since - BASE);
        }
        engagep_calendar_release(&calendar);
    }
    for (int i = 0; i < 4 && rounds >= 300; i++)
        ck_assert_uint_gt(seen[i], 0);
}
END_TEST

START_TEST(reach_fades_with_silence)
{
    const engage_policy *policy = engage_policy_default();
    int64_t contacts;
    int64_t audience;
    engagep_standing_reach(policy, 3, 4, 0, 999, &contacts, &audience);
    ck_assert_int_eq(contacts, 34000000);
    ck_assert_int_eq(audience, 30000000);
    engagep_standing_reach(policy, 3, 4, 65, -1, &contacts, &audience);
    ck_assert_int_eq(contacts, 27540000);
    ck_assert_int_eq(audience, 0);
    engagep_standing_reach(policy, UINT64_MAX, UINT64_MAX, INT64_MAX, INT64_MAX, &contacts,
                           &audience);
    ck_assert_int_eq(contacts, 0);
    ck_assert_int_eq(audience, 189648900);
}
END_TEST

/* ------------------------------------------------------------------ outcome --- */

static struct engagep_outcome outcome_of(const struct engagep_calendar *calendar, int32_t day)
{
    struct engagep_outcome outcome;
    engagep_outcome_at(calendar, engage_policy_default(), history_start(day), &outcome);
    return outcome;
}

START_TEST(outcomes_go_from_trial_to_lapsed)
{
    struct engagep_calendar calendar = history_calendar();
    put(&calendar, BASE, ENGAGEP_KIND_REFER, 1);
    ck_assert_uint_eq(outcome_of(&calendar, BASE).outcome, ENGAGEP_OUTCOME_NONE);
    put(&calendar, BASE + 1, ENGAGEP_KIND_TRIAL, 1);
    ck_assert_uint_eq(outcome_of(&calendar, BASE).outcome, ENGAGEP_OUTCOME_NONE);
    ck_assert_uint_eq(outcome_of(&calendar, BASE + 1).outcome, ENGAGEP_OUTCOME_TRIAL);
    put(&calendar, BASE + 10, ENGAGEP_KIND_BUY, 1);
    ck_assert_uint_eq(outcome_of(&calendar, BASE + 10).outcome, ENGAGEP_OUTCOME_BUYER);
    ck_assert_uint_eq(outcome_of(&calendar, BASE + 375).outcome, ENGAGEP_OUTCOME_BUYER);
    ck_assert_uint_eq(outcome_of(&calendar, BASE + 376).outcome, ENGAGEP_OUTCOME_LAPSED);
    put(&calendar, BASE + 380, ENGAGEP_KIND_RENEW, 1);
    struct engagep_outcome repeat = outcome_of(&calendar, BASE + 380);
    ck_assert_uint_eq(repeat.outcome, ENGAGEP_OUTCOME_REPEAT);
    ck_assert_uint_eq(repeat.purchases, 2);
    ck_assert_int_eq(repeat.first_purchase, BASE + 10);
    ck_assert_int_eq(repeat.last_purchase, BASE + 380);
    ck_assert_int_eq(repeat.first_trial, BASE + 1);
    ck_assert_str_eq(engagep_outcome_name(repeat.outcome), "repeat");
    ck_assert_ptr_null(engagep_outcome_name(5));
    /* Long after, and with the old days dropped, it is the same. */
    put(&calendar, BASE + 900, ENGAGEP_KIND_BUY, 1);
    for (int dropped = 0; dropped < 2; dropped++) {
        ck_assert_uint_eq(outcome_of(&calendar, BASE + 1000).outcome, ENGAGEP_OUTCOME_REPEAT);
        ck_assert_uint_eq(outcome_of(&calendar, BASE + 1400).outcome, ENGAGEP_OUTCOME_LAPSED);
        engagep_calendar_compact(&calendar, BASE + 1000 - 729);
    }
    engagep_calendar_release(&calendar);
}
END_TEST

/* A state that was compacted elsewhere may have its floor in the midst of a view: of the first
 * purchase no more than its day is known. */
START_TEST(outcomes_of_firsts_below_a_floor)
{
    struct engagep_calendar calendar = history_calendar();
    put(&calendar, BASE + 10, ENGAGEP_KIND_BUY, 1);
    engagep_calendar_compact(&calendar, BASE + 100);
    struct engagep_outcome outcome = outcome_of(&calendar, BASE + 375);
    ck_assert_uint_eq(outcome.outcome, ENGAGEP_OUTCOME_BUYER);
    ck_assert_uint_eq(outcome.purchases, 1);
    ck_assert_int_eq(outcome.last_purchase, BASE + 10);
    ck_assert_uint_eq(outcome_of(&calendar, BASE + 376).outcome, ENGAGEP_OUTCOME_LAPSED);
    put(&calendar, BASE + 380, ENGAGEP_KIND_BUY, 1);
    outcome = outcome_of(&calendar, BASE + 380);
    ck_assert_uint_eq(outcome.outcome, ENGAGEP_OUTCOME_REPEAT);
    ck_assert_uint_eq(outcome.purchases, 2);
    engagep_calendar_release(&calendar);
    /* The days of a sum are below it, too, where others hold them. */
    calendar = history_calendar();
    put(&calendar, BASE + 60, ENGAGEP_KIND_RENEW, 1);
    engagep_calendar_compact(&calendar, BASE + 100);
    calendar.floor = ENGAGEP_NO_DAY;
    put(&calendar, BASE + 40, ENGAGEP_KIND_BUY, 1);
    outcome = outcome_of(&calendar, BASE + 90);
    ck_assert_uint_eq(outcome.purchases, 2);
    ck_assert_int_eq(outcome.first_purchase, BASE + 40);
    ck_assert_int_eq(outcome.last_purchase, BASE + 60);
    engagep_calendar_release(&calendar);
}
END_TEST

START_TEST(text_infers_beside_the_track)
{
    struct engagep_calendar calendar = history_calendar();
    struct engagep_fact fact = {.day = BASE,
                                .kind = ENGAGEP_KIND_POST,
                                .count = 1,
                                .flags = ENGAGEP_FLAG_INFERRED_PURCHASE};
    ck_assert_int_eq(engagep_calendar_add(&calendar, &fact), ENGAGE_OK);
    struct engagep_outcome outcome = outcome_of(&calendar, BASE);
    ck_assert_uint_eq(outcome.outcome, ENGAGEP_OUTCOME_NONE);
    ck_assert_uint_eq(outcome.inferred, ENGAGEP_FLAG_INFERRED_PURCHASE);
    engagep_calendar_release(&calendar);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("engagement");
    TCase *tcase = tcase_create("engagement");
    tcase_set_timeout(tcase, 0);
    tcase_add_test(tcase, powers_and_logarithms_are_close);
    tcase_add_test(tcase, score_of_a_few_acts);
    tcase_add_test(tcase, score_of_coming_again);
    tcase_add_test(tcase, score_agrees_with_floating_point);
    tcase_add_test(tcase, score_survives_the_largest_numbers);
    tcase_add_test(tcase, presence_cools_and_warms);
    tcase_add_test(tcase, gravity_weighs_stages);
    tcase_add_test(tcase, wilson_bounds_are_those_of_the_design);
    tcase_add_test(tcase, three_of_three_on_two_days_is_an_advocate);
    tcase_add_test(tcase, seven_of_ten_is_no_advocate_and_two_of_two_is_a_detractor);
    tcase_add_test(tcase, standing_agrees_with_going_day_by_day);
    tcase_add_test(tcase, reach_fades_with_silence);
    tcase_add_test(tcase, outcomes_go_from_trial_to_lapsed);
    tcase_add_test(tcase, outcomes_of_firsts_below_a_floor);
    tcase_add_test(tcase, text_infers_beside_the_track);
    suite_add_tcase(suite, tcase);
    return support_run(suite);
}
