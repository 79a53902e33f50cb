/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The SQL that a table's description stands for. Every name is quoted, so that none
 * can be taken for a keyword.
 */
#ifndef ENGAGEP_STORE_SQLITE_SQL_H
#define ENGAGEP_STORE_SQLITE_SQL_H

#include "base/buffer.h"
#include "track/record.h"

/* Each clears the buffer and writes one statement and its NUL: ENGAGE_OK or ENGAGE_ENOMEM.
 * The text that makes a table or index is also what SQLite keeps in sqlite_schema. */
int engagep_sqlite_sql_table(engage_buffer *sql, const struct engagep_table *table);
int engagep_sqlite_sql_index(engage_buffer *sql, const struct engagep_table *table, size_t index);

/* Parameters: all columns; or those of the primary key; or the first `count` of the
 * index. The last two give all columns. */
int engagep_sqlite_sql_put(engage_buffer *sql, const struct engagep_table *table);
int engagep_sqlite_sql_remove(engage_buffer *sql, const struct engagep_table *table);
int engagep_sqlite_sql_get(engage_buffer *sql, const struct engagep_table *table);
int engagep_sqlite_sql_scan(engage_buffer *sql, const struct engagep_table *table, size_t index,
                            size_t count);

#endif
