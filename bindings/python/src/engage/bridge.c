/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "bridge.h"

#include <string.h>

struct state *bridge_state(struct object *self)
{
    PyObject *module = PyType_GetModule(Py_TYPE((PyObject *)self));
    return module != NULL ? PyModule_GetState(module) : NULL;
}

/* What went wrong: where in a text, if it is one, and why by the system, if it was that. */
static PyObject *message_of(int code, const engage_error *detail)
{
    if (detail == NULL || detail->code != code || detail->message[0] == '\0')
        return PyUnicode_FromString(engage_strerror(code));
    if (detail->line != 0)
        return PyUnicode_FromFormat("%u:%u: %s", (unsigned)detail->line, (unsigned)detail->column,
                                    detail->message);
    if (detail->sys_errno != 0)
        return PyUnicode_FromFormat("%s: %s", detail->message, strerror(detail->sys_errno));
    return PyUnicode_FromFormat("%s", detail->message); /* replaces what is no UTF-8 */
}

/* What was written, as a str. */
static PyObject *text_of(const engage_buffer *buffer)
{
    return PyUnicode_DecodeUTF8(engage_buffer_data(buffer), (Py_ssize_t)engage_buffer_size(buffer),
                                "replace");
}

/* Raises what bridge_raise does, with the lines on what was done all the same, where the buffer
 * has some: the library takes back all others. */
static PyObject *raise_after(const struct state *state, int code, const engage_error *detail,
                             const engage_buffer *done)
{
    if (code == ENGAGE_ENOMEM)
        return PyErr_NoMemory();
    PyObject *message = message_of(code, detail);
    const char *name = engage_errname(code);
    PyObject *arguments = done == NULL || engage_buffer_size(done) == 0
                              ? Py_BuildValue("(Nis)", message, code, name)
                              : Py_BuildValue("(NisN)", message, code, name, text_of(done));
    if (arguments != NULL) {
        PyErr_SetObject(state->error, arguments);
        Py_DECREF(arguments);
    }
    return NULL;
}

PyObject *bridge_raise(const struct state *state, int code, const engage_error *detail)
{
    return raise_after(state, code, detail, NULL);
}

struct object *bridge_new(PyTypeObject *type)
{
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    struct object *self = (struct object *)allocate(type, 0); /* of zeros */
    if (self != NULL && engage_buffer_new(&self->buffer, NULL) != ENGAGE_OK) {
        Py_DECREF((PyObject *)self);
        PyErr_NoMemory();
        return NULL;
    }
    return self;
}

PyObject *bridge_made(struct object *self)
{
    if (!PyErr_Occurred())
        return (PyObject *)self;
    Py_DECREF((PyObject *)self);
    return NULL;
}

void bridge_drop(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    engage_buffer_free(((struct object *)self)->buffer);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(self);
    Py_DECREF(type);
}

int bridge_enter(struct object *self)
{
    const struct state *state = bridge_state(self);
    if (state == NULL)
        return 0;
    if (self->busy) {
        PyErr_SetString(state->concurrent, "the object is in use by another thread");
        return 0;
    }
    if (self->handle == NULL) {
        PyErr_SetString(PyExc_ValueError, "the object is closed");
        return 0;
    }
    self->busy = 1;
    engage_buffer_clear(self->buffer);
    return 1;
}

PyObject *bridge_leave(struct object *self, int code, const engage_error *detail)
{
    self->busy = 0;
    if (code < 0)
        return raise_after(bridge_state(self), code, detail, self->buffer);
    return text_of(self->buffer);
}

PyObject *bridge_leave_bytes(struct object *self, int code, const engage_error *detail)
{
    self->busy = 0;
    if (code < 0)
        return bridge_raise(bridge_state(self), code, detail);
    return PyBytes_FromStringAndSize(engage_buffer_data(self->buffer),
                                     (Py_ssize_t)engage_buffer_size(self->buffer));
}

/* UTF-8 in which each lone surrogate is U+FFFD: so it counts as one code point, as it does
 * in the str, and offsets still fit. */
static PyObject *replace_surrogates(PyObject *text)
{
    PyObject *wide = PyUnicode_AsEncodedString(text, "utf-32-le", "surrogatepass");
    if (wide == NULL)
        return NULL;
    int order = -1;
    PyObject *whole = PyUnicode_DecodeUTF32(PyBytes_AsString(wide), PyBytes_Size(wide), "replace",
                                            &order);
    Py_DECREF(wide);
    PyObject *bytes = whole != NULL ? PyUnicode_AsUTF8String(whole) : NULL;
    Py_XDECREF(whole);
    return bytes;
}

PyObject *bridge_text(PyObject *text)
{
    if (PyBytes_Check(text))
        return Py_NewRef(text);
    if (PyUnicode_Check(text)) {
        PyObject *bytes = PyUnicode_AsEncodedString(text, "utf-8", "strict");
        if (bytes != NULL || !PyErr_ExceptionMatches(PyExc_UnicodeEncodeError))
            return bytes;
        PyErr_Clear();
        return replace_surrogates(text);
    }
    PyErr_SetString(PyExc_TypeError, "text must be str or bytes");
    return NULL;
}

int bridge_open_model(const struct state *state, PyObject *path, const engage_model **model)
{
    *model = NULL;
    if (path == Py_None)
        return 1;
    char *name;
    if (PyBytes_AsStringAndSize(path, &name, NULL) < 0) /* ValueError for a zero byte */
        return 0;
    engage_error detail = ENGAGE_ERROR_INIT;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = engage_model_open(model, name, NULL, &detail);
    Py_END_ALLOW_THREADS
    if (rc != ENGAGE_OK)
        bridge_raise(state, rc, &detail);
    return rc == ENGAGE_OK;
}

int bridge_open_catalogue(const struct state *state, PyObject *text,
                          const engage_catalogue **catalogue)
{
    *catalogue = NULL;
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
    rc = engage_catalogue_parse(catalogue, data, size, NULL, &detail);
    Py_END_ALLOW_THREADS
    Py_DECREF(bytes);
    if (rc != ENGAGE_OK)
        bridge_raise(state, rc, &detail);
    return rc == ENGAGE_OK;
}

size_t bridge_open_list(const struct state *state, PyObject *list, size_t most, int code,
                        bridge_open_call *open, void *objects)
{
    size_t size = (size_t)PyList_Size(list);
    if (size > most) {
        bridge_raise(state, code, NULL);
        return 0;
    }
    size_t count = 0;
    while (count < size && open(state, PyList_GetItem(list, (Py_ssize_t)count), objects, count))
        count++;
    return count;
}

static int open_addon(const struct state *state, PyObject *item, void *objects, size_t number)
{
    const engage_addon **addons = objects;
    char *bytes;
    Py_ssize_t size;
    if (PyBytes_AsStringAndSize(item, &bytes, &size) < 0)
        return 0;
    engage_error detail = ENGAGE_ERROR_INIT;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = engage_addon_open_memory(&addons[number], bytes, (size_t)size, NULL, &detail);
    Py_END_ALLOW_THREADS
    if (rc != ENGAGE_OK)
        bridge_raise(state, rc, &detail);
    return rc == ENGAGE_OK;
}

size_t bridge_open_addons(const struct state *state, PyObject *list,
                          const engage_addon *addons[ENGAGE_ADDONS_MOST])
{
    return bridge_open_list(state, list, ENGAGE_ADDONS_MOST, ENGAGE_EOPTIONS, open_addon, addons);
}

void bridge_close_addons(const engage_addon *const *addons, size_t count)
{
    for (size_t i = 0; i < count; i++)
        engage_addon_unref(addons[i]);
}
