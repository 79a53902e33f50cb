/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Tracker.
 */
#include "bridge.h"

#include <string.h>

static int parse_policy(const struct state *state, PyObject *text, const engage_policy **policy)
{
    *policy = NULL;
    if (text == Py_None)
        return 1;
    PyObject *bytes = bridge_text(text);
    if (bytes == NULL)
        return 0;
    engage_error detail = ENGAGE_ERROR_INIT;
    const char *data = PyBytes_AsString(bytes);
    size_t size = (size_t)PyBytes_Size(bytes);
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = engage_policy_parse(policy, data, size, NULL, &detail);
    Py_END_ALLOW_THREADS
    Py_DECREF(bytes);
    if (rc != ENGAGE_OK)
        bridge_raise(state, rc, &detail);
    return rc == ENGAGE_OK;
}

/* A time from None or milliseconds; 0 with an exception. */
static int take_time(PyObject *given, int64_t *time)
{
    if (given == Py_None)
        return 1;
    *time = PyLong_AsLongLong(given);
    return *time != -1 || !PyErr_Occurred();
}

static PyObject *tracker_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"uri",       "model",  "policy",   "readonly",
                            "catalogue", "secret", "now",      "existing", NULL};
    const char *uri;
    PyObject *path;
    PyObject *policy;
    PyObject *catalogue;
    const char *secret = NULL;
    Py_ssize_t secret_size = 0;
    PyObject *now;
    int readonly, existing;
    engage_tracker_options options = ENGAGE_TRACKER_OPTIONS_INIT;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "yOOpOz#Op", names, &uri, &path, &policy,
                                     &readonly, &catalogue, &secret, &secret_size, &now,
                                     &existing) ||
        !take_time(now, &options.now))
        return NULL;
    options.flags = (readonly ? ENGAGE_TRACKER_READONLY : 0) |
                    (existing ? ENGAGE_TRACKER_EXISTING : 0);
    options.secret = (engage_str){secret, (size_t)secret_size};
    struct object *self = bridge_new(type);
    if (self == NULL)
        return NULL;
    const struct state *state = bridge_state(self);
    if (state != NULL && bridge_open_model(state, path, &options.model) &&
        parse_policy(state, policy, &options.policy) &&
        bridge_open_catalogue(state, catalogue, &options.catalogue)) {
        engage_error detail = ENGAGE_ERROR_INIT;
        engage_tracker *tracker;
        int rc;
        Py_BEGIN_ALLOW_THREADS
        rc = engage_tracker_open(&tracker, uri, &options, &detail);
        Py_END_ALLOW_THREADS
        self->handle = tracker;
        if (rc != ENGAGE_OK)
            bridge_raise(state, rc, &detail);
    }
    engage_catalogue_unref(options.catalogue);
    engage_policy_unref(options.policy);
    engage_model_unref(options.model);
    return bridge_made(self);
}

static void tracker_release(struct object *self)
{
    Py_BEGIN_ALLOW_THREADS
    engage_tracker_close(self->handle);
    Py_END_ALLOW_THREADS
    self->handle = NULL;
}

static void tracker_drop(PyObject *self)
{
    tracker_release((struct object *)self);
    bridge_drop(self);
}

static PyObject *tracker_close(PyObject *object, PyObject *unused)
{
    struct object *self = (struct object *)object;
    (void)unused;
    if (self->handle != NULL) {
        if (!bridge_enter(self))
            return NULL;
        tracker_release(self);
        self->busy = 0;
    }
    Py_RETURN_NONE;
}

static PyObject *counts_of(const engage_counts *counts)
{
    return Py_BuildValue(
        "{sKsKsKsKsKsKsKsKsKsK}", "read", (unsigned long long)counts->read,
        "applied", (unsigned long long)counts->applied,
        "duplicate", (unsigned long long)counts->duplicate,
        "conflict", (unsigned long long)counts->conflict,
        "late", (unsigned long long)counts->late,
        "refused", (unsigned long long)counts->refused,
        "opened", (unsigned long long)counts->opened,
        "closed", (unsigned long long)counts->closed,
        "transitions", (unsigned long long)counts->transitions,
        "unknown", (unsigned long long)counts->unknown);
}

/* Says before a message which event of the list it is about. */
static void name_item(engage_error *detail, size_t index)
{
    char message[sizeof(detail->message)];
    PyOS_snprintf(message, sizeof(message), "events[%zu]: %s", index, detail->message);
    memcpy(detail->message, message, sizeof(message));
}

static int add_lines(engage_events *events, int format, const engage_str *lines, size_t count,
                     engage_error *detail)
{
    for (size_t i = 0; i < count; i++) {
        int rc = engage_events_add_json(events, format, lines[i].data, lines[i].size, detail);
        if (rc == ENGAGE_OK)
            continue;
        if (rc == detail->code)
            name_item(detail, i);
        return rc;
    }
    return ENGAGE_OK;
}

/* Where the bytes of a tuple lie, which holds them; release with PyMem_Free. NULL with an
 * exception. */
static engage_str *lines_of(PyObject *tuple, size_t count)
{
    engage_str *lines = PyMem_Calloc(count, sizeof(*lines));
    if (lines == NULL)
        PyErr_NoMemory();
    for (size_t i = 0; lines != NULL && i < count; i++) {
        char *data;
        Py_ssize_t size;
        if (PyBytes_AsStringAndSize(PyTuple_GetItem(tuple, (Py_ssize_t)i), &data, &size) < 0) {
            PyMem_Free(lines);
            return NULL;
        }
        lines[i] = (engage_str){data, (size_t)size};
    }
    return lines;
}

/* apply(tuple of JSON bytes, format, brand): all in one transaction. */
static PyObject *tracker_apply(PyObject *object, PyObject *args)
{
    struct object *self = (struct object *)object;
    PyObject *tuple;
    const char *name;
    const char *brand;
    Py_ssize_t brand_size;
    if (!PyArg_ParseTuple(args, "O!sz#", &PyTuple_Type, &tuple, &name, &brand, &brand_size))
        return NULL;
    int format = engage_format_by_name(name);
    if (format < 0) {
        PyErr_Format(PyExc_ValueError, "there is no format %s", name);
        return NULL;
    }
    size_t count = (size_t)PyTuple_Size(tuple);
    engage_str *lines = lines_of(tuple, count);
    if (lines == NULL || !bridge_enter(self)) {
        PyMem_Free(lines);
        return NULL;
    }
    engage_error detail = ENGAGE_ERROR_INIT;
    engage_counts counts = ENGAGE_COUNTS_INIT;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    engage_events *events;
    rc = engage_events_new(&events, NULL);
    if (rc == ENGAGE_OK)
        rc = engage_events_set_brand(events, (engage_str){brand, (size_t)brand_size});
    if (rc == ENGAGE_OK)
        rc = add_lines(events, format, lines, count, &detail);
    if (rc == ENGAGE_OK)
        rc = engage_tracker_apply(self->handle, events, &counts, &detail);
    engage_events_free(events);
    Py_END_ALLOW_THREADS
    PyMem_Free(lines);
    self->busy = 0;
    if (rc != ENGAGE_OK)
        return bridge_raise(bridge_state(self), rc, &detail);
    return counts_of(&counts);
}

/* refused() -> list of dicts: which events the last batch refused, and why. */
static PyObject *tracker_refused(PyObject *object, PyObject *unused)
{
    struct object *self = (struct object *)object;
    size_t number;
    const char *why;
    (void)unused;
    if (!bridge_enter(self))
        return NULL;
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list != NULL && engage_tracker_refused(self->handle, i, &number,
                                                              &why) == ENGAGE_ROW; i++) {
        PyObject *row = Py_BuildValue("{snss}", "number", (Py_ssize_t)number, "why", why);
        if (row == NULL || PyList_Append(list, row) < 0)
            Py_CLEAR(list);
        Py_XDECREF(row);
    }
    self->busy = 0;
    return list;
}

/* policy() -> text, or None where nothing was decided yet. */
static PyObject *tracker_policy(PyObject *object, PyObject *unused)
{
    struct object *self = (struct object *)object;
    (void)unused;
    if (!bridge_enter(self))
        return NULL;
    engage_error detail = ENGAGE_ERROR_INIT;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = engage_tracker_policy(self->handle, self->buffer, &detail);
    Py_END_ALLOW_THREADS
    if (rc != ENGAGE_DONE)
        return bridge_leave(self, rc, &detail);
    self->busy = 0;
    Py_RETURN_NONE;
}

/* What is asked of one account, or of all that the query chooses. */
static const struct {
    const char *name;
    int (*one)(engage_tracker *, engage_str, const engage_query *, engage_buffer *,
               engage_error *);
    int (*all)(engage_tracker *, const engage_query *, engage_buffer *, engage_error *);
} reports[] = {
    {"funnel", NULL, engage_tracker_funnel},   {"customer", engage_tracker_customer, NULL},
    {"queue", NULL, engage_tracker_queue},     {"replies", NULL, engage_tracker_replies},
    {"people", NULL, engage_tracker_people},   {"states", engage_tracker_states, NULL},
    {"forget", engage_tracker_forget, NULL},   {"export", engage_tracker_export, NULL},
    {"compact", NULL, engage_tracker_compact}, {"check", NULL, engage_tracker_check},
};

/* report(name, operand, brand, now, top, by, flags) -> JSON lines; "retain" takes the days and
 * one as top, 0 for as many as the policy says. */
static PyObject *tracker_report(PyObject *object, PyObject *args)
{
    struct object *self = (struct object *)object;
    const char *name;
    const char *operand = NULL, *brand = NULL, *by = NULL;
    Py_ssize_t operand_size = 0, brand_size = 0, by_size = 0;
    PyObject *now;
    unsigned long long top;
    engage_query query = ENGAGE_QUERY_INIT;
    if (!PyArg_ParseTuple(args, "sz#z#OKz#I", &name, &operand, &operand_size, &brand, &brand_size,
                          &now, &top, &by, &by_size, &query.flags) ||
        !take_time(now, &query.now))
        return NULL;
    query.brand = (engage_str){brand, (size_t)brand_size};
    query.by = (engage_str){by, (size_t)by_size};
    query.top = top;
    if (!bridge_enter(self))
        return NULL;
    engage_str id = {operand, (size_t)operand_size};
    engage_error detail = ENGAGE_ERROR_INIT;
    engage_buffer *out = self->buffer;
    int rc = ENGAGE_EMISUSE;
    Py_BEGIN_ALLOW_THREADS
    if (strcmp(name, "retain") == 0)
        rc = engage_tracker_retain(self->handle, (int64_t)top - 1, &query, out, &detail);
    for (size_t i = 0; i < sizeof(reports) / sizeof(reports[0]); i++) {
        if (strcmp(name, reports[i].name) != 0)
            continue;
        rc = reports[i].one != NULL
                 ? reports[i].one(self->handle, id, &query, out, &detail)
                 : reports[i].all(self->handle, &query, out, &detail);
    }
    Py_END_ALLOW_THREADS
    return bridge_leave(self, rc, &detail);
}

/* decide(name, subject, value, brand, by, reason, time) -> JSON lines. */
static PyObject *tracker_decide(PyObject *object, PyObject *args)
{
    struct object *self = (struct object *)object;
    const char *text[6];
    Py_ssize_t size[6];
    PyObject *time;
    engage_decision decision = ENGAGE_DECISION_INIT;
    if (!PyArg_ParseTuple(args, "s#s#z#z#z#z#O", &text[0], &size[0], &text[1], &size[1], &text[2],
                          &size[2], &text[3], &size[3], &text[4], &size[4], &text[5], &size[5],
                          &time) ||
        !take_time(time, &decision.time))
        return NULL;
    engage_str *members[] = {&decision.name,  &decision.subject, &decision.value,
                             &decision.brand, &decision.by,      &decision.reason};
    for (int i = 0; i < 6; i++)
        *members[i] = (engage_str){text[i], (size_t)size[i]};
    if (!bridge_enter(self))
        return NULL;
    engage_error detail = ENGAGE_ERROR_INIT;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = engage_tracker_decide(self->handle, &decision, self->buffer, &detail);
    Py_END_ALLOW_THREADS
    return bridge_leave(self, rc, &detail);
}

/* whatif(policy text, model path, brand, now) -> JSON lines. */
static PyObject *tracker_whatif(PyObject *object, PyObject *args)
{
    struct object *self = (struct object *)object;
    const char *brand;
    Py_ssize_t brand_size;
    PyObject *text, *path, *now;
    engage_query query = ENGAGE_QUERY_INIT;
    if (!PyArg_ParseTuple(args, "OOz#O", &text, &path, &brand, &brand_size, &now) ||
        !take_time(now, &query.now))
        return NULL;
    query.brand = (engage_str){brand, (size_t)brand_size};
    const struct state *state = bridge_state(self);
    const engage_policy *policy = NULL;
    const engage_model *model = NULL;
    PyObject *result = NULL;
    if (state != NULL && parse_policy(state, text, &policy) &&
        bridge_open_model(state, path, &model) && bridge_enter(self)) {
        engage_error detail = ENGAGE_ERROR_INIT;
        int rc;
        Py_BEGIN_ALLOW_THREADS
        rc = engage_tracker_whatif(self->handle, policy, model, &query, self->buffer, &detail);
        Py_END_ALLOW_THREADS
        result = bridge_leave(self, rc, &detail);
    }
    engage_model_unref(model);
    engage_policy_unref(policy);
    return result;
}

/* merge(JSON bytes) -> True where it was new. */
static PyObject *tracker_merge(PyObject *object, PyObject *line)
{
    struct object *self = (struct object *)object;
    char *data;
    Py_ssize_t size;
    if (PyBytes_AsStringAndSize(line, &data, &size) < 0 || !bridge_enter(self))
        return NULL;
    engage_error detail = ENGAGE_ERROR_INIT;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = engage_tracker_merge(self->handle, data, (size_t)size, &detail);
    Py_END_ALLOW_THREADS
    self->busy = 0;
    if (rc < 0)
        return bridge_raise(bridge_state(self), rc, &detail);
    return PyBool_FromLong(rc == ENGAGE_ROW);
}

static PyMethodDef tracker_methods[] = {
    {"apply", tracker_apply, METH_VARARGS, "apply(tuple of JSON bytes, format, brand) -> counts"},
    {"refused", tracker_refused, METH_NOARGS, "refused() -> list of dicts"},
    {"policy", tracker_policy, METH_NOARGS, "policy() -> text or None"},
    {"report", tracker_report, METH_VARARGS, "report(name, …) -> JSON lines"},
    {"decide", tracker_decide, METH_VARARGS, "decide(name, subject, …) -> JSON lines"},
    {"whatif", tracker_whatif, METH_VARARGS, "whatif(policy text, model, …) -> JSON lines"},
    {"merge", tracker_merge, METH_O, "merge(JSON bytes) -> bool"},
    {"close", tracker_close, METH_NOARGS, "close()"},
    {NULL, NULL, 0, NULL},
};
const struct bridge_type bridge_tracker = {"engage._engage.Tracker", sizeof(struct object),
                                           tracker_new, tracker_drop, tracker_methods};
