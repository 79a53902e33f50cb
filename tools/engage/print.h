/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Reports for people, made of the rows that the library writes as JSON. Each
 * function takes the array of a report's rows and returns 0 where there was no
 * memory.
 */
#ifndef ENGAGE_PRINT_H
#define ENGAGE_PRINT_H

#include "command.h"
#include "output.h"
#include "table.h"

#include <jansson.h>

typedef int (*printer)(const json_t *rows, const struct sheet *sheet);

/* Writes what the library wrote: as it is with --json or where `print` is NULL, else as
 * that prints it. 0 where that failed (told, or told when the output is closed). */
int print_buffer(const struct options *options, const engage_buffer *buffer, printer print,
                 struct output *output);

/* The rows that the library wrote, as that prints them. 0 where there was no memory (told). */
int print_rows(const engage_buffer *buffer, printer print, const struct sheet *sheet);

/* Each row as a line of its members, with their names. */
int print_members(const json_t *rows, const struct sheet *sheet);

int print_decisions(const json_t *rows, const struct sheet *sheet);
int print_differences(const json_t *rows, const struct sheet *sheet);
int print_people(const json_t *rows, const struct sheet *sheet);
int print_staff(const json_t *rows, const struct sheet *sheet);
int print_funnel(const json_t *rows, const struct sheet *sheet);
int print_customer(const json_t *rows, const struct sheet *sheet);
int print_queue(const json_t *rows, const struct sheet *sheet);
int print_replies(const json_t *rows, const struct sheet *sheet);

#endif
