/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "store_support.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* ---------------------------------------------------------------- tables --- */

static const struct engagep_column thing_columns[] = {
    {"name", ENGAGEP_TEXT, 0},
    {"number", ENGAGEP_INT, 0},
    {"data", ENGAGEP_BLOB, 0},
    {"rank", ENGAGEP_INT, 1},
};
static const struct engagep_index thing_indexes[] = {
    {"things_key", 2, {0, 1}, 0},
    {"things_by_rank", 1, {3}, 0},
    {"things_by_number", 2, {1, 3}, 0},
};

static const struct engagep_column pair_columns[] = {
    {"key", ENGAGEP_BLOB, 0},
    {"value", ENGAGEP_TEXT, 0},
};
static const struct engagep_index pair_indexes[] = {
    {"pairs_key", 1, {0}, 0},
    {"pairs_by_value", 1, {1}, 0},
};

static const struct engagep_column fact_columns[] = {
    {"number", ENGAGEP_INT, 0},
    {"word", ENGAGEP_TEXT, 1},
    {"bytes", ENGAGEP_BLOB, 1},
    {"other", ENGAGEP_INT, 1},
};
static const struct engagep_index fact_indexes[] = {
    {"facts_key", 1, {0}, 0},
    {"facts_by_all", 4, {1, 2, 3, 0}, 0},
    {"facts_by_bytes", 2, {2, 1}, 0},
};

static const struct engagep_column link_columns[] = {
    {"a", ENGAGEP_TEXT, 0},
    {"b", ENGAGEP_INT, 0},
    {"c", ENGAGEP_BLOB, 0},
};
static const struct engagep_index link_indexes[] = {
    {"links_key", 3, {2, 0, 1}, 0},
    {"links_by_b", 2, {1, 0}, 0},
};

const struct engagep_table store_tables[] = {
    {"things", 4, 3, thing_columns, thing_indexes},
    {"pairs", 2, 2, pair_columns, pair_indexes},
    {"facts", 4, 3, fact_columns, fact_indexes},
    {"links", 3, 2, link_columns, link_indexes},
};
const size_t store_table_count = STORE_TABLES;

/* -------------------------------------------------------------- backends --- */

static int open_memory(struct engagep_store **out, int readonly, const engage_allocator *allocator,
                       engage_error *error)
{
    return engagep_store_memory_open(out, store_tables, store_table_count, "",
                                     readonly ? ENGAGE_TRACKER_READONLY : 0, allocator, error);
}

static void clear_memory(void)
{
}

const char *store_path(void)
{
    static char path[64];
    snprintf(path, sizeof(path), "check_store-%ld.db", (long)getpid());
    return path;
}

static int open_sqlite(struct engagep_store **out, int readonly, const engage_allocator *allocator,
                       engage_error *error)
{
    return engagep_store_sqlite_open(out, store_tables, store_table_count, store_path(),
                                     readonly ? ENGAGE_TRACKER_READONLY : 0, allocator, error);
}

static void clear_sqlite(void)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
    char path[80];
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        snprintf(path, sizeof(path), "%s%s", store_path(), suffixes[i]);
        unlink(path);
    }
}

const struct store_backend store_backends[] = {
    {"memory", 0, open_memory, clear_memory},
    {"sqlite", 1, open_sqlite, clear_sqlite},
};
const size_t store_backend_count = sizeof(store_backends) / sizeof(store_backends[0]);

/* ---------------------------------------------------------------- values --- */

struct engagep_value store_null(void)
{
    return (struct engagep_value){ENGAGEP_NULL, {0}, 0};
}

struct engagep_value store_int(int64_t number)
{
    return (struct engagep_value){ENGAGEP_INT, {number}, 0};
}

struct engagep_value store_text(const char *text)
{
    return store_text_of(text, strlen(text));
}

struct engagep_value store_text_of(const char *data, size_t size)
{
    return (struct engagep_value){ENGAGEP_TEXT, {.data = data}, size};
}

struct engagep_value store_blob(const char *data, size_t size)
{
    return (struct engagep_value){ENGAGEP_BLOB, {.data = data}, size};
}

static int same(const struct engagep_value *a, const struct engagep_value *b)
{
    if (a->type != b->type)
        return 0;
    if (a->type == ENGAGEP_INT)
        return a->number == b->number;
    return a->type == ENGAGEP_NULL ||
           (a->size == b->size && memcmp(a->data, b->data, a->size) == 0);
}

int store_put(struct engagep_store *store, size_t table, const struct engagep_value *row,
              engage_error *error)
{
    return store->ops->put(store, table, row, ENGAGEP_COLUMNS_ALL, error);
}

int store_equal(const struct engagep_value *a, const struct engagep_value *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!same(&a[i], &b[i]))
            return 0;
    }
    return 1;
}

/* ------------------------------------------------------------------ rows --- */

struct engagep_value store_value(const struct store_cell *cell)
{
    if (cell->type == ENGAGEP_INT)
        return store_int(cell->number);
    return (struct engagep_value){cell->type, {.data = cell->data}, cell->size};
}

void store_values(size_t table, const struct store_row *row, struct engagep_value *values)
{
    for (size_t i = 0; i < store_tables[table].column_count; i++)
        values[i] = store_value(&row->cells[i]);
}

void store_key(size_t table, const struct store_row *row, struct engagep_value *key)
{
    const struct engagep_index *primary = &store_tables[table].indexes[0];
    for (size_t i = 0; i < primary->count; i++)
        key[i] = store_value(&row->cells[primary->columns[i]]);
}

static void random_cell(const struct engagep_column *column, struct store_cell *cell,
                        uint64_t *state)
{
    memset(cell, 0, sizeof(*cell));
    cell->type = column->type;
    if (column->nullable && support_random(state) % 4 == 0) {
        cell->type = ENGAGEP_NULL;
        return;
    }
    if (column->type == ENGAGEP_INT) {
        cell->number = (int64_t)(support_random(state) % 24) - 12;
        return;
    }
    /* Mostly short, of few letters; sometimes longer, so that rows change size. */
    size_t limit = support_random(state) % 8 == 0 ? sizeof(cell->data) : 3;
    cell->size = (size_t)(support_random(state) % limit);
    for (size_t i = 0; i < cell->size; i++)
        cell->data[i] = "\0a\xff"[support_random(state) % (i < 3 ? 3 : 1)];
}

void store_random_row(size_t table, struct store_row *row, uint64_t *state)
{
    memset(row, 0, sizeof(*row));
    for (size_t i = 0; i < store_tables[table].column_count; i++)
        random_cell(&store_tables[table].columns[i], &row->cells[i], state);
}

static int compare_cells(const struct store_cell *a, const struct store_cell *b)
{
    if (a->type == ENGAGEP_NULL || b->type == ENGAGEP_NULL)
        return (a->type != ENGAGEP_NULL) - (b->type != ENGAGEP_NULL);
    if (a->type == ENGAGEP_INT)
        return (a->number > b->number) - (a->number < b->number);
    for (size_t i = 0; i < a->size && i < b->size; i++) {
        if (a->data[i] != b->data[i])
            return (unsigned char)a->data[i] < (unsigned char)b->data[i] ? -1 : 1;
    }
    return (a->size > b->size) - (a->size < b->size);
}

static int compare_rows(size_t table, size_t index, size_t count, const struct store_row *a,
                        const struct store_row *b)
{
    const struct engagep_index *def = &store_tables[table].indexes[index];
    for (size_t i = 0; i < count; i++) {
        int order = compare_cells(&a->cells[def->columns[i]], &b->cells[def->columns[i]]);
        if (order != 0)
            return order;
    }
    return 0;
}

int store_same_key(size_t table, const struct store_row *a, const struct store_row *b)
{
    return compare_rows(table, 0, store_tables[table].indexes[0].count, a, b) == 0;
}

int store_same_prefix(size_t table, size_t index, size_t count, const struct store_row *a,
                      const struct store_row *b)
{
    return compare_rows(table, index, count, a, b) == 0;
}

void store_sort(size_t table, size_t index, const struct store_row **rows, size_t count)
{
    size_t columns = store_tables[table].indexes[index].count;
    size_t key = store_tables[table].indexes[0].count;
    for (size_t i = 1; i < count; i++) {
        const struct store_row *row = rows[i];
        size_t at = i;
        for (; at > 0; at--) {
            int order = compare_rows(table, index, columns, rows[at - 1], row);
            if (order == 0)
                order = compare_rows(table, 0, key, rows[at - 1], row);
            if (order <= 0)
                break;
            rows[at] = rows[at - 1];
        }
        rows[at] = row;
    }
}
