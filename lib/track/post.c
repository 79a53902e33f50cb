/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "track/post.h"

#include <string.h>

/* 1 where an event stands by then; dead ones were undone, deleted or withheld. */
static int stands(const struct engagep_value *row, int64_t now)
{
    return row[EVENT_DEAD].number == 0 && row[EVENT_TIME].number <= now;
}

struct seeking {
    struct engagep_arena *arena;
    int64_t now;
    struct engagep_author *author;
};

static int comes_first(const struct engagep_author *author, int64_t time, engage_str actor,
                       engage_str event)
{
    if (author->event.size == 0)
        return 1;
    if (time != author->time)
        return time < author->time;
    int order = engagep_str_compare(actor, author->actor);
    return order != 0 ? order < 0 : engagep_str_compare(event, author->event) < 0;
}

static int seek_author(void *ctx, const struct engagep_value *row, engage_error *error)
{
    const struct seeking *seeking = ctx;
    struct engagep_author *author = seeking->author;
    engage_str actor = engagep_row_str(&row[EVENT_ACTOR]);
    engage_str event = engagep_row_str(&row[EVENT_ID]);
    int64_t time = row[EVENT_TIME].number;
    if (!stands(row, seeking->now) ||
        !engagep_str_is(engagep_row_str(&row[EVENT_VERB]), "Create") ||
        !comes_first(author, time, actor, event))
        return ENGAGE_OK;
    *author = (struct engagep_author){actor, event, engagep_row_str(&row[EVENT_ROLE]), time,
                                      row[EVENT_IN_REPLY_TO].type != ENGAGEP_NULL};
    return engagep_row_keep(seeking->arena, &author->actor) == ENGAGE_OK &&
                   engagep_row_keep(seeking->arena, &author->event) == ENGAGE_OK &&
                   engagep_row_keep(seeking->arena, &author->role) == ENGAGE_OK
               ? ENGAGE_OK
               : engagep_core_no_memory(error);
}

int engagep_post_author(engage_tracker *tracker, engage_str brand, engage_str post, int64_t now,
                        struct engagep_arena *arena, struct engagep_author *out,
                        engage_error *error)
{
    struct seeking seeking = {arena, now, out};
    struct engagep_value key[] = {engagep_row_text(brand), engagep_row_text(post),
                                  engagep_row_null()};
    const char *mark = post.size > 0 ? memchr(post.data, ENGAGEP_MADE_MARK, post.size) : NULL;
    memset(out, 0, sizeof(*out));
    if (mark == NULL)
        return engagep_core_scan(tracker, ENGAGEP_EVENT, EVENT_BY_POST, key, 2, seek_author,
                                 &seeking, error);
    /* One without an id of its own is named by its actor and event. */
    size_t size = (size_t)(mark - post.data);
    key[1] = engagep_row_text((engage_str){post.data, size});
    key[2] = engagep_row_text((engage_str){mark + 1, post.size - size - 1});
    return engagep_core_scan(tracker, ENGAGEP_EVENT, EVENT_BY_ID, key, 3, seek_author, &seeking,
                             error);
}

enum engagep_role engagep_post_role(const engage_policy *policy, engage_str brand,
                                    const struct engagep_author *author)
{
    engage_event event = {.brand = brand, .actor = author->actor, .role = author->role};
    return engagep_thread_role(policy, &event);
}

/* The last Update so far. */
struct editing {
    struct engagep_arena *arena;
    int64_t now;
    const struct engagep_author *author;
    engage_str event;
    int64_t time;
};

static int seek_words(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct editing *editing = ctx;
    struct engagep_stored stored;
    engage_str post;
    if (!stands(row, editing->now) ||
        !engagep_str_is(engagep_row_str(&row[EVENT_VERB]), "Update") ||
        !engagep_str_equal(engagep_row_str(&row[EVENT_ACTOR]), editing->author->actor))
        return ENGAGE_OK;
    int rc = engagep_row_to_event(row, NULL, &stored, error);
    if (rc != ENGAGE_OK || !engagep_thread_edits(&stored, &post))
        return rc;
    if (editing->event.size > 0 &&
        (stored.event.time < editing->time ||
         (stored.event.time == editing->time &&
          engagep_str_compare(stored.event.id, editing->event) < 0)))
        return ENGAGE_OK;
    editing->time = stored.event.time;
    editing->event = stored.event.id;
    return engagep_row_keep(editing->arena, &editing->event) == ENGAGE_OK
               ? ENGAGE_OK
               : engagep_core_no_memory(error);
}

int engagep_post_words(engage_tracker *tracker, engage_str brand, engage_str post, int64_t now,
                       struct engagep_arena *arena, const struct engagep_author *author,
                       engage_str *out, engage_error *error)
{
    struct editing editing = {arena, now, author, {NULL, 0}, 0};
    struct engagep_value prefix[] = {engagep_row_text(brand), engagep_row_text(post)};
    int rc = ENGAGE_OK;
    if (post.size > 0)
        rc = engagep_core_scan(tracker, ENGAGEP_EVENT, EVENT_BY_POST, prefix, 2, seek_words,
                               &editing, error);
    *out = editing.event.size > 0 ? editing.event : author->event;
    return rc;
}

int engagep_post_event(engage_tracker *tracker, engage_str brand,
                       const struct engagep_author *author, engage_str event,
                       struct engagep_stored *out, engage_error *error)
{
    struct engagep_value row[EVENT_COLUMNS];
    struct engagep_value key[] = {engagep_row_text(brand), engagep_row_text(author->actor),
                                  engagep_row_text(event)};
    int rc = engagep_core_get(tracker, ENGAGEP_EVENT, key, row, error);
    if (rc != ENGAGE_ROW)
        return rc == ENGAGE_DONE ? engagep_core_corrupt(error, "a row that was read is gone") : rc;
    return engagep_row_to_event(row, NULL, out, error);
}
