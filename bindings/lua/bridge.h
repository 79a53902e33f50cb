/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What the types of the bridge from Lua share: an object over those of the library, and how
 * failures come back.
 */
#ifndef ENGAGE_LUA_BRIDGE_H
#define ENGAGE_LUA_BRIDGE_H

#include <engage.h>
#include <lauxlib.h>
#include <lua.h>

#define BRIDGE_TOKENIZER "engage.tokenizer"
#define BRIDGE_ANALYZER "engage.analyzer"
#define BRIDGE_LESSON "engage.lesson"
#define BRIDGE_PROMISE "engage.promise"
#define BRIDGE_GAUGE "engage.gauge"
#define BRIDGE_TRACKER "engage.tracker"

/* One userdata type serves all six: each box holds what it needs, and is made
 * before the C objects, so that an error thrown by Lua leaks nothing. */
struct box {
    engage_tokenizer *tokenizer;
    engage_analyzer *analyzer;
    engage_lesson *lesson;
    engage_promise *promise;
    engage_gauge *gauge;
    engage_tracker *tracker;
    engage_events *events;
    engage_buffer *buffer; /* NULL once it is closed */
    const engage_lexicon *lexicons[ENGAGE_LEXICONS_MOST];
    const engage_addon *addons[ENGAGE_ADDONS_MOST];
};

/* Makes a type of boxes: its methods, close() and what collects it. */
void bridge_add_type(lua_State *L, const char *type, const luaL_Reg *methods);

/* Pushes an empty box of the type. */
struct box *bridge_new(lua_State *L, const char *type);

/* The box at index 1, its buffer empty; an error where it is of another type or closed. */
struct box *bridge_enter(lua_State *L, const char *type);

/* Returns nil, a message and the name of the status code. */
int bridge_fail(lua_State *L, int code, const engage_error *error);

/* Opens the add-ons of the options at index 1 into the box, and the model of a path where that
 * is not NULL. */
int bridge_open(lua_State *L, struct box *box, const char *path, const engage_model **model,
                size_t *addon_count, engage_error *error);

/* Each adds its constructors and functions to the module's table, at the top of the stack. */
void bridge_add_score(lua_State *L);
void bridge_add_learn(lua_State *L);
void bridge_add_track(lua_State *L);

#endif
