/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The four stages: a pure function of calendar, controls, policy and time, in one
 * pass over the days.
 */
#ifndef ENGAGEP_TRACK_STAGE_H
#define ENGAGEP_TRACK_STAGE_H

#include "track/calendar.h"
#include "track/policy.h"

/* What people decided about an account. */
enum {
    ENGAGEP_CONTROL_HOLD,      /* fixes the stage, until a release */
    ENGAGEP_CONTROL_RELEASE,
    ENGAGEP_CONTROL_SUSPEND,   /* at most stage 3, until reinstated */
    ENGAGEP_CONTROL_REINSTATE,
    ENGAGEP_CONTROL_FLAG       /* a confirmed flag */
};

struct engagep_control {
    int64_t time;
    uint8_t type;  /* ENGAGEP_CONTROL_ */
    uint8_t stage; /* of a hold, 1 to 4 */
};

/* The rows, each id once, ascending by time; where times are equal by account, then by who said
 * so, then by id. */
struct engagep_controls {
    const struct engagep_control *rows;
    size_t count;
};

struct engagep_gate {
    uint8_t stage;       /* 1 to 4 */
    uint8_t measure;     /* ENGAGEP_MEASURE_; stage 1 has ACTS alone, counted ever */
    uint8_t passed;
    int32_t value;       /* distinct counts are exact up to 16 */
    int32_t threshold;
    int32_t next_change; /* the day on which silence alone makes it fail, or ENGAGEP_NO_DAY */
};

enum { ENGAGEP_GATES_MAX = 1 + 3 * ENGAGEP_MEASURES };

struct engagep_stage {
    uint8_t stage;       /* 0 to 4 */
    uint8_t natural;     /* without controls */
    uint8_t touched;     /* the highest class of any act, ever */
    uint8_t held;        /* 1: by a hold */
    uint8_t capped;      /* 1: kept at 3 by a suspension or by flags */
    int64_t valid_until; /* when it changes without any new fact or control, or ENGAGE_NO_TIME */
    int32_t earned[5];   /* by stage 2 to 4: the last day on which it is earned, later facts
                            apart; it may lie ahead; ENGAGEP_NO_DAY where none bears on now */
};

/* The stage at a time of the years 0 to 9999. Facts and controls after it do not count;
 * `controls` may be NULL. */
void engagep_stage_at(const struct engagep_calendar *calendar,
                      const struct engagep_controls *controls, const engage_policy *policy,
                      int64_t time, struct engagep_stage *out);

/* Every gate on the day of a time, by stage and measure; returns their number. */
size_t engagep_stage_gates(const struct engagep_calendar *calendar, const engage_policy *policy,
                           int64_t time, struct engagep_gate out[ENGAGEP_GATES_MAX]);

/* The same without looking ahead: no gate has a `next_change`. */
size_t engagep_stage_gates_then(const struct engagep_calendar *calendar,
                                const engage_policy *policy, int64_t time,
                                struct engagep_gate out[ENGAGEP_GATES_MAX]);

enum {
    ENGAGEP_CAUSE_FACT,   /* a fact of that day */
    ENGAGEP_CAUSE_TIME,   /* silence: a stage no longer held, a cap that ended */
    ENGAGEP_CAUSE_CONTROL /* a control */
};

struct engagep_transition {
    int64_t at;     /* the start of the day, or the time of the control */
    uint8_t from;
    uint8_t to;
    uint8_t cause;  /* ENGAGEP_CAUSE_ */
    size_t control; /* the index of the row, where it is the cause */
};

/* Takes a transition; what it returns other than ENGAGE_OK ends the listing. */
typedef int engagep_stage_visit(void *ctx, const struct engagep_transition *transition);

/* Every transition up to a time, in order of time. */
int engagep_stage_transitions(const struct engagep_calendar *calendar,
                              const struct engagep_controls *controls,
                              const engage_policy *policy, int64_t until,
                              engagep_stage_visit *visit, void *ctx);

/* A day to begin with, and the stage at the end of the day before it, where that is known and
 * there are no controls, or 0: then what came before needs no walk, in most cases. */
struct engagep_stage_since {
    int32_t day; /* ENGAGEP_NO_DAY: from ever */
    uint8_t stage;
};

/* The same from the start of a day on, and in the same walk the stage at `until` and when
 * silence would change it; `visit` or `now` may be NULL. What was before the day does not
 * depend on facts and controls from it on. */
struct engagep_stage_now {
    uint8_t stage;
    int64_t valid_until; /* or ENGAGE_NO_TIME */
};
int engagep_stage_walk(const struct engagep_calendar *calendar,
                       const struct engagep_controls *controls, const engage_policy *policy,
                       struct engagep_stage_since since, int64_t until,
                       engagep_stage_visit *visit, void *ctx, struct engagep_stage_now *now);

#endif
