/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "tables.h"

#include <jansson.h>
#include <lauxlib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 64 };

/* How many bytes of a text are its first character; where they are none, of how many the
 * U+FFFD is made that stands for them: of as many as begin one. */
static size_t first_character(const unsigned char *text, size_t size, int *whole)
{
    unsigned lead = text[0];
    size_t length = lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    *whole = length > 0 && lead < 0xF5;
    for (size_t i = 1; *whole && i < length; i++) {
        if (i == size || text[i] < low || text[i] > high) {
            *whole = 0;
            return i;
        }
        low = 0x80;
        high = 0xBF;
    }
    return *whole ? length : 1;
}

/* A string, in which what is no UTF-8 becomes U+FFFD. */
static json_t *string_to_json(const char *text, size_t size)
{
    json_t *value = json_stringn(text, size);
    char *copy = value == NULL && size <= SIZE_MAX / 3 ? malloc(size * 3) : NULL;
    if (copy == NULL)
        return value;
    size_t end = 0;
    for (size_t i = 0; i < size;) {
        int whole;
        size_t length = first_character((const unsigned char *)text + i, size - i, &whole);
        size_t written = whole ? length : 3;
        memcpy(copy + end, whole ? text + i : "\xEF\xBF\xBD", written);
        end += written;
        i += length;
    }
    value = json_stringn(copy, end);
    free(copy);
    return value;
}

static void push_json(lua_State *L, const json_t *value)
{
    luaL_checkstack(L, 4, "JSON");
    if (json_is_object(value)) {
        const char *name;
        json_t *member;
        lua_createtable(L, 0, (int)json_object_size(value));
        json_object_foreach((json_t *)(uintptr_t)value, name, member) {
            push_json(L, member);
            lua_setfield(L, -2, name);
        }
    } else if (json_is_array(value)) {
        size_t i;
        const json_t *element;
        lua_createtable(L, (int)json_array_size(value), 0);
        json_array_foreach(value, i, element) {
            push_json(L, element);
            lua_rawseti(L, -2, (lua_Integer)i + 1);
        }
    } else if (json_is_string(value)) {
        lua_pushlstring(L, json_string_value(value), json_string_length(value));
    } else if (json_is_integer(value)) {
        lua_pushinteger(L, (lua_Integer)json_integer_value(value));
    } else if (json_is_real(value)) {
        lua_pushnumber(L, json_real_value(value));
    } else if (json_is_boolean(value)) {
        lua_pushboolean(L, json_is_true(value));
    } else {
        lua_pushlightuserdata(L, NULL);
    }
}

/* A box keeps the parsed value, so that it is released when Lua throws for want of memory. */
static int json_gc(lua_State *L)
{
    json_t **kept = lua_touserdata(L, 1);
    json_decref(*kept);
    *kept = NULL;
    return 0;
}

static json_t **json_box(lua_State *L)
{
    json_t **kept = lua_newuserdatauv(L, sizeof(json_t *), 0);
    *kept = NULL;
    if (luaL_newmetatable(L, "engage.json")) {
        lua_pushcfunction(L, json_gc);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return kept;
}

void tables_push_line(lua_State *L, const char *data, size_t size)
{
    json_t **kept = json_box(L);
    *kept = json_loadb(data, size, JSON_ALLOW_NUL, NULL);
    push_json(L, *kept);
    json_decref(*kept);
    *kept = NULL;
    lua_remove(L, -2);
}

int tables_push_rows(lua_State *L, const engage_buffer *buffer)
{
    const char *data = engage_buffer_data(buffer);
    const char *end = data + engage_buffer_size(buffer);
    lua_newtable(L);
    for (lua_Integer i = 1; data < end; i++) {
        const char *stop = memchr(data, '\n', (size_t)(end - data));
        size_t size = (size_t)((stop != NULL ? stop : end) - data);
        tables_push_line(L, data, size);
        lua_rawseti(L, -2, i);
        data += size + 1;
    }
    return 1;
}

static json_t *to_json(lua_State *L, int index, int depth);

static json_t *list_to_json(lua_State *L, int index, size_t length, int depth)
{
    json_t *list = json_array();
    for (size_t i = 1; list != NULL && i <= length; i++) {
        lua_rawgeti(L, index, (lua_Integer)i);
        if (json_array_append_new(list, to_json(L, -1, depth)) != 0) {
            json_decref(list);
            list = NULL;
        }
        lua_pop(L, 1);
    }
    return list;
}

/* A name with a zero byte, or that is no UTF-8, is one that no member has. */
static int is_name(const char *name, size_t size)
{
    json_t *text = strlen(name) == size ? json_stringn(name, size) : NULL;
    json_decref(text);
    return text != NULL;
}

/* Puts the member whose name and value are on top into an object; those of unknown names are
 * passed over. */
static int put_member(lua_State *L, json_t *object, int depth)
{
    size_t size;
    if (lua_type(L, -2) != LUA_TSTRING)
        return 0;
    const char *name = lua_tolstring(L, -2, &size);
    json_t *value = to_json(L, -1, depth);
    if (value == NULL || is_name(name, size))
        return value != NULL && json_object_set_new(object, name, value) == 0;
    json_decref(value);
    return 1;
}

static json_t *object_to_json(lua_State *L, int index, int depth)
{
    json_t *object = json_object();
    if (object == NULL)
        return NULL;
    lua_pushnil(L);
    while (object != NULL && lua_next(L, index) != 0) {
        if (!put_member(L, object, depth)) {
            json_decref(object);
            object = NULL;
            lua_pop(L, 1);
        }
        lua_pop(L, 1);
    }
    return object;
}

/* NULL where the value has no JSON; it stands so deep. */
static json_t *to_json(lua_State *L, int index, int depth)
{
    size_t size;
    const char *text;
    index = lua_absindex(L, index);
    switch (lua_type(L, index)) {
    case LUA_TSTRING:
        text = lua_tolstring(L, index, &size);
        return string_to_json(text, size);
    case LUA_TNUMBER:
        return lua_isinteger(L, index) ? json_integer(lua_tointeger(L, index))
                                       : json_real(lua_tonumber(L, index));
    case LUA_TBOOLEAN:
        return json_boolean(lua_toboolean(L, index));
    case LUA_TLIGHTUSERDATA:
        return json_null();
    case LUA_TTABLE:
        break;
    default:
        return NULL;
    }
    size_t length = lua_rawlen(L, index);
    if (depth == DEEPEST || !lua_checkstack(L, 4))
        return NULL;
    return length > 0 ? list_to_json(L, index, length, depth + 1)
                      : object_to_json(L, index, depth + 1);
}

char *tables_to_text(lua_State *L, int index)
{
    json_t *value = to_json(L, index, 0);
    char *text = value != NULL ? json_dumps(value, JSON_COMPACT) : NULL;
    json_decref(value);
    return text;
}
