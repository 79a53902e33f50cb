/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Lesson and promise, which make add-ons of labelled posts, gauge, and what an add-on holds.
 */
#include "bridge.h"
#include "options.h"
#include "tables.h"

/* Options of all three; the share is a promise's of misses. */
struct learner_given {
    struct parts_given parts;
    uint32_t share;
};

static int open_lesson(struct box *box, const void *given, engage_error *error)
{
    const struct learner_given *wanted = given;
    engage_lesson_options options = ENGAGE_LESSON_OPTIONS_INIT;
    struct parts parts;
    int rc = bridge_open_parts(&parts, &wanted->parts, error);
    options.share = wanted->share;
    options.model = parts.model;
    if (rc == ENGAGE_OK)
        rc = engage_lesson_new(&box->lesson, &options);
    bridge_close_parts(&parts);
    return rc;
}

/* engage.lesson{model = path, share = 0.05} */
static int lesson_new(lua_State *L)
{
    static const char *const names[] = {"model", "share", NULL};
    struct learner_given given = {.share = 0};
    option_place(L, 1, 1);
    option_only(L, 1, names);
    given.share = option_share(L, 1, "share");
    given.parts.model = option_name(L, 1, "model");
    return bridge_make(L, BRIDGE_LESSON, open_lesson, &given, BRIDGE_HEAVY);
}

static int open_promise(struct box *box, const void *given, engage_error *error)
{
    const struct learner_given *wanted = given;
    engage_promise_options options = ENGAGE_PROMISE_OPTIONS_INIT;
    struct parts parts;
    int rc = bridge_open_parts(&parts, &wanted->parts, error);
    options.miss = wanted->share;
    options.model = parts.model;
    options.addons = parts.addons;
    options.addon_count = parts.addon_count;
    if (rc == ENGAGE_OK)
        rc = engage_promise_new(&box->promise, &options);
    bridge_close_parts(&parts);
    return rc;
}

/* engage.promise{model = path, miss = 0.05, addons = {bytes, …}} */
static int promise_new(lua_State *L)
{
    static const char *const names[] = {"model", "miss", "addons", NULL};
    struct learner_given given = {.share = 0};
    option_place(L, 1, 1);
    option_only(L, 1, names);
    given.share = option_share(L, 1, "miss");
    bridge_read_parts(L, &given.parts);
    return bridge_make(L, BRIDGE_PROMISE, open_promise, &given, BRIDGE_HEAVY);
}

static int succeed(lua_State *L, int rc, const engage_error *error)
{
    if (rc != ENGAGE_OK)
        return bridge_fail(L, rc, error);
    lua_pushboolean(L, 1);
    return 1;
}

/* Whether a post bears the label in front, the last argument: it does where nothing is said of
 * that. */
static int bears(lua_State *L)
{
    if (!lua_isnoneornil(L, 4))
        luaL_checktype(L, 4, LUA_TBOOLEAN);
    option_last(L, 4);
    return lua_isnone(L, 4) || lua_toboolean(L, 4);
}

/* lesson:add(text, label, yes): without a label, an ordinary post -> true */
static int lesson_add(lua_State *L)
{
    struct box *box = bridge_box(L, BRIDGE_LESSON);
    size_t size;
    const char *text = luaL_checklstring(L, 2, &size);
    const char *label = lua_isnoneornil(L, 3) ? NULL : option_argument(L, 3);
    int yes = bears(L);
    luaL_argcheck(L, label != NULL || lua_isnoneornil(L, 4), 4,
                  "nothing can be said without a label");
    bridge_check(L, box);
    int rc = label != NULL ? engage_lesson_add(box->lesson, label, yes, text, size)
                           : engage_lesson_add_ordinary(box->lesson, text, size);
    return succeed(L, rc, NULL);
}

/* lesson:add_addon(bytes) -> true */
static int lesson_add_addon(lua_State *L)
{
    struct box *box = bridge_box(L, BRIDGE_LESSON);
    size_t size;
    const char *bytes = luaL_checklstring(L, 2, &size);
    option_last(L, 2);
    bridge_check(L, box);
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
    struct box *box = bridge_box(L, BRIDGE_PROMISE);
    size_t size;
    const char *text = luaL_checklstring(L, 2, &size);
    const char *label = option_argument(L, 3);
    int yes = bears(L);
    bridge_check(L, box);
    return succeed(L, engage_promise_add(box->promise, label, yes, text, size), NULL);
}

/* The bytes in a call's buffer. */
static int finish_bytes(lua_State *L, struct call *call, int rc)
{
    if (rc != ENGAGE_OK)
        return bridge_end(call, bridge_fail(L, rc, &call->error));
    lua_pushlstring(L, engage_buffer_data(call->buffer), engage_buffer_size(call->buffer));
    return bridge_end(call, 1);
}

/* lesson:learn(), promise:make() -> the bytes of an add-on */
static int lesson_learn(lua_State *L)
{
    struct box *box = bridge_box(L, BRIDGE_LESSON);
    option_last(L, 1);
    struct call *call = bridge_begin(L, box);
    return finish_bytes(L, call, engage_lesson_learn(box->lesson, call->buffer, &call->error));
}

static int promise_make(lua_State *L)
{
    struct box *box = bridge_box(L, BRIDGE_PROMISE);
    option_last(L, 1);
    struct call *call = bridge_begin(L, box);
    return finish_bytes(L, call, engage_promise_make(box->promise, call->buffer, &call->error));
}

static int open_gauge(struct box *box, const void *given, engage_error *error)
{
    const struct learner_given *wanted = given;
    engage_analyzer_options options = ENGAGE_ANALYZER_OPTIONS_INIT;
    struct parts parts;
    int rc = bridge_open_parts(&parts, &wanted->parts, error);
    options.model = parts.model;
    options.addons = parts.addons;
    options.addon_count = parts.addon_count;
    if (rc == ENGAGE_OK)
        rc = engage_analyzer_new(&box->analyzer, &options);
    if (rc == ENGAGE_OK)
        rc = engage_gauge_new(&box->gauge, parts.addons[0], NULL);
    bridge_close_parts(&parts);
    return rc;
}

/* engage.gauge{model = path, addons = {promise, …}}: behind the promise those it was made with */
static int gauge_new(lua_State *L)
{
    static const char *const names[] = {"model", "addons", NULL};
    struct learner_given given = {.share = 0};
    option_place(L, 1, 1);
    option_only(L, 1, names);
    bridge_read_parts(L, &given.parts);
    if (given.parts.addon_count == 0)
        return luaL_error(L, "a gauge needs a promise, the first of the option addons");
    return bridge_make(L, BRIDGE_GAUGE, open_gauge, &given, BRIDGE_HEAVY);
}

/* gauge:add(text) -> true */
static int gauge_add(lua_State *L)
{
    struct box *box = bridge_box(L, BRIDGE_GAUGE);
    size_t size;
    const char *text = luaL_checklstring(L, 2, &size);
    option_last(L, 2);
    bridge_check(L, box);
    const engage_analysis *analysis;
    int rc = engage_analyzer_run(box->analyzer, text, size, &analysis);
    if (rc == ENGAGE_OK)
        rc = engage_gauge_add(box->gauge, analysis);
    return succeed(L, rc, NULL);
}

/* gauge:clear() -> true */
static int gauge_clear(lua_State *L)
{
    struct box *box = bridge_box(L, BRIDGE_GAUGE);
    option_last(L, 1);
    bridge_check(L, box);
    engage_gauge_clear(box->gauge);
    return succeed(L, ENGAGE_OK, NULL);
}

/* gauge:read() -> table */
static int gauge_read(lua_State *L)
{
    struct box *box = bridge_box(L, BRIDGE_GAUGE);
    option_last(L, 1);
    struct call *call = bridge_begin(L, box);
    return tables_finish_line(L, call, engage_gauge_json(box->gauge, call->buffer));
}

/* engage.addon_info(bytes) -> table */
static int module_addon_info(lua_State *L)
{
    size_t size;
    const char *bytes = luaL_checklstring(L, 1, &size);
    option_last(L, 1);
    struct call *call = bridge_begin(L, NULL);
    const engage_addon *addon;
    int rc = engage_addon_open_memory(&addon, bytes, size, NULL, &call->error);
    if (rc == ENGAGE_OK)
        rc = engage_addon_json(addon, call->buffer);
    engage_addon_unref(addon);
    return tables_finish_line(L, call, rc);
}

static const luaL_Reg lesson_methods[] = {
    {"add", lesson_add}, {"add_addon", lesson_add_addon}, {"learn", lesson_learn}, {NULL, NULL},
};
static const luaL_Reg promise_methods[] = {
    {"add", promise_add}, {"make", promise_make}, {NULL, NULL},
};
static const luaL_Reg gauge_methods[] = {
    {"add", gauge_add}, {"clear", gauge_clear}, {"read", gauge_read}, {NULL, NULL},
};

void bridge_add_learn(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"lesson", lesson_new}, {"promise", promise_new}, {"gauge", gauge_new},
        {"addon_info", module_addon_info}, {NULL, NULL}};
    bridge_add_type(L, BRIDGE_LESSON, lesson_methods);
    bridge_add_type(L, BRIDGE_PROMISE, promise_methods);
    bridge_add_type(L, BRIDGE_GAUGE, gauge_methods);
    luaL_setfuncs(L, functions, 0);
}
