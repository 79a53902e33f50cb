/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Tracker.
 */
#include "bridge.h"
#include "options.h"
#include "tables.h"

#include <stdio.h>
#include <string.h>

struct tracker_given {
    const char *uri;
    const char *model;
    engage_str policy;
    engage_str catalogue;
    engage_str secret;
    lua_Integer now;
    uint32_t flags;
};

static int open_tracker(struct box *box, const void *given, engage_error *error)
{
    const struct tracker_given *wanted = given;
    engage_tracker_options options = ENGAGE_TRACKER_OPTIONS_INIT;
    options.secret = wanted->secret;
    options.now = wanted->now;
    options.flags = wanted->flags;
    int rc = ENGAGE_OK;
    if (wanted->model != NULL)
        rc = engage_model_open(&options.model, wanted->model, NULL, error);
    if (rc == ENGAGE_OK && wanted->policy.data != NULL)
        rc = engage_policy_parse(&options.policy, wanted->policy.data, wanted->policy.size, NULL,
                                 error);
    if (rc == ENGAGE_OK && wanted->catalogue.data != NULL)
        rc = engage_catalogue_parse(&options.catalogue, wanted->catalogue.data,
                                    wanted->catalogue.size, NULL, error);
    if (rc == ENGAGE_OK)
        rc = engage_tracker_open(&box->tracker, wanted->uri, &options, error);
    engage_catalogue_unref(options.catalogue);
    engage_policy_unref(options.policy);
    engage_model_unref(options.model);
    return rc;
}

/* engage.tracker([uri], {model = path, policy = text, catalogue = text, secret = key,
 * now = milliseconds, readonly = true, existing = true}) */
static int tracker_new(lua_State *L)
{
    static const char *const names[] = {"model", "policy", "catalogue", "secret", "now",
                                        "readonly", "existing", NULL};
    struct tracker_given given = {.uri = "memory:"};
    option_place(L, 1, 2);
    if (!lua_isnil(L, 1))
        given.uri = option_argument(L, 1);
    option_only(L, 2, names);
    given.model = option_name(L, 2, "model");
    given.policy.data = option_text(L, 2, "policy", &given.policy.size);
    given.catalogue.data = option_text(L, 2, "catalogue", &given.catalogue.size);
    given.secret.data = option_text(L, 2, "secret", &given.secret.size);
    given.now = option_integer(L, 2, "now", ENGAGE_NO_TIME);
    given.flags = (option_flag(L, 2, "readonly") ? ENGAGE_TRACKER_READONLY : 0) |
                  (option_flag(L, 2, "existing") ? ENGAGE_TRACKER_EXISTING : 0);
    return bridge_make(L, BRIDGE_TRACKER, open_tracker, &given, BRIDGE_LIGHT);
}

/* Says before a message which event of the list it is about. */
static void name_item(engage_error *error, lua_Integer index)
{
    char message[sizeof(error->message)];
    snprintf(message, sizeof(message), "events[%lld]: %.180s", (long long)index, error->message);
    memcpy(error->message, message, sizeof(message));
}

/* Adds the event at the top of the stack, the `at`-th of the list: a table, or a string of
 * JSON. */
static int add_event(lua_State *L, struct call *call, int format, lua_Integer at)
{
    int rc = ENGAGE_OK;
    engage_str json = {NULL, 0};
    if (lua_type(L, -1) == LUA_TSTRING) {
        json.data = lua_tolstring(L, -1, &json.size);
    } else if (lua_istable(L, -1)) {
        rc = tables_write(L, -1, call, ENGAGE_EEVENT);
        json = (engage_str){engage_buffer_data(call->buffer), engage_buffer_size(call->buffer)};
    } else {
        lua_pushfstring(L, "events[%I] is neither a table nor a string", at);
        return luaL_argerror(L, 2, lua_tostring(L, -1));
    }
    if (rc == ENGAGE_OK)
        rc = engage_events_add_json(call->events, format, json.data, json.size, &call->error);
    if (rc != ENGAGE_OK && rc == call->error.code)
        name_item(&call->error, at);
    return rc;
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
    static const char *const names[] = {"format", "brand", NULL};
    struct box *box = bridge_box(L, BRIDGE_TRACKER);
    box->applied = 0;
    luaL_checktype(L, 2, LUA_TTABLE);
    option_place(L, 3, 3);
    option_only(L, 3, names);
    lua_Integer count = tables_list_size(L, 2);
    luaL_argcheck(L, count >= 0, 2, "a list of events is needed");
    const char *name = option_name(L, 3, "format");
    int format = name != NULL ? engage_format_by_name(name) : ENGAGE_FORMAT_NATIVE;
    luaL_argcheck(L, format >= 0, 3, "there is no such format");
    engage_str brand = {NULL, 0};
    brand.data = option_text(L, 3, "brand", &brand.size);
    struct call *call = bridge_begin(L, box);
    int rc = engage_events_new(&call->events, NULL);
    if (rc == ENGAGE_OK)
        rc = engage_events_set_brand(call->events, brand);
    for (lua_Integer i = 1; rc == ENGAGE_OK && i <= count; i++) {
        lua_rawgeti(L, 2, i);
        rc = add_event(L, call, format, i);
        lua_pop(L, 1);
    }
    bridge_check(L, box);
    engage_counts counts = ENGAGE_COUNTS_INIT;
    if (rc == ENGAGE_OK)
        rc = engage_tracker_apply(box->tracker, call->events, &counts, &call->error);
    if (rc != ENGAGE_OK)
        return bridge_end(call, bridge_fail(L, rc, &call->error));
    box->applied = 1;
    bridge_end(call, 0);
    bridge_weigh(L, box, BRIDGE_HEAVY);
    push_counts(L, &counts);
    return 1;
}

struct refusal {
    size_t number;
    const char *why; /* static */
};

static void push_refusals(lua_State *L, const struct call *call)
{
    struct refusal row;
    const char *data = engage_buffer_data(call->buffer);
    size_t count = engage_buffer_size(call->buffer) / sizeof(row);
    lua_newtable(L);
    for (size_t i = 0; i < count; i++) {
        memcpy(&row, data + i * sizeof(row), sizeof(row));
        lua_createtable(L, 0, 2);
        lua_pushinteger(L, (lua_Integer)row.number + 1);
        lua_setfield(L, -2, "number");
        lua_pushstring(L, row.why);
        lua_setfield(L, -2, "why");
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

/* tracker:refused() -> list of {number = place in the list of the last apply, why = text}; empty
 * where that failed */
static int tracker_refused(lua_State *L)
{
    struct box *box = bridge_box(L, BRIDGE_TRACKER);
    option_last(L, 1);
    struct call *call = bridge_begin(L, box);
    struct refusal row;
    int rc = ENGAGE_OK;
    for (size_t i = 0; rc == ENGAGE_OK && box->applied &&
                       engage_tracker_refused(box->tracker, i, &row.number, &row.why) == ENGAGE_ROW;
         i++)
        rc = engage_buffer_append(call->buffer, (const char *)&row, sizeof(row));
    if (rc != ENGAGE_OK)
        return bridge_end(call, bridge_fail(L, rc, NULL));
    push_refusals(L, call);
    return bridge_end(call, 1);
}

/* tracker:policy() -> the text of the policy by which the store was decided last, or nil where
 * nothing was decided yet */
static int tracker_policy(lua_State *L)
{
    struct box *box = bridge_box(L, BRIDGE_TRACKER);
    option_last(L, 1);
    struct call *call = bridge_begin(L, box);
    int rc = engage_tracker_policy(box->tracker, call->buffer, &call->error);
    if (rc < 0)
        return bridge_end(call, bridge_fail(L, rc, &call->error));
    if (rc == ENGAGE_DONE)
        lua_pushnil(L);
    else
        lua_pushlstring(L, engage_buffer_data(call->buffer), engage_buffer_size(call->buffer));
    return bridge_end(call, 1);
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

typedef int all_call(engage_tracker *tracker, const engage_query *query, engage_buffer *buffer,
                     engage_error *error);
typedef int person_call(engage_tracker *tracker, engage_str account, const engage_query *query,
                        engage_buffer *buffer, engage_error *error);

/* A method over all that the options of these names choose: tracker:NAME([options]). */
static int call_all(lua_State *L, all_call *method, const char *const *names)
{
    struct box *box = bridge_box(L, BRIDGE_TRACKER);
    option_place(L, 2, 2);
    engage_query query = query_of(L, 2, names);
    struct call *call = bridge_begin(L, box);
    int rc = method(box->tracker, &query, call->buffer, &call->error);
    return tables_finish_rows(L, call, rc);
}

/* A method over one person: tracker:NAME(account, [options]). */
static int call_person(lua_State *L, person_call *method, const char *const *names)
{
    struct box *box = bridge_box(L, BRIDGE_TRACKER);
    engage_str account;
    account.data = luaL_checklstring(L, 2, &account.size);
    option_place(L, 3, 3);
    engage_query query = query_of(L, 3, names);
    struct call *call = bridge_begin(L, box);
    int rc = method(box->tracker, account, &query, call->buffer, &call->error);
    return tables_finish_rows(L, call, rc);
}

static int tracker_funnel(lua_State *L)
{
    static const char *const names[] = {"brand", "now", "by", NULL};
    return call_all(L, engage_tracker_funnel, names);
}

static int tracker_queue(lua_State *L)
{
    static const char *const names[] = {"brand", "now", "top", "explain", NULL};
    return call_all(L, engage_tracker_queue, names);
}

static int tracker_replies(lua_State *L)
{
    static const char *const names[] = {"brand", "now", "by", NULL};
    return call_all(L, engage_tracker_replies, names);
}

static int tracker_people(lua_State *L)
{
    static const char *const names[] = {"brand", "now", "top", "staff", "explain", NULL};
    return call_all(L, engage_tracker_people, names);
}

/* how much was dropped */
static int tracker_compact(lua_State *L)
{
    static const char *const names[] = {"now", NULL};
    return call_all(L, engage_tracker_compact, names);
}

/* what is damaged, and last how much was looked at; ENGAGE_ROW, which tells that something is, is
 * no failure */
static int tracker_check(lua_State *L)
{
    static const char *const names[] = {"brand", NULL};
    return call_all(L, engage_tracker_check, names);
}

static int tracker_customer(lua_State *L)
{
    static const char *const names[] = {"brand", "now", "explain", NULL};
    return call_person(L, engage_tracker_customer, names);
}

static const char *const of_person[] = {"brand", "now", NULL};

/* what was forgotten */
static int tracker_forget(lua_State *L)
{
    return call_person(L, engage_tracker_forget, of_person);
}

/* everything that is held */
static int tracker_export(lua_State *L)
{
    return call_person(L, engage_tracker_export, of_person);
}

/* tracker:decide(name, subject, [value], [reason], {brand = name, by = name, now = milliseconds})
 * -> what was done */
static int tracker_decide(lua_State *L)
{
    static const char *const names[] = {"brand", "by", "now", NULL};
    struct box *box = bridge_box(L, BRIDGE_TRACKER);
    engage_decision decision = ENGAGE_DECISION_INIT;
    decision.name.data = luaL_checklstring(L, 2, &decision.name.size);
    decision.subject.data = luaL_checklstring(L, 3, &decision.subject.size);
    option_place(L, 4, 6);
    decision.value.data = luaL_optlstring(L, 4, NULL, &decision.value.size);
    decision.reason.data = luaL_optlstring(L, 5, NULL, &decision.reason.size);
    engage_query query = query_of(L, 6, names);
    decision.brand = query.brand;
    decision.by = query.by;
    decision.time = query.now;
    struct call *call = bridge_begin(L, box);
    int rc = engage_tracker_decide(box->tracker, &decision, call->buffer, &call->error);
    return tables_finish_rows(L, call, rc);
}

/* tracker:retain([days], [options]) -> how many texts went */
static int tracker_retain(lua_State *L)
{
    static const char *const names[] = {"brand", "now", NULL};
    struct box *box = bridge_box(L, BRIDGE_TRACKER);
    option_place(L, 2, 3);
    int64_t days = luaL_optinteger(L, 2, -1);
    luaL_argcheck(L, days >= 0 || lua_isnil(L, 2), 2, "days are below 0");
    engage_query query = query_of(L, 3, names);
    struct call *call = bridge_begin(L, box);
    int rc = engage_tracker_retain(box->tracker, days, &query, call->buffer, &call->error);
    return tables_finish_rows(L, call, rc);
}

/* tracker:whatif([policy text], [options]) -> what that policy would have decided otherwise, or
 * the model of the option model, which judges all texts anew */
static int tracker_whatif(lua_State *L)
{
    static const char *const names[] = {"brand", "now", "model", NULL};
    struct box *box = bridge_box(L, BRIDGE_TRACKER);
    size_t size;
    option_place(L, 2, 3);
    const char *text = luaL_optlstring(L, 2, NULL, &size);
    engage_query query = query_of(L, 3, names);
    const char *path = option_name(L, 3, "model");
    struct call *call = bridge_begin(L, box);
    const engage_policy *policy = NULL;
    const engage_model *model = NULL;
    int rc = ENGAGE_OK;
    if (text != NULL)
        rc = engage_policy_parse(&policy, text, size, NULL, &call->error);
    if (rc == ENGAGE_OK && path != NULL)
        rc = engage_model_open(&model, path, NULL, &call->error);
    if (rc == ENGAGE_OK)
        rc = engage_tracker_whatif(box->tracker, policy, model, &query, call->buffer,
                                   &call->error);
    engage_model_unref(model);
    engage_policy_unref(policy);
    return tables_finish_rows(L, call, rc);
}

/* tracker:states([account], [options]) -> list of lines for merge */
static int tracker_states(lua_State *L)
{
    static const char *const names[] = {"brand", NULL};
    struct box *box = bridge_box(L, BRIDGE_TRACKER);
    engage_str account;
    option_place(L, 2, 3);
    account.data = luaL_optlstring(L, 2, NULL, &account.size);
    engage_query query = query_of(L, 3, names);
    struct call *call = bridge_begin(L, box);
    int rc = engage_tracker_states(box->tracker, account, &query, call->buffer, &call->error);
    return tables_finish_rows(L, call, rc);
}

/* tracker:merge(state) -> true where it was new, false where it had been added before */
static int tracker_merge(lua_State *L)
{
    struct box *box = bridge_box(L, BRIDGE_TRACKER);
    int rc = ENGAGE_OK;
    engage_str state = {NULL, 0};
    if (!lua_istable(L, 2))
        state.data = luaL_checklstring(L, 2, &state.size);
    option_last(L, 2);
    struct call *call = bridge_begin(L, box);
    if (lua_istable(L, 2)) {
        rc = tables_write(L, 2, call, ENGAGE_EJSON);
        state = (engage_str){engage_buffer_data(call->buffer), engage_buffer_size(call->buffer)};
    }
    bridge_check(L, box);
    if (rc == ENGAGE_OK)
        rc = engage_tracker_merge(box->tracker, state.data, state.size, &call->error);
    if (rc < 0)
        return bridge_end(call, bridge_fail(L, rc, &call->error));
    lua_pushboolean(L, rc == ENGAGE_ROW);
    return bridge_end(call, 1);
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
