/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "bridge.h"

#include "options.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#define CALL "engage.call"
#define SCALE "engage.scale"

enum { LEAST_KB = 32768 }; /* of dropped objects that is worth a collection */

int bridge_fail(lua_State *L, int code, const engage_error *error)
{
    lua_pushnil(L);
    if (error == NULL || error->code != code || error->message[0] == '\0')
        lua_pushstring(L, engage_strerror(code));
    else if (error->line != 0) /* of a text */
        lua_pushfstring(L, "%d:%d: %s", (int)error->line, (int)error->column, error->message);
    else if (error->sys_errno != 0)
        lua_pushfstring(L, "%s: %s", error->message, strerror(error->sys_errno));
    else
        lua_pushstring(L, error->message);
    lua_pushstring(L, engage_errname(code));
    return 3;
}

int bridge_limit(size_t count, size_t most, const char *things, int code, engage_error *error)
{
    if (count <= most)
        return ENGAGE_OK;
    error->code = code;
    snprintf(error->message, sizeof(error->message), "at most %zu %s", most, things);
    return code;
}

/* --------------------------------------------------------------- boxes --- */

struct box *bridge_new(lua_State *L, const char *type)
{
    lua_getfield(L, LUA_REGISTRYINDEX, SCALE);
    struct scale *scale = lua_touserdata(L, -1);
    lua_pop(L, 1);
    struct box *box = lua_newuserdatauv(L, sizeof(*box), 0);
    *box = (struct box){.type = type, .scale = scale};
    luaL_setmetatable(L, type);
    return box;
}

static void release(struct box *box)
{
    engage_tokenizer_free(box->tokenizer);
    engage_analyzer_free(box->analyzer);
    engage_lesson_free(box->lesson);
    engage_promise_free(box->promise);
    engage_gauge_free(box->gauge);
    engage_tracker_close(box->tracker);
    engage_buffer_free(box->buffer);
    box->scale->held -= box->weight;
    *box = (struct box){.type = box->type, .scale = box->scale};
}

/* Finalizer and close(), which may run twice; the upvalue names the type. */
static int close_box(lua_State *L)
{
    struct box *box = luaL_checkudata(L, 1, lua_tostring(L, lua_upvalueindex(1)));
    release(box);
    box->state = BOX_CLOSED;
    return 0;
}

int bridge_open(lua_State *L, struct box *box, bridge_opener *open, const void *given, int weight)
{
    engage_error error = ENGAGE_ERROR_INIT;
    struct box made = {.type = box->type, .scale = box->scale};
    int rc = open(&made, given, &error);
    if (rc == ENGAGE_ENOMEM) { /* what was dropped may hold it */
        release(&made);
        lua_gc(L, LUA_GCCOLLECT);
        rc = open(&made, given, &error);
    }
    if (rc != ENGAGE_OK) {
        release(&made);
        return bridge_fail(L, rc, &error);
    }
    release(box); /* a finalizer may have opened it meanwhile */
    *box = made;
    box->state = BOX_OPEN;
    bridge_weigh(L, box, weight);
    return 0;
}

int bridge_make(lua_State *L, const char *type, bridge_opener *open, const void *given, int weight)
{
    int failed = bridge_open(L, bridge_new(L, type), open, given, weight);
    return failed != 0 ? failed : 1;
}

/* Collects what was dropped, once there may be as much of it as of what is in use, in Lua or on
 * the scale. Steps would not do: the generational collector takes what outlives two for old. */
void bridge_weigh(lua_State *L, struct box *box, int weight)
{
    struct scale *scale = box->scale;
    scale->held += weight - box->weight;
    box->weight = weight;
    if (scale->held <= scale->limit || !lua_gc(L, LUA_GCISRUNNING))
        return;
    scale->limit = INT64_MAX; /* for what finalizers make */
    lua_gc(L, LUA_GCCOLLECT);
    int64_t used = scale->held + lua_gc(L, LUA_GCCOUNT);
    scale->limit = scale->held + (used > LEAST_KB ? used : LEAST_KB);
}

struct box *bridge_box(lua_State *L, const char *type)
{
    return luaL_checkudata(L, 1, type);
}

void bridge_check(lua_State *L, const struct box *box)
{
    if (box->state != BOX_OPEN)
        luaL_error(L, "the %s is closed", box->type);
}

static void add_close(lua_State *L, const char *type, const char *name)
{
    lua_pushstring(L, type);
    lua_pushcclosure(L, close_box, 1);
    lua_setfield(L, -2, name);
}

void bridge_add_type(lua_State *L, const char *type, const luaL_Reg *methods)
{
    luaL_newmetatable(L, type);
    lua_newtable(L);
    luaL_setfuncs(L, methods, 0);
    add_close(L, type, "close");
    lua_setfield(L, -2, "__index");
    add_close(L, type, "__gc");
    add_close(L, type, "__close");
    lua_pop(L, 1);
}

/* --------------------------------------------------------------- calls --- */

static void drop(struct call *call)
{
    engage_buffer_free(call->buffer);
    engage_events_free(call->events);
    json_decref(call->json);
    *call = (struct call){.box = NULL};
}

int bridge_end(struct call *call, int results)
{
    struct box *box = call->box;
    if (box != NULL && box->state == BOX_OPEN && box->buffer == NULL) {
        box->buffer = call->buffer;
        call->buffer = NULL;
    }
    drop(call);
    return results;
}

static int collect_call(lua_State *L)
{
    drop(lua_touserdata(L, 1));
    return 0;
}

void bridge_start(lua_State *L)
{
    if (lua_getfield(L, LUA_REGISTRYINDEX, SCALE) == LUA_TNIL) {
        struct scale *scale = lua_newuserdatauv(L, sizeof(*scale), 0);
        *scale = (struct scale){.limit = LEAST_KB};
        lua_setfield(L, LUA_REGISTRYINDEX, SCALE);
    }
    luaL_newmetatable(L, CALL);
    lua_pushcfunction(L, collect_call);
    lua_setfield(L, -2, "__gc");
    lua_pop(L, 2);
}

struct call *bridge_begin(lua_State *L, struct box *box)
{
    struct call *call = lua_newuserdatauv(L, sizeof(*call), 0);
    *call = (struct call){.box = box, .error = ENGAGE_ERROR_INIT};
    luaL_setmetatable(L, CALL);
    if (box != NULL) {
        bridge_check(L, box);
        call->buffer = box->buffer;
        box->buffer = NULL;
    }
    if (call->buffer == NULL && engage_buffer_new(&call->buffer, NULL) != ENGAGE_OK)
        luaL_error(L, "%s", engage_strerror(ENGAGE_ENOMEM));
    engage_buffer_clear(call->buffer);
    return call;
}

/* --------------------------------------------------------------- parts --- */

void bridge_read_parts(lua_State *L, struct parts_given *given)
{
    given->model = option_name(L, 1, "model");
    given->addon_count = option_strings(L, 1, "addons", given->addons, ENGAGE_ADDONS_MOST);
}

int bridge_open_parts(struct parts *parts, const struct parts_given *given, engage_error *error)
{
    *parts = (struct parts){.model = NULL};
    int rc = bridge_limit(given->addon_count, ENGAGE_ADDONS_MOST, "add-ons", ENGAGE_EOPTIONS,
                          error);
    for (size_t i = 0; rc == ENGAGE_OK && i < given->addon_count; i++) {
        rc = engage_addon_open_memory(&parts->addons[i], given->addons[i].data,
                                      given->addons[i].size, NULL, error);
        parts->addon_count += rc == ENGAGE_OK;
    }
    if (rc == ENGAGE_OK && given->model != NULL)
        rc = engage_model_open(&parts->model, given->model, NULL, error);
    return rc;
}

void bridge_close_parts(struct parts *parts)
{
    engage_model_unref(parts->model);
    for (size_t i = 0; i < parts->addon_count; i++)
        engage_addon_unref(parts->addons[i]);
}
