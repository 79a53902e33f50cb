/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Business hours: weekly intervals and holidays in local time, local time by a
 * table of fixed offsets. Without any, every hour counts.
 */
#ifndef ENGAGEP_TRACK_HOURS_H
#define ENGAGEP_TRACK_HOURS_H

#include <stddef.h>
#include <stdint.h>

/* Milliseconds of a local day, from the weekday on which it opens; 0 is Monday. */
struct engagep_interval {
    int32_t weekday;
    int32_t opens;
    int32_t closes; /* more than opens, at most one day */
};

/* From this time on (milliseconds UTC), local time is UTC plus offset milliseconds. */
struct engagep_offset {
    int64_t from;
    int64_t offset;
};

struct engagep_hours {
    struct engagep_interval *intervals; /* ascending, none overlapping */
    size_t interval_count;
    int32_t *holidays; /* local day numbers, ascending */
    size_t holiday_count;
    struct engagep_offset *offsets; /* ascending; before the first one UTC holds */
    size_t offset_count;
};

/* Business milliseconds from `from` to `to`; 0 where `to` is not later. Spans of
 * more than ten years are counted to ten years. */
int64_t engagep_hours_between(const struct engagep_hours *hours, int64_t from, int64_t to);

/* The first time at which `span` business milliseconds have passed since `from`;
 * INT64_MAX where that takes more than ten years. */
int64_t engagep_hours_after(const struct engagep_hours *hours, int64_t from, int64_t span);

#endif
