/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "tables.h"

#include "options.h"

#include <jansson.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIST "engage.list"
#define MARK "__jsontype" /* "array" in the metatable of a list; other JSON modules know it too */

enum { DEEPEST = 64, LONGEST_NAME = 64 };

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

static int is_utf8(const char *text, size_t size)
{
    int whole = 1;
    for (size_t i = 0; whole && i < size;)
        i += first_character((const unsigned char *)text + i, size - i, &whole);
    return whole;
}

/* A string, in which what is no UTF-8 becomes U+FFFD; NULL without memory. */
static json_t *string_to_json(const char *text, size_t size)
{
    if (is_utf8(text, size))
        return json_stringn(text, size);
    char *copy = size <= SIZE_MAX / 3 ? malloc(size * 3) : NULL;
    if (copy == NULL)
        return NULL;
    size_t end = 0;
    for (size_t i = 0; i < size;) {
        int whole;
        size_t length = first_character((const unsigned char *)text + i, size - i, &whole);
        size_t written = whole ? length : 3;
        memcpy(copy + end, whole ? text + i : "\xEF\xBF\xBD", written);
        end += written;
        i += length;
    }
    json_t *value = json_stringn(copy, end);
    free(copy);
    return value;
}

/* ------------------------------------------------------ from JSON to Lua --- */

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

static void push_text(lua_State *L, struct call *call, const char *data, size_t size)
{
    json_error_t error;
    call->json = json_loadb(data, size, JSON_ALLOW_NUL, &error);
    if (call->json == NULL)
        luaL_error(L, "%s", error.text[0] != '\0' ? error.text : engage_strerror(ENGAGE_ENOMEM));
    push_json(L, call->json);
    json_decref(call->json);
    call->json = NULL;
}

int tables_finish_line(lua_State *L, struct call *call, int rc)
{
    if (rc < ENGAGE_OK)
        return bridge_end(call, bridge_fail(L, rc, &call->error));
    push_text(L, call, engage_buffer_data(call->buffer), engage_buffer_size(call->buffer));
    return bridge_end(call, 1);
}

static void push_rows(lua_State *L, struct call *call)
{
    const char *data = engage_buffer_data(call->buffer);
    const char *end = data + engage_buffer_size(call->buffer);
    lua_newtable(L);
    for (lua_Integer i = 1; data < end; i++) {
        const char *stop = memchr(data, '\n', (size_t)(end - data));
        size_t size = (size_t)((stop != NULL ? stop : end) - data);
        push_text(L, call, data, size);
        lua_rawseti(L, -2, i);
        data += size + 1;
    }
}

int tables_finish_rows(lua_State *L, struct call *call, int rc)
{
    int failed = rc < ENGAGE_OK ? bridge_fail(L, rc, &call->error) : 0;
    if (failed && engage_buffer_size(call->buffer) == 0)
        return bridge_end(call, failed);
    push_rows(L, call);
    return bridge_end(call, failed + 1);
}

/* ------------------------------------------------------ from Lua to JSON --- */

/* What the keys of a table are. */
struct keys {
    lua_Integer numbers; /* from 1 on */
    lua_Integer highest; /* of those */
    lua_Integer names;
    lua_Integer others;
};

static struct keys keys_of(lua_State *L, int index)
{
    struct keys keys = {0, 0, 0, 0};
    index = lua_absindex(L, index);
    lua_pushnil(L);
    for (; lua_next(L, index) != 0; lua_pop(L, 1)) {
        lua_Integer number = lua_isinteger(L, -2) ? lua_tointeger(L, -2) : 0;
        if (number > keys.highest)
            keys.highest = number;
        if (number > 0)
            keys.numbers++;
        else if (lua_type(L, -2) == LUA_TSTRING)
            keys.names++;
        else
            keys.others++;
    }
    return keys;
}

lua_Integer tables_list_size(lua_State *L, int index)
{
    struct keys keys = keys_of(L, index);
    return keys.names + keys.others == 0 ? keys.highest : -1;
}

/* A table on its way to JSON. Nothing is asked of Lua meanwhile that throws or makes a value, and
 * so runs code of the caller's, while C alone holds the JSON. */
struct reading {
    lua_State *L;
    int mark; /* where on the stack MARK is */
    const char *member; /* of the outermost table: where a fault is, or NULL */
    const char *fault;  /* or NULL */
};

static json_t *to_json(struct reading *reading, int depth);

static json_t *refuse(struct reading *reading, const char *fault)
{
    reading->fault = fault;
    return NULL;
}

/* Whether the metatable of the table at an index says that it is a list. */
static int is_marked(const struct reading *reading, int index)
{
    lua_State *L = reading->L;
    if (!lua_getmetatable(L, index))
        return 0;
    lua_pushvalue(L, reading->mark);
    int marked = lua_rawget(L, -2) == LUA_TSTRING && strcmp(lua_tostring(L, -1), "array") == 0;
    lua_pop(L, 2);
    return marked;
}

static json_t *list_to_json(struct reading *reading, int index, lua_Integer size, int depth)
{
    json_t *list = json_array();
    for (lua_Integer i = 1; list != NULL && i <= size; i++) {
        lua_rawgeti(reading->L, index, i);
        if (json_array_append_new(list, to_json(reading, depth)) != 0) {
            json_decref(list);
            list = NULL;
        }
        lua_pop(reading->L, 1);
    }
    return list;
}

/* Puts the member whose name and value are on top into an object. One whose name has a zero byte,
 * or is no UTF-8, is passed over: no such member is known. */
static int put_member(struct reading *reading, json_t *object, int depth)
{
    size_t size;
    const char *name = lua_tolstring(reading->L, -2, &size);
    if (strlen(name) != size || !is_utf8(name, size))
        return 1;
    if (json_object_set_new(object, name, to_json(reading, depth)) == 0)
        return 1;
    if (depth == 1 && size <= LONGEST_NAME)
        reading->member = name;
    return 0;
}

static json_t *object_to_json(struct reading *reading, int index, int depth)
{
    json_t *object = json_object();
    if (object == NULL)
        return NULL;
    lua_pushnil(reading->L);
    while (object != NULL && lua_next(reading->L, index) != 0) {
        if (!put_member(reading, object, depth)) {
            json_decref(object);
            object = NULL;
            lua_pop(reading->L, 1);
        }
        lua_pop(reading->L, 1);
    }
    return object;
}

/* The table on top, which stands so deep. */
static json_t *table_to_json(struct reading *reading, int depth)
{
    int index = lua_gettop(reading->L);
    if (depth == DEEPEST)
        return refuse(reading, "goes deeper than 64 levels");
    if (!lua_checkstack(reading->L, 8))
        return NULL;
    struct keys keys = keys_of(reading->L, index);
    int list = keys.numbers > 0 || is_marked(reading, index);
    if (keys.others > 0)
        return refuse(reading, "has a name that is no string");
    if (list && keys.names > 0)
        return refuse(reading, "has names in a list");
    if (keys.numbers != keys.highest)
        return refuse(reading, "has a hole");
    return list ? list_to_json(reading, index, keys.numbers, depth + 1)
                : object_to_json(reading, index, depth + 1);
}

/* The value on top. NULL where it has no JSON, which the fault tells, or without memory. */
static json_t *to_json(struct reading *reading, int depth)
{
    lua_State *L = reading->L;
    size_t size;
    const char *text;
    switch (lua_type(L, -1)) {
    case LUA_TSTRING:
        text = lua_tolstring(L, -1, &size);
        return string_to_json(text, size);
    case LUA_TNUMBER:
        if (lua_isinteger(L, -1))
            return json_integer(lua_tointeger(L, -1));
        if (isfinite(lua_tonumber(L, -1)))
            return json_real(lua_tonumber(L, -1));
        return refuse(reading, "has a number that is NaN or infinite");
    case LUA_TBOOLEAN:
        return json_boolean(lua_toboolean(L, -1));
    case LUA_TTABLE:
        return table_to_json(reading, depth);
    case LUA_TLIGHTUSERDATA:
        if (lua_touserdata(L, -1) == NULL)
            return json_null();
        break;
    default:
        break;
    }
    return refuse(reading, "has a function, a userdata or a thread");
}

static int append(const char *data, size_t size, void *buffer)
{
    return engage_buffer_append(buffer, data, size) == ENGAGE_OK ? 0 : -1;
}

static int fail(const struct reading *reading, engage_error *error, int code)
{
    if (reading->fault == NULL)
        return ENGAGE_ENOMEM;
    error->code = code;
    if (reading->member != NULL)
        snprintf(error->message, sizeof(error->message), "\"%s\" %s", reading->member,
                 reading->fault);
    else
        snprintf(error->message, sizeof(error->message), "it %s", reading->fault);
    return code;
}

int tables_write(lua_State *L, int index, struct call *call, int code)
{
    struct reading reading = {.L = L, .mark = lua_gettop(L) + 1};
    index = lua_absindex(L, index);
    lua_pushstring(L, MARK);
    lua_pushvalue(L, index);
    call->json = to_json(&reading, 0);
    int rc = call->json == NULL ? fail(&reading, &call->error, code) : ENGAGE_OK;
    engage_buffer_clear(call->buffer);
    if (rc == ENGAGE_OK && json_dump_callback(call->json, append, call->buffer, JSON_COMPACT) != 0)
        rc = ENGAGE_ENOMEM;
    json_decref(call->json);
    call->json = NULL;
    lua_pop(L, 2);
    return rc;
}

/* engage.list(table) -> the table, which is a list in JSON even where it is empty */
static int list(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    option_last(L, 1);
    lua_settop(L, 1);
    luaL_getmetatable(L, LIST);
    luaL_argcheck(L, !lua_getmetatable(L, 1) || lua_rawequal(L, 2, 3), 1,
                  "it has a metatable of its own");
    lua_settop(L, 2);
    lua_setmetatable(L, 1);
    return 1;
}

void tables_add_list(lua_State *L)
{
    luaL_newmetatable(L, LIST);
    lua_pushstring(L, "array");
    lua_setfield(L, -2, MARK);
    lua_pop(L, 1);
    lua_pushcfunction(L, list);
    lua_setfield(L, -2, "list");
}
