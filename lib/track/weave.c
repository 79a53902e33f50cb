/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Threads. Posts hang together by replies, quotes, a conversation that they name,
 * and acts done to them; a thread is all that hangs together, and is named by its
 * smallest post id. A late parent makes one thread of several; a post that is taken
 * back, or gives way to another of its id, holds nothing together any more.
 */
#include "base/alloc.h"
#include "track/batch.h"

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
    uint64_t hash;
    struct engagep_key key = {brand, post, {NULL, 0}};
    return engagep_keys_find(&batch->by_node, batch->nodes, &key, &hash);
}

static int add_node(struct engagep_batch *batch, engage_str brand, engage_str post, size_t *out,
                    int *fresh)
{
    uint64_t hash;
    struct engagep_key key = {brand, post, {NULL, 0}};
    void *list = batch->nodes;
    *out = engagep_keys_find(&batch->by_node, batch->nodes, &key, &hash);
    *fresh = *out == ENGAGEP_KEYS_NONE;
    if (!*fresh)
        return ENGAGE_OK;
    engage_str kept = engagep_batch_key(batch, brand, post, (engage_str){NULL, 0});
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
        named[0] = event->post.size > 0 ? event->post : event->object;
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

/* ------------------------------------------------------------ relabelling --- */

/* The thread that a row of a parted one belongs to now; its own where that is not known. */
typedef int thread_of(struct engagep_batch *batch, const struct engagep_value *row,
                      engage_str *out);

static void find_thread(struct engagep_batch *batch, engage_str brand, engage_str post,
                        engage_str *out)
{
    size_t node = post.size > 0 ? node_of(batch, brand, post) : ENGAGEP_KEYS_NONE;
    if (node != ENGAGEP_KEYS_NONE)
        *out = batch->nodes[head_of(batch, node)].post;
}

static int thread_of_post(struct engagep_batch *batch, const struct engagep_value *row,
                          engage_str *out)
{
    find_thread(batch, engagep_row_str(&row[POST_BRAND]), engagep_row_str(&row[POST_POST]), out);
    return ENGAGE_OK;
}

static int thread_of_event(struct engagep_batch *batch, const struct engagep_value *row,
                           engage_str *out)
{
    struct engagep_stored stored;
    engage_str named[NAMED];
    int rc = engagep_row_to_event(row, NULL, &stored, batch->error);
    const engage_event *event = &stored.event;
    if (rc != ENGAGE_OK || engagep_batch_replaces(batch, event->brand, event->actor, event->id))
        return rc;
    rc = name_posts(batch, &stored, named);
    find_thread(batch, stored.event.brand, named[0], out);
    return rc;
}

/* A fact goes where its event went. */
static int thread_of_fact(struct engagep_batch *batch, const struct engagep_value *row,
                          engage_str *out)
{
    struct engagep_value key[] = {row[FACT_BRAND], row[FACT_ACTOR], row[FACT_EVENT]};
    struct engagep_value event[EVENT_COLUMNS];
    int rc = engagep_core_get(batch->tracker, ENGAGEP_EVENT, key, event, batch->error);
    if (rc != ENGAGE_ROW)
        return rc == ENGAGE_DONE ? ENGAGE_OK : rc;
    find_thread(batch, engagep_row_str(&row[FACT_BRAND]), engagep_row_str(&event[EVENT_THREAD]),
                out);
    return ENGAGE_OK;
}

static int thread_of_episode(struct engagep_batch *batch, const struct engagep_value *row,
                             engage_str *out)
{
    engage_str posts = engagep_row_str(&row[EPISODE_POSTS]);
    const char *end = posts.size > 0 ? memchr(posts.data, '\n', posts.size) : NULL;
    if (end != NULL)
        posts.size = (size_t)(end - posts.data);
    find_thread(batch, engagep_row_str(&row[EPISODE_BRAND]), posts, out);
    return ENGAGE_OK;
}

/* Where a thread's name stands. */
static const struct labelled {
    size_t table, index, column;
    thread_of *thread_of;
} labelled[] = {{ENGAGEP_POST, POST_BY_THREAD, POST_THREAD, thread_of_post},
                {ENGAGEP_EVENT, EVENT_BY_THREAD, EVENT_THREAD, thread_of_event},
                {ENGAGEP_FACT, FACT_BY_THREAD, FACT_THREAD, thread_of_fact},
                {ENGAGEP_EPISODE, EPISODE_BY_THREAD, EPISODE_THREAD, thread_of_episode}};
enum { LABELLED = sizeof(labelled) / sizeof(labelled[0]) };

/* Rows of a thread get the name of another, or where none is given each that of its own. */
static int relabel_rows(struct engagep_batch *batch, const struct labelled *what, engage_str brand,
                        engage_str from, const engage_str *to)
{
    engage_tracker *tracker = batch->tracker;
    struct engagep_value prefix[] = {engagep_row_text(brand), engagep_row_text(from),
                                     engagep_row_int(ENGAGEP_FORM_POST)};
    size_t columns = engagep_tables[what->table].indexes[what->index].count;
    struct engagep_core_rows rows = {&tracker->arena, engagep_tables[what->table].column_count,
                                     NULL, 0, 0};
    engagep_arena_reset(&tracker->arena);
    int rc = engagep_core_scan(tracker, what->table, what->index, prefix, columns,
                               engagep_core_keep, &rows, batch->error);
    prefix[2] = engagep_row_int(ENGAGEP_FORM_ACT);
    if (rc == ENGAGE_OK && columns == 3)
        rc = engagep_core_scan(tracker, what->table, what->index, prefix, 3, engagep_core_keep,
                               &rows, batch->error);
    for (size_t i = 0; i < rows.count && rc == ENGAGE_OK; i++) {
        struct engagep_value *row = rows.list + i * rows.columns;
        engage_str name = to != NULL ? *to : from;
        if (to == NULL)
            rc = what->thread_of(batch, row, &name);
        if (rc != ENGAGE_OK || engagep_str_equal(name, from))
            continue;
        row[what->column] = engagep_row_text(name);
        rc = engagep_core_put(tracker, what->table, row, batch->error);
    }
    engagep_arena_reset(&tracker->arena);
    return rc;
}

static int rename_thread(struct engagep_batch *batch, engage_str brand, engage_str from,
                         engage_str to)
{
    int rc = engagep_batch_touch(batch, brand, to);
    for (size_t i = 0; i < LABELLED && rc == ENGAGE_OK; i++)
        rc = relabel_rows(batch, &labelled[i], brand, from, &to);
    return rc;
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
    for (size_t i = 0; i < count; i++) {
        const struct engagep_touched thread = batch->threads[i];
        for (size_t j = 0; j < LABELLED && thread.parted && rc == ENGAGE_OK; j++)
            rc = relabel_rows(batch, &labelled[j], thread.brand, thread.thread, NULL);
    }
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
            rc = rename_thread(batch, node->brand, node->post, thread);
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
        rc = engagep_resolve_lose(batch, &old,
                                  engagep_thread_role(batch->tracker->policy, &old.event));
    if (rc != ENGAGE_OK)
        return rc;
    return old.form == ENGAGEP_FORM_POST
               ? engagep_batch_part(batch, old.event.brand, old.thread)
               : engagep_batch_touch(batch, old.event.brand, old.thread);
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
        rc = engagep_resolve_replaced(batch, batch->threads[i].brand, batch->threads[i].thread);
    return rc;
}

/* What an act gives by itself it gives at once. */
static int resolve_act(struct engagep_batch *batch, struct engagep_item *item)
{
    struct engagep_stored *stored = &item->stored;
    batch->recent = item->account;
    if (stored->dead)
        return ENGAGE_OK;
    int rc = engagep_resolve_gain(batch, stored, item->role);
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
    for (size_t i = 0; i < batch->item_count && rc == ENGAGE_OK; i++)
        if (batch->items[i].fresh)
            rc = write_event(batch, &batch->items[i], places[i]);
    return rc == ENGAGE_OK ? follow_names(batch) : rc;
}
