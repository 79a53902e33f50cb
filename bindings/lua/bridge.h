/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What the types of the bridge from Lua share: an object over those of the library, what a
 * call of it holds, and how failures come back.
 *
 * Making a value of Lua may run code of the caller's, a finalizer, and reading options may run
 * a metamethod; either may use or close any object. So a call has three parts: it reads its
 * arguments, which stay on the stack; it looks whether the object is open and has the library
 * work, without asking Lua for anything; and it makes values of what it holds itself.
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

/* What the open boxes of a Lua state weigh, and from when on those are looked for that were
 * dropped, in KB: to the collector each is a few words. */
struct scale {
    int64_t held;
    int64_t limit;
};

enum box_state { BOX_NEW, BOX_OPEN, BOX_CLOSED };

/* One userdata type serves all six: each box holds what it needs. */
struct box {
    const char *type;
    enum box_state state;
    int applied; /* whether the last list of events was, so that its refusals can be told */
    int weight;  /* on the scale */
    struct scale *scale;
    engage_tokenizer *tokenizer;
    engage_analyzer *analyzer;
    engage_lesson *lesson;
    engage_promise *promise;
    engage_gauge *gauge;
    engage_tracker *tracker;
    engage_buffer *buffer; /* between calls, to spare them making one; or NULL */
};

/* What a call holds of the library's, in a userdata of its own, so that it is released where Lua
 * throws, and no other call gets at it. */
struct call {
    struct box *box;
    engage_buffer *buffer; /* taken from the box */
    engage_events *events;
    struct json_t *json;
    engage_error error;
};

/* Makes the scale and the type of calls, and a type of boxes: its methods, close() and what
 * collects it. */
void bridge_start(lua_State *L);
void bridge_add_type(lua_State *L, const char *type, const luaL_Reg *methods);

/* Pushes a box of the type that is yet to be opened. */
struct box *bridge_new(lua_State *L, const char *type);

/* Opens the objects of a box by the options given. */
typedef int bridge_opener(struct box *box, const void *given, engage_error *error);

/* What a box weighs, in KB: that of a new tracker, and of all that have read a post or will. */
enum { BRIDGE_LIGHT = 48, BRIDGE_HEAVY = 2048 };

/* Opens a box; 0, or how many values it pushed that tell of the failure. */
int bridge_open(lua_State *L, struct box *box, bridge_opener *open, const void *given, int weight);

/* Pushes an open box of the type, or what tells of the failure; returns how many values. */
int bridge_make(lua_State *L, const char *type, bridge_opener *open, const void *given, int weight);

/* Sets what an open box weighs. */
void bridge_weigh(lua_State *L, struct box *box, int weight);

/* The box at index 1; an error where it is of another type. */
struct box *bridge_box(lua_State *L, const char *type);

/* An error where the box is closed: to be asked last before the library works. */
void bridge_check(lua_State *L, const struct box *box);

/* Pushes what a call holds, its buffer empty, and checks the box where it is not NULL. */
struct call *bridge_begin(lua_State *L, struct box *box);

/* Releases what a call holds; returns the number of its results. The box is still on the stack. */
int bridge_end(struct call *call, int results);

/* Returns nil, a message and the name of the status code. */
int bridge_fail(lua_State *L, int code, const engage_error *error);

/* The model and the add-ons among options: a path, or NULL, and bytes. */
struct parts_given {
    const char *model;
    engage_str addons[ENGAGE_ADDONS_MOST];
    size_t addon_count; /* more than those where more were given */
};

/* The same, opened. */
struct parts {
    const engage_model *model;
    const engage_addon *addons[ENGAGE_ADDONS_MOST];
    size_t addon_count;
};

/* Reads the options model and addons at index 1, and leaves what they hold on the stack. */
void bridge_read_parts(lua_State *L, struct parts_given *given);

/* Opens parts, which are to be closed after a failure too. */
int bridge_open_parts(struct parts *parts, const struct parts_given *given, engage_error *error);
void bridge_close_parts(struct parts *parts);

/* Fails where there are more of a kind of thing than so many. */
int bridge_limit(size_t count, size_t most, const char *things, int code, engage_error *error);

/* Each adds its constructors and functions to the module's table, at the top of the stack. */
void bridge_add_score(lua_State *L);
void bridge_add_learn(lua_State *L);
void bridge_add_track(lua_State *L);

#endif
