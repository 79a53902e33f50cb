/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "bridge.h"

#include "options.h"

#include <string.h>

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

struct box *bridge_new(lua_State *L, const char *type)
{
    struct box *box = lua_newuserdatauv(L, sizeof(*box), 0);
    memset(box, 0, sizeof(*box));
    luaL_setmetatable(L, type);
    return box;
}

/* Finalizer and close(), which may run twice; the upvalue names the type. */
static int close_box(lua_State *L)
{
    struct box *box = luaL_checkudata(L, 1, lua_tostring(L, lua_upvalueindex(1)));
    engage_tokenizer_free(box->tokenizer);
    engage_analyzer_free(box->analyzer);
    engage_lesson_free(box->lesson);
    engage_promise_free(box->promise);
    engage_gauge_free(box->gauge);
    engage_events_free(box->events);
    engage_tracker_close(box->tracker);
    engage_buffer_free(box->buffer);
    for (size_t i = 0; i < ENGAGE_LEXICONS_MOST; i++)
        engage_lexicon_unref(box->lexicons[i]);
    for (size_t i = 0; i < ENGAGE_ADDONS_MOST; i++)
        engage_addon_unref(box->addons[i]);
    memset(box, 0, sizeof(*box));
    return 0;
}

struct box *bridge_enter(lua_State *L, const char *type)
{
    struct box *box = luaL_checkudata(L, 1, type);
    if (box->buffer == NULL)
        luaL_error(L, "the %s is closed", type);
    engage_buffer_clear(box->buffer);
    return box;
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

/* Opens the add-ons of the option of that name, a list of their bytes. */
static int open_addons(lua_State *L, struct box *box, size_t *count, engage_error *error)
{
    int top = lua_gettop(L);
    int rc = ENGAGE_OK;
    *count = 0;
    size_t given = option_list(L, 1, "addons") ? lua_rawlen(L, -1) : 0;
    if (given > ENGAGE_ADDONS_MOST)
        rc = ENGAGE_EOPTIONS;
    for (size_t i = 0; rc == ENGAGE_OK && i < given; i++) {
        size_t size;
        lua_rawgeti(L, top + 1, (lua_Integer)i + 1);
        const char *bytes = lua_tolstring(L, -1, &size);
        rc = engage_addon_open_memory(&box->addons[i], bytes, bytes == NULL ? 0 : size, NULL,
                                      error);
        *count += rc == ENGAGE_OK;
    }
    lua_settop(L, top);
    return rc;
}

int bridge_open(lua_State *L, struct box *box, const char *path, const engage_model **model,
                size_t *addon_count, engage_error *error)
{
    int rc = open_addons(L, box, addon_count, error);
    return rc == ENGAGE_OK && path != NULL ? engage_model_open(model, path, NULL, error) : rc;
}
