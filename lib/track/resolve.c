/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * From threads that changed to facts and episodes: what a thread gives now is held
 * against what the store has of it, and only the difference is written.
 */
#include "base/alloc.h"
#include "base/sort.h"
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
            rc = engagep_batch_lose(batch, brand, &before->list[i++]);
        if (order >= 0 && rc == ENGAGE_OK)
            rc = engagep_batch_gain(batch, brand, &after->list[j++]);
    }
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
        if (rc == ENGAGE_OK)
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
        rc = engagep_batch_lose_stored(batch, brand, &batch->emission.list[i]);
        if (rc == ENGAGE_OK)
            rc = engagep_batch_gain(batch, brand, &batch->emission.list[i]);
    }
    return rc;
}

static int write_thread(struct engagep_batch *batch, struct engagep_thread *thread, int is_new)
{
    engage_tracker *tracker = batch->tracker;
    struct engagep_value prefix[] = {engagep_row_text(thread->brand),
                                     engagep_row_text(thread->id)};
    struct engagep_facts_kept facts = {tracker, {NULL, 0, 0}};
    struct stored_episodes episodes = {tracker, {NULL, 0, 0}};
    int rc = ENGAGE_OK;
    if (!is_new)
        rc = engagep_facts_of_thread(&facts, thread->brand, thread->id, batch->error);
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
    int rc = read ? ENGAGE_OK : engagep_weigh_acts(batch, touched, &read);
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
