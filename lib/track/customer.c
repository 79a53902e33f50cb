/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * One customer: where it stands, how it came there, and why.
 */
#include "base/error.h"
#include "base/time.h"
#include "track/emit.h"
#include "track/engagement.h"
#include "track/episode.h"
#include "track/facts.h"
#include "track/judge.h"
#include "track/outcome.h"
#include "track/receipt.h"
#include "track/report.h"
#include "track/standing.h"
#include "track/state.h"

#include <string.h>

struct customer {
    struct engagep_report *report;
    engage_str brand;
    engage_str id;
    struct engagep_person person;
    struct engagep_core_names accounts;
    int merged; /* 1: some of its states were merged */
};

static int keep_account(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct customer *customer = ctx;
    customer->merged |= row[ACCOUNT_PARTIALS].number > 0;
    return engagep_core_add_name(&customer->accounts, engagep_row_str(&row[ACCOUNT_ACCOUNT]),
                                 error);
}

/* ------------------------------------------------------------ transitions --- */

struct cause {
    int64_t time;
    engage_str event;
    engage_str actor; /* of the event */
    struct engagep_arena *arena;
};

static int find_cause(void *ctx, const struct engagep_emitted *fact, engage_error *error)
{
    struct cause *cause = ctx;
    if (cause->event.size > 0 &&
        (fact->time > cause->time ||
         (fact->time == cause->time && engagep_str_compare(fact->event, cause->event) >= 0)))
        return ENGAGE_OK;
    cause->time = fact->time;
    cause->event = fact->event;
    cause->actor = fact->actor;
    return engagep_row_keep(cause->arena, &cause->event) == ENGAGE_OK &&
                   engagep_row_keep(cause->arena, &cause->actor) == ENGAGE_OK
               ? ENGAGE_OK
               : engagep_core_no_memory(error);
}

struct transitions {
    struct customer *customer;
    int64_t since;
    int put; /* 0: only find out since when the stage holds */
};

static int put_cause(struct customer *customer, const struct engagep_transition *transition,
                     struct cause *found)
{
    struct engagep_report *report = customer->report;
    struct cause cause = {.arena = &report->tracker->arena};
    int64_t day = engagep_time_day(transition->at);
    int rc = ENGAGE_OK;
    engagep_json_key(report->buffer, "cause");
    if (transition->cause != ENGAGEP_CAUSE_FACT) {
        engagep_json_text(report->buffer,
                          transition->cause == ENGAGEP_CAUSE_TIME ? "silence" : "control");
        return ENGAGE_OK;
    }
    engagep_arena_reset(&report->tracker->arena);
    for (size_t i = 0; i < customer->accounts.count && rc == ENGAGE_OK; i++) {
        struct engagep_value prefix[] = {engagep_row_text(customer->brand),
                                         engagep_row_text(customer->accounts.list[i]),
                                         engagep_row_int(day)};
        rc = engagep_facts_scan(report->tracker, prefix, 3, find_cause, &cause, report->error);
    }
    *found = cause;
    /* Facts behind a merged state are not known. */
    if (cause.event.size > 0)
        engagep_json_string(report->buffer, cause.event.data, cause.event.size);
    else
        engagep_json_null(report->buffer);
    return rc;
}

/* `kept` is what the store has of it, or NULL. */
static int put_line(struct customer *customer, const struct engagep_transition *transition,
                    const struct engagep_value *kept)
{
    struct engagep_report *report = customer->report;
    engage_buffer *buffer = report->buffer;
    struct cause cause = {0};
    int same = kept != NULL && kept[TRANSITION_FROM].number == transition->from &&
               kept[TRANSITION_TO].number == transition->to;
    engagep_json_open(buffer, '{');
    engagep_report_key_time(buffer, "at", transition->at);
    engagep_json_key(buffer, "from");
    engagep_json_text(buffer, engage_stage_name(transition->from));
    engagep_json_key(buffer, "to");
    engagep_json_text(buffer, engage_stage_name(transition->to));
    int revised = kept != NULL && kept[TRANSITION_REVISED].number != 0;
    if (!(report->query.flags & ENGAGE_QUERY_EXPLAIN)) {
        int rc = put_cause(customer, transition, &cause);
        engagep_json_key(buffer, "revised");
        engagep_json_bool(buffer, revised);
        engagep_json_close(buffer, '}');
        return rc;
    }
    struct engagep_value copy[TRANSITION_COLUMNS];
    int rc = ENGAGE_OK;
    if (same) {
        memcpy(copy, kept, sizeof(copy));
        rc = engagep_core_own(&report->tracker->lasting, copy, TRANSITION_COLUMNS, report->error);
    }
    if (rc == ENGAGE_OK)
        rc = put_cause(customer, transition, &cause);
    engagep_json_key(buffer, "revised");
    engagep_json_bool(buffer, revised);
    struct engagep_cause event = {customer->brand, cause.actor, cause.event};
    if (rc == ENGAGE_OK)
        rc = engagep_receipt_put(report, &event, &customer->person.calendar, transition->at,
                                 same ? copy : NULL);
    engagep_json_close(buffer, '}');
    return rc;
}

static int put_transition(void *ctx, const struct engagep_transition *transition)
{
    struct transitions *transitions = ctx;
    struct customer *customer = transitions->customer;
    struct engagep_report *report = customer->report;
    transitions->since = transition->at;
    if (!transitions->put)
        return ENGAGE_OK;
    struct engagep_value key[] = {engagep_row_text(customer->brand), engagep_row_text(customer->id),
                                  engagep_row_int(transition->at)};
    struct engagep_value row[TRANSITION_COLUMNS];
    int rc = engagep_core_get(report->tracker, ENGAGEP_TRANSITION, key, row, report->error);
    return rc < 0 ? rc : put_line(customer, transition, rc == ENGAGE_ROW ? row : NULL);
}

static int walk_transitions(struct customer *customer, int put, int64_t *since)
{
    struct transitions transitions = {customer, ENGAGE_NO_TIME, put};
    const struct engagep_report *report = customer->report;
    int rc = engagep_judge_visit(report->tracker, customer->brand, customer->id, &customer->person,
                                 report->now, put_transition, &transitions, report->error);
    *since = transitions.since;
    return rc;
}

/* ---------------------------------------------------------------- explain --- */

static void put_gates(struct customer *customer)
{
    struct engagep_report *report = customer->report;
    engage_buffer *buffer = report->buffer;
    struct engagep_gate gates[ENGAGEP_GATES_MAX];
    size_t count = 0;
    if (report->query.flags & ENGAGE_QUERY_EXPLAIN)
        count = engagep_stage_gates(&customer->person.calendar, report->tracker->policy,
                                    report->now, gates);
    engagep_json_key(buffer, "gates");
    engagep_json_open(buffer, '[');
    for (size_t i = 0; i < count; i++) {
        engagep_json_open(buffer, '{');
        engagep_receipt_gate(buffer, &gates[i]);
        engagep_report_key_time(buffer, "next_change",
                                gates[i].next_change != ENGAGEP_NO_DAY
                                    ? gates[i].next_change * ENGAGEP_DAY_MS
                                    : ENGAGE_NO_TIME);
        engagep_json_close(buffer, '}');
    }
    engagep_json_close(buffer, ']');
}

/* A keyed hash: equal for what is counted once. */
static void put_hash(engage_buffer *buffer, const char *name, int given, uint32_t hash)
{
    engagep_json_key(buffer, name);
    if (given)
        engagep_json_int(buffer, hash);
    else
        engagep_json_null(buffer);
}

static int put_fact(void *ctx, const struct engagep_emitted *emitted, engage_error *error)
{
    struct engagep_report *report = ctx;
    engage_buffer *buffer = report->buffer;
    const struct engagep_fact *fact = &emitted->fact;
    int64_t window = report->tracker->policy->numbers.window;
    if (fact->kind >= ENGAGEP_KINDS)
        return engagep_core_corrupt(error, "a fact");
    if (fact->day > report->day || fact->day <= report->day - window)
        return ENGAGE_OK;
    engagep_json_open(buffer, '{');
    engagep_report_key_time(buffer, "time", emitted->time);
    engagep_json_key(buffer, "kind");
    engagep_json_text(buffer, engagep_kinds[fact->kind].name);
    engagep_report_key_text(buffer, "account", emitted->account);
    engagep_report_key_text(buffer, "actor", emitted->actor);
    engagep_report_key_text(buffer, "event", emitted->event);
    engagep_json_key(buffer, "count");
    engagep_json_int(buffer, fact->count);
    put_hash(buffer, "person", fact->parts & ENGAGEP_FACT_PERSON, fact->person);
    put_hash(buffer, "object", fact->parts & ENGAGEP_FACT_OBJECT, fact->object);
    put_hash(buffer, "content", fact->parts & ENGAGEP_FACT_CONTENT, fact->content);
    engagep_json_close(buffer, '}');
    return ENGAGE_OK;
}

/* The facts that the gates counted. */
static int put_facts(struct customer *customer)
{
    struct engagep_report *report = customer->report;
    int rc = ENGAGE_OK;
    engagep_json_key(report->buffer, "facts");
    engagep_json_open(report->buffer, '[');
    for (size_t i = 0; i < customer->accounts.count && rc == ENGAGE_OK; i++) {
        struct engagep_value prefix[] = {engagep_row_text(customer->brand),
                                         engagep_row_text(customer->accounts.list[i])};
        rc = engagep_facts_scan(report->tracker, prefix, 2, put_fact, report, report->error);
    }
    engagep_json_close(report->buffer, ']');
    return rc;
}

/* How sure texts let one be, where each is right as often as the policy says: beside the
 * outcome, which they never change. */
static void put_inferred(struct customer *customer, const char *name, int flag)
{
    struct engagep_report *report = customer->report;
    const struct engagep_calendar *calendar = &customer->person.calendar;
    const struct engagep_policy_numbers *numbers = &report->tracker->policy->numbers;
    int64_t doubt = 1000000;
    size_t at = engagep_calendar_index(calendar, (int32_t)(report->day - numbers->view + 1));
    for (; at < calendar->count && calendar->days[at].day <= report->day; at++)
        if (calendar->days[at].flags & flag)
            doubt = doubt * (1000000 - numbers->inferred) / 1000000;
    engagep_json_key(report->buffer, name);
    engagep_json_decimal(report->buffer, 1000000 - doubt, 6);
}

/* ------------------------------------------------------------------- open --- */

/* The same that the queue lists. */
static int put_open(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct customer *customer = ctx;
    struct engagep_report *report = customer->report;
    engage_tracker *tracker = report->tracker;
    struct engagep_episode episode;
    int64_t span = tracker->policy->numbers.expired_days * ENGAGEP_DAY_MS;
    int decision;
    int rc = engagep_episode_from_row(row, NULL, &episode, error);
    if (rc != ENGAGE_OK)
        return rc;
    if (episode.opened > report->now || !engagep_episode_waits(&episode, report->now))
        return ENGAGE_OK;
    if (report->past)
        rc = engagep_episode_look_back(tracker, customer->brand, report->now, &episode, error);
    if (rc != ENGAGE_OK)
        return rc == ENGAGE_DONE ? ENGAGE_OK : rc;
    rc = engagep_episode_decision(tracker, customer->brand, &episode, report->now, &decision,
                                  error);
    if (rc == ENGAGE_OK && engagep_episode_is_open(decision) &&
        report->now - episode.last_wait < span)
        engagep_json_string(report->buffer, episode.id.data, episode.id.size);
    return rc;
}

static int put_all_open(struct customer *customer)
{
    struct engagep_report *report = customer->report;
    int rc = ENGAGE_OK;
    engagep_json_key(report->buffer, "open");
    engagep_json_open(report->buffer, '[');
    for (size_t i = 0; i < customer->accounts.count && rc == ENGAGE_OK; i++) {
        struct engagep_value prefix[] = {engagep_row_text(customer->brand),
                                         engagep_row_text(customer->accounts.list[i])};
        rc = engagep_core_scan(report->tracker, ENGAGEP_EPISODE, EPISODE_BY_ACCOUNT, prefix, 2,
                               put_open, customer, report->error);
    }
    engagep_json_close(report->buffer, ']');
    return rc;
}

/* Ends the scan of an account's events at the first. */
static int find_event(void *ctx, const struct engagep_value *row, engage_error *error)
{
    (void)ctx;
    (void)row;
    (void)error;
    return ENGAGE_ROW;
}

/* Whether all that is held of the customer are states that were merged: what was written
 * behind them, and who waits, is not known then. */
static int is_elsewhere(struct customer *customer, int *elsewhere)
{
    struct engagep_report *report = customer->report;
    int rc = customer->merged ? ENGAGE_OK : ENGAGE_ROW;
    for (size_t i = 0; i < customer->accounts.count && rc == ENGAGE_OK; i++) {
        struct engagep_value prefix[] = {engagep_row_text(customer->brand),
                                         engagep_row_text(customer->accounts.list[i])};
        rc = engagep_core_scan(report->tracker, ENGAGEP_EVENT, EVENT_BY_ID, prefix, 2, find_event,
                               NULL, report->error);
    }
    *elsewhere = rc == ENGAGE_OK;
    return rc < 0 ? rc : ENGAGE_OK;
}

/* What the customer's own posts tell: likes, dislikes, open. */
static int put_told(struct customer *customer)
{
    struct engagep_report *report = customer->report;
    const struct engagep_core_names *accounts = &customer->accounts;
    int elsewhere;
    int rc = is_elsewhere(customer, &elsewhere);
    if (rc == ENGAGE_OK && elsewhere) {
        static const char *const names[] = {"likes", "dislikes", "open"};
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
            engagep_json_key(report->buffer, names[i]);
            engagep_json_null(report->buffer);
        }
        return ENGAGE_OK;
    }
    if (rc == ENGAGE_OK)
        rc = engagep_report_tastes(report, customer->brand, accounts->list, accounts->count);
    return rc == ENGAGE_OK ? put_all_open(customer) : rc;
}

/* --------------------------------------------------------------- customer --- */

static void put_standing(struct customer *customer, int64_t since)
{
    struct engagep_report *report = customer->report;
    engage_buffer *buffer = report->buffer;
    const engage_policy *policy = report->tracker->policy;
    struct engagep_stage stage;
    struct engagep_presence presence;
    struct engagep_outcome outcome;
    struct engagep_standing standing;
    const struct engagep_calendar *calendar = &customer->person.calendar;
    engagep_stage_at(calendar, &customer->person.controls, policy, report->now, &stage);
    engagep_engagement_presence(calendar, policy, report->now, &presence);
    engagep_outcome_at(calendar, policy, report->now, &outcome);
    engagep_standing_at(calendar, policy, report->now, &standing);
    engagep_json_key(buffer, "stage");
    engagep_json_text(buffer, engage_stage_name(stage.stage));
    engagep_report_key_time(buffer, "since", since);
    engagep_report_key_time(buffer, "valid_until", stage.valid_until);
    engagep_json_key(buffer, "score");
    engagep_json_decimal(buffer, engagep_engagement_score(calendar, policy, report->now), 6);
    const char *name = engagep_engagement_presence_name(presence.state);
    engagep_report_key_text(buffer, "presence",
                            (engage_str){name, name != NULL ? strlen(name) : 0});
    engagep_json_key(buffer, "outcome");
    engagep_json_text(buffer, engagep_outcome_name(outcome.outcome));
    engagep_json_key(buffer, "standing");
    engagep_json_text(buffer, engagep_standing_name(standing.standing));
}

static int put_customer(struct customer *customer)
{
    engage_buffer *buffer = customer->report->buffer;
    const struct engagep_core_names *accounts = &customer->accounts;
    int64_t since;
    int rc = walk_transitions(customer, 0, &since);
    if (rc != ENGAGE_OK)
        return rc;
    engagep_json_open(buffer, '{');
    engagep_report_key_text(buffer, "id", customer->id);
    engagep_report_key_text(buffer, "brand", customer->brand);
    engagep_json_key(buffer, "accounts");
    engagep_json_open(buffer, '[');
    for (size_t i = 0; i < accounts->count; i++)
        engagep_json_string(buffer, accounts->list[i].data, accounts->list[i].size);
    engagep_json_close(buffer, ']');
    put_standing(customer, since);
    put_gates(customer);
    engagep_json_key(buffer, "transitions");
    engagep_json_open(buffer, '[');
    rc = walk_transitions(customer, 1, &since);
    engagep_json_close(buffer, ']');
    if (rc == ENGAGE_OK)
        rc = put_told(customer);
    if (rc == ENGAGE_OK && customer->report->query.flags & ENGAGE_QUERY_EXPLAIN) {
        rc = put_facts(customer);
        if (rc == ENGAGE_OK)
            rc = engagep_report_identities(customer->report, customer->brand, accounts->list,
                                           accounts->count);
        if (rc == ENGAGE_OK)
            rc = engagep_report_survey(customer->report, customer->brand, accounts->list,
                                       accounts->count);
        put_inferred(customer, "inferred_trial", ENGAGEP_FLAG_INFERRED_TRIAL);
        put_inferred(customer, "inferred_purchase", ENGAGEP_FLAG_INFERRED_PURCHASE);
    }
    engagep_json_close(buffer, '}');
    engagep_buffer_put_byte(buffer, '\n');
    return rc;
}

/* ENGAGE_DONE where the brand knows no such customer. */
static int report_brand(struct engagep_report *report, engage_str brand, engage_str account)
{
    struct customer customer;
    int known;
    memset(&customer, 0, sizeof(customer));
    customer.report = report;
    customer.brand = brand;
    customer.accounts.arena = &report->tracker->lasting;
    int rc = engagep_report_customer(report, brand, account, &customer.id, &known);
    if (rc != ENGAGE_OK || !known)
        return rc == ENGAGE_OK ? ENGAGE_DONE : rc;
    engage_tracker *tracker = report->tracker;
    struct engagep_value prefix[] = {engagep_row_text(brand), engagep_row_text(customer.id)};
    engagep_state_begin(&customer.person, tracker);
    rc = engagep_state_sum(tracker, brand, customer.id, &customer.person, report->error);
    if (rc == ENGAGE_OK && engagep_state_last(&customer.person.calendar) == ENGAGE_NO_TIME)
        rc = ENGAGE_DONE;
    if (rc == ENGAGE_OK)
        rc = engagep_core_scan(tracker, ENGAGEP_ACCOUNT, ACCOUNT_BY_CUSTOMER, prefix, 2,
                               keep_account, &customer, report->error);
    if (rc == ENGAGE_OK)
        rc = put_customer(&customer);
    engagep_state_release(&customer.person);
    return rc;
}

int engage_tracker_customer(engage_tracker *tracker, engage_str account, const engage_query *query,
                            engage_buffer *buffer, engage_error *error)
{
    struct engagep_report report;
    int rc = engagep_report_begin(&report, tracker, query, buffer, error);
    if (rc != ENGAGE_OK)
        return rc;
    int found = 0;
    for (size_t i = 0; i < report.brand_count && account.size > 0 && rc == ENGAGE_OK; i++) {
        rc = report_brand(&report, report.brands[i], account);
        found |= rc == ENGAGE_OK;
        rc = rc == ENGAGE_DONE ? ENGAGE_OK : rc;
    }
    if (rc == ENGAGE_OK && !found)
        rc = engagep_error_set(error, ENGAGE_ENOTFOUND, "no such customer");
    return engagep_report_end(&report, rc);
}
