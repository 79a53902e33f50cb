/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "options.h"

#include "tables.h"

#include <string.h>

void option_last(lua_State *L, int last)
{
    for (int i = lua_gettop(L); i > last; i--)
        luaL_argcheck(L, lua_isnil(L, i), i, "nothing more is expected");
}

void option_place(lua_State *L, int first, int options)
{
    for (int i = first; i < options; i++)
        if (lua_istable(L, i)) {
            lua_pushnil(L);
            lua_insert(L, i);
        }
    option_last(L, options);
    lua_settop(L, options);
}

int option_table(lua_State *L, int index)
{
    if (lua_isnoneornil(L, index))
        return 0;
    luaL_checktype(L, index, LUA_TTABLE);
    return 1;
}

static int is_one_of(const char *name, size_t size, const char *const *names)
{
    while (*names != NULL && (strlen(*names) != size || memcmp(*names, name, size) != 0))
        names++;
    return *names != NULL;
}

/* Pushes the first key of a table that is none of the names. */
static int push_other(lua_State *L, int index, const char *const *names)
{
    lua_pushnil(L);
    while (lua_next(L, index)) {
        size_t size;
        lua_pop(L, 1);
        if (lua_type(L, -1) != LUA_TSTRING)
            return luaL_error(L, "an option has no name");
        const char *name = lua_tolstring(L, -1, &size);
        if (!is_one_of(name, size, names))
            return 1;
    }
    return 0;
}

void option_only(lua_State *L, int index, const char *const *names)
{
    if (option_table(L, index) && push_other(L, index, names))
        luaL_error(L, "there is no option %s", lua_tostring(L, -1));
}

void option_only_in(lua_State *L, int index, const char *list, size_t at, const char *const *names)
{
    if (push_other(L, index, names))
        luaL_error(L, "there is no option %s[%d].%s", list, (int)at, lua_tostring(L, -1));
}

int option_flag(lua_State *L, int index, const char *name)
{
    if (!option_table(L, index))
        return 0;
    if (lua_getfield(L, index, name) != LUA_TNIL && !lua_isboolean(L, -1))
        luaL_error(L, "the option %s is no boolean", name);
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

size_t option_list(lua_State *L, int index, const char *name)
{
    if (!option_table(L, index) || lua_getfield(L, index, name) == LUA_TNIL)
        return 0;
    lua_Integer size = lua_istable(L, -1) ? tables_list_size(L, -1) : -1;
    if (size < 0)
        luaL_error(L, "the option %s is no list", name);
    return (size_t)size;
}

size_t option_strings(lua_State *L, int index, const char *name, engage_str *strings, size_t most)
{
    size_t count = option_list(L, index, name);
    int list = lua_gettop(L);
    luaL_checkstack(L, (int)most, name);
    for (size_t i = 0; i < count && i < most; i++) {
        if (lua_rawgeti(L, list, (lua_Integer)i + 1) != LUA_TSTRING)
            luaL_error(L, "the option %s[%d] is no string", name, (int)i + 1);
        strings[i].data = lua_tolstring(L, -1, &strings[i].size);
    }
    return count;
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
