/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The engagement score, the presence gauge, and the gravity of a cohort. All in
 * integers: the same on every machine.
 */
#ifndef ENGAGEP_TRACK_ENGAGEMENT_H
#define ENGAGEP_TRACK_ENGAGEMENT_H

#include "track/calendar.h"
#include "track/policy.h"

/* E at a time, 0 to 100, in millionths. */
int32_t engagep_engagement_score(const struct engagep_calendar *calendar,
                                 const engage_policy *policy, int64_t time);

enum {
    ENGAGEP_PRESENCE_UNKNOWN, /* too few acts */
    ENGAGEP_PRESENCE_COOLING,
    ENGAGEP_PRESENCE_STEADY,
    ENGAGEP_PRESENCE_WARMING
};

struct engagep_presence {
    uint8_t state;  /* ENGAGEP_PRESENCE_ */
    int64_t gauge;  /* millionths; 0 where unknown */
    uint64_t acts;  /* in the long window */
};

void engagep_engagement_presence(const struct engagep_calendar *calendar,
                                 const engage_policy *policy, int64_t time,
                                 struct engagep_presence *out);

/* "cooling", "steady", "warming"; NULL where unknown. */
const char *engagep_engagement_presence_name(int state);

/* The gravity that a cohort of `members` gained, from its numbers by stage before and
 * after: millionths; 0 for no members. */
int64_t engagep_engagement_gravity(const engage_policy *policy, const uint64_t before[5],
                                   const uint64_t after[5], uint64_t members);

#endif
