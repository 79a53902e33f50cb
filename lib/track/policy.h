/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The policy from inside: plain numbers, read directly. Whole numbers unless
 * marked "millionths"; ages and windows are in days unless a name says otherwise.
 */
#ifndef ENGAGEP_TRACK_POLICY_H
#define ENGAGEP_TRACK_POLICY_H

#include "base/arena.h"
#include "track/hours.h"
#include "track/kind.h"

#include <engage/track.h>

#include <stdatomic.h>

/* What the gates of a stage measure over the window; a threshold of 0 means that
 * the stage has no such gate. */
enum engagep_measure {
    ENGAGEP_MEASURE_ACTS,              /* acts of the stage's class or higher */
    ENGAGEP_MEASURE_DAYS,              /* days with such an act */
    ENGAGEP_MEASURE_OBJECTS,           /* distinct objects of acts of class >= 2 */
    ENGAGEP_MEASURE_TEXTS,             /* distinct contents of acts of class >= 3 */
    ENGAGEP_MEASURE_ACTIVE_DAYS,       /* days with an act of any class */
    ENGAGEP_MEASURE_PEOPLE,            /* distinct counterparts in collaboration */
    ENGAGEP_MEASURE_ACKNOWLEDGERS,     /* distinct people who acknowledged */
    ENGAGEP_MEASURE_ACKNOWLEDGED_DAYS, /* days with an acknowledgement */
    ENGAGEP_MEASURE_ACKNOWLEDGEMENTS,  /* acknowledgements */
    ENGAGEP_MEASURE_CURATION,          /* acts of class 2 */
    ENGAGEP_MEASURE_CREATION,          /* acts of class 3 */
    ENGAGEP_MEASURES
};

enum { ENGAGEP_PROFILE_OPEN_SOCIAL, ENGAGEP_PROFILE_FORUM, ENGAGEP_PROFILE_B2B, ENGAGEP_PROFILES };

/* Who answers what: the department of each intent, absent where nobody is named. */
struct engagep_departments {
    engage_str of[ENGAGE_INTENTS];
};

/* What the policy says about a brand; lists are in the order of the file. */
struct engagep_brand {
    engage_str id;
    engage_str *names; /* the name, then aliases */
    size_t name_count;
    engage_str *handles; /* own accounts, "platform:handle" */
    size_t handle_count;
    engage_str *staff; /* accounts of staff, "platform:native-id" */
    size_t staff_count;
    struct engagep_hours hours;
    struct engagep_departments departments;
    int own_hours;       /* 0: those for all hold */
    int own_departments; /* 0: those for all hold */
};

/* What a platform asks of whoever keeps something of it; all that is not named is free. */
struct engagep_platform {
    engage_str name;
    int32_t texts;     /* days that texts are kept at most; 0: no limit */
    int32_t basis;     /* 1: a link to an account elsewhere must say what it rests on */
    uint32_t withheld; /* bit i: intent i is not kept of a person */
};

/* Every number is an int32_t, so that one table can name, check and print them. */
struct engagep_policy_numbers {
    /* [weight], [cap]: per kind; outcomes have none */
    int32_t weight[ENGAGEP_KINDS];
    int32_t cap[ENGAGEP_KINDS];

    /* [score] */
    int32_t half_life[5]; /* by class, 1 to 4 */
    int32_t scale;        /* E = 100 (1 - exp(-mass / scale)) */
    int32_t view;         /* days that any view looks back */
    int32_t returning;    /* points of a span after the first with an act */
    int32_t returning_collaboration; /* and of one with collaboration */
    int32_t returning_span;          /* days */
    int32_t returning_half_life;

    /* [presence] */
    int32_t presence_short;
    int32_t presence_long;
    int32_t presence_least;   /* acts in the long window */
    int32_t presence_cooling; /* millionths */
    int32_t presence_warming; /* millionths */

    /* [gravity] */
    int32_t gravity[5]; /* by stage, 1 to 4 */

    /* [stages], [curation], [creation], [collaboration] */
    int32_t window;
    int32_t hold;      /* days a stage is held, and between two steps down */
    int32_t flag_limit; /* more confirmed flags than these in the window cap the stage at 3 */
    int32_t gate[5][ENGAGEP_MEASURES]; /* by stage, 2 to 4 */

    /* [standing] */
    int32_t standing_window;
    int32_t standing_hold;
    int32_t advocate_least;  /* advocacy and detraction together, millionths of a unit */
    int32_t advocate_days;
    int32_t advocate_bound;  /* millionths */
    int32_t detractor_least; /* millionths of a unit */
    int32_t detractor_bound; /* millionths */

    /* [outcome] */
    int32_t lapse;
    int32_t inferred; /* millionths: how sure one such text lets one be */

    /* [reach] */
    int32_t reach_counterpart;
    int32_t reach_thread;
    int32_t reach_idle;      /* millionths kept per idle month of 30 days */
    int32_t reach_followers; /* times log10(1 + followers) */
    int32_t ambassador_stage;
    int32_t ambassador_share; /* millionths of the brand's customers, by reach */

    /* [open]: what opens an opportunity besides a needs-reply intent; millionths of
     * probability, 1,000,001: nothing does */
    int32_t open_suggestion;
    int32_t open_praise;

    /* [base], [priority]: points */
    int32_t base[ENGAGE_INTENTS]; /* 0: an intent that opens nothing */
    int32_t further;
    int32_t further_max;
    int32_t severity_max;
    int32_t addressed;
    int32_t askers_points;
    int32_t askers_least;
    int32_t askers_days;
    int32_t repeat;
    int32_t repeat_max;
    int32_t reach_points; /* times log10(1 + followers) */
    int32_t reach_max;
    int32_t relation;
    int32_t ageing;
    int32_t ageing_step;
    int32_t ageing_max;
    int32_t alert;
    int32_t doubt; /* taken off */
    int32_t urgent;
    int32_t high;
    int32_t medium;
    int32_t target_hours; /* business hours */
    int32_t missed_hours; /* business hours */
    int32_t expired_days;

    /* [replies] */
    int32_t quiet_hours; /* after an answer, until it counts as resolved */
    int32_t rate_hours;
    int32_t never_days;
    int32_t negative; /* millionths of probability that make a post negative */

    /* [staff] */
    int32_t staff_figures; /* 1: figures of those who answer are given, 0: they are not */
    int32_t staff_window;
    int32_t staff_reply; /* points */
    int32_t staff_answer;
    int32_t staff_fast;
    int32_t staff_cap;    /* points a day */
    int32_t badge_helper; /* answers */
    int32_t badge_swift;  /* answers within the target */
    int32_t badge_steady; /* days with an answer */

    /* [duties] */
    int32_t score_direct;    /* 1: direct messages are judged, 0: they are not */
    int32_t refuse_objected; /* events of whoever objects: 1 refused, 0 without a profile */
};

struct engage_policy {
    struct engagep_policy_numbers numbers;
    char version[64];
    int profile; /* ENGAGEP_PROFILE_ */
    struct engagep_hours hours;
    struct engagep_departments departments;
    struct engagep_brand *brands; /* ascending by id, compared as bytes */
    size_t brand_count;
    const struct engagep_platform *platforms; /* the built-in ones, then as in the file */
    size_t platform_count;
    atomic_size_t owners; /* 0: built in, never released */
    struct engagep_arena arena;
};

/* What is said about a brand, or NULL. */
const struct engagep_brand *engagep_policy_brand(const engage_policy *policy, engage_str id);

/* What a platform asks, or NULL. */
const struct engagep_platform *engagep_policy_platform(const engage_policy *policy,
                                                       engage_str name);

/* The business hours that hold for a brand. */
const struct engagep_hours *engagep_policy_hours(const engage_policy *policy, engage_str brand);

/* The department of a brand that answers an intent; absent where none is named. */
engage_str engagep_policy_department(const engage_policy *policy, engage_str brand, int intent);

/* The name of a measure in policy texts and in explanations, such as "active_days". */
const char *engagep_policy_measure(int measure);

#endif
