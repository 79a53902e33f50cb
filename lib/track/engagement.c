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

/* Points halved every `half_life` days, in Q32. */
static uint64_t halved(uint64_t points, int32_t age, int32_t half_life)
{
    uint64_t x = ((uint64_t)age << 32) / (uint64_t)half_life;
    return points * engagep_fixed_exp2neg(x);
}

static uint64_t add(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/* The points of all acts, in Q32. */
static uint64_t mass_of_acts(const struct engagep_calendar *calendar,
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
        for (int class_number = 1; class_number <= 4; class_number++) {
            uint64_t points = points_of(numbers, day, begins[class_number],
                                        begins[class_number + 1], &counts);
            if (points != 0)
                sum = add(sum, halved(points, today - day->day, numbers->half_life[class_number]));
        }
    }
    return sum;
}

/* The points of coming again, in Q32. Spans are counted from the first act that is more than
 * consumption. Each after the first in which there is one again counts once, from its latest day
 * with one on, and once more where there is collaboration, from the latest day of that. */
static uint64_t mass_of_returning(const struct engagep_calendar *calendar,
                                  const struct engagep_policy_numbers *numbers, int32_t today)
{
    const uint64_t any = engagep_day_kinds(ENGAGEP_KINDS_CURATION, ENGAGEP_KINDS_CREDIT);
    const uint64_t collaboration = engagep_day_kinds(ENGAGEP_KINDS_COLLABORATION,
                                                     ENGAGEP_KINDS_CREDIT);
    int32_t first = engagep_calendar_first(calendar, ENGAGEP_CLASS_CURATION);
    int32_t returned = 0;     /* the span counted last, */
    int32_t collaborated = 0; /* and the last for its collaboration */
    uint64_t sum = 0;
    if (first == ENGAGEP_NO_DAY)
        return 0;
    for (size_t at = engagep_calendar_index(calendar, today + 1); at > 0; at--) {
        const struct engagep_day *day = &calendar->days[at - 1];
        int32_t span = (day->day - first) / numbers->returning_span;
        int32_t age = today - day->day;
        if (age >= numbers->view || span <= 0)
            break;
        if ((day->kinds & any) != 0 && span != returned) {
            returned = span;
            sum = add(sum, halved((uint64_t)numbers->returning, age,
                                  numbers->returning_half_life));
        }
        if ((day->kinds & collaboration) != 0 && span != collaborated) {
            collaborated = span;
            sum = add(sum, halved((uint64_t)numbers->returning_collaboration, age,
                                  numbers->returning_half_life));
        }
    }
    return sum;
}

int32_t engagep_engagement_score(const struct engagep_calendar *calendar,
                                 const engage_policy *policy, int64_t time)
{
    const struct engagep_policy_numbers *numbers = &policy->numbers;
    int32_t today = (int32_t)engagep_time_day(time);
    uint64_t m = add(mass_of_acts(calendar, numbers, today),
                     mass_of_returning(calendar, numbers, today)) /
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
    int64_t half = rest < 0 ? -(int64_t)(members / 2) : (int64_t)(members / 2);
    return whole * 1000000 + (rest * 1000000 + half) / (int64_t)members;
}
