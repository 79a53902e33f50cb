/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Every backend against one contract: the same functions drive each of them, over a
 * small set of tables that has every type, order and kind of key.
 */
#include "support.h"

#include "store/backend.h"
#include "store_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The backend that the running test is about. */
static const struct store_backend *backend;
static struct engagep_store *store;
static engage_error detail = ENGAGE_ERROR_INIT;

static void set_up(int which)
{
    backend = &store_backends[which];
    backend->clear();
    ck_assert_int_eq(backend->open(&store, 0, NULL, &detail), ENGAGE_OK);
}

static void tear_down(void)
{
    store->ops->close(store);
    backend->clear();
}

static void begin(void)
{
    ck_assert_int_eq(store->ops->begin(store, &detail), ENGAGE_OK);
}

static void commit(void)
{
    ck_assert_int_eq(store->ops->commit(store, &detail), ENGAGE_OK);
}

static void put(size_t table, const struct engagep_value *row)
{
    int rc = store_put(store, table, row, &detail);
    ck_assert_msg(rc == ENGAGE_OK, "%s: %s", engage_errname(rc), detail.message);
}

/* ---------------------------------------------------------- one by one --- */

START_TEST(what_is_put_is_got)
{
    set_up(_i);
    begin();
    struct engagep_value row[4] = {store_text("a"), store_int(-5), store_blob("\0\1", 2),
                                   store_null()};
    put(STORE_THINGS, row);
    struct engagep_value got[4];
    ck_assert_int_eq(store->ops->get(store, STORE_THINGS, row, got, &detail), ENGAGE_ROW);
    ck_assert(store_equal(row, got, 4));
    commit();
    ck_assert_int_eq(store->ops->get(store, STORE_THINGS, row, got, &detail), ENGAGE_ROW);
    ck_assert(store_equal(row, got, 4));
    struct engagep_value other[2] = {store_text("a"), store_int(5)};
    ck_assert_int_eq(store->ops->get(store, STORE_THINGS, other, got, &detail), ENGAGE_DONE);
    tear_down();
}
END_TEST

START_TEST(what_is_not_given_is_null_or_nothing)
{
    set_up(_i);
    begin();
    struct engagep_value got[4];
    struct engagep_value row[4] = {store_text("a"), store_int(7), store_blob("\0\1", 2),
                                   store_int(3)};
    put(STORE_THINGS, row);
    row[2] = row[3] = store_text_of(NULL, 1); /* what nobody may look at */
    ck_assert_int_eq(store->ops->put(store, STORE_THINGS, row, 3, &detail), ENGAGE_OK);
    ck_assert_int_eq(store->ops->get(store, STORE_THINGS, row, got, &detail), ENGAGE_ROW);
    row[2] = store_blob("", 0);
    row[3] = store_null();
    ck_assert(store_equal(row, got, 4));
    struct engagep_value fact[4] = {store_int(1), store_text("w"), store_null(), store_int(9)};
    ck_assert_int_eq(store->ops->put(store, STORE_FACTS, fact, 3, &detail), ENGAGE_OK);
    ck_assert_int_eq(store->ops->get(store, STORE_FACTS, fact, got, &detail), ENGAGE_ROW);
    fact[3] = store_null();
    ck_assert(store_equal(fact, got, 4));
    row[2] = store_int(1);
    ck_assert_int_eq(store->ops->put(store, STORE_THINGS, row, 7, &detail), ENGAGE_EMISUSE);
    commit();
    tear_down();
}
END_TEST

START_TEST(a_put_replaces)
{
    set_up(_i);
    begin();
    struct engagep_value row[4] = {store_text("a"), store_int(1), store_blob("x", 1),
                                   store_int(INT64_MIN)};
    put(STORE_THINGS, row);
    row[2] = store_blob("a longer one than before", 24);
    row[3] = store_int(INT64_MAX);
    put(STORE_THINGS, row);
    struct engagep_value got[4];
    ck_assert_int_eq(store->ops->get(store, STORE_THINGS, row, got, &detail), ENGAGE_ROW);
    ck_assert(store_equal(row, got, 4));
    /* A row may be put back from what get lent of it. */
    got[3] = store_null();
    put(STORE_THINGS, got);
    row[3] = store_null();
    ck_assert_int_eq(store->ops->get(store, STORE_THINGS, row, got, &detail), ENGAGE_ROW);
    ck_assert(store_equal(row, got, 4));
    commit();
    tear_down();
}
END_TEST

START_TEST(remove_tells_whether_there_was_one)
{
    set_up(_i);
    begin();
    struct engagep_value row[2] = {store_blob("k", 1), store_text("v")};
    put(STORE_PAIRS, row);
    ck_assert_int_eq(store->ops->remove(store, STORE_PAIRS, row, &detail), ENGAGE_OK);
    ck_assert_int_eq(store->ops->remove(store, STORE_PAIRS, row, &detail), ENGAGE_DONE);
    struct engagep_value got[2];
    ck_assert_int_eq(store->ops->get(store, STORE_PAIRS, row, got, &detail), ENGAGE_DONE);
    commit();
    tear_down();
}
END_TEST

START_TEST(texts_hold_any_bytes)
{
    set_up(_i);
    begin();
    static const char *const texts[] = {"", "a\0b", "\xff\xfe", "\0", "a\0"};
    static const size_t sizes[] = {0, 3, 2, 1, 2};
    for (size_t i = 0; i < 5; i++) {
        struct engagep_value row[2] = {store_blob(texts[i], sizes[i]),
                                       store_text_of(texts[i], sizes[i])};
        put(STORE_PAIRS, row);
        struct engagep_value got[2];
        ck_assert_int_eq(store->ops->get(store, STORE_PAIRS, row, got, &detail), ENGAGE_ROW);
        ck_assert(store_equal(row, got, 2));
        ck_assert_ptr_nonnull(got[0].data);
        ck_assert_ptr_nonnull(got[1].data);
    }
    commit();
    tear_down();
}
END_TEST

START_TEST(a_value_may_be_large)
{
    set_up(_i);
    size_t size = (size_t)1 << 20;
    char *large = malloc(size);
    ck_assert_ptr_nonnull(large);
    uint64_t state = 1;
    for (size_t i = 0; i < size; i++)
        large[i] = (char)support_random(&state);
    begin();
    struct engagep_value row[2] = {store_blob("k", 1), store_text_of(large, size)};
    put(STORE_PAIRS, row);
    row[0] = store_blob(large, size);
    put(STORE_PAIRS, row);
    commit();
    struct engagep_value got[2];
    ck_assert_int_eq(store->ops->get(store, STORE_PAIRS, row, got, &detail), ENGAGE_ROW);
    ck_assert(store_equal(row, got, 2));
    free(large);
    tear_down();
}
END_TEST

/* ---------------------------------------------------------------- order --- */

/* The values of an index, in the order in which they must come. */
START_TEST(indexes_order_by_value)
{
    set_up(_i);
    const struct engagep_value sorted[] = {
        store_null(),   store_int(INT64_MIN), store_int(-300), store_int(-2), store_int(-1),
        store_int(0),   store_int(1),         store_int(9),    store_int(10), store_int(256),
        store_int(70000), store_int(INT64_MAX)};
    enum { COUNT = sizeof(sorted) / sizeof(sorted[0]) };
    begin();
    for (size_t i = 0; i < COUNT; i++) {
        struct engagep_value row[4] = {store_text("a"), store_int((int64_t)(i * 7 % COUNT)),
                                       store_blob("", 0), sorted[i * 7 % COUNT]};
        put(STORE_THINGS, row);
    }
    commit();
    struct engagep_cursor *cursor;
    ck_assert_int_eq(store->ops->scan(store, STORE_THINGS, 1, NULL, 0, &cursor, &detail),
                     ENGAGE_OK);
    struct engagep_value got[4];
    for (size_t i = 0; i < COUNT; i++) {
        ck_assert_int_eq(store->ops->next(cursor, got, &detail), ENGAGE_ROW);
        ck_assert(store_equal(&sorted[i], &got[3], 1));
    }
    ck_assert_int_eq(store->ops->next(cursor, got, &detail), ENGAGE_DONE);
    ck_assert_int_eq(store->ops->next(cursor, got, &detail), ENGAGE_DONE);
    store->ops->finish(cursor);
    tear_down();
}
END_TEST

START_TEST(bytes_order_as_unsigned)
{
    set_up(_i);
    static const char *const sorted[] = {"", "\0", "\0\0", "\0\1", "A", "a", "a\0", "aa",
                                         "b", "\x7f", "\x80", "\xff", "\xff\xff"};
    static const size_t sizes[] = {0, 1, 2, 2, 1, 1, 2, 2, 1, 1, 1, 1, 2};
    enum { COUNT = sizeof(sizes) / sizeof(sizes[0]) };
    begin();
    for (size_t i = 0; i < COUNT; i++) {
        size_t at = i * 5 % COUNT;
        struct engagep_value row[2] = {store_blob(sorted[at], sizes[at]),
                                       store_text_of(sorted[at], sizes[at])};
        put(STORE_PAIRS, row);
    }
    commit();
    for (size_t index = 0; index < 2; index++) {
        struct engagep_cursor *cursor;
        ck_assert_int_eq(store->ops->scan(store, STORE_PAIRS, index, NULL, 0, &cursor, &detail),
                         ENGAGE_OK);
        struct engagep_value got[2];
        for (size_t i = 0; i < COUNT; i++) {
            ck_assert_int_eq(store->ops->next(cursor, got, &detail), ENGAGE_ROW);
            ck_assert_uint_eq(got[0].size, sizes[i]);
            ck_assert(memcmp(got[0].data, sorted[i], sizes[i]) == 0);
        }
        ck_assert_int_eq(store->ops->next(cursor, got, &detail), ENGAGE_DONE);
        store->ops->finish(cursor);
    }
    tear_down();
}
END_TEST

START_TEST(a_scan_keeps_to_its_prefix)
{
    set_up(_i);
    begin();
    static const char *const names[] = {"", "a", "a\0", "b", "ba"};
    static const size_t sizes[] = {0, 1, 2, 1, 2};
    for (size_t i = 0; i < 5; i++) {
        for (int64_t n = 3; n > 0; n--) {
            struct engagep_value row[4] = {store_text_of(names[i], sizes[i]), store_int(n),
                                           store_blob("", 0), n == 3 ? store_null() : store_int(1)};
            put(STORE_THINGS, row);
        }
    }
    commit();
    struct engagep_value got[4];
    struct engagep_cursor *cursors[5];
    for (size_t i = 0; i < 5; i++) {
        struct engagep_value prefix = store_text_of(names[i], sizes[i]);
        ck_assert_int_eq(
            store->ops->scan(store, STORE_THINGS, 0, &prefix, 1, &cursors[i], &detail), ENGAGE_OK);
    }
    /* All at once, to see that cursors do not disturb each other. */
    for (int64_t n = 1; n <= 3; n++) {
        for (size_t i = 0; i < 5; i++) {
            ck_assert_int_eq(store->ops->next(cursors[i], got, &detail), ENGAGE_ROW);
            ck_assert_uint_eq(got[0].size, sizes[i]);
            ck_assert_int_eq(got[1].number, n);
        }
    }
    for (size_t i = 0; i < 5; i++) {
        ck_assert_int_eq(store->ops->next(cursors[i], got, &detail), ENGAGE_DONE);
        store->ops->finish(cursors[i]);
    }
    /* NULL is a value like others in a prefix. */
    struct engagep_cursor *cursor;
    struct engagep_value null = store_null();
    ck_assert_int_eq(store->ops->scan(store, STORE_THINGS, 1, &null, 1, &cursor, &detail),
                     ENGAGE_OK);
    for (size_t i = 0; i < 5; i++) {
        ck_assert_int_eq(store->ops->next(cursor, got, &detail), ENGAGE_ROW);
        ck_assert_int_eq(got[1].number, 3);
        ck_assert_uint_eq(got[0].size, sizes[i]);
    }
    ck_assert_int_eq(store->ops->next(cursor, got, &detail), ENGAGE_DONE);
    store->ops->finish(cursor);
    tear_down();
}
END_TEST

/* An index that is first read within a transaction that is then rolled back. */
START_TEST(an_index_read_late_follows_a_rollback)
{
    set_up(_i);
    begin();
    for (int64_t i = 0; i < 40; i++)
        put(STORE_THINGS, (struct engagep_value[4]){store_text("a"), store_int(i),
                                                    store_blob("x", 1), store_int(i)});
    commit();
    begin();
    for (int64_t i = 0; i < 40; i += 3)
        put(STORE_THINGS, (struct engagep_value[4]){store_text("a"), store_int(i),
                                                    store_blob("y", 1), store_int(100 - i)});
    struct engagep_cursor *cursor;
    struct engagep_value got[4];
    ck_assert_int_eq(store->ops->scan(store, STORE_THINGS, 1, NULL, 0, &cursor, &detail),
                     ENGAGE_OK);
    ck_assert_int_eq(store->ops->next(cursor, got, &detail), ENGAGE_ROW);
    ck_assert_int_eq(got[3].number, 1);
    store->ops->finish(cursor);
    store->ops->rollback(store);
    ck_assert_int_eq(store->ops->scan(store, STORE_THINGS, 1, NULL, 0, &cursor, &detail),
                     ENGAGE_OK);
    for (int64_t i = 0; i < 40; i++) {
        ck_assert_int_eq(store->ops->next(cursor, got, &detail), ENGAGE_ROW);
        ck_assert_int_eq(got[3].number, i);
    }
    ck_assert_int_eq(store->ops->next(cursor, got, &detail), ENGAGE_DONE);
    store->ops->finish(cursor);
    tear_down();
}
END_TEST

/* --------------------------------------------------------------- misuse --- */

START_TEST(writing_needs_a_transaction)
{
    set_up(_i);
    struct engagep_value row[2] = {store_blob("k", 1), store_text("v")};
    ck_assert_int_eq(store_put(store, STORE_PAIRS, row, &detail), ENGAGE_EMISUSE);
    ck_assert_int_eq(store->ops->remove(store, STORE_PAIRS, row, &detail), ENGAGE_EMISUSE);
    ck_assert_int_eq(store->ops->commit(store, &detail), ENGAGE_EMISUSE);
    store->ops->rollback(store);
    begin();
    ck_assert_int_eq(store->ops->begin(store, &detail), ENGAGE_EMISUSE);
    put(STORE_PAIRS, row);
    commit();
    ck_assert_int_eq(store_put(store, STORE_PAIRS, row, NULL), ENGAGE_EMISUSE);
    tear_down();
}
END_TEST

START_TEST(looking_is_one_transaction_that_writes_nothing)
{
    set_up(_i);
    struct engagep_value row[2] = {store_blob("k", 1), store_text("v")};
    ck_assert_int_eq(store->ops->look(store, &detail), ENGAGE_OK);
    ck_assert_int_eq(store->ops->look(store, &detail), ENGAGE_DONE);
    ck_assert_int_eq(store->ops->begin(store, &detail), ENGAGE_EMISUSE);
    ck_assert_int_eq(store_put(store, STORE_PAIRS, row, &detail), ENGAGE_EMISUSE);
    store->ops->rollback(store);
    begin();
    ck_assert_int_eq(store->ops->look(store, &detail), ENGAGE_DONE);
    put(STORE_PAIRS, row);
    commit();
    tear_down();
}
END_TEST

START_TEST(wrong_values_are_refused)
{
    set_up(_i);
    const struct engagep_value good[4] = {store_text("a"), store_int(1), store_blob("x", 1),
                                          store_null()};
    struct engagep_value row[4];
    struct engagep_cursor *cursor;
    begin();
    for (size_t i = 0; i < 4; i++) {
        memcpy(row, good, sizeof(row));
        row[i] = i == 0 ? store_blob("a", 1) : store_text("a");
        ck_assert_int_eq(store_put(store, STORE_THINGS, row, &detail), ENGAGE_EMISUSE);
        row[i] = (struct engagep_value){9, {0}, 0};
        ck_assert_int_eq(store_put(store, STORE_THINGS, row, &detail), ENGAGE_EMISUSE);
        if (i == 3)
            break;
        row[i] = store_null();
        ck_assert_int_eq(store_put(store, STORE_THINGS, row, &detail), ENGAGE_EMISUSE);
        if (i == 2)
            continue;
        ck_assert_int_eq(store->ops->remove(store, STORE_THINGS, row, &detail), ENGAGE_EMISUSE);
        ck_assert_int_eq(store->ops->get(store, STORE_THINGS, row, row, &detail), ENGAGE_EMISUSE);
        ck_assert_int_eq(store->ops->scan(store, STORE_THINGS, 0, row, 2, &cursor, &detail),
                         ENGAGE_EMISUSE);
        ck_assert_ptr_null(cursor);
    }
    memcpy(row, good, sizeof(row));
    row[2].data = NULL;
    ck_assert_int_eq(store_put(store, STORE_THINGS, row, &detail), ENGAGE_EMISUSE);
    row[2] = store_blob("x", ENGAGEP_STORE_ROW_LIMIT);
    ck_assert_int_eq(store_put(store, STORE_THINGS, row, &detail), ENGAGE_ELIMIT);
    row[0] = store_text_of("x", ENGAGEP_STORE_ROW_LIMIT + (size_t)1);
    ck_assert_int_eq(store->ops->get(store, STORE_THINGS, row, row, &detail), ENGAGE_ELIMIT);
    commit();
    ck_assert_int_eq(store->ops->scan(store, STORE_THINGS, 0, NULL, 0, &cursor, &detail),
                     ENGAGE_OK);
    ck_assert_int_eq(store->ops->next(cursor, row, &detail), ENGAGE_DONE);
    store->ops->finish(cursor);
    tear_down();
}
END_TEST

START_TEST(unknown_tables_and_indexes_are_refused)
{
    set_up(_i);
    struct engagep_value row[4] = {store_text("a"), store_int(1), store_blob("x", 1),
                                   store_null()};
    struct engagep_cursor *cursor;
    begin();
    ck_assert_int_eq(store_put(store, store_table_count, row, &detail), ENGAGE_EMISUSE);
    ck_assert_int_eq(store->ops->remove(store, store_table_count, row, &detail), ENGAGE_EMISUSE);
    ck_assert_int_eq(store->ops->get(store, store_table_count, row, row, &detail), ENGAGE_EMISUSE);
    ck_assert_int_eq(store->ops->scan(store, store_table_count, 0, row, 0, &cursor, &detail),
                     ENGAGE_EMISUSE);
    ck_assert_int_eq(store->ops->scan(store, STORE_THINGS, 3, row, 0, &cursor, &detail),
                     ENGAGE_EMISUSE);
    ck_assert_int_eq(store->ops->scan(store, STORE_THINGS, 0, row, 3, &cursor, &detail),
                     ENGAGE_EMISUSE);
    ck_assert_ptr_null(cursor);
    store->ops->finish(NULL);
    commit();
    tear_down();
}
END_TEST

START_TEST(nothing_is_written_under_a_cursor)
{
    set_up(_i);
    begin();
    struct engagep_value row[2] = {store_blob("k", 1), store_text("v")};
    put(STORE_PAIRS, row);
    struct engagep_cursor *cursor;
    ck_assert_int_eq(store->ops->scan(store, STORE_PAIRS, 0, NULL, 0, &cursor, &detail),
                     ENGAGE_OK);
    ck_assert_int_eq(store_put(store, STORE_PAIRS, row, &detail), ENGAGE_EMISUSE);
    ck_assert_int_eq(store->ops->remove(store, STORE_PAIRS, row, &detail), ENGAGE_EMISUSE);
    store->ops->rollback(store);
    ck_assert_int_eq(store->ops->next(cursor, row, &detail), ENGAGE_EMISUSE);
    store->ops->finish(cursor);
    /* A store closes with what is open on it. */
    begin();
    put(STORE_PAIRS, (struct engagep_value[2]){store_blob("k", 1), store_text("v")});
    ck_assert_int_eq(store->ops->scan(store, STORE_PAIRS, 0, NULL, 0, &cursor, &detail),
                     ENGAGE_OK);
    tear_down();
}
END_TEST

/* --------------------------------------------------------------- random --- */

enum { MODEL_ROWS = 1500 };

/* What the store must hold: the rows of each table, unordered. */
struct model {
    struct store_row rows[STORE_TABLES][MODEL_ROWS];
    size_t counts[STORE_TABLES];
};

static size_t model_find(const struct model *model, size_t table, const struct store_row *row)
{
    size_t i = 0;
    while (i < model->counts[table] && !store_same_key(table, &model->rows[table][i], row))
        i++;
    return i;
}

static void model_put(struct model *model, size_t table, const struct store_row *row)
{
    size_t at = model_find(model, table, row);
    if (at == model->counts[table])
        model->counts[table]++;
    ck_assert_uint_le(model->counts[table], MODEL_ROWS);
    model->rows[table][at] = *row;
}

static int model_remove(struct model *model, size_t table, const struct store_row *row)
{
    size_t at = model_find(model, table, row);
    if (at == model->counts[table])
        return ENGAGE_DONE;
    model->rows[table][at] = model->rows[table][--model->counts[table]];
    return ENGAGE_OK;
}

/* Scans an index with a prefix taken from `like` and compares row by row. */
static void compare_scan(const struct model *model, size_t table, size_t index, size_t count,
                         const struct store_row *like)
{
    const struct engagep_index *def = &store_tables[table].indexes[index];
    static const struct store_row *wanted[MODEL_ROWS];
    size_t want = 0;
    for (size_t i = 0; i < model->counts[table]; i++) {
        if (store_same_prefix(table, index, count, &model->rows[table][i], like))
            wanted[want++] = &model->rows[table][i];
    }
    store_sort(table, index, wanted, want);
    struct engagep_value prefix[ENGAGEP_MAX_KEY];
    for (size_t i = 0; i < count; i++)
        prefix[i] = store_value(&like->cells[def->columns[i]]);
    struct engagep_cursor *cursor;
    ck_assert_int_eq(store->ops->scan(store, table, index, prefix, count, &cursor, &detail),
                     ENGAGE_OK);
    struct engagep_value got[ENGAGEP_MAX_COLUMNS];
    for (size_t i = 0; i < want; i++) {
        ck_assert_int_eq(store->ops->next(cursor, got, &detail), ENGAGE_ROW);
        for (size_t c = 0; c < store_tables[table].column_count; c++) {
            struct engagep_value value = store_value(&wanted[i]->cells[c]);
            ck_assert_msg(store_equal(&value, &got[c], 1), "table %zu index %zu row %zu", table,
                          index, i);
        }
    }
    ck_assert_int_eq(store->ops->next(cursor, got, &detail), ENGAGE_DONE);
    store->ops->finish(cursor);
}

static void compare_all(const struct model *model)
{
    struct store_row any = {0};
    for (size_t t = 0; t < store_table_count; t++) {
        for (size_t i = 0; i < store_tables[t].index_count; i++)
            compare_scan(model, t, i, 0, &any);
    }
}

static void random_step(struct model *model, uint64_t *state)
{
    size_t table = (size_t)(support_random(state) % store_table_count);
    struct store_row row;
    store_random_row(table, &row, state);
    struct engagep_value values[ENGAGEP_MAX_COLUMNS];
    store_values(table, &row, values);
    struct engagep_value key[ENGAGEP_MAX_KEY];
    store_key(table, &row, key);
    struct engagep_value got[ENGAGEP_MAX_COLUMNS];
    store->ops->expect(store, table, key, (int)(support_random(state) % 2));
    switch (support_random(state) % 8) {
    case 0:
    case 1:
        ck_assert_int_eq(store->ops->remove(store, table, key, &detail),
                         model_remove(model, table, &row));
        break;
    case 2: {
        size_t at = model_find(model, table, &row);
        int there = at < model->counts[table];
        ck_assert_int_eq(store->ops->get(store, table, key, got, &detail),
                         there ? ENGAGE_ROW : ENGAGE_DONE);
        if (there) {
            store_values(table, &model->rows[table][at], values);
            ck_assert(store_equal(values, got, store_tables[table].column_count));
        }
        break;
    }
    case 3: {
        size_t index = (size_t)(support_random(state) % store_tables[table].index_count);
        size_t count =
            (size_t)(support_random(state) % (store_tables[table].indexes[index].count + 1u));
        compare_scan(model, table, index, count, &row);
        break;
    }
    default:
        put(table, values);
        model_put(model, table, &row);
        break;
    }
}

static uint64_t first_seed(void)
{
    const char *given = getenv("ENGAGE_SEED");
    return given != NULL ? strtoull(given, NULL, 10) : 20261121;
}

START_TEST(random_steps_agree_with_a_model)
{
    static struct model model, committed;
    set_up(_i);
    uint64_t seed = first_seed();
    printf("%s: ENGAGE_SEED=%llu\n", backend->name, (unsigned long long)seed);
    uint64_t state = seed;
    memset(&model, 0, sizeof(model));
    committed = model;
    for (int transaction = 0; transaction < 50; transaction++) {
        begin();
        size_t steps = (size_t)(support_random(&state) % 120);
        for (size_t i = 0; i < steps; i++)
            random_step(&model, &state);
        switch (support_random(&state) % 4) {
        case 0:
            store->ops->rollback(store);
            model = committed;
            break;
        case 1:
            if (backend->lasts) {
                /* Closing rolls back; what was committed is there on opening. */
                store->ops->close(store);
                ck_assert_int_eq(backend->open(&store, 0, NULL, &detail), ENGAGE_OK);
                model = committed;
                break;
            }
            /* fall through */
        default:
            commit();
            committed = model;
            break;
        }
        compare_all(&model);
    }
    tear_down();
}
END_TEST

/* --------------------------------------------------------------- memory --- */

/* One of each call; whatever fails, the store must still hold what it held. */
static int work(struct engagep_store *own)
{
    struct engagep_value row[4] = {store_text("a"), store_int(1), store_blob("x", 1), store_null()};
    struct engagep_value got[4];
    struct engagep_cursor *cursor = NULL;
    int rc = own->ops->begin(own, NULL);
    if (rc != ENGAGE_OK)
        return rc;
    for (int64_t i = 0; rc == ENGAGE_OK && i < 20; i++) {
        row[1] = store_int(i);
        rc = store_put(own, STORE_THINGS, row, NULL);
        if (rc != ENGAGE_OK)
            ck_assert_int_ne(own->ops->get(own, STORE_THINGS, row, got, NULL), ENGAGE_ROW);
    }
    row[1] = store_int(3);
    row[2] = store_blob("something longer", 16);
    if (rc == ENGAGE_OK)
        rc = store_put(own, STORE_THINGS, row, NULL);
    if (rc == ENGAGE_OK)
        rc = own->ops->remove(own, STORE_THINGS, row, NULL);
    if (rc == ENGAGE_OK)
        rc = own->ops->scan(own, STORE_THINGS, 1, NULL, 0, &cursor, NULL);
    for (int i = 0; rc == ENGAGE_OK && i < 19; i++) {
        rc = own->ops->next(cursor, got, NULL);
        rc = rc == ENGAGE_ROW ? ENGAGE_OK : rc;
    }
    own->ops->finish(cursor);
    if (rc == ENGAGE_OK)
        rc = own->ops->commit(own, NULL);
    if (rc != ENGAGE_OK)
        own->ops->rollback(own);
    return rc;
}

static int open_and_work(const engage_allocator *allocator, void *ctx)
{
    (void)ctx;
    struct engagep_store *own;
    backend->clear();
    int rc = backend->open(&own, 0, allocator, NULL);
    if (rc != ENGAGE_OK) {
        ck_assert_ptr_null(own);
        return rc;
    }
    rc = work(own);
    own->ops->close(own);
    return rc;
}

START_TEST(every_allocation_may_fail)
{
    backend = &store_backends[_i];
    support_fail_each(open_and_work, NULL);
    backend->clear();
}
END_TEST

/* The steps of a random transaction with an allocator that fails now and then: what
 * fails changes nothing, and a rollback brings everything back. */
START_TEST(failures_leave_the_store_as_it_was)
{
    static struct model model, committed;
    backend = &store_backends[_i];
    backend->clear();
    struct support_memory memory = {0};
    engage_allocator allocator = support_allocator(&memory);
    ck_assert_int_eq(backend->open(&store, 0, &allocator, &detail), ENGAGE_OK);
    uint64_t state = first_seed();
    memset(&model, 0, sizeof(model));
    committed = model;
    for (int transaction = 0; transaction < 40; transaction++) {
        int rc = ENGAGE_OK;
        begin();
        for (int step = 0; step < 60; step++) {
            size_t table = (size_t)(support_random(&state) % store_table_count);
            struct store_row row;
            store_random_row(table, &row, &state);
            struct engagep_value values[ENGAGEP_MAX_COLUMNS];
            store_values(table, &row, values);
            struct engagep_value key[ENGAGEP_MAX_KEY];
            store_key(table, &row, key);
            memory.fail_at = memory.calls + 1 + (size_t)(support_random(&state) % 8);
            memory.fail_forever = 1;
            int removes = support_random(&state) % 3 == 0;
            rc = removes ? store->ops->remove(store, table, key, &detail)
                         : store_put(store, table, values, &detail);
            memory.fail_at = 0;
            if (rc == ENGAGE_ENOMEM)
                continue;
            if (removes)
                ck_assert_int_eq(rc, model_remove(&model, table, &row));
            else
                model_put(&model, table, &row);
        }
        compare_all(&model);
        if (transaction % 2 == 0) {
            memory.fail_at = memory.calls + 1;
            store->ops->rollback(store);
            memory.fail_at = 0;
            model = committed;
        } else {
            commit();
            committed = model;
        }
        compare_all(&model);
    }
    store->ops->close(store);
    ck_assert_uint_eq(memory.blocks, 0);
    ck_assert(!memory.wrong_size);
    backend->clear();
}
END_TEST

START_TEST(an_unusable_allocator_is_refused)
{
    backend = &store_backends[_i];
    backend->clear();
    engage_allocator allocator = {sizeof(allocator), NULL, NULL, NULL, NULL};
    ck_assert_int_eq(backend->open(&store, 0, &allocator, &detail), ENGAGE_EOPTIONS);
    ck_assert_ptr_null(store);
    ck_assert_int_eq(backend->open(&store, 1, NULL, &detail), ENGAGE_ENOENT);
    ck_assert_ptr_null(store);
    backend->clear();
}
END_TEST

/* ---------------------------------------------------------- memory only --- */

START_TEST(memory_has_no_name)
{
    ck_assert_int_eq(
        engagep_store_memory_open(&store, store_tables, store_table_count, "x", 0, NULL, &detail),
        ENGAGE_EURI);
    ck_assert_ptr_null(store);
}
END_TEST

/* Notes by a word that most of them lack. */
enum { NOTES = 40, WORDS = 4, NOTE_STEPS = 20 };
static const char *const note_words[WORDS] = {"", "a", "b", "ab"};
static const struct engagep_column note_columns[] = {{"id", ENGAGEP_INT, 0},
                                                     {"word", ENGAGEP_TEXT, 0}};
static const struct engagep_index note_indexes[] = {{"notes_key", 1, {0}, 0},
                                                    {"notes_by_word", 1, {1}, 1}};
static const struct engagep_table notes = {"notes", 2, 2, note_columns, note_indexes};

/* Each note with a word is found by it, once; -1 stands for no note. */
static void compare_notes(const int words[NOTES])
{
    for (int word = 1; word < WORDS; word++) {
        struct engagep_cursor *cursor;
        struct engagep_value prefix = store_text(note_words[word]);
        struct engagep_value row[2];
        int found[NOTES] = {0};
        int rc = store->ops->scan(store, 0, 1, &prefix, 1, &cursor, &detail);
        ck_assert_int_eq(rc, ENGAGE_OK);
        while ((rc = store->ops->next(cursor, row, &detail)) == ENGAGE_ROW)
            found[row[0].number]++;
        ck_assert_int_eq(rc, ENGAGE_DONE);
        store->ops->finish(cursor);
        for (int i = 0; i < NOTES; i++)
            ck_assert_int_eq(found[i], words[i] == word);
    }
}

START_TEST(a_loose_index_follows_what_is_written)
{
    struct support_memory memory = {0};
    engage_allocator allocator = support_allocator(&memory);
    uint64_t state = first_seed();
    int words[NOTES];
    int committed[NOTES];
    ck_assert_int_eq(engagep_store_memory_open(&store, &notes, 1, "", 0, &allocator, &detail),
                     ENGAGE_OK);
    for (int i = 0; i < NOTES; i++)
        words[i] = committed[i] = -1;
    for (int transaction = 0; transaction < 200; transaction++) {
        begin();
        for (int step = 0; step < NOTE_STEPS; step++) {
            int id = (int)(support_random(&state) % NOTES);
            int word = support_random(&state) % 3 == 0 ? (int)(support_random(&state) % WORDS) : 0;
            struct engagep_value row[] = {store_int(id), store_text(note_words[word])};
            int removes = support_random(&state) % 4 == 0;
            if (support_random(&state) % 4 == 0)
                memory.fail_at = memory.calls + 1 + (size_t)(support_random(&state) % 3);
            memory.fail_forever = 1;
            int rc = removes ? store->ops->remove(store, 0, row, &detail)
                             : store_put(store, 0, row, &detail);
            memory.fail_at = 0;
            if (rc == ENGAGE_OK)
                words[id] = removes ? -1 : word;
            if (support_random(&state) % 5 == 0)
                compare_notes(words);
        }
        if (support_random(&state) % 3 == 0) {
            store->ops->rollback(store);
            memcpy(words, committed, sizeof(words));
        } else {
            commit();
            memcpy(committed, words, sizeof(words));
        }
        if (support_random(&state) % 2 == 0)
            compare_notes(words);
    }
    store->ops->close(store);
    ck_assert_uint_eq(memory.blocks, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("store");
    TCase *each = tcase_create("every backend");
    tcase_set_timeout(each, 0);
    const TTest *const tests[] = {
        what_is_put_is_got,
        what_is_not_given_is_null_or_nothing,
        a_put_replaces,
        remove_tells_whether_there_was_one,
        texts_hold_any_bytes,
        a_value_may_be_large,
        indexes_order_by_value,
        bytes_order_as_unsigned,
        a_scan_keeps_to_its_prefix,
        an_index_read_late_follows_a_rollback,
        writing_needs_a_transaction,
        looking_is_one_transaction_that_writes_nothing,
        wrong_values_are_refused,
        unknown_tables_and_indexes_are_refused,
        nothing_is_written_under_a_cursor,
        random_steps_agree_with_a_model,
        every_allocation_may_fail,
        failures_leave_the_store_as_it_was,
        an_unusable_allocator_is_refused,
    };
    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
        tcase_add_loop_test(each, tests[i], 0, (int)store_backend_count);
    suite_add_tcase(suite, each);
    TCase *memory = tcase_create("memory");
    tcase_set_timeout(memory, 0);
    tcase_add_test(memory, memory_has_no_name);
    tcase_add_test(memory, a_loose_index_follows_what_is_written);
    suite_add_tcase(suite, memory);
    return support_run(suite);
}
