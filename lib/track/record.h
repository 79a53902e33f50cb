/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What the tracker keeps, as tables, and how it asks a store for them. The tracker
 * knows tables and rows; a store knows how to keep rows and nothing of their
 * meaning. One struct of functions stands between them, so that a backend is one
 * file.
 */
#ifndef ENGAGEP_TRACK_RECORD_H
#define ENGAGEP_TRACK_RECORD_H

#include <engage/base.h>

/* ---------------------------------------------------------------- tables --- */

enum { ENGAGEP_NULL = 0, ENGAGEP_INT = 1, ENGAGEP_TEXT = 2, ENGAGEP_BLOB = 3 };
enum { ENGAGEP_MAX_COLUMNS = 48, ENGAGEP_MAX_KEY = 6, ENGAGEP_MAX_INDEXES = 6 };

struct engagep_column {
    const char *name; /* also its name in SQL */
    uint8_t type;     /* ENGAGEP_INT, _TEXT or _BLOB */
    uint8_t nullable; /* 1: may be NULL; never in a key */
};

/* An order of rows by up to ENGAGEP_MAX_KEY columns: integers by value, text and
 * blobs by bytes, NULL first. Index 0 of a table is its primary key: unique, and
 * rows of other indexes with equal columns come in its order. A loose index is read by
 * all its columns alone: rows may come in any order, and those with an empty text among
 * the columns need not come. */
struct engagep_index {
    const char *name;
    uint8_t count;
    uint8_t columns[ENGAGEP_MAX_KEY];
    uint8_t loose;
};

struct engagep_table {
    const char *name;
    uint8_t column_count;
    uint8_t index_count;
    const struct engagep_column *columns;
    const struct engagep_index *indexes;
};

/* Every table, in the order of their numbers (track/schema.h), and the version of
 * the whole, which a store records and refuses when it is another. */
extern const struct engagep_table engagep_tables[];
extern const size_t engagep_table_count;
enum { ENGAGEP_SCHEMA_VERSION = 1 };

/* ------------------------------------------------------------------ rows --- */

struct engagep_value {
    uint8_t type; /* ENGAGEP_NULL, _INT, _TEXT or _BLOB */
    union {
        int64_t number;   /* _INT */
        const void *data; /* _TEXT, _BLOB; never NULL there, also for size 0 */
    };
    size_t size; /* _TEXT, _BLOB */
};

/* A column as a bit, and all columns that a table may have. */
#define ENGAGEP_COLUMN(column) (UINT64_C(1) << (column))
#define ENGAGEP_COLUMNS_ALL UINT64_MAX

/* ----------------------------------------------------------------- store --- */

struct engagep_store;
struct engagep_cursor;

/* All functions return ENGAGE_OK or a failure unless said; on failure `error`
 * (may be NULL) is filled and the store is as before, within the transaction.
 * Reading works outside a transaction; writing is ENGAGE_EMISUSE there. */
struct engagep_store_ops {
    /* One transaction at a time. A commit that fails has rolled back. In a read-only
     * store a transaction is one view of what is there, and nothing can be written; so is
     * one that `look` begins in any store, which a rollback ends: ENGAGE_DONE where a
     * transaction is open already. */
    int (*begin)(struct engagep_store *store, engage_error *error);
    int (*look)(struct engagep_store *store, engage_error *error);
    int (*commit)(struct engagep_store *store, engage_error *error);
    void (*rollback)(struct engagep_store *store);

    /* Puts a row, over the one with the same primary key if there is one. `row` has
     * a place for each column of the table, and a value in those of which `given` has the
     * bit; the others, none of them in the primary key, are NULL, or zero or empty where
     * they cannot be. Values may be those that get lent. A value of another type than its
     * column's is ENGAGE_EMISUSE. */
    int (*put)(struct engagep_store *store, size_t table, const struct engagep_value *row,
               uint64_t given, engage_error *error);

    /* Removes the row with this primary key; ENGAGE_DONE where there is none. */
    int (*remove)(struct engagep_store *store, size_t table, const struct engagep_value *key,
                  engage_error *error);

    /* Reads the row with this primary key: ENGAGE_ROW, or ENGAGE_DONE where there is
     * none. What the values point to is borrowed until the next call of get on the
     * store, or the next write to it. */
    int (*get)(struct engagep_store *store, size_t table, const struct engagep_value *key,
               struct engagep_value *row, engage_error *error);

    /* A hint that the row with this primary key is asked for or written soon, and once more
     * (`near` set) shortly before: a store may fetch it while something else is done. It has
     * no other effect. */
    void (*expect)(struct engagep_store *store, size_t table, const struct engagep_value *key,
                   int near);

    /* Rows of an index whose first prefix_count columns equal `prefix`, in the
     * index's order. While a cursor is open, writing is ENGAGE_EMISUSE; several may be
     * open, and a rollback ends them. `next` gives ENGAGE_ROW or ENGAGE_DONE; its
     * values are borrowed until the next call on the cursor. `finish` takes NULL. */
    int (*scan)(struct engagep_store *store, size_t table, size_t index,
                const struct engagep_value *prefix, size_t prefix_count,
                struct engagep_cursor **out, engage_error *error);
    int (*next)(struct engagep_cursor *cursor, struct engagep_value *row, engage_error *error);
    void (*finish)(struct engagep_cursor *cursor);

    /* Overwrites what was removed, wherever it may still lie. ENGAGE_EBUSY where others
     * read what was there before; no transaction may be open. After a failure what was
     * removed is so still, and the next call overwrites it. */
    int (*scrub)(struct engagep_store *store, engage_error *error);

    /* Looks whether what is kept is whole: ENGAGE_OK or ENGAGE_ESTORE_CORRUPT. */
    int (*verify)(struct engagep_store *store, engage_error *error);

    /* Rolls back what is open, finishes cursors, releases the store. */
    void (*close)(struct engagep_store *store);
};

/* What every backend's own struct begins with. */
struct engagep_store {
    const struct engagep_store_ops *ops;
    engage_allocator allocator;
    int steady; /* 1: what it lends stays until the transaction ends */
};

#endif
