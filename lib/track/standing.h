/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Advocates and detractors, and how far a voice reaches.
 */
#ifndef ENGAGEP_TRACK_STANDING_H
#define ENGAGEP_TRACK_STANDING_H

#include "track/calendar.h"
#include "track/policy.h"

enum {
    ENGAGEP_STANDING_PASSIVE,
    ENGAGEP_STANDING_ADVOCATE,
    ENGAGEP_STANDING_DETRACTOR,
    ENGAGEP_STANDING_DIVIDED
};

struct engagep_standing {
    uint8_t standing;       /* ENGAGEP_STANDING_ */
    int64_t advocacy;       /* millionths of a unit, in the window */
    int64_t detraction;     /* millionths of a unit, in the window */
    int32_t wilson_low;     /* millionths: of detraction for a detractor, else of advocacy */
    int32_t since;          /* the day on which this standing began, or ENGAGEP_NO_DAY */
    int32_t valid_until;    /* the day on which silence changes it, or ENGAGEP_NO_DAY */
};

void engagep_standing_at(const struct engagep_calendar *calendar, const engage_policy *policy,
                         int64_t time, struct engagep_standing *out);

/* "passive", "advocate", "detractor", "divided". */
const char *engagep_standing_name(int standing);

/* The lower end of the Wilson 95 % interval of part / whole, in millionths, rounded
 * down; both in half-units, so that counts are given twice; 0 for nothing. */
int32_t engagep_standing_wilson(uint64_t part, uint64_t whole);

/* Reach: the part of direct contacts, and that of followers (negative: unknown, 0);
 * in millionths. */
void engagep_standing_reach(const engage_policy *policy, uint64_t counterparts, uint64_t threads,
                            int64_t idle_days, int64_t followers, int64_t *contacts,
                            int64_t *audience);

#endif
