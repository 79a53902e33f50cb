/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Accounts that object to being profiled: their events stay, and give them no facts and
 * no episodes, until they resume. What others did with them stays the others'.
 */
#include "track/batch.h"
#include "track/decision.h"

/* A fact of a day that is no longer held: where its event is new, it can still be the first
 * of its kind. */
static int is_late(struct engagep_batch *batch, engage_str brand,
                   const struct engagep_emitted *emitted, int *late)
{
    *late = emitted->fact.day < batch->tracker->floor;
    if (!*late)
        return ENGAGE_OK;
    const struct engagep_item *item =
        engagep_batch_item(batch, brand, emitted->actor, emitted->event);
    if (item == NULL || !item->fresh || item->old != NULL)
        return ENGAGE_OK;
    return engagep_batch_change(batch, brand, emitted, 1);
}

int engagep_object_filter(struct engagep_batch *batch, engage_str brand)
{
    struct engagep_emission *emission = &batch->emission;
    struct engagep_episodes *episodes = &batch->episodes;
    size_t kept = 0;
    size_t number;
    int any;
    int rc = engagep_decision_any(batch->tracker, &any, batch->error);
    if (rc != ENGAGE_OK ||
        (!any && !batch->tracker->forgotten && batch->tracker->floor == ENGAGEP_NO_DAY))
        return rc;
    for (size_t i = 0; i < emission->count; i++) {
        int late = 0;
        rc = engagep_batch_account(batch, brand, emission->list[i].account, &number);
        if (rc == ENGAGE_OK && !batch->accounts[number].objected)
            rc = is_late(batch, brand, &emission->list[i], &late);
        if (rc != ENGAGE_OK)
            return rc;
        if (!batch->accounts[number].objected && !late)
            emission->list[kept++] = emission->list[i];
    }
    emission->count = kept;
    kept = 0;
    for (size_t i = 0; i < episodes->count; i++) {
        rc = engagep_batch_account(batch, brand, episodes->list[i].account, &number);
        if (rc != ENGAGE_OK)
            return rc;
        if (!batch->accounts[number].objected)
            episodes->list[kept++] = episodes->list[i];
    }
    episodes->count = kept;
    return ENGAGE_OK;
}

/* ----------------------------------------------------------------- resume --- */

struct resuming {
    struct engagep_batch *batch;
    engage_str account;
    struct engagep_row_events events;
};

/* Own acts, and thanks by others that a host told of. */
static int keep_act(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct resuming *resuming = ctx;
    int is_own = engagep_str_equal(engagep_row_str(&row[EVENT_ACTOR]), resuming->account);
    int is_for = engagep_str_equal(engagep_row_str(&row[EVENT_TARGET]), resuming->account);
    int hangs = row[EVENT_THREAD].size > 0; /* what it gives others is its thread's */
    if ((!is_own && (!is_for || hangs)) || row[EVENT_FORM].number != ENGAGEP_FORM_ACT ||
        row[EVENT_DEAD].number != 0)
        return ENGAGE_OK;
    return engagep_row_add_event(&resuming->events, &resuming->batch->tracker->lasting, row,
                                 error);
}

/* Rare, and so without an index: the brand's events are read through. */
static int resume(struct engagep_batch *batch, engage_str brand, engage_str account)
{
    struct resuming resuming = {batch, account, {NULL, 0, 0}};
    struct engagep_value prefix[] = {engagep_row_text(brand)};
    int rc = engagep_core_scan(batch->tracker, ENGAGEP_EVENT, EVENT_BY_ID, prefix, 1, keep_act,
                               &resuming, batch->error);
    for (size_t i = 0; i < resuming.events.count && rc == ENGAGE_OK; i++)
        rc = engagep_alone_anew(batch, &resuming.events.list[i]);
    return rc;
}

static int touch_row(void *ctx, const struct engagep_value *row, engage_error *error)
{
    (void)error;
    return engagep_batch_touch(ctx, engagep_row_str(&row[EVENT_BRAND]),
                               engagep_row_str(&row[EVENT_THREAD]));
}

int engagep_object(struct engagep_batch *batch)
{
    int rc = ENGAGE_OK;
    size_t count = batch->account_count;
    for (size_t i = 0; i < count && rc == ENGAGE_OK; i++) {
        struct engagep_account account = batch->accounts[i];
        if (account.objected == account.objected_before)
            continue;
        struct engagep_value prefix[] = {engagep_row_text(account.brand),
                                         engagep_row_text(account.account)};
        rc = engagep_core_scan(batch->tracker, ENGAGEP_EVENT, EVENT_BY_ID, prefix, 2, touch_row,
                               batch, batch->error);
        if (rc == ENGAGE_OK)
            rc = account.objected ? engagep_alone_forget(batch, account.brand, account.account)
                                  : resume(batch, account.brand, account.account);
    }
    return rc;
}
