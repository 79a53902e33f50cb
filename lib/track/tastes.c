/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What a customer likes and dislikes: what its texts say of products and aspects, read
 * when one asks, as long as the texts are kept.
 */
#include "base/alloc.h"
#include "track/post.h"
#include "track/report.h"
#include "track/signal.h"

#include <stdlib.h>
#include <string.h>

enum { LIKED, DISLIKED, SIDES };

struct taste {
    engage_str target;
    uint64_t posts[SIDES];
};

struct tastes {
    struct engagep_report *report;
    struct engagep_map by_target;
    struct engagep_map posts; /* that were read */
    struct taste *list;
    size_t count;
    size_t capacity;
    int mute; /* there is no model to read texts with */
};

static int add(struct tastes *tastes, engage_str target, int side)
{
    engage_tracker *tracker = tastes->report->tracker;
    void *list = tastes->list;
    size_t number = engagep_map_find(&tastes->by_target, target);
    if (number == ENGAGEP_MAP_NONE) {
        int rc = engagep_alloc_grow(&tracker->allocator, &list, &tastes->capacity,
                                    tastes->count + 1, sizeof(*tastes->list));
        tastes->list = list;
        size_t *at = rc == ENGAGE_OK && engagep_row_keep(&tracker->lasting, &target) == ENGAGE_OK
                         ? engagep_map_at(&tastes->by_target, target)
                         : NULL;
        if (at == NULL)
            return engagep_core_no_memory(tastes->report->error);
        number = *at = tastes->count++;
        tastes->list[number] = (struct taste){target, {0, 0}};
    }
    tastes->list[number].posts[side]++;
    return ENGAGE_OK;
}

static int is_told(const struct tastes *tastes, const struct engagep_stored *stored)
{
    const engage_event *event = &stored->event;
    return !stored->dead && engagep_str_is(event->verb, "Create") &&
           event->time <= tastes->report->now && !engagep_str_is(event->visibility, "dm") &&
           engagep_thread_role(tastes->report->tracker->policy, event) == ENGAGEP_CUSTOMER_ROLE;
}

static int add_aspects(struct tastes *tastes, const engage_event *event, engage_error *error)
{
    const engage_analysis *analysis;
    int rc = engagep_signal_analyze(tastes->report->tracker, event, &analysis, error);
    tastes->mute = rc == ENGAGE_EMODEL_NONE;
    if (rc != ENGAGE_OK)
        return tastes->mute ? ENGAGE_OK : rc;
    for (size_t i = 0; i < engage_analysis_aspect_count(analysis) && rc == ENGAGE_OK; i++) {
        const char *target = engage_analysis_aspect_target(analysis, i);
        int polarity = engage_analysis_aspect_polarity(analysis, i);
        if (polarity != ENGAGE_NEUTRAL)
            rc = add(tastes, (engage_str){target, strlen(target)},
                     polarity == ENGAGE_POSITIVE ? LIKED : DISLIKED);
    }
    return rc;
}

/* Reads what a post says now, once, where the event is what made it. */
static int read_post(struct tastes *tastes, const engage_event *event, engage_error *error)
{
    struct engagep_report *report = tastes->report;
    engage_tracker *tracker = report->tracker;
    struct engagep_arena *arena = engagep_core_keeper(tracker, &tracker->lasting);
    struct engagep_author author;
    struct engagep_stored words;
    engage_str id = event->post;
    if (engagep_map_find(&tastes->posts, id) != ENGAGEP_MAP_NONE)
        return ENGAGE_OK;
    size_t *at = engagep_row_keep(arena, &id) == ENGAGE_OK ? engagep_map_at(&tastes->posts, id)
                                                            : NULL;
    if (at == NULL)
        return engagep_core_no_memory(error);
    *at = 0;
    int rc = engagep_post_author(tracker, event->brand, id, report->now, arena, &author, error);
    if (rc != ENGAGE_OK || !engagep_str_equal(author.actor, event->actor))
        return rc;
    engage_str last;
    rc = engagep_post_words(tracker, event->brand, id, report->now, arena, &author, &last, error);
    if (rc == ENGAGE_OK)
        rc = engagep_post_event(tracker, event->brand, &author, last, &words, error);
    return rc == ENGAGE_OK && (words.event.text.size > 0 || words.event.html.size > 0)
               ? add_aspects(tastes, &words.event, error)
               : rc;
}

static int read_event(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct tastes *tastes = ctx;
    struct engagep_stored stored;
    int rc = engagep_row_to_event(row, NULL, &stored, error);
    if (rc != ENGAGE_OK || tastes->mute || !is_told(tastes, &stored))
        return rc;
    if (stored.event.post.size > 0)
        return read_post(tastes, &stored.event, error);
    return stored.event.text.size > 0 || stored.event.html.size > 0
               ? add_aspects(tastes, &stored.event, error)
               : ENGAGE_OK;
}

/* ------------------------------------------------------------------- rows --- */

static int compare(const struct taste *left, const struct taste *right, int side)
{
    if (left->posts[side] != right->posts[side])
        return left->posts[side] > right->posts[side] ? -1 : 1;
    return engagep_str_compare(left->target, right->target);
}

static int compare_liked(const void *a, const void *b)
{
    return compare(a, b, LIKED);
}

static int compare_disliked(const void *a, const void *b)
{
    return compare(a, b, DISLIKED);
}

static void put_side(struct tastes *tastes, const char *name, int side)
{
    engage_buffer *buffer = tastes->report->buffer;
    if (tastes->count > 1)
        qsort(tastes->list, tastes->count, sizeof(*tastes->list),
              side == LIKED ? compare_liked : compare_disliked);
    engagep_json_key(buffer, name);
    engagep_json_open(buffer, '[');
    for (size_t i = 0; i < tastes->count && tastes->list[i].posts[side] > 0; i++) {
        engagep_json_open(buffer, '{');
        engagep_report_key_text(buffer, "target", tastes->list[i].target);
        engagep_report_key_count(buffer, "posts", tastes->list[i].posts[side]);
        engagep_json_close(buffer, '}');
    }
    engagep_json_close(buffer, ']');
}

int engagep_report_tastes(struct engagep_report *report, engage_str brand,
                          const engage_str *accounts, size_t count)
{
    struct tastes tastes = {.report = report};
    engage_tracker *tracker = report->tracker;
    int rc = ENGAGE_OK;
    engagep_map_init(&tastes.by_target, &tracker->allocator, tracker->secret);
    engagep_map_init(&tastes.posts, &tracker->allocator, tracker->secret);
    for (size_t i = 0; i < count && rc == ENGAGE_OK; i++) {
        struct engagep_value prefix[] = {engagep_row_text(brand), engagep_row_text(accounts[i])};
        rc = engagep_core_scan(tracker, ENGAGEP_EVENT, EVENT_BY_ID, prefix, 2, read_event, &tastes,
                               report->error);
    }
    put_side(&tastes, "likes", LIKED);
    put_side(&tastes, "dislikes", DISLIKED);
    engagep_map_release(&tastes.by_target);
    engagep_map_release(&tastes.posts);
    engagep_alloc_free(&tracker->allocator, tastes.list, tastes.capacity, sizeof(*tastes.list));
    return rc;
}
