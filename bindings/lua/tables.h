/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * JSON as values of Lua: objects and lists are tables, null is a light userdata of NULL.
 */
#ifndef ENGAGE_LUA_TABLES_H
#define ENGAGE_LUA_TABLES_H

#include "bridge.h"

/* Ends a call whose buffer has a line of JSON, the value of which it pushes, or what tells of the
 * failure; returns how many values. */
int tables_finish_line(lua_State *L, struct call *call, int rc);

/* The same of any number of lines, of which it pushes a list; after what tells of a failure too,
 * where there are lines: of what was done before it. */
int tables_finish_rows(lua_State *L, struct call *call, int rc);

/* The size of a list, where elements may be missing; -1 where the table at an index has names. */
lua_Integer tables_list_size(lua_State *L, int index);

/* Writes the table at an index as JSON to a call's buffer. Returns ENGAGE_OK, ENGAGE_ENOMEM, or
 * the code given where it has no JSON, and tells in the call's error what has none. */
int tables_write(lua_State *L, int index, struct call *call, int code);

/* Adds engage.list to the module's table. */
void tables_add_list(lua_State *L);

#endif
