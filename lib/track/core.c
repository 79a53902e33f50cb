/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "track/core.h"

#include "base/error.h"

#include <string.h>

int engagep_core_no_memory(engage_error *error)
{
    return engagep_error_set(error, ENGAGE_ENOMEM, "no memory");
}

int engagep_core_corrupt(engage_error *error, const char *what)
{
    return engagep_error_set(error, ENGAGE_ESTORE_CORRUPT, "the store is damaged: %s", what);
}

int engagep_core_get(engage_tracker *tracker, size_t table, const struct engagep_value *key,
                     struct engagep_value *row, engage_error *error)
{
    return tracker->store->ops->get(tracker->store, table, key, row, error);
}

void engagep_core_expect(engage_tracker *tracker, size_t table, const struct engagep_value *key,
                         int near)
{
    tracker->store->ops->expect(tracker->store, table, key, near);
}

int engagep_core_put(engage_tracker *tracker, size_t table, const struct engagep_value *row,
                     engage_error *error)
{
    return tracker->store->ops->put(tracker->store, table, row, ENGAGEP_COLUMNS_ALL, error);
}

int engagep_core_put_given(engage_tracker *tracker, size_t table, const struct engagep_value *row,
                           uint64_t given, engage_error *error)
{
    return tracker->store->ops->put(tracker->store, table, row, given, error);
}

struct engagep_arena *engagep_core_keeper(engage_tracker *tracker, struct engagep_arena *arena)
{
    return tracker->store->steady ? NULL : arena;
}

int engagep_core_remove(engage_tracker *tracker, size_t table, const struct engagep_value *key,
                        engage_error *error)
{
    int rc = tracker->store->ops->remove(tracker->store, table, key, error);
    return rc == ENGAGE_DONE ? engagep_core_corrupt(error, "a row that was read is gone") : rc;
}

int engagep_core_scan(engage_tracker *tracker, size_t table, size_t index,
                      const struct engagep_value *prefix, size_t prefix_count,
                      engagep_core_visit *visit, void *ctx, engage_error *error)
{
    const struct engagep_store_ops *ops = tracker->store->ops;
    struct engagep_cursor *cursor = NULL;
    struct engagep_value row[ENGAGEP_MAX_COLUMNS];
    int rc = ops->scan(tracker->store, table, index, prefix, prefix_count, &cursor, error);
    if (rc != ENGAGE_OK)
        return rc;
    while ((rc = ops->next(cursor, row, error)) == ENGAGE_ROW) {
        rc = visit(ctx, row, error);
        if (rc != ENGAGE_OK)
            break;
    }
    ops->finish(cursor);
    return rc == ENGAGE_DONE ? ENGAGE_OK : rc;
}

static int stop(void *ctx, const struct engagep_value *row, engage_error *error)
{
    (void)ctx;
    (void)row;
    (void)error;
    return ENGAGE_ROW;
}

int engagep_core_any(engage_tracker *tracker, size_t table, const struct engagep_value *prefix,
                     size_t prefix_count, engage_error *error)
{
    return engagep_core_scan(tracker, table, 0, prefix, prefix_count, stop, NULL, error);
}

int engagep_core_keep(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct engagep_core_rows *rows = ctx;
    struct engagep_value *list = engagep_arena_grow(rows->arena, rows->list, rows->count,
                                                    &rows->capacity, rows->columns * sizeof(*list));
    if (list == NULL)
        return engagep_core_no_memory(error);
    rows->list = list;
    struct engagep_value *copy = list + rows->count * rows->columns;
    memcpy(copy, row, rows->columns * sizeof(*copy));
    int rc = engagep_core_own(rows->arena, copy, rows->columns, error);
    rows->count += rc == ENGAGE_OK;
    return rc;
}

int engagep_core_own(struct engagep_arena *arena, struct engagep_value *values, size_t count,
                     engage_error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (values[i].type < ENGAGEP_TEXT)
            continue;
        values[i].data = engagep_arena_copy(arena, values[i].data, values[i].size);
        if (values[i].data == NULL)
            return engagep_core_no_memory(error);
    }
    return ENGAGE_OK;
}

int engagep_core_add_name(struct engagep_core_names *names, engage_str name, engage_error *error)
{
    engage_str *list = engagep_arena_grow(names->arena, names->list, names->count,
                                          &names->capacity, sizeof(*list));
    if (list == NULL)
        return engagep_core_no_memory(error);
    names->list = list;
    if (engagep_row_keep(names->arena, &name) != ENGAGE_OK)
        return engagep_core_no_memory(error);
    names->list[names->count++] = name;
    return ENGAGE_OK;
}

/* Keys of rows, which are the first columns of each table. */
struct sweep {
    size_t limited; /* the column that ends it */
    int64_t below;
    struct engagep_core_rows keys;
};

static int keep_key(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct sweep *sweep = ctx;
    if (sweep->below != INT64_MAX && row[sweep->limited].number >= sweep->below)
        return ENGAGE_DONE;
    return engagep_core_keep(&sweep->keys, row, error);
}

int engagep_core_sweep(engage_tracker *tracker, size_t table, size_t index,
                       const struct engagep_value *prefix, size_t columns, int64_t below,
                       uint64_t *count, engage_error *error)
{
    const struct engagep_index *by = &engagep_tables[table].indexes[index];
    struct engagep_arena arena;
    struct sweep sweep = {
        .limited = columns < by->count ? by->columns[columns] : 0,
        .below = below,
        .keys = {.arena = &arena, .columns = engagep_tables[table].indexes[0].count}};
    engagep_arena_init(&arena, &tracker->allocator);
    int rc = engagep_core_scan(tracker, table, index, prefix, columns, keep_key, &sweep, error);
    for (size_t i = 0; i < sweep.keys.count && rc == ENGAGE_OK; i++)
        rc = engagep_core_remove(tracker, table, sweep.keys.list + i * sweep.keys.columns, error);
    if (rc == ENGAGE_OK && count != NULL)
        *count += sweep.keys.count;
    engagep_arena_release(&arena);
    return rc;
}
