/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Threads. Posts hang together by replies, quotes, a conversation that they name,
 * and acts done to them; a thread is all that hangs together, and is named by its
 * smallest post id. A late parent makes one thread of several; a post that is taken
 * back, or gives way to another of its id, holds nothing together any more.
 */
#include "base/alloc.h"
#include "base/prefetch.h"
#include "track/batch.h"
#include "track/facts.h"

#include <string.h>

/* ----------------------------------------------------------------- nodes --- */

static size_t head_of(struct engagep_batch *batch, size_t node)
{
    struct engagep_node *nodes = batch->nodes;
    while (nodes[node].up != node) {
        nodes[node].up = nodes[nodes[node].up].up;
        node = nodes[node].up;
    }
    return node;
}

static void join(struct engagep_batch *batch, size_t a, size_t b)
{
    a = head_of(batch, a);
    b = head_of(batch, b);
    if (a == b)
        return;
    int known = batch->nodes[a].known || batch->nodes[b].known;
    size_t head = engagep_str_compare(batch->nodes[a].post, batch->nodes[b].post) < 0 ? a : b;
    batch->nodes[a].up = batch->nodes[b].up = head;
    batch->nodes[head].known = known;
}

/* The node of a post, or ENGAGEP_KEYS_NONE. */
static size_t node_of(const struct engagep_batch *batch, engage_str brand, engage_str post)
{
    uint32_t hash;
    struct engagep_key key = {brand, post, {NULL, 0}};
    return engagep_keys_find(&batch->by_node, batch->nodes, &key, &hash);
}

static int add_node(struct engagep_batch *batch, engage_str brand, engage_str post, size_t *out,
                    int *fresh)
{
    uint32_t hash;
    struct engagep_key key = {brand, post, {NULL, 0}};
    void *list = batch->nodes;
    *out = engagep_keys_find(&batch->by_node, batch->nodes, &key, &hash);
    *fresh = *out == ENGAGEP_KEYS_NONE;
    if (!*fresh)
        return ENGAGE_OK;
    engage_str kept = engagep_batch_key(batch, brand, post);
    int rc = kept.data != NULL
                 ? engagep_alloc_grow(&batch->tracker->allocator, &list, &batch->node_capacity,
                                      batch->node_count + 1, sizeof(*batch->nodes))
                 : ENGAGE_ENOMEM;
    batch->nodes = list;
    if (rc == ENGAGE_OK)
        rc = engagep_keys_reserve(&batch->by_node, batch->node_count + 1);
    if (rc != ENGAGE_OK)
        return engagep_core_no_memory(batch->error);
    *out = batch->node_count++;
    batch->nodes[*out] = (struct engagep_node){
        {kept.data, brand.size}, {kept.data + brand.size + 1, post.size}, *out, 0, 0, 0};
    engagep_keys_add(&batch->by_node, hash, *out);
    return ENGAGE_OK;
}

/* The node of a post, joined with the thread that the store has it in. */
static int find_node(struct engagep_batch *batch, engage_str brand, engage_str post, size_t *out)
{
    int fresh;
    size_t thread;
    int rc = add_node(batch, brand, post, out, &fresh);
    if (rc != ENGAGE_OK || !fresh)
        return rc;
    struct engagep_value key[] = {engagep_row_text(brand), engagep_row_text(post)};
    struct engagep_value row[POST_COLUMNS];
    rc = engagep_core_get(batch->tracker, ENGAGEP_POST, key, row, batch->error);
    if (rc != ENGAGE_ROW)
        return rc == ENGAGE_DONE ? ENGAGE_OK : rc;
    batch->nodes[*out].stored = 1;
    batch->nodes[*out].known = 1;
    rc = add_node(batch, brand, engagep_row_str(&row[POST_THREAD]), &thread, &fresh);
    if (rc != ENGAGE_OK)
        return rc;
    batch->nodes[thread].stored = 1;
    batch->nodes[thread].thread = 1;
    join(batch, *out, thread);
    return ENGAGE_OK;
}

/* The posts that an event names, the one where it belongs first; of one that speaks for
 * itself none. What is dead stays where it was put and joins nothing. */
enum { NAMED = 4 };

static int name_posts(struct engagep_batch *batch, const struct engagep_stored *stored,
                      engage_str named[NAMED])
{
    const engage_event *event = &stored->event;
    memset(named, 0, NAMED * sizeof(*named));
    if (engagep_str_is(event->verb, "Create")) {
        if (engagep_thread_post_id(&batch->tracker->lasting, event, &named[0]) != ENGAGE_OK)
            return engagep_core_no_memory(batch->error);
        if (stored->dead)
            return ENGAGE_OK;
        named[1] = event->in_reply_to;
        named[2] = event->quote_of;
        named[3] = event->conversation;
    } else if (engagep_thread_is_post(event)) {
        named[0] = event->post;
    } else if (engagep_emit_hangs(event->verb)) {
        named[0] = event->object;
    }
    return ENGAGE_OK;
}

/* Joins what an event names. Where it belongs, or ENGAGEP_NO_POST, comes out. */
static int place(struct engagep_batch *batch, const struct engagep_stored *stored, size_t *out)
{
    engage_str named[NAMED];
    int rc = name_posts(batch, stored, named);
    *out = ENGAGEP_NO_POST;
    for (int i = 0; i < NAMED && rc == ENGAGE_OK; i++) {
        size_t node;
        if (named[i].size == 0)
            continue;
        rc = find_node(batch, stored->event.brand, named[i], &node);
        if (rc != ENGAGE_OK)
            return rc;
        if (*out == ENGAGEP_NO_POST)
            *out = node;
        join(batch, *out, node);
    }
    return rc;
}

int engagep_weave_post(struct engagep_batch *batch, const struct engagep_stored *stored,
                       engage_str *out)
{
    engage_str named[NAMED];
    int rc = name_posts(batch, stored, named);
    *out = named[0];
    return rc;
}

void engagep_weave_thread(struct engagep_batch *batch, engage_str brand, engage_str post,
                          engage_str *out)
{
    size_t node = post.size > 0 ? node_of(batch, brand, post) : ENGAGEP_KEYS_NONE;
    if (node != ENGAGEP_KEYS_NONE)
        *out = batch->nodes[head_of(batch, node)].post;
}

/* ---------------------------------------------------------------- parting --- */

static int add_stored_node(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct engagep_batch *batch = ctx;
    size_t node;
    int fresh;
    (void)error;
    int rc = add_node(batch, engagep_row_str(&row[POST_BRAND]), engagep_row_str(&row[POST_POST]),
                      &node, &fresh);
    if (rc == ENGAGE_OK)
        batch->nodes[node].stored = batch->nodes[node].known = 1;
    return rc;
}

struct standing {
    struct engagep_batch *batch;
    struct engagep_row_events events;
};

static int keep_standing(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct standing *standing = ctx;
    if (row[EVENT_DEAD].number != 0)
        return ENGAGE_OK;
    return engagep_row_add_event(&standing->events, &standing->batch->tracker->lasting, row, error);
}

/* Posts of a thread of which one went lie apart at first. */
static int part_thread(struct engagep_batch *batch, engage_str brand, engage_str thread)
{
    struct engagep_value prefix[] = {engagep_row_text(brand), engagep_row_text(thread)};
    return engagep_core_scan(batch->tracker, ENGAGEP_POST, POST_BY_THREAD, prefix, 2,
                             add_stored_node, batch, batch->error);
}

/* What still stands joins them again. */
static int join_standing(struct engagep_batch *batch, engage_str brand, engage_str thread)
{
    struct standing standing = {batch, {NULL, 0, 0}};
    struct engagep_value prefix[] = {engagep_row_text(brand), engagep_row_text(thread),
                                     engagep_row_int(ENGAGEP_FORM_POST)};
    int rc = engagep_core_scan(batch->tracker, ENGAGEP_EVENT, EVENT_BY_THREAD, prefix, 3,
                               keep_standing, &standing, batch->error);
    for (size_t i = 0; i < standing.events.count && rc == ENGAGE_OK; i++) {
        const engage_event *event = &standing.events.list[i].event;
        size_t node;
        if (!engagep_batch_replaces(batch, event->brand, event->actor, event->id))
            rc = place(batch, &standing.events.list[i], &node);
    }
    return rc;
}

/* All are parted before any is joined, for a post that came to life may join two. */
static int part_threads(struct engagep_batch *batch)
{
    int rc = ENGAGE_OK;
    for (size_t i = 0; i < batch->thread_count && rc == ENGAGE_OK; i++)
        if (batch->threads[i].parted)
            rc = part_thread(batch, batch->threads[i].brand, batch->threads[i].thread);
    for (size_t i = 0; i < batch->thread_count && rc == ENGAGE_OK; i++)
        if (batch->threads[i].parted)
            rc = join_standing(batch, batch->threads[i].brand, batch->threads[i].thread);
    return rc;
}

/* What parted threads became: rows follow their posts, and each part is resolved. */
static int spread_threads(struct engagep_batch *batch, size_t nodes)
{
    int rc = ENGAGE_OK;
    size_t count = batch->thread_count;
    for (size_t i = 0; i < count && rc == ENGAGE_OK; i++)
        if (batch->threads[i].parted)
            rc = engagep_relabel_spread(batch, batch->threads[i].brand, batch->threads[i].thread);
    for (size_t i = 0; i < nodes && rc == ENGAGE_OK; i++)
        rc = engagep_batch_touch(batch, batch->nodes[i].brand,
                                 batch->nodes[head_of(batch, i)].post);
    return rc;
}

/* ----------------------------------------------------------------- steps --- */

static int write_nodes(struct engagep_batch *batch)
{
    int rc = ENGAGE_OK;
    for (size_t i = 0; i < batch->node_count && rc == ENGAGE_OK; i++) {
        const struct engagep_node *node = &batch->nodes[i];
        engage_str thread = batch->nodes[head_of(batch, i)].post;
        if (node->thread && !engagep_str_equal(node->post, thread))
            rc = engagep_relabel_rename(batch, node->brand, node->post, thread);
        if (rc != ENGAGE_OK || node->stored)
            continue;
        struct engagep_value row[] = {engagep_row_text(node->brand), engagep_row_text(node->post),
                                      engagep_row_text(thread)};
        rc = engagep_core_put(batch->tracker, ENGAGEP_POST, row, batch->error);
    }
    return rc;
}

static int leave_old_place(struct engagep_batch *batch, const struct engagep_item *item)
{
    struct engagep_stored old = *item->old;
    int rc = ENGAGE_OK;
    batch->accounts[item->account].recount |= engagep_link_tells(&old.event);
    if (old.form == ENGAGEP_FORM_ACT && !old.dead)
        rc = engagep_alone_lose(batch, &old);
    if (rc != ENGAGE_OK)
        return rc;
    return old.form == ENGAGEP_FORM_POST
               ? engagep_batch_part(batch, old.event.brand, old.thread)
               : engagep_batch_touch(batch, old.event.brand, old.thread);
}

/* Takes away the facts of a thread that come from events which the batch replaces: what takes
 * their place may belong to another thread. */
static int lose_replaced(struct engagep_batch *batch, engage_str brand, engage_str thread)
{
    struct engagep_facts_kept facts = {batch->tracker, {NULL, 0, 0}};
    int rc = engagep_facts_of_thread(&facts, brand, thread, batch->error);
    for (size_t i = 0; i < facts.emission.count && rc == ENGAGE_OK; i++) {
        const struct engagep_emitted *fact = &facts.emission.list[i];
        if (engagep_batch_replaces(batch, brand, fact->actor, fact->event))
            rc = engagep_batch_lose(batch, brand, fact);
    }
    engagep_emit_release(batch->tracker, &facts.emission);
    engagep_arena_reset(&batch->tracker->arena);
    return rc;
}

/* All old places are left before any new one is taken. */
static int leave_old_places(struct engagep_batch *batch)
{
    int rc = ENGAGE_OK;
    int any = 0;
    for (size_t i = 0; i < batch->item_count && rc == ENGAGE_OK; i++)
        if (batch->items[i].fresh && batch->items[i].old != NULL) {
            any |= batch->items[i].old->thread.size > 0;
            rc = leave_old_place(batch, &batch->items[i]);
        }
    for (size_t i = 0; i < batch->thread_count && any && rc == ENGAGE_OK; i++)
        rc = lose_replaced(batch, batch->threads[i].brand, batch->threads[i].thread);
    return rc;
}

/* What an act gives by itself it gives at once. */
static int resolve_act(struct engagep_batch *batch, struct engagep_item *item)
{
    struct engagep_stored *stored = &item->stored;
    batch->recent = item->account;
    if (stored->dead)
        return ENGAGE_OK;
    int rc = engagep_alone_gain(batch, stored, item->role);
    /* What gives nothing may have a verb that means nothing here. */
    if (rc == ENGAGE_OK && batch->emission.count == 0)
        batch->counts->unknown += !engagep_emit_knows(&stored->event);
    return rc;
}

static int write_event(struct engagep_batch *batch, struct engagep_item *item, size_t node)
{
    struct engagep_stored *stored = &item->stored;
    int rc = ENGAGE_OK;
    stored->form = engagep_thread_is_post(&stored->event) ? ENGAGEP_FORM_POST : ENGAGEP_FORM_ACT;
    if (node != ENGAGEP_NO_POST)
        stored->thread = batch->nodes[head_of(batch, node)].post;
    if (stored->form == ENGAGEP_FORM_ACT)
        rc = resolve_act(batch, item);
    if (rc == ENGAGE_OK)
        rc = engagep_batch_put_event(batch, stored);
    if (rc != ENGAGE_OK || node == ENGAGEP_NO_POST)
        return rc;
    if (stored->form == ENGAGEP_FORM_POST || item->old != NULL)
        return engagep_batch_touch(batch, stored->event.brand, stored->thread);
    return stored->dead ? ENGAGE_OK
                        : engagep_batch_touch_act(batch, stored->event.brand, stored->thread,
                                                  (size_t)(item - batch->items));
}

/* Threads were touched by the names that they had then. */
static int follow_names(struct engagep_batch *batch)
{
    int rc = ENGAGE_OK;
    for (size_t i = 0; i < batch->thread_count && rc == ENGAGE_OK; i++) {
        struct engagep_touched touched = batch->threads[i];
        size_t node = node_of(batch, touched.brand, touched.thread);
        if (node != ENGAGEP_KEYS_NONE && head_of(batch, node) != node)
            rc = engagep_batch_touch(batch, touched.brand, batch->nodes[head_of(batch, node)].post);
    }
    return rc;
}

int engagep_weave_is_new(const struct engagep_batch *batch, const struct engagep_touched *touched)
{
    size_t node = node_of(batch, touched->brand, touched->thread);
    return node != ENGAGEP_KEYS_NONE && batch->nodes[node].up == node && !batch->nodes[node].known;
}

/* What is needed some events later is fetched meanwhile: the slot of the row, and the account
 * that gains by it. */
enum { FAR = 8 };

static void expect_item(struct engagep_batch *batch, size_t number)
{
    if (number >= batch->item_count || !batch->items[number].fresh)
        return;
    const struct engagep_item *item = &batch->items[number];
    engagep_batch_expect_event(batch, &item->stored.event);
    engagep_prefetch_bytes(&batch->accounts[item->account], sizeof(*batch->accounts));
}

int engagep_weave(struct engagep_batch *batch)
{
    size_t *places =
        engagep_arena_array(&batch->tracker->lasting, batch->item_count + 1, sizeof(*places));
    if (places == NULL)
        return engagep_core_no_memory(batch->error);
    int rc = leave_old_places(batch);
    if (rc == ENGAGE_OK)
        rc = part_threads(batch);
    size_t parted = batch->node_count;
    for (size_t i = 0; i < batch->item_count && rc == ENGAGE_OK; i++)
        if (batch->items[i].fresh)
            rc = place(batch, &batch->items[i].stored, &places[i]);
    if (rc == ENGAGE_OK)
        rc = write_nodes(batch);
    if (rc == ENGAGE_OK)
        rc = spread_threads(batch, parted);
    for (size_t i = 0; i < batch->item_count && rc == ENGAGE_OK; i++) {
        expect_item(batch, i + FAR);
        if (batch->items[i].fresh)
            rc = write_event(batch, &batch->items[i], places[i]);
    }
    return rc == ENGAGE_OK ? follow_names(batch) : rc;
}
