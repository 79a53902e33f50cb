/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * A fact: what an event turned out to be once its thread is known. Only facts add
 * up: engagep_calendar_add adds one to the calendar of the account it is about.
 */
#ifndef ENGAGEP_TRACK_FACT_H
#define ENGAGEP_TRACK_FACT_H

#include "track/kind.h"

/* Days are UTC day numbers of the years 0 to 9999. */
#define ENGAGEP_DAY_MIN (-719528)
#define ENGAGEP_DAY_MAX 2932896
#define ENGAGEP_NO_DAY INT32_MIN /* no such day */

/* Which members of a fact are given. */
enum {
    ENGAGEP_FACT_PERSON = 1,    /* person */
    ENGAGEP_FACT_OBJECT = 2,    /* object */
    ENGAGEP_FACT_CONTENT = 4,   /* content */
    ENGAGEP_FACT_SENTIMENT = 8, /* valence */
    ENGAGEP_FACT_NEGATIVE = 16  /* it is a negative post */
};

/* Flags of a day: what text lets one guess; never the outcome track itself. */
enum { ENGAGEP_FLAG_INFERRED_TRIAL = 1, ENGAGEP_FLAG_INFERRED_PURCHASE = 2 };

/* Hashes are of engagep_calendar_hash. */
struct engagep_fact {
    int32_t day;
    int32_t valence;     /* millionths, -1,000,000 to 1,000,000 */
    uint8_t kind;        /* ENGAGEP_KIND_ */
    uint8_t count;       /* 1; 0 for a further counterpart of an act that is counted elsewhere */
    uint8_t parts;       /* ENGAGEP_FACT_ bits */
    uint8_t flags;       /* ENGAGEP_FLAG_ bits */
    uint16_t advocacy;   /* half-units */
    uint16_t detraction; /* half-units */
    uint32_t person;     /* collaboration: the counterpart; credits: who acknowledged */
    uint32_t object;     /* class 2 to 4: what it was done to; an own post: as content */
    uint32_t content;    /* class 3 and 4: the text's hash, or the post's id without one */
};

#endif
