/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The backends, one file each.
 */
#ifndef ENGAGEP_STORE_BACKEND_H
#define ENGAGEP_STORE_BACKEND_H

#include "track/record.h"

/* Each opens a store over engagep_tables, made where there is none unless readonly.
 * `where` is the URI after its scheme. */
int engagep_store_memory_open(struct engagep_store **out, const char *where, int readonly,
                              const engage_allocator *allocator, engage_error *error);
int engagep_store_sqlite_open(struct engagep_store **out, const char *where, int readonly,
                              const engage_allocator *allocator, engage_error *error);

#endif
