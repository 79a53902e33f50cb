/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Lesson and Promise, which make add-ons of labelled posts, Gauge, and what an add-on holds.
 */
#include "bridge.h"

typedef int add_call(void *handle, const char *label, int yes, const char *text, size_t size);
typedef int make_call(void *handle, engage_buffer *out, engage_error *error);

static PyObject *add_post(PyObject *object, PyObject *text, const char *label, int yes,
                          add_call *call)
{
    struct object *self = (struct object *)object;
    PyObject *bytes = bridge_text(text);
    if (bytes == NULL)
        return NULL;
    PyObject *result = NULL;
    if (bridge_enter(self)) {
        const char *data = PyBytes_AsString(bytes);
        size_t size = (size_t)PyBytes_Size(bytes);
        int rc;
        Py_BEGIN_ALLOW_THREADS
        rc = call(self->handle, label, yes, data, size);
        Py_END_ALLOW_THREADS
        result = bridge_leave(self, rc, NULL);
    }
    Py_DECREF(bytes);
    return result;
}

/* add(text, label, yes) */
static PyObject *add_labelled(PyObject *object, PyObject *args, add_call *call)
{
    PyObject *text;
    const char *label;
    int yes;
    if (!PyArg_ParseTuple(args, "Osp", &text, &label, &yes))
        return NULL;
    return add_post(object, text, label, yes, call);
}

/* The bytes of the add-on that an object makes. */
static PyObject *make_addon(PyObject *object, make_call *call)
{
    struct object *self = (struct object *)object;
    if (!bridge_enter(self))
        return NULL;
    engage_error detail = ENGAGE_ERROR_INIT;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = call(self->handle, self->buffer, &detail);
    Py_END_ALLOW_THREADS
    return bridge_leave_bytes(self, rc, &detail);
}

/* -------------------------------------------------------------- Lesson --- */

static PyObject *lesson_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"model", "share", NULL};
    PyObject *path;
    engage_lesson_options options = ENGAGE_LESSON_OPTIONS_INIT;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OI", names, &path, &options.share))
        return NULL;
    struct object *self = bridge_new(type);
    if (self == NULL)
        return NULL;
    const struct state *state = bridge_state(self);
    if (state != NULL && bridge_open_model(state, path, &options.model)) {
        engage_lesson *lesson;
        int rc;
        Py_BEGIN_ALLOW_THREADS
        rc = engage_lesson_new(&lesson, &options);
        Py_END_ALLOW_THREADS
        self->handle = lesson;
        engage_model_unref(options.model);
        if (rc != ENGAGE_OK)
            bridge_raise(state, rc, NULL);
    }
    return bridge_made(self);
}

static void lesson_drop(PyObject *self)
{
    engage_lesson_free(((struct object *)self)->handle);
    bridge_drop(self);
}

static int add_to_lesson(void *handle, const char *label, int yes, const char *text, size_t size)
{
    return engage_lesson_add(handle, label, yes, text, size);
}

static PyObject *lesson_add(PyObject *self, PyObject *args)
{
    return add_labelled(self, args, add_to_lesson);
}

static int add_ordinary(void *handle, const char *label, int yes, const char *text, size_t size)
{
    (void)label;
    (void)yes;
    return engage_lesson_add_ordinary(handle, text, size);
}

static PyObject *lesson_add_ordinary(PyObject *self, PyObject *text)
{
    return add_post(self, text, NULL, 0, add_ordinary);
}

static PyObject *lesson_add_addon(PyObject *object, PyObject *bytes)
{
    struct object *self = (struct object *)object;
    char *data;
    Py_ssize_t size;
    if (PyBytes_AsStringAndSize(bytes, &data, &size) < 0 || !bridge_enter(self))
        return NULL;
    engage_error detail = ENGAGE_ERROR_INIT;
    const engage_addon *addon;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = engage_addon_open_memory(&addon, data, (size_t)size, NULL, &detail);
    if (rc == ENGAGE_OK)
        rc = engage_lesson_add_addon(self->handle, addon);
    engage_addon_unref(addon);
    Py_END_ALLOW_THREADS
    return bridge_leave(self, rc, &detail);
}

static int make_lesson(void *handle, engage_buffer *out, engage_error *error)
{
    return engage_lesson_learn(handle, out, error);
}

static PyObject *lesson_learn(PyObject *self, PyObject *unused)
{
    (void)unused;
    return make_addon(self, make_lesson);
}

static PyMethodDef lesson_methods[] = {
    {"add", lesson_add, METH_VARARGS, "add(text, label, yes)"},
    {"add_ordinary", lesson_add_ordinary, METH_O, "add_ordinary(text)"},
    {"add_addon", lesson_add_addon, METH_O, "add_addon(bytes)"},
    {"learn", lesson_learn, METH_NOARGS, "learn() -> bytes"},
    {NULL, NULL, 0, NULL},
};
const struct bridge_type bridge_lesson = {"engage._engage.Lesson", sizeof(struct object),
                                          lesson_new, lesson_drop, lesson_methods};

/* ------------------------------------------------------------- Promise --- */

static PyObject *promise_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"model", "miss", "addons", NULL};
    PyObject *path;
    PyObject *list;
    engage_promise_options options = ENGAGE_PROMISE_OPTIONS_INIT;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OIO!", names, &path, &options.miss,
                                     &PyList_Type, &list))
        return NULL;
    struct object *self = bridge_new(type);
    if (self == NULL)
        return NULL;
    const struct state *state = bridge_state(self);
    const engage_addon *addons[ENGAGE_ADDONS_MOST];
    options.addons = addons;
    options.addon_count = state != NULL ? bridge_open_addons(state, list, addons) : 0;
    if (!PyErr_Occurred() && bridge_open_model(state, path, &options.model)) {
        engage_promise *promise;
        int rc;
        Py_BEGIN_ALLOW_THREADS
        rc = engage_promise_new(&promise, &options);
        Py_END_ALLOW_THREADS
        self->handle = promise;
        engage_model_unref(options.model);
        if (rc != ENGAGE_OK)
            bridge_raise(state, rc, NULL);
    }
    bridge_close_addons(addons, options.addon_count);
    return bridge_made(self);
}

static void promise_drop(PyObject *self)
{
    engage_promise_free(((struct object *)self)->handle);
    bridge_drop(self);
}

static int add_to_promise(void *handle, const char *label, int yes, const char *text, size_t size)
{
    return engage_promise_add(handle, label, yes, text, size);
}

static PyObject *promise_add(PyObject *self, PyObject *args)
{
    return add_labelled(self, args, add_to_promise);
}

static int make_promise(void *handle, engage_buffer *out, engage_error *error)
{
    return engage_promise_make(handle, out, error);
}

static PyObject *promise_make(PyObject *self, PyObject *unused)
{
    (void)unused;
    return make_addon(self, make_promise);
}

static PyMethodDef promise_methods[] = {
    {"add", promise_add, METH_VARARGS, "add(text, label, yes)"},
    {"make", promise_make, METH_NOARGS, "make() -> bytes"},
    {NULL, NULL, 0, NULL},
};
const struct bridge_type bridge_promise = {"engage._engage.Promise", sizeof(struct object),
                                           promise_new, promise_drop, promise_methods};

/* --------------------------------------------------------------- Gauge --- */

struct gauge {
    struct object base;
    engage_analyzer *analyzer;
};

static PyObject *gauge_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"model", "addons", NULL};
    PyObject *path;
    PyObject *list;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OO!", names, &path, &PyList_Type, &list))
        return NULL;
    struct gauge *self = (struct gauge *)bridge_new(type);
    if (self == NULL)
        return NULL;
    const struct state *state = bridge_state(&self->base);
    engage_analyzer_options options = ENGAGE_ANALYZER_OPTIONS_INIT;
    const engage_addon *addons[ENGAGE_ADDONS_MOST];
    options.addons = addons;
    options.addon_count = state != NULL ? bridge_open_addons(state, list, addons) : 0;
    if (!PyErr_Occurred() && bridge_open_model(state, path, &options.model)) {
        engage_gauge *gauge = NULL;
        int rc;
        Py_BEGIN_ALLOW_THREADS
        rc = engage_analyzer_new(&self->analyzer, &options);
        if (rc == ENGAGE_OK)
            rc = engage_gauge_new(&gauge, options.addon_count > 0 ? addons[0] : NULL, NULL);
        Py_END_ALLOW_THREADS
        self->base.handle = gauge;
        engage_model_unref(options.model);
        if (rc != ENGAGE_OK)
            bridge_raise(state, rc, NULL);
    }
    bridge_close_addons(addons, options.addon_count);
    return bridge_made(&self->base);
}

static void gauge_drop(PyObject *self)
{
    engage_gauge_free(((struct object *)self)->handle);
    engage_analyzer_free(((struct gauge *)self)->analyzer);
    bridge_drop(self);
}

static PyObject *gauge_add(PyObject *object, PyObject *text)
{
    struct gauge *self = (struct gauge *)object;
    PyObject *bytes = bridge_text(text);
    if (bytes == NULL)
        return NULL;
    PyObject *result = NULL;
    if (bridge_enter(&self->base)) {
        const char *data = PyBytes_AsString(bytes);
        size_t size = (size_t)PyBytes_Size(bytes);
        const engage_analysis *analysis;
        int rc;
        Py_BEGIN_ALLOW_THREADS
        rc = engage_analyzer_run(self->analyzer, data, size, &analysis);
        if (rc == ENGAGE_OK)
            rc = engage_gauge_add(self->base.handle, analysis);
        Py_END_ALLOW_THREADS
        result = bridge_leave(&self->base, rc, NULL);
    }
    Py_DECREF(bytes);
    return result;
}

static PyObject *gauge_clear(PyObject *object, PyObject *unused)
{
    struct object *self = (struct object *)object;
    (void)unused;
    if (!bridge_enter(self))
        return NULL;
    engage_gauge_clear(self->handle);
    return bridge_leave(self, ENGAGE_OK, NULL);
}

static PyObject *gauge_read(PyObject *object, PyObject *unused)
{
    struct object *self = (struct object *)object;
    (void)unused;
    if (!bridge_enter(self))
        return NULL;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = engage_gauge_json(self->handle, self->buffer);
    Py_END_ALLOW_THREADS
    return bridge_leave(self, rc, NULL);
}

static PyMethodDef gauge_methods[] = {
    {"add", gauge_add, METH_O, "add(text)"},
    {"clear", gauge_clear, METH_NOARGS, "clear()"},
    {"read", gauge_read, METH_NOARGS, "read() -> JSON text"},
    {NULL, NULL, 0, NULL},
};
const struct bridge_type bridge_gauge = {"engage._engage.Gauge", sizeof(struct gauge), gauge_new,
                                         gauge_drop, gauge_methods};

/* -------------------------------------------------------------- Add-on --- */

PyObject *bridge_addon_info(PyObject *module, PyObject *bytes)
{
    const struct state *state = PyModule_GetState(module);
    char *data;
    Py_ssize_t size;
    if (PyBytes_AsStringAndSize(bytes, &data, &size) < 0)
        return NULL;
    engage_error detail = ENGAGE_ERROR_INIT;
    const engage_addon *addon;
    engage_buffer *buffer = NULL;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = engage_addon_open_memory(&addon, data, (size_t)size, NULL, &detail);
    if (rc == ENGAGE_OK)
        rc = engage_buffer_new(&buffer, NULL);
    if (rc == ENGAGE_OK)
        rc = engage_addon_json(addon, buffer);
    Py_END_ALLOW_THREADS
    PyObject *result = rc == ENGAGE_OK
                           ? PyUnicode_FromString(engage_buffer_data(buffer))
                           : bridge_raise(state, rc, &detail);
    engage_buffer_free(buffer);
    engage_addon_unref(addon);
    return result;
}
