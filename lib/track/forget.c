/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "track/forget.h"

#include "base/alloc.h"
#include "base/error.h"
#include "track/report.h"
#include "track/tracker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char last_number[] = "forgotten"; /* in meta: the number given last */

static void begin(struct engagep_forgetting *forgetting, engage_tracker *tracker,
                  engage_error *error)
{
    memset(forgetting, 0, sizeof(*forgetting));
    forgetting->tracker = tracker;
    forgetting->error = error;
    engagep_arena_init(&forgetting->arena, &tracker->allocator);
    forgetting->accounts.arena = forgetting->thread_list.arena = &forgetting->arena;
    engagep_map_init(&forgetting->by_account, &tracker->allocator, tracker->secret);
    engagep_map_init(&forgetting->threads, &tracker->allocator, tracker->secret);
    engagep_map_init(&forgetting->named, &tracker->allocator, tracker->secret);
    engagep_map_init(&forgetting->renamed, &tracker->allocator, tracker->secret);
    engagep_map_init(&forgetting->edited, &tracker->allocator, tracker->secret);
}

static void end(struct engagep_forgetting *forgetting)
{
    engagep_arena_release(&forgetting->arena);
    engagep_map_release(&forgetting->by_account);
    engagep_map_release(&forgetting->threads);
    engagep_map_release(&forgetting->named);
    engagep_map_release(&forgetting->renamed);
    engagep_map_release(&forgetting->edited);
}

/* ----------------------------------------------------------------- nobody --- */

/* Takes the next number: it tells nothing of whom it stands for. */
static int name_nobody(struct engagep_forgetting *forgetting)
{
    struct engagep_value row[META_COLUMNS];
    struct engagep_value key[] = {
        engagep_row_text((engage_str){last_number, sizeof(last_number) - 1})};
    char digits[24] = "";
    int rc = engagep_core_get(forgetting->tracker, ENGAGEP_META, key, row, forgetting->error);
    if (rc < 0)
        return rc;
    if (rc == ENGAGE_ROW && row[META_VALUE].size < sizeof(digits))
        memcpy(digits, row[META_VALUE].data, row[META_VALUE].size);
    int64_t last = strtoll(digits, NULL, 10);
    if (last < (rc == ENGAGE_ROW) || last == INT64_MAX)
        return engagep_core_corrupt(forgetting->error, "the number of those forgotten");
    forgetting->forgotten.number = last + 1;
    forgetting->nobody = engagep_duty_name(&forgetting->arena, forgetting->forgotten.number);
    if (forgetting->nobody.data == NULL)
        return engagep_core_no_memory(forgetting->error);
    const char *number = strchr(forgetting->nobody.data, ':') + 1;
    size_t size = forgetting->nobody.size - (size_t)(number - forgetting->nobody.data);
    row[META_NAME] = key[0];
    row[META_VALUE] = engagep_row_text((engage_str){number, size});
    rc = engagep_core_put(forgetting->tracker, ENGAGEP_META, row, forgetting->error);
    for (size_t i = 0; i < forgetting->accounts.count && rc == ENGAGE_OK; i++)
        rc = engagep_duty_write(forgetting->tracker, forgetting->brand,
                                forgetting->accounts.list[i], &forgetting->forgotten,
                                forgetting->error);
    return rc;
}

/* ----------------------------------------------------------------- replay --- */

static int add_event(struct engagep_forgetting *forgetting, engage_events *events,
                     const struct engagep_stored *stored, struct engagep_signal *heard)
{
    heard[engage_events_count(events)] = stored->signal;
    return engage_events_add(events, &stored->event, forgetting->error);
}

/* What others did, and the husks that it hangs on. */
static int add_events(struct engagep_forgetting *forgetting, engage_events *events,
                      struct engagep_signal *heard)
{
    int rc = engagep_forget_read(forgetting);
    for (size_t i = 0; i < forgetting->others.count && rc == ENGAGE_OK; i++)
        rc = add_event(forgetting, events, &forgetting->others.list[i], heard);
    for (size_t i = 0; i < forgetting->own.count && rc == ENGAGE_OK; i++) {
        struct engagep_stored husk;
        rc = engagep_forget_husk(forgetting, &forgetting->own.list[i], &husk);
        if (rc == ENGAGE_ROW)
            rc = add_event(forgetting, events, &husk, heard);
        else if (rc == ENGAGE_DONE)
            rc = ENGAGE_OK;
    }
    return rc;
}

/* Takes everything out and puts back what stays, in one batch, so that accounts which come
 * out as they were are not touched. */
static int replace(struct engagep_forgetting *forgetting, engage_events *events,
                   struct engagep_signal *heard)
{
    engage_tracker *tracker = forgetting->tracker;
    engage_counts counts = ENGAGE_COUNTS_INIT;
    int64_t now = tracker->now;
    int rc = engagep_batch_begin(tracker, &counts, forgetting->error);
    if (rc == ENGAGE_OK)
        rc = engagep_forget_events(forgetting, tracker->batch);
    if (rc == ENGAGE_OK)
        rc = name_nobody(forgetting);
    if (rc == ENGAGE_OK)
        rc = add_events(forgetting, events, heard);
    tracker->heard = heard;
    tracker->now = ENGAGE_NO_TIME; /* they were taken once */
    if (rc == ENGAGE_OK)
        rc = engagep_batch_run(tracker->batch, events);
    tracker->heard = NULL;
    tracker->now = now;
    engagep_batch_end(tracker);
    return rc;
}

static int forget_gathered(struct engagep_forgetting *forgetting)
{
    engage_events *events = NULL;
    size_t most = forgetting->own.count + forgetting->others.count + 1;
    struct engagep_signal *heard = engagep_arena_array(&forgetting->arena, most, sizeof(*heard));
    int rc = heard != NULL ? engage_events_new(&events, &forgetting->tracker->allocator)
                           : ENGAGE_ENOMEM;
    if (rc != ENGAGE_OK)
        return engagep_core_no_memory(forgetting->error);
    rc = replace(forgetting, events, heard);
    engage_events_free(events);
    return rc == ENGAGE_OK ? engagep_forget_rows(forgetting) : rc;
}

/* ------------------------------------------------------------------- call --- */

static void put_line(const struct engagep_forgetting *forgetting, engage_buffer *buffer)
{
    uint64_t objected = 0;
    for (size_t i = 0; i < forgetting->accounts.count; i++)
        objected += engagep_map_find(&forgetting->by_account, forgetting->accounts.list[i]);
    engagep_json_open(buffer, '{');
    engagep_report_key_text(buffer, "brand", forgetting->brand);
    engagep_report_key_text(buffer, "customer", forgetting->customer);
    engagep_report_key_count(buffer, "accounts", forgetting->accounts.count);
    engagep_report_key_count(buffer, "events", forgetting->own.count);
    engagep_report_key_count(buffer, "left", forgetting->husks);
    engagep_report_key_text(buffer, "left_as",
                            forgetting->husks > 0 ? forgetting->nobody : (engage_str){NULL, 0});
    engagep_report_key_count(buffer, "objections_kept", objected);
    engagep_report_key_time(buffer, "until", forgetting->forgotten.until);
    engagep_json_close(buffer, '}');
    engagep_buffer_put_byte(buffer, '\n');
}

/* Looks at what names the person alone: a thread holds what has nothing to do with it, too. */
static void reach_naming(struct engagep_forgetting *forgetting,
                         const struct engagep_row_events *events)
{
    int64_t *until = &forgetting->forgotten.until;
    for (size_t i = 0; i < events->count; i++) {
        const engage_event *event = &events->list[i].event;
        if (event->time > *until && engagep_duty_names(event, &forgetting->by_account))
            *until = event->time;
    }
}

/* What is forgotten may lie ahead a little: it must not come back either, nor stay named in what
 * others did; nor does what was forgotten once come back by forgetting again. */
static int reach_ahead(struct engagep_forgetting *forgetting)
{
    int64_t *until = &forgetting->forgotten.until;
    for (size_t i = 0; i < forgetting->own.count; i++) {
        int64_t time = forgetting->own.list[i].event.time;
        *until = time > *until ? time : *until;
    }
    reach_naming(forgetting, &forgetting->others);
    reach_naming(forgetting, &forgetting->gone);
    for (size_t i = 0; i < forgetting->accounts.count; i++) {
        struct engagep_forgotten before;
        int rc = engagep_duty_find(forgetting->tracker, forgetting->brand,
                                   forgetting->accounts.list[i], &before, forgetting->error);
        if (rc < 0)
            return rc;
        if (rc == ENGAGE_ROW && before.until > *until)
            *until = before.until;
    }
    return ENGAGE_OK;
}

/* ENGAGE_DONE as engagep_forget_gather(). */
static int forget_in(engage_tracker *tracker, engage_str brand, engage_str account, int64_t until,
                     engage_buffer *buffer, engage_error *error)
{
    struct engagep_forgetting forgetting;
    /* Whoever was forgotten is nobody: a feed that comes again names it as before. */
    if (engagep_duty_is_nobody(account))
        return ENGAGE_DONE;
    begin(&forgetting, tracker, error);
    forgetting.brand = brand;
    forgetting.forgotten.until = until;
    int rc = engagep_forget_gather(&forgetting, account);
    if (rc == ENGAGE_OK)
        rc = reach_ahead(&forgetting);
    if (rc == ENGAGE_OK)
        rc = forget_gathered(&forgetting);
    if (rc == ENGAGE_OK)
        put_line(&forgetting, buffer);
    end(&forgetting);
    return rc;
}

struct request {
    const struct engagep_report *report;
    engage_str account;
    struct engagep_arena arena;
};

static int forget_in_all(void *ctx)
{
    struct request *request = ctx;
    const struct engagep_report *report = request->report;
    int found = 0;
    int rc = ENGAGE_OK;
    /* Those of the report go with the first batch. */
    struct engagep_core_names brands = {.arena = &request->arena};
    for (size_t i = 0; i < report->brand_count && rc == ENGAGE_OK; i++)
        rc = engagep_core_add_name(&brands, report->brands[i], report->error);
    for (size_t i = 0; i < brands.count && rc == ENGAGE_OK; i++) {
        rc = forget_in(report->tracker, brands.list[i], request->account, report->now,
                       report->buffer, report->error);
        found |= rc == ENGAGE_OK;
        rc = rc == ENGAGE_DONE ? ENGAGE_OK : rc;
    }
    if (rc == ENGAGE_OK && !found)
        rc = engagep_error_set(report->error, ENGAGE_ENOTFOUND, "no such customer");
    /* Those that stay are judged anew. */
    return rc == ENGAGE_OK ? engagep_tracker_keep_policy(report->tracker, report->error) : rc;
}

int engage_tracker_forget(engage_tracker *tracker, engage_str account, const engage_query *query,
                          engage_buffer *buffer, engage_error *error)
{
    struct engagep_report report;
    int rc = engagep_report_begin(&report, tracker, query, buffer, error);
    if (rc != ENGAGE_OK)
        return rc;
    struct request request = {.report = &report, .account = account};
    engagep_arena_init(&request.arena, &tracker->allocator);
    rc = engagep_report_take_away(&report, forget_in_all, &request);
    if (rc != ENGAGE_OK)
        engagep_tracker_lose_policy(tracker);
    engagep_arena_release(&request.arena);
    return rc;
}
