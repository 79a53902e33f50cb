/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What people decided. A decision is an event of the brand's staff, such as Hold or
 * Link; those that stand are kept as rows by what they are about, in order of time, so
 * that what follows from them depends on their set alone.
 */
#ifndef ENGAGEP_TRACK_DECISION_H
#define ENGAGEP_TRACK_DECISION_H

#include "track/core.h"
#include "track/stage.h"
#include "track/thread.h"

/* Numbers are written into stores and never change. */
enum {
    ENGAGEP_DECISION_HOLD = ENGAGEP_CONTROL_HOLD,
    ENGAGEP_DECISION_RELEASE = ENGAGEP_CONTROL_RELEASE,
    ENGAGEP_DECISION_SUSPEND = ENGAGEP_CONTROL_SUSPEND,
    ENGAGEP_DECISION_REINSTATE = ENGAGEP_CONTROL_REINSTATE,
    ENGAGEP_DECISION_FLAG = ENGAGEP_CONTROL_FLAG,
    ENGAGEP_DECISION_LINK,
    ENGAGEP_DECISION_UNLINK,
    ENGAGEP_DECISION_OBJECT,
    ENGAGEP_DECISION_RESUME,
    ENGAGEP_DECISION_WITHHOLD, /* an account */
    ENGAGEP_DECISION_RESTORE,
    ENGAGEP_DECISION_WITHHOLD_POST,
    ENGAGEP_DECISION_RESTORE_POST,
    ENGAGEP_DECISION_CLAIM, /* an opportunity */
    ENGAGEP_DECISION_DISMISS,
    ENGAGEP_DECISION_RESOLVE,
    ENGAGEP_DECISION_DELETED, /* a Withhold as deleted that was taken back: the text went */
    ENGAGEP_DECISION_DELETED_POST,
    ENGAGEP_DECISIONS
};

struct engagep_decision {
    int type;           /* ENGAGEP_DECISION_ */
    engage_str subject; /* an account, a post or the id of an opportunity */
    engage_str value;   /* a stage's name, the other account, why it is withheld */
    int64_t time;
    engage_str actor;
    engage_str event;
};

/* Whether an event is named as a decision, and says all that one needs: ENGAGE_OK, or
 * ENGAGE_EEVENT. */
int engagep_decision_check(const engage_event *event, engage_error *error);

/* 1 where an event's verb is that of a decision, whoever says it. */
int engagep_decision_is_verb(const engage_event *event);

/* 1 where an event is a decision that counts: by staff, or by oneself on one's own
 * profile. Texts are the event's. */
int engagep_decision_of(const engage_event *event, enum engagep_role role,
                        struct engagep_decision *out);

/* 1 where an event decides something, or would if its actor were of the brand's staff: policy
 * may make it so. A flag is an act of whoever is not. */
int engagep_decision_decides(const engage_policy *policy, const engage_event *event);

/* The stage that a Hold names; 0 for other decisions. */
uint8_t engagep_decision_stage(const struct engagep_decision *decision);

/* 1 where the store has any decision: what depends on none need not look for them. */
int engagep_decision_any(engage_tracker *tracker, int *any, engage_error *error);

/* Calls `visit` for each decision about a subject, in order of time, actor and event.
 * Texts are borrowed; it must not write. */
typedef int engagep_decision_visit(void *ctx, const struct engagep_decision *decision,
                                   engage_error *error);
int engagep_decision_scan(engage_tracker *tracker, engage_str brand, engage_str subject,
                          engagep_decision_visit *visit, void *ctx, engage_error *error);

/* Writes what is left of a decision, or removes it. */
enum { ENGAGEP_DECISION_NEVER, ENGAGEP_DECISION_STANDS, ENGAGEP_DECISION_TAKEN_BACK };
int engagep_decision_write(engage_tracker *tracker, engage_str brand,
                           const struct engagep_decision *decision, int how,
                           engage_error *error);

/* Whether an account, or a post, is withheld by its platform: bits, of which the second one
 * says that it was ever deleted there, whatever was said after. They are added to `withheld`. */
enum { ENGAGEP_WITHHELD = 1, ENGAGEP_WITHHELD_DELETED = 2 };
int engagep_decision_account_withheld(engage_tracker *tracker, engage_str brand,
                                      engage_str account, int *withheld, engage_error *error);
int engagep_decision_post_withheld(engage_tracker *tracker, engage_str brand, engage_str post,
                                   int *withheld, engage_error *error);

/* Whether an account objects to being profiled, by what was decided until a time. */
int engagep_decision_objected(engage_tracker *tracker, engage_str brand, engage_str account,
                              int64_t time, int *objected, engage_error *error);

#endif
