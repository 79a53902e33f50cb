/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The store that is held in memory and gone when it is closed: transactions and cursors.
 *
 * Every function first gets the memory it needs and then changes something. Taking a
 * row out takes none, and what was in has its room: a rollback always succeeds.
 */
#include "store/held.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/hash.h"

#include <engage/store.h>
#include <string.h>

/* A log this large is given back after its transaction. */
enum { LOG_KEPT = 1 << 20 };

struct change {
    struct engagep_held_table *table;
    struct engagep_held_row *row;
    int added; /* else it was removed */
};

struct memory_store {
    struct engagep_store base;
    struct engagep_held held; /* what the tables share */
    int open;                 /* a transaction is */
    int looks;                /* it only reads */
    size_t table_count;
    struct engagep_held_table *tables;
    struct change *changes;
    size_t change_count;
    size_t change_capacity;
    struct engagep_cursor *cursors; /* open ones */
    struct engagep_cursor *spare;   /* closed ones, kept for the next scan */
};

struct engagep_cursor {
    struct memory_store *store;
    struct engagep_cursor *next;
    struct engagep_cursor **prev;
    const struct engagep_held_table *table;
    const struct engagep_held_index *index;
    void **group; /* after the one that is read */
    void **group_end;
    void **row;
    void **row_end;
    int broken; /* its rows may be gone */
};

static int no_memory(engage_error *error)
{
    return engagep_error_set(error, ENGAGE_ENOMEM, "no memory for the store");
}

static struct memory_store *self(struct engagep_store *store)
{
    return (struct memory_store *)(void *)store;
}

/* ------------------------------------------------------------------- log --- */

static int reserve_changes(struct memory_store *store)
{
    void *block = store->changes;
    if (store->change_count + 2 <= store->change_capacity)
        return ENGAGE_OK;
    int rc = engagep_alloc_grow(&store->base.allocator, &block, &store->change_capacity,
                                store->change_count + 2, sizeof(struct change));
    store->changes = block;
    return rc;
}

static void log_change(struct memory_store *store, struct engagep_held_table *table,
                       struct engagep_held_row *row, int added)
{
    store->changes[store->change_count++] = (struct change){table, row, added};
}

static void undo(struct memory_store *store, const struct change *change)
{
    struct engagep_held_table *table = change->table;
    struct engagep_held_row *row = change->row;
    if (change->added) {
        /* Changes are undone from the last one on: the row ends the list. */
        engagep_held_take(table, row);
        table->rows.count = row->number;
    } else {
        engagep_slots_add(&table->slots, row->hash, row);
        table->rows.items[row->number] = row;
    }
    for (size_t i = 0; i < table->def->index_count; i++)
        if (table->indexes[i].placed > row->number)
            table->indexes[i].placed = row->number;
    if (change->added)
        engagep_held_free_row(&store->held, row);
}

static void end_transaction(struct memory_store *store)
{
    store->open = store->looks = 0;
    store->change_count = 0;
    if (store->change_capacity > LOG_KEPT / sizeof(struct change)) {
        engagep_alloc_free(&store->base.allocator, store->changes, store->change_capacity,
                           sizeof(struct change));
        store->changes = NULL;
        store->change_capacity = 0;
    }
}

/* ---------------------------------------------------------- transactions --- */

static int memory_begin(struct engagep_store *base, engage_error *error)
{
    struct memory_store *store = self(base);
    if (store->open)
        return engagep_error_set(error, ENGAGE_EMISUSE, "a transaction is open already");
    for (size_t i = 0; i < store->table_count && store->cursors == NULL; i++)
        engagep_held_compact(&store->held, &store->tables[i]);
    store->open = 1;
    return ENGAGE_OK;
}

static int memory_look(struct engagep_store *base, engage_error *error)
{
    struct memory_store *store = self(base);
    if (store->open)
        return ENGAGE_DONE;
    store->open = store->looks = 1;
    (void)error;
    return ENGAGE_OK;
}

static int memory_commit(struct engagep_store *base, engage_error *error)
{
    struct memory_store *store = self(base);
    if (!store->open)
        return engagep_error_set(error, ENGAGE_EMISUSE, "no transaction is open");
    for (size_t i = 0; i < store->change_count; i++)
        if (!store->changes[i].added)
            engagep_held_free_row(&store->held, store->changes[i].row);
    end_transaction(store);
    return ENGAGE_OK;
}

static void memory_rollback(struct engagep_store *base)
{
    struct memory_store *store = self(base);
    if (!store->open)
        return;
    for (struct engagep_cursor *cursor = store->cursors; cursor != NULL; cursor = cursor->next)
        cursor->broken = 1;
    while (store->change_count > 0)
        undo(store, &store->changes[--store->change_count]);
    end_transaction(store);
}

/* --------------------------------------------------------------- writing --- */

static struct engagep_held_table *table_of(struct memory_store *store, size_t number,
                                           engage_error *error)
{
    if (number < store->table_count)
        return &store->tables[number];
    engagep_error_set(error, ENGAGE_EMISUSE, "there is no table %zu", number);
    return NULL;
}

static struct engagep_held_table *writable_table(struct memory_store *store, size_t number,
                                                 engage_error *error)
{
    if (store->open && !store->looks && store->cursors == NULL)
        return table_of(store, number, error);
    engagep_error_set(error, ENGAGE_EMISUSE,
                      store->looks  ? "the transaction only reads"
                      : store->open ? "rows are still being read"
                                    : "no transaction is open");
    return NULL;
}

static int is_same(const struct engagep_held_table *table, const struct engagep_held_row *a,
                   const struct engagep_held_row *b)
{
    return a->size == b->size &&
           memcmp(engagep_held_image(table, a), engagep_held_image(table, b),
                  a->size - table->image_at) == 0;
}

/* The primary key of a row: its first columns in most tables, or else a copy in `room`. */
static const struct engagep_value *key_of(const struct engagep_held_table *table,
                                          const struct engagep_value *values,
                                          struct engagep_value room[ENGAGEP_MAX_KEY])
{
    const struct engagep_index *primary = &table->def->indexes[0];
    if (table->key_in_front)
        return values;
    for (size_t i = 0; i < primary->count; i++)
        room[i] = values[primary->columns[i]];
    return room;
}

static int memory_put(struct engagep_store *base, size_t number, const struct engagep_value *values,
                      uint64_t given, engage_error *error)
{
    struct memory_store *store = self(base);
    const engage_allocator *allocator = &store->base.allocator;
    struct engagep_held_table *table = writable_table(store, number, error);
    if (table == NULL)
        return ENGAGE_EMISUSE;
    struct engagep_image_shape shape;
    if (!engagep_image_measure(&table->columns, values, given, &shape))
        return engagep_rows_check(table->def, values, given, error);
    const struct engagep_index *primary = &table->def->indexes[0];
    struct engagep_value room[ENGAGEP_MAX_KEY];
    const struct engagep_value *key = key_of(table, values, room);
    uint64_t hash = engagep_image_hash(store->held.seed, key, primary->count);
    if (table->rows.count == ENGAGEP_HELD_MOST || reserve_changes(store) != ENGAGE_OK ||
        engagep_slots_reserve(&table->slots, allocator) != ENGAGE_OK ||
        engagep_list_reserve(&table->rows, allocator) != ENGAGE_OK)
        return no_memory(error);
    engagep_held_expect(table, hash, 0);
    struct engagep_held_row *row = engagep_held_new_row(&store->held, table, values, &shape, hash);
    if (row == NULL)
        return no_memory(error);
    struct engagep_slot *slot = engagep_held_seek(table, hash, key);
    struct engagep_held_row *old = slot->entry;
    if (old != NULL && is_same(table, old, row)) {
        engagep_held_free_row(&store->held, row);
        return ENGAGE_OK;
    }
    if (engagep_held_place_early(&store->held, table, row) != ENGAGE_OK) {
        engagep_held_free_row(&store->held, row);
        return no_memory(error);
    }
    if (old != NULL) {
        engagep_held_take_places(table, old, row);
        engagep_held_unlist(table, old);
        log_change(store, table, old, 0);
    } else {
        table->slots.count++;
    }
    *slot = (struct engagep_slot){hash, row};
    row->number = (uint32_t)table->rows.count;
    engagep_list_add(&table->rows, row);
    log_change(store, table, row, 1);
    return ENGAGE_OK;
}

/* Finds the row with a primary key: ENGAGE_ROW, ENGAGE_DONE or a failure. */
static int find_key(struct memory_store *store, struct engagep_held_table *table,
                    const struct engagep_value *key, struct engagep_held_row **out,
                    engage_error *error)
{
    size_t count = table->def->indexes[0].count;
    if (!engagep_held_takes_key(table, key)) {
        int rc = engagep_rows_check_key(table->def, 0, key, count, error);
        if (rc != ENGAGE_OK)
            return rc;
    }
    if (table->slots.count == 0)
        return ENGAGE_DONE;
    *out = engagep_held_seek(table, engagep_image_hash(store->held.seed, key, count), key)->entry;
    return *out != NULL ? ENGAGE_ROW : ENGAGE_DONE;
}

static int memory_remove(struct engagep_store *base, size_t number, const struct engagep_value *key,
                         engage_error *error)
{
    struct memory_store *store = self(base);
    struct engagep_held_table *table = writable_table(store, number, error);
    if (table == NULL)
        return ENGAGE_EMISUSE;
    struct engagep_held_row *row;
    int rc = find_key(store, table, key, &row, error);
    if (rc != ENGAGE_ROW)
        return rc;
    if (reserve_changes(store) != ENGAGE_OK)
        return no_memory(error);
    engagep_held_take(table, row);
    log_change(store, table, row, 0);
    return ENGAGE_OK;
}

/* --------------------------------------------------------------- reading --- */

static int memory_get(struct engagep_store *base, size_t number, const struct engagep_value *key,
                      struct engagep_value *values, engage_error *error)
{
    struct memory_store *store = self(base);
    struct engagep_held_table *table = table_of(store, number, error);
    if (table == NULL)
        return ENGAGE_EMISUSE;
    struct engagep_held_row *row;
    int rc = find_key(store, table, key, &row, error);
    if (rc == ENGAGE_ROW)
        engagep_image_read(engagep_held_image(table, row), table->def, &table->columns,
                           table->empty, values);
    return rc;
}

/* The slot at first; when that has come, the front of the row. */
static void memory_expect(struct engagep_store *base, size_t number,
                          const struct engagep_value *key, int near)
{
    struct memory_store *store = self(base);
    const struct engagep_held_table *table = &store->tables[number];
    uint64_t hash = engagep_image_hash(store->held.seed, key, table->def->indexes[0].count);
    if (table->slots.count == 0)
        return;
    engagep_held_expect(table, hash, near);
}

/* What a scan looks for: rows of an index that begin with the values of a key. */
struct search {
    const struct engagep_held_table *table;
    const struct engagep_held_index *index;
    const struct engagep_value *key;
    size_t count;
};

typedef const uint64_t *image_reader(const struct engagep_held_table *table, const void *item);

static const uint64_t *read_group(const struct engagep_held_table *table, const void *item)
{
    (void)table;
    return ((const struct engagep_held_group *)item)->image;
}

static const uint64_t *read_row(const struct engagep_held_table *table, const void *item)
{
    return engagep_held_image(table, item);
}

/* The first item of a sorted list that is not before the key, or is after it where
 * `after` is set. */
static void **seek(const struct search *search, const struct engagep_list *list,
                   image_reader *image, int after)
{
    size_t low = 0;
    size_t high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = engagep_image_compare_key(search->table->def, search->index->columns,
                                              search->count,
                                              image(search->table, list->items[middle]),
                                              search->key);
        if (order < 0 || (order == 0 && after))
            low = middle + 1;
        else
            high = middle;
    }
    return list->items != NULL ? list->items + low : NULL;
}

/* Rows of one group. */
static int read_one_group(struct memory_store *store, const struct search *search,
                          struct engagep_cursor *cursor)
{
    uint64_t hash = engagep_image_hash(store->held.seed, search->key, search->index->group_columns);
    struct engagep_held_group *group = engagep_held_find_group(search->index, hash, search->key);
    if (group == NULL)
        return ENGAGE_OK;
    int rc = engagep_held_sort_group(&store->held, search->table, search->index, group);
    if (rc != ENGAGE_OK)
        return rc;
    cursor->row = group->rows.items;
    cursor->row_end = group->rows.items + group->rows.count;
    if (search->count == search->index->group_columns || group->rows.count == 0)
        return ENGAGE_OK;
    cursor->row = seek(search, &group->rows, read_row, 0);
    cursor->row_end = seek(search, &group->rows, read_row, 1);
    return ENGAGE_OK;
}

/* Rows of several groups; each is put in order when its turn comes. */
static int read_groups(struct memory_store *store, const struct search *search,
                       struct engagep_held_index *index, struct engagep_cursor *cursor)
{
    int rc = engagep_held_sort_groups(&store->held, search->table, index);
    if (rc != ENGAGE_OK)
        return rc;
    cursor->group = seek(search, &index->ordered, read_group, 0);
    cursor->group_end = seek(search, &index->ordered, read_group, 1);
    return ENGAGE_OK;
}

static struct engagep_cursor *new_cursor(struct memory_store *store)
{
    struct engagep_cursor *cursor = store->spare;
    if (cursor != NULL)
        store->spare = cursor->next;
    else
        cursor = engagep_alloc_array(&store->base.allocator, 1, sizeof(*cursor));
    return cursor;
}

static void memory_finish(struct engagep_cursor *cursor)
{
    if (cursor == NULL)
        return;
    *cursor->prev = cursor->next;
    if (cursor->next != NULL)
        cursor->next->prev = cursor->prev;
    cursor->next = cursor->store->spare;
    cursor->store->spare = cursor;
}

static int memory_scan(struct engagep_store *base, size_t number, size_t index_number,
                       const struct engagep_value *prefix, size_t prefix_count,
                       struct engagep_cursor **out, engage_error *error)
{
    struct memory_store *store = self(base);
    *out = NULL;
    struct engagep_held_table *table = table_of(store, number, error);
    if (table == NULL)
        return ENGAGE_EMISUSE;
    int rc = engagep_rows_check_key(table->def, index_number, prefix, prefix_count, error);
    if (rc != ENGAGE_OK)
        return rc;
    struct engagep_cursor *cursor = new_cursor(store);
    if (cursor == NULL)
        return no_memory(error);
    struct engagep_held_index *index = &table->indexes[index_number];
    *cursor = (struct engagep_cursor){
        .store = store, .next = store->cursors, .table = table, .index = index};
    cursor->prev = &store->cursors;
    if (store->cursors != NULL)
        store->cursors->prev = &cursor->next;
    store->cursors = cursor;
    struct search search = {table, index, prefix, prefix_count};
    rc = engagep_held_catch_up(&store->held, table, index_number);
    if (rc == ENGAGE_OK)
        rc = prefix_count >= index->group_columns ? read_one_group(store, &search, cursor)
                                                  : read_groups(store, &search, index, cursor);
    if (rc != ENGAGE_OK) {
        memory_finish(cursor);
        return no_memory(error);
    }
    *out = cursor;
    return ENGAGE_OK;
}

static int memory_next(struct engagep_cursor *cursor, struct engagep_value *values,
                       engage_error *error)
{
    if (cursor->broken)
        return engagep_error_set(error, ENGAGE_EMISUSE, "the rows read were rolled back");
    while (cursor->row == cursor->row_end) {
        if (cursor->group == cursor->group_end)
            return ENGAGE_DONE;
        struct engagep_held_group *group = *cursor->group;
        if (engagep_held_sort_group(&cursor->store->held, cursor->table, cursor->index, group) !=
            ENGAGE_OK)
            return no_memory(error);
        cursor->group++;
        cursor->row = group->rows.items;
        cursor->row_end = cursor->row != NULL ? cursor->row + group->rows.count : NULL;
    }
    const struct engagep_held_row *row = *cursor->row++;
    if (cursor->row != cursor->row_end)
        engagep_held_fetch(*cursor->row);
    engagep_image_read(engagep_held_image(cursor->table, row), cursor->table->def,
                       &cursor->table->columns, cursor->table->empty, values);
    return ENGAGE_ROW;
}

/* ------------------------------------------------------ opening, closing --- */

static void free_cursors(struct memory_store *store, struct engagep_cursor *cursor)
{
    while (cursor != NULL) {
        struct engagep_cursor *next = cursor->next;
        engagep_alloc_free(&store->base.allocator, cursor, 1, sizeof(*cursor));
        cursor = next;
    }
}

static void memory_close(struct engagep_store *base)
{
    struct memory_store *store = self(base);
    engage_allocator allocator = store->base.allocator;
    memory_rollback(base);
    free_cursors(store, store->cursors);
    free_cursors(store, store->spare);
    for (size_t i = 0; i < store->table_count; i++)
        engagep_held_free_table(&store->held, &store->tables[i]);
    engagep_alloc_free(&allocator, store->tables, store->table_count, sizeof(*store->tables));
    engagep_alloc_free(&allocator, store->changes, store->change_capacity, sizeof(struct change));
    engagep_list_release(&store->held.scratch, &allocator);
    engagep_pool_release(&store->held.pool);
    engagep_alloc_free(&allocator, store, 1, sizeof(*store));
}

/* Memory that was given back is the allocator's to clean. */
static int memory_scrub(struct engagep_store *base, engage_error *error)
{
    (void)base;
    (void)error;
    return ENGAGE_OK;
}

static int memory_verify(struct engagep_store *base, engage_error *error)
{
    (void)base;
    (void)error;
    return ENGAGE_OK;
}

static const struct engagep_store_ops operations = {
    memory_begin, memory_look,   memory_commit, memory_rollback, memory_put,
    memory_remove, memory_get,   memory_expect, memory_scan,     memory_next,
    memory_finish, memory_scrub, memory_verify, memory_close,
};

int engagep_store_memory_open(struct engagep_store **out, const struct engagep_table *tables,
                              size_t count, const char *where, unsigned flags,
                              const engage_allocator *given, engage_error *error)
{
    *out = NULL;
    engage_allocator allocator;
    int rc = engagep_alloc_init(&allocator, given);
    if (rc != ENGAGE_OK)
        return engagep_error_set(error, rc, "the allocator's struct is not usable");
    if (where[0] != '\0')
        return engagep_error_set(error, ENGAGE_EURI, "nothing may follow memory:");
    if (flags & (ENGAGE_TRACKER_READONLY | ENGAGE_TRACKER_EXISTING))
        return engagep_error_set(error, ENGAGE_ENOENT, "memory: is always new");
    struct memory_store *store = engagep_alloc_zero(&allocator, 1, sizeof(*store));
    if (store == NULL)
        return no_memory(error);
    store->base.ops = &operations;
    store->base.allocator = allocator;
    store->base.steady = 1;
    engagep_pool_init(&store->held.pool, &allocator);
    /* Nobody outside knows where the store lies: keys that collide cannot be chosen. */
    store->held.seed = engagep_hash_mix((uint64_t)(uintptr_t)store);
    store->tables = engagep_alloc_zero(&allocator, count, sizeof(*store->tables));
    if (store->tables == NULL) {
        memory_close(&store->base);
        return no_memory(error);
    }
    store->table_count = count;
    for (size_t i = 0; i < count; i++)
        engagep_held_make_table(&store->tables[i], &tables[i]);
    *out = &store->base;
    return ENGAGE_OK;
}
