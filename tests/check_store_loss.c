/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What a commit promises: a batch that was committed is there after a loss of power
 * at any later moment, and no batch is ever there in part.
 */
#include "store_support.h"
#include "store_vfs.h"
#include "support.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct store_vfs vfs;
static engage_error detail = ENGAGE_ERROR_INIT;

static int open_store(struct engagep_store **out)
{
    return engagep_store_sqlite_open(out, store_tables, store_table_count, "lossy.db", 0, NULL,
                                     &detail);
}

/* A batch puts its number into PAIRS, and into each of these facts. One is larger than
 * a page. */
enum { BATCHES = 6, FACTS = 12, LARGE = 9000 };

static int put_batch(struct engagep_store *store, int64_t batch)
{
    static char large[LARGE];
    memset(large, (int)('a' + batch), sizeof(large));
    char number[24];
    snprintf(number, sizeof(number), "%lld", (long long)batch);
    struct engagep_value pair[2] = {store_blob("batch", 5), store_text(number)};
    int rc = store->ops->begin(store, &detail);
    if (rc != ENGAGE_OK)
        return rc;
    rc = store_put(store, STORE_PAIRS, pair, &detail);
    for (int64_t i = 0; rc == ENGAGE_OK && i < FACTS; i++) {
        struct engagep_value fact[4] = {store_int(i), store_text(number),
                                        i == 5 ? store_blob(large, LARGE) : store_null(),
                                        store_int(batch)};
        rc = store_put(store, STORE_FACTS, fact, &detail);
    }
    if (rc == ENGAGE_OK)
        return store->ops->commit(store, &detail);
    store->ops->rollback(store);
    return rc;
}

/* The number of the last batch that the store has, all of whose rows must be there. */
static int64_t last_batch(struct engagep_store *store)
{
    struct engagep_value key = store_blob("batch", 5);
    struct engagep_value pair[2];
    int rc = store->ops->get(store, STORE_PAIRS, &key, pair, &detail);
    ck_assert_msg(rc >= 0, "%s: %s", engage_errname(rc), detail.message);
    int64_t batch = 0;
    if (rc == ENGAGE_ROW) {
        ck_assert_uint_eq(pair[1].size, 1);
        batch = *(const char *)pair[1].data - '0';
    }
    struct engagep_cursor *cursor;
    struct engagep_value fact[4];
    int64_t facts = 0;
    ck_assert_int_eq(store->ops->scan(store, STORE_FACTS, 2, NULL, 0, &cursor, &detail),
                     ENGAGE_OK);
    while ((rc = store->ops->next(cursor, fact, &detail)) == ENGAGE_ROW) {
        ck_assert_int_eq(fact[3].number, batch);
        facts++;
    }
    ck_assert_msg(rc == ENGAGE_DONE, "call %zu: %s: %s", vfs.fail_at, engage_errname(rc),
                  detail.message);
    ck_assert_int_eq(facts, batch > 0 ? FACTS : 0);
    store->ops->finish(cursor);
    return batch;
}

/* Puts batches after `done` until one fails; returns the last one that was committed. */
static int64_t work(int64_t done, int *failure)
{
    struct engagep_store *store;
    *failure = open_store(&store);
    if (*failure != ENGAGE_OK)
        return done;
    while (*failure == ENGAGE_OK && done < BATCHES) {
        *failure = put_batch(store, done + 1);
        if (*failure == ENGAGE_OK)
            done++;
    }
    store->ops->close(store);
    return done;
}

/* Opens what is left and looks: `done` batches were committed, one more may have been. */
static int64_t inspect(int64_t done)
{
    struct engagep_store *store;
    int rc = open_store(&store);
    ck_assert_msg(rc == ENGAGE_OK, "call %zu: %s: %s", vfs.fail_at, engage_errname(rc),
                  detail.message);
    int64_t found = last_batch(store);
    ck_assert_msg(found == done || found == done + 1, "call %zu: %lld of %lld batches", vfs.fail_at,
                  (long long)found, (long long)done);
    store->ops->close(store);
    return found;
}

START_TEST(committed_batches_outlive_a_loss_of_power)
{
    uint64_t random = (uint64_t)_i + 1;
    store_vfs_install(&vfs);
    int failure = ENGAGE_EIO;
    for (size_t at = 1; failure != ENGAGE_OK; at++) {
        store_vfs_clear();
        vfs = (struct store_vfs){0, at, 1, SQLITE_IOERR};
        int64_t done = work(0, &failure);
        vfs.fail_forever = 0;
        store_vfs_power_cycle(&random);
        vfs.calls = vfs.fail_at;
        done = inspect(done);
        /* And it goes on from there, power failing once more on the way. */
        int again;
        vfs = (struct store_vfs){0, 1 + (size_t)(support_random(&random) % 60), 1, SQLITE_IOERR};
        done = work(done, &again);
        store_vfs_power_cycle(&random);
        vfs = (struct store_vfs){0, 0, 0, SQLITE_IOERR};
        done = inspect(done);
        ck_assert_int_eq(work(done, &again), BATCHES);
        ck_assert_int_eq(again, ENGAGE_OK);
    }
    store_vfs_clear();
}
END_TEST

/* Each call fails, once or from then on; what is told must be true. */
static void fail_each(int code, int forever, int expected)
{
    store_vfs_install(&vfs);
    int failure = expected;
    size_t failures = 0;
    for (size_t at = 1; failure != ENGAGE_OK || vfs.calls >= at; at++) {
        store_vfs_clear();
        vfs = (struct store_vfs){0, at, forever, code};
        int64_t done = work(0, &failure);
        /* A failed checkpoint is no failure of a batch; nor is one at closing. */
        ck_assert_msg(failure == ENGAGE_OK || failure == expected, "call %zu: %s: %s", at,
                      engage_errname(failure), detail.message);
        failures += failure != ENGAGE_OK;
        vfs.fail_at = 0;
        done = inspect(done);
        int again;
        ck_assert_int_eq(work(done, &again), BATCHES);
        ck_assert_int_eq(again, ENGAGE_OK);
    }
    ck_assert_uint_gt(failures, 20);
    store_vfs_clear();
}

START_TEST(a_failing_disk_is_told)
{
    fail_each(SQLITE_IOERR_WRITE, _i, ENGAGE_EIO);
}
END_TEST

START_TEST(a_full_disk_is_told)
{
    fail_each(SQLITE_FULL, _i, ENGAGE_EFULL);
}
END_TEST

/* ----------------------------------------------------- memory of SQLite --- */

static sqlite3_mem_methods real;
static size_t taken;
static size_t refuse_at;
static int refuse_forever;

static int refused(void)
{
    taken++;
    return refuse_at != 0 && (refuse_forever ? taken >= refuse_at : taken == refuse_at);
}

static void *meager_alloc(int size)
{
    return refused() ? NULL : real.xMalloc(size);
}

static void *meager_realloc(void *block, int size)
{
    return refused() ? NULL : real.xRealloc(block, size);
}

/* Another memory is taken before SQLite begins; with CK_FORK=no it has. */
static void begin_meager(void)
{
    sqlite3_shutdown();
    ck_assert_int_eq(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real), SQLITE_OK);
    sqlite3_mem_methods meager = real;
    meager.xMalloc = meager_alloc;
    meager.xRealloc = meager_realloc;
    ck_assert_int_eq(sqlite3_config(SQLITE_CONFIG_MALLOC, &meager), SQLITE_OK);
    store_vfs_install(&vfs);
    refuse_at = 0;
    taken = 0;
}

static void end_meager(void)
{
    store_vfs_clear();
    sqlite3_shutdown();
    ck_assert_int_eq(sqlite3_config(SQLITE_CONFIG_MALLOC, &real), SQLITE_OK);
}

START_TEST(sqlite_may_run_out_of_memory)
{
    begin_meager();
    refuse_forever = _i;
    int failure = ENGAGE_ENOMEM;
    size_t failures = 0;
    for (size_t at = 1; failure != ENGAGE_OK || taken >= at; at += 1 + at / 64) {
        store_vfs_clear();
        vfs = (struct store_vfs){0, 0, 0, SQLITE_IOERR};
        taken = 0;
        refuse_at = at;
        int64_t done = work(0, &failure);
        refuse_at = 0;
        ck_assert_msg(failure == ENGAGE_OK || failure == ENGAGE_ENOMEM, "allocation %zu: %s: %s",
                      at, engage_errname(failure), detail.message);
        failures += failure != ENGAGE_OK;
        inspect(done);
    }
    ck_assert_uint_gt(failures, 100);
    end_meager();
}
END_TEST

/* Statements are prepared anew after the database was written anew, which takes memory: where
 * there is none, a rollback is made up for before anything is read. */
START_TEST(a_rollback_without_memory_is_made_up_for)
{
    struct engagep_store *store;
    begin_meager();
    store_vfs_clear();
    vfs = (struct store_vfs){0, 0, 0, SQLITE_IOERR};
    ck_assert_int_eq(open_store(&store), ENGAGE_OK);
    ck_assert_int_eq(put_batch(store, 1), ENGAGE_OK);
    ck_assert_int_eq(store->ops->scrub(store, &detail), ENGAGE_OK);
    ck_assert_int_eq(store->ops->begin(store, &detail), ENGAGE_OK);
    struct engagep_value pair[2] = {store_blob("batch", 5), store_text("2")};
    ck_assert_int_eq(store_put(store, STORE_PAIRS, pair, &detail), ENGAGE_OK);
    refuse_forever = 1;
    refuse_at = 1;
    store->ops->rollback(store);
    struct engagep_value row[2];
    ck_assert_int_eq(store->ops->get(store, STORE_PAIRS, pair, row, &detail), ENGAGE_ENOMEM);
    refuse_at = 0;
    ck_assert_int_eq(last_batch(store), 1);
    store->ops->close(store);
    end_meager();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("store_loss");
    TCase *loss = tcase_create("loss");
    tcase_set_timeout(loss, 0);
    tcase_add_loop_test(loss, committed_batches_outlive_a_loss_of_power, 0, 3);
    tcase_add_loop_test(loss, a_failing_disk_is_told, 0, 2);
    tcase_add_loop_test(loss, a_full_disk_is_told, 0, 2);
    tcase_add_loop_test(loss, sqlite_may_run_out_of_memory, 0, 2);
    tcase_add_test(loss, a_rollback_without_memory_is_made_up_for);
    suite_add_tcase(suite, loss);
    return support_run(suite);
}
