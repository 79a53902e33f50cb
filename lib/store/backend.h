/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The backends, one file each, and what they share. A backend keeps the rows of
 * any tables; which ones there are is the tracker's business.
 */
#ifndef ENGAGEP_STORE_BACKEND_H
#define ENGAGEP_STORE_BACKEND_H

#include "track/record.h"

/* Each opens a store over `count` tables, which must outlive it, made where there
 * is none unless the flags, ENGAGE_TRACKER_ bits, forbid it. `where` is the URI after
 * its scheme. `allocator` may be NULL. */
int engagep_store_memory_open(struct engagep_store **out, const struct engagep_table *tables,
                              size_t count, const char *where, unsigned flags,
                              const engage_allocator *allocator, engage_error *error);
int engagep_store_sqlite_open(struct engagep_store **out, const struct engagep_table *tables,
                              size_t count, const char *where, unsigned flags,
                              const engage_allocator *allocator, engage_error *error);

/* The sizes of the texts and blobs of a row may add up to this; more is ENGAGE_ELIMIT. */
enum { ENGAGEP_STORE_ROW_LIMIT = 1 << 28 };

/* Whether values fit the columns that they are for: those of `given`, or the first
 * `count` of an index. ENGAGE_OK, ENGAGE_EMISUSE, ENGAGE_ELIMIT. */
int engagep_rows_check(const struct engagep_table *table, const struct engagep_value *row,
                       uint64_t given, engage_error *error);
int engagep_rows_check_key(const struct engagep_table *table, size_t index,
                           const struct engagep_value *key, size_t count, engage_error *error);

/* Writes all columns of a row that has values in those of `given`. */
void engagep_rows_complete(const struct engagep_table *table, const struct engagep_value *row,
                           uint64_t given, struct engagep_value *out);

/* The columns that an index orders by: its own, then those of the primary key that
 * it lacks, so that rows with equal columns come in the key's order. Returns how
 * many. */
enum { ENGAGEP_ROWS_MAX_ORDER = 2 * ENGAGEP_MAX_KEY };
size_t engagep_rows_order(const struct engagep_table *table, size_t index,
                          uint8_t columns[ENGAGEP_ROWS_MAX_ORDER]);

#endif
