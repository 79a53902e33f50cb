/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Acts that came to a thread. Most are credits to nobody: then their thread need not be
 * read. Where one gives thanks for an answer, the whole of it is.
 */
#include "base/time.h"
#include "track/batch.h"
#include "track/decision.h"
#include "track/duty.h"
#include "track/post.h"

/* What acts may be more than their own facts, by the post that they are done to. */
struct weight {
    int credits; /* to its author: a help is thanked for, a suggestion is backed */
    int answers; /* thanks for it, from whom it answers, end a wait */
};

/* Whoever objects has no facts, and what they did may still be a help. */
static int is_objecting(struct engagep_batch *batch, engage_str brand, engage_str account, int *out)
{
    size_t number;
    int any;
    *out = engagep_duty_is_nobody(account);
    int rc = engagep_decision_any(batch->tracker, &any, batch->error);
    if (rc != ENGAGE_OK || *out || !any)
        return rc;
    rc = engagep_batch_find(batch, brand, account, &number);
    if (rc == ENGAGE_OK && number != ENGAGEP_KEYS_NONE)
        *out = batch->accounts[number].objected;
    return rc;
}

/* What a post is, its fact tells; without one it is neither help nor suggestion, unless its fact
 * is not held. */
static int weigh_post(struct engagep_batch *batch, engage_str brand, engage_str post,
                      struct weight *out)
{
    engage_tracker *tracker = batch->tracker;
    struct engagep_author author;
    struct engagep_value row[FACT_COLUMNS];
    struct engagep_emitted fact = {0};
    *out = (struct weight){0, 0};
    int rc = engagep_post_author(tracker, brand, post, INT64_MAX,
                                 engagep_core_keeper(tracker, &tracker->arena), &author,
                                 batch->error);
    if (rc != ENGAGE_OK || author.event.size == 0)
        return rc;
    out->answers = author.replies &&
                   engagep_post_role(tracker->policy, brand, &author) == ENGAGEP_STAFF_ROLE;
    fact.account = fact.actor = author.actor;
    fact.event = author.event;
    fact.fact.day = (int32_t)engagep_time_day(author.time);
    rc = engagep_batch_get_fact(batch, brand, &fact, row);
    if (rc < 0)
        return rc;
    if (rc == ENGAGE_ROW) {
        int helps = row[FACT_KIND].number == ENGAGEP_KIND_HELP;
        out->credits = helps || row[FACT_KIND].number == ENGAGEP_KIND_SUGGESTION;
        out->answers |= helps;
    } else if (fact.fact.day < tracker->floor) {
        out->credits = out->answers = 1;
    } else if (!out->answers) {
        return is_objecting(batch, brand, author.actor, &out->answers);
    }
    return ENGAGE_OK;
}

/* Whether somebody waits, or waited, in a thread. */
struct asking {
    struct engagep_batch *batch;
    engage_str thread;
};

static int find_asked(void *ctx, const struct engagep_value *row, engage_error *error)
{
    const struct asking *asking = ctx;
    (void)error;
    return engagep_str_equal(engagep_row_str(&row[EPISODE_THREAD]), asking->thread) ? ENGAGE_ROW
                                                                                   : ENGAGE_OK;
}

static int find_asker(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct asking *asking = ctx;
    return engagep_core_scan(asking->batch->tracker, ENGAGEP_EPISODE, EPISODE_BY_ACCOUNT, row, 2,
                             find_asked, asking, error);
}

/* ENGAGE_ROW where the one who acts has asked in the thread, by any account. */
static int has_asked(struct engagep_batch *batch, const struct engagep_touched *touched,
                     const struct engagep_item *item)
{
    struct asking asking = {batch, touched->thread};
    const struct engagep_account *account = &batch->accounts[item->account];
    struct engagep_value prefix[] = {engagep_row_text(touched->brand),
                                     engagep_row_text(account->customer)};
    int alone;
    int rc = engagep_batch_is_alone(batch, account, &alone);
    if (rc != ENGAGE_OK)
        return rc;
    if (alone)
        return find_asker(&asking, prefix, batch->error);
    return engagep_core_scan(batch->tracker, ENGAGEP_ACCOUNT, ACCOUNT_BY_CUSTOMER, prefix, 2,
                             find_asker, &asking, batch->error);
}

int engagep_weigh_acts(struct engagep_batch *batch, struct engagep_touched *touched, int *read)
{
    engage_str last = {NULL, 0};
    struct weight weight = {0, 0};
    int rc = ENGAGE_OK;
    *read = 0;
    engagep_arena_reset(&batch->tracker->arena);
    for (size_t act = touched->last_act;
         act != ENGAGEP_NO_POST && rc == ENGAGE_OK && !touched->whole;
         act = batch->items[act].next_act) {
        const struct engagep_item *item = &batch->items[act];
        engage_str post = item->stored.event.object;
        int accepts = item->role == ENGAGEP_CUSTOMER_ROLE &&
                      engagep_emit_accepts(item->stored.event.verb);
        if (post.size == 0 || (*read && !accepts))
            continue;
        if (!engagep_str_equal(post, last))
            rc = weigh_post(batch, touched->brand, post, &weight);
        last = post;
        *read |= weight.credits;
        if (rc == ENGAGE_OK && weight.answers && accepts) {
            rc = has_asked(batch, touched, item);
            touched->whole = rc == ENGAGE_ROW;
        }
    }
    *read |= touched->whole;
    return rc < 0 ? rc : ENGAGE_OK;
}
