/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Customers as they are kept: where each stands, until when that holds, and the
 * days on which its stage changed.
 */
#ifndef ENGAGEP_TRACK_JUDGE_H
#define ENGAGEP_TRACK_JUDGE_H

#include "track/state.h"

/* Judges a customer anew and writes what changed; one without any fact has no row.
 * `scratch` is a person that was begun. Adds the transitions that are new. */
int engagep_judge_customer(engage_tracker *tracker, engage_str brand, engage_str customer,
                           struct engagep_person *scratch, uint64_t *transitions,
                           engage_error *error);

/* The same for one that is added up already. Nothing changed before the day `since`, if it
 * is not ENGAGEP_NO_DAY. */
int engagep_judge_person(engage_tracker *tracker, engage_str brand, engage_str customer,
                         const struct engagep_person *person, int32_t since,
                         uint64_t *transitions, engage_error *error);

/* Reads a customer's row. ENGAGE_OK, or ENGAGE_ESTORE_CORRUPT, which `error` tells. */
int engagep_judge_from_row(const struct engagep_value row[CUSTOMER_COLUMNS],
                           struct engagep_standing_row *out, engage_error *error);

/* Visits a customer's transitions up to a time: those that are kept of before a horizon, the
 * first day whose stages can be worked out from what is held, and what is held gives since.
 * `person` is the customer, added up. */
int engagep_judge_visit(engage_tracker *tracker, engage_str brand, engage_str customer,
                        const struct engagep_person *person, int64_t until,
                        engagep_stage_visit *visit, void *ctx, engage_error *error);

/* The first day whose stages can be worked out from what is held above a floor. */
int64_t engagep_judge_horizon(const engage_tracker *tracker, int32_t floor);

/* Writes the transitions that silence brought a customer after its last fact, before a time:
 * what they follow from is about to be dropped. */
int engagep_judge_close(engage_tracker *tracker, engage_str brand, engage_str customer,
                        struct engagep_person *scratch, int64_t until, engage_error *error);

/* A gate out of the bytes that a transition keeps: 1, or 0 behind the last one. */
int engagep_judge_next_gate(engage_str *gates, struct engagep_gate *out);

/* Whether what was kept holds at a time; if not, it has to be worked out anew. */
int engagep_judge_holds(const struct engagep_standing_row *kept, int64_t time);

#endif
