/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "store/held.h"

#include "base/alloc.h"

#include <string.h>

enum { GROUP_COLUMNS = 2 };

/* A list that is shorter keeps its gaps. */
enum { FEW_ROWS = 64 };

/* ---------------------------------------------------------------- groups --- */

/* The order of an index, for sorting. */
struct order {
    const struct engagep_held_table *table;
    const struct engagep_held_index *index;
};

static int compare_rows(const void *ctx, const void *a, const void *b)
{
    const struct order *order = ctx;
    return engagep_image_compare(order->table->def, order->index->columns, order->index->count,
                                 engagep_held_image(order->table, a),
                                 engagep_held_image(order->table, b));
}

static int compare_groups(const void *ctx, const void *a, const void *b)
{
    const struct order *order = ctx;
    const struct engagep_held_group *left = a;
    const struct engagep_held_group *right = b;
    return engagep_image_compare(order->table->def, order->index->columns,
                                 order->index->group_columns, left->image, right->image);
}

struct engagep_held_group *engagep_held_find_group(const struct engagep_held_index *index,
                                                   uint64_t value, const struct engagep_value *key)
{
    const struct engagep_slots *slots = &index->slots;
    if (slots->size == 0)
        return NULL;
    for (size_t at = engagep_slots_home(slots, value); slots->list[at].entry != NULL;
         at = engagep_slots_next(slots, at)) {
        struct engagep_held_group *group = slots->list[at].entry;
        if (slots->list[at].hash == value &&
            engagep_image_has_key(group->image, index->columns, key, index->group_columns))
            return group;
    }
    return NULL;
}

static int make_group(struct engagep_held *held, struct engagep_held_index *index, uint64_t value,
                      const struct engagep_value *key, struct engagep_held_group **out)
{
    const engage_allocator *allocator = &held->pool.allocator;
    struct engagep_image_shape shape =
        engagep_image_measure_key(index->columns, key, index->group_columns);
    size_t size = sizeof(struct engagep_held_group) + shape.size;
    if (index->groups.count == ENGAGEP_HELD_MOST)
        return ENGAGE_ENOMEM;
    if (engagep_slots_reserve(&index->slots, allocator) != ENGAGE_OK ||
        engagep_list_reserve(&index->groups, allocator) != ENGAGE_OK)
        return ENGAGE_ENOMEM;
    struct engagep_held_group *group = engagep_pool_get(&held->pool, size);
    if (group == NULL)
        return ENGAGE_ENOMEM;
    group->hash = value;
    group->size = (uint32_t)size;
    group->rows = (struct engagep_list){NULL, 0, 0, 0};
    engagep_image_write_key(group->image, &shape, index->columns, key);
    engagep_slots_add(&index->slots, value, group);
    engagep_list_add(&index->groups, group);
    group->number = (uint32_t)index->groups.count;
    *out = group;
    return ENGAGE_OK;
}

static void give_rows(struct engagep_held *held, const struct engagep_list *rows)
{
    if (rows->items != NULL)
        engagep_pool_give(&held->pool, rows->items, rows->capacity * sizeof(*rows->items));
}

/* Most groups have few rows: room for them is the pool's, two at first. Twice as many as there
 * are in memory is no number that overflows. */
static int reserve_row(struct engagep_held *held, struct engagep_list *rows)
{
    if (rows->count < rows->capacity)
        return ENGAGE_OK;
    size_t capacity = rows->capacity > 0 ? 2 * rows->capacity : 2;
    void **items = engagep_pool_get(&held->pool, capacity * sizeof(*items));
    if (items == NULL)
        return ENGAGE_ENOMEM;
    if (rows->count > 0)
        memcpy(items, rows->items, rows->count * sizeof(*items));
    give_rows(held, rows);
    rows->items = items;
    rows->capacity = capacity;
    return ENGAGE_OK;
}

static int place_row(struct engagep_held *held, struct engagep_held_table *table, size_t number,
                     struct engagep_held_row *row)
{
    struct engagep_held_index *index = &table->indexes[number];
    struct engagep_value key[ENGAGEP_MAX_KEY];
    for (size_t i = 0; i < index->group_columns; i++)
        key[i] =
            engagep_image_column(engagep_held_image(table, row), table->def, index->columns[i]);
    uint64_t hash = engagep_image_hash(held->seed, key, index->group_columns);
    struct engagep_held_group *group = engagep_held_find_group(index, hash, key);
    int rc = group != NULL ? ENGAGE_OK : make_group(held, index, hash, key, &group);
    if (rc == ENGAGE_OK)
        rc = reserve_row(held, &group->rows);
    if (rc != ENGAGE_OK)
        return rc;
    row->places[number] = (struct engagep_held_place){group->number, (uint32_t)group->rows.count};
    engagep_list_add(&group->rows, row);
    return ENGAGE_OK;
}

/* A loose index skips rows that have nothing in one of its columns. */
static inline int belongs(const struct engagep_held_table *table, size_t number,
                          const struct engagep_held_row *row)
{
    return engagep_image_is_there(engagep_held_image(table, row), table->indexes[number].needed);
}

/* The rows of the group that a place is in. */
static struct engagep_list *rows_of(const struct engagep_held_index *index,
                                    const struct engagep_held_place *place)
{
    struct engagep_held_group *group = index->groups.items[place->group - 1];
    return &group->rows;
}

/* The last row of the group takes its place. */
static void displace_row(const struct engagep_held_table *table, struct engagep_held_row *row,
                         size_t number)
{
    struct engagep_held_place *place = &row->places[number];
    if (place->group == ENGAGEP_HELD_NOWHERE)
        return;
    struct engagep_list *rows = rows_of(&table->indexes[number], place);
    struct engagep_held_row *last = rows->items[--rows->count];
    rows->items[place->at] = last;
    last->places[number].at = place->at;
    if (rows->sorted > place->at)
        rows->sorted = place->at;
    place->group = ENGAGEP_HELD_NOWHERE;
}

/* Whether an index that skips most rows has been read, and has all there are: the next one
 * is put into its group at once, since looking at every row later costs more. */
static inline int has_all(const struct engagep_held_table *table,
                          const struct engagep_held_index *index)
{
    return index->loose && index->placed > 0 && index->placed == table->rows.count;
}

int engagep_held_place_early(struct engagep_held *held, struct engagep_held_table *table,
                             struct engagep_held_row *row)
{
    unsigned taken = 0; /* bit i: index i has it */
    int rc = ENGAGE_OK;
    if (!table->any_loose)
        return ENGAGE_OK;
    for (size_t i = 1; i < table->def->index_count; i++) { /* the primary key is not loose */
        if (!has_all(table, &table->indexes[i]))
            continue;
        if (belongs(table, i, row))
            rc = place_row(held, table, i, row);
        if (rc != ENGAGE_OK)
            break;
        table->indexes[i].placed++;
        taken |= 1u << i;
    }
    for (size_t i = 1; i < table->def->index_count && rc != ENGAGE_OK; i++) {
        if ((taken >> i & 1) == 0)
            continue;
        displace_row(table, row, i);
        table->indexes[i].placed--;
    }
    return rc;
}

int engagep_held_catch_up(struct engagep_held *held, struct engagep_held_table *table,
                          size_t number)
{
    struct engagep_held_index *index = &table->indexes[number];
    for (; index->placed < table->rows.count; index->placed++) {
        struct engagep_held_row *row = table->rows.items[index->placed];
        if (row == NULL || row->places[number].group != ENGAGEP_HELD_NOWHERE ||
            !belongs(table, number, row))
            continue;
        int rc = place_row(held, table, number, row);
        if (rc != ENGAGE_OK)
            return rc;
    }
    return ENGAGE_OK;
}

int engagep_held_sort_group(struct engagep_held *held, const struct engagep_held_table *table,
                            const struct engagep_held_index *index,
                            struct engagep_held_group *group)
{
    struct order order = {table, index};
    size_t number = (size_t)(index - table->indexes);
    if (index->loose || group->rows.sorted == group->rows.count)
        return ENGAGE_OK;
    size_t stayed;
    int rc = engagep_list_sort(&group->rows, &held->scratch, &held->pool.allocator, compare_rows,
                               &order, &stayed);
    for (size_t i = stayed; i < group->rows.count && rc == ENGAGE_OK; i++)
        ((struct engagep_held_row *)group->rows.items[i])->places[number].at = (uint32_t)i;
    return rc;
}

static void release_index(struct engagep_held *held, struct engagep_held_index *index)
{
    const engage_allocator *allocator = &held->pool.allocator;
    for (size_t i = 0; i < index->groups.count; i++) {
        struct engagep_held_group *group = index->groups.items[i];
        give_rows(held, &group->rows);
        engagep_pool_give(&held->pool, group, group->size);
    }
    engagep_list_release(&index->groups, allocator);
    engagep_list_release(&index->ordered, allocator);
    engagep_slots_release(&index->slots, allocator);
    index->placed = 0;
}

int engagep_held_sort_groups(struct engagep_held *held, const struct engagep_held_table *table,
                             struct engagep_held_index *index)
{
    struct order order = {table, index};
    size_t stayed;
    while (index->ordered.count < index->groups.count) {
        if (engagep_list_reserve(&index->ordered, &held->pool.allocator) != ENGAGE_OK)
            return ENGAGE_ENOMEM;
        engagep_list_add(&index->ordered, index->groups.items[index->ordered.count]);
    }
    return engagep_list_sort(&index->ordered, &held->scratch, &held->pool.allocator, compare_groups,
                             &order, &stayed);
}

/* ------------------------------------------------------------------ rows --- */

struct engagep_slot *engagep_held_seek(const struct engagep_held_table *table, uint64_t value,
                                       const struct engagep_value *key)
{
    const struct engagep_slots *slots = &table->slots;
    const struct engagep_index *primary = &table->def->indexes[0];
    for (size_t at = engagep_slots_home(slots, value);; at = engagep_slots_next(slots, at)) {
        struct engagep_slot *slot = &slots->list[at];
        if (slot->entry == NULL ||
            (slot->hash == value && engagep_image_has_key(engagep_held_image(table, slot->entry),
                                                          primary->columns, key, primary->count)))
            return slot;
    }
}

void engagep_held_expect(const struct engagep_held_table *table, uint64_t hash, int near)
{
    const struct engagep_slots *slots = &table->slots;
    size_t at = engagep_slots_home(slots, hash);
    if (!near) {
        engagep_prefetch_line(&slots->list[at]);
        return;
    }
    while (slots->list[at].entry != NULL && slots->list[at].hash != hash)
        at = engagep_slots_next(slots, at);
    if (slots->list[at].entry != NULL)
        engagep_held_fetch(slots->list[at].entry);
}

struct engagep_held_row *engagep_held_new_row(struct engagep_held *held,
                                              const struct engagep_held_table *table,
                                              const struct engagep_value *values,
                                              const struct engagep_image_shape *shape,
                                              uint64_t hash)
{
    size_t size = table->image_at + shape->size;
    struct engagep_held_row *row = engagep_pool_get(&held->pool, size);
    if (row == NULL)
        return NULL;
    row->hash = hash;
    row->size = (uint32_t)size;
    for (size_t i = 0; i < table->def->index_count; i++)
        row->places[i] = (struct engagep_held_place){ENGAGEP_HELD_NOWHERE, 0};
    uint64_t *image = (uint64_t *)(void *)((unsigned char *)row + table->image_at);
    engagep_image_write(image, &table->columns, shape, values);
    return row;
}

void engagep_held_free_row(struct engagep_held *held, struct engagep_held_row *row)
{
    engagep_pool_give(&held->pool, row, row->size);
}

void engagep_held_unlist(struct engagep_held_table *table, struct engagep_held_row *row)
{
    table->rows.items[row->number] = NULL;
    for (size_t i = 0; i < table->def->index_count; i++)
        displace_row(table, row, i);
}

void engagep_held_take(struct engagep_held_table *table, struct engagep_held_row *row)
{
    engagep_slots_remove(&table->slots, row->hash, row);
    engagep_held_unlist(table, row);
}

void engagep_held_take_places(const struct engagep_held_table *table, struct engagep_held_row *old,
                              struct engagep_held_row *row)
{
    for (size_t i = 0; i < table->def->index_count; i++) {
        struct engagep_held_place *place = &old->places[i];
        struct order order = {table, &table->indexes[i]};
        if (place->group == ENGAGEP_HELD_NOWHERE || row->places[i].group != ENGAGEP_HELD_NOWHERE ||
            compare_rows(&order, old, row) != 0)
            continue;
        row->places[i] = *place;
        rows_of(&table->indexes[i], place)->items[place->at] = row;
        place->group = ENGAGEP_HELD_NOWHERE;
    }
}

void engagep_held_compact(struct engagep_held *held, struct engagep_held_table *table)
{
    struct engagep_list *rows = &table->rows;
    if (rows->count < FEW_ROWS || rows->count < 2 * table->slots.count)
        return;
    for (size_t i = 0; i < table->def->index_count; i++)
        release_index(held, &table->indexes[i]);
    size_t count = 0;
    for (size_t i = 0; i < rows->count; i++) {
        struct engagep_held_row *row = rows->items[i];
        if (row == NULL)
            continue;
        for (size_t j = 0; j < table->def->index_count; j++)
            row->places[j].group = ENGAGEP_HELD_NOWHERE;
        row->number = (uint32_t)count;
        rows->items[count++] = row;
    }
    rows->count = count;
}

/* ---------------------------------------------------------------- tables --- */

void engagep_held_make_table(struct engagep_held_table *table, const struct engagep_table *def)
{
    table->def = def;
    table->columns = engagep_image_columns_of(def);
    engagep_image_empty(def, table->empty);
    table->image_at = sizeof(struct engagep_held_row) +
                      (size_t)def->index_count * sizeof(struct engagep_held_place);
    table->key_in_front = 1;
    for (size_t i = 0; i < def->indexes[0].count; i++)
        table->key_in_front &= def->indexes[0].columns[i] == i;
    for (size_t i = 0; i < def->index_count; i++) {
        struct engagep_held_index *index = &table->indexes[i];
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

void engagep_held_free_table(struct engagep_held *held, struct engagep_held_table *table)
{
    for (size_t i = 0; i < table->rows.count; i++)
        if (table->rows.items[i] != NULL)
            engagep_held_free_row(held, table->rows.items[i]);
    for (size_t i = 0; i < ENGAGEP_MAX_INDEXES; i++)
        release_index(held, &table->indexes[i]);
    engagep_list_release(&table->rows, &held->pool.allocator);
    engagep_slots_release(&table->slots, &held->pool.allocator);
}
