/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Lesson and promise, which make add-ons of labelled posts, and gauge.
 */
#include "bridge.h"
#include "options.h"
#include "tables.h"

/* engage.lesson{model = path, share = 0.05} */
static int lesson_new(lua_State *L)
{
    static const char *const names[] = {"model", "share", NULL};
    lua_settop(L, 1);
    option_only(L, 1, names);
    engage_lesson_options options = ENGAGE_LESSON_OPTIONS_INIT;
    options.share = option_share(L, 1, "share");
    const char *path = option_name(L, 1, "model");
    struct box *box = bridge_new(L, BRIDGE_LESSON);
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = path != NULL ? engage_model_open(&options.model, path, NULL, &error) : ENGAGE_OK;
    if (rc == ENGAGE_OK)
        rc = engage_lesson_new(&box->lesson, &options);
    if (rc == ENGAGE_OK)
        rc = engage_buffer_new(&box->buffer, NULL);
    engage_model_unref(options.model);
    return rc == ENGAGE_OK ? 1 : bridge_fail(L, rc, &error);
}

/* engage.promise{model = path, miss = 0.05, addons = {bytes, …}} */
static int promise_new(lua_State *L)
{
    static const char *const names[] = {"model", "miss", "addons", NULL};
    lua_settop(L, 1);
    option_only(L, 1, names);
    engage_promise_options options = ENGAGE_PROMISE_OPTIONS_INIT;
    options.miss = option_share(L, 1, "miss");
    const char *path = option_name(L, 1, "model");
    struct box *box = bridge_new(L, BRIDGE_PROMISE);
    engage_error error = ENGAGE_ERROR_INIT;
    options.addons = box->addons;
    int rc = bridge_open(L, box, path, &options.model, &options.addon_count, &error);
    if (rc == ENGAGE_OK)
        rc = engage_promise_new(&box->promise, &options);
    if (rc == ENGAGE_OK)
        rc = engage_buffer_new(&box->buffer, NULL);
    engage_model_unref(options.model);
    return rc == ENGAGE_OK ? 1 : bridge_fail(L, rc, &error);
}

static int succeed(lua_State *L, int rc, const engage_error *error)
{
    if (rc != ENGAGE_OK)
        return bridge_fail(L, rc, error);
    lua_pushboolean(L, 1);
    return 1;
}

/* Whether a post bears the label in front: it does where nothing is said of that. */
static int bears(lua_State *L)
{
    return lua_isnone(L, 4) || lua_toboolean(L, 4);
}

/* lesson:add(text, label, yes): without a label, an ordinary post -> true */
static int lesson_add(lua_State *L)
{
    struct box *box = bridge_enter(L, BRIDGE_LESSON);
    size_t size;
    const char *text = luaL_checklstring(L, 2, &size);
    const char *label = lua_isnoneornil(L, 3) ? NULL : option_argument(L, 3);
    int rc = label != NULL
                 ? engage_lesson_add(box->lesson, label, bears(L), text, size)
                 : engage_lesson_add_ordinary(box->lesson, text, size);
    return succeed(L, rc, NULL);
}

/* lesson:add_addon(bytes) -> true */
static int lesson_add_addon(lua_State *L)
{
    struct box *box = bridge_enter(L, BRIDGE_LESSON);
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
    struct box *box = bridge_enter(L, BRIDGE_PROMISE);
    size_t size;
    const char *text = luaL_checklstring(L, 2, &size);
    const char *label = option_argument(L, 3);
    return succeed(L, engage_promise_add(box->promise, label, bears(L), text, size), NULL);
}

static int push_bytes(lua_State *L, const struct box *box, int rc, const engage_error *error)
{
    if (rc != ENGAGE_OK)
        return bridge_fail(L, rc, error);
    lua_pushlstring(L, engage_buffer_data(box->buffer), engage_buffer_size(box->buffer));
    return 1;
}

/* lesson:learn(), promise:make() -> the bytes of an add-on */
static int lesson_learn(lua_State *L)
{
    struct box *box = bridge_enter(L, BRIDGE_LESSON);
    engage_error error = ENGAGE_ERROR_INIT;
    return push_bytes(L, box, engage_lesson_learn(box->lesson, box->buffer, &error), &error);
}

static int promise_make(lua_State *L)
{
    struct box *box = bridge_enter(L, BRIDGE_PROMISE);
    engage_error error = ENGAGE_ERROR_INIT;
    return push_bytes(L, box, engage_promise_make(box->promise, box->buffer, &error), &error);
}

/* engage.gauge{model = path, addons = {promise, …}}: behind the promise those it was made with */
static int gauge_new(lua_State *L)
{
    static const char *const names[] = {"model", "addons", NULL};
    lua_settop(L, 1);
    option_only(L, 1, names);
    engage_analyzer_options options = ENGAGE_ANALYZER_OPTIONS_INIT;
    const char *path = option_name(L, 1, "model");
    if (!option_list(L, 1, "addons") || lua_rawlen(L, -1) == 0)
        return luaL_error(L, "a gauge needs a promise, the first of the option addons");
    struct box *box = bridge_new(L, BRIDGE_GAUGE);
    engage_error error = ENGAGE_ERROR_INIT;
    options.addons = box->addons;
    int rc = bridge_open(L, box, path, &options.model, &options.addon_count, &error);
    if (rc == ENGAGE_OK)
        rc = engage_analyzer_new(&box->analyzer, &options);
    if (rc == ENGAGE_OK)
        rc = engage_gauge_new(&box->gauge, box->addons[0], NULL);
    if (rc == ENGAGE_OK)
        rc = engage_buffer_new(&box->buffer, NULL);
    engage_model_unref(options.model);
    return rc == ENGAGE_OK ? 1 : bridge_fail(L, rc, &error);
}

/* gauge:add(text) -> true */
static int gauge_add(lua_State *L)
{
    struct box *box = bridge_enter(L, BRIDGE_GAUGE);
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
    engage_gauge_clear(bridge_enter(L, BRIDGE_GAUGE)->gauge);
    return succeed(L, ENGAGE_OK, NULL);
}

/* gauge:read() -> table */
static int gauge_read(lua_State *L)
{
    struct box *box = bridge_enter(L, BRIDGE_GAUGE);
    int rc = engage_gauge_json(box->gauge, box->buffer);
    if (rc != ENGAGE_OK)
        return bridge_fail(L, rc, NULL);
    tables_push_line(L, engage_buffer_data(box->buffer), engage_buffer_size(box->buffer));
    return 1;
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
        {"lesson", lesson_new}, {"promise", promise_new}, {"gauge", gauge_new}, {NULL, NULL}};
    bridge_add_type(L, BRIDGE_LESSON, lesson_methods);
    bridge_add_type(L, BRIDGE_PROMISE, promise_methods);
    bridge_add_type(L, BRIDGE_GAUGE, gauge_methods);
    luaL_setfuncs(L, functions, 0);
}
