/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The decisions of a batch: put in place or taken out, and what they bear on noted for
 * the steps that follow. What is withheld dies here, as if it had been undone.
 */
#include "track/batch.h"
#include "track/decision.h"
#include "track/duty.h"

static int note_account(struct engagep_batch *batch, engage_str brand, engage_str name,
                        struct engagep_account **out)
{
    size_t number;
    int rc = engagep_batch_account(batch, brand, name, &number);
    *out = rc == ENGAGE_OK ? &batch->accounts[number] : NULL;
    return rc;
}

static int note_withheld(struct engagep_batch *batch, engage_str brand, engage_str name,
                         int is_post)
{
    struct engagep_subject *subject =
        engagep_arena_array(&batch->tracker->lasting, 1, sizeof(*subject));
    if (subject == NULL)
        return engagep_core_no_memory(batch->error);
    *subject = (struct engagep_subject){brand, name, is_post, batch->withheld};
    batch->withheld = subject;
    return ENGAGE_OK;
}

static int note_link(struct engagep_batch *batch, engage_str brand, engage_str name)
{
    struct engagep_account *account;
    int rc = note_account(batch, brand, name, &account);
    if (rc == ENGAGE_OK)
        account->relinked = 1;
    return rc;
}

/* Whether it objects is read off when all is decided: once, however much was said of it. */
static int note_profile(struct engagep_batch *batch, engage_str brand, engage_str name)
{
    struct engagep_account *account;
    int rc = note_account(batch, brand, name, &account);
    if (rc == ENGAGE_OK)
        account->decided = account->changed = 1;
    return rc;
}

static int read_objections(struct engagep_batch *batch)
{
    int rc = ENGAGE_OK;
    for (size_t i = 0; i < batch->account_count && rc == ENGAGE_OK; i++) {
        struct engagep_account *account = &batch->accounts[i];
        if (account->decided && !engagep_duty_is_nobody(account->account))
            rc = engagep_decision_objected(batch->tracker, account->brand, account->account,
                                           INT64_MAX, &account->objected, batch->error);
    }
    return rc;
}

static int note(struct engagep_batch *batch, engage_str brand,
                const struct engagep_decision *decision)
{
    struct engagep_account *account;
    int rc;
    switch (decision->type) {
    case ENGAGEP_DECISION_LINK:
        rc = note_link(batch, brand, decision->value);
        return rc == ENGAGE_OK ? note_link(batch, brand, decision->subject) : rc;
    case ENGAGEP_DECISION_UNLINK:
        return note_link(batch, brand, decision->subject);
    case ENGAGEP_DECISION_OBJECT:
    case ENGAGEP_DECISION_RESUME:
        return note_profile(batch, brand, decision->subject);
    case ENGAGEP_DECISION_WITHHOLD:
    case ENGAGEP_DECISION_RESTORE:
        return note_withheld(batch, brand, decision->subject, 0);
    case ENGAGEP_DECISION_WITHHOLD_POST:
    case ENGAGEP_DECISION_RESTORE_POST:
        return note_withheld(batch, brand, decision->subject, 1);
    case ENGAGEP_DECISION_CLAIM:
    case ENGAGEP_DECISION_DISMISS:
    case ENGAGEP_DECISION_RESOLVE:
        return ENGAGE_OK;
    default:
        rc = note_account(batch, brand, decision->subject, &account);
        if (rc == ENGAGE_OK)
            account->decided = 1;
        return rc;
    }
}

int engagep_decide_event(struct engagep_batch *batch, const engage_event *event,
                         enum engagep_role role, int stands)
{
    struct engagep_decision decision;
    if (!engagep_decision_of(event, role, &decision))
        return ENGAGE_OK;
    int rc = engagep_decision_write(batch->tracker, event->brand, &decision, stands, batch->error);
    return rc == ENGAGE_OK ? note(batch, event->brand, &decision) : rc;
}

/* An account that a decision is about is known, whether it was taken back after or before it
 * came: what is held of a person is found by it. */
static int take_decision(struct engagep_batch *batch, const struct engagep_item *item)
{
    const engage_event *event = &item->stored.event;
    return engagep_decide_event(batch, event, item->role,
                                item->stored.dead ? ENGAGEP_DECISION_TAKEN_BACK
                                                  : ENGAGEP_DECISION_STANDS);
}

/* --------------------------------------------------------------- withheld --- */

/* New events of an account, or of a post, that is withheld. What was said of an account is read
 * once, however many events it has. */
static int judge_items(struct engagep_batch *batch)
{
    enum { UNREAD = -1 };
    int rc = ENGAGE_OK;
    int *accounts = engagep_arena_array(&batch->tracker->lasting, batch->account_count + 1,
                                        sizeof(*accounts));
    if (accounts == NULL)
        return engagep_core_no_memory(batch->error);
    for (size_t i = 0; i < batch->account_count; i++)
        accounts[i] = UNREAD;
    for (size_t i = 0; i < batch->item_count && rc == ENGAGE_OK; i++) {
        struct engagep_item *item = &batch->items[i];
        if (!item->fresh || (batch->withheld == NULL && item->stored.dead))
            continue;
        int *withheld = &accounts[item->account];
        if (*withheld == UNREAD) {
            *withheld = 0;
            rc = engagep_decision_account_withheld(batch->tracker, item->stored.event.brand,
                                                   item->stored.event.actor, withheld,
                                                   batch->error);
        }
        if (rc == ENGAGE_OK)
            rc = engagep_undo_judge(batch, &item->stored, *withheld);
    }
    return rc;
}

static int judge_stored(struct engagep_batch *batch)
{
    static const engage_str anybody = {NULL, 0};
    int rc = ENGAGE_OK;
    for (const struct engagep_subject *subject = batch->withheld;
         subject != NULL && rc == ENGAGE_OK; subject = subject->next) {
        struct engagep_value prefix[] = {engagep_row_text(subject->brand),
                                         engagep_row_text(subject->name)};
        rc = engagep_undo_reconsider(batch, subject->is_post ? EVENT_BY_POST : EVENT_BY_ID, prefix,
                                     2, anybody);
    }
    return rc;
}

/* Where policy says so, nothing is heard of the time in which somebody objects but what takes
 * back: as far as decisions are known, so that batches may be cut anyhow. */
static int refuse_items(struct engagep_batch *batch)
{
    struct engagep_decision decision;
    int rc = ENGAGE_OK;
    for (size_t i = 0; i < batch->item_count && rc == ENGAGE_OK; i++) {
        struct engagep_item *item = &batch->items[i];
        const engage_event *event = &item->stored.event;
        int objected;
        if (!item->fresh || item->old != NULL || engagep_duty_is_nobody(event->actor) ||
            engagep_str_is(event->verb, "Undo") || engagep_str_is(event->verb, "Delete") ||
            engagep_decision_of(event, item->role, &decision))
            continue;
        rc = engagep_decision_objected(batch->tracker, event->brand, event->actor, event->time,
                                       &objected, batch->error);
        if (rc != ENGAGE_OK || !objected)
            continue;
        item->fresh = 0;
        batch->counts->applied--;
        rc = engagep_batch_refuse(batch, item->number, "its actor objects to being profiled");
    }
    return rc;
}

int engagep_decide(struct engagep_batch *batch)
{
    int any;
    int rc = ENGAGE_OK;
    size_t count = batch->traits & ENGAGEP_TRAIT_DECIDES ? batch->item_count : 0;
    for (size_t i = 0; i < count && rc == ENGAGE_OK; i++) {
        const struct engagep_item *item = &batch->items[i];
        if (!item->fresh)
            continue;
        if (item->old != NULL)
            rc = engagep_decide_event(
                batch, &item->old->event,
                engagep_thread_role(batch->tracker->policy, &item->old->event),
                ENGAGEP_DECISION_NEVER);
        if (rc == ENGAGE_OK)
            rc = take_decision(batch, item);
    }
    if (rc == ENGAGE_OK && batch->traits & (ENGAGEP_TRAIT_DECIDES | ENGAGEP_TRAIT_TAKES_BACK))
        rc = read_objections(batch);
    if (rc == ENGAGE_OK)
        rc = engagep_decision_any(batch->tracker, &any, batch->error);
    if (rc != ENGAGE_OK || (!any && batch->withheld == NULL))
        return rc;
    /* What was taken once, and is played again, stays. */
    if (batch->tracker->policy->numbers.refuse_objected && batch->tracker->heard == NULL)
        rc = refuse_items(batch);
    if (rc == ENGAGE_OK)
        rc = judge_items(batch);
    return rc == ENGAGE_OK ? judge_stored(batch) : rc;
}
