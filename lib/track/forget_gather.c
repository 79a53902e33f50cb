/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "track/forget.h"

#include "track/decision.h"

static int no_memory(struct engagep_forgetting *forgetting)
{
    return engagep_core_no_memory(forgetting->error);
}

/* --------------------------------------------------------------- accounts --- */

static int add_account(struct engagep_forgetting *forgetting, engage_str account, int objects)
{
    struct engagep_core_names *accounts = &forgetting->accounts;
    int rc = engagep_core_add_name(accounts, account, forgetting->error);
    if (rc != ENGAGE_OK)
        return rc;
    size_t *objected = engagep_map_at(&forgetting->by_account, accounts->list[accounts->count - 1]);
    if (objected == NULL)
        return no_memory(forgetting);
    *objected = objects != 0;
    return ENGAGE_OK;
}

static int keep_account(void *ctx, const struct engagep_value *row, engage_error *error)
{
    (void)error;
    return add_account(ctx, engagep_row_str(&row[ACCOUNT_ACCOUNT]),
                       row[ACCOUNT_OBJECTED].number != 0);
}

/* ENGAGE_DONE where the account never did anything: it is gathered all the same, since others
 * may name it. */
static int gather_accounts(struct engagep_forgetting *forgetting, engage_str account)
{
    struct engagep_value key[] = {engagep_row_text(forgetting->brand), engagep_row_text(account)};
    struct engagep_value row[ACCOUNT_COLUMNS];
    int rc = engagep_core_get(forgetting->tracker, ENGAGEP_ACCOUNT, key, row, forgetting->error);
    if (rc == ENGAGE_DONE) {
        forgetting->customer = account;
        rc = add_account(forgetting, account, 0);
        return rc == ENGAGE_OK ? ENGAGE_DONE : rc;
    }
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
    struct engagep_core_names *list = &forgetting->thread_list;
    if (thread.size == 0 || engagep_map_find(&forgetting->threads, thread) != ENGAGEP_MAP_NONE)
        return ENGAGE_OK;
    int rc = engagep_core_add_name(list, thread, forgetting->error);
    if (rc != ENGAGE_OK)
        return rc;
    size_t *at = engagep_map_at(&forgetting->threads, list->list[list->count - 1]);
    if (at == NULL)
        return no_memory(forgetting);
    *at = 0;
    return ENGAGE_OK;
}

/* What the person did, and the threads that it is in. */
static int find_own(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct engagep_forgetting *forgetting = ctx;
    struct engagep_stored stored;
    int rc = engagep_row_to_event(row, NULL, &stored, error);
    if (rc != ENGAGE_OK)
        return rc;
    if (engagep_duty_stays(&stored.event))
        return ENGAGE_OK;
    rc = note_thread(forgetting, stored.thread);
    return rc == ENGAGE_OK
               ? engagep_row_add_event(&forgetting->own, &forgetting->arena, row, error)
               : rc;
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

static int add_other(struct engagep_forgetting *forgetting, const struct engagep_value *row)
{
    int rc = engagep_row_add_event(&forgetting->others, &forgetting->arena, row,
                                   forgetting->error);
    if (rc != ENGAGE_OK)
        return rc;
    return note_named(forgetting, &forgetting->others.list[forgetting->others.count - 1].event);
}

/* What others did with the person, or decided about it: no index tells, and so the brand's
 * events are read through, once. */
static int find_naming(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct engagep_forgetting *forgetting = ctx;
    struct engagep_stored stored;
    int rc = engagep_row_to_event(row, NULL, &stored, error);
    if (rc != ENGAGE_OK)
        return rc;
    if (is_own(forgetting, stored.event.actor) ||
        !engagep_duty_names(&stored.event, &forgetting->by_account) ||
        engagep_duty_stays(&stored.event))
        return ENGAGE_OK;
    if (engagep_decision_decides(forgetting->tracker->policy, &stored.event))
        return engagep_row_add_event(&forgetting->gone, &forgetting->arena, row, error);
    if (stored.thread.size > 0)
        return note_thread(forgetting, stored.thread); /* found there with the others */
    return add_other(forgetting, row);
}

/* What others did in a thread. */
static int find_in_thread(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct engagep_forgetting *forgetting = ctx;
    (void)error;
    if (is_own(forgetting, engagep_row_str(&row[EVENT_ACTOR])))
        return ENGAGE_OK;
    size_t *at = engagep_map_at(&forgetting->threads, engagep_row_str(&row[EVENT_THREAD]));
    if (at == NULL)
        return no_memory(forgetting);
    *at = 1;
    return add_other(forgetting, row);
}

static int gather_thread(struct engagep_forgetting *forgetting, engage_str thread)
{
    static const int64_t forms[] = {ENGAGEP_FORM_POST, ENGAGEP_FORM_ACT};
    int rc = ENGAGE_OK;
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]) && rc == ENGAGE_OK; i++) {
        struct engagep_value prefix[] = {engagep_row_text(forgetting->brand),
                                         engagep_row_text(thread), engagep_row_int(forms[i])};
        rc = engagep_core_scan(forgetting->tracker, ENGAGEP_EVENT, EVENT_BY_THREAD, prefix, 3,
                               find_in_thread, forgetting, forgetting->error);
    }
    return rc;
}

static int gather_events(struct engagep_forgetting *forgetting)
{
    engage_tracker *tracker = forgetting->tracker;
    struct engagep_value prefix[] = {engagep_row_text(forgetting->brand), engagep_row_null()};
    int rc = ENGAGE_OK;
    for (size_t i = 0; i < forgetting->accounts.count && rc == ENGAGE_OK; i++) {
        prefix[1] = engagep_row_text(forgetting->accounts.list[i]);
        rc = engagep_core_scan(tracker, ENGAGEP_EVENT, EVENT_BY_ID, prefix, 2, find_own,
                               forgetting, forgetting->error);
    }
    if (rc == ENGAGE_OK)
        rc = engagep_core_scan(tracker, ENGAGEP_EVENT, EVENT_BY_ID, prefix, 1, find_naming,
                               forgetting, forgetting->error);
    for (size_t i = 0; i < forgetting->thread_list.count && rc == ENGAGE_OK; i++)
        rc = gather_thread(forgetting, forgetting->thread_list.list[i]);
    return rc;
}

/* -------------------------------------------------------------- decisions --- */

/* What people decided about the person's opportunities. */
static int find_decision(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct engagep_forgetting *forgetting = ctx;
    struct engagep_value key[] = {row[DECISION_BRAND], row[DECISION_ACTOR], row[DECISION_EVENT]};
    struct engagep_value event[EVENT_COLUMNS];
    int rc = engagep_core_get(forgetting->tracker, ENGAGEP_EVENT, key, event, error);
    if (rc != ENGAGE_ROW)
        return rc == ENGAGE_DONE ? ENGAGE_OK : rc;
    return engagep_row_add_event(&forgetting->gone, &forgetting->arena, event, error);
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
    int rc = account.size > 0 ? gather_accounts(forgetting, account) : ENGAGE_DONE;
    int silent = rc == ENGAGE_DONE;
    if (rc == ENGAGE_OK || (silent && account.size > 0))
        rc = gather_events(forgetting);
    if (rc == ENGAGE_OK && silent && forgetting->others.count + forgetting->gone.count == 0)
        return ENGAGE_DONE;
    for (size_t i = 0; i < forgetting->accounts.count && rc == ENGAGE_OK; i++) {
        prefix[1] = engagep_row_text(forgetting->accounts.list[i]);
        rc = engagep_core_scan(tracker, ENGAGEP_EPISODE, EPISODE_BY_ACCOUNT, prefix, 2,
                               find_episode, forgetting, forgetting->error);
    }
    return rc;
}
