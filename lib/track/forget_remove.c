/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "track/decision.h"
#include "track/forget.h"

/* ----------------------------------------------------------------- events --- */

static int remove_event(struct engagep_forgetting *forgetting, const engage_event *event)
{
    struct engagep_value key[] = {engagep_row_text(event->brand), engagep_row_text(event->actor),
                                  engagep_row_text(event->id)};
    int rc = forgetting->tracker->store->ops->remove(forgetting->tracker->store, ENGAGEP_EVENT, key,
                                                     forgetting->error);
    return rc == ENGAGE_DONE ? ENGAGE_OK : rc;
}

/* Events of others go and come back: what these accounts took back is counted after. */
static int note_undone(struct engagep_batch *batch, const engage_event *event)
{
    size_t number;
    int rc = engagep_batch_find(batch, event->brand, event->actor, &number);
    if (rc == ENGAGE_OK && number != ENGAGEP_KEYS_NONE && batch->accounts[number].tombstones > 0)
        batch->accounts[number].undone = 1;
    return rc;
}

static int remove_events(struct engagep_forgetting *forgetting, struct engagep_batch *batch,
                         const struct engagep_row_events *events)
{
    int rc = ENGAGE_OK;
    for (size_t i = 0; i < events->count && rc == ENGAGE_OK; i++) {
        struct engagep_stored *stored = &events->list[i];
        if (stored->form == ENGAGEP_FORM_ACT && !stored->dead)
            rc = engagep_alone_lose(batch, stored);
        if (rc == ENGAGE_OK)
            rc = remove_event(forgetting, &stored->event);
    }
    return rc;
}

/* Also decides about others must go, where they come with what is decided about the person. */
static int remove_decision(struct engagep_forgetting *forgetting, const engage_event *event)
{
    struct engagep_decision decision;
    enum engagep_role role = engagep_thread_role(forgetting->tracker->policy, event);
    if (!engagep_decision_of(event, role, &decision))
        return ENGAGE_OK;
    return engagep_decision_write(forgetting->tracker, event->brand, &decision, 0,
                                  forgetting->error);
}

int engagep_forget_events(struct engagep_forgetting *forgetting, struct engagep_batch *batch)
{
    struct engagep_value prefix[] = {engagep_row_text(forgetting->brand), engagep_row_null()};
    int rc = ENGAGE_OK;
    for (size_t i = 0; i < forgetting->others.count && rc == ENGAGE_OK; i++)
        rc = note_undone(batch, &forgetting->others.list[i].event);
    if (rc == ENGAGE_OK)
        rc = remove_events(forgetting, batch, &forgetting->own);
    if (rc == ENGAGE_OK)
        rc = remove_events(forgetting, batch, &forgetting->others);
    if (rc == ENGAGE_OK)
        rc = remove_events(forgetting, batch, &forgetting->gone);
    for (size_t i = 0; i < forgetting->gone.count && rc == ENGAGE_OK; i++)
        rc = remove_decision(forgetting, &forgetting->gone.list[i].event);
    for (size_t i = 0; i < forgetting->own.count && rc == ENGAGE_OK; i++)
        rc = remove_decision(forgetting, &forgetting->own.list[i].event);
    for (size_t i = 0; i < forgetting->thread_list.count && rc == ENGAGE_OK; i++) {
        prefix[1] = engagep_row_text(forgetting->thread_list.list[i]);
        rc = engagep_core_sweep(forgetting->tracker, ENGAGEP_POST, POST_BY_THREAD, prefix, 2,
                                INT64_MAX, NULL, forgetting->error);
        if (rc == ENGAGE_OK)
            rc = engagep_batch_touch(batch, forgetting->brand, forgetting->thread_list.list[i]);
    }
    /* Threads without events give nothing: what they gave is taken back. */
    if (rc == ENGAGE_OK)
        rc = engagep_resolve(batch);
    for (size_t i = 0; i < forgetting->accounts.count && rc == ENGAGE_OK; i++)
        rc = engagep_alone_forget(batch, forgetting->brand, forgetting->accounts.list[i]);
    return rc;
}

/* ------------------------------------------------------------------- rows --- */

/* Of whoever objects to being profiled, the account stays, and nothing else. */
static int put_objector(struct engagep_forgetting *forgetting, engage_str account)
{
    struct engagep_value row[ACCOUNT_COLUMNS];
    uint64_t given = ENGAGEP_COLUMN(ACCOUNT_BRAND) | ENGAGEP_COLUMN(ACCOUNT_ACCOUNT) |
                     ENGAGEP_COLUMN(ACCOUNT_CUSTOMER) | ENGAGEP_COLUMN(ACCOUNT_OBJECTED);
    row[ACCOUNT_BRAND] = engagep_row_text(forgetting->brand);
    row[ACCOUNT_ACCOUNT] = row[ACCOUNT_CUSTOMER] = engagep_row_text(account);
    row[ACCOUNT_OBJECTED] = engagep_row_int(1);
    return engagep_core_put_given(forgetting->tracker, ENGAGEP_ACCOUNT, row, given,
                                  forgetting->error);
}

int engagep_forget_rows(struct engagep_forgetting *forgetting)
{
    engage_tracker *tracker = forgetting->tracker;
    engage_error *error = forgetting->error;
    struct engagep_value prefix[] = {engagep_row_text(forgetting->brand), engagep_row_null()};
    static const size_t tables[] = {ENGAGEP_ACCOUNT, ENGAGEP_PARTIAL, ENGAGEP_TOMBSTONE,
                                    ENGAGEP_CUSTOMER, ENGAGEP_TRANSITION};
    int rc = ENGAGE_OK;
    for (size_t i = 0; i < forgetting->accounts.count && rc == ENGAGE_OK; i++) {
        engage_str account = forgetting->accounts.list[i];
        prefix[1] = engagep_row_text(account);
        for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]) && rc == ENGAGE_OK; t++)
            rc = engagep_core_sweep(tracker, tables[t], 0, prefix, 2, INT64_MAX, NULL, error);
        if (rc == ENGAGE_OK && engagep_map_find(&forgetting->by_account, account) == 1)
            rc = put_objector(forgetting, account);
    }
    return rc;
}
