/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Tokenizer and analyzer.
 */
#include "bridge.h"
#include "options.h"
#include "tables.h"

static int tokenizer_new(lua_State *L)
{
    static const char *const none[] = {NULL};
    option_only(L, 1, none);
    struct box *box = bridge_new(L, BRIDGE_TOKENIZER);
    int rc = engage_tokenizer_new(&box->tokenizer, NULL);
    if (rc == ENGAGE_OK)
        rc = engage_buffer_new(&box->buffer, NULL);
    return rc == ENGAGE_OK ? 1 : bridge_fail(L, rc, NULL);
}

/* tokenizer:tokens(text) -> list of {kind, start, end, text, norm}; offsets in bytes */
static int tokenizer_tokens(lua_State *L)
{
    struct box *box = bridge_enter(L, BRIDGE_TOKENIZER);
    size_t size;
    const char *text = luaL_checklstring(L, 2, &size);
    engage_str none = {NULL, 0};
    int rc = engage_tokenizer_json(box->tokenizer, none, text, size, ENGAGE_OFFSET_BYTES,
                                   box->buffer);
    if (rc != ENGAGE_OK)
        return bridge_fail(L, rc, NULL);
    tables_push_line(L, engage_buffer_data(box->buffer), engage_buffer_size(box->buffer));
    lua_getfield(L, -1, "tokens");
    return 1;
}

/* -------------------------------------------------------------- analyzer --- */

/* Gives the analyzer the lexicons of a list, {name = …, text = …} each. */
static int add_lexicons(lua_State *L, struct box *box, int list, engage_error *error)
{
    size_t count = lua_rawlen(L, list);
    if (count > ENGAGE_LEXICONS_MOST)
        return ENGAGE_ELIMIT;
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, list, (lua_Integer)i + 1);
        luaL_argcheck(L, lua_istable(L, -1), 1, "a lexicon is a table of a name and a text");
        lua_getfield(L, -1, "name");
        lua_getfield(L, -2, "text");
        size_t size;
        const char *name = lua_tostring(L, -2);
        const char *text = lua_tolstring(L, -1, &size);
        luaL_argcheck(L, name != NULL && text != NULL, 1, "a lexicon has a name and a text");
        int rc = engage_lexicon_parse(&box->lexicons[i], name, text, size, NULL, error);
        if (rc != ENGAGE_OK)
            return rc;
        lua_pop(L, 3);
    }
    return engage_analyzer_set_lexicons(box->analyzer, box->lexicons, count);
}

/* engage.analyzer{model = path, explain = true, cascade = true,
 * lexicons = {{name = …, text = …}, …}, addons = {bytes, …}, catalogue = text} */
static int analyzer_new(lua_State *L)
{
    static const char *const names[] = {"model",  "explain",   "cascade", "lexicons",
                                        "addons", "catalogue", NULL};
    lua_settop(L, 1);
    option_only(L, 1, names);
    const char *path = option_name(L, 1, "model");
    size_t catalogue_size = 0;
    const char *catalogue = option_text(L, 1, "catalogue", &catalogue_size);
    engage_analyzer_options options = ENGAGE_ANALYZER_OPTIONS_INIT;
    options.flags = (option_flag(L, 1, "explain") ? ENGAGE_ANALYZE_EXPLAIN : 0) |
                    (option_flag(L, 1, "cascade") ? ENGAGE_ANALYZE_CASCADE : 0);
    struct box *box = bridge_new(L, BRIDGE_ANALYZER);
    engage_error error = ENGAGE_ERROR_INIT;
    options.addons = box->addons;
    int rc = bridge_open(L, box, path, &options.model, &options.addon_count, &error);
    if (rc == ENGAGE_OK && catalogue != NULL)
        rc = engage_catalogue_parse(&options.catalogue, catalogue, catalogue_size, NULL, &error);
    if (rc == ENGAGE_OK)
        rc = engage_analyzer_new(&box->analyzer, &options);
    if (rc == ENGAGE_OK)
        rc = engage_buffer_new(&box->buffer, NULL);
    engage_catalogue_unref(options.catalogue);
    engage_model_unref(options.model);
    int top = lua_gettop(L);
    if (rc == ENGAGE_OK && option_list(L, 1, "lexicons"))
        rc = add_lexicons(L, box, top + 1, &error);
    lua_settop(L, top);
    return rc == ENGAGE_OK ? 1 : bridge_fail(L, rc, &error);
}

/* analyzer:analyze(text) -> table */
static int analyzer_analyze(lua_State *L)
{
    struct box *box = bridge_enter(L, BRIDGE_ANALYZER);
    size_t size;
    const char *text = luaL_checklstring(L, 2, &size);
    const engage_analysis *analysis;
    engage_str none = {NULL, 0};
    int rc = engage_analyzer_run(box->analyzer, text, size, &analysis);
    if (rc == ENGAGE_OK)
        rc = engage_analysis_json(analysis, none, box->buffer);
    if (rc != ENGAGE_OK)
        return bridge_fail(L, rc, NULL);
    tables_push_line(L, engage_buffer_data(box->buffer), engage_buffer_size(box->buffer));
    lua_pushnil(L);
    lua_setfield(L, -2, "id");
    return 1;
}

static void set_share(lua_State *L, const char *name, int32_t millionths)
{
    lua_pushnumber(L, millionths / 1e6);
    lua_setfield(L, -2, name);
}

/* analyzer:signals(text) -> {irony, anger, confidence}, which the JSON does not tell */
static int analyzer_signals(lua_State *L)
{
    struct box *box = bridge_enter(L, BRIDGE_ANALYZER);
    size_t size;
    const char *text = luaL_checklstring(L, 2, &size);
    const engage_analysis *analysis;
    int rc = engage_analyzer_run(box->analyzer, text, size, &analysis);
    if (rc != ENGAGE_OK)
        return bridge_fail(L, rc, NULL);
    lua_createtable(L, 0, 3);
    set_share(L, "irony", engage_analysis_signal(analysis, ENGAGE_SIGNAL_IRONY));
    set_share(L, "anger", engage_analysis_signal(analysis, ENGAGE_SIGNAL_ANGER));
    set_share(L, "confidence", engage_analysis_confidence(analysis));
    return 1;
}

/* ----------------------------------------------------------- functions --- */

/* NAME(text): a method of an object that the first call makes, and the function keeps. */
static int call_kept(lua_State *L, lua_CFunction make, lua_CFunction method)
{
    luaL_checkstring(L, 1);
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
    {"tokens", tokenizer_tokens}, {NULL, NULL},
};
static const luaL_Reg analyzer_methods[] = {
    {"analyze", analyzer_analyze}, {"signals", analyzer_signals}, {NULL, NULL},
};

void bridge_add_score(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"tokenizer", tokenizer_new}, {"analyzer", analyzer_new}, {NULL, NULL}};
    bridge_add_type(L, BRIDGE_TOKENIZER, tokenizer_methods);
    bridge_add_type(L, BRIDGE_ANALYZER, analyzer_methods);
    luaL_setfuncs(L, functions, 0);
    add_kept(L, "tokenize", module_tokenize);
    add_kept(L, "analyze", module_analyze);
}
