/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * How many customers of a brand stand on each stage.
 */
#include "base/alloc.h"
#include "base/error.h"
#include "track/judge.h"
#include "track/report.h"
#include "track/standing.h"

#include <stdlib.h>
#include <string.h>

struct days {
    int32_t *list;
    size_t count;
    size_t capacity;
};

struct funnel {
    struct engagep_report *report;
    engage_str brand;
    struct engagep_person scratch;
    uint64_t customers;
    uint64_t touched[5];
    uint64_t sustained[5]; /* that stage or a higher one */
    uint64_t trial;
    uint64_t buyer;
    uint64_t advocate;
    uint64_t detractor;
    struct days waits[5]; /* from the first act of a class to the first of the next one */
};

static int keep_wait(struct funnel *funnel, struct days *days, int64_t wait)
{
    void *list = days->list;
    int rc = engagep_alloc_grow(&funnel->report->tracker->allocator, &list, &days->capacity,
                                days->count + 1, sizeof(*days->list));
    days->list = list;
    if (rc == ENGAGE_OK)
        days->list[days->count++] = (int32_t)wait;
    return rc;
}

static int is_by(int64_t first, int64_t day)
{
    return first != ENGAGE_NO_TIME && first <= day;
}

static int count_customer(struct funnel *funnel, const struct engagep_standing_row *judged)
{
    int64_t day = funnel->report->day;
    if (!is_by(judged->first[1], day) && !is_by(judged->first_trial, day) &&
        !is_by(judged->first_purchase, day))
        return ENGAGE_OK;
    funnel->customers++;
    for (int class = 1; class <= 4; class++) {
        funnel->touched[class] += (uint64_t)is_by(judged->first[class], day);
        funnel->sustained[class] += judged->stage >= class;
        if (class < 4 && is_by(judged->first[class + 1], day) &&
            keep_wait(funnel, &funnel->waits[class],
                      judged->first[class + 1] - judged->first[class]) != ENGAGE_OK)
            return ENGAGE_ENOMEM;
    }
    funnel->trial += (uint64_t)is_by(judged->first_trial, day);
    funnel->buyer += (uint64_t)is_by(judged->first_purchase, day);
    funnel->advocate += judged->standing == ENGAGEP_STANDING_ADVOCATE;
    funnel->detractor += judged->standing == ENGAGEP_STANDING_DETRACTOR;
    return ENGAGE_OK;
}

static int read_customer(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct funnel *funnel = ctx;
    engage_tracker *tracker = funnel->report->tracker;
    struct engagep_standing_row judged;
    int rc = engagep_judge_from_row(row, &judged, error);
    if (rc != ENGAGE_OK)
        return rc;
    if (!engagep_judge_holds(&judged, funnel->report->now) ||
        !engagep_str_is(engagep_row_str(&row[CUSTOMER_POLICY]), tracker->policy_id)) {
        rc = engagep_state_sum(tracker, funnel->brand, engagep_row_str(&row[CUSTOMER_CUSTOMER]),
                               &funnel->scratch, error);
        if (rc != ENGAGE_OK)
            return rc;
        engagep_state_judge(tracker, &funnel->scratch, funnel->report->now, &judged);
    }
    return count_customer(funnel, &judged) == ENGAGE_OK ? ENGAGE_OK : engagep_core_no_memory(error);
}

static int compare_days(const void *a, const void *b)
{
    int32_t left = *(const int32_t *)a;
    int32_t right = *(const int32_t *)b;
    return left < right ? -1 : left > right;
}

/* The median in tenths of a day; null of none. */
static void put_median(engage_buffer *buffer, struct days *days)
{
    engagep_json_key(buffer, "median_days");
    if (days->count == 0) {
        engagep_json_null(buffer);
        return;
    }
    qsort(days->list, days->count, sizeof(*days->list), compare_days);
    int64_t low = days->list[(days->count - 1) / 2];
    int64_t high = days->list[days->count / 2];
    engagep_json_decimal(buffer, (low + high) * 5, 1);
}

static int put_funnel(struct funnel *funnel)
{
    int rc = ENGAGE_OK;
    engage_buffer *buffer = funnel->report->buffer;
    engagep_json_open(buffer, '{');
    engagep_report_key_text(buffer, "brand", funnel->brand);
    engagep_report_key_time(buffer, "now", funnel->report->now);
    engagep_report_key_count(buffer, "customers", funnel->customers);
    engagep_json_key(buffer, "stages");
    engagep_json_open(buffer, '[');
    for (int class = 1; class <= 4; class++) {
        engagep_json_open(buffer, '{');
        engagep_json_key(buffer, "stage");
        engagep_json_text(buffer, engage_stage_name(class));
        engagep_report_key_count(buffer, "touched", funnel->touched[class]);
        engagep_report_key_count(buffer, "sustained", funnel->sustained[class]);
        if (class < 4) {
            engagep_report_key_ratio(buffer, "conversion", funnel->touched[class + 1],
                                     funnel->touched[class]);
            put_median(buffer, &funnel->waits[class]);
        } else {
            engagep_report_key_ratio(buffer, "conversion", 0, 0);
            put_median(buffer, &funnel->waits[4]);
        }
        engagep_json_close(buffer, '}');
    }
    engagep_json_close(buffer, ']');
    engagep_report_key_count(buffer, "trial", funnel->trial);
    engagep_report_key_count(buffer, "buyer", funnel->buyer);
    engagep_report_key_count(buffer, "advocate", funnel->advocate);
    engagep_report_key_count(buffer, "detractor", funnel->detractor);
    if (funnel->report->query.by.size > 0)
        rc = engagep_report_cycle(funnel->report, funnel->brand);
    if (rc == ENGAGE_OK && funnel->report->query.by.size > 0)
        rc = engagep_report_aggregates(funnel->report, funnel->brand);
    engagep_json_close(buffer, '}');
    engagep_buffer_put_byte(buffer, '\n');
    return rc;
}

static int report_brand(struct engagep_report *report, engage_str brand)
{
    struct funnel funnel = {0};
    const engage_allocator *own = &report->tracker->allocator;
    struct engagep_value prefix[] = {engagep_row_text(brand)};
    funnel.report = report;
    funnel.brand = brand;
    engagep_state_begin(&funnel.scratch, report->tracker);
    int rc = engagep_core_scan(report->tracker, ENGAGEP_CUSTOMER, CUSTOMER_BY_ID, prefix, 1,
                               read_customer, &funnel, report->error);
    if (rc == ENGAGE_OK)
        rc = put_funnel(&funnel);
    engagep_state_release(&funnel.scratch);
    for (int class = 1; class <= 4; class++)
        engagep_alloc_free(own, funnel.waits[class].list, funnel.waits[class].capacity,
                           sizeof(int32_t));
    return rc;
}

int engage_tracker_funnel(engage_tracker *tracker, const engage_query *query,
                          engage_buffer *buffer, engage_error *error)
{
    struct engagep_report report;
    int rc = engagep_report_begin(&report, tracker, query, buffer, error);
    if (rc != ENGAGE_OK)
        return rc;
    if (report.query.by.size > 0 && !engagep_str_is(report.query.by, "month"))
        rc = engagep_error_set(error, ENGAGE_ERANGE, "a funnel is grouped by month alone");
    for (size_t i = 0; i < report.brand_count && rc == ENGAGE_OK; i++)
        rc = report_brand(&report, report.brands[i]);
    return engagep_report_end(&report, rc);
}
