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
#include "track/map.h"

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

/* What was decided stands, whatever becomes of the account that said so. */
static int can_be_withheld(struct engagep_batch *batch, const engage_event *event)
{
    return !engagep_decision_decides(batch->tracker->policy, event);
}

int engagep_undo_judge(struct engagep_batch *batch, struct engagep_stored *stored,
                              int withheld)
{
    struct tombstone tombstone;
    const engage_event *event = &stored->event;
    stored->dead = 0;
    if (tombstone_of(event, &tombstone))
        return ENGAGE_OK;
    int is_post = event->post.size > 0 && engagep_thread_is_post(event);
    int rc = has_tombstone(batch, event, ENGAGEP_TOMBSTONE_UNDO, event->id);
    if (rc == ENGAGE_OK && is_post)
        rc = has_tombstone(batch, event, ENGAGEP_TOMBSTONE_DELETE, event->post);
    int taken_back = rc == ENGAGE_ROW;
    if (!can_be_withheld(batch, event))
        withheld = 0;
    else if (rc == ENGAGE_OK && is_post)
        rc = engagep_decision_post_withheld(batch->tracker, event->brand, event->post, &withheld,
                                            batch->error);
    stored->dead = taken_back || withheld & ENGAGEP_WITHHELD;
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

/* What is withheld of the account that was asked for last. */
struct asked {
    engage_str account; /* empty: none was */
    int withheld;
};

static int ask(struct engagep_batch *batch, const engage_event *event, struct asked *asked)
{
    if (engagep_str_equal(asked->account, event->actor))
        return ENGAGE_OK;
    *asked = (struct asked){event->actor, 0};
    return engagep_decision_account_withheld(batch->tracker, event->brand, event->actor,
                                             &asked->withheld, batch->error);
}

/* An event of the store that may have come to life, died, or lost its text. */
static int reconsider(struct engagep_batch *batch, struct engagep_stored *stored,
                      struct asked *asked)
{
    int dead = stored->dead;
    int gone = stored->signal.gone;
    engage_event *event = &stored->event;
    if (engagep_batch_replaces(batch, event->brand, event->actor, event->id))
        return ENGAGE_OK; /* it is judged as what takes its place */
    int rc = ask(batch, event, asked);
    if (rc == ENGAGE_OK)
        rc = engagep_undo_judge(batch, stored, asked->withheld);
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
    return engagep_decide_event(batch, event, role,
                                stored->dead ? ENGAGEP_DECISION_TAKEN_BACK
                                             : ENGAGEP_DECISION_STANDS);
}

int engagep_undo_reconsider(struct engagep_batch *batch, size_t index,
                            const struct engagep_value *prefix, size_t columns, engage_str actor)
{
    struct named named = {batch, actor, {NULL, 0, 0}};
    struct asked asked = {{NULL, 0}, 0};
    int rc = engagep_core_scan(batch->tracker, ENGAGEP_EVENT, index, prefix, columns, keep_named,
                               &named, batch->error);
    for (size_t i = 0; i < named.events.count && rc == ENGAGE_OK; i++)
        rc = reconsider(batch, &named.events.list[i], &asked);
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

/* ---------------------------------------------- what nobody found yet --- */

struct counting {
    struct engagep_batch *batch;
    int sign;
    struct engagep_map done; /* what was named, each once */
};

static int same_actor(void *ctx, const struct engagep_value *row, engage_error *error)
{
    const engage_str *actor = ctx;
    (void)error;
    return engagep_str_equal(engagep_row_str(&row[EVENT_ACTOR]), *actor) ? ENGAGE_ROW : ENGAGE_OK;
}

/* ENGAGE_ROW where the account has the event or post that a tombstone of it names. */
static int is_found(struct engagep_batch *batch, const struct engagep_account *account,
                    int64_t verb, engage_str named)
{
    engage_str actor = account->account;
    struct engagep_value key[] = {engagep_row_text(account->brand), engagep_row_text(named),
                                  engagep_row_text(named)};
    if (verb == ENGAGEP_TOMBSTONE_DELETE)
        return engagep_core_scan(batch->tracker, ENGAGEP_EVENT, EVENT_BY_POST, key, 2, same_actor,
                                 &actor, batch->error);
    key[1] = engagep_row_text(actor);
    return engagep_core_any(batch->tracker, ENGAGEP_EVENT, key, 3, batch->error);
}

static int count_row(void *ctx, const struct engagep_value *row, engage_error *error)
{
    int64_t *count = ctx;
    (void)row;
    (void)error;
    ++*count;
    return ENGAGE_OK;
}

/* 1 where a name was counted already, ENGAGE_OK where it is now, or a failure. */
static int is_counted(struct counting *counting, const struct engagep_account *account,
                      struct tombstone tombstone)
{
    static const char marks[] = {[ENGAGEP_TOMBSTONE_UNDO] = 'u', [ENGAGEP_TOMBSTONE_DELETE] = 'd'};
    struct engagep_batch *batch = counting->batch;
    engage_str rest = engagep_batch_key(batch, account->account, tombstone.named);
    engage_str key = rest.data != NULL ? engagep_batch_key(batch, account->brand, rest) : rest;
    engage_str mark = {&marks[tombstone.verb], 1};
    key = key.data != NULL ? engagep_batch_key(batch, mark, key) : key;
    size_t *at = key.data != NULL ? engagep_map_at(&counting->done, key) : NULL;
    if (at == NULL)
        return engagep_core_no_memory(batch->error);
    if (*at != ENGAGEP_MAP_NONE)
        return 1;
    *at = 0;
    return ENGAGE_OK;
}

/* Adds the tombstones that name one thing, where it is nowhere, to what their account has open. */
static int count_named(struct counting *counting, size_t number, struct tombstone tombstone)
{
    struct engagep_batch *batch = counting->batch;
    struct engagep_account *account = &batch->accounts[number];
    struct engagep_value prefix[] = {engagep_row_text(account->brand),
                                     engagep_row_text(account->account),
                                     engagep_row_int(tombstone.verb),
                                     engagep_row_text(tombstone.named)};
    int64_t count = 0;
    if (tombstone.named.size == 0 || account->tombstones == 0)
        return ENGAGE_OK;
    int rc = is_counted(counting, account, tombstone);
    if (rc != ENGAGE_OK)
        return rc < 0 ? rc : ENGAGE_OK;
    rc = is_found(batch, account, tombstone.verb, tombstone.named);
    if (rc != ENGAGE_OK)
        return rc == ENGAGE_ROW ? ENGAGE_OK : rc;
    rc = engagep_core_scan(batch->tracker, ENGAGEP_TOMBSTONE, 0, prefix, 4, count_row, &count,
                           batch->error);
    account->open_undo += counting->sign * count;
    account->changed |= count > 0;
    return rc;
}

/* What an event is called, what it posts, and what it names as a tombstone. */
static int count_event(struct counting *counting, size_t account, const engage_event *event)
{
    struct tombstone tombstone;
    int rc = count_named(counting, account,
                         (struct tombstone){ENGAGEP_TOMBSTONE_UNDO, event->id});
    if (rc == ENGAGE_OK)
        rc = count_named(counting, account,
                         (struct tombstone){ENGAGEP_TOMBSTONE_DELETE, event->post});
    return rc == ENGAGE_OK && tombstone_of(event, &tombstone)
               ? count_named(counting, account, tombstone)
               : rc;
}

int engagep_undo_count(struct engagep_batch *batch, int sign)
{
    struct counting counting = {.batch = batch, .sign = sign};
    int rc = ENGAGE_OK;
    if (!(batch->traits & ENGAGEP_TRAIT_TAKES_BACK))
        return ENGAGE_OK;
    engagep_map_init(&counting.done, &batch->tracker->allocator, batch->tracker->secret);
    for (size_t i = 0; i < batch->item_count && rc == ENGAGE_OK; i++) {
        const struct engagep_item *item = &batch->items[i];
        if (!item->fresh)
            continue;
        rc = count_event(&counting, item->account, &item->stored.event);
        if (rc == ENGAGE_OK && item->old != NULL)
            rc = count_event(&counting, item->account, &item->old->event);
    }
    engagep_map_release(&counting.done);
    return rc;
}

int engagep_undo(struct engagep_batch *batch)
{
    struct tombstone tombstone;
    int rc = ENGAGE_OK;
    if (!(batch->traits & ENGAGEP_TRAIT_TAKES_BACK))
        return ENGAGE_OK;
    rc = engagep_undo_count(batch, -1);
    for (size_t i = 0; i < batch->item_count && rc == ENGAGE_OK; i++) {
        struct engagep_item *item = &batch->items[i];
        if (!item->fresh)
            continue;
        struct engagep_account *account = &batch->accounts[item->account];
        if (item->old != NULL && tombstone_of(&item->old->event, &tombstone)) {
            rc = write_tombstone(batch, &item->old->event, 0);
            account->tombstones--;
            account->changed = 1;
        }
        if (rc == ENGAGE_OK && tombstone_of(&item->stored.event, &tombstone)) {
            rc = write_tombstone(batch, &item->stored.event, 1);
            account->tombstones++;
            account->changed = 1; /* nothing else of it may: what it deleted gave no fact */
        }
    }
    for (size_t i = 0; i < batch->item_count && rc == ENGAGE_OK; i++) {
        struct engagep_item *item = &batch->items[i];
        if (!item->fresh)
            continue;
        /* What is withheld is looked at when decisions are known. */
        if (batch->accounts[item->account].tombstones > 0)
            rc = engagep_undo_judge(batch, &item->stored, 0);
        if (rc == ENGAGE_OK && item->old != NULL &&
            tombstone_of(&item->old->event, &tombstone))
            rc = reconsider_named(batch, &item->old->event);
        if (rc == ENGAGE_OK && tombstone_of(&item->stored.event, &tombstone))
            rc = reconsider_named(batch, &item->stored.event);
    }
    return rc;
}
