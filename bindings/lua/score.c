/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Tokenizer and analyzer.
 */
#include "bridge.h"
#include "options.h"
#include "tables.h"

static int open_tokenizer(struct box *box, const void *given, engage_error *error)
{
    (void)given;
    (void)error;
    return engage_tokenizer_new(&box->tokenizer, NULL);
}

static int tokenizer_new(lua_State *L)
{
    static const char *const none[] = {NULL};
    option_place(L, 1, 1);
    option_only(L, 1, none);
    return bridge_make(L, BRIDGE_TOKENIZER, open_tokenizer, NULL, BRIDGE_LIGHT);
}

/* tokenizer:tokens(text) -> list of {kind, start, end, text, norm}; offsets in bytes */
static int tokenizer_tokens(lua_State *L)
{
    struct box *box = bridge_box(L, BRIDGE_TOKENIZER);
    size_t size;
    const char *text = luaL_checklstring(L, 2, &size);
    option_last(L, 2);
    struct call *call = bridge_begin(L, box);
    engage_str none = {NULL, 0};
    int rc = engage_tokenizer_json(box->tokenizer, none, text, size, ENGAGE_OFFSET_BYTES,
                                   call->buffer);
    int results = tables_finish_line(L, call, rc);
    if (rc == ENGAGE_OK)
        lua_getfield(L, -1, "tokens");
    return results;
}

/* -------------------------------------------------------------- analyzer --- */

struct lexicon_given {
    const char *name;
    engage_str text;
};

struct analyzer_given {
    uint32_t flags;
    struct parts_given parts;
    engage_str catalogue;
    struct lexicon_given lexicons[ENGAGE_LEXICONS_MOST];
    size_t lexicon_count; /* more than those where more were given */
};

/* Reads the lexicon on top, the `at`-th of the option, and leaves what it holds in its place. */
static void read_lexicon(lua_State *L, size_t at, struct lexicon_given *lexicon)
{
    static const char *const names[] = {"name", "text", NULL};
    int index = lua_gettop(L);
    if (!lua_istable(L, index))
        luaL_error(L, "lexicons[%d]: a lexicon is a table of a name and a text", (int)at);
    option_only_in(L, index, "lexicons", at, names);
    lexicon->name = option_name(L, index, "name");
    lexicon->text.data = option_text(L, index, "text", &lexicon->text.size);
    if (lexicon->name == NULL || lexicon->text.data == NULL)
        luaL_error(L, "lexicons[%d]: a lexicon has a name and a text", (int)at);
    lua_remove(L, index);
}

static void read_lexicons(lua_State *L, struct analyzer_given *given)
{
    given->lexicon_count = option_list(L, 1, "lexicons");
    int list = lua_gettop(L);
    luaL_checkstack(L, 2 * ENGAGE_LEXICONS_MOST + 8, "lexicons");
    for (size_t i = 0; i < given->lexicon_count && i < ENGAGE_LEXICONS_MOST; i++) {
        lua_rawgeti(L, list, (lua_Integer)i + 1);
        read_lexicon(L, i + 1, &given->lexicons[i]);
    }
}

/* Gives the analyzer the lexicons, of which it keeps references. */
static int add_lexicons(engage_analyzer *analyzer, const struct analyzer_given *given,
                        engage_error *error)
{
    const engage_lexicon *lexicons[ENGAGE_LEXICONS_MOST];
    size_t count = 0;
    int rc = bridge_limit(given->lexicon_count, ENGAGE_LEXICONS_MOST, "lexicons", ENGAGE_ELIMIT,
                          error);
    while (rc == ENGAGE_OK && count < given->lexicon_count) {
        const struct lexicon_given *one = &given->lexicons[count];
        rc = engage_lexicon_parse(&lexicons[count], one->name, one->text.data, one->text.size,
                                  NULL, error);
        count += rc == ENGAGE_OK;
    }
    if (rc == ENGAGE_OK)
        rc = engage_analyzer_set_lexicons(analyzer, lexicons, count);
    while (count > 0)
        engage_lexicon_unref(lexicons[--count]);
    return rc;
}

static int open_analyzer(struct box *box, const void *given, engage_error *error)
{
    const struct analyzer_given *wanted = given;
    engage_analyzer_options options = ENGAGE_ANALYZER_OPTIONS_INIT;
    struct parts parts;
    int rc = bridge_open_parts(&parts, &wanted->parts, error);
    if (rc == ENGAGE_OK && wanted->catalogue.data != NULL)
        rc = engage_catalogue_parse(&options.catalogue, wanted->catalogue.data,
                                    wanted->catalogue.size, NULL, error);
    options.flags = wanted->flags;
    options.model = parts.model;
    options.addons = parts.addons;
    options.addon_count = parts.addon_count;
    if (rc == ENGAGE_OK)
        rc = engage_analyzer_new(&box->analyzer, &options);
    if (rc == ENGAGE_OK)
        rc = add_lexicons(box->analyzer, wanted, error);
    engage_catalogue_unref(options.catalogue);
    bridge_close_parts(&parts);
    return rc;
}

/* engage.analyzer{model = path, explain = true, cascade = true,
 * lexicons = {{name = …, text = …}, …}, addons = {bytes, …}, catalogue = text} */
static int analyzer_new(lua_State *L)
{
    static const char *const names[] = {"model",  "explain",   "cascade", "lexicons",
                                        "addons", "catalogue", NULL};
    struct analyzer_given given = {0};
    option_place(L, 1, 1);
    option_only(L, 1, names);
    given.flags = (option_flag(L, 1, "explain") ? ENGAGE_ANALYZE_EXPLAIN : 0) |
                  (option_flag(L, 1, "cascade") ? ENGAGE_ANALYZE_CASCADE : 0);
    bridge_read_parts(L, &given.parts);
    read_lexicons(L, &given);
    given.catalogue.data = option_text(L, 1, "catalogue", &given.catalogue.size);
    return bridge_make(L, BRIDGE_ANALYZER, open_analyzer, &given, BRIDGE_HEAVY);
}

/* analyzer:analyze(text) -> table */
static int analyzer_analyze(lua_State *L)
{
    struct box *box = bridge_box(L, BRIDGE_ANALYZER);
    size_t size;
    const char *text = luaL_checklstring(L, 2, &size);
    option_last(L, 2);
    struct call *call = bridge_begin(L, box);
    const engage_analysis *analysis;
    engage_str none = {NULL, 0};
    int rc = engage_analyzer_run(box->analyzer, text, size, &analysis);
    if (rc == ENGAGE_OK)
        rc = engage_analysis_json(analysis, none, call->buffer);
    int results = tables_finish_line(L, call, rc);
    if (rc == ENGAGE_OK) {
        lua_pushnil(L);
        lua_setfield(L, -2, "id");
    }
    return results;
}

static void set_share(lua_State *L, const char *name, int32_t millionths)
{
    lua_pushnumber(L, millionths / 1e6);
    lua_setfield(L, -2, name);
}

/* analyzer:signals(text) -> {irony, anger, confidence}, which the JSON does not tell */
static int analyzer_signals(lua_State *L)
{
    struct box *box = bridge_box(L, BRIDGE_ANALYZER);
    size_t size;
    const char *text = luaL_checklstring(L, 2, &size);
    option_last(L, 2);
    bridge_check(L, box);
    const engage_analysis *analysis;
    int rc = engage_analyzer_run(box->analyzer, text, size, &analysis);
    if (rc != ENGAGE_OK)
        return bridge_fail(L, rc, NULL);
    int32_t irony = engage_analysis_signal(analysis, ENGAGE_SIGNAL_IRONY);
    int32_t anger = engage_analysis_signal(analysis, ENGAGE_SIGNAL_ANGER);
    int32_t confidence = engage_analysis_confidence(analysis);
    lua_createtable(L, 0, 3);
    set_share(L, "irony", irony);
    set_share(L, "anger", anger);
    set_share(L, "confidence", confidence);
    return 1;
}

/* ----------------------------------------------------------- functions --- */

/* NAME(text): a method of the box that the function keeps, and the first call opens. */
static int call_kept(lua_State *L, bridge_opener *open, int weight, lua_CFunction method)
{
    static const struct analyzer_given none;
    luaL_checkstring(L, 1);
    option_last(L, 1);
    lua_settop(L, 1);
    struct box *box = lua_touserdata(L, lua_upvalueindex(1));
    if (box->state != BOX_CLOSED) {
        lua_pushvalue(L, lua_upvalueindex(1));
        lua_insert(L, 1);
    } else { /* by the end of the Lua state: what is made now is collected no more */
        box = bridge_new(L, box->type);
        lua_insert(L, 1);
        lua_toclose(L, 1);
    }
    int failed = box->state == BOX_NEW ? bridge_open(L, box, open, &none, weight) : 0;
    return failed != 0 ? failed : method(L);
}

/* engage.tokenize(text), as tokenizer:tokens(text) */
static int module_tokenize(lua_State *L)
{
    return call_kept(L, open_tokenizer, BRIDGE_LIGHT, tokenizer_tokens);
}

/* engage.analyze(text), as analyzer:analyze(text) by the built-in model */
static int module_analyze(lua_State *L)
{
    return call_kept(L, open_analyzer, BRIDGE_HEAVY, analyzer_analyze);
}

static void add_kept(lua_State *L, const char *name, const char *type, lua_CFunction function)
{
    bridge_new(L, type);
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
    add_kept(L, "tokenize", BRIDGE_TOKENIZER, module_tokenize);
    add_kept(L, "analyze", BRIDGE_ANALYZER, module_analyze);
}
