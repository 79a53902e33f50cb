/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "base/alloc.h"
#include "track/decision.h"
#include "track/forget.h"

/* ------------------------------------------------------------------ sweep --- */

/* Keys of rows that are read first and removed after, since no row may be written while
 * others are being read. */
struct sweep {
    const struct engagep_table *table;
    size_t limited; /* the column that ends it */
    int64_t below;
    struct engagep_arena arena;
    struct engagep_value *keys;
    size_t count;
    size_t capacity;
};

static int keep_key(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct sweep *sweep = ctx;
    const struct engagep_index *key = &sweep->table->indexes[0];
    if (sweep->below != INT64_MAX && row[sweep->limited].number >= sweep->below)
        return ENGAGE_DONE;
    struct engagep_value *keys =
        engagep_arena_grow(&sweep->arena, sweep->keys, sweep->count,
                           &sweep->capacity, key->count * sizeof(*keys));
    if (keys == NULL)
        return engagep_core_no_memory(error);
    sweep->keys = keys;
    struct engagep_value *out = sweep->keys + sweep->count++ * key->count;
    for (size_t i = 0; i < key->count; i++) {
        out[i] = row[key->columns[i]];
        if (out[i].type < ENGAGEP_TEXT)
            continue;
        out[i].data = engagep_arena_copy(&sweep->arena, out[i].data, out[i].size);
        if (out[i].data == NULL)
            return engagep_core_no_memory(error);
    }
    return ENGAGE_OK;
}

int engagep_forget_sweep(engage_tracker *tracker, size_t table, size_t index,
                         const struct engagep_value *prefix, size_t columns, int64_t below,
                         uint64_t *count, engage_error *error)
{
    const struct engagep_index *by = &engagep_tables[table].indexes[index];
    struct sweep sweep = {.table = &engagep_tables[table], .below = below};
    sweep.limited = columns < by->count ? by->columns[columns] : 0;
    engagep_arena_init(&sweep.arena, &tracker->allocator);
    int rc = engagep_core_scan(tracker, table, index, prefix, columns, keep_key, &sweep, error);
    for (size_t i = 0; i < sweep.count && rc == ENGAGE_OK; i++)
        rc = engagep_core_remove(tracker, table,
                                 sweep.keys + i * sweep.table->indexes[0].count, error);
    if (rc == ENGAGE_OK && count != NULL)
        *count += sweep.count;
    engagep_arena_release(&sweep.arena);
    return rc;
}

/* ----------------------------------------------------------------- events --- */

static int remove_event(struct engagep_forgetting *forgetting, const engage_event *event)
{
    struct engagep_value key[] = {engagep_row_text(event->brand), engagep_row_text(event->actor),
                                  engagep_row_text(event->id)};
    int rc = forgetting->tracker->store->ops->remove(forgetting->tracker->store, ENGAGEP_EVENT, key,
                                                     forgetting->error);
    return rc == ENGAGE_DONE ? ENGAGE_OK : rc;
}

static int remove_events(struct engagep_forgetting *forgetting, struct engagep_batch *batch,
                         const struct engagep_row_events *events)
{
    int rc = ENGAGE_OK;
    for (size_t i = 0; i < events->count && rc == ENGAGE_OK; i++) {
        struct engagep_stored *stored = &events->list[i];
        if (stored->form == ENGAGEP_FORM_ACT && !stored->dead)
            rc = engagep_alone_lose(
                batch, stored, engagep_thread_role(forgetting->tracker->policy, &stored->event));
        if (rc == ENGAGE_OK)
            rc = remove_event(forgetting, &stored->event);
    }
    return rc;
}

/* Also decides about others must go, where they come with what is decided about the person. */
static int remove_decision(struct engagep_forgetting *forgetting, const engage_event *event)
{
    struct engagep_decision decision;
    enum engagep_role role = engagep_thread_role(forgetting->tracker->policy, event);
    if (!engagep_decision_of(event, role, &decision))
        return ENGAGE_OK;
    return engagep_decision_write(forgetting->tracker, event->brand, &decision, 0,
                                  forgetting->error);
}

int engagep_forget_events(struct engagep_forgetting *forgetting, struct engagep_batch *batch)
{
    struct engagep_value prefix[] = {engagep_row_text(forgetting->brand), engagep_row_null()};
    int rc = remove_events(forgetting, batch, &forgetting->own);
    if (rc == ENGAGE_OK)
        rc = remove_events(forgetting, batch, &forgetting->others);
    if (rc == ENGAGE_OK)
        rc = remove_events(forgetting, batch, &forgetting->gone);
    for (size_t i = 0; i < forgetting->gone.count && rc == ENGAGE_OK; i++)
        rc = remove_decision(forgetting, &forgetting->gone.list[i].event);
    for (size_t i = 0; i < forgetting->own.count && rc == ENGAGE_OK; i++)
        rc = remove_decision(forgetting, &forgetting->own.list[i].event);
    for (size_t i = 0; i < forgetting->thread_count && rc == ENGAGE_OK; i++) {
        prefix[1] = engagep_row_text(forgetting->thread_list[i]);
        rc = engagep_forget_sweep(forgetting->tracker, ENGAGEP_POST, POST_BY_THREAD, prefix, 2,
                                  INT64_MAX, NULL, forgetting->error);
        if (rc == ENGAGE_OK)
            rc = engagep_batch_touch(batch, forgetting->brand, forgetting->thread_list[i]);
    }
    /* Threads without events give nothing: what they gave is taken back. */
    if (rc == ENGAGE_OK)
        rc = engagep_resolve(batch);
    for (size_t i = 0; i < forgetting->account_count && rc == ENGAGE_OK; i++)
        rc = engagep_alone_forget(batch, forgetting->brand, forgetting->accounts[i]);
    return rc;
}

/* ------------------------------------------------------------------- rows --- */

/* Of whoever objects to being profiled, the account stays, and nothing else. */
static int put_objector(struct engagep_forgetting *forgetting, engage_str account)
{
    struct engagep_value row[ACCOUNT_COLUMNS];
    uint64_t given = ENGAGEP_COLUMN(ACCOUNT_BRAND) | ENGAGEP_COLUMN(ACCOUNT_ACCOUNT) |
                     ENGAGEP_COLUMN(ACCOUNT_CUSTOMER) | ENGAGEP_COLUMN(ACCOUNT_OBJECTED);
    row[ACCOUNT_BRAND] = engagep_row_text(forgetting->brand);
    row[ACCOUNT_ACCOUNT] = row[ACCOUNT_CUSTOMER] = engagep_row_text(account);
    row[ACCOUNT_OBJECTED] = engagep_row_int(1);
    return engagep_core_put_given(forgetting->tracker, ENGAGEP_ACCOUNT, row, given,
                                  forgetting->error);
}

int engagep_forget_rows(struct engagep_forgetting *forgetting)
{
    engage_tracker *tracker = forgetting->tracker;
    engage_error *error = forgetting->error;
    struct engagep_value prefix[] = {engagep_row_text(forgetting->brand), engagep_row_null()};
    static const size_t tables[] = {ENGAGEP_ACCOUNT, ENGAGEP_PARTIAL, ENGAGEP_TOMBSTONE,
                                    ENGAGEP_CUSTOMER, ENGAGEP_TRANSITION};
    int rc = ENGAGE_OK;
    for (size_t i = 0; i < forgetting->account_count && rc == ENGAGE_OK; i++) {
        prefix[1] = engagep_row_text(forgetting->accounts[i]);
        for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]) && rc == ENGAGE_OK; t++)
            rc = engagep_forget_sweep(tracker, tables[t], 0, prefix, 2, INT64_MAX, NULL, error);
        if (rc == ENGAGE_OK && forgetting->objected[i])
            rc = put_objector(forgetting, forgetting->accounts[i]);
    }
    return rc;
}
