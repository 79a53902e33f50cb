/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What the backends ask of rows and keys alike.
 */
#include "store/backend.h"

#include "base/error.h"

static int refuse(const struct engagep_table *table, size_t column,
                  const struct engagep_value *value, engage_error *error)
{
    const char *name = table->columns[column].name;
    if (value->type != table->columns[column].type)
        return engagep_error_set(error, ENGAGE_EMISUSE, "%s.%s cannot be a value of type %d",
                                 table->name, name, value->type);
    if (value->data == NULL)
        return engagep_error_set(error, ENGAGE_EMISUSE, "%s.%s points nowhere", table->name, name);
    return engagep_error_set(error, ENGAGE_ELIMIT, "a row of %s exceeds %d bytes", table->name,
                             ENGAGEP_STORE_ROW_LIMIT);
}

/* Whether a column takes a value; `bytes` are counted together. */
static inline int takes(const struct engagep_column *column, const struct engagep_value *value,
                        size_t *bytes)
{
    if (value->type != column->type)
        return value->type == ENGAGEP_NULL && column->nullable;
    if (value->type == ENGAGEP_INT)
        return 1;
    if (value->data == NULL || value->size > ENGAGEP_STORE_ROW_LIMIT - *bytes)
        return 0;
    *bytes += value->size;
    return 1;
}

int engagep_rows_check(const struct engagep_table *table, const struct engagep_value *row,
                       uint64_t given, engage_error *error)
{
    size_t bytes = 0;
    for (size_t i = 0; i < table->column_count; i++)
        if ((given & ENGAGEP_COLUMN(i)) != 0 && !takes(&table->columns[i], &row[i], &bytes))
            return refuse(table, i, &row[i], error);
    return ENGAGE_OK;
}

void engagep_rows_complete(const struct engagep_table *table, const struct engagep_value *row,
                           uint64_t given, struct engagep_value *out)
{
    for (size_t i = 0; i < table->column_count; i++) {
        const struct engagep_column *column = &table->columns[i];
        if ((given & ENGAGEP_COLUMN(i)) != 0)
            out[i] = row[i];
        else if (column->nullable || column->type == ENGAGEP_INT)
            out[i] = (struct engagep_value){column->nullable ? ENGAGEP_NULL : ENGAGEP_INT, {0}, 0};
        else
            out[i] = (struct engagep_value){column->type, {.data = ""}, 0};
    }
}

int engagep_rows_check_key(const struct engagep_table *table, size_t index,
                           const struct engagep_value *key, size_t count, engage_error *error)
{
    if (index >= table->index_count || count > table->indexes[index].count)
        return engagep_error_set(error, ENGAGE_EMISUSE, "%s has no index %zu of %zu columns",
                                 table->name, index, count);
    if (table->indexes[index].loose && count < table->indexes[index].count)
        return engagep_error_set(error, ENGAGE_EMISUSE, "%s is read by all its columns alone",
                                 table->indexes[index].name);
    const uint8_t *columns = table->indexes[index].columns;
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++)
        if (!takes(&table->columns[columns[i]], &key[i], &bytes))
            return refuse(table, columns[i], &key[i], error);
    return ENGAGE_OK;
}

size_t engagep_rows_order(const struct engagep_table *table, size_t index,
                          uint8_t columns[ENGAGEP_ROWS_MAX_ORDER])
{
    const struct engagep_index *own = &table->indexes[index];
    const struct engagep_index *primary = &table->indexes[0];
    size_t count = 0;
    for (size_t i = 0; i < own->count; i++)
        columns[count++] = own->columns[i];
    for (size_t i = 0; i < primary->count; i++) {
        size_t at = 0;
        while (at < own->count && own->columns[at] != primary->columns[i])
            at++;
        if (at == own->count)
            columns[count++] = primary->columns[i];
    }
    return count;
}
