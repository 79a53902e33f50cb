/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Undo and Delete. Each leaves a tombstone that names an event or a post of the
 * same actor; what is named is dead, whichever came first, and its text is kept no
 * longer. An Undo or a Delete cannot be undone itself, so that no two can name each other.
 */
#include "base/time.h"
#include "track/batch.h"
#include "track/decision.h"

/* What a tombstone is for: which sort it is, and what it names. */
struct tombstone {
    int64_t verb; /* ENGAGEP_TOMBSTONE_ */
    engage_str named;
};

/* 1 where the event is one. */
static int tombstone_of(const engage_event *event, struct tombstone *out)
{
    static const struct tombstone none = {0, {NULL, 0}};
    *out = none;
    if (engagep_str_is(event->verb, "Undo")) {
        *out = (struct tombstone){ENGAGEP_TOMBSTONE_UNDO, event->target};
        return 1;
    }
    if (engagep_str_is(event->verb, "Delete")) {
        *out = (struct tombstone){ENGAGEP_TOMBSTONE_DELETE, event->object};
        return 1;
    }
    return 0;
}

/* ENGAGE_ROW where the actor has such a tombstone. */
static int has_tombstone(struct engagep_batch *batch, const engage_event *event, int64_t verb,
                         engage_str named)
{
    struct engagep_value prefix[] = {engagep_row_text(event->brand),
                                     engagep_row_text(event->actor), engagep_row_int(verb),
                                     engagep_row_text(named)};
    return engagep_core_any(batch->tracker, ENGAGEP_TOMBSTONE, prefix, 4, batch->error);
}

/* What was read in a text stays, and why something was decided stays with the decision. */
static void drop_text(struct engagep_batch *batch, struct engagep_stored *stored)
{
    engage_event *event = &stored->event;
    if ((event->text.size == 0 && event->html.size == 0) ||
        engagep_decision_decides(batch->tracker->policy, event))
        return;
    stored->signal.words = engagep_event_words(event);
    stored->signal.gone = 1;
    event->text = event->html = (engage_str){NULL, 0};
}

int engagep_undo_judge(struct engagep_batch *batch, struct engagep_stored *stored)
{
    struct tombstone tombstone;
    const engage_event *event = &stored->event;
    int withheld = 0;
    stored->dead = 0;
    if (tombstone_of(event, &tombstone))
        return ENGAGE_OK;
    int rc = has_tombstone(batch, event, ENGAGEP_TOMBSTONE_UNDO, event->id);
    if (rc == ENGAGE_OK && event->post.size > 0 && engagep_thread_is_post(event))
        rc = has_tombstone(batch, event, ENGAGEP_TOMBSTONE_DELETE, event->post);
    int taken_back = rc == ENGAGE_ROW;
    if (rc == ENGAGE_OK)
        rc = engagep_decision_withheld(batch->tracker, event, &withheld, batch->error);
    stored->dead = taken_back || withheld != 0;
    if (taken_back || withheld & ENGAGEP_WITHHELD_DELETED)
        drop_text(batch, stored);
    return rc == ENGAGE_ROW ? ENGAGE_OK : rc;
}

static int write_tombstone(struct engagep_batch *batch, const engage_event *event, int keep)
{
    struct tombstone tombstone;
    struct engagep_value row[TOMBSTONE_COLUMNS];
    tombstone_of(event, &tombstone);
    row[TOMBSTONE_BRAND] = engagep_row_text(event->brand);
    row[TOMBSTONE_ACTOR] = engagep_row_text(event->actor);
    row[TOMBSTONE_VERB] = engagep_row_int(tombstone.verb);
    row[TOMBSTONE_NAMED] = engagep_row_text(tombstone.named);
    row[TOMBSTONE_ID] = engagep_row_text(event->id);
    return keep ? engagep_core_put(batch->tracker, ENGAGEP_TOMBSTONE, row, batch->error)
                : engagep_core_remove(batch->tracker, ENGAGEP_TOMBSTONE, row, batch->error);
}

/* ------------------------------------------------- events in the store --- */

struct named {
    struct engagep_batch *batch;
    engage_str actor; /* absent: anybody's */
    struct engagep_row_events events;
};

static int keep_named(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct named *named = ctx;
    if (named->actor.size > 0 &&
        !engagep_str_equal(engagep_row_str(&row[EVENT_ACTOR]), named->actor))
        return ENGAGE_OK;
    return engagep_row_add_event(&named->events, &named->batch->tracker->lasting, row, error);
}

/* An event of the store that may have come to life, died, or lost its text. */
static int reconsider(struct engagep_batch *batch, struct engagep_stored *stored)
{
    int dead = stored->dead;
    int gone = stored->signal.gone;
    engage_event *event = &stored->event;
    if (engagep_batch_replaces(batch, event->brand, event->actor, event->id))
        return ENGAGE_OK; /* it is judged as what takes its place */
    int rc = engagep_undo_judge(batch, stored);
    int turned = dead != stored->dead;
    if (rc != ENGAGE_OK || (!turned && gone == stored->signal.gone))
        return rc;
    enum engagep_role role = engagep_thread_role(batch->tracker->policy, event);
    if (turned && stored->form == ENGAGEP_FORM_ACT)
        rc = stored->dead ? engagep_alone_lose(batch, stored)
                          : engagep_alone_gain(batch, stored, role);
    if (rc == ENGAGE_OK)
        rc = engagep_batch_put_event(batch, stored);
    if (rc != ENGAGE_OK || !turned)
        return rc;
    batch->counts->late += (uint64_t)(engagep_time_day(event->time) < batch->tracker->floor);
    size_t account;
    rc = engagep_batch_account(batch, event->brand, event->actor, &account);
    if (rc != ENGAGE_OK)
        return rc;
    batch->accounts[account].recount |= engagep_link_tells(event);
    if (stored->thread.size > 0 && stored->form == ENGAGEP_FORM_POST)
        return engagep_batch_part(batch, event->brand, stored->thread);
    if (stored->thread.size > 0)
        return engagep_batch_touch(batch, event->brand, stored->thread);
    return engagep_decide_event(batch, event, role, !stored->dead);
}

int engagep_undo_reconsider(struct engagep_batch *batch, size_t index,
                            const struct engagep_value *prefix, size_t columns, engage_str actor)
{
    struct named named = {batch, actor, {NULL, 0, 0}};
    int rc = engagep_core_scan(batch->tracker, ENGAGEP_EVENT, index, prefix, columns, keep_named,
                               &named, batch->error);
    for (size_t i = 0; i < named.events.count && rc == ENGAGE_OK; i++)
        rc = reconsider(batch, &named.events.list[i]);
    return rc;
}

static int reconsider_named(struct engagep_batch *batch, const engage_event *event)
{
    struct tombstone tombstone;
    tombstone_of(event, &tombstone);
    struct engagep_value prefix[3] = {engagep_row_text(event->brand),
                                      engagep_row_text(tombstone.named)};
    if (tombstone.verb == ENGAGEP_TOMBSTONE_DELETE)
        return engagep_undo_reconsider(batch, EVENT_BY_POST, prefix, 2, event->actor);
    prefix[1] = engagep_row_text(event->actor);
    prefix[2] = engagep_row_text(tombstone.named);
    return engagep_undo_reconsider(batch, EVENT_BY_ID, prefix, 3, event->actor);
}

int engagep_undo(struct engagep_batch *batch)
{
    struct tombstone tombstone;
    int rc = ENGAGE_OK;
    if (!(batch->traits & ENGAGEP_TRAIT_TAKES_BACK))
        return ENGAGE_OK;
    for (size_t i = 0; i < batch->item_count && rc == ENGAGE_OK; i++) {
        struct engagep_item *item = &batch->items[i];
        if (!item->fresh)
            continue;
        struct engagep_account *account = &batch->accounts[item->account];
        if (item->old != NULL && tombstone_of(&item->old->event, &tombstone)) {
            rc = write_tombstone(batch, &item->old->event, 0);
            account->tombstones--;
            account->undone = 1;
        }
        if (rc == ENGAGE_OK && tombstone_of(&item->stored.event, &tombstone)) {
            rc = write_tombstone(batch, &item->stored.event, 1);
            account->tombstones++;
            account->undone = 1;
        }
    }
    for (size_t i = 0; i < batch->item_count && rc == ENGAGE_OK; i++) {
        struct engagep_item *item = &batch->items[i];
        if (!item->fresh)
            continue;
        if (batch->accounts[item->account].tombstones > 0) {
            /* Where all had found theirs, only an event that went can change that. */
            batch->accounts[item->account].undone |= item->old != NULL;
            rc = engagep_undo_judge(batch, &item->stored);
        }
        if (rc == ENGAGE_OK && item->old != NULL &&
            tombstone_of(&item->old->event, &tombstone))
            rc = reconsider_named(batch, &item->old->event);
        if (rc == ENGAGE_OK && tombstone_of(&item->stored.event, &tombstone))
            rc = reconsider_named(batch, &item->stored.event);
    }
    return rc;
}
