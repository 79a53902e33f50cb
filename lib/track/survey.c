/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What a customer answered when it was asked: shown beside the standing, which is read from
 * what it does, and never mixed into it.
 */
#include "base/time.h"
#include "track/report.h"
#include "track/rows.h"

#include <string.h>

struct answer {
    struct engagep_report *report;
    int64_t since;
    struct engagep_stored last;
    int found;
};

static int find_answer(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct answer *answer = ctx;
    struct engagep_stored stored;
    int rc = engagep_row_to_event(row, NULL, &stored, error);
    if (rc != ENGAGE_OK)
        return rc;
    const engage_event *event = &stored.event;
    if (stored.dead || !engagep_str_is(event->verb, "Rate") ||
        !(event->flags & ENGAGE_EVENT_HAS_RATING) || event->time > answer->report->now ||
        event->time < answer->since)
        return ENGAGE_OK;
    if (answer->found &&
        (event->time < answer->last.event.time ||
         (event->time == answer->last.event.time &&
          engagep_str_compare(event->id, answer->last.event.id) <= 0)))
        return ENGAGE_OK;
    answer->found = 1;
    return engagep_row_to_event(row, &answer->report->tracker->lasting, &answer->last, error);
}

int engagep_report_survey(struct engagep_report *report, engage_str brand,
                          const engage_str *accounts, size_t count)
{
    int64_t first = report->day - report->tracker->policy->numbers.standing_window + 1;
    struct answer answer = {.report = report, .since = first * ENGAGEP_DAY_MS};
    int rc = ENGAGE_OK;
    for (size_t i = 0; i < count && rc == ENGAGE_OK; i++) {
        struct engagep_value prefix[] = {engagep_row_text(brand), engagep_row_text(accounts[i])};
        rc = engagep_core_scan(report->tracker, ENGAGEP_EVENT, EVENT_BY_ID, prefix, 2, find_answer,
                               &answer, report->error);
    }
    engagep_json_key(report->buffer, "survey");
    if (!answer.found) {
        engagep_json_null(report->buffer);
        return rc;
    }
    engagep_json_open(report->buffer, '{');
    engagep_report_key_text(report->buffer, "event", answer.last.event.id);
    engagep_report_key_time(report->buffer, "time", answer.last.event.time);
    engagep_report_key_text(report->buffer, "type", answer.last.event.type);
    engagep_json_key(report->buffer, "rating");
    engagep_json_decimal(report->buffer, answer.last.event.rating, 2);
    engagep_json_close(report->buffer, '}');
    return rc;
}
