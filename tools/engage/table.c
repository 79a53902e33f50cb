/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "table.h"

#include "plain.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

void table_escape(const char *text, FILE *file)
{
    for (const char *p = text; *p != '\0'; p++) {
        switch (*p) {
        case '&':
            fputs("&amp;", file);
            break;
        case '<':
            fputs("&lt;", file);
            break;
        case '>':
            fputs("&gt;", file);
            break;
        case '"':
            fputs("&quot;", file);
            break;
        default:
            fputc(*p, file);
        }
    }
}

void table_line(const struct sheet *sheet, const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        text = NULL;
    va_end(args);
    const char *shown = text != NULL ? text : "out of memory";
    if (sheet->html) {
        fputs("<p dir=\"auto\">", sheet->file);
        table_escape(shown, sheet->file);
        fputs("</p>\n", sheet->file);
    } else {
        fprintf(sheet->file, "%s\n", shown);
    }
    free(text);
}

void table_begin(struct table *table, size_t columns, const char *const *headings)
{
    memset(table, 0, sizeof(*table));
    table->columns = columns;
    for (size_t i = 0; i < columns; i++) {
        table->right[i] = headings[i][0] == '>';
        table_cell(table, "%s", headings[i] + table->right[i]);
    }
}

void table_cell(struct table *table, const char *format, ...)
{
    if (table->failed)
        return;
    if (table->count == table->capacity) {
        size_t wanted = table->capacity == 0 ? 64 : table->capacity * 2;
        char **grown = realloc(table->cells, wanted * sizeof(*grown));
        if (grown == NULL) {
            table->failed = 1;
            return;
        }
        table->cells = grown;
        table->capacity = wanted;
    }
    va_list args;
    va_start(args, format);
    char *text = NULL;
    if (vasprintf(&text, format, args) < 0)
        text = NULL;
    va_end(args);
    if (text == NULL) {
        table->failed = 1;
        return;
    }
    plain(text);
    table->cells[table->count++] = text;
}

/* Columns that a text takes on a terminal. */
static size_t width_of(const char *text)
{
    const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)text;
    size_t width = 0;
    while (*p != 0) {
        utf8proc_int32_t code;
        utf8proc_ssize_t size = utf8proc_iterate(p, -1, &code);
        if (size <= 0)
            return width;
        width += (size_t)utf8proc_charwidth(code);
        p += size;
    }
    return width;
}

static void pad(FILE *file, size_t count)
{
    for (size_t i = 0; i < count; i++)
        fputc(' ', file);
}

/* The first row is of headings. */
static void write_html(const struct table *table, FILE *file)
{
    fputs("<table>\n", file);
    for (size_t i = 0; i < table->count; i++) {
        size_t column = i % table->columns;
        int heading = i < table->columns;
        if (column == 0)
            fputs(heading ? "<thead><tr>" : "<tr>", file);
        fprintf(file, "<%s%s>", heading ? "th scope=\"col\"" : "td dir=\"auto\"",
                table->right[column] ? " class=\"number\"" : "");
        table_escape(table->cells[i], file);
        fputs(heading ? "</th>" : "</td>", file);
        if (column + 1 == table->columns)
            fputs(heading ? "</tr></thead>\n<tbody>\n" : "</tr>\n", file);
    }
    fputs("</tbody></table>\n", file);
}

static void write_text(const struct table *table, FILE *file)
{
    size_t widths[TABLE_COLUMNS] = {0};
    size_t columns = table->columns;
    for (size_t i = 0; i < table->count; i++) {
        size_t width = width_of(table->cells[i]);
        if (width > widths[i % columns])
            widths[i % columns] = width;
    }
    for (size_t i = 0; i < table->count; i++) {
        size_t column = i % columns;
        size_t space = widths[column] - width_of(table->cells[i]);
        int last = column + 1 == columns;
        if (table->right[column])
            pad(file, space);
        fputs(table->cells[i], file);
        if (!last && !table->right[column])
            pad(file, space);
        fputs(last ? "\n" : "  ", file);
    }
}

int table_end(struct table *table, const struct sheet *sheet)
{
    if (!table->failed && sheet->html)
        write_html(table, sheet->file);
    else if (!table->failed)
        write_text(table, sheet->file);
    for (size_t i = 0; i < table->count; i++)
        free(table->cells[i]);
    free(table->cells);
    return !table->failed;
}
