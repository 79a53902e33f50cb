/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The store in an SQLite database; engage-store(5) says what it looks like to
 * others. Statements are prepared once and kept. Memory of the store is the
 * allocator's; what SQLite itself takes comes from its own, which is one for the
 * whole process.
 */
#include "store/backend.h"

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/error.h"
#include "store/sqlite_file.h"
#include "store/sqlite_sql.h"

#include <engage/store.h>
#include <string.h>

/* A reading of one index by a prefix of a certain length, with its own statement:
 * several may be open at a time. Closed ones wait for their next use. */
struct engagep_cursor {
    struct sqlite_store *store;
    struct engagep_cursor *next;
    struct engagep_cursor **prev;
    struct engagep_cursor **home; /* where it waits when closed */
    const struct engagep_table *table;
    sqlite3_stmt *statement;
    int done;
    int broken; /* its rows may be gone */
};

struct table {
    const struct engagep_table *def;
    sqlite3_stmt *put;
    sqlite3_stmt *remove;
    sqlite3_stmt *get;
    struct engagep_cursor *spare[ENGAGEP_MAX_INDEXES][ENGAGEP_MAX_KEY + 1];
};

struct sqlite_store {
    struct engagep_store base;
    sqlite3 *db;
    size_t table_count;
    struct table *tables;
    sqlite3_stmt *begin;
    sqlite3_stmt *look;
    sqlite3_stmt *commit;
    sqlite3_stmt *rollback;
    int readonly;
    int open; /* a transaction is */
    int looks; /* it only reads */
    int lost; /* the failure for which SQLite rolled it back, or 0 */
    struct engagep_cursor *cursors; /* open ones */
    engage_buffer sql;
    engage_buffer lent; /* what the row last got points to */
};

static struct sqlite_store *self(struct engagep_store *store)
{
    return (struct sqlite_store *)(void *)store;
}

static int no_memory(engage_error *error)
{
    return engagep_error_set(error, ENGAGE_ENOMEM, "no memory for the store");
}

/* --------------------------------------------------------------- failures --- */

/* SQLite ends a transaction by itself on some failures. What is written after that
 * must not count as part of it. */
static int failed(struct sqlite_store *store, int code, engage_error *error)
{
    int rc = engagep_sqlite_file_failed(store->db, code, error);
    if (store->open && store->lost == 0 && sqlite3_get_autocommit(store->db))
        store->lost = rc;
    return rc;
}

/* ------------------------------------------------------------- statements --- */

static int prepare(struct sqlite_store *store, const char *sql, sqlite3_stmt **out,
                   engage_error *error)
{
    int code = sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, out, NULL);
    return code == SQLITE_OK ? ENGAGE_OK : failed(store, code, error);
}

typedef int (*sql_writer)(engage_buffer *sql, const struct engagep_table *table);

/* The statement kept in *slot, made where it is not there yet. */
static int statement(struct sqlite_store *store, const struct table *table, sql_writer writer,
                     sqlite3_stmt **slot, engage_error *error)
{
    if (*slot != NULL)
        return ENGAGE_OK;
    if (writer(&store->sql, table->def) != ENGAGE_OK)
        return no_memory(error);
    return prepare(store, engage_buffer_data(&store->sql), slot, error);
}

/* `life` is SQLITE_STATIC where the values stay until the statement is reset, or
 * SQLITE_TRANSIENT to copy them. */
static int bind(sqlite3_stmt *statement, const struct engagep_value *values, size_t count,
                sqlite3_destructor_type life)
{
    int code = SQLITE_OK;
    for (size_t i = 0; code == SQLITE_OK && i < count; i++) {
        const struct engagep_value *value = &values[i];
        int at = (int)i + 1;
        switch (value->type) {
        case ENGAGEP_INT:
            code = sqlite3_bind_int64(statement, at, value->number);
            break;
        case ENGAGEP_TEXT:
            code = sqlite3_bind_text64(statement, at, value->data, value->size, life,
                                       SQLITE_UTF8);
            break;
        case ENGAGEP_BLOB:
            code = sqlite3_bind_blob64(statement, at, value->data, value->size, life);
            break;
        default:
            code = sqlite3_bind_null(statement, at);
            break;
        }
    }
    return code;
}

/* Binds and steps a statement once. */
static int start(sqlite3_stmt *statement, const struct engagep_value *values, size_t count)
{
    int code = bind(statement, values, count, SQLITE_STATIC);
    return code == SQLITE_OK ? sqlite3_step(statement) : code;
}

static void reset(sqlite3_stmt *statement)
{
    (void)sqlite3_reset(statement);
    (void)sqlite3_clear_bindings(statement);
}

/* ------------------------------------------------------------------- rows --- */

static int read_value(struct sqlite_store *store, sqlite3_stmt *statement,
                      const struct engagep_table *table, size_t column,
                      struct engagep_value *value, engage_error *error)
{
    static const uint8_t types[] = {[SQLITE_INTEGER] = ENGAGEP_INT, [SQLITE_TEXT] = ENGAGEP_TEXT,
                                    [SQLITE_BLOB] = ENGAGEP_BLOB,   [SQLITE_NULL] = ENGAGEP_NULL};
    const struct engagep_column *def = &table->columns[column];
    int at = (int)column;
    int type = sqlite3_column_type(statement, at);
    *value = (struct engagep_value){types[type], {0}, 0};
    if (value->type != def->type && !(type == SQLITE_NULL && def->nullable))
        return engagep_error_set(error, ENGAGE_ESTORE_CORRUPT, "%s.%s holds another type",
                                 table->name, def->name);
    if (type == SQLITE_INTEGER) {
        value->number = sqlite3_column_int64(statement, at);
    } else if (type != SQLITE_NULL) {
        value->data = type == SQLITE_TEXT ? (const void *)sqlite3_column_text(statement, at)
                                          : sqlite3_column_blob(statement, at);
        value->size = (size_t)sqlite3_column_bytes(statement, at);
        if (value->data == NULL && (value->size > 0 || type == SQLITE_TEXT))
            return failed(store, SQLITE_NOMEM, error);
        if (value->data == NULL)
            value->data = "";
    }
    return ENGAGE_OK;
}

static int read_row(struct sqlite_store *store, sqlite3_stmt *statement,
                    const struct engagep_table *table, struct engagep_value *row,
                    engage_error *error)
{
    int rc = ENGAGE_OK;
    for (size_t i = 0; rc == ENGAGE_OK && i < table->column_count; i++)
        rc = read_value(store, statement, table, i, &row[i], error);
    return rc;
}

/* Moves what a row points to into the store, so that its statement can be reset: one
 * left open would hold back checkpoints and show an old state of the database. */
static int keep_row(struct sqlite_store *store, const struct engagep_table *table,
                    struct engagep_value *row, engage_error *error)
{
    engage_buffer *lent = &store->lent;
    engage_buffer_clear(lent);
    (void)engagep_buffer_begin(lent);
    for (size_t i = 0; i < table->column_count; i++) {
        if (row[i].type >= ENGAGEP_TEXT)
            engagep_buffer_put(lent, row[i].data, row[i].size);
    }
    if (engagep_buffer_end(lent, 0) != ENGAGE_OK)
        return no_memory(error);
    const char *at = engage_buffer_data(lent);
    for (size_t i = 0; i < table->column_count; i++) {
        if (row[i].type >= ENGAGEP_TEXT) {
            row[i].data = at;
            at += row[i].size;
        }
    }
    return ENGAGE_OK;
}

/* ----------------------------------------------------------- transactions --- */

static int run(struct sqlite_store *store, sqlite3_stmt *statement, engage_error *error)
{
    int code = sqlite3_step(statement);
    int rc = code == SQLITE_DONE ? ENGAGE_OK : failed(store, code, error);
    (void)sqlite3_reset(statement);
    return rc;
}

/* Ends what SQLite has open. The statement is prepared already, so that a lack of memory
 * does not keep it from running, unless the database was written anew since it ran last. */
static int end(struct sqlite_store *store, engage_error *error)
{
    store->open = 0;
    store->lost = 0;
    return sqlite3_get_autocommit(store->db) ? ENGAGE_OK : run(store, store->rollback, error);
}

/* Before anything is read: a rollback that found no memory is made up for. */
static int settle(struct sqlite_store *store, engage_error *error)
{
    return store->open ? ENGAGE_OK : end(store, error);
}

static int begin(struct sqlite_store *store, int looks, engage_error *error)
{
    if (store->open)
        return engagep_error_set(error, ENGAGE_EMISUSE, "a transaction is open already");
    int rc = end(store, error);
    if (rc == ENGAGE_OK)
        rc = run(store, looks ? store->look : store->begin, error);
    store->open = rc == ENGAGE_OK;
    store->looks = store->open && looks;
    return rc;
}

static int sqlite_begin(struct engagep_store *base, engage_error *error)
{
    return begin(self(base), self(base)->readonly, error);
}

static int sqlite_look(struct engagep_store *base, engage_error *error)
{
    return self(base)->open ? ENGAGE_DONE : begin(self(base), 1, error);
}

static void sqlite_rollback(struct engagep_store *base)
{
    struct sqlite_store *store = self(base);
    if (!store->open)
        return;
    for (struct engagep_cursor *cursor = store->cursors; cursor != NULL; cursor = cursor->next) {
        cursor->broken = 1;
        reset(cursor->statement);
    }
    (void)end(store, NULL);
}

static int check_lost(struct sqlite_store *store, engage_error *error)
{
    if (store->lost == 0)
        return ENGAGE_OK;
    return engagep_error_set(error, store->lost, "an earlier failure ended the transaction");
}

static int sqlite_commit(struct engagep_store *base, engage_error *error)
{
    struct sqlite_store *store = self(base);
    if (!store->open)
        return engagep_error_set(error, ENGAGE_EMISUSE, "no transaction is open");
    int rc = check_lost(store, error);
    if (rc == ENGAGE_OK)
        rc = run(store, store->commit, error);
    if (rc == ENGAGE_OK)
        store->open = 0;
    else
        sqlite_rollback(base);
    return rc;
}

/* ---------------------------------------------------------------- writing --- */

static struct table *table_of(struct sqlite_store *store, size_t number, engage_error *error)
{
    if (number < store->table_count)
        return &store->tables[number];
    engagep_error_set(error, ENGAGE_EMISUSE, "there is no table %zu", number);
    return NULL;
}

static struct table *writable_table(struct sqlite_store *store, size_t number, engage_error *error)
{
    if (store->open && !store->readonly && !store->looks && store->cursors == NULL)
        return table_of(store, number, error);
    engagep_error_set(error, ENGAGE_EMISUSE,
                      store->readonly ? "the store is read-only"
                      : store->looks  ? "the transaction only reads"
                      : store->open   ? "rows are still being read"
                                      : "no transaction is open");
    return NULL;
}

/* Runs a statement that gives no rows. */
static int execute(struct sqlite_store *store, sqlite3_stmt *statement,
                   const struct engagep_value *values, size_t count, engage_error *error)
{
    int code = start(statement, values, count);
    int rc = code == SQLITE_DONE ? ENGAGE_OK : failed(store, code, error);
    reset(statement);
    return rc;
}

static int sqlite_put(struct engagep_store *base, size_t number, const struct engagep_value *row,
                      uint64_t given, engage_error *error)
{
    struct sqlite_store *store = self(base);
    struct engagep_value whole[ENGAGEP_MAX_COLUMNS];
    struct table *table = writable_table(store, number, error);
    if (table == NULL)
        return ENGAGE_EMISUSE;
    int rc = engagep_rows_check(table->def, row, given, error);
    engagep_rows_complete(table->def, row, given, whole);
    if (rc == ENGAGE_OK)
        rc = check_lost(store, error);
    if (rc == ENGAGE_OK)
        rc = statement(store, table, engagep_sqlite_sql_put, &table->put, error);
    if (rc == ENGAGE_OK)
        rc = execute(store, table->put, whole, table->def->column_count, error);
    return rc;
}

static int sqlite_remove(struct engagep_store *base, size_t number, const struct engagep_value *key,
                         engage_error *error)
{
    struct sqlite_store *store = self(base);
    struct table *table = writable_table(store, number, error);
    if (table == NULL)
        return ENGAGE_EMISUSE;
    size_t count = table->def->indexes[0].count;
    int rc = engagep_rows_check_key(table->def, 0, key, count, error);
    if (rc == ENGAGE_OK)
        rc = check_lost(store, error);
    if (rc == ENGAGE_OK)
        rc = statement(store, table, engagep_sqlite_sql_remove, &table->remove, error);
    if (rc == ENGAGE_OK)
        rc = execute(store, table->remove, key, count, error);
    if (rc == ENGAGE_OK && sqlite3_changes(store->db) == 0)
        rc = ENGAGE_DONE;
    return rc;
}

/* ---------------------------------------------------------------- reading --- */

static int sqlite_get(struct engagep_store *base, size_t number, const struct engagep_value *key,
                      struct engagep_value *row, engage_error *error)
{
    struct sqlite_store *store = self(base);
    struct table *table = table_of(store, number, error);
    if (table == NULL)
        return ENGAGE_EMISUSE;
    size_t count = table->def->indexes[0].count;
    int rc = engagep_rows_check_key(table->def, 0, key, count, error);
    if (rc == ENGAGE_OK)
        rc = settle(store, error);
    if (rc == ENGAGE_OK)
        rc = statement(store, table, engagep_sqlite_sql_get, &table->get, error);
    if (rc != ENGAGE_OK)
        return rc;
    int code = start(table->get, key, count);
    if (code == SQLITE_DONE)
        rc = ENGAGE_DONE;
    else if (code != SQLITE_ROW)
        rc = failed(store, code, error);
    else
        rc = read_row(store, table->get, table->def, row, error);
    if (rc == ENGAGE_OK)
        rc = keep_row(store, table->def, row, error);
    reset(table->get);
    return rc == ENGAGE_OK ? ENGAGE_ROW : rc;
}

/* A closed cursor for this reading, or a new one. */
static int new_cursor(struct sqlite_store *store, struct table *table, size_t index, size_t count,
                      struct engagep_cursor **out, engage_error *error)
{
    struct engagep_cursor **home = &table->spare[index][count];
    struct engagep_cursor *cursor = *home;
    if (cursor != NULL) {
        *home = cursor->next;
        *out = cursor;
        return ENGAGE_OK;
    }
    cursor = engagep_alloc_zero(&store->base.allocator, 1, sizeof(*cursor));
    if (cursor == NULL)
        return no_memory(error);
    int rc = engagep_sqlite_sql_scan(&store->sql, table->def, index, count);
    if (rc != ENGAGE_OK)
        no_memory(error);
    else
        rc = prepare(store, engage_buffer_data(&store->sql), &cursor->statement, error);
    if (rc != ENGAGE_OK) {
        engagep_alloc_free(&store->base.allocator, cursor, 1, sizeof(*cursor));
        return rc;
    }
    cursor->store = store;
    cursor->home = home;
    cursor->table = table->def;
    *out = cursor;
    return ENGAGE_OK;
}

static void sqlite_finish(struct engagep_cursor *cursor)
{
    if (cursor == NULL)
        return;
    reset(cursor->statement);
    *cursor->prev = cursor->next;
    if (cursor->next != NULL)
        cursor->next->prev = cursor->prev;
    cursor->next = *cursor->home;
    *cursor->home = cursor;
}

/* SQLite reads ahead by itself. */
static void sqlite_expect(struct engagep_store *base, size_t table, const struct engagep_value *key,
                          int near)
{
    (void)base;
    (void)table;
    (void)key;
    (void)near;
}

static int sqlite_scan(struct engagep_store *base, size_t number, size_t index,
                       const struct engagep_value *prefix, size_t prefix_count,
                       struct engagep_cursor **out, engage_error *error)
{
    struct sqlite_store *store = self(base);
    *out = NULL;
    struct table *table = table_of(store, number, error);
    if (table == NULL)
        return ENGAGE_EMISUSE;
    struct engagep_cursor *cursor = NULL;
    int rc = engagep_rows_check_key(table->def, index, prefix, prefix_count, error);
    if (rc == ENGAGE_OK)
        rc = settle(store, error);
    if (rc == ENGAGE_OK)
        rc = new_cursor(store, table, index, prefix_count, &cursor, error);
    if (rc != ENGAGE_OK)
        return rc;
    cursor->done = 0;
    cursor->broken = 0;
    cursor->next = store->cursors;
    cursor->prev = &store->cursors;
    if (cursor->next != NULL)
        cursor->next->prev = &cursor->next;
    store->cursors = cursor;
    int code = bind(cursor->statement, prefix, prefix_count, SQLITE_TRANSIENT);
    if (code != SQLITE_OK) {
        rc = failed(store, code, error);
        sqlite_finish(cursor);
        return rc;
    }
    *out = cursor;
    return ENGAGE_OK;
}

static int sqlite_next(struct engagep_cursor *cursor, struct engagep_value *row,
                       engage_error *error)
{
    if (cursor->broken)
        return engagep_error_set(error, ENGAGE_EMISUSE, "the rows read were rolled back");
    /* Stepping once more would begin again. */
    if (cursor->done)
        return ENGAGE_DONE;
    int code = sqlite3_step(cursor->statement);
    if (code == SQLITE_ROW) {
        int rc = read_row(cursor->store, cursor->statement, cursor->table, row, error);
        return rc == ENGAGE_OK ? ENGAGE_ROW : rc;
    }
    cursor->done = 1;
    return code == SQLITE_DONE ? ENGAGE_DONE : failed(cursor->store, code, error);
}

/* What is removed is overwritten at once (secure_delete), but where rows moved between pages
 * on the way: copies of them may lie in the room between. So the database is written anew,
 * and the log, which has what was before, is copied and emptied. */
static int sqlite_scrub(struct engagep_store *base, engage_error *error)
{
    struct sqlite_store *store = self(base);
    int in_log = 0;
    if (store->open || store->readonly)
        return engagep_error_set(error, ENGAGE_EMISUSE, "a transaction is open, or none may be");
    /* SQLite attaches a database of its own meanwhile. */
    sqlite3_limit(store->db, SQLITE_LIMIT_ATTACHED, 1);
    int code = sqlite3_exec(store->db, "VACUUM", NULL, NULL, NULL);
    sqlite3_limit(store->db, SQLITE_LIMIT_ATTACHED, 0);
    if (code == SQLITE_OK)
        code = sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, &in_log,
                                         NULL);
    if (code == SQLITE_OK)
        return ENGAGE_OK;
    return engagep_error_set(error, failed(store, code, NULL),
                             "all was done, but what was removed is not overwritten yet: %s",
                             code == SQLITE_BUSY ? "others still read it"
                                                 : sqlite3_errmsg(store->db));
}

static int sqlite_verify(struct engagep_store *base, engage_error *error)
{
    struct sqlite_store *store = self(base);
    sqlite3_stmt *check = NULL;
    int rc = prepare(store, "PRAGMA integrity_check(1)", &check, error);
    if (rc != ENGAGE_OK)
        return rc;
    int code = sqlite3_step(check);
    const char *said = code == SQLITE_ROW ? (const char *)sqlite3_column_text(check, 0) : NULL;
    const char *line = said != NULL ? strchr(said, '\n') : NULL; /* the one before names "main" */
    if (code != SQLITE_ROW || said == NULL)
        rc = failed(store, code == SQLITE_ROW ? SQLITE_NOMEM : code, error);
    else if (strcmp(said, "ok") != 0)
        rc = engagep_error_set(error, ENGAGE_ESTORE_CORRUPT, "the database is damaged: %s",
                               line != NULL ? line + 1 : said);
    (void)sqlite3_finalize(check);
    return rc;
}

/* -------------------------------------------------------- opening, closing --- */

static void free_cursors(struct sqlite_store *store, struct engagep_cursor *cursor)
{
    while (cursor != NULL) {
        struct engagep_cursor *next = cursor->next;
        (void)sqlite3_finalize(cursor->statement);
        engagep_alloc_free(&store->base.allocator, cursor, 1, sizeof(*cursor));
        cursor = next;
    }
}

static void free_table(struct sqlite_store *store, struct table *table)
{
    (void)sqlite3_finalize(table->put);
    (void)sqlite3_finalize(table->remove);
    (void)sqlite3_finalize(table->get);
    for (size_t i = 0; i < ENGAGEP_MAX_INDEXES; i++) {
        for (size_t n = 0; n <= ENGAGEP_MAX_KEY; n++)
            free_cursors(store, table->spare[i][n]);
    }
}

static void sqlite_close(struct engagep_store *base)
{
    struct sqlite_store *store = self(base);
    engage_allocator allocator = store->base.allocator;
    sqlite_rollback(base);
    (void)sqlite3_finalize(store->begin);
    (void)sqlite3_finalize(store->look);
    (void)sqlite3_finalize(store->commit);
    (void)sqlite3_finalize(store->rollback);
    free_cursors(store, store->cursors);
    for (size_t i = 0; i < store->table_count; i++)
        free_table(store, &store->tables[i]);
    engagep_alloc_free(&allocator, store->tables, store->table_count, sizeof(*store->tables));
    engagep_buffer_release(&store->sql);
    engagep_buffer_release(&store->lent);
    /* Copies the log into the database where nobody else has it open. */
    (void)sqlite3_close(store->db);
    engagep_alloc_free(&allocator, store, 1, sizeof(*store));
}

static const struct engagep_store_ops operations = {
    sqlite_begin,  sqlite_look, sqlite_commit, sqlite_rollback, sqlite_put,
    sqlite_remove, sqlite_get,  sqlite_expect, sqlite_scan,     sqlite_next,
    sqlite_finish, sqlite_scrub, sqlite_verify, sqlite_close,
};

int engagep_store_sqlite_open(struct engagep_store **out, const struct engagep_table *tables,
                              size_t count, const char *where, unsigned flags,
                              const engage_allocator *given, engage_error *error)
{
    *out = NULL;
    engage_allocator allocator;
    int rc = engagep_alloc_init(&allocator, given);
    if (rc != ENGAGE_OK)
        return engagep_error_set(error, rc, "the allocator's struct is not usable");
    if (where[0] == '\0')
        return engagep_error_set(error, ENGAGE_EURI, "a path must follow sqlite:");
    /* To SQLite that is no file; whoever writes it would not look for one of that name. */
    if (strcmp(where, ":memory:") == 0)
        return engagep_error_set(error, ENGAGE_EURI,
                                 "a store in memory is memory:, a file of that name "
                                 "sqlite:./:memory:");
    struct sqlite_store *store = engagep_alloc_zero(&allocator, 1, sizeof(*store));
    if (store == NULL)
        return no_memory(error);
    store->base.ops = &operations;
    store->base.allocator = allocator;
    store->readonly = (flags & ENGAGE_TRACKER_READONLY) != 0;
    engagep_buffer_init(&store->sql, &allocator);
    engagep_buffer_init(&store->lent, &allocator);
    store->tables = engagep_alloc_zero(&allocator, count, sizeof(*store->tables));
    if (store->tables == NULL)
        rc = no_memory(error);
    else
        store->table_count = count;
    for (size_t i = 0; i < store->table_count; i++)
        store->tables[i].def = &tables[i];
    if (rc == ENGAGE_OK)
        rc = engagep_sqlite_file_open(&store->db, tables, count, where, flags, &allocator,
                                      error);
    if (rc == ENGAGE_OK)
        rc = prepare(store, "BEGIN IMMEDIATE", &store->begin, error);
    if (rc == ENGAGE_OK)
        rc = prepare(store, "BEGIN", &store->look, error);
    if (rc == ENGAGE_OK)
        rc = prepare(store, "COMMIT", &store->commit, error);
    if (rc == ENGAGE_OK)
        rc = prepare(store, "ROLLBACK", &store->rollback, error);
    if (rc != ENGAGE_OK)
        sqlite_close(&store->base);
    else
        *out = &store->base;
    return rc;
}
