/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The store that is held in memory and gone when it is closed.
 *
 * A row is one block: its place in a hash by primary key, a tree node for each
 * index, and an image of its values. Links lie inside the row, so that putting a
 * row in or out of place takes no memory and cannot fail: every function first
 * gets the memory it needs and then changes something, and a rollback always
 * succeeds. For the same reason a tree can be made when it is first asked for: most
 * tables are never read in the order of their primary key.
 *
 * The hash has no secret. Whoever chooses keys that collide only loses its help:
 * a search follows CHAIN_LIMIT links and then asks the tree.
 */
#include "store/backend.h"

#include "base/alloc.h"
#include "base/error.h"
#include "store/image.h"
#include "store/tree.h"

#include <string.h>

enum { CHAIN_LIMIT = 16, FIRST_BUCKETS = 64 };

/* A log this large is given back after its transaction. */
enum { LOG_KEPT = 1 << 20 };

struct row {
    struct row *chain_next;
    struct row **chain_prev;
    uint64_t hash;
    uint64_t saved;    /* the last transaction that can restore the image */
    uint32_t size;     /* of the image, in bytes */
    uint32_t capacity; /* room for one */
    struct engagep_tree_node nodes[];
};

/* A tree that nobody has asked for yet is not there, and costs nothing. */
struct order {
    int built;
    uint8_t count; /* columns that rows are compared by */
    uint8_t columns[ENGAGEP_ROWS_MAX_ORDER];
    struct engagep_tree_node *root;
};

struct table {
    const struct engagep_table *def;
    size_t image_at; /* where the image begins in a row */
    size_t row_count;
    size_t bucket_count; /* a power of two */
    struct row **buckets;
    struct order orders[ENGAGEP_MAX_INDEXES];
};

enum change_kind {
    ADDED,    /* row is new */
    REMOVED,  /* row is out of place */
    REPLACED, /* row stands where old was, which is out of place */
    SAVED     /* row's image was overwritten; the old one lies in the log of images */
};

struct change {
    enum change_kind kind;
    struct table *table;
    struct row *row;
    struct row *old;
    size_t image_end; /* of the images logged, this one's included */
    uint32_t image_size;
};

struct memory_store {
    struct engagep_store base;
    int open; /* a transaction is */
    uint64_t transaction;
    size_t table_count;
    struct table *tables;
    struct change *changes;
    size_t change_count;
    size_t change_capacity;
    unsigned char *images;
    size_t image_bytes;
    size_t image_capacity;
    uint64_t *scratch; /* the image of the row or key at hand */
    size_t scratch_words;
    struct engagep_cursor *cursors; /* open ones */
    struct engagep_cursor *spare;   /* closed ones, kept for the next scan */
};

struct engagep_cursor {
    struct memory_store *store;
    struct engagep_cursor *next;
    struct engagep_cursor **prev;
    const struct table *table;
    size_t index;
    struct row *row; /* to be given next */
    struct row *end; /* the first one that is no longer wanted */
    int broken;      /* its rows may be gone */
};

/* ---------------------------------------------------------------- images --- */

static const uint64_t *image_of(const struct table *table, const struct row *row)
{
    return (const uint64_t *)(const void *)((const unsigned char *)row + table->image_at);
}

static unsigned char *image_bytes(const struct table *table, struct row *row)
{
    return (unsigned char *)row + table->image_at;
}

/* Makes room in the scratch for an image with these values. */
static int reserve_image(struct memory_store *store, const struct table *table,
                         const struct engagep_value *values, size_t count)
{
    size_t words = engagep_image_words(table->def, values, count);
    void *block = store->scratch;
    int rc = engagep_alloc_grow(&store->base.allocator, &block, &store->scratch_words, words,
                                sizeof(uint64_t));
    store->scratch = block;
    return rc;
}

/* The image of a whole row in the scratch; its size goes to *size. */
static int encode_row(struct memory_store *store, const struct table *table,
                      const struct engagep_value *row, uint32_t *size)
{
    int rc = reserve_image(store, table, row, table->def->column_count);
    if (rc == ENGAGE_OK)
        *size = engagep_image_row(store->scratch, table->def, row);
    return rc;
}

/* An image in the scratch whose first `count` columns of an index are set. */
static int encode_key(struct memory_store *store, const struct table *table, size_t index,
                      const struct engagep_value *key, size_t count)
{
    int rc = reserve_image(store, table, key, count);
    if (rc == ENGAGE_OK)
        engagep_image_key(store->scratch, table->def, index, key, count);
    return rc;
}

/* Orders two images by the first `count` columns of an order. */
static int compare(const struct table *table, const struct order *order, size_t count,
                   const uint64_t *a, const uint64_t *b)
{
    return engagep_image_compare(table->def, order->columns, count, a, b);
}

/* ---------------------------------------------------------------- places --- */

static struct row *row_of(struct engagep_tree_node *node, size_t index)
{
    if (node == NULL)
        return NULL;
    return (struct row *)(void *)((unsigned char *)(node - index) - offsetof(struct row, nodes));
}

/* The first row of an index whose first `count` columns are not before those of the
 * image, or are after them where `after` is set. */
static struct row *seek(const struct table *table, size_t index, size_t count,
                        const uint64_t *image, int after)
{
    const struct order *order = &table->orders[index];
    struct engagep_tree_node *found = NULL;
    struct engagep_tree_node *node = order->root;
    while (node != NULL) {
        int result = compare(table, order, count, image_of(table, row_of(node, index)), image);
        if (result > 0 || (result == 0 && !after)) {
            found = node;
            node = node->child[0];
        } else {
            node = node->child[1];
        }
    }
    return row_of(found, index);
}

static void place_in(struct table *table, size_t index, struct row *row)
{
    struct order *order = &table->orders[index];
    const uint64_t *image = image_of(table, row);
    struct engagep_tree_node *parent = NULL;
    struct engagep_tree_node *node = order->root;
    int side = 0;
    while (node != NULL) {
        parent = node;
        side = compare(table, order, order->count, image_of(table, row_of(node, index)), image) < 0;
        node = node->child[side];
    }
    engagep_tree_link(&order->root, &row->nodes[index], parent, side);
}

/* Makes the tree of an index from the rows of the hash. */
static void build(struct table *table, size_t index)
{
    if (table->orders[index].built)
        return;
    table->orders[index].built = 1;
    for (size_t i = 0; i < table->bucket_count; i++) {
        for (struct row *row = table->buckets[i]; row != NULL; row = row->chain_next)
            place_in(table, index, row);
    }
}

static int has_key(const struct table *table, const struct row *row, const uint64_t *image)
{
    const struct order *primary = &table->orders[0];
    return compare(table, primary, primary->count, image_of(table, row), image) == 0;
}

static struct row *find(struct table *table, const uint64_t *image, uint64_t hash)
{
    int links = 0;
    struct row *row = table->buckets[hash & (table->bucket_count - 1)];
    for (; row != NULL && links < CHAIN_LIMIT; row = row->chain_next) {
        if (row->hash == hash && has_key(table, row, image))
            return row;
        links++;
    }
    if (row == NULL)
        return NULL;
    build(table, 0);
    row = seek(table, 0, table->orders[0].count, image, 0);
    return row != NULL && has_key(table, row, image) ? row : NULL;
}

static void chain(struct table *table, struct row *row)
{
    struct row **bucket = &table->buckets[row->hash & (table->bucket_count - 1)];
    row->chain_next = *bucket;
    row->chain_prev = bucket;
    if (*bucket != NULL)
        (*bucket)->chain_prev = &row->chain_next;
    *bucket = row;
}

static void unchain(struct row *row)
{
    *row->chain_prev = row->chain_next;
    if (row->chain_next != NULL)
        row->chain_next->chain_prev = row->chain_prev;
}

/* More buckets where rows have become many. Without the memory for them, chains
 * only get longer. */
static void grow_buckets(const engage_allocator *allocator, struct table *table)
{
    if (table->row_count < table->bucket_count)
        return;
    size_t count = table->bucket_count * 2;
    struct row **buckets = engagep_alloc_zero(allocator, count, sizeof(*buckets));
    if (buckets == NULL)
        return;
    struct row **old = table->buckets;
    size_t old_count = table->bucket_count;
    table->buckets = buckets;
    table->bucket_count = count;
    for (size_t i = 0; i < old_count; i++) {
        struct row *next;
        for (struct row *row = old[i]; row != NULL; row = next) {
            next = row->chain_next;
            chain(table, row);
        }
    }
    engagep_alloc_free(allocator, old, old_count, sizeof(*old));
}

static void place(struct table *table, struct row *row)
{
    chain(table, row);
    for (size_t i = 0; i < table->def->index_count; i++) {
        if (table->orders[i].built)
            place_in(table, i, row);
    }
    table->row_count++;
}

static void displace(struct table *table, struct row *row)
{
    unchain(row);
    for (size_t i = 0; i < table->def->index_count; i++) {
        if (table->orders[i].built)
            engagep_tree_unlink(&table->orders[i].root, &row->nodes[i]);
    }
    table->row_count--;
}

/* Puts `row` in the place of `old`, which has the same primary key. */
static void supplant(struct table *table, struct row *old, struct row *row)
{
    unchain(old);
    chain(table, row);
    for (size_t i = 0; i < table->def->index_count; i++) {
        struct order *order = &table->orders[i];
        if (!order->built)
            continue;
        if (compare(table, order, order->count, image_of(table, old), image_of(table, row)) == 0) {
            engagep_tree_replace(&order->root, &old->nodes[i], &row->nodes[i]);
        } else {
            engagep_tree_unlink(&order->root, &old->nodes[i]);
            place_in(table, i, row);
        }
    }
}

/* Whether a row with this image instead of its own would keep its place in an index. */
static int stays(const struct table *table, size_t index, const struct row *row,
                 const uint64_t *image)
{
    const struct order *order = &table->orders[index];
    return !order->built ||
           compare(table, order, order->count, image_of(table, row), image) == 0;
}

/* Whether the image of a row can be overwritten where it lies: it fits, and the row
 * keeps its place in every index. */
static int fits(const struct table *table, const struct row *row, const uint64_t *image,
                uint32_t size)
{
    if (size > row->capacity)
        return 0;
    for (size_t i = 1; i < table->def->index_count; i++) {
        if (!stays(table, i, row, image))
            return 0;
    }
    return 1;
}

/* ------------------------------------------------------------------ rows --- */

static struct row *new_row(struct memory_store *store, const struct table *table, uint32_t size,
                           uint32_t capacity, uint64_t hash)
{
    struct row *row = engagep_alloc_array(&store->base.allocator, 1, table->image_at + capacity);
    if (row == NULL)
        return NULL;
    row->hash = hash;
    row->saved = store->transaction;
    row->size = size;
    row->capacity = capacity;
    memcpy(image_bytes(table, row), store->scratch, size);
    return row;
}

static void free_row(struct memory_store *store, const struct table *table, struct row *row)
{
    engagep_alloc_free(&store->base.allocator, row, 1, table->image_at + row->capacity);
}

/* ------------------------------------------------------------------- log --- */

static int reserve_change(struct memory_store *store, size_t image_size)
{
    void *block = store->changes;
    int rc = engagep_alloc_grow(&store->base.allocator, &block, &store->change_capacity,
                                store->change_count + 1, sizeof(struct change));
    store->changes = block;
    if (rc != ENGAGE_OK)
        return rc;
    block = store->images;
    rc = engagep_alloc_grow(&store->base.allocator, &block, &store->image_capacity,
                            store->image_bytes + image_size, 1);
    store->images = block;
    return rc;
}

static struct change *log_change(struct memory_store *store, enum change_kind kind,
                                 struct table *table, struct row *row)
{
    struct change *change = &store->changes[store->change_count++];
    *change = (struct change){kind, table, row, NULL, store->image_bytes, 0};
    return change;
}

static void save_image(struct memory_store *store, struct table *table, struct row *row)
{
    memcpy(store->images + store->image_bytes, image_bytes(table, row), row->size);
    store->image_bytes += row->size;
    log_change(store, SAVED, table, row)->image_size = row->size;
    row->saved = store->transaction;
}

static void end_transaction(struct memory_store *store)
{
    const engage_allocator *allocator = &store->base.allocator;
    store->open = 0;
    store->change_count = 0;
    store->image_bytes = 0;
    if (store->change_capacity > LOG_KEPT / sizeof(struct change)) {
        engagep_alloc_free(allocator, store->changes, store->change_capacity,
                           sizeof(struct change));
        store->changes = NULL;
        store->change_capacity = 0;
    }
    if (store->image_capacity > LOG_KEPT) {
        engagep_alloc_free(allocator, store->images, store->image_capacity, 1);
        store->images = NULL;
        store->image_capacity = 0;
    }
}

/* A tree made since the image was saved has the row where its later image belongs. */
static void restore_image(struct memory_store *store, const struct change *change)
{
    struct table *table = change->table;
    struct row *row = change->row;
    const unsigned char *image = store->images + change->image_end - change->image_size;
    for (size_t i = 1; i < table->def->index_count; i++) {
        if (table->orders[i].built)
            engagep_tree_unlink(&table->orders[i].root, &row->nodes[i]);
    }
    memcpy(image_bytes(table, row), image, change->image_size);
    row->size = change->image_size;
    for (size_t i = 1; i < table->def->index_count; i++) {
        if (table->orders[i].built)
            place_in(table, i, row);
    }
}

static void undo(struct memory_store *store, const struct change *change)
{
    struct table *table = change->table;
    switch (change->kind) {
    case ADDED:
        displace(table, change->row);
        free_row(store, table, change->row);
        break;
    case REMOVED:
        place(table, change->row);
        break;
    case REPLACED:
        supplant(table, change->row, change->old);
        free_row(store, table, change->row);
        break;
    case SAVED:
        restore_image(store, change);
        break;
    }
}

/* ---------------------------------------------------------- transactions --- */

static int no_memory(engage_error *error)
{
    return engagep_error_set(error, ENGAGE_ENOMEM, "no memory for the store");
}

static struct memory_store *self(struct engagep_store *store)
{
    return (struct memory_store *)(void *)store;
}

static int memory_begin(struct engagep_store *base, engage_error *error)
{
    struct memory_store *store = self(base);
    if (store->open)
        return engagep_error_set(error, ENGAGE_EMISUSE, "a transaction is open already");
    store->open = 1;
    store->transaction++;
    return ENGAGE_OK;
}

static int memory_commit(struct engagep_store *base, engage_error *error)
{
    struct memory_store *store = self(base);
    if (!store->open)
        return engagep_error_set(error, ENGAGE_EMISUSE, "no transaction is open");
    for (size_t i = 0; i < store->change_count; i++) {
        const struct change *change = &store->changes[i];
        if (change->kind == REMOVED)
            free_row(store, change->table, change->row);
        else if (change->kind == REPLACED)
            free_row(store, change->table, change->old);
    }
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

static int add(struct memory_store *store, struct table *table, uint32_t size, uint64_t hash)
{
    struct row *row = NULL;
    if (reserve_change(store, 0) == ENGAGE_OK)
        row = new_row(store, table, size, size, hash);
    if (row == NULL)
        return ENGAGE_ENOMEM;
    grow_buckets(&store->base.allocator, table);
    place(table, row);
    log_change(store, ADDED, table, row);
    return ENGAGE_OK;
}

static int overwrite(struct memory_store *store, struct table *table, struct row *row,
                     uint32_t size)
{
    if (row->saved != store->transaction) {
        int rc = reserve_change(store, row->size);
        if (rc != ENGAGE_OK)
            return rc;
        save_image(store, table, row);
    }
    memcpy(image_bytes(table, row), store->scratch, size);
    row->size = size;
    return ENGAGE_OK;
}

static int replace(struct memory_store *store, struct table *table, struct row *old, uint32_t size)
{
    /* A row that has grown once will grow again. */
    uint32_t capacity = size > old->capacity ? size + size / 4 : old->capacity;
    struct row *row = NULL;
    if (reserve_change(store, 0) == ENGAGE_OK)
        row = new_row(store, table, size, capacity, old->hash);
    if (row == NULL)
        return ENGAGE_ENOMEM;
    supplant(table, old, row);
    log_change(store, REPLACED, table, row)->old = old;
    return ENGAGE_OK;
}

static int memory_put(struct engagep_store *base, size_t number, const struct engagep_value *values,
                      engage_error *error)
{
    struct memory_store *store = self(base);
    struct table *table = writable_table(store, number, error);
    if (table == NULL)
        return ENGAGE_EMISUSE;
    int rc = engagep_rows_check(table->def, values, error);
    if (rc != ENGAGE_OK)
        return rc;
    uint32_t size;
    if (encode_row(store, table, values, &size) != ENGAGE_OK)
        return no_memory(error);
    uint64_t hash = engagep_image_hash(store->scratch, table->def);
    struct row *row = find(table, store->scratch, hash);
    if (row == NULL)
        rc = add(store, table, size, hash);
    else if (size == row->size && memcmp(image_of(table, row), store->scratch, size) == 0)
        return ENGAGE_OK;
    else if (fits(table, row, store->scratch, size))
        rc = overwrite(store, table, row, size);
    else
        rc = replace(store, table, row, size);
    return rc == ENGAGE_OK ? ENGAGE_OK : no_memory(error);
}

/* Finds the row with a primary key: ENGAGE_ROW, ENGAGE_DONE or a failure. */
static int find_key(struct memory_store *store, struct table *table,
                    const struct engagep_value *key, struct row **out, engage_error *error)
{
    size_t count = table->def->indexes[0].count;
    int rc = engagep_rows_check_key(table->def, 0, key, count, error);
    if (rc != ENGAGE_OK)
        return rc;
    if (encode_key(store, table, 0, key, count) != ENGAGE_OK)
        return no_memory(error);
    *out = find(table, store->scratch, engagep_image_hash(store->scratch, table->def));
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
    if (reserve_change(store, 0) != ENGAGE_OK)
        return no_memory(error);
    displace(table, row);
    log_change(store, REMOVED, table, row);
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
        engagep_image_values(image_of(table, row), table->def, values);
    return rc;
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

static int memory_scan(struct engagep_store *base, size_t number, size_t index,
                       const struct engagep_value *prefix, size_t prefix_count,
                       struct engagep_cursor **out, engage_error *error)
{
    struct memory_store *store = self(base);
    *out = NULL;
    struct table *table = table_of(store, number, error);
    if (table == NULL)
        return ENGAGE_EMISUSE;
    int rc = engagep_rows_check_key(table->def, index, prefix, prefix_count, error);
    if (rc != ENGAGE_OK)
        return rc;
    if (encode_key(store, table, index, prefix, prefix_count) != ENGAGE_OK)
        return no_memory(error);
    struct engagep_cursor *cursor = new_cursor(store);
    if (cursor == NULL)
        return no_memory(error);
    *cursor = (struct engagep_cursor){.store = store, .next = store->cursors, .table = table};
    cursor->index = index;
    build(table, index);
    cursor->row = seek(table, index, prefix_count, store->scratch, 0);
    cursor->end = seek(table, index, prefix_count, store->scratch, 1);
    cursor->prev = &store->cursors;
    if (store->cursors != NULL)
        store->cursors->prev = &cursor->next;
    store->cursors = cursor;
    *out = cursor;
    return ENGAGE_OK;
}

static int memory_next(struct engagep_cursor *cursor, struct engagep_value *values,
                       engage_error *error)
{
    if (cursor->broken)
        return engagep_error_set(error, ENGAGE_EMISUSE, "the rows read were rolled back");
    if (cursor->row == cursor->end)
        return ENGAGE_DONE;
    engagep_image_values(image_of(cursor->table, cursor->row), cursor->table->def, values);
    size_t index = cursor->index;
    cursor->row = row_of(engagep_tree_next(&cursor->row->nodes[index]), index);
    return ENGAGE_ROW;
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
    for (size_t i = 0; table->buckets != NULL && i < table->bucket_count; i++) {
        struct row *next;
        for (struct row *row = table->buckets[i]; row != NULL; row = next) {
            next = row->chain_next;
            free_row(store, table, row);
        }
    }
    engagep_alloc_free(&store->base.allocator, table->buckets, table->bucket_count,
                       sizeof(*table->buckets));
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
    engagep_alloc_free(&allocator, store->images, store->image_capacity, 1);
    engagep_alloc_free(&allocator, store->scratch, store->scratch_words, sizeof(uint64_t));
    engagep_alloc_free(&allocator, store, 1, sizeof(*store));
}

static const struct engagep_store_ops operations = {
    memory_begin, memory_commit, memory_rollback, memory_put,    memory_remove,
    memory_get,   memory_scan,   memory_next,     memory_finish, memory_close,
};

static int make_table(const engage_allocator *allocator, struct table *table,
                      const struct engagep_table *def)
{
    table->def = def;
    table->image_at =
        sizeof(struct row) + (size_t)def->index_count * sizeof(struct engagep_tree_node);
    for (size_t i = 0; i < def->index_count; i++)
        table->orders[i].count = (uint8_t)engagep_rows_order(def, i, table->orders[i].columns);
    table->bucket_count = FIRST_BUCKETS;
    table->buckets = engagep_alloc_zero(allocator, FIRST_BUCKETS, sizeof(*table->buckets));
    return table->buckets != NULL ? ENGAGE_OK : ENGAGE_ENOMEM;
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
    store->tables = engagep_alloc_zero(&allocator, count, sizeof(*store->tables));
    if (store->tables == NULL)
        rc = ENGAGE_ENOMEM;
    else
        store->table_count = count;
    for (size_t i = 0; rc == ENGAGE_OK && i < count; i++)
        rc = make_table(&allocator, &store->tables[i], &tables[i]);
    if (rc != ENGAGE_OK) {
        memory_close(&store->base);
        return no_memory(error);
    }
    *out = &store->base;
    return ENGAGE_OK;
}
