/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * How something was decided: a change of stage by which policy, how its gates stood, and
 * which model had judged the text that was the cause; an opportunity by which policy, from
 * which events, and which model had judged each.
 */
#ifndef ENGAGEP_TRACK_RECEIPT_H
#define ENGAGEP_TRACK_RECEIPT_H

#include "track/judge.h"
#include "track/report.h"

/* The members of a gate, in an open object. */
void engagep_receipt_gate(engage_buffer *buffer, const struct engagep_gate *gate);

/* The event that is the cause; its texts are empty where it is not known. */
struct engagep_cause {
    engage_str brand;
    engage_str actor;
    engage_str event;
};

/* The members of a receipt, in an open object: of the row that is kept, or of how it comes out
 * now where that is NULL. */
int engagep_receipt_put(struct engagep_report *report, const struct engagep_cause *cause,
                        const struct engagep_calendar *calendar, int64_t at,
                        const struct engagep_value *kept);

/* The same of an opportunity, as the member "receipt" of an open object: `policy` is the id of
 * the one that decided it, `posts` are parted by line feeds. */
int engagep_receipt_opportunity(struct engagep_report *report, engage_str brand,
                                engage_str policy, engage_str posts);

#endif
