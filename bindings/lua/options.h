/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Reading options, which are a table or not there at all. What is of another type than it
 * should be is an error of Lua.
 */
#ifndef ENGAGE_LUA_OPTIONS_H
#define ENGAGE_LUA_OPTIONS_H

#include <engage.h>
#include <lua.h>
#include <stdint.h>

/* Refuses arguments behind the last one. */
void option_last(lua_State *L, int last);

/* Moves options from the place of an argument that was left out, from `first` on, to their own,
 * the last: what is left out is nil. */
void option_place(lua_State *L, int first, int options);

/* Whether there is a table of options; anything else is refused. */
int option_table(lua_State *L, int index);

/* Refuses an option that is none of the names, which NULL ends: one that is misspelt would
 * be passed over. */
void option_only(lua_State *L, int index, const char *const *names);

/* The same of the members of a table that is itself an option: the `at`-th of a list of that
 * name. */
void option_only_in(lua_State *L, int index, const char *list, size_t at, const char *const *names);

int option_flag(lua_State *L, int index, const char *name);

/* Leaves the option's string on the stack, so that it stays valid; NULL where there is none. */
const char *option_text(lua_State *L, int index, const char *name, size_t *size);

/* The same of a name or path, which holds no zero byte. */
const char *option_name(lua_State *L, int index, const char *name);

/* Returns the size of the option's list, which it leaves on the stack; 0 where there is none. */
size_t option_list(lua_State *L, int index, const char *name);

/* Reads a list of at most so many strings, which stay on the stack; returns how many it has. */
size_t option_strings(lua_State *L, int index, const char *name, engage_str *strings, size_t most);

/* A whole number, or what it is without. */
lua_Integer option_integer(lua_State *L, int index, const char *name, lua_Integer without);

/* A share between 0 and 1, in millionths; 0 where there is none. */
uint32_t option_share(lua_State *L, int index, const char *name);

/* An argument that is a name. */
const char *option_argument(lua_State *L, int index);

#endif
