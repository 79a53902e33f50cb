/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Acts that came to a thread. Most are credits to nobody: then their thread need not be
 * read. Where one gives thanks for an answer, the whole of it is.
 */
#include "base/time.h"
#include "track/batch.h"

/* The first Create of a post that stands. */
struct author {
    const engage_policy *policy;
    struct engagep_arena *arena;
    int64_t time;
    engage_str actor;
    engage_str event; /* empty: there is none */
    int answers;      /* it is a reply of the brand's staff */
};

static int find_author(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct author *author = ctx;
    engage_str actor = engagep_row_str(&row[EVENT_ACTOR]);
    engage_str event = engagep_row_str(&row[EVENT_ID]);
    int64_t time = row[EVENT_TIME].number;
    if (row[EVENT_DEAD].number != 0 || !engagep_str_is(engagep_row_str(&row[EVENT_VERB]), "Create"))
        return ENGAGE_OK;
    if (author->event.size > 0) {
        int order = time < author->time ? -1 : time > author->time;
        if (order == 0)
            order = engagep_str_compare(actor, author->actor);
        if (order == 0)
            order = engagep_str_compare(event, author->event);
        if (order >= 0)
            return ENGAGE_OK;
    }
    engage_event written = {.brand = engagep_row_str(&row[EVENT_BRAND]),
                            .actor = actor,
                            .role = engagep_row_str(&row[EVENT_ROLE])};
    author->time = time;
    author->actor = actor;
    author->event = event;
    author->answers = row[EVENT_IN_REPLY_TO].type != ENGAGEP_NULL &&
                      engagep_thread_role(author->policy, &written) == ENGAGEP_STAFF_ROLE;
    if (engagep_row_keep(author->arena, &author->actor) != ENGAGE_OK ||
        engagep_row_keep(author->arena, &author->event) != ENGAGE_OK)
        return engagep_core_no_memory(error);
    return ENGAGE_OK;
}

/* What acts may be more than their own facts, by the post that they are done to. */
struct weight {
    int credits; /* to its author: a help is thanked for, a suggestion is backed */
    int answers; /* thanks for it, from whom it answers, end a wait */
};

/* What a post is, its fact tells; without one it is neither help nor suggestion. */
static int weigh_post(struct engagep_batch *batch, engage_str brand, engage_str post,
                      struct weight *out)
{
    struct engagep_arena *arena = engagep_core_keeper(batch->tracker, &batch->tracker->arena);
    struct author author = {.policy = batch->tracker->policy, .arena = arena};
    struct engagep_value prefix[] = {engagep_row_text(brand), engagep_row_text(post)};
    struct engagep_value row[FACT_COLUMNS];
    struct engagep_emitted fact = {0};
    *out = (struct weight){0, 0};
    int rc = engagep_core_scan(batch->tracker, ENGAGEP_EVENT, EVENT_BY_POST, prefix, 2, find_author,
                               &author, batch->error);
    if (rc != ENGAGE_OK || author.event.size == 0)
        return rc;
    out->answers = author.answers;
    fact.account = fact.actor = author.actor;
    fact.event = author.event;
    fact.fact.day = (int32_t)engagep_time_day(author.time);
    rc = engagep_batch_get_fact(batch, brand, &fact, row);
    if (rc == ENGAGE_ROW) {
        int helps = row[FACT_KIND].number == ENGAGEP_KIND_HELP;
        out->credits = helps || row[FACT_KIND].number == ENGAGEP_KIND_SUGGESTION;
        out->answers |= helps;
    } else if (fact.fact.day < batch->tracker->floor) {
        out->credits = out->answers = 1; /* its fact is no longer held */
    }
    return rc < 0 ? rc : ENGAGE_OK;
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
