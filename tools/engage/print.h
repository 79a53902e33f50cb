/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Reports for people, made of the rows that the library writes as JSON. Each
 * function takes the array of a report's rows and returns 0 where there was no
 * memory.
 */
#ifndef ENGAGE_PRINT_H
#define ENGAGE_PRINT_H

#include <jansson.h>
#include <stdio.h>

int print_funnel(const json_t *rows, FILE *file);
int print_customer(const json_t *rows, FILE *file);
int print_queue(const json_t *rows, FILE *file);
int print_replies(const json_t *rows, FILE *file);

#endif
