/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Whether a store is whole: its backend says so, each state is what its facts add up to,
 * and each fact comes from an event that stands.
 */
#include "base/error.h"
#include "track/duty.h"
#include "track/facts.h"
#include "track/report.h"
#include "track/state.h"

#include <string.h>

struct checking {
    struct engagep_report *report;
    const struct engagep_value *account; /* whose facts are read */
    struct engagep_calendar facts;
    struct engagep_calendar state;
    engage_buffer bytes;
    uint64_t accounts;
    uint64_t counted;
    uint64_t damaged;
};

static void put_damage(struct checking *checking, const struct engagep_value *row, engage_str id,
                       const char *what)
{
    engage_buffer *buffer = checking->report->buffer;
    checking->damaged++;
    engagep_json_open(buffer, '{');
    engagep_report_key_text(buffer, "brand", engagep_row_str(&row[0]));
    engagep_report_key_text(buffer, "id", id);
    engagep_json_key(buffer, "damage");
    engagep_json_text(buffer, what);
    engagep_json_close(buffer, '}');
    engagep_buffer_put_byte(buffer, '\n');
}

static int check_fact(void *ctx, const struct engagep_emitted *emitted, engage_error *error)
{
    struct checking *checking = ctx;
    struct engagep_value event[EVENT_COLUMNS];
    struct engagep_value key[] = {checking->account[ACCOUNT_BRAND],
                                  engagep_row_text(emitted->actor),
                                  engagep_row_text(emitted->event)};
    checking->counted++;
    int rc = engagep_calendar_add(&checking->facts, &emitted->fact);
    if (rc == ENGAGE_ENOMEM)
        return engagep_core_no_memory(error);
    if (rc < 0)
        put_damage(checking, checking->account, emitted->event, "a fact that cannot be");
    rc = engagep_core_get(checking->report->tracker, ENGAGEP_EVENT, key, event, error);
    if (rc == ENGAGE_DONE || (rc == ENGAGE_ROW && event[EVENT_DEAD].number != 0))
        put_damage(checking, checking->account, emitted->event, "a fact without its event");
    return rc < 0 ? rc : ENGAGE_OK;
}

/* First days that facts gave which are no longer held are the state's alone. */
static void take_first_days(struct checking *checking)
{
    for (uint64_t kinds = checking->state.known; kinds != 0;) {
        int kind = engagep_day_kind(&kinds);
        if (checking->state.first[kind] < checking->state.floor)
            engagep_calendar_set_first(&checking->facts, kind, checking->state.first[kind]);
    }
}

static int compare(struct checking *checking, const struct engagep_value *row, engage_error *error)
{
    engage_str state = engagep_row_str(&row[ACCOUNT_STATE]);
    engagep_calendar_clear(&checking->state);
    int rc = state.size > 0
                 ? engagep_calendar_decode(&checking->state, state.data, state.size)
                 : ENGAGE_OK;
    if (rc == ENGAGE_ENOMEM)
        return engagep_core_no_memory(error);
    if (rc != ENGAGE_OK) {
        put_damage(checking, row, engagep_row_str(&row[ACCOUNT_ACCOUNT]),
                   "a state that cannot be read");
        return ENGAGE_OK;
    }
    if (checking->state.floor != ENGAGEP_NO_DAY)
        engagep_calendar_compact(&checking->facts, checking->state.floor);
    take_first_days(checking);
    engage_buffer_clear(&checking->bytes);
    if (engagep_calendar_encode(&checking->facts, &checking->bytes) != ENGAGE_OK)
        return engagep_core_no_memory(error);
    if (state.size == 0 ? !engagep_state_is_empty(&checking->facts)
                        : !engagep_str_equal(state, (engage_str){checking->bytes.data,
                                                                 checking->bytes.size}))
        put_damage(checking, row, engagep_row_str(&row[ACCOUNT_ACCOUNT]),
                   "a state that is not what its facts add up to");
    return ENGAGE_OK;
}

static int check_account(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct checking *checking = ctx;
    checking->accounts++;
    engagep_calendar_clear(&checking->facts);
    checking->account = row;
    int rc = engagep_facts_scan(checking->report->tracker, row, 2, check_fact, checking, error);
    return rc == ENGAGE_OK ? compare(checking, row, error) : rc;
}

int engage_tracker_check(engage_tracker *tracker, const engage_query *query, engage_buffer *buffer,
                         engage_error *error)
{
    struct engagep_report report;
    int rc = engagep_report_begin(&report, tracker, query, buffer, error);
    if (rc != ENGAGE_OK)
        return rc;
    struct checking checking = {.report = &report};
    engagep_calendar_init(&checking.facts, tracker->key, &tracker->allocator);
    engagep_calendar_init(&checking.state, tracker->key, &tracker->allocator);
    engagep_buffer_init(&checking.bytes, &tracker->allocator);
    rc = tracker->store->ops->verify(tracker->store, error);
    for (size_t i = 0; i < report.brand_count && rc == ENGAGE_OK; i++) {
        struct engagep_value prefix[] = {engagep_row_text(report.brands[i])};
        rc = engagep_core_scan(tracker, ENGAGEP_ACCOUNT, ACCOUNT_BY_ID, prefix, 1, check_account,
                               &checking, error);
    }
    if (rc == ENGAGE_OK) {
        engagep_json_open(buffer, '{');
        engagep_report_key_count(buffer, "accounts", checking.accounts);
        engagep_report_key_count(buffer, "facts", checking.counted);
        engagep_report_key_count(buffer, "damaged", checking.damaged);
        engagep_json_close(buffer, '}');
        engagep_buffer_put_byte(buffer, '\n');
    }
    engagep_buffer_release(&checking.bytes);
    engagep_calendar_release(&checking.state);
    engagep_calendar_release(&checking.facts);
    rc = engagep_report_end(&report, rc);
    return rc == ENGAGE_OK && checking.damaged > 0 ? ENGAGE_ROW : rc;
}
