/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * require "engage": libengage for Lua 5.4. Results are tables with the members of
 * the command's JSON; what JSON has as null is engage.null. A call that fails
 * returns nil, a message and the name of the status code.
 */
#include "tables.h"

#include <engage.h>
#include <lauxlib.h>
#include <lua.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOKENIZER "engage.tokenizer"
#define ANALYZER "engage.analyzer"
#define LESSON "engage.lesson"
#define PROMISE "engage.promise"
#define GAUGE "engage.gauge"
#define TRACKER "engage.tracker"

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
    engage_buffer *buffer;
    const engage_lexicon *lexicons[ENGAGE_LEXICONS_MOST];
    const engage_addon *addons[ENGAGE_ADDONS_MOST];
};

static int fail(lua_State *L, int code, const engage_error *error)
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

static struct box *box_new(lua_State *L, const char *type)
{
    struct box *box = lua_newuserdatauv(L, sizeof(*box), 0);
    memset(box, 0, sizeof(*box));
    luaL_setmetatable(L, type);
    return box;
}

/* Finalizer and close(): may run twice. */
static int box_close(lua_State *L)
{
    struct box *box = luaL_testudata(L, 1, TOKENIZER);
    if (box == NULL)
        box = luaL_testudata(L, 1, ANALYZER);
    if (box == NULL)
        box = luaL_testudata(L, 1, LESSON);
    if (box == NULL)
        box = luaL_testudata(L, 1, PROMISE);
    if (box == NULL)
        box = luaL_testudata(L, 1, GAUGE);
    if (box == NULL)
        box = luaL_checkudata(L, 1, TRACKER);
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

static struct box *box_check(lua_State *L, const char *type)
{
    struct box *box = luaL_checkudata(L, 1, type);
    if (box->buffer == NULL)
        luaL_error(L, "the %s is closed", type);
    engage_buffer_clear(box->buffer);
    return box;
}

/* ------------------------------------------------------------- tokenizer --- */

static int tokenizer_new(lua_State *L)
{
    struct box *box = box_new(L, TOKENIZER);
    int rc = engage_tokenizer_new(&box->tokenizer, NULL);
    if (rc == ENGAGE_OK)
        rc = engage_buffer_new(&box->buffer, NULL);
    return rc == ENGAGE_OK ? 1 : fail(L, rc, NULL);
}

/* tokenizer:tokens(text) -> list of {kind, start, end, text, norm}; offsets in bytes */
static int tokenizer_tokens(lua_State *L)
{
    struct box *box = box_check(L, TOKENIZER);
    size_t size;
    const char *text = luaL_checklstring(L, 2, &size);
    engage_str none = {NULL, 0};
    int rc = engage_tokenizer_json(box->tokenizer, none, text, size, ENGAGE_OFFSET_BYTES,
                                   box->buffer);
    if (rc != ENGAGE_OK)
        return fail(L, rc, NULL);
    tables_push_line(L, engage_buffer_data(box->buffer), engage_buffer_size(box->buffer));
    lua_getfield(L, -1, "tokens");
    return 1;
}

/* -------------------------------------------------------------- analyzer --- */

/* Whether there is a table of options; anything else is refused. */
static int has_options(lua_State *L, int index)
{
    if (lua_isnoneornil(L, index))
        return 0;
    luaL_checktype(L, index, LUA_TTABLE);
    return 1;
}

static int option_flag(lua_State *L, int index, const char *name)
{
    if (!has_options(L, index))
        return 0;
    lua_getfield(L, index, name);
    int set = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return set;
}

/* Leaves the option's string on the stack, so that it stays valid. */
static const char *option_text(lua_State *L, int index, const char *name, size_t *size)
{
    if (!has_options(L, index))
        return NULL;
    lua_getfield(L, index, name);
    if (lua_isnil(L, -1))
        return NULL;
    if (!lua_isstring(L, -1))
        luaL_error(L, "the option %s is no string", name);
    return lua_tolstring(L, -1, size);
}

/* The same of a name or path, which holds no zero byte. */
static const char *option_name(lua_State *L, int index, const char *name)
{
    size_t size = 0;
    const char *text = option_text(L, index, name, &size);
    if (text != NULL && strlen(text) != size)
        luaL_error(L, "the option %s holds a zero byte", name);
    return text;
}

/* An argument that is a name. */
static const char *check_name(lua_State *L, int index)
{
    size_t size;
    const char *text = luaL_checklstring(L, index, &size);
    luaL_argcheck(L, strlen(text) == size, index, "a zero byte");
    return text;
}

/* Leaves the option's list on the stack; 0 where there is none. */
static int option_list(lua_State *L, int index, const char *name)
{
    if (!has_options(L, index) || lua_getfield(L, index, name) == LUA_TNIL)
        return 0;
    if (!lua_istable(L, -1))
        luaL_error(L, "the option %s is no list", name);
    return 1;
}

/* Gives the analyzer the lexicons of a list, {name = …, text = …} each. */
static int add_lexicons(lua_State *L, struct box *box, int list, engage_error *error)
{
    size_t count = lua_rawlen(L, list);
    if (count > ENGAGE_LEXICONS_MOST)
        return ENGAGE_ELIMIT;
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, list, (lua_Integer)i + 1);
        if (!lua_istable(L, -1))
            return ENGAGE_EMISUSE;
        lua_getfield(L, -1, "name");
        lua_getfield(L, -2, "text");
        size_t size;
        const char *name = lua_tostring(L, -2);
        const char *text = lua_tolstring(L, -1, &size);
        if (name == NULL || text == NULL)
            return ENGAGE_EMISUSE;
        int rc = engage_lexicon_parse(&box->lexicons[i], name, text, size, NULL, error);
        if (rc != ENGAGE_OK)
            return rc;
        lua_pop(L, 3);
    }
    return engage_analyzer_set_lexicons(box->analyzer, box->lexicons, count);
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

/* The same, and the model of a path where there is one. */
static int open_over(lua_State *L, struct box *box, const char *path, const engage_model **model,
                     size_t *addon_count, engage_error *error)
{
    int rc = open_addons(L, box, addon_count, error);
    return rc == ENGAGE_OK && path != NULL ? engage_model_open(model, path, NULL, error) : rc;
}

/* engage.analyzer{model = path, explain = true, lexicons = {{name = …, text = …}, …},
 * addons = {bytes, …}} */
static int analyzer_new(lua_State *L)
{
    lua_settop(L, 1);
    const char *path = option_name(L, 1, "model");
    engage_analyzer_options options = ENGAGE_ANALYZER_OPTIONS_INIT;
    options.flags = option_flag(L, 1, "explain") ? ENGAGE_ANALYZE_EXPLAIN : 0;
    struct box *box = box_new(L, ANALYZER);
    engage_error error = ENGAGE_ERROR_INIT;
    options.addons = box->addons;
    int rc = open_over(L, box, path, &options.model, &options.addon_count, &error);
    if (rc == ENGAGE_OK)
        rc = engage_analyzer_new(&box->analyzer, &options);
    if (rc == ENGAGE_OK)
        rc = engage_buffer_new(&box->buffer, NULL);
    engage_model_unref(options.model);
    int top = lua_gettop(L);
    if (rc == ENGAGE_OK && option_list(L, 1, "lexicons"))
        rc = add_lexicons(L, box, top + 1, &error);
    lua_settop(L, top);
    return rc == ENGAGE_OK ? 1 : fail(L, rc, &error);
}

/* analyzer:analyze(text) -> table */
static int analyzer_analyze(lua_State *L)
{
    struct box *box = box_check(L, ANALYZER);
    size_t size;
    const char *text = luaL_checklstring(L, 2, &size);
    const engage_analysis *analysis;
    engage_str none = {NULL, 0};
    int rc = engage_analyzer_run(box->analyzer, text, size, &analysis);
    if (rc == ENGAGE_OK)
        rc = engage_analysis_json(analysis, none, box->buffer);
    if (rc != ENGAGE_OK)
        return fail(L, rc, NULL);
    tables_push_line(L, engage_buffer_data(box->buffer), engage_buffer_size(box->buffer));
    lua_pushnil(L);
    lua_setfield(L, -2, "id");
    return 1;
}

/* --------------------------------------------- lesson, promise and gauge --- */

/* A share between 0 and 1 as an option, in millionths; 0 where there is none. */
static uint32_t option_share(lua_State *L, int index, const char *name)
{
    if (!has_options(L, index) || lua_getfield(L, index, name) == LUA_TNIL)
        return 0;
    lua_Number share = lua_tonumber(L, -1);
    uint32_t millionths = share > 0 && share < 1 ? (uint32_t)(share * 1000000 + 0.5) : 0;
    if (millionths == 0 || millionths == 1000000)
        luaL_error(L, "the option %s is no share between 0 and 1", name);
    return millionths;
}

/* engage.lesson{model = path, share = 0.05} */
static int lesson_new(lua_State *L)
{
    lua_settop(L, 1);
    engage_lesson_options options = ENGAGE_LESSON_OPTIONS_INIT;
    options.share = option_share(L, 1, "share");
    const char *path = option_name(L, 1, "model");
    struct box *box = box_new(L, LESSON);
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = path != NULL ? engage_model_open(&options.model, path, NULL, &error) : ENGAGE_OK;
    if (rc == ENGAGE_OK)
        rc = engage_lesson_new(&box->lesson, &options);
    if (rc == ENGAGE_OK)
        rc = engage_buffer_new(&box->buffer, NULL);
    engage_model_unref(options.model);
    return rc == ENGAGE_OK ? 1 : fail(L, rc, &error);
}

/* engage.promise{model = path, miss = 0.05, addons = {bytes, …}} */
static int promise_new(lua_State *L)
{
    lua_settop(L, 1);
    engage_promise_options options = ENGAGE_PROMISE_OPTIONS_INIT;
    options.miss = option_share(L, 1, "miss");
    const char *path = option_name(L, 1, "model");
    struct box *box = box_new(L, PROMISE);
    engage_error error = ENGAGE_ERROR_INIT;
    options.addons = box->addons;
    int rc = open_over(L, box, path, &options.model, &options.addon_count, &error);
    if (rc == ENGAGE_OK)
        rc = engage_promise_new(&box->promise, &options);
    if (rc == ENGAGE_OK)
        rc = engage_buffer_new(&box->buffer, NULL);
    engage_model_unref(options.model);
    return rc == ENGAGE_OK ? 1 : fail(L, rc, &error);
}

static int succeed(lua_State *L, int rc, const engage_error *error)
{
    if (rc != ENGAGE_OK)
        return fail(L, rc, error);
    lua_pushboolean(L, 1);
    return 1;
}

/* lesson:add(text, label, yes): without a label, an ordinary post -> true */
static int lesson_add(lua_State *L)
{
    struct box *box = box_check(L, LESSON);
    size_t size;
    const char *text = luaL_checklstring(L, 2, &size);
    const char *label = lua_isnoneornil(L, 3) ? NULL : check_name(L, 3);
    int rc = label != NULL
                 ? engage_lesson_add(box->lesson, label, lua_toboolean(L, 4), text, size)
                 : engage_lesson_add_ordinary(box->lesson, text, size);
    return succeed(L, rc, NULL);
}

/* lesson:add_addon(bytes) -> true */
static int lesson_add_addon(lua_State *L)
{
    struct box *box = box_check(L, LESSON);
    size_t size;
    const char *bytes = luaL_checklstring(L, 2, &size);
    engage_error error = ENGAGE_ERROR_INIT;
    const engage_addon *addon;
    int rc = engage_addon_open_memory(&addon, bytes, size, NULL, &error);
    if (rc == ENGAGE_OK)
        rc = engage_lesson_add_addon(box->lesson, addon);
    engage_addon_unref(addon);
    return succeed(L, rc, &error);
}

/* promise:add(text, label, yes) -> true */
static int promise_add(lua_State *L)
{
    struct box *box = box_check(L, PROMISE);
    size_t size;
    const char *text = luaL_checklstring(L, 2, &size);
    const char *label = check_name(L, 3);
    return succeed(L, engage_promise_add(box->promise, label, lua_toboolean(L, 4), text, size),
                   NULL);
}

static int push_bytes(lua_State *L, const struct box *box, int rc, const engage_error *error)
{
    if (rc != ENGAGE_OK)
        return fail(L, rc, error);
    lua_pushlstring(L, engage_buffer_data(box->buffer), engage_buffer_size(box->buffer));
    return 1;
}

/* lesson:learn(), promise:make() -> the bytes of an add-on */
static int lesson_learn(lua_State *L)
{
    struct box *box = box_check(L, LESSON);
    engage_error error = ENGAGE_ERROR_INIT;
    return push_bytes(L, box, engage_lesson_learn(box->lesson, box->buffer, &error), &error);
}

static int promise_make(lua_State *L)
{
    struct box *box = box_check(L, PROMISE);
    engage_error error = ENGAGE_ERROR_INIT;
    return push_bytes(L, box, engage_promise_make(box->promise, box->buffer, &error), &error);
}

/* engage.gauge{model = path, addons = {promise, …}}: behind the promise those it was made with */
static int gauge_new(lua_State *L)
{
    lua_settop(L, 1);
    engage_analyzer_options options = ENGAGE_ANALYZER_OPTIONS_INIT;
    const char *path = option_name(L, 1, "model");
    struct box *box = box_new(L, GAUGE);
    engage_error error = ENGAGE_ERROR_INIT;
    options.addons = box->addons;
    int rc = open_over(L, box, path, &options.model, &options.addon_count, &error);
    if (rc == ENGAGE_OK)
        rc = engage_analyzer_new(&box->analyzer, &options);
    if (rc == ENGAGE_OK)
        rc = engage_gauge_new(&box->gauge, box->addons[0], NULL);
    if (rc == ENGAGE_OK)
        rc = engage_buffer_new(&box->buffer, NULL);
    engage_model_unref(options.model);
    return rc == ENGAGE_OK ? 1 : fail(L, rc, &error);
}

/* gauge:add(text) -> true */
static int gauge_add(lua_State *L)
{
    struct box *box = box_check(L, GAUGE);
    size_t size;
    const char *text = luaL_checklstring(L, 2, &size);
    const engage_analysis *analysis;
    int rc = engage_analyzer_run(box->analyzer, text, size, &analysis);
    if (rc == ENGAGE_OK)
        rc = engage_gauge_add(box->gauge, analysis);
    return succeed(L, rc, NULL);
}

/* gauge:clear() -> true */
static int gauge_clear(lua_State *L)
{
    engage_gauge_clear(box_check(L, GAUGE)->gauge);
    return succeed(L, ENGAGE_OK, NULL);
}

/* gauge:read() -> table */
static int gauge_read(lua_State *L)
{
    struct box *box = box_check(L, GAUGE);
    int rc = engage_gauge_json(box->gauge, box->buffer);
    if (rc != ENGAGE_OK)
        return fail(L, rc, NULL);
    tables_push_line(L, engage_buffer_data(box->buffer), engage_buffer_size(box->buffer));
    return 1;
}

/* --------------------------------------------------------------- tracker --- */

/* engage.tracker(uri, {model = path, policy = text, catalogue = text, readonly = true}) */
static int tracker_new(lua_State *L)
{
    lua_settop(L, 2);
    const char *uri = lua_isnoneornil(L, 1) ? "memory:" : check_name(L, 1);
    size_t size = 0;
    const char *path = option_name(L, 2, "model");
    const char *policy = option_text(L, 2, "policy", &size);
    size_t catalogue_size = 0;
    const char *catalogue = option_text(L, 2, "catalogue", &catalogue_size);
    engage_tracker_options options = ENGAGE_TRACKER_OPTIONS_INIT;
    options.flags = option_flag(L, 2, "readonly") ? ENGAGE_TRACKER_READONLY : 0;
    struct box *box = box_new(L, TRACKER);
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = path != NULL ? engage_model_open(&options.model, path, NULL, &error) : ENGAGE_OK;
    if (rc == ENGAGE_OK && policy != NULL)
        rc = engage_policy_parse(&options.policy, policy, size, NULL, &error);
    if (rc == ENGAGE_OK && catalogue != NULL)
        rc = engage_catalogue_parse(&options.catalogue, catalogue, catalogue_size, NULL, &error);
    if (rc == ENGAGE_OK)
        rc = engage_tracker_open(&box->tracker, uri, &options, &error);
    if (rc == ENGAGE_OK)
        rc = engage_events_new(&box->events, NULL);
    if (rc == ENGAGE_OK)
        rc = engage_buffer_new(&box->buffer, NULL);
    engage_catalogue_unref(options.catalogue);
    engage_policy_unref(options.policy);
    engage_model_unref(options.model);
    return rc == ENGAGE_OK ? 1 : fail(L, rc, &error);
}

/* Adds the event at the top of the stack: a table, or a string of JSON. */
static int add_event(lua_State *L, engage_events *events, int format, engage_error *error)
{
    size_t size;
    if (lua_type(L, -1) == LUA_TSTRING) {
        const char *text = lua_tolstring(L, -1, &size);
        return engage_events_add_json(events, format, text, size, error);
    }
    char *text = tables_to_text(L, -1);
    int rc = ENGAGE_EEVENT;
    if (text != NULL) {
        rc = engage_events_add_json(events, format, text, strlen(text), error);
    } else {
        error->code = rc;
        snprintf(error->message, sizeof(error->message), "a value that JSON has no form for");
    }
    free(text);
    return rc;
}

/* Says before a message which event of the list it is about. */
static void name_item(engage_error *error, lua_Integer index)
{
    char message[sizeof(error->message)];
    snprintf(message, sizeof(message), "events[%lld]: %.180s", (long long)index, error->message);
    memcpy(error->message, message, sizeof(message));
}

static void push_counts(lua_State *L, const engage_counts *counts)
{
    const struct {
        const char *name;
        uint64_t value;
    } rows[] = {{"read", counts->read},         {"applied", counts->applied},
                {"duplicate", counts->duplicate}, {"conflict", counts->conflict},
                {"late", counts->late},         {"refused", counts->refused},
                {"opened", counts->opened},     {"closed", counts->closed},
                {"transitions", counts->transitions},
                {"unknown", counts->unknown}};
    lua_createtable(L, 0, (int)(sizeof(rows) / sizeof(rows[0])));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        lua_pushinteger(L, (lua_Integer)rows[i].value);
        lua_setfield(L, -2, rows[i].name);
    }
}

/* tracker:apply(list of events, {format = name, brand = name}) -> counts; all of them or none.
 * A format such as "mastodon" takes what that platform tells, filed under the brand. */
static int tracker_apply(lua_State *L)
{
    struct box *box = box_check(L, TRACKER);
    lua_settop(L, 3);
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_Integer count = (lua_Integer)lua_rawlen(L, 2);
    lua_pushnil(L);
    luaL_argcheck(L, count > 0 || !lua_next(L, 2), 2, "a list of events is needed");
    const char *name = option_name(L, 3, "format");
    int format = name != NULL ? engage_format_by_name(name) : ENGAGE_FORMAT_NATIVE;
    luaL_argcheck(L, format >= 0, 3, "there is no such format");
    engage_str brand = {NULL, 0};
    brand.data = option_text(L, 3, "brand", &brand.size);
    engage_events_clear(box->events);
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = engage_events_set_brand(box->events, brand);
    for (lua_Integer i = 1; rc == ENGAGE_OK && i <= count; i++) {
        lua_rawgeti(L, 2, i);
        rc = add_event(L, box->events, format, &error);
        lua_pop(L, 1);
        if (rc != ENGAGE_OK && rc == error.code)
            name_item(&error, i);
    }
    engage_counts counts = ENGAGE_COUNTS_INIT;
    if (rc == ENGAGE_OK)
        rc = engage_tracker_apply(box->tracker, box->events, &counts, &error);
    if (rc != ENGAGE_OK)
        return fail(L, rc, &error);
    push_counts(L, &counts);
    return 1;
}

static lua_Integer option_integer(lua_State *L, int index, const char *name, lua_Integer without)
{
    int whole = 1;
    if (!has_options(L, index) || lua_getfield(L, index, name) == LUA_TNIL)
        return without;
    lua_Integer value = lua_tointegerx(L, -1, &whole);
    if (!whole)
        luaL_error(L, "the option %s is no whole number", name);
    return value;
}

/* The query in the options table at an index: brand, now (milliseconds), top, by, explain,
 * staff. */
static engage_query query_of(lua_State *L, int index)
{
    engage_query query = ENGAGE_QUERY_INIT;
    query.flags = (option_flag(L, index, "explain") ? ENGAGE_QUERY_EXPLAIN : 0) |
                  (option_flag(L, index, "staff") ? ENGAGE_QUERY_STAFF : 0);
    query.brand.data = option_text(L, index, "brand", &query.brand.size);
    query.by.data = option_text(L, index, "by", &query.by.size);
    query.now = option_integer(L, index, "now", ENGAGE_NO_TIME);
    lua_Integer top = option_integer(L, index, "top", 0);
    luaL_argcheck(L, top >= 0, index, "top is below 0");
    query.top = (uint64_t)top;
    return query;
}

/* The rows of a report; ENGAGE_ROW tells that they are of damage, and is no failure. */
static int finish(lua_State *L, const struct box *box, int rc, const engage_error *error)
{
    return rc >= ENGAGE_OK ? tables_push_rows(L, box->buffer) : fail(L, rc, error);
}

typedef int all_call(engage_tracker *tracker, const engage_query *query, engage_buffer *buffer,
                     engage_error *error);
typedef int person_call(engage_tracker *tracker, engage_str account, const engage_query *query,
                        engage_buffer *buffer, engage_error *error);

/* A method over all that the options choose: tracker:NAME([options]). */
static int call_all(lua_State *L, all_call *call)
{
    struct box *box = box_check(L, TRACKER);
    engage_query query = query_of(L, 2);
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = call(box->tracker, &query, box->buffer, &error);
    return finish(L, box, rc, &error);
}

/* A method over one person: tracker:NAME(account, [options]). */
static int call_person(lua_State *L, person_call *call)
{
    struct box *box = box_check(L, TRACKER);
    engage_str account;
    account.data = luaL_checklstring(L, 2, &account.size);
    engage_query query = query_of(L, 3);
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = call(box->tracker, account, &query, box->buffer, &error);
    return finish(L, box, rc, &error);
}

static int tracker_funnel(lua_State *L)
{
    return call_all(L, engage_tracker_funnel);
}

static int tracker_queue(lua_State *L)
{
    return call_all(L, engage_tracker_queue);
}

static int tracker_replies(lua_State *L)
{
    return call_all(L, engage_tracker_replies);
}

static int tracker_people(lua_State *L)
{
    return call_all(L, engage_tracker_people);
}

/* how much was dropped */
static int tracker_compact(lua_State *L)
{
    return call_all(L, engage_tracker_compact);
}

/* what is damaged, and last how much was looked at */
static int tracker_check(lua_State *L)
{
    return call_all(L, engage_tracker_check);
}

static int tracker_customer(lua_State *L)
{
    return call_person(L, engage_tracker_customer);
}

/* what was forgotten */
static int tracker_forget(lua_State *L)
{
    return call_person(L, engage_tracker_forget);
}

/* everything that is held */
static int tracker_export(lua_State *L)
{
    return call_person(L, engage_tracker_export);
}

/* tracker:decide(name, subject, [value], [reason], {brand = name, by = name, now = milliseconds})
 * -> what was done */
static int tracker_decide(lua_State *L)
{
    struct box *box = box_check(L, TRACKER);
    engage_decision decision = ENGAGE_DECISION_INIT;
    engage_error error = ENGAGE_ERROR_INIT;
    decision.name.data = luaL_checklstring(L, 2, &decision.name.size);
    decision.subject.data = luaL_checklstring(L, 3, &decision.subject.size);
    decision.value.data = luaL_optlstring(L, 4, NULL, &decision.value.size);
    decision.reason.data = luaL_optlstring(L, 5, NULL, &decision.reason.size);
    engage_query query = query_of(L, 6);
    decision.brand = query.brand;
    decision.by = query.by;
    decision.time = query.now;
    int rc = engage_tracker_decide(box->tracker, &decision, box->buffer, &error);
    return finish(L, box, rc, &error);
}

/* tracker:retain([days], [options]) -> how many texts went */
static int tracker_retain(lua_State *L)
{
    struct box *box = box_check(L, TRACKER);
    int64_t days = luaL_optinteger(L, 2, -1);
    luaL_argcheck(L, days >= 0 || lua_isnoneornil(L, 2), 2, "days are below 0");
    engage_query query = query_of(L, 3);
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = engage_tracker_retain(box->tracker, days, &query, box->buffer, &error);
    return finish(L, box, rc, &error);
}

/* tracker:whatif([policy text], [options]) -> what that policy would have decided otherwise, or
 * the model of the option model, which judges all texts anew */
static int tracker_whatif(lua_State *L)
{
    struct box *box = box_check(L, TRACKER);
    size_t size;
    const char *text = luaL_optlstring(L, 2, NULL, &size);
    engage_query query = query_of(L, 3);
    const char *path = option_name(L, 3, "model");
    engage_error error = ENGAGE_ERROR_INIT;
    const engage_policy *policy = NULL;
    const engage_model *model = NULL;
    int rc = ENGAGE_OK;
    if (text != NULL)
        rc = engage_policy_parse(&policy, text, size, NULL, &error);
    if (rc == ENGAGE_OK && path != NULL)
        rc = engage_model_open(&model, path, NULL, &error);
    if (rc == ENGAGE_OK)
        rc = engage_tracker_whatif(box->tracker, policy, model, &query, box->buffer, &error);
    engage_model_unref(model);
    engage_policy_unref(policy);
    return finish(L, box, rc, &error);
}

/* tracker:states([account], [options]) -> list of lines for merge */
static int tracker_states(lua_State *L)
{
    struct box *box = box_check(L, TRACKER);
    engage_str account;
    account.data = luaL_optlstring(L, 2, NULL, &account.size);
    engage_query query = query_of(L, 3);
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = engage_tracker_states(box->tracker, account, &query, box->buffer, &error);
    return finish(L, box, rc, &error);
}

/* tracker:merge(state) -> true where it was new, false where it had been added before */
static int tracker_merge(lua_State *L)
{
    struct box *box = box_check(L, TRACKER);
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = ENGAGE_EJSON;
    if (lua_type(L, 2) == LUA_TTABLE) {
        char *text = tables_to_text(L, 2);
        if (text != NULL)
            rc = engage_tracker_merge(box->tracker, text, strlen(text), &error);
        free(text);
    } else {
        size_t size;
        const char *text = luaL_checklstring(L, 2, &size);
        rc = engage_tracker_merge(box->tracker, text, size, &error);
    }
    if (rc < 0)
        return fail(L, rc, &error);
    lua_pushboolean(L, rc == ENGAGE_ROW);
    return 1;
}

/* ---------------------------------------------------------------- module --- */

/* NAME(text): a method of an object that the first call makes, and the function keeps. */
static int call_kept(lua_State *L, lua_CFunction make, lua_CFunction method)
{
    lua_settop(L, 1);
    if (lua_isnil(L, lua_upvalueindex(1))) {
        lua_pushcfunction(L, make);
        lua_call(L, 0, LUA_MULTRET);
        if (lua_isnil(L, 2))
            return lua_gettop(L) - 1;
        lua_settop(L, 2);
        lua_replace(L, lua_upvalueindex(1));
    }
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    return method(L);
}

/* engage.tokenize(text), as tokenizer:tokens(text) */
static int module_tokenize(lua_State *L)
{
    return call_kept(L, tokenizer_new, tokenizer_tokens);
}

/* engage.analyze(text), as analyzer:analyze(text) by the built-in model */
static int module_analyze(lua_State *L)
{
    return call_kept(L, analyzer_new, analyzer_analyze);
}

static void add_kept(lua_State *L, const char *name, lua_CFunction function)
{
    lua_pushnil(L);
    lua_pushcclosure(L, function, 1);
    lua_setfield(L, -2, name);
}

static const luaL_Reg tokenizer_methods[] = {
    {"tokens", tokenizer_tokens}, {"close", box_close}, {NULL, NULL}};
static const luaL_Reg analyzer_methods[] = {
    {"analyze", analyzer_analyze}, {"close", box_close}, {NULL, NULL}};
static const luaL_Reg lesson_methods[] = {
    {"add", lesson_add}, {"add_addon", lesson_add_addon}, {"learn", lesson_learn},
    {"close", box_close}, {NULL, NULL}};
static const luaL_Reg promise_methods[] = {
    {"add", promise_add}, {"make", promise_make}, {"close", box_close}, {NULL, NULL}};
static const luaL_Reg gauge_methods[] = {{"add", gauge_add},
                                         {"clear", gauge_clear},
                                         {"read", gauge_read},
                                         {"close", box_close},
                                         {NULL, NULL}};
static const luaL_Reg tracker_methods[] = {
    {"people", tracker_people},     {"decide", tracker_decide},
    {"apply", tracker_apply},       {"funnel", tracker_funnel}, {"queue", tracker_queue},
    {"replies", tracker_replies},   {"customer", tracker_customer},
    {"forget", tracker_forget},     {"export", tracker_export}, {"retain", tracker_retain},
    {"compact", tracker_compact},   {"check", tracker_check},   {"whatif", tracker_whatif},
    {"states", tracker_states},     {"merge", tracker_merge},   {"close", box_close},
    {NULL, NULL}};
static const luaL_Reg functions[] = {{"tokenizer", tokenizer_new},
                                     {"analyzer", analyzer_new},
                                     {"lesson", lesson_new},
                                     {"promise", promise_new},
                                     {"gauge", gauge_new},
                                     {"tracker", tracker_new},
                                     {NULL, NULL}};

static void add_type(lua_State *L, const char *type, const luaL_Reg *methods)
{
    luaL_newmetatable(L, type);
    lua_newtable(L);
    luaL_setfuncs(L, methods, 0);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, box_close);
    lua_setfield(L, -2, "__gc");
    lua_pushcfunction(L, box_close);
    lua_setfield(L, -2, "__close");
    lua_pop(L, 1);
}

__attribute__((visibility("default"))) int luaopen_engage(lua_State *L);

int luaopen_engage(lua_State *L)
{
    add_type(L, TOKENIZER, tokenizer_methods);
    add_type(L, ANALYZER, analyzer_methods);
    add_type(L, LESSON, lesson_methods);
    add_type(L, PROMISE, promise_methods);
    add_type(L, GAUGE, gauge_methods);
    add_type(L, TRACKER, tracker_methods);
    luaL_newlib(L, functions);
    add_kept(L, "tokenize", module_tokenize);
    add_kept(L, "analyze", module_analyze);
    lua_pushstring(L, engage_version());
    lua_setfield(L, -2, "version");
    lua_pushlightuserdata(L, NULL);
    lua_setfield(L, -2, "null");
    return 1;
}
