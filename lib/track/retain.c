/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Texts age out: what was read in them stays, and the post is known again by its id. Those of
 * what was taken back went at once (undo.c).
 */
#include "base/error.h"
#include "base/time.h"
#include "track/decision.h"
#include "track/report.h"
#include "track/signal.h"

struct old {
    engage_str actor;
    engage_str id;
};

struct retaining {
    struct engagep_report *report;
    int64_t days; /* negative: what the policy says of each platform */
    struct engagep_arena arena;
    struct old *list;
    size_t count;
    size_t capacity;
};

/* How many days texts of an account's platform may be kept: the fewer of what is asked and
 * what the policy allows; negative where nothing limits it. */
static int64_t limit_of(const struct retaining *retaining, engage_str actor)
{
    const struct engagep_platform *platform =
        engagep_policy_platform(retaining->report->tracker->policy, engagep_signal_platform(actor));
    int64_t days = retaining->days;
    if (platform != NULL && platform->texts > 0 && (days < 0 || platform->texts < days))
        days = platform->texts;
    return days;
}

static int keep_old(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct retaining *retaining = ctx;
    int64_t age = retaining->report->day - engagep_time_day(row[EVENT_TIME].number);
    struct engagep_stored stored;
    if (row[EVENT_TEXT].type == ENGAGEP_NULL && row[EVENT_HTML].type == ENGAGEP_NULL)
        return ENGAGE_OK;
    int rc = engagep_row_to_event(row, NULL, &stored, error);
    if (rc != ENGAGE_OK)
        return rc;
    if (engagep_decision_decides(retaining->report->tracker->policy, &stored.event))
        return ENGAGE_OK; /* why something was decided stays with the decision */
    int64_t limit = limit_of(retaining, stored.event.actor);
    if (limit < 0 || age < limit)
        return ENGAGE_OK;
    struct old *list =
        engagep_arena_grow(&retaining->arena, retaining->list, retaining->count,
                           &retaining->capacity, sizeof(*list));
    if (list == NULL)
        return engagep_core_no_memory(error);
    retaining->list = list;
    struct old *old = &retaining->list[retaining->count++];
    *old = (struct old){engagep_row_str(&row[EVENT_ACTOR]), engagep_row_str(&row[EVENT_ID])};
    return engagep_row_keep(&retaining->arena, &old->actor) == ENGAGE_OK &&
                   engagep_row_keep(&retaining->arena, &old->id) == ENGAGE_OK
               ? ENGAGE_OK
               : engagep_core_no_memory(error);
}

static int drop_text(struct retaining *retaining, engage_str brand, const struct old *old)
{
    engage_tracker *tracker = retaining->report->tracker;
    struct engagep_value row[EVENT_COLUMNS];
    struct engagep_value key[] = {engagep_row_text(brand), engagep_row_text(old->actor),
                                  engagep_row_text(old->id)};
    int rc = engagep_core_get(tracker, ENGAGEP_EVENT, key, row, retaining->report->error);
    if (rc != ENGAGE_ROW)
        return rc == ENGAGE_DONE ? ENGAGE_OK : rc;
    const engage_event event = {.text = engagep_row_str(&row[EVENT_TEXT]),
                                .html = engagep_row_str(&row[EVENT_HTML])};
    row[EVENT_WORDS] = engagep_row_int((int64_t)engagep_event_words(&event));
    row[EVENT_TEXT] = row[EVENT_HTML] = engagep_row_null();
    row[EVENT_GIVEN].number |= ENGAGEP_GIVEN_GONE;
    return engagep_core_put(tracker, ENGAGEP_EVENT, row, retaining->report->error);
}

static int retain_brand(struct retaining *retaining, engage_str brand)
{
    struct engagep_report *report = retaining->report;
    struct engagep_value prefix[] = {engagep_row_text(brand)};
    retaining->count = retaining->capacity = 0;
    engagep_arena_reset(&retaining->arena);
    int rc = engagep_core_scan(report->tracker, ENGAGEP_EVENT, EVENT_BY_ID, prefix, 1, keep_old,
                               retaining, report->error);
    for (size_t i = 0; i < retaining->count && rc == ENGAGE_OK; i++)
        rc = drop_text(retaining, brand, &retaining->list[i]);
    if (rc != ENGAGE_OK)
        return rc;
    engagep_json_open(report->buffer, '{');
    engagep_report_key_text(report->buffer, "brand", brand);
    engagep_report_key_count(report->buffer, "texts", retaining->count);
    engagep_json_close(report->buffer, '}');
    engagep_buffer_put_byte(report->buffer, '\n');
    return ENGAGE_OK;
}

static int retain_all(void *ctx)
{
    struct retaining *retaining = ctx;
    const struct engagep_report *report = retaining->report;
    int rc = ENGAGE_OK;
    for (size_t i = 0; i < report->brand_count && rc == ENGAGE_OK; i++)
        rc = retain_brand(retaining, report->brands[i]);
    return rc;
}

int engage_tracker_retain(engage_tracker *tracker, int64_t days, const engage_query *query,
                          engage_buffer *buffer, engage_error *error)
{
    struct engagep_report report;
    int rc = engagep_report_begin(&report, tracker, query, buffer, error);
    if (rc != ENGAGE_OK)
        return rc;
    struct retaining retaining = {.report = &report, .days = days};
    engagep_arena_init(&retaining.arena, &tracker->allocator);
    rc = engagep_report_take_away(&report, retain_all, &retaining);
    engagep_arena_release(&retaining.arena);
    return rc;
}
