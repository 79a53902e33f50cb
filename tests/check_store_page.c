/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * engage-store(5) against the tables: the page tells every table, column, key and
 * index as it is, in order, and no other.
 */
#include "support.h"

#include "store/sqlite_file.h"
#include "track/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *page;

/* The next line at *at that begins with `mark`, without it; NULL where none is left. */
static const char *next_line(const char **at, const char *mark)
{
    static char line[512];
    while (**at != '\0') {
        const char *begin = *at;
        size_t size = strcspn(begin, "\n");
        *at = begin + size + (begin[size] == '\n');
        if (strncmp(begin, mark, strlen(mark)) != 0 || size >= sizeof(line))
            continue;
        memcpy(line, begin, size);
        line[size] = '\0';
        return line + strlen(mark);
    }
    return NULL;
}

static const char *type_of(const struct engagep_column *column)
{
    static const char *const types[] = {[ENGAGEP_INT] = "INTEGER", [ENGAGEP_TEXT] = "TEXT",
                                        [ENGAGEP_BLOB] = "BLOB"};
    return types[column->type];
}

/* ".Va a , b ." */
static void write_columns(const struct engagep_table *table, const struct engagep_index *index,
                          char *out, size_t size)
{
    int at = 0;
    for (size_t i = 0; i < index->count; i++)
        at += snprintf(out + at, size - (size_t)at, "%s%s", i == 0 ? "" : " , ",
                       table->columns[index->columns[i]].name);
    snprintf(out + at, size - (size_t)at, " .");
}

static void check_table(const char *section, const struct engagep_table *table)
{
    char wanted[512];
    const char *at = section;
    for (size_t i = 0; i < table->column_count; i++) {
        const struct engagep_column *column = &table->columns[i];
        snprintf(wanted, sizeof(wanted), "%s No %s%s", column->name, type_of(column),
                 column->nullable ? " or NULL" : "");
        const char *line = next_line(&at, ".It Va ");
        ck_assert_msg(line != NULL && strcmp(line, wanted) == 0, "%s: \"%s\" instead of \"%s\"",
                      table->name, line != NULL ? line : "", wanted);
    }
    ck_assert_ptr_null(strstr(at, ".It Va "));
    at = strstr(at, "Primary key:\n");
    ck_assert_ptr_nonnull(at);
    for (size_t i = 0; i < table->index_count; i++) {
        if (i > 0) {
            snprintf(wanted, sizeof(wanted), "%s :", table->indexes[i].name);
            const char *name = next_line(&at, ".Va ");
            ck_assert_msg(name != NULL && strcmp(name, wanted) == 0, "%s: %s", table->name, wanted);
        }
        write_columns(table, &table->indexes[i], wanted, sizeof(wanted));
        const char *line = next_line(&at, ".Va ");
        ck_assert_msg(line != NULL && strcmp(line, wanted) == 0, "%s: \"%s\" instead of \"%s\"",
                      table->name, line != NULL ? line : "", wanted);
    }
    ck_assert_ptr_null(next_line(&at, ".Va "));
}

START_TEST(the_page_tells_the_tables)
{
    const char *at = strstr(page, ".Sh TABLES\n");
    const char *end = strstr(page, ".Sh EXAMPLES\n");
    ck_assert_ptr_nonnull(at);
    ck_assert_ptr_nonnull(end);
    page[end - page] = '\0';
    for (size_t i = 0; i < engagep_table_count; i++) {
        const char *name = next_line(&at, ".Ss ");
        ck_assert_ptr_nonnull(name);
        ck_assert_str_eq(name, engagep_tables[i].name);
        const char *rest = strstr(at, "\n.Ss ");
        size_t size = rest != NULL ? (size_t)(rest - at) + 1 : strlen(at);
        char *section = malloc(size + 1);
        ck_assert_ptr_nonnull(section);
        memcpy(section, at, size);
        section[size] = '\0';
        check_table(section, &engagep_tables[i]);
        free(section);
    }
    ck_assert_ptr_null(next_line(&at, ".Ss "));
}
END_TEST

START_TEST(the_page_tells_the_marks)
{
    char text[64];
    snprintf(text, sizeof(text), ".Va application_id\n%d\n", ENGAGEP_SQLITE_APPLICATION);
    ck_assert_ptr_nonnull(strstr(page, text));
    snprintf(text, sizeof(text), ".Va user_version\n%d,", ENGAGEP_SCHEMA_VERSION);
    ck_assert_ptr_nonnull(strstr(page, text));
}
END_TEST

/* What the stores rely on: see track/record.h. */
START_TEST(the_tables_keep_their_rules)
{
    for (size_t t = 0; t < engagep_table_count; t++) {
        const struct engagep_table *table = &engagep_tables[t];
        ck_assert_int_le(table->column_count, ENGAGEP_MAX_COLUMNS);
        ck_assert_int_ge(table->index_count, 1);
        ck_assert_int_le(table->index_count, ENGAGEP_MAX_INDEXES);
        for (size_t i = 0; i < table->index_count; i++) {
            const struct engagep_index *index = &table->indexes[i];
            ck_assert_int_ge(index->count, 1);
            ck_assert_int_le(index->count, ENGAGEP_MAX_KEY);
            for (size_t c = 0; c < index->count; c++) {
                ck_assert_int_lt(index->columns[c], table->column_count);
                if (i == 0)
                    ck_assert_int_eq(table->columns[index->columns[c]].nullable, 0);
            }
        }
        for (size_t c = 0; c < table->column_count; c++) {
            ck_assert_ptr_nonnull(table->columns[c].name);
            ck_assert_int_ge(table->columns[c].type, ENGAGEP_INT);
            ck_assert_int_le(table->columns[c].type, ENGAGEP_BLOB);
        }
    }
}
END_TEST

static void read_page(void)
{
    size_t size;
    page = support_read(support_source("man/engage-store.5"), &size);
    ck_assert_ptr_nonnull(page);
}

static void free_page(void)
{
    free(page);
}

int main(void)
{
    Suite *suite = suite_create("store_page");
    TCase *tables = tcase_create("tables");
    tcase_set_timeout(tables, 0);
    tcase_add_checked_fixture(tables, read_page, free_page);
    tcase_add_test(tables, the_page_tells_the_tables);
    tcase_add_test(tables, the_page_tells_the_marks);
    tcase_add_test(tables, the_tables_keep_their_rules);
    suite_add_tcase(suite, tables);
    return support_run(suite);
}
