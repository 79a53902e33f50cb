/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The SQLite backend's file: what others see in it, whose files are refused, what
 * damage does, and what several processes do to each other.
 */
#define _POSIX_C_SOURCE 200809L

#include "store_support.h"
#include "support.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const struct store_backend *sqlite;
static struct engagep_store *store;
static engage_error detail = ENGAGE_ERROR_INIT;

static void set_up(void)
{
    sqlite = &store_backends[1];
    ck_assert_str_eq(sqlite->name, "sqlite");
    sqlite->clear();
}

static void tear_down(void)
{
    sqlite->clear();
}

static int open_store(int readonly)
{
    return sqlite->open(&store, readonly, NULL, &detail);
}

static void must_open(int readonly)
{
    int rc = open_store(readonly);
    ck_assert_msg(rc == ENGAGE_OK, "%s: %s", engage_errname(rc), detail.message);
}

static void close_store(void)
{
    store->ops->close(store);
    store = NULL;
}

/* Runs SQL on the file as another program would. */
static void as_other(const char *sql)
{
    sqlite3 *db;
    char *message = NULL;
    ck_assert_int_eq(sqlite3_open(store_path(), &db), SQLITE_OK);
    sqlite3_busy_timeout(db, 5000);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
    int rc = sqlite3_exec(db, sql, NULL, NULL, &message);
    ck_assert_msg(rc == SQLITE_OK, "%s: %s", sql, message);
    sqlite3_close(db);
}

/* The first text that SQL gives to another program. */
static const char *ask_as_other(const char *sql)
{
    static char answer[4096];
    sqlite3 *db;
    sqlite3_stmt *statement;
    ck_assert_int_eq(sqlite3_open_v2(store_path(), &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
    snprintf(answer, sizeof(answer), "%s", (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return answer;
}

static int put_thing(const char *name, int64_t number, const char *data)
{
    struct engagep_value row[4] = {store_text(name), store_int(number),
                                   store_blob(data, strlen(data)), store_null()};
    return store_put(store, STORE_THINGS, row, &detail);
}

/* A store with a few rows in every table; closed. */
static void make_filled(void)
{
    uint64_t random = 7;
    must_open(0);
    ck_assert_int_eq(store->ops->begin(store, &detail), ENGAGE_OK);
    for (int i = 0; i < 800; i++) {
        size_t table = (size_t)i % store_table_count;
        struct store_row row;
        struct engagep_value values[ENGAGEP_MAX_COLUMNS];
        store_random_row(table, &row, &random);
        store_values(table, &row, values);
        ck_assert_int_eq(store_put(store, table, values, &detail), ENGAGE_OK);
    }
    ck_assert_int_eq(store->ops->commit(store, &detail), ENGAGE_OK);
    close_store();
}

/* Opening must give `code` and leave every byte as it is. */
static void must_refuse(int code)
{
    size_t before_size = 0;
    size_t after_size = 0;
    char *before = support_read(store_path(), &before_size);
    for (int readonly = 0; readonly < 2; readonly++) {
        int rc = open_store(readonly);
        ck_assert_msg(rc == code, "%s instead of %s: %s, file of %zu", engage_errname(rc),
                      engage_errname(code), detail.message, before_size);
        ck_assert_ptr_null(store);
        ck_assert_int_eq(detail.code, code);
        char *after = support_read(store_path(), &after_size);
        ck_assert_uint_eq(before_size, after_size);
        ck_assert(memcmp(before, after, before_size) == 0);
        free(after);
    }
    free(before);
}

/* ------------------------------------------------------- seen by others --- */

START_TEST(others_can_read_it)
{
    set_up();
    must_open(0);
    ck_assert_int_eq(store->ops->begin(store, &detail), ENGAGE_OK);
    ck_assert_int_eq(put_thing("a", -3, "xyz"), ENGAGE_OK);
    ck_assert_int_eq(store->ops->commit(store, &detail), ENGAGE_OK);
    ck_assert_str_eq(ask_as_other("SELECT name || number || length(data) FROM things"), "a-33");
    ck_assert_str_eq(ask_as_other("PRAGMA journal_mode"), "wal");
    ck_assert_str_eq(ask_as_other("PRAGMA application_id"), "1701734241");
    ck_assert_str_eq(ask_as_other("PRAGMA user_version"), "1");
    close_store();
    /* Closing leaves one file. */
    char path[80];
    snprintf(path, sizeof(path), "%s-wal", store_path());
    ck_assert_int_ne(access(path, F_OK), 0);
    ck_assert_str_eq(ask_as_other("SELECT sql FROM sqlite_schema WHERE name = 'things'"),
                     "CREATE TABLE \"things\" (\n"
                     "  \"name\" TEXT NOT NULL,\n"
                     "  \"number\" INTEGER NOT NULL,\n"
                     "  \"data\" BLOB NOT NULL,\n"
                     "  \"rank\" INTEGER,\n"
                     "  PRIMARY KEY (\"name\", \"number\")\n"
                     ") STRICT, WITHOUT ROWID");
    ck_assert_str_eq(ask_as_other("SELECT sql FROM sqlite_schema WHERE name = 'things_by_number'"),
                     "CREATE INDEX \"things_by_number\" ON \"things\" (\"number\", \"rank\")");
    tear_down();
}
END_TEST

START_TEST(what_others_add_is_left_alone)
{
    set_up();
    make_filled();
    as_other("CREATE TABLE mine (x); CREATE INDEX mine_x ON mine (x);"
             "CREATE VIEW names AS SELECT name FROM things; ANALYZE");
    must_open(0);
    ck_assert_int_eq(store->ops->begin(store, &detail), ENGAGE_OK);
    ck_assert_int_eq(put_thing("a", 1, ""), ENGAGE_OK);
    ck_assert_int_eq(store->ops->commit(store, &detail), ENGAGE_OK);
    close_store();
    ck_assert_str_eq(ask_as_other("SELECT count(*) FROM sqlite_schema WHERE name LIKE '%mine%'"),
                     "2");
    tear_down();
}
END_TEST

/* ---------------------------------------------------------- not our file --- */

START_TEST(files_that_are_not_ours_stay_as_they_are)
{
    set_up();
    support_write(store_path(), "x", 1);
    must_refuse(ENGAGE_ESTORE);
    static char long_text[5000];
    memset(long_text, 'x', sizeof(long_text));
    support_write(store_path(), long_text, sizeof(long_text));
    must_refuse(ENGAGE_ESTORE);
    memset(long_text, 0, sizeof(long_text));
    support_write(store_path(), long_text, sizeof(long_text));
    must_refuse(ENGAGE_ESTORE);
    sqlite->clear();
    as_other("CREATE TABLE x (y); INSERT INTO x VALUES (1)");
    must_refuse(ENGAGE_ESTORE);
    sqlite->clear();
    /* One with a log that was not copied into it yet. */
    as_other("PRAGMA journal_mode = WAL; CREATE TABLE x (y)");
    must_refuse(ENGAGE_ESTORE);
    /* A name alone does not make a file ours, nor an empty database. */
    sqlite->clear();
    as_other("CREATE TABLE x (y); DROP TABLE x; VACUUM");
    must_refuse(ENGAGE_ESTORE);
    tear_down();
}
END_TEST

START_TEST(other_versions_are_refused)
{
    set_up();
    make_filled();
    as_other("PRAGMA user_version = 2; PRAGMA wal_checkpoint");
    must_refuse(ENGAGE_ESTORE_VERSION);
    as_other("PRAGMA user_version = 0; PRAGMA wal_checkpoint");
    must_refuse(ENGAGE_ESTORE_VERSION);
    as_other("PRAGMA user_version = 1; PRAGMA application_id = 5; PRAGMA wal_checkpoint");
    must_refuse(ENGAGE_ESTORE);
    tear_down();
}
END_TEST

/* The same, with the change still in the log: the header of the file says nothing. */
START_TEST(versions_in_the_log_count)
{
    set_up();
    make_filled();
    sqlite3 *db;
    ck_assert_int_eq(sqlite3_open(store_path(), &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(db, "PRAGMA user_version = 2", NULL, NULL, NULL), SQLITE_OK);
    ck_assert_int_eq(open_store(0), ENGAGE_ESTORE_VERSION);
    ck_assert_int_eq(
        sqlite3_exec(db, "PRAGMA user_version = 1; PRAGMA application_id = 9", NULL, NULL, NULL),
        SQLITE_OK);
    ck_assert_int_eq(open_store(1), ENGAGE_ESTORE);
    sqlite3_close(db);
    tear_down();
}
END_TEST

START_TEST(a_changed_schema_is_refused)
{
    static const char *const changes[] = {
        "DROP INDEX things_by_rank",
        "DROP TABLE pairs",
        "ALTER TABLE pairs ADD COLUMN more TEXT",
        "ALTER TABLE pairs RENAME COLUMN value TO worth",
        "CREATE UNIQUE INDEX more ON pairs (value, key)",
        "CREATE TRIGGER t AFTER INSERT ON pairs BEGIN DELETE FROM things; END",
        "DROP INDEX things_by_rank; CREATE INDEX things_by_rank ON things (rank, number)",
        "DROP INDEX pairs_by_value; CREATE INDEX pairs_by_value ON things (rank)",
        "DROP TABLE pairs; CREATE VIEW pairs AS SELECT name, number FROM things",
        "DROP TABLE pairs; CREATE TABLE Pairs (key BLOB PRIMARY KEY, value TEXT)",
        "DROP TABLE pairs; CREATE VIRTUAL TABLE pairs USING fts5 (key, value)",
        ("PRAGMA writable_schema = ON;"
         "UPDATE sqlite_schema SET sql = 'CREATE TABLE pairs (' WHERE name = 'pairs'"),
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = 99999",
        "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema",
    };
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        set_up();
        make_filled();
        as_other(changes[i]);
        for (int readonly = 0; readonly < 2; readonly++) {
            int rc = open_store(readonly);
            ck_assert_msg(rc == ENGAGE_ESTORE_CORRUPT, "%s: %s", changes[i], engage_errname(rc));
            ck_assert_ptr_null(store);
        }
        tear_down();
    }
}
END_TEST

START_TEST(another_encoding_is_refused)
{
    set_up();
    as_other("PRAGMA encoding = 'UTF-16le'; PRAGMA application_id = 1701734241;"
             "PRAGMA user_version = 1; CREATE TABLE x (y)");
    must_refuse(ENGAGE_ESTORE_CORRUPT);
    tear_down();
}
END_TEST

START_TEST(paths_are_only_paths)
{
    engage_error error = ENGAGE_ERROR_INIT;
    struct engagep_store *own;
    ck_assert_int_eq(engagep_store_sqlite_open(&own, store_tables, store_table_count, "", 0, NULL,
                                               &error),
                     ENGAGE_EURI);
    ck_assert_ptr_null(own);
    ck_assert_int_eq(engagep_store_sqlite_open(&own, store_tables, store_table_count, ":memory:",
                                               0, NULL, &error),
                     ENGAGE_EURI);
    ck_assert_ptr_nonnull(strstr(error.message, "memory:"));
    ck_assert_ptr_null(own);
    ck_assert_int_eq(engagep_store_sqlite_open(&own, store_tables, store_table_count,
                                               "no/such/folder/x.db", 0, NULL, &error),
                     ENGAGE_EIO);
    ck_assert_ptr_null(own);
    ck_assert_int_eq(engagep_store_sqlite_open(&own, store_tables, store_table_count, "/", 0, NULL,
                                               &error),
                     ENGAGE_EIO);
    /* What else SQLite would take for something other than a file is one. */
    static const char *const names[] = {"./:memory:", "file:check_store_file.db?mode=memory"};
    for (size_t i = 0; i < 2; i++) {
        unlink(names[i]);
        ck_assert_int_eq(engagep_store_sqlite_open(&own, store_tables, store_table_count, names[i],
                                                   0, NULL, &error),
                         ENGAGE_OK);
        ck_assert_int_eq(access(names[i], F_OK), 0);
        own->ops->close(own);
        unlink(names[i]);
    }
}
END_TEST

/* ---------------------------------------------------------------- damage --- */

/* Reads and writes all that can be; nothing may crash, and whatever goes wrong has a
 * code. */
static void exercise(void)
{
    struct engagep_value row[ENGAGEP_MAX_COLUMNS];
    for (size_t t = 0; t < store_table_count; t++) {
        for (size_t i = 0; i < store_tables[t].index_count; i++) {
            struct engagep_cursor *cursor;
            if (store->ops->scan(store, t, i, NULL, 0, &cursor, &detail) != ENGAGE_OK)
                continue;
            int rc;
            while ((rc = store->ops->next(cursor, row, &detail)) == ENGAGE_ROW)
                ck_assert_int_eq(row[0].type, store_tables[t].columns[0].type);
            ck_assert(rc == ENGAGE_DONE || rc == ENGAGE_ESTORE_CORRUPT || rc == ENGAGE_EIO ||
                      rc == ENGAGE_ENOMEM || rc == ENGAGE_ESTORE);
            store->ops->finish(cursor);
        }
    }
    if (store->ops->begin(store, &detail) != ENGAGE_OK)
        return;
    int rc = ENGAGE_OK;
    uint64_t random = 3;
    for (int i = 0; rc >= 0 && i < 60; i++) {
        struct store_row fresh;
        size_t table = (size_t)i % store_table_count;
        store_random_row(table, &fresh, &random);
        store_values(table, &fresh, row);
        rc = store_put(store, table, row, &detail);
        store_key(table, &fresh, row);
        if (rc >= 0 && i % 3 == 0)
            rc = store->ops->remove(store, table, row, &detail);
    }
    if (rc >= 0)
        (void)store->ops->commit(store, &detail);
    else
        store->ops->rollback(store);
}

static void exercise_file(const char *data, size_t size)
{
    sqlite->clear();
    support_write(store_path(), data, size);
    if (open_store(0) == ENGAGE_OK) {
        exercise();
        close_store();
    } else {
        ck_assert_ptr_null(store);
        ck_assert_int_lt(detail.code, 0);
    }
}

START_TEST(cut_files_do_no_harm)
{
    set_up();
    make_filled();
    size_t size = 0;
    char *data = support_read(store_path(), &size);
    ck_assert_uint_gt(size, 8 * 4096);
    for (size_t cut = 0; cut < size; cut += cut < 200 ? 9 : 1021)
        exercise_file(data, cut);
    free(data);
    tear_down();
}
END_TEST

START_TEST(damaged_files_do_no_harm)
{
    set_up();
    make_filled();
    size_t size = 0;
    char *data = support_read(store_path(), &size);
    char *spoilt = malloc(size);
    ck_assert_ptr_nonnull(spoilt);
    uint64_t random = 20261121 + (uint64_t)_i;
    for (int round = 0; round < 150; round++) {
        memcpy(spoilt, data, size);
        int flips = 1 + (int)(support_random(&random) % 30);
        for (int i = 0; i < flips; i++) {
            /* Half of them in the heads of pages, where they hurt most. */
            size_t at = (size_t)(support_random(&random) % size);
            if (i % 2 == 0)
                at = at / 4096 * 4096 + at % 120;
            if (at >= 60 && at < 72 && round % 8 != 0)
                continue; /* mark and version: these are refused at once */
            spoilt[at] = (char)(spoilt[at] ^ 1 << support_random(&random) % 8);
        }
        exercise_file(spoilt, size);
    }
    free(spoilt);
    free(data);
    tear_down();
}
END_TEST

START_TEST(values_of_other_types_are_told)
{
    set_up();
    must_open(0);
    close_store();
    /* A table without types takes anything; then its SQL is forged. */
    as_other(
        "CREATE TABLE saved AS SELECT sql FROM sqlite_schema WHERE name = 'pairs';"
        "DROP TABLE pairs;"
        "CREATE TABLE pairs (key BLOB NOT NULL, value, PRIMARY KEY (key)) WITHOUT ROWID;"
        "CREATE INDEX \"pairs_by_value\" ON \"pairs\" (\"value\");"
        "INSERT INTO pairs VALUES (x'61', 5), (x'62', x'00'), (x'63', NULL), (x'64', 1.5),"
        "(x'65', 'good');"
        "PRAGMA writable_schema = ON;"
        "UPDATE sqlite_schema SET sql = (SELECT sql FROM saved) WHERE name = 'pairs';"
        "DROP TABLE saved");
    must_open(0);
    static const char keys[] = "abcd";
    struct engagep_value row[2];
    for (size_t i = 0; i < 4; i++) {
        struct engagep_value key = store_blob(&keys[i], 1);
        ck_assert_int_eq(store->ops->get(store, STORE_PAIRS, &key, row, &detail),
                         ENGAGE_ESTORE_CORRUPT);
    }
    struct engagep_value key = store_blob("e", 1);
    ck_assert_int_eq(store->ops->get(store, STORE_PAIRS, &key, row, &detail), ENGAGE_ROW);
    struct engagep_cursor *cursor;
    ck_assert_int_eq(store->ops->scan(store, STORE_PAIRS, 0, NULL, 0, &cursor, &detail),
                     ENGAGE_OK);
    ck_assert_int_eq(store->ops->next(cursor, row, &detail), ENGAGE_ESTORE_CORRUPT);
    store->ops->finish(cursor);
    close_store();
    tear_down();
}
END_TEST

/* ------------------------------------------------------------- read-only --- */

START_TEST(a_reader_changes_nothing)
{
    set_up();
    ck_assert_int_eq(open_store(1), ENGAGE_ENOENT);
    ck_assert_int_ne(access(store_path(), F_OK), 0);
    support_write(store_path(), "", 0);
    ck_assert_int_eq(open_store(1), ENGAGE_ENOENT);
    make_filled();
    size_t size = 0;
    char *before = support_read(store_path(), &size);
    must_open(1);
    ck_assert_int_eq(put_thing("a", 1, ""), ENGAGE_EMISUSE);
    ck_assert_int_eq(store->ops->begin(store, &detail), ENGAGE_OK);
    ck_assert_int_eq(put_thing("a", 1, ""), ENGAGE_EMISUSE);
    struct engagep_value row[4] = {store_text("a"), store_int(1)};
    ck_assert_int_eq(store->ops->remove(store, STORE_THINGS, row, &detail), ENGAGE_EMISUSE);
    ck_assert_int_eq(store->ops->commit(store, &detail), ENGAGE_OK);
    close_store();
    size_t after_size = 0;
    char *after = support_read(store_path(), &after_size);
    ck_assert_uint_eq(size, after_size);
    ck_assert(memcmp(before, after, size) == 0);
    free(before);
    free(after);
    tear_down();
}
END_TEST

START_TEST(a_reader_has_one_view)
{
    set_up();
    make_filled();
    struct engagep_store *reader;
    ck_assert_int_eq(sqlite->open(&reader, 1, NULL, &detail), ENGAGE_OK);
    must_open(0);
    struct engagep_value key[4] = {store_text("new"), store_int(1)};
    struct engagep_value row[4];
    ck_assert_int_eq(reader->ops->begin(reader, &detail), ENGAGE_OK);
    ck_assert_int_eq(reader->ops->get(reader, STORE_THINGS, key, row, &detail), ENGAGE_DONE);
    ck_assert_int_eq(store->ops->begin(store, &detail), ENGAGE_OK);
    ck_assert_int_eq(put_thing("new", 1, ""), ENGAGE_OK);
    ck_assert_int_eq(store->ops->commit(store, &detail), ENGAGE_OK);
    ck_assert_int_eq(reader->ops->get(reader, STORE_THINGS, key, row, &detail), ENGAGE_DONE);
    ck_assert_int_eq(reader->ops->commit(reader, &detail), ENGAGE_OK);
    ck_assert_int_eq(reader->ops->get(reader, STORE_THINGS, key, row, &detail), ENGAGE_ROW);
    reader->ops->close(reader);
    close_store();
    tear_down();
}
END_TEST

/* ------------------------------------------------------ several processes --- */

START_TEST(a_second_writer_is_told_to_wait)
{
    set_up();
    must_open(0);
    struct engagep_store *first = store;
    must_open(0);
    ck_assert_int_eq(first->ops->begin(first, &detail), ENGAGE_OK);
    ck_assert_int_eq(store->ops->begin(store, &detail), ENGAGE_EBUSY);
    ck_assert_int_eq(put_thing("a", 1, ""), ENGAGE_EMISUSE);
    first->ops->rollback(first);
    ck_assert_int_eq(store->ops->begin(store, &detail), ENGAGE_OK);
    close_store();
    first->ops->close(first);
    tear_down();
}
END_TEST

static int64_t count_of(struct engagep_store *own)
{
    struct engagep_value key[2] = {store_text("count"), store_int(0)};
    struct engagep_value row[4];
    int rc = own->ops->get(own, STORE_THINGS, key, row, &detail);
    ck_assert_int_ge(rc, 0);
    return rc == ENGAGE_ROW ? row[3].number : 0;
}

/* Reads a number and puts one more, with as many rows as that number. */
static int count_on(struct engagep_store *own)
{
    int rc = own->ops->begin(own, &detail);
    if (rc != ENGAGE_OK)
        return rc;
    int64_t count = count_of(own) + 1;
    struct engagep_value row[4] = {store_text("count"), store_int(0), store_blob("", 0),
                                   store_int(count)};
    rc = store_put(own, STORE_THINGS, row, &detail);
    struct engagep_value fact[4] = {store_int(count), store_text("some text of a certain length"),
                                    store_null(), store_int(count)};
    if (rc == ENGAGE_OK)
        rc = store_put(own, STORE_FACTS, fact, &detail);
    if (rc == ENGAGE_OK)
        return own->ops->commit(own, &detail);
    own->ops->rollback(own);
    return rc;
}

/* Processes that all make the store, and all count in it. */
START_TEST(processes_take_turns)
{
    enum { PROCESSES = 4, STEPS = 25 };
    set_up();
    pid_t children[PROCESSES];
    char path[80];
    snprintf(path, sizeof(path), "%s", store_path());
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        ck_assert_int_ge(children[i], 0);
        if (children[i] != 0)
            continue;
        struct engagep_store *own;
        int rc;
        /* On a slow disk others may hold it longer than the store waits: that is told,
         * has done nothing, and may be tried again. */
        do {
            rc = engagep_store_sqlite_open(&own, store_tables, store_table_count, path, 0, NULL,
                                           &detail);
        } while (rc == ENGAGE_EBUSY);
        for (int step = 0; rc == ENGAGE_OK && step < STEPS; step++) {
            do {
                rc = count_on(own);
            } while (rc == ENGAGE_EBUSY);
        }
        if (rc != ENGAGE_OK)
            printf("%s: %s\n", engage_errname(rc), detail.message);
        fflush(stdout);
        if (rc == ENGAGE_OK)
            own->ops->close(own);
        _exit(rc != ENGAGE_OK);
    }
    for (int i = 0; i < PROCESSES; i++) {
        int status;
        ck_assert_int_eq(waitpid(children[i], &status, 0), children[i]);
        ck_assert_int_eq(status, 0);
    }
    must_open(1);
    ck_assert_int_eq(count_of(store), PROCESSES * STEPS);
    close_store();
    tear_down();
}
END_TEST

/* A child commits, says so, and is killed at any moment: what it said is there, one more
 * may be, and nothing is there in part. */
START_TEST(a_killed_process_loses_nothing)
{
    set_up();
    char path[80];
    snprintf(path, sizeof(path), "%s", store_path());
    uint64_t random = (uint64_t)getpid();
    int64_t count = 0;
    for (int round = 0; round < 40; round++) {
        int said[2];
        ck_assert_int_eq(pipe(said), 0);
        pid_t child = fork();
        ck_assert_int_ge(child, 0);
        if (child == 0) {
            struct engagep_store *own;
            int rc = engagep_store_sqlite_open(&own, store_tables, store_table_count, path, 0,
                                               NULL, &detail);
            while (rc == ENGAGE_OK) {
                rc = count_on(own);
                if (rc == ENGAGE_OK && write(said[1], "+", 1) != 1)
                    break;
            }
            _exit(1);
        }
        close(said[1]);
        struct timespec moment = {0, (long)(support_random(&random) % 60000000)};
        nanosleep(&moment, NULL);
        kill(child, SIGKILL);
        ck_assert_int_eq(waitpid(child, NULL, 0), child);
        char byte;
        while (read(said[0], &byte, 1) == 1)
            count++;
        close(said[0]);
        must_open(0);
        int64_t found = count_of(store);
        ck_assert_msg(found == count || found == count + 1, "%lld of %lld", (long long)found,
                      (long long)count);
        count = found;
        struct engagep_cursor *cursor;
        struct engagep_value row[4];
        ck_assert_int_eq(store->ops->scan(store, STORE_FACTS, 0, NULL, 0, &cursor, &detail),
                         ENGAGE_OK);
        for (int64_t i = 1; i <= count; i++) {
            ck_assert_int_eq(store->ops->next(cursor, row, &detail), ENGAGE_ROW);
            ck_assert_int_eq(row[0].number, i);
        }
        ck_assert_int_eq(store->ops->next(cursor, row, &detail), ENGAGE_DONE);
        store->ops->finish(cursor);
        close_store();
        ck_assert_str_eq(ask_as_other("PRAGMA integrity_check"), "ok");
    }
    printf("%lld batches in 40 lives\n", (long long)count);
    tear_down();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("store_file");
    TCase *file = tcase_create("file");
    tcase_set_timeout(file, 0);
    tcase_add_test(file, others_can_read_it);
    tcase_add_test(file, what_others_add_is_left_alone);
    tcase_add_test(file, files_that_are_not_ours_stay_as_they_are);
    tcase_add_test(file, other_versions_are_refused);
    tcase_add_test(file, versions_in_the_log_count);
    tcase_add_test(file, a_changed_schema_is_refused);
    tcase_add_test(file, another_encoding_is_refused);
    tcase_add_test(file, paths_are_only_paths);
    tcase_add_test(file, cut_files_do_no_harm);
    tcase_add_loop_test(file, damaged_files_do_no_harm, 0, 4);
    tcase_add_test(file, values_of_other_types_are_told);
    tcase_add_test(file, a_reader_changes_nothing);
    tcase_add_test(file, a_reader_has_one_view);
    tcase_add_test(file, a_second_writer_is_told_to_wait);
    tcase_add_test(file, processes_take_turns);
    tcase_add_test(file, a_killed_process_loses_nothing);
    suite_add_tcase(suite, file);
    return support_run(suite);
}
