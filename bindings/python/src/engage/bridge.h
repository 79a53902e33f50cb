/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What the types of the bridge from Python share: an object over one of the library's, which
 * one thread uses at a time, the GIL released while the library works.
 */
#ifndef ENGAGE_PYTHON_BRIDGE_H
#define ENGAGE_PYTHON_BRIDGE_H

#define Py_LIMITED_API 0x030B0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <engage.h>

/* Of the module. */
struct state {
    PyObject *error;      /* engage.Error */
    PyObject *concurrent; /* engage.ConcurrentUseError */
};

/* What every object begins with. */
struct object {
    PyObject_HEAD
    int busy;
    engage_buffer *buffer;
    void *handle; /* the library's object; NULL once it is closed */
};

/* A type of such objects. */
struct bridge_type {
    const char *name;
    size_t size; /* of an object */
    newfunc make;
    destructor drop;
    PyMethodDef *methods;
};

extern const struct bridge_type bridge_tokenizer;
extern const struct bridge_type bridge_analyzer;
extern const struct bridge_type bridge_lesson;
extern const struct bridge_type bridge_promise;
extern const struct bridge_type bridge_gauge;
extern const struct bridge_type bridge_tracker;

/* addon_info(bytes) -> what an add-on holds, as JSON text. */
PyObject *bridge_addon_info(PyObject *module, PyObject *bytes);

/* The module's state, by an object; NULL with an exception. */
struct state *bridge_state(struct object *self);

/* Raises engage.Error(message, code, name) for a status code; MemoryError for ENOMEM. */
PyObject *bridge_raise(const struct state *state, int code, const engage_error *detail);

/* An object without a handle yet; NULL with an exception. */
struct object *bridge_new(PyTypeObject *type);

/* What a constructor returns: the object, or NULL where an exception was set meanwhile. */
PyObject *bridge_made(struct object *self);

/* Frees an object whose handle is freed. */
void bridge_drop(PyObject *self);

/* Enters an object: 0 with an exception where another thread is inside it, or it is closed. */
int bridge_enter(struct object *self);

/* Leaves it with the buffer's text or bytes, or the error of the code, which has that text as its
 * fourth argument where there is one: what was done before it failed. */
PyObject *bridge_leave(struct object *self, int code, const engage_error *detail);
PyObject *bridge_leave_bytes(struct object *self, int code, const engage_error *detail);

/* A str as UTF-8 (each lone surrogate as U+FFFD), or bytes as they are;
 * release with Py_DECREF. */
PyObject *bridge_text(PyObject *text);

/* A model by its path (bytes), none where that is None; 0 with an exception where it cannot be
 * opened. */
int bridge_open_model(const struct state *state, PyObject *path, const engage_model **model);

/* A catalogue by its text, likewise. */
int bridge_open_catalogue(const struct state *state, PyObject *text,
                          const engage_catalogue **catalogue);

/* Opens what an item of a list holds as the object of that number; 0 with an exception. */
typedef int bridge_open_call(const struct state *state, PyObject *item, void *objects,
                             size_t number);

/* Opens all items of a list; more than `most` raise the status code. Returns how many there
 * are now, which the caller closes, and sets an exception where one is no good. */
size_t bridge_open_list(const struct state *state, PyObject *list, size_t most, int code,
                        bridge_open_call *open, void *objects);

/* Add-ons from a list of their bytes, likewise. */
size_t bridge_open_addons(const struct state *state, PyObject *list,
                          const engage_addon *addons[ENGAGE_ADDONS_MOST]);
void bridge_close_addons(const engage_addon *const *addons, size_t count);

#endif
