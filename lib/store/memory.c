/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The store that is held in memory and gone when it is closed.
 *
 * Rows are found by a hash of their primary key, and read in order by groups: an index
 * puts rows with equal first columns (two, or all if it has fewer or is loose) together,
 * finds a group by a hash, and sorts within and among groups when somebody reads them.
 * Writing a row touches no index: those that came since an index was last read are put
 * into their groups when it is read again, and an index that nobody reads costs nothing.
 * Only a loose index that has been read takes new rows at once, of which it skips most.
 *
 * Every function first gets the memory it needs and then changes something. Taking a
 * row out takes none, and what was in has its room: a rollback always succeeds.
 */
#include "store/backend.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/hash.h"
#include "store/image.h"
#include "store/list.h"
#include "store/pool.h"

#include <string.h>

enum { FIRST_SLOTS = 64, GROUP_COLUMNS = 2 };

/* A log this large is given back after its transaction. */
enum { LOG_KEPT = 1 << 20 };

struct group {
    uint64_t hash;
    size_t size;  /* of the whole, in bytes */
    struct engagep_list rows;
    uint64_t image[]; /* of the columns that its rows share */
};

/* Where a row stands in an index; nowhere while group is NULL. */
struct place {
    struct group *group;
    size_t at;
};

struct row {
    uint64_t hash;
    size_t number; /* in the table's list */
    size_t size;   /* of the whole, in bytes */
    struct place places[];
};

/* Open addressing: a free slot has no entry. Its size is a power of two. */
struct slot {
    uint64_t hash;
    void *entry;
};
struct hash {
    struct slot *slots;
    size_t size;
    size_t count;
};

struct index {
    uint8_t count; /* columns that rows are ordered by */
    uint8_t columns[ENGAGEP_ROWS_MAX_ORDER];
    uint8_t group_columns;
    uint8_t loose;
    uint64_t needed; /* of a loose one: columns that are not empty in its rows */
    size_t placed; /* rows of the list before this one have been put into groups */
    struct hash hash; /* of groups */
    struct engagep_list groups;
};

struct table {
    const struct engagep_table *def;
    size_t image_at; /* where the image begins in a row */
    uint64_t nullable; /* columns that may be NULL, as bits */
    struct engagep_value empty[ENGAGEP_MAX_COLUMNS]; /* what rows are read over */
    int any_loose;   /* an index is */
    struct hash hash; /* of rows */
    struct engagep_list rows; /* as they came; NULL where one went */
    struct index indexes[ENGAGEP_MAX_INDEXES];
};

struct change {
    struct table *table;
    struct row *row;
    int added; /* else it was removed */
};

struct memory_store {
    struct engagep_store base;
    int open; /* a transaction is */
    uint64_t seed;
    size_t table_count;
    struct table *tables;
    struct change *changes;
    size_t change_count;
    size_t change_capacity;
    struct engagep_pool pool;       /* rows and groups */
    struct engagep_list scratch;    /* for sorting */
    struct engagep_cursor *cursors; /* open ones */
    struct engagep_cursor *spare;   /* closed ones, kept for the next scan */
};

struct engagep_cursor {
    struct memory_store *store;
    struct engagep_cursor *next;
    struct engagep_cursor **prev;
    const struct table *table;
    const struct index *index;
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

static const uint64_t *image_of(const struct table *table, const struct row *row)
{
    return (const uint64_t *)(const void *)((const unsigned char *)row + table->image_at);
}

/* ------------------------------------------------------------------ hash --- */

/* Where the search for a hash begins. */
static size_t home(const struct hash *hash, uint64_t value)
{
    return (size_t)value & (hash->size - 1);
}

/* Has the place fetched where a search will begin, while something else is done. */
static void prefetch(const struct hash *hash, uint64_t value)
{
#if defined(__GNUC__)
    __builtin_prefetch(&hash->slots[home(hash, value)]);
#else
    (void)hash;
    (void)value;
#endif
}

static void hash_add(struct hash *hash, uint64_t value, void *entry)
{
    size_t at = home(hash, value);
    while (hash->slots[at].entry != NULL)
        at = (at + 1) & (hash->size - 1);
    hash->slots[at] = (struct slot){value, entry};
    hash->count++;
}

/* Makes room for one more. */
static int hash_reserve(struct hash *hash, const engage_allocator *allocator)
{
    if (hash->count + hash->count / 4 < hash->size / 2 + hash->size / 4)
        return ENGAGE_OK;
    struct hash larger = {NULL, hash->size > 0 ? 2 * hash->size : FIRST_SLOTS, 0};
    larger.slots = engagep_alloc_zero(allocator, larger.size, sizeof(*larger.slots));
    if (larger.slots == NULL)
        return ENGAGE_ENOMEM;
    for (size_t i = 0; i < hash->size; i++)
        if (hash->slots[i].entry != NULL)
            hash_add(&larger, hash->slots[i].hash, hash->slots[i].entry);
    engagep_alloc_free(allocator, hash->slots, hash->size, sizeof(*hash->slots));
    *hash = larger;
    return ENGAGE_OK;
}

/* Those behind move up, so that no search stops before its entry. */
static void hash_remove(struct hash *hash, uint64_t value, const void *entry)
{
    size_t mask = hash->size - 1;
    size_t hole = home(hash, value);
    while (hash->slots[hole].entry != entry)
        hole = (hole + 1) & mask;
    for (size_t at = (hole + 1) & mask; hash->slots[at].entry != NULL; at = (at + 1) & mask) {
        size_t first = home(hash, hash->slots[at].hash);
        if (((at - first) & mask) >= ((at - hole) & mask)) {
            hash->slots[hole] = hash->slots[at];
            hole = at;
        }
    }
    hash->slots[hole].entry = NULL;
    hash->count--;
}

static void hash_release(struct hash *hash, const engage_allocator *allocator)
{
    engagep_alloc_free(allocator, hash->slots, hash->size, sizeof(*hash->slots));
    *hash = (struct hash){NULL, 0, 0};
}

/* ---------------------------------------------------------------- groups --- */

/* The order of an index, for sorting. */
struct order {
    const struct table *table;
    const struct index *index;
};

static int compare_rows(const void *ctx, const void *a, const void *b)
{
    const struct order *order = ctx;
    return engagep_image_compare(order->table->def, order->index->columns, order->index->count,
                                 image_of(order->table, a), image_of(order->table, b));
}

static int compare_groups(const void *ctx, const void *a, const void *b)
{
    const struct order *order = ctx;
    const struct group *left = a;
    const struct group *right = b;
    return engagep_image_compare(order->table->def, order->index->columns,
                                 order->index->group_columns, left->image, right->image);
}

static struct group *find_group(const struct index *index, uint64_t value,
                                const struct engagep_value *key)
{
    const struct hash *hash = &index->hash;
    if (hash->size == 0)
        return NULL;
    for (size_t at = home(hash, value); hash->slots[at].entry != NULL;
         at = (at + 1) & (hash->size - 1)) {
        struct group *group = hash->slots[at].entry;
        if (hash->slots[at].hash == value &&
            engagep_image_has_key(group->image, index->columns, key, index->group_columns))
            return group;
    }
    return NULL;
}

static int make_group(struct memory_store *store, struct index *index, uint64_t value,
                      const struct engagep_value *key, struct group **out)
{
    const engage_allocator *allocator = &store->base.allocator;
    struct engagep_image_shape shape =
        engagep_image_measure_key(index->columns, key, index->group_columns);
    size_t size = sizeof(struct group) + shape.size;
    if (hash_reserve(&index->hash, allocator) != ENGAGE_OK ||
        engagep_list_reserve(&index->groups, allocator) != ENGAGE_OK)
        return ENGAGE_ENOMEM;
    struct group *group = engagep_pool_get(&store->pool, size);
    if (group == NULL)
        return ENGAGE_ENOMEM;
    group->hash = value;
    group->size = size;
    group->rows = (struct engagep_list){NULL, 0, 0, 0};
    engagep_image_write_key(group->image, &shape, index->columns, key, index->group_columns);
    hash_add(&index->hash, value, group);
    engagep_list_add(&index->groups, group);
    *out = group;
    return ENGAGE_OK;
}

static int place_row(struct memory_store *store, struct table *table, size_t number,
                     struct row *row)
{
    struct index *index = &table->indexes[number];
    struct engagep_value key[ENGAGEP_MAX_KEY];
    if (!engagep_image_is_there(image_of(table, row), index->needed))
        return ENGAGE_OK;
    for (size_t i = 0; i < index->group_columns; i++)
        key[i] = engagep_image_column(image_of(table, row), table->def, index->columns[i]);
    uint64_t hash = engagep_image_hash(store->seed, key, index->group_columns);
    struct group *group = find_group(index, hash, key);
    int rc = group != NULL ? ENGAGE_OK : make_group(store, index, hash, key, &group);
    if (rc == ENGAGE_OK)
        rc = engagep_list_reserve(&group->rows, &store->base.allocator);
    if (rc != ENGAGE_OK)
        return rc;
    row->places[number] = (struct place){group, group->rows.count};
    engagep_list_add(&group->rows, row);
    return ENGAGE_OK;
}

/* The last row of the group takes its place. */
static void displace_row(struct row *row, size_t number)
{
    struct place *place = &row->places[number];
    if (place->group == NULL)
        return;
    struct engagep_list *rows = &place->group->rows;
    struct row *last = rows->items[--rows->count];
    rows->items[place->at] = last;
    last->places[number].at = place->at;
    if (rows->sorted > place->at)
        rows->sorted = place->at;
    place->group = NULL;
}

/* Whether an index that skips most rows has been read, and has all there are: the next one
 * is put into its group at once, since looking at every row later costs more. */
static int has_all(const struct table *table, const struct index *index)
{
    return index->loose && index->placed > 0 && index->placed == table->rows.count;
}

/* Puts a row that is about to end the list into the groups of such indexes. */
static int place_early(struct memory_store *store, struct table *table, struct row *row)
{
    int rc = ENGAGE_OK;
    if (!table->any_loose)
        return ENGAGE_OK;
    for (size_t i = 0; i < table->def->index_count && rc == ENGAGE_OK; i++)
        if (has_all(table, &table->indexes[i]))
            rc = place_row(store, table, i, row);
    for (size_t i = 0; i < table->def->index_count; i++) {
        if (rc != ENGAGE_OK)
            displace_row(row, i);
        else if (has_all(table, &table->indexes[i]))
            table->indexes[i].placed++;
    }
    return rc;
}

/* Puts all rows of a table into the groups of an index. */
static int catch_up(struct memory_store *store, struct table *table, size_t number)
{
    struct index *index = &table->indexes[number];
    for (; index->placed < table->rows.count; index->placed++) {
        struct row *row = table->rows.items[index->placed];
        if (row == NULL || row->places[number].group != NULL)
            continue;
        int rc = place_row(store, table, number, row);
        if (rc != ENGAGE_OK)
            return rc;
    }
    return ENGAGE_OK;
}

static int sort_rows(struct memory_store *store, const struct table *table,
                     const struct index *index, struct group *group)
{
    struct order order = {table, index};
    size_t number = (size_t)(index - table->indexes);
    if (index->loose || group->rows.sorted == group->rows.count)
        return ENGAGE_OK;
    int rc = engagep_list_sort(&group->rows, &store->scratch, &store->base.allocator,
                               compare_rows, &order);
    for (size_t i = 0; i < group->rows.count && rc == ENGAGE_OK; i++)
        ((struct row *)group->rows.items[i])->places[number].at = i;
    return rc;
}

static void release_index(struct memory_store *store, struct index *index)
{
    const engage_allocator *allocator = &store->base.allocator;
    for (size_t i = 0; i < index->groups.count; i++) {
        struct group *group = index->groups.items[i];
        engagep_list_release(&group->rows, allocator);
        engagep_pool_give(&store->pool, group, group->size);
    }
    engagep_list_release(&index->groups, allocator);
    hash_release(&index->hash, allocator);
    index->placed = 0;
}

/* ------------------------------------------------------------------ rows --- */

/* The slot of the row with a primary key, or the free one where it would go; the table has
 * slots. */
static struct slot *seek_row(const struct table *table, uint64_t value,
                             const struct engagep_value *key)
{
    const struct hash *hash = &table->hash;
    const struct engagep_index *primary = &table->def->indexes[0];
    for (size_t at = home(hash, value);; at = (at + 1) & (hash->size - 1)) {
        struct slot *slot = &hash->slots[at];
        if (slot->entry == NULL ||
            (slot->hash == value && engagep_image_has_key(image_of(table, slot->entry),
                                                          primary->columns, key, primary->count)))
            return slot;
    }
}

static struct row *new_row(struct memory_store *store, const struct table *table,
                           const struct engagep_value *values,
                           const struct engagep_image_shape *shape, uint64_t hash)
{
    size_t size = table->image_at + shape->size;
    struct row *row = engagep_pool_get(&store->pool, size);
    if (row == NULL)
        return NULL;
    row->hash = hash;
    row->size = size;
    for (size_t i = 0; i < table->def->index_count; i++)
        row->places[i] = (struct place){NULL, 0};
    uint64_t *image = (uint64_t *)(void *)((unsigned char *)row + table->image_at);
    engagep_image_write(image, shape, values);
    return row;
}

static void free_row(struct memory_store *store, struct row *row)
{
    engagep_pool_give(&store->pool, row, row->size);
}

/* Takes a row out of the list and the indexes. */
static void unlist_row(struct table *table, struct row *row)
{
    table->rows.items[row->number] = NULL;
    for (size_t i = 0; i < table->def->index_count; i++)
        displace_row(row, i);
}

static void take_row(struct table *table, struct row *row)
{
    hash_remove(&table->hash, row->hash, row);
    unlist_row(table, row);
}

/* A new row stands where an old one did in those indexes that do not tell them apart. */
static void take_places(const struct table *table, struct row *old, struct row *row)
{
    for (size_t i = 0; i < table->def->index_count; i++) {
        struct place *place = &old->places[i];
        struct order order = {table, &table->indexes[i]};
        if (place->group == NULL || row->places[i].group != NULL ||
            compare_rows(&order, old, row) != 0)
            continue;
        row->places[i] = *place;
        place->group->rows.items[place->at] = row;
        place->group = NULL;
    }
}

/* Closes the gaps in the list of rows where they are most of it. */
static void compact(struct memory_store *store, struct table *table)
{
    struct engagep_list *rows = &table->rows;
    if (rows->count < FIRST_SLOTS || rows->count < 2 * table->hash.count)
        return;
    for (size_t i = 0; i < table->def->index_count; i++)
        release_index(store, &table->indexes[i]);
    size_t count = 0;
    for (size_t i = 0; i < rows->count; i++) {
        struct row *row = rows->items[i];
        if (row == NULL)
            continue;
        for (size_t j = 0; j < table->def->index_count; j++)
            row->places[j].group = NULL;
        row->number = count;
        rows->items[count++] = row;
    }
    rows->count = count;
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

static void log_change(struct memory_store *store, struct table *table, struct row *row, int added)
{
    store->changes[store->change_count++] = (struct change){table, row, added};
}

static void undo(struct memory_store *store, const struct change *change)
{
    struct table *table = change->table;
    struct row *row = change->row;
    if (change->added) {
        /* Changes are undone from the last one on: the row ends the list. */
        take_row(table, row);
        table->rows.count = row->number;
    } else {
        hash_add(&table->hash, row->hash, row);
        table->rows.items[row->number] = row;
    }
    for (size_t i = 0; i < table->def->index_count; i++)
        if (table->indexes[i].placed > row->number)
            table->indexes[i].placed = row->number;
    if (change->added)
        free_row(store, row);
}

static void end_transaction(struct memory_store *store)
{
    store->open = 0;
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
        compact(store, &store->tables[i]);
    store->open = 1;
    return ENGAGE_OK;
}

static int memory_commit(struct engagep_store *base, engage_error *error)
{
    struct memory_store *store = self(base);
    if (!store->open)
        return engagep_error_set(error, ENGAGE_EMISUSE, "no transaction is open");
    for (size_t i = 0; i < store->change_count; i++)
        if (!store->changes[i].added)
            free_row(store, store->changes[i].row);
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

static struct table *table_of(struct memory_store *store, size_t number, engage_error *error)
{
    if (number < store->table_count)
        return &store->tables[number];
    engagep_error_set(error, ENGAGE_EMISUSE, "there is no table %zu", number);
    return NULL;
}

static struct table *writable_table(struct memory_store *store, size_t number, engage_error *error)
{
    if (store->open && store->cursors == NULL)
        return table_of(store, number, error);
    engagep_error_set(error, ENGAGE_EMISUSE,
                      store->open ? "rows are still being read" : "no transaction is open");
    return NULL;
}

static int is_same(const struct table *table, const struct row *a, const struct row *b)
{
    return a->size == b->size &&
           memcmp(image_of(table, a), image_of(table, b), a->size - table->image_at) == 0;
}

static int memory_put(struct engagep_store *base, size_t number, const struct engagep_value *values,
                      uint64_t given, engage_error *error)
{
    struct memory_store *store = self(base);
    const engage_allocator *allocator = &store->base.allocator;
    struct table *table = writable_table(store, number, error);
    if (table == NULL)
        return ENGAGE_EMISUSE;
    struct engagep_image_shape shape;
    if (!engagep_image_measure(table->def, table->nullable, values, given, &shape))
        return engagep_rows_check(table->def, values, given, error);
    const struct engagep_index *primary = &table->def->indexes[0];
    struct engagep_value key[ENGAGEP_MAX_KEY];
    for (size_t i = 0; i < primary->count; i++)
        key[i] = values[primary->columns[i]];
    uint64_t hash = engagep_image_hash(store->seed, key, primary->count);
    if (reserve_changes(store) != ENGAGE_OK ||
        hash_reserve(&table->hash, allocator) != ENGAGE_OK ||
        engagep_list_reserve(&table->rows, allocator) != ENGAGE_OK)
        return no_memory(error);
    prefetch(&table->hash, hash);
    struct row *row = new_row(store, table, values, &shape, hash);
    if (row == NULL)
        return no_memory(error);
    struct slot *slot = seek_row(table, hash, key);
    struct row *old = slot->entry;
    if (old != NULL && is_same(table, old, row)) {
        free_row(store, row);
        return ENGAGE_OK;
    }
    if (place_early(store, table, row) != ENGAGE_OK) {
        free_row(store, row);
        return no_memory(error);
    }
    if (old != NULL) {
        take_places(table, old, row);
        unlist_row(table, old);
        log_change(store, table, old, 0);
    } else {
        table->hash.count++;
    }
    *slot = (struct slot){hash, row};
    row->number = table->rows.count;
    engagep_list_add(&table->rows, row);
    log_change(store, table, row, 1);
    return ENGAGE_OK;
}

/* Finds the row with a primary key: ENGAGE_ROW, ENGAGE_DONE or a failure. */
static int find_key(struct memory_store *store, struct table *table,
                    const struct engagep_value *key, struct row **out, engage_error *error)
{
    size_t count = table->def->indexes[0].count;
    int rc = engagep_rows_check_key(table->def, 0, key, count, error);
    if (rc != ENGAGE_OK)
        return rc;
    if (table->hash.count == 0)
        return ENGAGE_DONE;
    *out = seek_row(table, engagep_image_hash(store->seed, key, count), key)->entry;
    return *out != NULL ? ENGAGE_ROW : ENGAGE_DONE;
}

static int memory_remove(struct engagep_store *base, size_t number, const struct engagep_value *key,
                         engage_error *error)
{
    struct memory_store *store = self(base);
    struct table *table = writable_table(store, number, error);
    if (table == NULL)
        return ENGAGE_EMISUSE;
    struct row *row;
    int rc = find_key(store, table, key, &row, error);
    if (rc != ENGAGE_ROW)
        return rc;
    if (reserve_changes(store) != ENGAGE_OK)
        return no_memory(error);
    take_row(table, row);
    log_change(store, table, row, 0);
    return ENGAGE_OK;
}

/* --------------------------------------------------------------- reading --- */

static int memory_get(struct engagep_store *base, size_t number, const struct engagep_value *key,
                      struct engagep_value *values, engage_error *error)
{
    struct memory_store *store = self(base);
    struct table *table = table_of(store, number, error);
    if (table == NULL)
        return ENGAGE_EMISUSE;
    struct row *row;
    int rc = find_key(store, table, key, &row, error);
    if (rc == ENGAGE_ROW)
        engagep_image_read(image_of(table, row), table->def, table->empty, values);
    return rc;
}

/* What a scan looks for: rows of an index that begin with the values of a key. */
struct search {
    const struct table *table;
    const struct index *index;
    const struct engagep_value *key;
    size_t count;
};

typedef const uint64_t *image_reader(const struct table *table, const void *item);

static const uint64_t *read_group(const struct table *table, const void *item)
{
    (void)table;
    return ((const struct group *)item)->image;
}

static const uint64_t *read_row(const struct table *table, const void *item)
{
    return image_of(table, item);
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
    uint64_t hash = engagep_image_hash(store->seed, search->key, search->index->group_columns);
    struct group *group = find_group(search->index, hash, search->key);
    if (group == NULL)
        return ENGAGE_OK;
    int rc = sort_rows(store, search->table, search->index, group);
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
                       struct index *index, struct engagep_cursor *cursor)
{
    struct order order = {search->table, index};
    int rc = engagep_list_sort(&index->groups, &store->scratch, &store->base.allocator,
                               compare_groups, &order);
    if (rc != ENGAGE_OK)
        return rc;
    cursor->group = seek(search, &index->groups, read_group, 0);
    cursor->group_end = seek(search, &index->groups, read_group, 1);
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
    struct table *table = table_of(store, number, error);
    if (table == NULL)
        return ENGAGE_EMISUSE;
    int rc = engagep_rows_check_key(table->def, index_number, prefix, prefix_count, error);
    if (rc != ENGAGE_OK)
        return rc;
    struct engagep_cursor *cursor = new_cursor(store);
    if (cursor == NULL)
        return no_memory(error);
    struct index *index = &table->indexes[index_number];
    *cursor = (struct engagep_cursor){
        .store = store, .next = store->cursors, .table = table, .index = index};
    cursor->prev = &store->cursors;
    if (store->cursors != NULL)
        store->cursors->prev = &cursor->next;
    store->cursors = cursor;
    struct search search = {table, index, prefix, prefix_count};
    rc = catch_up(store, table, index_number);
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
        struct group *group = *cursor->group;
        if (sort_rows(cursor->store, cursor->table, cursor->index, group) != ENGAGE_OK)
            return no_memory(error);
        cursor->group++;
        cursor->row = group->rows.items;
        cursor->row_end = cursor->row != NULL ? cursor->row + group->rows.count : NULL;
    }
    const struct row *row = *cursor->row++;
    engagep_image_read(image_of(cursor->table, row), cursor->table->def, cursor->table->empty,
                       values);
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

static void free_table(struct memory_store *store, struct table *table)
{
    for (size_t i = 0; i < table->rows.count; i++)
        if (table->rows.items[i] != NULL)
            free_row(store, table->rows.items[i]);
    for (size_t i = 0; i < ENGAGEP_MAX_INDEXES; i++)
        release_index(store, &table->indexes[i]);
    engagep_list_release(&table->rows, &store->base.allocator);
    hash_release(&table->hash, &store->base.allocator);
}

static void memory_close(struct engagep_store *base)
{
    struct memory_store *store = self(base);
    engage_allocator allocator = store->base.allocator;
    memory_rollback(base);
    free_cursors(store, store->cursors);
    free_cursors(store, store->spare);
    for (size_t i = 0; i < store->table_count; i++)
        free_table(store, &store->tables[i]);
    engagep_alloc_free(&allocator, store->tables, store->table_count, sizeof(*store->tables));
    engagep_alloc_free(&allocator, store->changes, store->change_capacity, sizeof(struct change));
    engagep_list_release(&store->scratch, &allocator);
    engagep_pool_release(&store->pool);
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
    memory_begin, memory_commit, memory_rollback, memory_put,    memory_remove,
    memory_get,   memory_scan,   memory_next,     memory_finish, memory_scrub,  memory_verify,
    memory_close,
};

static void make_table(struct table *table, const struct engagep_table *def)
{
    table->def = def;
    table->nullable = engagep_image_nullable(def);
    engagep_image_empty(def, table->empty);
    table->image_at = sizeof(struct row) + (size_t)def->index_count * sizeof(struct place);
    for (size_t i = 0; i < def->index_count; i++) {
        struct index *index = &table->indexes[i];
        index->count = (uint8_t)engagep_rows_order(def, i, index->columns);
        uint8_t own = def->indexes[i].count;
        index->loose = def->indexes[i].loose;
        table->any_loose |= index->loose;
        for (size_t at = 0; at < own && index->loose; at++)
            if (def->columns[index->columns[at]].type == ENGAGEP_TEXT)
                index->needed |= ENGAGEP_COLUMN(index->columns[at]);
        index->group_columns = own < GROUP_COLUMNS || index->loose ? own : GROUP_COLUMNS;
    }
}

int engagep_store_memory_open(struct engagep_store **out, const struct engagep_table *tables,
                              size_t count, const char *where, int readonly,
                              const engage_allocator *given, engage_error *error)
{
    *out = NULL;
    engage_allocator allocator;
    int rc = engagep_alloc_init(&allocator, given);
    if (rc != ENGAGE_OK)
        return engagep_error_set(error, rc, "the allocator's struct is not usable");
    if (where[0] != '\0')
        return engagep_error_set(error, ENGAGE_EURI, "nothing may follow memory:");
    if (readonly)
        return engagep_error_set(error, ENGAGE_ENOENT, "memory: is always new");
    struct memory_store *store = engagep_alloc_zero(&allocator, 1, sizeof(*store));
    if (store == NULL)
        return no_memory(error);
    store->base.ops = &operations;
    store->base.allocator = allocator;
    store->base.steady = 1;
    engagep_pool_init(&store->pool, &allocator);
    /* Nobody outside knows where the store lies: keys that collide cannot be chosen. */
    store->seed = engagep_hash_mix((uint64_t)(uintptr_t)store);
    store->tables = engagep_alloc_zero(&allocator, count, sizeof(*store->tables));
    if (store->tables == NULL) {
        memory_close(&store->base);
        return no_memory(error);
    }
    store->table_count = count;
    for (size_t i = 0; i < count; i++)
        make_table(&store->tables[i], &tables[i]);
    *out = &store->base;
    return ENGAGE_OK;
}
