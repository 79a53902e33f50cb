/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "track/decision.h"

#include "base/error.h"

#include <string.h>

/* ------------------------------------------------------------------ verbs --- */

/* What a decision is about, and what else it names. */
enum about { ACCOUNT, POST, OPPORTUNITY };
enum names { NOTHING, STAGE, OTHER, REASON };

static const struct {
    const char *verb;
    uint8_t size; /* of the verb */
    uint8_t about;
    uint8_t names;
} table[] = {
    [ENGAGEP_DECISION_HOLD] = {"Hold", 4, ACCOUNT, STAGE},
    [ENGAGEP_DECISION_RELEASE] = {"Release", 7, ACCOUNT, NOTHING},
    [ENGAGEP_DECISION_SUSPEND] = {"Suspend", 7, ACCOUNT, NOTHING},
    [ENGAGEP_DECISION_REINSTATE] = {"Reinstate", 9, ACCOUNT, NOTHING},
    [ENGAGEP_DECISION_FLAG] = {"Flag", 4, ACCOUNT, NOTHING},
    [ENGAGEP_DECISION_LINK] = {"Link", 4, ACCOUNT, OTHER},
    [ENGAGEP_DECISION_UNLINK] = {"Unlink", 6, ACCOUNT, NOTHING},
    [ENGAGEP_DECISION_OBJECT] = {"Object", 6, ACCOUNT, NOTHING},
    [ENGAGEP_DECISION_RESUME] = {"Resume", 6, ACCOUNT, NOTHING},
    [ENGAGEP_DECISION_WITHHOLD] = {"Withhold", 8, ACCOUNT, REASON},
    [ENGAGEP_DECISION_RESTORE] = {"Restore", 7, ACCOUNT, REASON},
    [ENGAGEP_DECISION_WITHHOLD_POST] = {"Withhold", 8, POST, REASON},
    [ENGAGEP_DECISION_RESTORE_POST] = {"Restore", 7, POST, REASON},
    [ENGAGEP_DECISION_CLAIM] = {"Claim", 5, OPPORTUNITY, NOTHING},
    [ENGAGEP_DECISION_DISMISS] = {"Dismiss", 7, OPPORTUNITY, NOTHING},
    [ENGAGEP_DECISION_RESOLVE] = {"Resolve", 7, OPPORTUNITY, NOTHING},
};
enum { VERBS = sizeof(table) / sizeof(table[0]) };

/* Why platforms withhold; each reason is reversed by itself. */
static const char *const reasons[] = {"delete", "protect", "suspend", "withhold"};
enum { DELETED = 0, REASONS = sizeof(reasons) / sizeof(reasons[0]) };

/* Most verbs are no decisions, as their first letter tells. */
static int begins_one(char letter)
{
    switch (letter) {
    case 'C':
    case 'D':
    case 'F':
    case 'H':
    case 'L':
    case 'O':
    case 'R':
    case 'S':
    case 'U':
    case 'W':
        return 1;
    default:
        return 0;
    }
}

/* The decision that a verb names; of an account where one is named, else of a post. */
static int type_of(const engage_event *event)
{
    if (!begins_one(event->verb.data[0]))
        return -1;
    for (int type = 0; type < VERBS; type++)
        if (table[type].size == event->verb.size && table[type].verb[0] == event->verb.data[0] &&
            memcmp(table[type].verb, event->verb.data, event->verb.size) == 0)
            return table[type].names == REASON && event->target.size == 0 ? type + 2 : type;
    return -1;
}

static int reason_of(engage_str name)
{
    for (int i = 0; i < REASONS; i++)
        if (engagep_str_is(name, reasons[i]))
            return i;
    return -1;
}

static int stage_of(engage_str name)
{
    for (int stage = ENGAGE_STAGE_CONSUMPTION; stage <= ENGAGE_STAGE_COLLABORATION; stage++)
        if (engagep_str_is(name, engage_stage_name(stage)))
            return stage;
    return 0;
}

uint8_t engagep_decision_stage(const struct engagep_decision *decision)
{
    return (uint8_t)(decision->type == ENGAGEP_DECISION_HOLD ? stage_of(decision->value) : 0);
}

static int refuse(engage_error *error, const char *member, const char *what)
{
    return engagep_error_set(error, ENGAGE_EEVENT, "event: \"%s\" %s", member, what);
}

int engagep_decision_is_verb(const engage_event *event)
{
    return type_of(event) >= 0;
}

int engagep_decision_check(const engage_event *event, engage_error *error)
{
    int type = type_of(event);
    if (type < 0 || type == ENGAGEP_DECISION_FLAG)
        return ENGAGE_OK;
    if (table[type].about == ACCOUNT && event->target.size == 0)
        return refuse(error, "target", "is missing: this decision is about an account");
    if (table[type].about != ACCOUNT && event->object.size == 0)
        return refuse(error, "object", "is missing: this decision is about a post or opportunity");
    if (table[type].names == STAGE && !stage_of(event->type))
        return refuse(error, "type",
                      "is none of the stages consumption, curation, creation, collaboration");
    if (table[type].names == OTHER && event->object.size == 0)
        return refuse(error, "object", "is missing: a Link names two accounts");
    if (table[type].names == OTHER && engagep_str_equal(event->object, event->target))
        return refuse(error, "object", "is the target: a Link names two accounts");
    if (table[type].names == REASON && event->type.size > 0 && reason_of(event->type) < 0)
        return refuse(error, "type", "is none of delete, protect, suspend, withhold");
    return ENGAGE_OK;
}

int engagep_decision_of(const engage_event *event, enum engagep_role role,
                        struct engagep_decision *out)
{
    static const engage_str none = {NULL, 0};
    int is_self = engagep_str_equal(event->actor, event->target);
    if ((event->target.size == 0 && event->object.size == 0) ||
        (role != ENGAGEP_STAFF_ROLE && !is_self))
        return 0;
    int type = type_of(event);
    if (type < 0 || (type == ENGAGEP_DECISION_FLAG && event->target.size == 0))
        return 0;
    if (role != ENGAGEP_STAFF_ROLE && type != ENGAGEP_DECISION_OBJECT &&
        type != ENGAGEP_DECISION_RESUME)
        return 0;
    out->type = type;
    out->subject = table[type].about == ACCOUNT ? event->target : event->object;
    out->value = none;
    if (table[type].names == STAGE || table[type].names == REASON)
        out->value = event->type;
    else if (table[type].names == OTHER)
        out->value = event->object;
    out->time = event->time;
    out->actor = event->actor;
    out->event = event->id;
    return 1;
}

int engagep_decision_decides(const engage_policy *policy, const engage_event *event)
{
    struct engagep_decision decision;
    enum engagep_role role = ENGAGEP_STAFF_ROLE;
    if (engagep_str_is(event->verb, table[ENGAGEP_DECISION_FLAG].verb))
        role = engagep_thread_role(policy, event);
    return engagep_decision_of(event, role, &decision);
}

/* ------------------------------------------------------------------- rows --- */

int engagep_decision_any(engage_tracker *tracker, int *any, engage_error *error)
{
    if (tracker->decisions == ENGAGEP_DECISIONS_UNKNOWN) {
        int rc = engagep_core_any(tracker, ENGAGEP_DECISION, NULL, 0, error);
        if (rc < 0)
            return rc;
        tracker->decisions = rc == ENGAGE_ROW;
    }
    *any = tracker->decisions;
    return ENGAGE_OK;
}

struct scanning {
    engagep_decision_visit *visit;
    void *ctx;
};

static int visit_row(void *ctx, const struct engagep_value *row, engage_error *error)
{
    const struct scanning *scanning = ctx;
    struct engagep_decision decision = {.type = (int)row[DECISION_TYPE].number,
                                        .subject = engagep_row_str(&row[DECISION_SUBJECT]),
                                        .value = engagep_row_str(&row[DECISION_VALUE]),
                                        .time = row[DECISION_TIME].number,
                                        .actor = engagep_row_str(&row[DECISION_ACTOR]),
                                        .event = engagep_row_str(&row[DECISION_EVENT])};
    if (row[DECISION_TYPE].number < 0 || row[DECISION_TYPE].number >= ENGAGEP_DECISIONS ||
        !engagep_row_is_time(decision.time))
        return engagep_core_corrupt(error, "a decision");
    return scanning->visit(scanning->ctx, &decision, error);
}

int engagep_decision_scan(engage_tracker *tracker, engage_str brand, engage_str subject,
                          engagep_decision_visit *visit, void *ctx, engage_error *error)
{
    struct scanning scanning = {visit, ctx};
    struct engagep_value prefix[] = {engagep_row_text(brand), engagep_row_text(subject)};
    int any;
    int rc = engagep_decision_any(tracker, &any, error);
    if (rc != ENGAGE_OK || !any)
        return rc;
    return engagep_core_scan(tracker, ENGAGEP_DECISION, 0, prefix, 2, visit_row, &scanning, error);
}

/* What a decision is written as: -1 where nothing is left of it. */
static int type_left(const struct engagep_decision *decision, int how)
{
    if (how != ENGAGEP_DECISION_TAKEN_BACK)
        return how == ENGAGEP_DECISION_STANDS ? decision->type : -1;
    if (!engagep_str_is(decision->value, reasons[DELETED]))
        return -1;
    if (decision->type == ENGAGEP_DECISION_WITHHOLD)
        return ENGAGEP_DECISION_DELETED;
    return decision->type == ENGAGEP_DECISION_WITHHOLD_POST ? ENGAGEP_DECISION_DELETED_POST : -1;
}

static int write_row(engage_tracker *tracker, engage_str brand,
                     const struct engagep_decision *decision, int type, engage_error *error)
{
    struct engagep_value row[DECISION_COLUMNS];
    row[DECISION_BRAND] = engagep_row_text(brand);
    row[DECISION_SUBJECT] = engagep_row_text(decision->subject);
    row[DECISION_TIME] = engagep_row_int(decision->time);
    row[DECISION_ACTOR] = engagep_row_text(decision->actor);
    row[DECISION_EVENT] = engagep_row_text(decision->event);
    row[DECISION_TYPE] = engagep_row_int(type);
    row[DECISION_VALUE] = engagep_row_optional(decision->value);
    if (type >= 0) {
        tracker->decisions = 1;
        return engagep_core_put(tracker, ENGAGEP_DECISION, row, error);
    }
    /* Under another policy its actor may have been no staff. */
    int rc = tracker->store->ops->remove(tracker->store, ENGAGEP_DECISION, row, error);
    return rc == ENGAGE_DONE ? ENGAGE_OK : rc;
}

int engagep_decision_write(engage_tracker *tracker, engage_str brand,
                           const struct engagep_decision *decision, int how,
                           engage_error *error)
{
    int type = type_left(decision, how);
    int rc = write_row(tracker, brand, decision, type, error);
    if (rc != ENGAGE_OK || decision->type != ENGAGEP_DECISION_LINK)
        return rc;
    /* A link is found from both of its ends. */
    struct engagep_decision other = *decision;
    other.subject = decision->value;
    other.value = decision->subject;
    return write_row(tracker, brand, &other, type, error);
}

/* --------------------------------------------------------------- read off --- */

/* The latest word on each reason, and whether a text went. */
struct withheld {
    int withhold; /* ENGAGEP_DECISION_ */
    int deleted;  /* the same */
    int by[REASONS];
    int ever_deleted;
};

static int note_withheld(void *ctx, const struct engagep_decision *decision, engage_error *error)
{
    struct withheld *withheld = ctx;
    int reason = reason_of(decision->value);
    int withholds = decision->type == withheld->withhold;
    (void)error;
    if (withholds || decision->type == withheld->withhold + 1)
        withheld->by[reason < 0 ? REASONS - 1 : reason] = withholds;
    withheld->ever_deleted |=
        (withholds && reason == DELETED) || decision->type == withheld->deleted;
    return ENGAGE_OK;
}

static int is_withheld(engage_tracker *tracker, engage_str brand, engage_str subject,
                       struct withheld withheld, int *out, engage_error *error)
{
    int rc = engagep_decision_scan(tracker, brand, subject, note_withheld, &withheld, error);
    for (int i = 0; i < REASONS; i++)
        *out |= withheld.by[i] ? ENGAGEP_WITHHELD : 0;
    *out |= withheld.ever_deleted ? ENGAGEP_WITHHELD_DELETED : 0;
    return rc;
}

int engagep_decision_account_withheld(engage_tracker *tracker, engage_str brand,
                                      engage_str account, int *withheld, engage_error *error)
{
    const struct withheld begun = {ENGAGEP_DECISION_WITHHOLD, ENGAGEP_DECISION_DELETED, {0}, 0};
    return is_withheld(tracker, brand, account, begun, withheld, error);
}

int engagep_decision_post_withheld(engage_tracker *tracker, engage_str brand, engage_str post,
                                   int *withheld, engage_error *error)
{
    const struct withheld begun = {
        ENGAGEP_DECISION_WITHHOLD_POST, ENGAGEP_DECISION_DELETED_POST, {0}, 0};
    return is_withheld(tracker, brand, post, begun, withheld, error);
}

/* The latest word on an objection until a time. */
struct objection {
    int64_t time;
    int stands;
};

static int note_objection(void *ctx, const struct engagep_decision *decision, engage_error *error)
{
    struct objection *objection = ctx;
    (void)error;
    if (decision->time <= objection->time && (decision->type == ENGAGEP_DECISION_OBJECT ||
                                              decision->type == ENGAGEP_DECISION_RESUME))
        objection->stands = decision->type == ENGAGEP_DECISION_OBJECT;
    return ENGAGE_OK;
}

int engagep_decision_objected(engage_tracker *tracker, engage_str brand, engage_str account,
                              int64_t time, int *objected, engage_error *error)
{
    struct objection objection = {time, 0};
    int rc = engagep_decision_scan(tracker, brand, account, note_objection, &objection, error);
    *objected = objection.stands;
    return rc;
}
