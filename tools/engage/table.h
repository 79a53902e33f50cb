/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Tables for people: columns as wide as what stands in them, or HTML.
 */
#ifndef ENGAGE_TABLE_H
#define ENGAGE_TABLE_H

#include <stddef.h>
#include <stdio.h>

enum { TABLE_COLUMNS = 12 };

/* What a report for people is written on. */
struct sheet {
    FILE *file;
    int html; /* 0: text */
};

struct table {
    char **cells;
    size_t count;
    size_t capacity;
    size_t columns;
    int right[TABLE_COLUMNS]; /* 1: the column is set flush right */
    int failed;               /* 1: there was no memory */
};

/* A line of its own, between tables. */
void table_line(const struct sheet *sheet, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Writes a text as HTML. */
void table_escape(const char *text, FILE *file);

/* Begins with a row of headings; one that begins with '>' is set flush right. */
void table_begin(struct table *table, size_t columns, const char *const *headings);

/* The next cell, row by row. Control characters are shown as '?', since the text
 * comes from strangers and goes to a terminal. */
void table_cell(struct table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Prints and releases it. 0 where there was no memory. */
int table_end(struct table *table, const struct sheet *sheet);

#endif
