/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Everything that is held of one person: first what the reports say of it and why, then each
 * row of each table, member by member, as engage-store(5) explains them.
 */
#include "base/alloc.h"
#include "base/error.h"
#include "track/decision.h"
#include "track/forget.h"
#include "track/report.h"

#include <string.h>

struct exporting {
    struct engagep_report *report;
    engage_str brand;
    engage_str customer;
    struct engagep_core_names accounts;
    struct engagep_map by_account;
    const struct engagep_table *table; /* whose rows are being put */
};

/* ------------------------------------------------------------------- rows --- */

/* Columns that hold times. */
static int is_time(const char *name)
{
    static const char *const names[] = {"time", "received", "crm_time", "name_time",
                                        "followers_time", "created",
                                        "verified_time", "as_of", "stage_until",
                                        "standing_until", "at", "opened", "last_wait", "last_post",
                                        "answered", "bot_answered", "thanked"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(name, names[i]) == 0)
            return 1;
    return 0;
}

static void put_value(engage_buffer *buffer, const char *name, const struct engagep_value *value)
{
    engagep_json_key(buffer, name);
    if (value->type == ENGAGEP_NULL)
        engagep_json_null(buffer);
    else if (value->type == ENGAGEP_TEXT)
        engagep_json_string(buffer, value->data, value->size);
    else if (value->type == ENGAGEP_BLOB)
        engagep_json_hex(buffer, value->data, value->size);
    else if (is_time(name))
        engagep_json_time(buffer, value->number);
    else
        engagep_json_int(buffer, value->number);
}

static int put_row(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct exporting *exporting = ctx;
    engage_buffer *buffer = exporting->report->buffer;
    const struct engagep_table *table = exporting->table;
    (void)error;
    engagep_json_open(buffer, '{');
    put_value(buffer, table->columns[0].name, &row[0]); /* the brand */
    engagep_json_key(buffer, "what");
    engagep_json_text(buffer, table->name);
    for (size_t i = 1; i < table->column_count; i++)
        put_value(buffer, table->columns[i].name, &row[i]);
    engagep_json_close(buffer, '}');
    engagep_buffer_put_byte(buffer, '\n');
    return ENGAGE_OK;
}

static int put_rows(struct exporting *exporting, size_t table, size_t index, engage_str of)
{
    struct engagep_value prefix[] = {engagep_row_text(exporting->brand), engagep_row_text(of)};
    exporting->table = &engagep_tables[table];
    return engagep_core_scan(exporting->report->tracker, table, index, prefix, 2, put_row,
                             exporting, exporting->report->error);
}

/* What was decided about an opportunity, and the event that decided it, which may say why. */
static int put_decision(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct exporting *exporting = ctx;
    struct engagep_value key[] = {row[DECISION_BRAND], row[DECISION_ACTOR], row[DECISION_EVENT]};
    struct engagep_value event[EVENT_COLUMNS];
    exporting->table = &engagep_tables[ENGAGEP_DECISION];
    int rc = put_row(ctx, row, error);
    if (rc != ENGAGE_OK || engagep_map_find(&exporting->by_account, engagep_row_str(&key[1])) !=
                               ENGAGEP_MAP_NONE) /* all of that account's events are told */
        return rc;
    rc = engagep_core_get(exporting->report->tracker, ENGAGEP_EVENT, key, event, error);
    if (rc != ENGAGE_ROW)
        return rc == ENGAGE_DONE ? ENGAGE_OK : rc;
    exporting->table = &engagep_tables[ENGAGEP_EVENT];
    return put_row(ctx, event, error);
}

static int put_decisions(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct exporting *exporting = ctx;
    struct engagep_value prefix[] = {row[EPISODE_BRAND], row[EPISODE_ID]};
    return engagep_core_scan(exporting->report->tracker, ENGAGEP_DECISION, 0, prefix, 2,
                             put_decision, exporting, error);
}

/* What others did with the person. */
static int put_naming(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct exporting *exporting = ctx;
    struct engagep_stored stored;
    int rc = engagep_row_to_event(row, NULL, &stored, error);
    if (rc != ENGAGE_OK)
        return rc;
    if (engagep_map_find(&exporting->by_account, stored.event.actor) != ENGAGEP_MAP_NONE ||
        !engagep_duty_names(&stored.event, &exporting->by_account))
        return ENGAGE_OK;
    return put_row(ctx, row, error);
}

static int put_account(struct exporting *exporting, engage_str account)
{
    static const struct {
        size_t table, index;
    } places[] = {{ENGAGEP_ACCOUNT, ACCOUNT_BY_ID},   {ENGAGEP_EVENT, EVENT_BY_ID},
                  {ENGAGEP_TOMBSTONE, 0},             {ENGAGEP_FACT, FACT_BY_ACCOUNT},
                  {ENGAGEP_PARTIAL, 0},               {ENGAGEP_EPISODE, EPISODE_BY_ACCOUNT},
                  {ENGAGEP_DECISION, 0}};
    struct engagep_value prefix[] = {engagep_row_text(exporting->brand),
                                     engagep_row_text(account)};
    int rc = ENGAGE_OK;
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]) && rc == ENGAGE_OK; i++)
        rc = put_rows(exporting, places[i].table, places[i].index, account);
    if (rc == ENGAGE_OK)
        rc = engagep_core_scan(exporting->report->tracker, ENGAGEP_EPISODE, EPISODE_BY_ACCOUNT,
                               prefix, 2, put_decisions, exporting, exporting->report->error);
    return rc;
}

/* ---------------------------------------------------------------- persons --- */

static int add_account(struct exporting *exporting, engage_str account)
{
    struct engagep_core_names *accounts = &exporting->accounts;
    int rc = engagep_core_add_name(accounts, account, exporting->report->error);
    if (rc != ENGAGE_OK)
        return rc;
    size_t *at = engagep_map_at(&exporting->by_account, accounts->list[accounts->count - 1]);
    if (at == NULL)
        return engagep_core_no_memory(exporting->report->error);
    *at = accounts->count;
    return ENGAGE_OK;
}

static int keep_account(void *ctx, const struct engagep_value *row, engage_error *error)
{
    (void)error;
    return add_account(ctx, engagep_row_str(&row[ACCOUNT_ACCOUNT]));
}

static int put_all_naming(struct exporting *exporting)
{
    struct engagep_value prefix[] = {engagep_row_text(exporting->brand)};
    exporting->table = &engagep_tables[ENGAGEP_EVENT];
    return engagep_core_scan(exporting->report->tracker, ENGAGEP_EVENT, EVENT_BY_ID, prefix, 1,
                             put_naming, exporting, exporting->report->error);
}

static int put_person(struct exporting *exporting)
{
    struct engagep_report *report = exporting->report;
    struct engagep_value prefix[] = {engagep_row_text(exporting->brand),
                                     engagep_row_text(exporting->customer)};
    int rc = engagep_core_scan(report->tracker, ENGAGEP_ACCOUNT, ACCOUNT_BY_CUSTOMER, prefix, 2,
                               keep_account, exporting, report->error);
    if (rc == ENGAGE_OK)
        rc = put_rows(exporting, ENGAGEP_CUSTOMER, 0, exporting->customer);
    if (rc == ENGAGE_OK)
        rc = put_rows(exporting, ENGAGEP_TRANSITION, 0, exporting->customer);
    for (size_t i = 0; i < exporting->accounts.count && rc == ENGAGE_OK; i++)
        rc = put_account(exporting, exporting->accounts.list[i]);
    return rc == ENGAGE_OK ? put_all_naming(exporting) : rc;
}

/* Whoever never did anything may be named by others: ENGAGE_DONE where nobody does. */
static int put_silent(struct exporting *exporting)
{
    size_t begun = exporting->report->buffer->size;
    int rc = add_account(exporting, exporting->customer);
    if (rc == ENGAGE_OK)
        rc = put_all_naming(exporting);
    return rc == ENGAGE_OK && exporting->report->buffer->size == begun ? ENGAGE_DONE : rc;
}

/* ENGAGE_DONE where the account did nothing in the brand, and nobody names it there. */
static int export_brand(struct engagep_report *report, engage_str brand, engage_str account)
{
    struct exporting exporting = {
        .report = report, .brand = brand, .accounts.arena = &report->tracker->lasting};
    int known = 0;
    int rc = engagep_report_customer(report, brand, account, &exporting.customer, &known);
    if (rc != ENGAGE_OK)
        return rc;
    engagep_map_init(&exporting.by_account, &report->tracker->allocator, report->tracker->secret);
    rc = known ? put_person(&exporting) : put_silent(&exporting);
    engagep_map_release(&exporting.by_account);
    return rc;
}

static int export_rows(engage_tracker *tracker, engage_str account, const engage_query *query,
                       engage_buffer *buffer, engage_error *error)
{
    struct engagep_report report;
    int found = 0;
    int rc = engagep_report_begin(&report, tracker, query, buffer, error);
    if (rc != ENGAGE_OK)
        return rc;
    for (size_t i = 0; i < report.brand_count && account.size > 0 && rc == ENGAGE_OK; i++) {
        rc = export_brand(&report, report.brands[i], account);
        found |= rc == ENGAGE_OK;
        rc = rc == ENGAGE_DONE ? ENGAGE_OK : rc;
    }
    if (rc == ENGAGE_OK && !found)
        rc = engagep_error_set(error, ENGAGE_ENOTFOUND, "no such customer");
    return engagep_report_end(&report, rc);
}

/* The profile as it is explained; whoever objects has none. */
static int export_profile(engage_tracker *tracker, engage_str account, const engage_query *query,
                          engage_buffer *buffer, engage_error *error)
{
    engage_query explained = *query;
    explained.flags |= ENGAGE_QUERY_EXPLAIN;
    int rc = engage_tracker_customer(tracker, account, &explained, buffer, error);
    return rc == ENGAGE_ENOTFOUND ? ENGAGE_OK : rc;
}

int engage_tracker_export(engage_tracker *tracker, engage_str account, const engage_query *query,
                          engage_buffer *buffer, engage_error *error)
{
    if (tracker == NULL || buffer == NULL)
        return engagep_error_set(error, ENGAGE_EMISUSE, "no tracker or no buffer");
    engage_query given = ENGAGE_QUERY_INIT;
    int rc = query != NULL ? engagep_options_copy(&given, sizeof(given), query, sizeof(given))
                           : ENGAGE_OK;
    if (rc != ENGAGE_OK)
        return engagep_error_set(error, rc, "query: struct_size or flags");
    const struct engagep_store_ops *ops = tracker->store->ops;
    int looks = ops->look(tracker->store, error); /* both parts are of one view */
    if (looks < 0)
        return looks;
    size_t begun = buffer->size;
    rc = export_profile(tracker, account, &given, buffer, error);
    if (rc == ENGAGE_OK)
        rc = export_rows(tracker, account, &given, buffer, error);
    if (rc != ENGAGE_OK && buffer->size > begun) {
        buffer->size = begun;
        buffer->data[begun] = '\0';
    }
    if (looks == ENGAGE_OK)
        ops->rollback(tracker->store);
    return rc;
}
