/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "store/sqlite_sql.h"

#include "store/backend.h"

static void put_name(engage_buffer *sql, const char *name)
{
    engagep_buffer_put_byte(sql, '"');
    engagep_buffer_put_text(sql, name);
    engagep_buffer_put_byte(sql, '"');
}

/* Columns by their numbers, parted by commas. */
static void put_columns(engage_buffer *sql, const struct engagep_table *table,
                        const uint8_t *columns, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            engagep_buffer_put_text(sql, ", ");
        put_name(sql, table->columns[columns[i]].name);
    }
}

/* The first `count` columns of an index equal to parameters. IS holds for two NULLs
 * too, = is all that a column without them needs. */
static void put_where(engage_buffer *sql, const struct engagep_table *table, size_t index,
                      size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct engagep_column *column =
            &table->columns[table->indexes[index].columns[i]];
        engagep_buffer_put_text(sql, i == 0 ? " WHERE " : " AND ");
        put_name(sql, column->name);
        engagep_buffer_put_text(sql, column->nullable ? " IS ?" : " = ?");
    }
}

static void put_select(engage_buffer *sql, const struct engagep_table *table)
{
    engagep_buffer_put_text(sql, "SELECT ");
    for (size_t i = 0; i < table->column_count; i++) {
        if (i > 0)
            engagep_buffer_put_text(sql, ", ");
        put_name(sql, table->columns[i].name);
    }
    engagep_buffer_put_text(sql, " FROM ");
    put_name(sql, table->name);
}

static void begin(engage_buffer *sql)
{
    engage_buffer_clear(sql);
    (void)engagep_buffer_begin(sql);
}

static int end(engage_buffer *sql)
{
    return engagep_buffer_end(sql, 0);
}

int engagep_sqlite_sql_table(engage_buffer *sql, const struct engagep_table *table)
{
    static const char *const types[] = {[ENGAGEP_INT] = "INTEGER", [ENGAGEP_TEXT] = "TEXT",
                                        [ENGAGEP_BLOB] = "BLOB"};
    begin(sql);
    engagep_buffer_put_text(sql, "CREATE TABLE ");
    put_name(sql, table->name);
    engagep_buffer_put_text(sql, " (\n");
    for (size_t i = 0; i < table->column_count; i++) {
        const struct engagep_column *column = &table->columns[i];
        engagep_buffer_put_text(sql, "  ");
        put_name(sql, column->name);
        engagep_buffer_put_byte(sql, ' ');
        engagep_buffer_put_text(sql, types[column->type]);
        engagep_buffer_put_text(sql, column->nullable ? ",\n" : " NOT NULL,\n");
    }
    engagep_buffer_put_text(sql, "  PRIMARY KEY (");
    put_columns(sql, table, table->indexes[0].columns, table->indexes[0].count);
    engagep_buffer_put_text(sql, ")\n) STRICT, WITHOUT ROWID");
    return end(sql);
}

int engagep_sqlite_sql_index(engage_buffer *sql, const struct engagep_table *table, size_t index)
{
    begin(sql);
    engagep_buffer_put_text(sql, "CREATE INDEX ");
    put_name(sql, table->indexes[index].name);
    engagep_buffer_put_text(sql, " ON ");
    put_name(sql, table->name);
    engagep_buffer_put_text(sql, " (");
    put_columns(sql, table, table->indexes[index].columns, table->indexes[index].count);
    engagep_buffer_put_byte(sql, ')');
    return end(sql);
}

int engagep_sqlite_sql_put(engage_buffer *sql, const struct engagep_table *table)
{
    begin(sql);
    engagep_buffer_put_text(sql, "REPLACE INTO ");
    put_name(sql, table->name);
    engagep_buffer_put_text(sql, " VALUES (");
    for (size_t i = 0; i < table->column_count; i++)
        engagep_buffer_put_text(sql, i == 0 ? "?" : ", ?");
    engagep_buffer_put_byte(sql, ')');
    return end(sql);
}

int engagep_sqlite_sql_remove(engage_buffer *sql, const struct engagep_table *table)
{
    begin(sql);
    engagep_buffer_put_text(sql, "DELETE FROM ");
    put_name(sql, table->name);
    put_where(sql, table, 0, table->indexes[0].count);
    return end(sql);
}

int engagep_sqlite_sql_get(engage_buffer *sql, const struct engagep_table *table)
{
    begin(sql);
    put_select(sql, table);
    put_where(sql, table, 0, table->indexes[0].count);
    return end(sql);
}

int engagep_sqlite_sql_scan(engage_buffer *sql, const struct engagep_table *table, size_t index,
                            size_t count)
{
    uint8_t columns[ENGAGEP_ROWS_MAX_ORDER];
    size_t ordered = engagep_rows_order(table, index, columns);
    begin(sql);
    put_select(sql, table);
    /* Said rather than left to statistics, so that the plan is always the same. */
    if (index == 0) {
        engagep_buffer_put_text(sql, " NOT INDEXED");
    } else {
        engagep_buffer_put_text(sql, " INDEXED BY ");
        put_name(sql, table->indexes[index].name);
    }
    put_where(sql, table, index, count);
    engagep_buffer_put_text(sql, " ORDER BY ");
    put_columns(sql, table, columns, ordered);
    return end(sql);
}
