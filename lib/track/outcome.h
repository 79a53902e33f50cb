/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The outcome track: from explicit events alone.
 */
#ifndef ENGAGEP_TRACK_OUTCOME_H
#define ENGAGEP_TRACK_OUTCOME_H

#include "track/calendar.h"
#include "track/policy.h"

enum {
    ENGAGEP_OUTCOME_NONE,
    ENGAGEP_OUTCOME_TRIAL,
    ENGAGEP_OUTCOME_BUYER,
    ENGAGEP_OUTCOME_REPEAT,
    ENGAGEP_OUTCOME_LAPSED
};

struct engagep_outcome {
    uint8_t outcome;       /* ENGAGEP_OUTCOME_ */
    uint8_t inferred;      /* ENGAGEP_FLAG_ bits seen in the view */
    uint64_t purchases;    /* bought or renewed; days below the floor count one per kind */
    int32_t first_trial;   /* days, or ENGAGEP_NO_DAY */
    int32_t first_purchase;
    int32_t last_purchase;
};

/* The first days of a trial and of a purchase, or ENGAGEP_NO_DAY: no more than that. */
void engagep_outcome_firsts(const struct engagep_calendar *calendar, int32_t today,
                            int32_t *trial, int32_t *purchase);

void engagep_outcome_at(const struct engagep_calendar *calendar, const engage_policy *policy,
                        int64_t time, struct engagep_outcome *out);

/* "none", "trial", "buyer", "repeat", "lapsed". */
const char *engagep_outcome_name(int outcome);

#endif
