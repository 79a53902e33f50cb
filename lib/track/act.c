/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What somebody decides, as the event that says so: made, applied like any other, and
 * told.
 */
#include "base/alloc.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/little.h"
#include "track/decision.h"
#include "track/duty.h"
#include "track/report.h"

#include <string.h>

/* The names of decisions in the command, and their verbs. */
static const struct {
    const char *name;
    const char *verb;
    int opportunity;
    int whole; /* it is decided about all accounts of a person */
} acts[] = {
    {"hold", "Hold", 0, 0},           {"release", "Release", 0, 0},
    {"suspend", "Suspend", 0, 0},     {"reinstate", "Reinstate", 0, 0},
    {"flag", "Flag", 0, 0},           {"link", "Link", 0, 0},
    {"unlink", "Unlink", 0, 0},       {"object", "Object", 0, 1},
    {"resume", "Resume", 0, 1},       {"withhold", "Withhold", 0, 0},
    {"restore", "Restore", 0, 0},     {"claim", "Claim", 1, 0},
    {"dismiss", "Dismiss", 1, 0},     {"resolve", "Resolve", 1, 0},
};
enum { ACTS = sizeof(acts) / sizeof(acts[0]) };

enum { ID_DIGITS = 24 };

struct acting {
    engage_tracker *tracker;
    const engage_decision *given;
    size_t act;
    engage_str actor;
    engage_events *events;
    engage_buffer *names; /* the accounts, each with a brand: parted by line feeds */
    engage_error *error;
};

static size_t act_of(engage_str name)
{
    size_t act = 0;
    while (act < ACTS && !engagep_str_is(name, acts[act].name))
        act++;
    return act;
}

/* The same decision at the same time is one event. */
static void make_id(const struct acting *acting, engage_str subject, int64_t time,
                    char out[ID_DIGITS])
{
    struct engagep_sha256 sha;
    unsigned char bytes[8];
    engagep_little_put_u64(bytes, (uint64_t)time);
    engagep_sha256_begin(&sha);
    engagep_sha256_add(&sha, bytes, sizeof(bytes));
    engagep_sha256_add(&sha, acts[acting->act].verb, strlen(acts[acting->act].verb) + 1);
    engagep_sha256_add(&sha, subject.data, subject.size);
    engagep_sha256_add(&sha, "\n", 1);
    if (acting->given->value.size > 0)
        engagep_sha256_add(&sha, acting->given->value.data, acting->given->value.size);
    engagep_sha256_end_hex(&sha, out, ID_DIGITS);
}

/* Whether another decision about the subject has the time of this one, or this one stands. */
struct clash {
    int64_t time;
    const char *id;
    int others;
    int stands;
};

static int note_clash(void *ctx, const struct engagep_decision *decision, engage_error *error)
{
    struct clash *clash = ctx;
    (void)error;
    engage_str id = {clash->id, ID_DIGITS};
    if (decision->time != clash->time)
        return ENGAGE_OK;
    if (engagep_str_equal(decision->event, id))
        clash->stands = 1;
    else
        clash->others = 1;
    return ENGAGE_OK;
}

/* Of two decisions of one moment the later one is to count: it takes the next moment that is free.
 * Said again, it is the one that stands. */
static int find_moment(struct acting *acting, engage_str brand, engage_str subject, int64_t *time,
                       char id[ID_DIGITS])
{
    for (;; ++*time) {
        struct clash clash = {*time, id, 0, 0};
        make_id(acting, subject, *time, id);
        int rc = engagep_decision_scan(acting->tracker, brand, subject, note_clash, &clash,
                                       acting->error);
        if (rc != ENGAGE_OK || clash.stands || !clash.others || *time >= ENGAGEP_EVENT_TIME_MAX)
            return rc;
    }
}

static int add_event(struct acting *acting, engage_str brand, engage_str subject, int64_t time)
{
    char id[ID_DIGITS];
    const engage_decision *given = acting->given;
    engage_event event = ENGAGE_EVENT_INIT;
    int rc = find_moment(acting, brand, subject, &time, id);
    if (rc != ENGAGE_OK)
        return rc;
    event.time = time;
    event.id = (engage_str){id, ID_DIGITS};
    event.brand = brand;
    event.verb = (engage_str){acts[acting->act].verb, strlen(acts[acting->act].verb)};
    event.actor = acting->actor;
    event.text = given->reason;
    event.role = (engage_str){"staff", 5};
    if (acts[acting->act].opportunity)
        event.object = subject;
    else
        event.target = subject;
    if (engagep_str_is(event.verb, "Link"))
        event.object = given->value;
    else
        event.type = given->value;
    return engage_events_add(acting->events, &event, acting->error);
}

/* -------------------------------------------------------------- subjects --- */

static int add_name(struct acting *acting, engage_str brand, engage_str name)
{
    engagep_buffer_put(acting->names, brand.data, brand.size);
    engagep_buffer_put_byte(acting->names, '\n');
    engagep_buffer_put(acting->names, name.data, name.size);
    engagep_buffer_put_byte(acting->names, '\n');
    return acting->names->failed != 0 ? engagep_core_no_memory(acting->error) : ENGAGE_OK;
}

static int add_row(void *ctx, const struct engagep_value *row, engage_error *error)
{
    (void)error;
    return add_name(ctx, engagep_row_str(&row[ACCOUNT_BRAND]),
                    engagep_row_str(&row[ACCOUNT_ACCOUNT]));
}

/* What of a brand the decision is about: the account, all of its person's, or the
 * opportunity. Nothing where the brand does not know it. */
static int find_in(struct acting *acting, engage_str brand)
{
    engage_tracker *tracker = acting->tracker;
    struct engagep_value key[] = {engagep_row_text(brand),
                                  engagep_row_text(acting->given->subject)};
    struct engagep_value row[ENGAGEP_MAX_COLUMNS];
    size_t table = acts[acting->act].opportunity ? ENGAGEP_EPISODE : ENGAGEP_ACCOUNT;
    int rc = engagep_core_get(tracker, table, key, row, acting->error);
    if (rc != ENGAGE_ROW)
        return rc == ENGAGE_DONE ? ENGAGE_OK : rc;
    if (!acts[acting->act].whole)
        return add_name(acting, brand, acting->given->subject);
    engage_str customer = engagep_row_str(&row[ACCOUNT_CUSTOMER]);
    if (engagep_row_keep(&tracker->arena, &customer) != ENGAGE_OK)
        return engagep_core_no_memory(acting->error);
    key[1] = engagep_row_text(customer);
    return engagep_core_scan(tracker, ENGAGEP_ACCOUNT, ACCOUNT_BY_CUSTOMER, key, 2, add_row, acting,
                             acting->error);
}

/* A moment after the brand's latest event, where no time is given. */
static int time_of(const struct acting *acting, engage_str brand, int64_t *out)
{
    struct engagep_value key[] = {engagep_row_text(brand)};
    struct engagep_value row[BRAND_COLUMNS];
    *out = acting->given->time;
    if (*out != ENGAGE_NO_TIME)
        return ENGAGE_OK;
    int rc = engagep_core_get(acting->tracker, ENGAGEP_BRAND, key, row, acting->error);
    if (rc != ENGAGE_ROW)
        return rc == ENGAGE_DONE ? ENGAGE_OK : rc;
    /* At the last moment itself two decisions would have no order. */
    if (row[BRAND_LATEST].number >= ENGAGEP_EVENT_TIME_MAX)
        return engagep_error_set(acting->error, ENGAGE_EEVENT,
                                 "no moment is left after the latest event: a time is needed");
    *out = row[BRAND_LATEST].number + 1;
    return ENGAGE_OK;
}

static int add_events(struct acting *acting)
{
    engage_str list = {acting->names->data, acting->names->size};
    engage_str brand;
    engage_str name;
    int rc = ENGAGE_OK;
    while (rc == ENGAGE_OK && engagep_str_next(&list, &brand) && engagep_str_next(&list, &name)) {
        int64_t time;
        rc = time_of(acting, brand, &time);
        if (rc == ENGAGE_OK)
            rc = add_event(acting, brand, name, time);
    }
    return rc;
}

/* ------------------------------------------------------------------ tell --- */

/* Whose customer's an account is; ENGAGE_DONE where the brand does not know it. */
static int customer_of(const struct acting *acting, engage_str brand, engage_str account,
                       engage_str *out)
{
    struct engagep_value key[] = {engagep_row_text(brand), engagep_row_text(account)};
    struct engagep_value row[ACCOUNT_COLUMNS];
    int rc = engagep_core_get(acting->tracker, ENGAGEP_ACCOUNT, key, row, acting->error);
    if (rc != ENGAGE_ROW)
        return rc;
    *out = engagep_row_str(&row[ACCOUNT_CUSTOMER]);
    return engagep_row_keep(&acting->tracker->arena, out) == ENGAGE_OK
               ? ENGAGE_ROW
               : engagep_core_no_memory(acting->error);
}

static int put_decision(const struct acting *acting, engage_buffer *buffer,
                        const engage_event *event)
{
    engage_str customer;
    engage_str other;
    int links = engagep_str_is(event->verb, "Link");
    int linked = ENGAGE_DONE;
    int rc = customer_of(acting, event->brand, event->target, &customer);
    if (rc == ENGAGE_ROW && links)
        linked = customer_of(acting, event->brand, event->object, &other);
    if (linked < 0)
        rc = linked;
    if (rc != ENGAGE_ROW)
        return rc == ENGAGE_DONE ? ENGAGE_OK : rc;
    engagep_json_open(buffer, '{');
    engagep_report_key_text(buffer, "id", event->id);
    engagep_report_key_text(buffer, "brand", event->brand);
    engagep_json_key(buffer, "decision");
    engagep_json_text(buffer, acts[acting->act].name);
    engagep_report_key_text(buffer, "account", event->target);
    engagep_report_key_text(buffer, "customer", customer);
    engagep_report_key_text(buffer, "value", acting->given->value);
    if (links) { /* two CRM ids stay two customers */
        engagep_json_key(buffer, "joined");
        engagep_json_bool(buffer, linked == ENGAGE_ROW && engagep_str_equal(customer, other));
    }
    engagep_report_key_text(buffer, "by", event->actor);
    engagep_report_key_time(buffer, "time", event->time);
    engagep_json_close(buffer, '}');
    engagep_buffer_put_byte(buffer, '\n');
    return ENGAGE_OK;
}

static int put_done(struct acting *acting, engage_buffer *buffer)
{
    struct engagep_report report;
    engage_query query = ENGAGE_QUERY_INIT;
    size_t count = acts[acting->act].opportunity ? 0 : engage_events_count(acting->events);
    int64_t time = engagep_events_get(acting->events, 0)->time;
    int64_t earliest = engagep_report_earliest(acting->tracker);
    query.brand = acting->given->brand;
    query.now = time > earliest ? time : earliest;
    int rc = engagep_report_begin(&report, acting->tracker, &query, buffer, acting->error);
    if (rc != ENGAGE_OK)
        return rc;
    for (size_t i = 0; i < count && rc == ENGAGE_OK; i++)
        rc = put_decision(acting, buffer, engagep_events_get(acting->events, i));
    if (count == 0)
        rc = engagep_queue_one(&report, acting->given->subject);
    return engagep_report_end(&report, rc);
}

/* What a decision lacks, in its own terms: the event's are not what the caller gave. */
static int check_value(const struct acting *acting)
{
    const engage_decision *given = acting->given;
    struct engagep_decision hold = {.type = ENGAGEP_DECISION_HOLD, .value = given->value};
    if (engagep_str_is(given->name, "hold") && engagep_decision_stage(&hold) == 0)
        return engagep_error_set(acting->error, ENGAGE_EEVENT, "a hold names a stage: "
                                 "consumption, curation, creation or collaboration");
    if (engagep_str_is(given->name, "link") &&
        (given->value.size == 0 || engagep_str_equal(given->value, given->subject)))
        return engagep_error_set(acting->error, ENGAGE_EEVENT, "a link names two accounts");
    return ENGAGE_OK;
}

static int decide(struct acting *acting, engage_buffer *buffer)
{
    struct engagep_report report;
    engage_query query = ENGAGE_QUERY_INIT;
    engage_counts counts = ENGAGE_COUNTS_INIT;
    query.brand = acting->given->brand;
    int rc = engagep_report_begin(&report, acting->tracker, &query, buffer, acting->error);
    if (rc != ENGAGE_OK)
        return rc;
    for (size_t i = 0; i < report.brand_count && rc == ENGAGE_OK; i++)
        rc = find_in(acting, report.brands[i]);
    if (rc == ENGAGE_OK && acting->names->size == 0)
        rc = engagep_error_set(acting->error, ENGAGE_ENOTFOUND, "no such customer or opportunity");
    if (rc == ENGAGE_OK)
        rc = add_events(acting);
    for (size_t i = 0; i < engage_events_count(acting->events) && rc == ENGAGE_OK; i++)
        if (engagep_duty_lacks_basis(acting->tracker->policy,
                                     engagep_events_get(acting->events, i)))
            rc = engagep_error_set(acting->error, ENGAGE_EEVENT, "%s", ENGAGEP_DUTY_NO_BASIS);
    rc = engagep_report_end(&report, rc);
    if (rc == ENGAGE_OK)
        rc = engage_tracker_apply(acting->tracker, acting->events, &counts, acting->error);
    /* What lies ahead, or lacks a basis, did not come so far. */
    if (rc == ENGAGE_OK && counts.refused > 0)
        rc = engagep_error_set(acting->error, ENGAGE_ELATE,
                               "refused: it lies before somebody was forgotten");
    return rc == ENGAGE_OK ? put_done(acting, buffer) : rc;
}

int engage_tracker_decide(engage_tracker *tracker, const engage_decision *decision,
                          engage_buffer *buffer, engage_error *error)
{
    static const engage_decision plain = ENGAGE_DECISION_INIT;
    engage_decision given = plain;
    if (tracker == NULL || decision == NULL || buffer == NULL)
        return engagep_error_set(error, ENGAGE_EMISUSE, "no tracker, no decision or no buffer");
    if (tracker->readonly)
        return engagep_error_set(error, ENGAGE_EMISUSE, "the tracker is read-only");
    int rc = engagep_options_copy(&given, sizeof(given), decision, sizeof(given));
    if (rc != ENGAGE_OK)
        return engagep_error_set(error, rc, "decision: struct_size or a member unknown here");
    struct acting acting = {.tracker = tracker,
                            .given = &given,
                            .act = act_of(given.name),
                            .actor = given.by,
                            .error = error};
    if (acting.act == ACTS)
        return engagep_error_set(error, ENGAGE_ERANGE, "there is no such decision");
    if (acting.actor.size == 0)
        acting.actor = (engage_str){"engage:desk", 11};
    rc = check_value(&acting);
    if (rc != ENGAGE_OK)
        return rc;
    rc = engage_events_new(&acting.events, &tracker->allocator);
    if (rc == ENGAGE_OK)
        rc = engage_events_set_now(acting.events, tracker->now);
    if (rc == ENGAGE_OK)
        rc = engage_buffer_new(&acting.names, &tracker->allocator);
    if (rc == ENGAGE_OK)
        rc = decide(&acting, buffer);
    else
        engagep_core_no_memory(error);
    engage_buffer_free(acting.names);
    engage_events_free(acting.events);
    return rc;
}
