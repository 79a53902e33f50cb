/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * From threads that changed to facts and episodes: what a thread gives now is held
 * against what the store has of it, and only the difference is written.
 */
#include "base/alloc.h"
#include "base/sort.h"
#include "base/time.h"
#include "track/batch.h"
#include "track/facts.h"

#include <string.h>

/* ----------------------------------------------------------------- facts --- */

/* The order of the facts' primary key. */
static int compare_facts(const void *a, const void *b)
{
    const struct engagep_emitted *left = a;
    const struct engagep_emitted *right = b;
    int order = engagep_str_compare(left->account, right->account);
    if (order == 0 && left->fact.day != right->fact.day)
        order = left->fact.day < right->fact.day ? -1 : 1;
    if (order == 0)
        order = engagep_str_compare(left->actor, right->actor);
    if (order == 0)
        order = engagep_str_compare(left->event, right->event);
    if (order == 0 && left->part != right->part)
        order = left->part < right->part ? -1 : 1;
    return order;
}

static int same_fact(const struct engagep_emitted *a, const struct engagep_emitted *b)
{
    const struct engagep_fact *x = &a->fact;
    const struct engagep_fact *y = &b->fact;
    return a->time == b->time && x->valence == y->valence && x->kind == y->kind &&
           x->count == y->count && x->parts == y->parts && x->flags == y->flags &&
           x->advocacy == y->advocacy && x->detraction == y->detraction &&
           x->person == y->person && x->object == y->object && x->content == y->content;
}

struct stored_facts {
    engage_tracker *tracker;
    struct engagep_emission emission;
};

static int keep_emitted(void *ctx, const struct engagep_emitted *fact, engage_error *error)
{
    struct stored_facts *stored = ctx;
    struct engagep_emission *emission = &stored->emission;
    struct engagep_arena *arena = engagep_core_keeper(stored->tracker, &stored->tracker->arena);
    void *list = emission->list;
    int rc = engagep_alloc_grow(&stored->tracker->allocator, &list, &emission->capacity,
                                emission->count + 1, sizeof(*emission->list));
    emission->list = list;
    if (rc != ENGAGE_OK)
        return engagep_core_no_memory(error);
    struct engagep_emitted *emitted = &emission->list[emission->count++];
    *emitted = *fact;
    if (engagep_row_keep(arena, &emitted->account) != ENGAGE_OK ||
        engagep_row_keep(arena, &emitted->actor) != ENGAGE_OK ||
        engagep_row_keep(arena, &emitted->event) != ENGAGE_OK ||
        engagep_row_keep(arena, &emitted->thread) != ENGAGE_OK)
        return engagep_core_no_memory(error);
    return ENGAGE_OK;
}

static int keep_fact(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct engagep_emitted emitted;
    memset(&emitted, 0, sizeof(emitted));
    engagep_row_to_fact(row, &emitted);
    return keep_emitted(ctx, &emitted, error);
}

static int gain(struct engagep_batch *batch, engage_str brand,
                const struct engagep_emitted *emitted)
{
    int rc = engagep_batch_put_fact(batch, brand, emitted);
    return rc == ENGAGE_OK ? engagep_batch_change(batch, brand, emitted, 1) : rc;
}

static int lose(struct engagep_batch *batch, engage_str brand,
                const struct engagep_emitted *emitted)
{
    int rc = engagep_batch_remove_fact(batch, brand, emitted);
    return rc == ENGAGE_OK ? engagep_batch_change(batch, brand, emitted, 0) : rc;
}

/* Both lists are in the order of their keys. */
static int write_facts(struct engagep_batch *batch, engage_str brand,
                       const struct engagep_emission *before, const struct engagep_emission *after)
{
    size_t i = 0;
    size_t j = 0;
    int rc = ENGAGE_OK;
    while (rc == ENGAGE_OK && (i < before->count || j < after->count)) {
        int order = i >= before->count ? 1
                    : j >= after->count
                        ? -1
                        : compare_facts(&before->list[i], &after->list[j]);
        if (order == 0 && same_fact(&before->list[i], &after->list[j])) {
            i++;
            j++;
            continue;
        }
        if (order <= 0)
            rc = lose(batch, brand, &before->list[i++]);
        if (order >= 0 && rc == ENGAGE_OK)
            rc = gain(batch, brand, &after->list[j++]);
    }
    return rc;
}

/* Takes away what the store has under the key of a fact, whatever it says. */
static int lose_stored(struct engagep_batch *batch, engage_str brand,
                       const struct engagep_emitted *emitted)
{
    struct engagep_value row[FACT_COLUMNS];
    struct engagep_emitted before;
    int rc = engagep_batch_get_fact(batch, brand, emitted, row);
    if (rc != ENGAGE_ROW)
        return rc == ENGAGE_DONE ? ENGAGE_OK : rc;
    engagep_row_to_fact(row, &before);
    before.account = emitted->account; /* what was read is lent; its key is the same */
    before.actor = emitted->actor;
    before.event = emitted->event;
    return lose(batch, brand, &before);
}

static int emit_alone(struct engagep_batch *batch, const struct engagep_member *member)
{
    struct engagep_member with_others;
    batch->emission.count = 0;
    if (engagep_emit_meets(&member->stored->event)) {
        with_others = *member;
        member = &with_others;
        int rc = engagep_person_strip(batch, &with_others);
        if (rc != ENGAGE_OK)
            return rc;
    }
    if (engagep_emit_alone(batch->tracker, member, &batch->emission) != ENGAGE_OK)
        return engagep_core_no_memory(batch->error);
    return engagep_object_filter(batch, member->stored->event.brand);
}

int engagep_resolve_gain(struct engagep_batch *batch, struct engagep_stored *stored,
                         enum engagep_role role)
{
    struct engagep_member member = {stored, stored->event.actor, role};
    struct engagep_emission *emission = &batch->emission;
    engage_str brand = stored->event.brand;
    int rc = emit_alone(batch, &member);
    if (rc != ENGAGE_OK)
        return rc;
    stored->gives = engagep_emit_gives(emission);
    if (stored->gives != 0)
        return engagep_batch_change(batch, brand, &emission->list[0], 1);
    for (size_t i = 0; i < emission->count && rc == ENGAGE_OK; i++)
        rc = gain(batch, brand, &emission->list[i]);
    return rc;
}

/* What an event gave when it came is what is taken away, also where another policy
 * would give something else now. */
int engagep_resolve_lose(struct engagep_batch *batch, struct engagep_stored *stored,
                         enum engagep_role role)
{
    struct engagep_member member = {stored, stored->event.actor, role};
    struct engagep_emission *emission = &batch->emission;
    engage_str brand = stored->event.brand;
    if (stored->gives != 0) {
        struct engagep_emitted own;
        engagep_emit_own(batch->tracker, stored, &own);
        stored->gives = 0;
        return engagep_batch_change(batch, brand, &own, 0);
    }
    int rc = emit_alone(batch, &member);
    for (size_t i = 0; i < emission->count && rc == ENGAGE_OK; i++)
        rc = lose_stored(batch, brand, &emission->list[i]);
    return rc;
}

/* Takes away facts of an account that a key is of; those that lie with their events are
 * still there. */
static int lose_facts(struct engagep_batch *batch, const struct engagep_value *key, size_t columns,
                      struct stored_facts *facts)
{
    engage_str brand = engagep_row_str(&key[FACT_BRAND]);
    int rc = engagep_facts_scan(batch->tracker, key, columns, keep_emitted, facts, batch->error);
    for (size_t i = 0; i < facts->emission.count && rc == ENGAGE_OK; i++) {
        const struct engagep_emitted *fact = &facts->emission.list[i];
        rc = fact->own ? engagep_batch_change(batch, brand, fact, 0) : lose(batch, brand, fact);
    }
    return rc;
}

static void end_facts(struct stored_facts *facts)
{
    engagep_emit_release(facts->tracker, &facts->emission);
    engagep_arena_reset(&facts->tracker->arena);
}

int engagep_resolve_forget(struct engagep_batch *batch, engage_str brand, engage_str account)
{
    struct engagep_value key[] = {engagep_row_text(brand), engagep_row_text(account)};
    struct stored_facts facts = {batch->tracker, {NULL, 0, 0}};
    int rc = lose_facts(batch, key, 2, &facts);
    for (size_t i = 0; i < facts.emission.count && rc == ENGAGE_OK; i++)
        if (facts.emission.list[i].own)
            rc = engagep_facts_strip(batch->tracker, brand, account, facts.emission.list[i].event,
                                     batch->error);
    end_facts(&facts);
    return rc;
}

int engagep_resolve_anew(struct engagep_batch *batch, struct engagep_stored *stored,
                         enum engagep_role role)
{
    const engage_event *event = &stored->event;
    engage_str accounts[] = {event->actor, event->target};
    int gave = stored->gives;
    int rc = ENGAGE_OK;
    for (size_t i = 0; i < 2 && rc == ENGAGE_OK; i++) {
        struct stored_facts facts = {batch->tracker, {NULL, 0, 0}};
        struct engagep_value key[] = {
            engagep_row_text(event->brand), engagep_row_text(accounts[i]),
            engagep_row_int(engagep_time_day(event->time)), engagep_row_text(event->actor),
            engagep_row_text(event->id)};
        int is_other = accounts[i].size > 0 && stored->thread.size == 0 &&
                       !engagep_str_equal(accounts[0], accounts[1]);
        if (i == 0 || is_other)
            rc = lose_facts(batch, key, 5, &facts);
        end_facts(&facts);
    }
    if (rc == ENGAGE_OK)
        rc = engagep_resolve_gain(batch, stored, role);
    return rc == ENGAGE_OK && stored->gives != gave ? engagep_batch_put_event(batch, stored) : rc;
}

int engagep_resolve_replaced(struct engagep_batch *batch, engage_str brand, engage_str thread)
{
    struct stored_facts facts = {batch->tracker, {NULL, 0, 0}};
    struct engagep_value prefix[] = {engagep_row_text(brand), engagep_row_text(thread)};
    int rc = engagep_core_scan(batch->tracker, ENGAGEP_FACT, FACT_BY_THREAD, prefix, 2, keep_fact,
                               &facts, batch->error);
    for (size_t i = 0; i < facts.emission.count && rc == ENGAGE_OK; i++) {
        const struct engagep_emitted *fact = &facts.emission.list[i];
        if (engagep_batch_replaces(batch, brand, fact->actor, fact->event))
            rc = lose(batch, brand, fact);
    }
    engagep_emit_release(batch->tracker, &facts.emission);
    engagep_arena_reset(&batch->tracker->arena);
    return rc;
}

/* -------------------------------------------------------------- episodes --- */

struct stored_episodes {
    engage_tracker *tracker;
    struct engagep_episodes episodes;
};

static int keep_episode(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct stored_episodes *stored = ctx;
    struct engagep_episodes *episodes = &stored->episodes;
    void *list = episodes->list;
    int rc = engagep_alloc_grow(&stored->tracker->allocator, &list, &episodes->capacity,
                                episodes->count + 1, sizeof(*episodes->list));
    episodes->list = list;
    if (rc != ENGAGE_OK)
        return engagep_core_no_memory(error);
    rc = engagep_episode_from_row(row,
                                  engagep_core_keeper(stored->tracker, &stored->tracker->arena),
                                  &episodes->list[episodes->count], error);
    episodes->count += rc == ENGAGE_OK;
    return rc;
}

static int compare_episodes(const void *a, const void *b)
{
    const struct engagep_episode *left = a;
    const struct engagep_episode *right = b;
    return engagep_str_compare(left->id, right->id);
}

static int is_open(const struct engagep_episode *episode)
{
    return engagep_episode_waits(episode, INT64_MAX);
}

static int write_episodes(struct engagep_batch *batch, engage_str brand,
                          const struct engagep_episodes *before,
                          const struct engagep_episodes *after)
{
    size_t i = 0;
    size_t j = 0;
    int rc = ENGAGE_OK;
    while (rc == ENGAGE_OK && (i < before->count || j < after->count)) {
        int order = i >= before->count  ? 1
                    : j >= after->count ? -1
                                        : compare_episodes(&before->list[i], &after->list[j]);
        const struct engagep_episode *old = order <= 0 ? &before->list[i++] : NULL;
        const struct engagep_episode *now = order >= 0 ? &after->list[j++] : NULL;
        int was_open = old != NULL && is_open(old);
        int now_open = now != NULL && is_open(now);
        batch->counts->opened += old == NULL;
        batch->counts->closed += (was_open || old == NULL) && !now_open;
        if (old != NULL && now != NULL && engagep_episode_same(old, now))
            continue; /* what another policy decided likewise stays as it was decided then */
        if (now == NULL) {
            struct engagep_value key[] = {engagep_row_text(brand), engagep_row_text(old->id)};
            rc = engagep_core_remove(batch->tracker, ENGAGEP_EPISODE, key, batch->error);
        } else {
            struct engagep_value row[EPISODE_COLUMNS];
            engagep_episode_to_row(brand, now, row);
            rc = engagep_core_put(batch->tracker, ENGAGEP_EPISODE, row, batch->error);
        }
    }
    return rc;
}

/* --------------------------------------------------------------- threads --- */

struct loading {
    engage_tracker *tracker;
    struct engagep_thread *thread;
    size_t capacity;
};

static struct engagep_member *add_member(struct loading *loading)
{
    struct engagep_thread *thread = loading->thread;
    struct engagep_member *list =
        engagep_arena_grow(&loading->tracker->arena, thread->members, thread->member_count,
                           &loading->capacity, sizeof(*list));
    if (list == NULL)
        return NULL;
    thread->members = list;
    struct engagep_member *member = &thread->members[thread->member_count++];
    memset(member, 0, sizeof(*member));
    return member;
}

static int keep_member(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct loading *loading = ctx;
    if (row[EVENT_DEAD].number != 0)
        return ENGAGE_OK;
    struct engagep_member *member = add_member(loading);
    struct engagep_arena *arena = engagep_core_keeper(loading->tracker, &loading->tracker->arena);
    struct engagep_stored *stored =
        engagep_arena_array(&loading->tracker->arena, 1, sizeof(*stored));
    if (member == NULL || stored == NULL)
        return engagep_core_no_memory(error);
    int rc = engagep_row_to_event(row, arena, stored, error);
    if (rc != ENGAGE_OK)
        return rc;
    member->stored = stored;
    member->role = engagep_thread_role(loading->tracker->policy, &member->stored->event);
    return ENGAGE_OK;
}

/* The whole thread, or its posts and the acts that just came. */
static int load_thread(struct engagep_batch *batch, const struct engagep_touched *touched,
                       struct engagep_thread *thread)
{
    struct loading loading = {batch->tracker, thread, 0};
    struct engagep_value prefix[] = {engagep_row_text(thread->brand),
                                     engagep_row_text(thread->id),
                                     engagep_row_int(ENGAGEP_FORM_POST)};
    int rc = engagep_core_scan(batch->tracker, ENGAGEP_EVENT, EVENT_BY_THREAD, prefix, 3,
                               keep_member, &loading, batch->error);
    prefix[2] = engagep_row_int(ENGAGEP_FORM_ACT);
    if (rc == ENGAGE_OK && touched->whole)
        rc = engagep_core_scan(batch->tracker, ENGAGEP_EVENT, EVENT_BY_THREAD, prefix, 3,
                               keep_member, &loading, batch->error);
    size_t act = touched->whole ? ENGAGEP_NO_POST : touched->last_act;
    for (; act != ENGAGEP_NO_POST && rc == ENGAGE_OK; act = batch->items[act].next_act) {
        struct engagep_member *member = add_member(&loading);
        if (member == NULL)
            return engagep_core_no_memory(batch->error);
        member->stored = &batch->items[act].stored;
        member->role = batch->items[act].role;
    }
    for (size_t i = 0; i < thread->member_count && rc == ENGAGE_OK; i++) {
        size_t account;
        struct engagep_member *member = &thread->members[i];
        rc = engagep_batch_account(batch, thread->brand, member->stored->event.actor, &account);
        if (rc == ENGAGE_OK)
            member->person = batch->accounts[account].customer;
        if (rc == ENGAGE_OK && member->stored->event.to.size > 0)
            rc = engagep_person_strip(batch, member);
    }
    return rc;
}

/* What acts give is added to what the store has; a help that they are the first to
 * acknowledge takes the place of what it was. */
static int add_acts(struct engagep_batch *batch, engage_str brand)
{
    int rc = ENGAGE_OK;
    for (size_t i = 0; i < batch->emission.count && rc == ENGAGE_OK; i++) {
        rc = lose_stored(batch, brand, &batch->emission.list[i]);
        if (rc == ENGAGE_OK)
            rc = gain(batch, brand, &batch->emission.list[i]);
    }
    return rc;
}

static int write_thread(struct engagep_batch *batch, struct engagep_thread *thread, int is_new)
{
    engage_tracker *tracker = batch->tracker;
    struct engagep_value prefix[] = {engagep_row_text(thread->brand),
                                     engagep_row_text(thread->id)};
    struct stored_facts facts = {tracker, {NULL, 0, 0}};
    struct stored_episodes episodes = {tracker, {NULL, 0, 0}};
    int rc = ENGAGE_OK;
    if (!is_new)
        rc = engagep_core_scan(tracker, ENGAGEP_FACT, FACT_BY_THREAD, prefix, 2, keep_fact, &facts,
                               batch->error);
    if (rc == ENGAGE_OK && !is_new)
        rc = engagep_core_scan(tracker, ENGAGEP_EPISODE, EPISODE_BY_THREAD, prefix, 2, keep_episode,
                               &episodes, batch->error);
    if (rc == ENGAGE_OK) {
        engagep_sort(facts.emission.list, facts.emission.count, sizeof(*facts.emission.list),
                     compare_facts);
        engagep_sort(batch->emission.list, batch->emission.count, sizeof(*batch->emission.list),
                     compare_facts);
        engagep_sort(batch->episodes.list, batch->episodes.count, sizeof(*batch->episodes.list),
                     compare_episodes);
        rc = write_facts(batch, thread->brand, &facts.emission, &batch->emission);
    }
    if (rc == ENGAGE_OK)
        rc = write_episodes(batch, thread->brand, &episodes.episodes, &batch->episodes);
    engagep_emit_release(tracker, &facts.emission);
    engagep_episode_release(tracker, &episodes.episodes);
    return rc;
}

static int read_whole(struct engagep_batch *batch, struct engagep_thread *thread)
{
    engagep_emit_kinds(thread);
    int rc = engagep_episode_find(batch->tracker, thread, &batch->episodes);
    return rc == ENGAGE_OK ? engagep_emit_thread(batch->tracker, thread, &batch->emission) : rc;
}

/* These acts change no episode; those of a thread matter where a help is acknowledged. */
static int read_acts(struct engagep_batch *batch, struct engagep_thread *thread)
{
    engagep_emit_kinds(thread);
    int rc = engagep_emit_credits(batch->tracker, thread, &batch->emission);
    return rc == ENGAGE_OK ? engagep_emit_acknowledged(batch->tracker, thread, &batch->emission)
                           : rc;
}

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
    if (rc == ENGAGE_ROW)
        out->credits = row[FACT_KIND].number == ENGAGEP_KIND_HELP ||
                       row[FACT_KIND].number == ENGAGEP_KIND_SUGGESTION;
    else if (fact.fact.day < batch->tracker->floor)
        out->credits = 1; /* its fact is no longer held */
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

/* Most acts are credits to nobody: then their thread need not be read. Where one gives
 * thanks for an answer, the whole of it is. */
static int weigh_acts(struct engagep_batch *batch, struct engagep_touched *touched, int *read)
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

static int resolve_posts(struct engagep_batch *batch, const struct engagep_touched *touched)
{
    engage_tracker *tracker = batch->tracker;
    struct engagep_thread thread = {0};
    thread.brand = touched->brand;
    thread.id = touched->thread;
    engagep_arena_reset(&tracker->arena);
    batch->emission.count = 0;
    batch->episodes.count = 0;
    int rc = load_thread(batch, touched, &thread);
    if (rc != ENGAGE_OK)
        return rc;
    rc = engagep_thread_build(tracker, &thread);
    if (rc == ENGAGE_OK)
        rc = touched->whole ? read_whole(batch, &thread) : read_acts(batch, &thread);
    engagep_thread_release(&thread);
    if (rc != ENGAGE_OK)
        return engagep_core_no_memory(batch->error);
    rc = engagep_object_filter(batch, thread.brand);
    if (rc != ENGAGE_OK)
        return rc;
    return touched->whole ? write_thread(batch, &thread, engagep_weave_is_new(batch, touched))
                          : add_acts(batch, thread.brand);
}

static int resolve_thread(struct engagep_batch *batch, struct engagep_touched *touched)
{
    int read = touched->whole;
    int rc = read ? ENGAGE_OK : weigh_acts(batch, touched, &read);
    return rc == ENGAGE_OK && read ? resolve_posts(batch, touched) : rc;
}

int engagep_resolve(struct engagep_batch *batch)
{
    int rc = ENGAGE_OK;
    for (size_t i = 0; i < batch->thread_count && rc == ENGAGE_OK; i++)
        rc = resolve_thread(batch, &batch->threads[i]);
    engagep_arena_reset(&batch->tracker->arena);
    return rc;
}
