/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * A connection to a database file that is known to be one of ours.
 */
#ifndef ENGAGEP_STORE_SQLITE_FILE_H
#define ENGAGEP_STORE_SQLITE_FILE_H

#include "track/record.h"

#include <sqlite3.h>

/* Our mark in the header of a database: "enga". */
enum { ENGAGEP_SQLITE_APPLICATION = 0x656e6761 };

/* Opens the file and makes the tables where there is no file or an empty one,
 * unless the flags, ENGAGE_TRACKER_ bits, forbid it. A file that is not ours is told from its
 * header, and not written to. */
int engagep_sqlite_file_open(sqlite3 **out, const struct engagep_table *tables, size_t count,
                             const char *path, unsigned flags, const engage_allocator *allocator,
                             engage_error *error);

/* Turns SQLite's code, just returned by a call on db, into ours and fills `error`. */
int engagep_sqlite_file_failed(sqlite3 *db, int code, engage_error *error);

#endif
