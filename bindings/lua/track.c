/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Tracker.
 */
#include "bridge.h"
#include "options.h"
#include "tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* engage.tracker([uri], {model = path, policy = text, catalogue = text, secret = key,
 * now = milliseconds, readonly = true, existing = true}) */
static int tracker_new(lua_State *L)
{
    static const char *const names[] = {"model", "policy", "catalogue", "secret", "now",
                                        "readonly", "existing", NULL};
    option_place(L, 1, 2);
    lua_settop(L, 2);
    option_only(L, 2, names);
    const char *uri = lua_isnoneornil(L, 1) ? "memory:" : option_argument(L, 1);
    size_t size = 0;
    const char *path = option_name(L, 2, "model");
    const char *policy = option_text(L, 2, "policy", &size);
    size_t catalogue_size = 0;
    const char *catalogue = option_text(L, 2, "catalogue", &catalogue_size);
    engage_tracker_options options = ENGAGE_TRACKER_OPTIONS_INIT;
    options.secret.data = option_text(L, 2, "secret", &options.secret.size);
    options.now = option_integer(L, 2, "now", ENGAGE_NO_TIME);
    options.flags = (option_flag(L, 2, "readonly") ? ENGAGE_TRACKER_READONLY : 0) |
                    (option_flag(L, 2, "existing") ? ENGAGE_TRACKER_EXISTING : 0);
    struct box *box = bridge_new(L, BRIDGE_TRACKER);
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
    return rc == ENGAGE_OK ? 1 : bridge_fail(L, rc, &error);
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
    struct box *box = bridge_enter(L, BRIDGE_TRACKER);
    lua_settop(L, 3);
    static const char *const names[] = {"format", "brand", NULL};
    luaL_checktype(L, 2, LUA_TTABLE);
    option_only(L, 3, names);
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
        return bridge_fail(L, rc, &error);
    push_counts(L, &counts);
    return 1;
}

/* tracker:refused() -> list of {number = place in the list of the last apply, why = text} */
static int tracker_refused(lua_State *L)
{
    const struct box *box = bridge_enter(L, BRIDGE_TRACKER);
    size_t number;
    const char *why;
    lua_newtable(L);
    for (size_t i = 0; engage_tracker_refused(box->tracker, i, &number, &why) == ENGAGE_ROW; i++) {
        lua_createtable(L, 0, 2);
        lua_pushinteger(L, (lua_Integer)number + 1);
        lua_setfield(L, -2, "number");
        lua_pushstring(L, why);
        lua_setfield(L, -2, "why");
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* tracker:policy() -> the text of the policy by which the store was decided last, or nil where
 * nothing was decided yet */
static int tracker_policy(lua_State *L)
{
    struct box *box = bridge_enter(L, BRIDGE_TRACKER);
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = engage_tracker_policy(box->tracker, box->buffer, &error);
    if (rc < 0)
        return bridge_fail(L, rc, &error);
    if (rc == ENGAGE_DONE)
        lua_pushnil(L);
    else
        lua_pushlstring(L, engage_buffer_data(box->buffer), engage_buffer_size(box->buffer));
    return 1;
}

/* The query in the options table at an index, which may have options of these names alone: brand,
 * now (milliseconds), top, by, explain, staff are the query's. */
static engage_query query_of(lua_State *L, int index, const char *const *names)
{
    engage_query query = ENGAGE_QUERY_INIT;
    option_only(L, index, names);
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

/* Those of most reports. */
static const char *const usual[] = {"brand", "now", "top", "by", "explain", "staff", NULL};

/* The rows of a report; ENGAGE_ROW tells that they are of damage, and is no failure. */
static int finish(lua_State *L, const struct box *box, int rc, const engage_error *error)
{
    return rc >= ENGAGE_OK ? tables_push_rows(L, box->buffer) : bridge_fail(L, rc, error);
}

typedef int all_call(engage_tracker *tracker, const engage_query *query, engage_buffer *buffer,
                     engage_error *error);
typedef int person_call(engage_tracker *tracker, engage_str account, const engage_query *query,
                        engage_buffer *buffer, engage_error *error);

/* A method over all that the options of these names choose: tracker:NAME([options]). */
static int call_all(lua_State *L, all_call *call, const char *const *names)
{
    struct box *box = bridge_enter(L, BRIDGE_TRACKER);
    engage_query query = query_of(L, 2, names);
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = call(box->tracker, &query, box->buffer, &error);
    return finish(L, box, rc, &error);
}

/* A method over one person: tracker:NAME(account, [options]). */
static int call_person(lua_State *L, person_call *call)
{
    struct box *box = bridge_enter(L, BRIDGE_TRACKER);
    engage_str account;
    account.data = luaL_checklstring(L, 2, &account.size);
    engage_query query = query_of(L, 3, usual);
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = call(box->tracker, account, &query, box->buffer, &error);
    return finish(L, box, rc, &error);
}

static int tracker_funnel(lua_State *L)
{
    return call_all(L, engage_tracker_funnel, usual);
}

static int tracker_queue(lua_State *L)
{
    return call_all(L, engage_tracker_queue, usual);
}

static int tracker_replies(lua_State *L)
{
    return call_all(L, engage_tracker_replies, usual);
}

static int tracker_people(lua_State *L)
{
    return call_all(L, engage_tracker_people, usual);
}

/* how much was dropped */
static int tracker_compact(lua_State *L)
{
    static const char *const names[] = {"now", NULL};
    return call_all(L, engage_tracker_compact, names);
}

/* what is damaged, and last how much was looked at */
static int tracker_check(lua_State *L)
{
    return call_all(L, engage_tracker_check, usual);
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
    static const char *const names[] = {"brand", "by", "now", NULL};
    struct box *box = bridge_enter(L, BRIDGE_TRACKER);
    engage_decision decision = ENGAGE_DECISION_INIT;
    engage_error error = ENGAGE_ERROR_INIT;
    option_place(L, 4, 6);
    decision.name.data = luaL_checklstring(L, 2, &decision.name.size);
    decision.subject.data = luaL_checklstring(L, 3, &decision.subject.size);
    decision.value.data = luaL_optlstring(L, 4, NULL, &decision.value.size);
    decision.reason.data = luaL_optlstring(L, 5, NULL, &decision.reason.size);
    engage_query query = query_of(L, 6, names);
    decision.brand = query.brand;
    decision.by = query.by;
    decision.time = query.now;
    int rc = engage_tracker_decide(box->tracker, &decision, box->buffer, &error);
    return finish(L, box, rc, &error);
}

/* tracker:retain([days], [options]) -> how many texts went */
static int tracker_retain(lua_State *L)
{
    static const char *const names[] = {"brand", "now", NULL};
    struct box *box = bridge_enter(L, BRIDGE_TRACKER);
    option_place(L, 2, 3);
    int64_t days = luaL_optinteger(L, 2, -1);
    luaL_argcheck(L, days >= 0 || lua_isnoneornil(L, 2), 2, "days are below 0");
    engage_query query = query_of(L, 3, names);
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = engage_tracker_retain(box->tracker, days, &query, box->buffer, &error);
    return finish(L, box, rc, &error);
}

/* tracker:whatif([policy text], [options]) -> what that policy would have decided otherwise, or
 * the model of the option model, which judges all texts anew */
static int tracker_whatif(lua_State *L)
{
    static const char *const names[] = {"brand", "now", "model", NULL};
    struct box *box = bridge_enter(L, BRIDGE_TRACKER);
    size_t size;
    option_place(L, 2, 3);
    const char *text = luaL_optlstring(L, 2, NULL, &size);
    engage_query query = query_of(L, 3, names);
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
    static const char *const names[] = {"brand", NULL};
    struct box *box = bridge_enter(L, BRIDGE_TRACKER);
    engage_str account;
    option_place(L, 2, 3);
    account.data = luaL_optlstring(L, 2, NULL, &account.size);
    engage_query query = query_of(L, 3, names);
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = engage_tracker_states(box->tracker, account, &query, box->buffer, &error);
    return finish(L, box, rc, &error);
}

/* tracker:merge(state) -> true where it was new, false where it had been added before */
static int tracker_merge(lua_State *L)
{
    struct box *box = bridge_enter(L, BRIDGE_TRACKER);
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
        return bridge_fail(L, rc, &error);
    lua_pushboolean(L, rc == ENGAGE_ROW);
    return 1;
}

static const luaL_Reg tracker_methods[] = {
    {"people", tracker_people}, {"decide", tracker_decide}, {"apply", tracker_apply},
    {"refused", tracker_refused}, {"policy", tracker_policy},
    {"funnel", tracker_funnel}, {"queue", tracker_queue}, {"replies", tracker_replies},
    {"customer", tracker_customer}, {"forget", tracker_forget}, {"export", tracker_export},
    {"retain", tracker_retain}, {"compact", tracker_compact}, {"check", tracker_check},
    {"whatif", tracker_whatif}, {"states", tracker_states}, {"merge", tracker_merge},
    {NULL, NULL},
};

void bridge_add_track(lua_State *L)
{
    bridge_add_type(L, BRIDGE_TRACKER, tracker_methods);
    lua_pushcfunction(L, tracker_new);
    lua_setfield(L, -2, "tracker");
}
