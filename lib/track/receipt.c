/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "track/receipt.h"

#include "base/sort.h"
#include "track/post.h"

#include <string.h>

void engagep_receipt_gate(engage_buffer *buffer, const struct engagep_gate *gate)
{
    engagep_json_key(buffer, "stage");
    engagep_json_text(buffer, engage_stage_name(gate->stage));
    engagep_json_key(buffer, "gate");
    engagep_json_text(buffer, engagep_policy_measure(gate->measure));
    engagep_json_key(buffer, "value");
    engagep_json_int(buffer, gate->value);
    engagep_json_key(buffer, "threshold");
    engagep_json_int(buffer, gate->threshold);
    engagep_json_key(buffer, "passed");
    engagep_json_bool(buffer, gate->passed);
}

/* The model that judged the text which is the cause; null where nobody did here. */
static int put_model(struct engagep_report *report, const struct engagep_cause *cause)
{
    struct engagep_value row[EVENT_COLUMNS];
    struct engagep_value key[] = {engagep_row_text(cause->brand), engagep_row_text(cause->actor),
                                  engagep_row_text(cause->event)};
    engage_str model = {NULL, 0};
    int rc = ENGAGE_DONE;
    if (cause->event.size > 0)
        rc = engagep_core_get(report->tracker, ENGAGEP_EVENT, key, row, report->error);
    if (rc < 0)
        return rc;
    if (rc == ENGAGE_ROW)
        model = engagep_row_str(&row[EVENT_MODEL]);
    engagep_report_key_text(report->buffer, "model", model);
    return ENGAGE_OK;
}

/* The version that the text of a policy names. */
static engage_str version_of(engage_str text)
{
    static const char name[] = "version = ";
    engage_str line;
    while (engagep_str_next(&text, &line))
        if (line.size > sizeof(name) - 1 && memcmp(line.data, name, sizeof(name) - 1) == 0)
            return (engage_str){line.data + sizeof(name) - 1, line.size - (sizeof(name) - 1)};
    return (engage_str){NULL, 0};
}

static int put_policy(struct engagep_report *report, engage_str id)
{
    const engage_tracker *tracker = report->tracker;
    engage_buffer *buffer = report->buffer;
    engage_str version = {tracker->policy->version, strlen(tracker->policy->version)};
    if (!engagep_str_is(id, tracker->policy_id)) {
        struct engagep_value row[META_COLUMNS];
        char name[24] = "policy ";
        memcpy(name + 7, id.data, id.size < 16 ? id.size : 16);
        struct engagep_value key[] = {engagep_row_text((engage_str){name, strlen(name)})};
        int rc = engagep_core_get(report->tracker, ENGAGEP_META, key, row, report->error);
        if (rc < 0)
            return rc;
        version = rc == ENGAGE_ROW ? version_of(engagep_row_str(&row[META_VALUE]))
                                   : (engage_str){NULL, 0};
    }
    engagep_report_key_text(buffer, "policy", version);
    engagep_report_key_text(buffer, "policy_id", id);
    return ENGAGE_OK;
}

static void put_gates(engage_buffer *buffer, const struct engagep_gate *gates, size_t count)
{
    engagep_json_key(buffer, "gates");
    engagep_json_open(buffer, '[');
    for (size_t i = 0; i < count; i++) {
        engagep_json_open(buffer, '{');
        engagep_receipt_gate(buffer, &gates[i]);
        engagep_json_close(buffer, '}');
    }
    engagep_json_close(buffer, ']');
}

int engagep_receipt_put(struct engagep_report *report, const struct engagep_cause *cause,
                        const struct engagep_calendar *calendar, int64_t at,
                        const struct engagep_value *kept)
{
    const engage_tracker *tracker = report->tracker;
    struct engagep_gate gates[ENGAGEP_GATES_MAX];
    size_t count = 0;
    engage_str policy = {tracker->policy_id, 16};
    if (kept != NULL) {
        engage_str bytes = engagep_row_str(&kept[TRANSITION_GATES]);
        policy = engagep_row_str(&kept[TRANSITION_POLICY]);
        while (count < ENGAGEP_GATES_MAX && engagep_judge_next_gate(&bytes, &gates[count]))
            count++;
    } else {
        count = engagep_stage_gates(calendar, tracker->policy, at, gates);
    }
    if (engagep_row_keep(&report->tracker->lasting, &policy) != ENGAGE_OK)
        return engagep_core_no_memory(report->error);
    int rc = put_model(report, cause);
    if (rc == ENGAGE_OK)
        rc = put_policy(report, policy);
    put_gates(report->buffer, gates, count);
    return rc;
}

/* ----------------------------------------------------------- opportunities --- */

/* What made a post what it is. */
struct making {
    engage_tracker *tracker;
    int64_t now;
    struct engagep_row_events events;
    struct engagep_author author;
};

static int keep_making(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct making *making = ctx;
    if (row[EVENT_DEAD].number != 0 || row[EVENT_TIME].number > making->now ||
        row[EVENT_FORM].number != ENGAGEP_FORM_POST)
        return ENGAGE_OK;
    return engagep_row_add_event(&making->events, &making->tracker->arena, row, error);
}

static int compare_makings(const void *a, const void *b)
{
    const struct engagep_stored *left = a;
    const struct engagep_stored *right = b;
    return engagep_thread_compare(&left->event, &right->event);
}

/* The events of a post, and who wrote it. */
static int find_makings(struct making *making, engage_str brand, engage_str post,
                        engage_error *error)
{
    engage_tracker *tracker = making->tracker;
    struct engagep_value key[] = {engagep_row_text(brand), engagep_row_text(post),
                                  engagep_row_null()};
    engagep_arena_reset(&tracker->arena);
    making->events = (struct engagep_row_events){NULL, 0, 0};
    int rc = engagep_post_author(tracker, brand, post, making->now, &tracker->arena,
                                 &making->author, error);
    if (rc != ENGAGE_OK || making->author.event.size == 0)
        return rc;
    int made = memchr(post.data, ENGAGEP_MADE_MARK, post.size) != NULL;
    if (made) {
        key[1] = engagep_row_text(making->author.actor);
        key[2] = engagep_row_text(making->author.event);
    }
    rc = engagep_core_scan(tracker, ENGAGEP_EVENT, made ? EVENT_BY_ID : EVENT_BY_POST, key,
                           made ? 3 : 2, keep_making, making, error);
    if (rc == ENGAGE_OK)
        engagep_sort(making->events.list, making->events.count, sizeof(*making->events.list),
                     compare_makings);
    return rc;
}

static void put_making(engage_buffer *buffer, engage_str post, const struct engagep_stored *made)
{
    engagep_json_open(buffer, '{');
    engagep_json_key(buffer, "post");
    engagep_report_post(buffer, post);
    engagep_report_key_text(buffer, "actor", made->event.actor);
    engagep_report_key_text(buffer, "event", made->event.id);
    engagep_report_key_text(buffer, "model", made->signal.model);
    engagep_json_close(buffer, '}');
}

/* The Create of a post, and what gave it other words. */
static void put_makings(engage_buffer *buffer, const struct engagep_row_events *events,
                        const struct engagep_author *author, engage_str post)
{
    for (size_t i = 0; i < events->count; i++) {
        const engage_event *event = &events->list[i].event;
        engage_str edited;
        if (engagep_str_equal(event->actor, author->actor) &&
            (engagep_str_equal(event->id, author->event) ||
             engagep_thread_edits(&events->list[i], &edited)))
            put_making(buffer, post, &events->list[i]);
    }
}

int engagep_receipt_opportunity(struct engagep_report *report, engage_str brand,
                                engage_str policy, engage_str posts)
{
    engage_buffer *buffer = report->buffer;
    struct making making = {.tracker = report->tracker, .now = report->now};
    engage_str post;
    engagep_json_key(buffer, "receipt");
    engagep_json_open(buffer, '{');
    int rc = put_policy(report, policy);
    engagep_json_key(buffer, "events");
    engagep_json_open(buffer, '[');
    while (rc == ENGAGE_OK && engagep_str_next(&posts, &post)) {
        rc = find_makings(&making, brand, post, report->error);
        if (rc == ENGAGE_OK)
            put_makings(buffer, &making.events, &making.author, post);
    }
    engagep_json_close(buffer, ']');
    engagep_json_close(buffer, '}');
    return rc;
}
