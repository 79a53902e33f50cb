/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Raising the floor: days that no view looks at any more are dropped from states, and their
 * facts with them. First days stay in the states. What was decided before stays as it was
 * decided then.
 */
#include "base/error.h"
#include "base/time.h"
#include "track/duty.h"
#include "track/facts.h"
#include "track/judge.h"
#include "track/report.h"
#include "track/state.h"
#include "track/tracker.h"

#include <stdio.h>

struct compacting {
    engage_tracker *tracker;
    engage_error *error;
    int32_t floor;
    struct engagep_arena arena;
    struct engagep_calendar calendar;
    struct engagep_core_rows rows; /* of the table at hand */
    uint64_t states;
    uint64_t facts;
};

static int read_table(struct compacting *compacting, size_t table)
{
    engagep_arena_reset(&compacting->arena);
    compacting->rows = (struct engagep_core_rows){&compacting->arena,
                                                  engagep_tables[table].column_count, NULL, 0, 0};
    return engagep_core_scan(compacting->tracker, table, 0, NULL, 0, engagep_core_keep,
                             &compacting->rows, compacting->error);
}

static struct engagep_value *row_at(const struct compacting *compacting, size_t i)
{
    return compacting->rows.list + i * compacting->rows.columns;
}

/* Rewrites the state in a row, where the floor changes it. */
static int compact_row(struct compacting *compacting, size_t table, size_t column,
                       struct engagep_value *row)
{
    engage_str state = engagep_row_str(&row[column]);
    engage_str bytes;
    if (state.size == 0)
        return ENGAGE_OK;
    engagep_calendar_clear(&compacting->calendar);
    int rc = engagep_state_add(compacting->tracker, &compacting->calendar, state,
                               compacting->error);
    if (rc != ENGAGE_OK)
        return rc;
    engagep_calendar_compact(&compacting->calendar, compacting->floor);
    rc = engagep_state_bytes(compacting->tracker, &compacting->calendar, &bytes, compacting->error);
    if (rc != ENGAGE_OK || engagep_str_equal(bytes, state))
        return rc;
    row[column] = engagep_row_blob(bytes.data, bytes.size);
    compacting->states++;
    return engagep_core_put(compacting->tracker, table, row, compacting->error);
}

static int compact_states(struct compacting *compacting, size_t table, size_t column)
{
    int rc = read_table(compacting, table);
    for (size_t i = 0; i < compacting->rows.count && rc == ENGAGE_OK; i++)
        rc = compact_row(compacting, table, column, row_at(compacting, i));
    return rc;
}

/* Accounts are those that were read last. */
static int drop_facts(struct compacting *compacting)
{
    int rc = ENGAGE_OK;
    for (size_t i = 0; i < compacting->rows.count && rc == ENGAGE_OK; i++) {
        const struct engagep_value *row = row_at(compacting, i);
        rc = engagep_facts_drop(compacting->tracker, engagep_row_str(&row[ACCOUNT_BRAND]),
                                engagep_row_str(&row[ACCOUNT_ACCOUNT]), compacting->floor,
                                &compacting->facts, compacting->error);
    }
    return rc;
}

static int write_floor(struct compacting *compacting)
{
    char digits[16];
    int size = snprintf(digits, sizeof(digits), "%d", (int)compacting->floor);
    struct engagep_value row[] = {engagep_row_text((engage_str){"floor", 5}),
                                  engagep_row_text((engage_str){digits, (size_t)size})};
    return engagep_core_put(compacting->tracker, ENGAGEP_META, row, compacting->error);
}

/* Before the days go: what silence changes until the first day that can be worked out then. */
static int close_customers(struct compacting *compacting)
{
    int64_t until = engagep_judge_horizon(compacting->tracker, compacting->floor);
    struct engagep_person person;
    int rc = read_table(compacting, ENGAGEP_CUSTOMER);
    engagep_state_begin(&person, compacting->tracker);
    for (size_t i = 0; i < compacting->rows.count && rc == ENGAGE_OK; i++) {
        const struct engagep_value *row = row_at(compacting, i);
        rc = engagep_judge_close(compacting->tracker, engagep_row_str(&row[CUSTOMER_BRAND]),
                                 engagep_row_str(&row[CUSTOMER_CUSTOMER]), &person,
                                 until * ENGAGEP_DAY_MS, compacting->error);
    }
    engagep_state_release(&person);
    return rc;
}

static int compact(struct compacting *compacting)
{
    int rc = close_customers(compacting);
    if (rc == ENGAGE_OK)
        rc = compact_states(compacting, ENGAGEP_PARTIAL, PARTIAL_STATE);
    if (rc == ENGAGE_OK)
        rc = compact_states(compacting, ENGAGEP_ACCOUNT, ACCOUNT_STATE);
    if (rc == ENGAGE_OK)
        rc = drop_facts(compacting);
    if (rc == ENGAGE_OK)
        rc = write_floor(compacting);
    return rc == ENGAGE_OK ? engagep_tracker_keep_policy(compacting->tracker, compacting->error)
                           : rc;
}

static void put_line(const struct compacting *compacting, engage_buffer *buffer)
{
    engagep_json_open(buffer, '{');
    engagep_report_key_time(buffer, "floor",
                            compacting->floor != ENGAGEP_NO_DAY
                                ? compacting->floor * ENGAGEP_DAY_MS
                                : ENGAGE_NO_TIME);
    engagep_report_key_count(buffer, "states", compacting->states);
    engagep_report_key_count(buffer, "facts", compacting->facts);
    engagep_json_close(buffer, '}');
    engagep_buffer_put_byte(buffer, '\n');
}

static int compact_all(void *ctx)
{
    const struct engagep_report *report = ctx;
    engage_tracker *tracker = report->tracker;
    struct compacting compacting = {.tracker = tracker, .error = report->error};
    engagep_arena_init(&compacting.arena, &tracker->allocator);
    engagep_calendar_init(&compacting.calendar, tracker->key, &tracker->allocator);
    int64_t floor = ENGAGEP_NO_DAY;
    if (report->now != ENGAGE_NO_TIME)
        floor = report->day - tracker->policy->numbers.view + 1;
    int rc = engagep_duty_load(tracker, report->error);
    compacting.floor = tracker->floor;
    if (rc == ENGAGE_OK && floor >= ENGAGEP_DAY_MIN && floor > tracker->floor) {
        compacting.floor = (int32_t)floor;
        rc = compact(&compacting);
    }
    if (rc == ENGAGE_OK)
        put_line(&compacting, report->buffer);
    engagep_calendar_release(&compacting.calendar);
    engagep_arena_release(&compacting.arena);
    return rc;
}

int engage_tracker_compact(engage_tracker *tracker, const engage_query *query,
                           engage_buffer *buffer, engage_error *error)
{
    struct engagep_report report;
    int rc = engagep_report_begin(&report, tracker, query, buffer, error);
    if (rc == ENGAGE_OK && report.query.brand.size > 0)
        return engagep_report_end(&report, engagep_error_set(error, ENGAGE_ERANGE,
                                                             "query: days go in all brands"));
    if (rc != ENGAGE_OK)
        return rc;
    rc = engagep_report_take_away(&report, compact_all, &report);
    if (rc != ENGAGE_OK)
        engagep_tracker_lose_policy(tracker);
    return rc;
}
