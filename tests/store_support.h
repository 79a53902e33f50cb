/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What the suites of the store share: tables of their own, short ways to write
 * values, rows that own their bytes, and the backends.
 */
#ifndef ENGAGE_TESTS_STORE_SUPPORT_H
#define ENGAGE_TESTS_STORE_SUPPORT_H

#include "support.h"

#include "store/backend.h"

enum {
    STORE_THINGS, /* key (name TEXT, number INT); data BLOB, rank INT or NULL */
    STORE_PAIRS,  /* key (key BLOB); value TEXT */
    STORE_FACTS,  /* key (number INT); three nullable columns in mixed indexes */
    STORE_LINKS,  /* all columns are the key, in another order than they stand */
    STORE_TABLES
};
extern const struct engagep_table store_tables[];
extern const size_t store_table_count;

/* A backend that tests run over; `clear` removes what an earlier one left. */
struct store_backend {
    const char *name;
    int lasts; /* what is committed is there when opened again */
    int (*open)(struct engagep_store **out, int readonly, const engage_allocator *allocator,
                engage_error *error);
    void (*clear)(void);
};
extern const struct store_backend store_backends[];
extern const size_t store_backend_count;

/* The database file of this process, in the working directory. */
const char *store_path(void);

struct engagep_value store_null(void);
struct engagep_value store_int(int64_t number);
struct engagep_value store_text(const char *text);
struct engagep_value store_text_of(const char *data, size_t size);
struct engagep_value store_blob(const char *data, size_t size);

/* Puts a row with a value in each column. */
int store_put(struct engagep_store *store, size_t table, const struct engagep_value *row,
              engage_error *error);

int store_equal(const struct engagep_value *a, const struct engagep_value *b, size_t count);

/* A row that owns its values. */
struct store_cell {
    uint8_t type;
    int64_t number;
    size_t size;
    char data[48];
};
struct store_row {
    struct store_cell cells[4];
};

struct engagep_value store_value(const struct store_cell *cell);
void store_values(size_t table, const struct store_row *row, struct engagep_value *values);
void store_key(size_t table, const struct store_row *row, struct engagep_value *key);

/* Values from a small range, so that rows meet often. */
void store_random_row(size_t table, struct store_row *row, uint64_t *state);

int store_same_key(size_t table, const struct store_row *a, const struct store_row *b);
int store_same_prefix(size_t table, size_t index, size_t count, const struct store_row *a,
                      const struct store_row *b);

/* Sorts by an index and then by primary key: a second opinion on the order. */
void store_sort(size_t table, size_t index, const struct store_row **rows, size_t count);

#endif
