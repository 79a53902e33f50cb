/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Intents that a platform does not let one keep of a person: how many posts of a month
 * carried each, and nothing of whom. Since nobody remembers which posts these were, what is
 * taken back later stays counted, and so does what was taken back before it came.
 */
#include "base/time.h"
#include "track/batch.h"
#include "track/report.h"
#include "track/signal.h"

#include <string.h>

enum { MONTH = 7 }; /* bytes of "2026-11" */

static engage_str month_of(int64_t time, char name[ENGAGEP_TIME_SIZE])
{
    return (engage_str){name, engagep_time_format(time, name) >= MONTH ? MONTH : 0};
}

static int count_post(struct engagep_batch *batch, const engage_event *event, int intent)
{
    char name[ENGAGEP_TIME_SIZE];
    const char *label = engage_intent_name(intent);
    struct engagep_value row[AGGREGATE_COLUMNS];
    struct engagep_value key[] = {engagep_row_text(event->brand),
                                  engagep_row_text(month_of(event->time, name)),
                                  engagep_row_text(engagep_signal_platform(event->actor)),
                                  engagep_row_text((engage_str){label, strlen(label)})};
    int rc = engagep_core_get(batch->tracker, ENGAGEP_AGGREGATE, key, row, batch->error);
    if (rc < 0)
        return rc;
    int64_t posts = rc == ENGAGE_ROW ? row[AGGREGATE_POSTS].number : 0;
    memcpy(row, key, sizeof(key));
    row[AGGREGATE_POSTS] = engagep_row_int(posts + 1);
    return engagep_core_put(batch->tracker, ENGAGEP_AGGREGATE, row, batch->error);
}

int engagep_aggregate(struct engagep_batch *batch)
{
    int rc = ENGAGE_OK;
    size_t count = batch->traits & ENGAGEP_TRAIT_WITHHELD ? batch->item_count : 0;
    for (size_t i = 0; i < count && rc == ENGAGE_OK; i++) {
        const struct engagep_item *item = &batch->items[i];
        uint32_t withheld = item->stored.signal.withheld;
        /* Of two events with one id the first that came was counted. */
        if (!item->fresh || item->old != NULL || item->role != ENGAGEP_CUSTOMER_ROLE)
            continue;
        for (int intent = 0; intent < ENGAGE_INTENTS && rc == ENGAGE_OK; intent++)
            if (withheld & ENGAGEP_LABEL(intent))
                rc = count_post(batch, &item->stored.event, intent);
    }
    return rc;
}

/* ---------------------------------------------------------------- report --- */

static int put_aggregate(void *ctx, const struct engagep_value *row, engage_error *error)
{
    const struct engagep_report *report = ctx;
    engage_buffer *buffer = report->buffer;
    char name[ENGAGEP_TIME_SIZE];
    engage_str month = engagep_row_str(&row[AGGREGATE_MONTH]);
    (void)error;
    if (engagep_str_compare(month, month_of(report->now, name)) > 0)
        return ENGAGE_OK;
    engagep_json_open(buffer, '{');
    engagep_report_key_text(buffer, "month", month);
    engagep_report_key_text(buffer, "platform", engagep_row_str(&row[AGGREGATE_PLATFORM]));
    engagep_report_key_text(buffer, "intent", engagep_row_str(&row[AGGREGATE_INTENT]));
    engagep_report_key_count(buffer, "posts", (uint64_t)row[AGGREGATE_POSTS].number);
    engagep_json_close(buffer, '}');
    return ENGAGE_OK;
}

int engagep_report_aggregates(struct engagep_report *report, engage_str brand)
{
    struct engagep_value prefix[] = {engagep_row_text(brand)};
    engagep_json_key(report->buffer, "withheld");
    engagep_json_open(report->buffer, '[');
    int rc = engagep_core_scan(report->tracker, ENGAGEP_AGGREGATE, 0, prefix, 1, put_aggregate,
                               report, report->error);
    engagep_json_close(report->buffer, ']');
    return rc;
}
