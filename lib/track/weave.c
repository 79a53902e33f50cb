/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Threads. Posts hang together by replies, quotes, a conversation that they name,
 * and acts done to them; a thread is all that hangs together, and is named by its
 * smallest post id. A late parent makes one thread of several. Threads only say
 * what is looked at together: what comes out does not depend on them.
 */
#include "base/alloc.h"
#include "track/batch.h"

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

/* The posts that an event names, joined; the first one is where it belongs.
 * ENGAGEP_NO_POST for an event that speaks for itself. */
static int place(struct engagep_batch *batch, const engage_event *event, size_t *out)
{
    engage_str named[4] = {{NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}};
    *out = ENGAGEP_NO_POST;
    if (engagep_str_is(event->verb, "Create")) {
        if (engagep_thread_post_id(&batch->tracker->lasting, event, &named[0]) != ENGAGE_OK)
            return engagep_core_no_memory(batch->error);
        named[1] = event->in_reply_to;
        named[2] = event->quote_of;
        named[3] = event->conversation;
    } else if (engagep_thread_is_post(event)) {
        named[0] = event->post.size > 0 ? event->post : event->object;
    } else if (engagep_emit_hangs(event->verb)) {
        named[0] = event->object;
    }
    for (int i = 0; i < 4; i++) {
        size_t node;
        if (named[i].size == 0)
            continue;
        int rc = find_node(batch, event->brand, named[i], &node);
        if (rc != ENGAGE_OK)
            return rc;
        if (*out == ENGAGEP_NO_POST)
            *out = node;
        join(batch, *out, node);
    }
    return ENGAGE_OK;
}

/* ------------------------------------------------------------ relabelling --- */

static int rename_rows(struct engagep_batch *batch, size_t table, size_t index, size_t column,
                       engage_str brand, engage_str from, engage_str to)
{
    engage_tracker *tracker = batch->tracker;
    struct engagep_value prefix[] = {engagep_row_text(brand), engagep_row_text(from),
                                     engagep_row_int(ENGAGEP_FORM_POST)};
    size_t columns = engagep_tables[table].indexes[index].count;
    struct engagep_core_rows rows = {&tracker->arena, engagep_tables[table].column_count, NULL, 0,
                                     0};
    engagep_arena_reset(&tracker->arena);
    int rc = engagep_core_scan(tracker, table, index, prefix, columns, engagep_core_keep, &rows,
                               batch->error);
    prefix[2] = engagep_row_int(ENGAGEP_FORM_ACT);
    if (rc == ENGAGE_OK && columns == 3)
        rc = engagep_core_scan(tracker, table, index, prefix, 3, engagep_core_keep, &rows,
                               batch->error);
    for (size_t i = 0; i < rows.count && rc == ENGAGE_OK; i++) {
        rows.list[i * rows.columns + column] = engagep_row_text(to);
        rc = engagep_core_put(tracker, table, rows.list + i * rows.columns, batch->error);
    }
    engagep_arena_reset(&tracker->arena);
    return rc;
}

static int rename_thread(struct engagep_batch *batch, engage_str brand, engage_str from,
                         engage_str to)
{
    static const struct {
        size_t table, index, column;
    } places[] = {{ENGAGEP_POST, POST_BY_THREAD, POST_THREAD},
                  {ENGAGEP_EVENT, EVENT_BY_THREAD, EVENT_THREAD},
                  {ENGAGEP_FACT, FACT_BY_THREAD, FACT_THREAD},
                  {ENGAGEP_EPISODE, EPISODE_BY_THREAD, EPISODE_THREAD}};
    int rc = engagep_batch_touch(batch, brand, to);
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]) && rc == ENGAGE_OK; i++)
        rc = rename_rows(batch, places[i].table, places[i].index, places[i].column, brand, from,
                         to);
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
    return rc == ENGAGE_OK ? engagep_batch_touch(batch, old.event.brand, old.thread) : rc;
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
    for (size_t i = 0; i < batch->item_count && rc == ENGAGE_OK; i++)
        if (batch->items[i].fresh)
            rc = place(batch, &batch->items[i].stored.event, &places[i]);
    if (rc == ENGAGE_OK)
        rc = write_nodes(batch);
    for (size_t i = 0; i < batch->item_count && rc == ENGAGE_OK; i++)
        if (batch->items[i].fresh)
            rc = write_event(batch, &batch->items[i], places[i]);
    return rc == ENGAGE_OK ? follow_names(batch) : rc;
}
