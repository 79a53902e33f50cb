/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "track/engagement.h"

#include "base/time.h"
#include "track/fixed.h"

/* log2(e) - 1 in Q32. */
#define LOG2E_LESS_ONE_Q32 UINT64_C(1901360723)

/* The weighted acts of a day, of the kinds [begin, end); their counts are next. */
static uint64_t points_of(const struct engagep_policy_numbers *numbers,
                          const struct engagep_day *day, int begin, int end,
                          const uint32_t **counts)
{
    uint64_t points = 0;
    for (uint64_t kinds = day->kinds & engagep_day_kinds(begin, end); kinds != 0;) {
        int kind = engagep_day_kind(&kinds);
        uint32_t cap = (uint32_t)numbers->cap[kind];
        uint32_t count = **counts < cap ? **counts : cap;
        ++*counts;
        points += count * (uint32_t)numbers->weight[kind];
    }
    return points;
}

/* The mass of all classes together, in Q32; stops at the largest value. */
static uint64_t mass(const struct engagep_calendar *calendar,
                     const struct engagep_policy_numbers *numbers, int32_t today)
{
    /* Credits, which follow collaboration, add to it. */
    static const int begins[] = {0, ENGAGEP_KINDS_CONSUMPTION, ENGAGEP_KINDS_CURATION,
                                 ENGAGEP_KINDS_CREATION, ENGAGEP_KINDS_COLLABORATION,
                                 ENGAGEP_KINDS_OUTCOME};
    uint64_t sum = 0;
    size_t at = engagep_calendar_index(calendar, today - numbers->view + 1);
    for (; at < calendar->count && calendar->days[at].day <= today; at++) {
        const struct engagep_day *day = &calendar->days[at];
        const uint32_t *counts = engagep_day_counts(calendar, day, 0);
        uint64_t age = (uint64_t)(today - day->day);
        for (int class_number = 1; class_number <= 4; class_number++) {
            uint64_t points = points_of(numbers, day, begins[class_number],
                                        begins[class_number + 1], &counts);
            if (points == 0)
                continue;
            uint64_t x = (age << 32) / (uint64_t)numbers->half_life[class_number];
            uint64_t term = points * engagep_fixed_exp2neg(x);
            sum = sum > UINT64_MAX - term ? UINT64_MAX : sum + term;
        }
    }
    return sum;
}

int32_t engagep_engagement_score(const struct engagep_calendar *calendar,
                                 const engage_policy *policy, int64_t time)
{
    const struct engagep_policy_numbers *numbers = &policy->numbers;
    uint64_t m = mass(calendar, numbers, (int32_t)engagep_time_day(time)) /
                 (uint64_t)numbers->scale;
    if (m >> 32 >= 40)
        return 100000000;
    /* exp(-m) is 2 to the minus m log2(e). */
    uint64_t x = m + (m >> 32) * LOG2E_LESS_ONE_Q32 +
                 ((m & 0xFFFFFFFF) * LOG2E_LESS_ONE_Q32 >> 32);
    uint64_t gone = ENGAGEP_FIXED_ONE - engagep_fixed_exp2neg(x);
    return (int32_t)((gone * 100000000 + (ENGAGEP_FIXED_ONE >> 1)) >> 32);
}

/* Acts of any class in the `days` days that end today. */
static uint64_t acts_in(const struct engagep_calendar *calendar, int32_t today, int32_t days)
{
    uint64_t sum = 0;
    size_t at = engagep_calendar_index(calendar, today - days + 1);
    for (; at < calendar->count && calendar->days[at].day <= today; at++) {
        const struct engagep_day *day = &calendar->days[at];
        uint64_t acts = day->kinds & engagep_day_kinds(0, ENGAGEP_KINDS_CREDIT);
        const uint32_t *counts = engagep_day_counts(calendar, day, 0);
        for (; acts != 0; acts &= acts - 1)
            sum += *counts++;
    }
    return sum;
}

void engagep_engagement_presence(const struct engagep_calendar *calendar,
                                 const engage_policy *policy, int64_t time,
                                 struct engagep_presence *out)
{
    const struct engagep_policy_numbers *numbers = &policy->numbers;
    int32_t today = (int32_t)engagep_time_day(time);
    uint64_t lately = acts_in(calendar, today, numbers->presence_short);
    uint64_t acts = acts_in(calendar, today, numbers->presence_long);
    out->acts = acts;
    out->gauge = 0;
    out->state = ENGAGEP_PRESENCE_UNKNOWN;
    if (acts < (uint64_t)numbers->presence_least)
        return;
    /* So that the products fit. */
    while (acts > 1000000000) {
        acts /= 2;
        lately /= 2;
    }
    uint64_t usual = acts * (uint64_t)numbers->presence_short;
    uint64_t rate = lately * (uint64_t)numbers->presence_long;
    out->gauge = (int64_t)(rate / usual * 1000000 + rate % usual * 1000000 / usual);
    if (out->gauge < numbers->presence_cooling)
        out->state = ENGAGEP_PRESENCE_COOLING;
    else if (out->gauge > numbers->presence_warming)
        out->state = ENGAGEP_PRESENCE_WARMING;
    else
        out->state = ENGAGEP_PRESENCE_STEADY;
}

const char *engagep_engagement_presence_name(int state)
{
    static const char *const names[] = {NULL, "cooling", "steady", "warming"};
    return state >= 0 && state <= ENGAGEP_PRESENCE_WARMING ? names[state] : NULL;
}

int64_t engagep_engagement_gravity(const engage_policy *policy, const uint64_t before[5],
                                   const uint64_t after[5], uint64_t members)
{
    if (members == 0)
        return 0;
    int64_t sum = 0;
    for (int stage = 1; stage <= 4; stage++)
        sum += policy->numbers.gravity[stage] * ((int64_t)after[stage] - (int64_t)before[stage]);
    int64_t whole = sum / (int64_t)members;
    int64_t rest = sum % (int64_t)members;
    return whole * 1000000 + rest * 1000000 / (int64_t)members;
}
