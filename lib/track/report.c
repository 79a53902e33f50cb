/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "track/report.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/time.h"
#include "track/duty.h"
#include "track/thread.h"

#include <string.h>

struct brands {
    engage_str only; /* or empty: all */
    struct engagep_core_names names;
    int64_t latest;
};

static int keep_brand(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct brands *brands = ctx;
    engage_str brand = engagep_row_str(&row[BRAND_BRAND]);
    if (!engagep_row_is_time(row[BRAND_LATEST].number))
        return engagep_core_corrupt(error, "a brand");
    if (row[BRAND_LATEST].number > brands->latest)
        brands->latest = row[BRAND_LATEST].number;
    if (brands->only.size > 0 && !engagep_str_equal(brands->only, brand))
        return ENGAGE_OK;
    return engagep_core_add_name(&brands->names, brand, error);
}

int64_t engagep_report_earliest(const engage_tracker *tracker)
{
    if (tracker->floor == ENGAGEP_NO_DAY)
        return ENGAGE_NO_TIME;
    return ((int64_t)tracker->floor + tracker->policy->numbers.view - 1) * ENGAGEP_DAY_MS;
}

static void look_away(struct engagep_report *report)
{
    if (report->looks)
        report->tracker->store->ops->rollback(report->tracker->store);
    report->looks = 0;
}

/* From when the report looks, and at which brands. */
static int read_brands(struct engagep_report *report, engage_error *error);

int engagep_report_begin(struct engagep_report *report, engage_tracker *tracker,
                         const engage_query *query, engage_buffer *buffer, engage_error *error)
{
    static const engage_query plain = ENGAGE_QUERY_INIT;
    memset(report, 0, sizeof(*report));
    if (tracker == NULL || buffer == NULL)
        return engagep_error_set(error, ENGAGE_EMISUSE, "no tracker or no buffer");
    report->tracker = tracker;
    report->query = plain;
    report->buffer = buffer;
    report->error = error;
    if (query != NULL) {
        int rc = engagep_options_copy(&report->query, sizeof(*query), query, sizeof(*query));
        if (rc != ENGAGE_OK || report->query.flags & ~(ENGAGE_QUERY_EXPLAIN | ENGAGE_QUERY_STAFF))
            return engagep_error_set(error, ENGAGE_EOPTIONS, "query: struct_size or flags");
    }
    report->now = report->query.now;
    if (report->now != ENGAGE_NO_TIME &&
        (report->now < ENGAGEP_EVENT_TIME_MIN || report->now > ENGAGEP_EVENT_TIME_MAX))
        return engagep_error_set(error, ENGAGE_ERANGE, "query: now is outside the years 1 to 9999");
    int rc = tracker->store->ops->look(tracker->store, error);
    report->looks = rc == ENGAGE_OK;
    if (rc >= 0)
        rc = read_brands(report, error);
    if (rc != ENGAGE_OK)
        look_away(report);
    else
        report->begun = engagep_buffer_begin(buffer);
    return rc;
}

static int read_brands(struct engagep_report *report, engage_error *error)
{
    engage_tracker *tracker = report->tracker;
    int rc = engagep_duty_load(tracker, error);
    if (rc != ENGAGE_OK)
        return rc;
    int64_t earliest = engagep_report_earliest(tracker);
    if (report->now != ENGAGE_NO_TIME && report->now < earliest)
        return engagep_error_set(error, ENGAGE_ELATE,
                                 "query: the facts of days before now are no longer held");
    tracker->decisions = ENGAGEP_DECISIONS_UNKNOWN;
    engagep_arena_reset(&tracker->arena);
    engagep_arena_reset(&tracker->lasting);
    struct brands brands = {report->query.brand, {.arena = &tracker->lasting}, ENGAGE_NO_TIME};
    rc = engagep_core_scan(tracker, ENGAGEP_BRAND, 0, NULL, 0, keep_brand, &brands, error);
    if (rc != ENGAGE_OK)
        return rc;
    report->brands = brands.names.list;
    report->brand_count = brands.names.count;
    if (report->now == ENGAGE_NO_TIME)
        report->now = brands.latest > earliest ? brands.latest : earliest;
    report->past = brands.latest > report->now;
    report->day = report->now != ENGAGE_NO_TIME ? engagep_time_day(report->now) : 0;
    return ENGAGE_OK;
}

int engagep_report_end(struct engagep_report *report, int rc)
{
    look_away(report);
    engagep_arena_reset(&report->tracker->arena);
    engagep_arena_reset(&report->tracker->lasting);
    if (rc != ENGAGE_OK)
        report->buffer->failed = rc;
    int failed = engagep_buffer_end(report->buffer, report->begun);
    if (rc == ENGAGE_OK && failed != ENGAGE_OK)
        return engagep_core_no_memory(report->error);
    return failed;
}

static int take_within(struct engagep_report *report, int (*take)(void *ctx), void *ctx)
{
    struct engagep_store *store = report->tracker->store;
    if (report->tracker->readonly)
        return engagep_error_set(report->error, ENGAGE_EMISUSE, "the tracker is read-only");
    look_away(report);
    int rc = store->ops->begin(store, report->error);
    if (rc != ENGAGE_OK)
        return rc;
    rc = take(ctx);
    if (rc == ENGAGE_OK && report->buffer->failed != ENGAGE_OK)
        rc = engagep_core_no_memory(report->error);
    if (rc == ENGAGE_OK)
        return store->ops->commit(store, report->error);
    store->ops->rollback(store);
    return rc;
}

int engagep_report_take_away(struct engagep_report *report, int (*take)(void *ctx), void *ctx)
{
    struct engagep_store *store = report->tracker->store;
    int rc = engagep_report_end(report, take_within(report, take, ctx));
    return rc == ENGAGE_OK ? store->ops->scrub(store, report->error) : rc;
}

void engagep_report_key_text(engage_buffer *buffer, const char *key, engage_str text)
{
    engagep_json_key(buffer, key);
    if (text.size > 0)
        engagep_json_string(buffer, text.data, text.size);
    else
        engagep_json_null(buffer);
}

void engagep_report_key_time(engage_buffer *buffer, const char *key, int64_t time)
{
    engagep_json_key(buffer, key);
    engagep_json_time(buffer, time);
}

void engagep_report_key_count(engage_buffer *buffer, const char *key, uint64_t count)
{
    engagep_json_key(buffer, key);
    engagep_json_int(buffer, (int64_t)count);
}

void engagep_report_key_ratio(engage_buffer *buffer, const char *key, uint64_t part,
                              uint64_t whole)
{
    engagep_json_key(buffer, key);
    if (whole == 0)
        engagep_json_null(buffer);
    else
        engagep_json_decimal(buffer, (int64_t)((part * 1000000 + whole / 2) / whole), 6);
}

void engagep_report_post(engage_buffer *buffer, engage_str post)
{
    if (memchr(post.data, ENGAGEP_MADE_MARK, post.size) != NULL)
        engagep_json_null(buffer);
    else
        engagep_json_string(buffer, post.data, post.size);
}

void engagep_report_list(engage_buffer *buffer, engage_str lines)
{
    engage_str line;
    engagep_json_open(buffer, '[');
    while (engagep_str_next(&lines, &line))
        engagep_report_post(buffer, line);
    engagep_json_close(buffer, ']');
}

int engagep_report_customer(struct engagep_report *report, engage_str brand, engage_str account,
                            engage_str *out, int *known)
{
    struct engagep_value key[] = {engagep_row_text(brand), engagep_row_text(account)};
    struct engagep_value row[ACCOUNT_COLUMNS];
    *out = account;
    int rc = engagep_core_get(report->tracker, ENGAGEP_ACCOUNT, key, row, report->error);
    if (rc < 0)
        return rc;
    *known = rc == ENGAGE_ROW;
    if (*known)
        *out = engagep_row_str(&row[ACCOUNT_CUSTOMER]);
    return engagep_row_keep(&report->tracker->lasting, out) == ENGAGE_OK
               ? ENGAGE_OK
               : engagep_core_no_memory(report->error);
}

/* What an account told of followers, and when. */
struct told {
    const struct engagep_report *report;
    int64_t followers;
    int64_t time;
};

static int read_told(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct told *told = ctx;
    struct engagep_stored stored;
    int rc = engagep_row_to_event(row, NULL, &stored, error);
    const engage_event *event = &stored.event;
    if (rc != ENGAGE_OK || event->followers < 0 || event->time > told->report->now ||
        event->time < told->time || stored.dead ||
        engagep_thread_role(told->report->tracker->policy, event) != ENGAGEP_CUSTOMER_ROLE)
        return rc;
    if (event->time > told->time || event->followers > told->followers)
        told->followers = event->followers;
    told->time = event->time;
    return ENGAGE_OK;
}

int engagep_report_followers(struct engagep_report *report, const struct engagep_value *account,
                             int64_t *followers)
{
    struct told told = {report, -1, ENGAGE_NO_TIME};
    *followers = engagep_row_number(&account[ACCOUNT_FOLLOWERS], -1);
    if (engagep_row_number(&account[ACCOUNT_FOLLOWERS_TIME], ENGAGE_NO_TIME) <= report->now)
        return ENGAGE_OK;
    int rc = engagep_core_scan(report->tracker, ENGAGEP_EVENT, EVENT_BY_ID, account, 2, read_told,
                               &told, report->error);
    *followers = told.followers;
    return rc;
}
