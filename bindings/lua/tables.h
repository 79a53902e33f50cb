/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * JSON as values of Lua: objects and lists are tables, null is a light userdata of NULL.
 */
#ifndef ENGAGE_LUA_TABLES_H
#define ENGAGE_LUA_TABLES_H

#include <engage.h>
#include <lua.h>

/* Pushes the value of a line of JSON. */
void tables_push_line(lua_State *L, const char *data, size_t size);

/* Pushes a list of the values of the buffer's lines, and returns 1. */
int tables_push_rows(lua_State *L, const engage_buffer *buffer);

/* The JSON of the value at an index, released with free; NULL where it has none. */
char *tables_to_text(lua_State *L, int index);

#endif
