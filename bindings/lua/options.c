/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "options.h"

#include <lauxlib.h>
#include <string.h>

void option_place(lua_State *L, int first, int options)
{
    for (int i = first; i < options; i++)
        if (lua_istable(L, i)) {
            lua_pushnil(L);
            lua_insert(L, i);
        }
}

int option_table(lua_State *L, int index)
{
    if (lua_isnoneornil(L, index))
        return 0;
    luaL_checktype(L, index, LUA_TTABLE);
    return 1;
}

static int is_one_of(const char *name, const char *const *names)
{
    while (*names != NULL && strcmp(*names, name) != 0)
        names++;
    return *names != NULL;
}

void option_only(lua_State *L, int index, const char *const *names)
{
    if (!option_table(L, index))
        return;
    lua_pushnil(L);
    while (lua_next(L, index)) {
        const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : NULL;
        if (name == NULL)
            luaL_error(L, "an option has no name");
        if (!is_one_of(name, names))
            luaL_error(L, "there is no option %s", name);
        lua_pop(L, 1);
    }
}

int option_flag(lua_State *L, int index, const char *name)
{
    if (!option_table(L, index))
        return 0;
    lua_getfield(L, index, name);
    int set = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return set;
}

const char *option_text(lua_State *L, int index, const char *name, size_t *size)
{
    if (!option_table(L, index))
        return NULL;
    lua_getfield(L, index, name);
    if (lua_isnil(L, -1))
        return NULL;
    if (!lua_isstring(L, -1))
        luaL_error(L, "the option %s is no string", name);
    return lua_tolstring(L, -1, size);
}

const char *option_name(lua_State *L, int index, const char *name)
{
    size_t size = 0;
    const char *text = option_text(L, index, name, &size);
    if (text != NULL && strlen(text) != size)
        luaL_error(L, "the option %s holds a zero byte", name);
    return text;
}

const char *option_argument(lua_State *L, int index)
{
    size_t size;
    const char *text = luaL_checklstring(L, index, &size);
    luaL_argcheck(L, strlen(text) == size, index, "a zero byte");
    return text;
}

int option_list(lua_State *L, int index, const char *name)
{
    if (!option_table(L, index) || lua_getfield(L, index, name) == LUA_TNIL)
        return 0;
    int list = lua_istable(L, -1);
    if (list && lua_rawlen(L, -1) == 0) {
        lua_pushnil(L);
        list = !lua_next(L, -2);
    }
    if (!list)
        luaL_error(L, "the option %s is no list", name);
    return 1;
}

uint32_t option_share(lua_State *L, int index, const char *name)
{
    if (!option_table(L, index) || lua_getfield(L, index, name) == LUA_TNIL)
        return 0;
    lua_Number share = lua_tonumber(L, -1);
    uint32_t millionths = share > 0 && share < 1 ? (uint32_t)(share * 1000000 + 0.5) : 0;
    if (millionths == 0 || millionths == 1000000)
        luaL_error(L, "the option %s is no share between 0 and 1", name);
    return millionths;
}

lua_Integer option_integer(lua_State *L, int index, const char *name, lua_Integer without)
{
    int whole = 1;
    if (!option_table(L, index) || lua_getfield(L, index, name) == LUA_TNIL)
        return without;
    lua_Integer value = lua_tointegerx(L, -1, &whole);
    if (!whole)
        luaL_error(L, "the option %s is no whole number", name);
    return value;
}
