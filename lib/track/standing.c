/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "track/standing.h"

#include "base/time.h"
#include "track/fixed.h"

/* 1.959964 squared, in millionths. */
#define Z_SQUARED UINT64_C(3841459)

/* ----------------------------------------------------------------- wilson --- */

struct wide {
    uint64_t high;
    uint64_t low;
};

static struct wide multiply(uint64_t a, uint64_t b)
{
    uint64_t low = (a & 0xFFFFFFFF) * (b & 0xFFFFFFFF);
    uint64_t middle = (a >> 32) * (b & 0xFFFFFFFF) + (low >> 32);
    uint64_t other = (a & 0xFFFFFFFF) * (b >> 32) + (middle & 0xFFFFFFFF);
    struct wide product = {(a >> 32) * (b >> 32) + (middle >> 32) + (other >> 32),
                           other << 32 | (low & 0xFFFFFFFF)};
    return product;
}

/* 1 where the lower bound is at least c millionths. The bounds are where
 * (p - c)^2 = z^2 c (1 - c) / n; with p = part / whole and n = whole / 2 that is
 * (part - c whole)^2 >= 2 z^2 c (1 - c) whole, in whole numbers. */
static int bound_is_at_least(uint64_t part, uint64_t whole, uint64_t c)
{
    if (c >= 1000000 || part * 1000000 < c * whole)
        return 0;
    uint64_t distance = (part * 1000000 - c * whole) * 1000;
    struct wide left = multiply(distance, distance);
    struct wide right = multiply(2 * Z_SQUARED * c * (1000000 - c), whole);
    return left.high != right.high ? left.high > right.high : left.low >= right.low;
}

/* Halves both until they fit 32 bits, where a half more or less no longer shows. */
static void shrink(uint64_t *part, uint64_t *whole)
{
    while (*whole >> 32 != 0) {
        *part >>= 1;
        *whole >>= 1;
    }
}

int32_t engagep_standing_wilson(uint64_t part, uint64_t whole)
{
    if (part > whole)
        part = whole;
    shrink(&part, &whole);
    if (whole == 0)
        return 0;
    uint64_t low = 0;
    uint64_t high = 1000000;
    while (low < high) {
        uint64_t middle = low + (high - low + 1) / 2;
        if (bound_is_at_least(part, whole, middle))
            low = middle;
        else
            high = middle - 1;
    }
    return (int32_t)low;
}

/* --------------------------------------------------------------- standing --- */

enum { FOR, AGAINST, SIDES };

/* The window of days with advocacy or detraction, moved from change to change. */
struct course {
    const struct engagep_calendar *calendar;
    const struct engagep_policy_numbers *numbers;
    size_t enter;
    size_t leave;
    size_t end;
    uint64_t sums[SIDES];  /* half-units */
    int32_t advocate_days;
    int earned[SIDES];
    int32_t last[SIDES];   /* the last day on which it was earned, or ENGAGEP_NO_DAY */
    int32_t today;
};

static void count_day(struct course *course, const struct engagep_day *day, int entering)
{
    if (entering) {
        course->sums[FOR] += day->advocacy;
        course->sums[AGAINST] += day->detraction;
        course->advocate_days += day->advocacy != 0;
    } else {
        course->sums[FOR] -= day->advocacy;
        course->sums[AGAINST] -= day->detraction;
        course->advocate_days -= day->advocacy != 0;
    }
}

/* Whether a side has enough of all that was said; thresholds are in millionths of a
 * unit, and a half-unit is 500,000 of them. */
static int is_earned(const struct course *course, int side, int32_t least, int32_t bound)
{
    uint64_t part = course->sums[side];
    uint64_t whole = course->sums[FOR] + course->sums[AGAINST];
    if (whole < ((uint64_t)least + 499999) / 500000)
        return 0;
    shrink(&part, &whole);
    return bound_is_at_least(part, whole, (uint64_t)bound);
}

static void move(struct course *course, int32_t today)
{
    const struct engagep_day *days = course->calendar->days;
    const struct engagep_policy_numbers *numbers = course->numbers;
    for (int side = 0; side < SIDES; side++)
        if (course->earned[side])
            course->last[side] = today - 1;
    while (course->enter < course->end && days[course->enter].day <= today)
        count_day(course, &days[course->enter++], 1);
    while (course->leave < course->enter &&
           days[course->leave].day <= today - numbers->standing_window)
        count_day(course, &days[course->leave++], 0);
    course->today = today;
    course->earned[FOR] =
        course->advocate_days >= numbers->advocate_days &&
        is_earned(course, FOR, numbers->advocate_least, numbers->advocate_bound);
    course->earned[AGAINST] =
        is_earned(course, AGAINST, numbers->detractor_least, numbers->detractor_bound);
    for (int side = 0; side < SIDES; side++)
        if (course->earned[side])
            course->last[side] = today;
}

/* Steps over days that took no side. */
static size_t skip(const struct course *course, size_t at, size_t end)
{
    const struct engagep_day *days = course->calendar->days;
    while (at < end && days[at].advocacy == 0 && days[at].detraction == 0)
        at++;
    return at;
}

/* The next day on which anything may change, or ENGAGEP_NO_DAY. */
static int32_t next_change(struct course *course)
{
    const struct engagep_day *days = course->calendar->days;
    int32_t next = INT32_MAX;
    course->enter = skip(course, course->enter, course->end);
    course->leave = skip(course, course->leave, course->enter);
    if (course->enter < course->end)
        next = days[course->enter].day;
    if (course->leave < course->enter &&
        days[course->leave].day + course->numbers->standing_window < next)
        next = days[course->leave].day + course->numbers->standing_window;
    for (int side = 0; side < SIDES; side++) {
        if (course->earned[side] || course->last[side] == ENGAGEP_NO_DAY)
            continue;
        int32_t ends = course->last[side] + course->numbers->standing_hold;
        if (ends > course->today && ends < next)
            next = ends;
    }
    return next == INT32_MAX ? ENGAGEP_NO_DAY : next;
}

static uint8_t standing_of(const struct course *course)
{
    int holds[SIDES];
    for (int side = 0; side < SIDES; side++)
        holds[side] = course->last[side] != ENGAGEP_NO_DAY &&
                      course->today - course->last[side] < course->numbers->standing_hold;
    if (holds[FOR])
        return holds[AGAINST] ? ENGAGEP_STANDING_DIVIDED : ENGAGEP_STANDING_ADVOCATE;
    return holds[AGAINST] ? ENGAGEP_STANDING_DETRACTOR : ENGAGEP_STANDING_PASSIVE;
}

void engagep_standing_at(const struct engagep_calendar *calendar, const engage_policy *policy,
                         int64_t time, struct engagep_standing *out)
{
    int32_t today = (int32_t)engagep_time_day(time);
    struct course course = {.calendar = calendar,
                            .numbers = &policy->numbers,
                            .end = engagep_calendar_index(calendar, today + 1),
                            .last = {ENGAGEP_NO_DAY, ENGAGEP_NO_DAY},
                            .today = ENGAGEP_NO_DAY};
    out->standing = ENGAGEP_STANDING_PASSIVE;
    out->since = ENGAGEP_NO_DAY;
    out->valid_until = ENGAGEP_NO_DAY;
    course.enter = course.leave = skip(&course, 0, course.end);
    int32_t next = next_change(&course);
    for (; next != ENGAGEP_NO_DAY && next <= today; next = next_change(&course)) {
        move(&course, next);
        uint8_t standing = standing_of(&course);
        if (standing != out->standing) {
            out->standing = standing;
            out->since = next;
        }
    }
    out->advocacy = (int64_t)course.sums[FOR] * 500000;
    out->detraction = (int64_t)course.sums[AGAINST] * 500000;
    int side = out->standing == ENGAGEP_STANDING_DETRACTOR ? AGAINST : FOR;
    out->wilson_low =
        engagep_standing_wilson(course.sums[side], course.sums[FOR] + course.sums[AGAINST]);
    for (; next != ENGAGEP_NO_DAY; next = next_change(&course)) {
        move(&course, next);
        if (standing_of(&course) != out->standing) {
            out->valid_until = next;
            return;
        }
    }
}

const char *engagep_standing_name(int standing)
{
    static const char *const names[] = {"passive", "advocate", "detractor", "divided"};
    return standing >= 0 && standing <= ENGAGEP_STANDING_DIVIDED ? names[standing] : NULL;
}

/* ------------------------------------------------------------------ reach --- */

void engagep_standing_reach(const engage_policy *policy, uint64_t counterparts, uint64_t threads,
                            int64_t idle_days, int64_t followers, int64_t *contacts,
                            int64_t *audience)
{
    const struct engagep_policy_numbers *numbers = &policy->numbers;
    /* A billion of either is beyond any account, and keeps the products in range. */
    const uint64_t most = 1000000000;
    counterparts = counterparts < most ? counterparts : most;
    threads = threads < most ? threads : most;
    int64_t value = (int64_t)(counterparts * (uint64_t)numbers->reach_counterpart +
                              threads * (uint64_t)numbers->reach_thread) *
                    1000000;
    if (numbers->reach_idle < 1000000)
        for (int64_t month = idle_days / 30; month > 0 && value > 0; month--)
            value = value / 1000000 * numbers->reach_idle +
                    value % 1000000 * numbers->reach_idle / 1000000;
    *contacts = value;
    *audience = numbers->reach_followers * engagep_fixed_log10(followers);
}
