/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "track/forget.h"

#include "base/alloc.h"
#include "track/decision.h"

static int no_memory(struct engagep_forgetting *forgetting)
{
    return engagep_core_no_memory(forgetting->error);
}

int engagep_forget_add(struct engagep_forgetting *forgetting, struct engagep_gathered *list,
                       const struct engagep_value row[EVENT_COLUMNS])
{
    struct engagep_arena *arena = &forgetting->arena;
    struct engagep_stored *wider =
        engagep_arena_grow(arena, list->list, list->count, &list->capacity, sizeof(*wider));
    if (wider == NULL)
        return no_memory(forgetting);
    list->list = wider;
    int rc = engagep_row_to_event(row, arena, &list->list[list->count]);
    if (rc == ENGAGE_OK)
        list->count++;
    return rc == ENGAGE_ENOMEM ? no_memory(forgetting) : rc;
}

/* --------------------------------------------------------------- accounts --- */

static int keep_account(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct engagep_forgetting *forgetting = ctx;
    struct engagep_arena *arena = &forgetting->arena;
    engage_str name = engagep_row_str(&row[ACCOUNT_ACCOUNT]);
    size_t capacity = forgetting->account_capacity;
    engage_str *names =
        engagep_arena_grow(arena, forgetting->accounts, forgetting->account_count, &capacity,
                           sizeof(*names));
    uint8_t *objected =
        engagep_arena_grow(arena, forgetting->objected, forgetting->account_count,
                           &forgetting->account_capacity, sizeof(*objected));
    if (names == NULL || objected == NULL || engagep_row_keep(arena, &name) != ENGAGE_OK)
        return engagep_core_no_memory(error);
    forgetting->accounts = names;
    forgetting->objected = objected;
    size_t *at = engagep_map_at(&forgetting->by_account, name);
    if (at == NULL)
        return engagep_core_no_memory(error);
    *at = forgetting->account_count;
    names[forgetting->account_count] = name;
    objected[forgetting->account_count++] = row[ACCOUNT_OBJECTED].number != 0;
    return ENGAGE_OK;
}

static int gather_accounts(struct engagep_forgetting *forgetting, engage_str account)
{
    struct engagep_value key[] = {engagep_row_text(forgetting->brand), engagep_row_text(account)};
    struct engagep_value row[ACCOUNT_COLUMNS];
    int rc = engagep_core_get(forgetting->tracker, ENGAGEP_ACCOUNT, key, row, forgetting->error);
    if (rc != ENGAGE_ROW)
        return rc;
    forgetting->customer = engagep_row_str(&row[ACCOUNT_CUSTOMER]);
    if (engagep_row_keep(&forgetting->arena, &forgetting->customer) != ENGAGE_OK)
        return no_memory(forgetting);
    key[1] = engagep_row_text(forgetting->customer);
    return engagep_core_scan(forgetting->tracker, ENGAGEP_ACCOUNT, ACCOUNT_BY_CUSTOMER, key, 2,
                             keep_account, forgetting, forgetting->error);
}

/* ----------------------------------------------------------------- events --- */

static int is_own(const struct engagep_forgetting *forgetting, engage_str actor)
{
    return engagep_map_find(&forgetting->by_account, actor) != ENGAGEP_MAP_NONE;
}

static int note_thread(struct engagep_forgetting *forgetting, engage_str thread)
{
    if (thread.size == 0 || engagep_map_find(&forgetting->threads, thread) != ENGAGEP_MAP_NONE)
        return ENGAGE_OK;
    engage_str *wider =
        engagep_arena_grow(&forgetting->arena, forgetting->thread_list, forgetting->thread_count,
                           &forgetting->thread_capacity, sizeof(*wider));
    if (wider == NULL || engagep_row_keep(&forgetting->arena, &thread) != ENGAGE_OK)
        return no_memory(forgetting);
    size_t *at = engagep_map_at(&forgetting->threads, thread);
    if (at == NULL)
        return no_memory(forgetting);
    *at = 0;
    forgetting->thread_list = wider;
    forgetting->thread_list[forgetting->thread_count++] = thread;
    return ENGAGE_OK;
}

/* First what the person did, and the threads that it is in or is named in. */
static int find_own(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct engagep_forgetting *forgetting = ctx;
    struct engagep_stored stored;
    if (engagep_row_to_event(row, NULL, &stored) != ENGAGE_OK)
        return engagep_core_corrupt(error, "an event");
    int own = is_own(forgetting, stored.event.actor);
    if ((own && engagep_duty_stays(&stored.event)) ||
        (!own && !engagep_duty_names(&stored.event, &forgetting->by_account)))
        return ENGAGE_OK;
    int rc = note_thread(forgetting, stored.thread);
    return rc == ENGAGE_OK && own ? engagep_forget_add(forgetting, &forgetting->own, row) : rc;
}

static int note_named(struct engagep_forgetting *forgetting, const engage_event *event)
{
    engage_str posts[] = {event->in_reply_to, event->quote_of, event->object, event->conversation,
                          event->post};
    for (size_t i = 0; i < sizeof(posts) / sizeof(posts[0]); i++) {
        if (posts[i].size == 0)
            continue;
        size_t *at = engagep_map_at(&forgetting->named, posts[i]);
        if (at == NULL)
            return no_memory(forgetting);
        *at = 0;
    }
    return ENGAGE_OK;
}

/* Then what others did in those threads, or with the person. */
static int find_others(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct engagep_forgetting *forgetting = ctx;
    struct engagep_stored stored;
    if (engagep_row_to_event(row, NULL, &stored) != ENGAGE_OK)
        return engagep_core_corrupt(error, "an event");
    if (is_own(forgetting, stored.event.actor))
        return ENGAGE_OK;
    int names = engagep_duty_names(&stored.event, &forgetting->by_account);
    if (names && engagep_duty_stays(&stored.event))
        return ENGAGE_OK;
    if (names && engagep_duty_decides(&stored.event))
        return engagep_forget_add(forgetting, &forgetting->gone, row);
    size_t thread = stored.thread.size > 0 ? engagep_map_find(&forgetting->threads, stored.thread)
                                           : ENGAGEP_MAP_NONE;
    if (!names && thread == ENGAGEP_MAP_NONE)
        return ENGAGE_OK;
    int rc = engagep_forget_add(forgetting, &forgetting->others, row);
    if (rc != ENGAGE_OK)
        return rc;
    const struct engagep_stored *kept = &forgetting->others.list[forgetting->others.count - 1];
    if (thread != ENGAGEP_MAP_NONE)
        *engagep_map_at(&forgetting->threads, kept->thread) = 1;
    return note_named(forgetting, &kept->event);
}

/* -------------------------------------------------------------- decisions --- */

/* What people decided about the person's opportunities. */
static int find_decision(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct engagep_forgetting *forgetting = ctx;
    struct engagep_value key[] = {row[DECISION_BRAND], row[DECISION_ACTOR], row[DECISION_EVENT]};
    struct engagep_value event[EVENT_COLUMNS];
    int rc = engagep_core_get(forgetting->tracker, ENGAGEP_EVENT, key, event, error);
    return rc == ENGAGE_ROW ? engagep_forget_add(forgetting, &forgetting->gone, event)
           : rc == ENGAGE_DONE ? ENGAGE_OK : rc;
}

static int find_episode(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct engagep_forgetting *forgetting = ctx;
    struct engagep_value prefix[] = {row[EPISODE_BRAND], row[EPISODE_ID]};
    return engagep_core_scan(forgetting->tracker, ENGAGEP_DECISION, 0, prefix, 2, find_decision,
                             forgetting, error);
}

int engagep_forget_gather(struct engagep_forgetting *forgetting, engage_str account)
{
    engage_tracker *tracker = forgetting->tracker;
    struct engagep_value prefix[] = {engagep_row_text(forgetting->brand), engagep_row_null()};
    int rc = gather_accounts(forgetting, account);
    if (rc == ENGAGE_OK)
        rc = engagep_core_scan(tracker, ENGAGEP_EVENT, EVENT_BY_ID, prefix, 1, find_own, forgetting,
                               forgetting->error);
    if (rc == ENGAGE_OK)
        rc = engagep_core_scan(tracker, ENGAGEP_EVENT, EVENT_BY_ID, prefix, 1, find_others,
                               forgetting, forgetting->error);
    for (size_t i = 0; i < forgetting->account_count && rc == ENGAGE_OK; i++) {
        prefix[1] = engagep_row_text(forgetting->accounts[i]);
        rc = engagep_core_scan(tracker, ENGAGEP_EPISODE, EPISODE_BY_ACCOUNT, prefix, 2,
                               find_episode, forgetting, forgetting->error);
    }
    return rc;
}
