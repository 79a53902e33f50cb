/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "track/hours.h"

#include "base/time.h"

#define LONGEST (INT64_C(3653) * ENGAGEP_DAY_MS)

static int is_holiday(const struct engagep_hours *hours, int64_t day)
{
    for (size_t i = 0; i < hours->holiday_count; i++)
        if (hours->holidays[i] == day)
            return 1;
    return 0;
}

/* The offset that holds at a time, and when the next one begins. */
static int64_t offset_at(const struct engagep_hours *hours, int64_t time, int64_t *until)
{
    int64_t offset = 0;
    *until = INT64_MAX;
    for (size_t i = 0; i < hours->offset_count; i++) {
        if (hours->offsets[i].from > time) {
            *until = hours->offsets[i].from;
            break;
        }
        offset = hours->offsets[i].offset;
    }
    return offset;
}

/* The first open span that ends after `time`, cut to begin no earlier: 1, or 0 where
 * none begins before `limit`. A change of offset may cut a span in two. */
static int next_open(const struct engagep_hours *hours, int64_t time, int64_t limit,
                     int64_t *start, int64_t *end)
{
    while (time < limit) {
        int64_t until;
        int64_t offset = offset_at(hours, time, &until);
        int64_t day = engagep_time_day(time + offset);
        int64_t midnight = day * ENGAGEP_DAY_MS - offset;
        int64_t weekday = ((day + 3) % 7 + 7) % 7;
        size_t count = is_holiday(hours, day) ? 0 : hours->interval_count;
        for (size_t i = 0; i < count; i++) {
            const struct engagep_interval *interval = &hours->intervals[i];
            int64_t opens = midnight + interval->opens;
            int64_t closes = midnight + interval->closes;
            if (interval->weekday != weekday || closes <= time || opens >= until)
                continue;
            *start = opens > time ? opens : time;
            *end = closes < until ? closes : until;
            return *start < limit;
        }
        int64_t tomorrow = midnight + ENGAGEP_DAY_MS;
        time = tomorrow < until ? tomorrow : until;
    }
    return 0;
}

int64_t engagep_hours_between(const struct engagep_hours *hours, int64_t from, int64_t to)
{
    if (to <= from)
        return 0;
    if (hours->interval_count == 0)
        return to - from;
    int64_t limit = to - from > LONGEST ? from + LONGEST : to;
    int64_t sum = 0;
    int64_t start;
    int64_t end;
    while (next_open(hours, from, limit, &start, &end)) {
        from = end;
        sum += (end < limit ? end : limit) - start;
    }
    return sum;
}

int64_t engagep_hours_after(const struct engagep_hours *hours, int64_t from, int64_t span)
{
    if (hours->interval_count == 0 || span <= 0)
        return from + span;
    int64_t limit = from + LONGEST;
    int64_t start;
    int64_t end;
    while (next_open(hours, from, limit, &start, &end)) {
        if (end - start >= span)
            return start + span;
        span -= end - start;
        from = end;
    }
    return INT64_MAX;
}
