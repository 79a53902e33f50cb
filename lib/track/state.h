/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Calendars out of the store: an account's is the sum of its own facts and of the
 * partial states that were merged; a customer's is the sum of its accounts'.
 */
#ifndef ENGAGEP_TRACK_STATE_H
#define ENGAGEP_TRACK_STATE_H

#include "track/core.h"
#include "track/stage.h"

/* Adds canonical bytes to a calendar; empty ones are an empty calendar. Each part has dropped what
 * lies below its own floor; what the others hold of those days stays, and the highest floor says
 * before when not all is known. ENGAGE_OK, ENGAGE_ENOMEM, ENGAGE_ESTORE_CORRUPT. */
int engagep_state_add(engage_tracker *tracker, struct engagep_calendar *sum, engage_str bytes,
                      engage_error *error);

/* A customer, added up: the sum of its accounts' calendars, and what people decided
 * about them, in order of time. */
struct engagep_person {
    struct engagep_calendar calendar;
    struct engagep_control *rows;
    struct engagep_controls controls; /* the same rows, counted */
    size_t capacity;
};

void engagep_state_begin(struct engagep_person *person, const engage_tracker *tracker);
void engagep_state_release(struct engagep_person *person);

/* Puts a customer into a person that was begun. */
int engagep_state_sum(engage_tracker *tracker, engage_str brand, engage_str customer,
                      struct engagep_person *person, engage_error *error);

/* Puts what canonical bytes say into an empty calendar, and tells where its days lie in
 * them. */
int engagep_state_read(struct engagep_calendar *calendar, engage_str state,
                       struct engagep_calendar_bytes *bytes, engage_error *error);

/* Puts the canonical bytes of a calendar into tracker->bytes, in place of what it
 * holds, and lends them; an empty calendar has none. */
int engagep_state_bytes(engage_tracker *tracker, const struct engagep_calendar *calendar,
                        engage_str *out, engage_error *error);

/* The same where nothing before the day `since` differs from what was read. */
int engagep_state_bytes_since(engage_tracker *tracker, const struct engagep_calendar *calendar,
                              const struct engagep_calendar_bytes *bytes, int32_t since,
                              engage_str *out, engage_error *error);

/* 1 where a calendar has no days and no first days; a floor alone tells nothing. */
int engagep_state_is_empty(const struct engagep_calendar *calendar);

/* What is known of a customer on the day of its last fact, or at its last decision. */
struct engagep_standing_row {
    int64_t as_of; /* the start of that day, or that time */
    int stage;
    int64_t stage_until; /* ENGAGE_NO_TIME: it stays */
    int standing;
    int64_t standing_until; /* ENGAGE_NO_TIME: it stays */
    int64_t first[5];       /* days of the first act of a class 1 to 4 or higher, or none */
    int64_t first_trial;    /* days, or ENGAGE_NO_TIME */
    int64_t first_purchase;
};

void engagep_state_judge(const engage_tracker *tracker, const struct engagep_person *person,
                         int64_t time, struct engagep_standing_row *out);

/* The same, and visits the transitions up to that time from a day on, as
 * engagep_stage_walk does. */
int engagep_state_walk(const engage_tracker *tracker, const struct engagep_person *person,
                       struct engagep_stage_since since, int64_t time,
                       engagep_stage_visit *visit, void *ctx, struct engagep_standing_row *out);

/* The start of the last day in a calendar; ENGAGE_NO_TIME for an empty one. */
int64_t engagep_state_last(const struct engagep_calendar *calendar);

/* The same of a person, or the time of the last decision where that is later. */
int64_t engagep_state_latest(const struct engagep_person *person);

#endif
