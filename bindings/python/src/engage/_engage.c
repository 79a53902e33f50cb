/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The bridge from Python to libengage: six types, each over one object of the
 * library. Reports come as the library's own JSON text; engage/__init__.py turns
 * them into dicts. An object that is in use by one thread refuses others, since
 * the GIL is released while the library works.
 */
#define Py_LIMITED_API 0x030B0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <engage.h>
#include <string.h>

struct state {
    PyObject *error;      /* engage.Error */
    PyObject *concurrent; /* engage.ConcurrentUseError */
    PyTypeObject *tokenizer;
    PyTypeObject *analyzer;
    PyTypeObject *lesson;
    PyTypeObject *promise;
    PyTypeObject *tracker;
};

static struct PyModuleDef definition;

static struct state *state_of(PyObject *self)
{
    PyObject *module = PyType_GetModule(Py_TYPE(self));
    return module != NULL ? PyModule_GetState(module) : NULL;
}

/* Raises engage.Error(message, code, name) for a status code; MemoryError for ENOMEM. */
static PyObject *raise_code(const struct state *state, int code, const engage_error *detail)
{
    if (code == ENGAGE_ENOMEM)
        return PyErr_NoMemory();
    const char *message = detail != NULL && detail->code == code && detail->message[0] != '\0'
                              ? detail->message
                              : engage_strerror(code);
    PyObject *arguments = Py_BuildValue("(sis)", message, code, engage_errname(code));
    if (arguments != NULL) {
        PyErr_SetObject(state->error, arguments);
        Py_DECREF(arguments);
    }
    return NULL;
}

/* What every object begins with. */
struct object {
    PyObject_HEAD
    int busy;
    engage_buffer *buffer;
};

/* Enters an object: 0 where another thread is inside it, or it is closed. */
static int enter(struct object *self, const void *handle)
{
    const struct state *state = state_of((PyObject *)self);
    if (state == NULL)
        return 0;
    if (self->busy) {
        PyErr_SetString(state->concurrent, "the object is in use by another thread");
        return 0;
    }
    if (handle == NULL || self->buffer == NULL) {
        PyErr_SetString(PyExc_ValueError, "the object is closed");
        return 0;
    }
    self->busy = 1;
    engage_buffer_clear(self->buffer);
    return 1;
}

/* Leaves it with the buffer's text, or the error of the code. */
static PyObject *leave(struct object *self, int code, const engage_error *detail)
{
    self->busy = 0;
    if (code < 0)
        return raise_code(state_of((PyObject *)self), code, detail);
    return PyUnicode_DecodeUTF8(engage_buffer_data(self->buffer),
                                (Py_ssize_t)engage_buffer_size(self->buffer), "replace");
}

/* A str, as UTF-8 with lone surrogates replaced, or bytes; release with Py_DECREF. */
static PyObject *text_bytes(PyObject *text)
{
    if (PyBytes_Check(text))
        return Py_NewRef(text);
    if (PyUnicode_Check(text))
        return PyUnicode_AsEncodedString(text, "utf-8", "surrogatepass");
    PyErr_SetString(PyExc_TypeError, "text must be str or bytes");
    return NULL;
}

static PyObject *make(PyTypeObject *type)
{
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    struct object *self = (struct object *)allocate(type, 0);
    if (self == NULL)
        return NULL;
    self->busy = 0;
    int rc = engage_buffer_new(&self->buffer, NULL);
    if (rc != ENGAGE_OK) {
        Py_DECREF(self);
        return PyErr_NoMemory();
    }
    return (PyObject *)self;
}

static void drop(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    engage_buffer_free(((struct object *)self)->buffer);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(self);
    Py_DECREF(type);
}

/* ----------------------------------------------------------- Tokenizer --- */

struct tokenizer {
    struct object base;
    engage_tokenizer *handle;
};

static PyObject *tokenizer_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {NULL};
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "", names))
        return NULL;
    struct tokenizer *self = (struct tokenizer *)make(type);
    if (self == NULL)
        return NULL;
    int rc = engage_tokenizer_new(&self->handle, NULL);
    if (rc != ENGAGE_OK) {
        Py_DECREF(self);
        return PyErr_NoMemory();
    }
    return (PyObject *)self;
}

static void tokenizer_drop(PyObject *self)
{
    engage_tokenizer_free(((struct tokenizer *)self)->handle);
    drop(self);
}

static PyObject *tokenizer_run(PyObject *object, PyObject *args)
{
    struct tokenizer *self = (struct tokenizer *)object;
    PyObject *text;
    int unit;
    if (!PyArg_ParseTuple(args, "Oi", &text, &unit))
        return NULL;
    PyObject *bytes = text_bytes(text);
    if (bytes == NULL)
        return NULL;
    PyObject *result = NULL;
    if (enter(&self->base, self->handle)) {
        const char *data = PyBytes_AsString(bytes);
        size_t size = (size_t)PyBytes_Size(bytes);
        engage_str none = {NULL, 0};
        int rc;
        Py_BEGIN_ALLOW_THREADS
        rc = engage_tokenizer_json(self->handle, none, data, size, unit, self->base.buffer);
        Py_END_ALLOW_THREADS
        result = leave(&self->base, rc, NULL);
    }
    Py_DECREF(bytes);
    return result;
}

static PyMethodDef tokenizer_methods[] = {
    {"run", tokenizer_run, METH_VARARGS, "run(text, unit) -> JSON text"},
    {NULL, NULL, 0, NULL},
};
static PyType_Slot tokenizer_slots[] = {
    {Py_tp_new, (void *)tokenizer_new},
    {Py_tp_dealloc, (void *)tokenizer_drop},
    {Py_tp_methods, tokenizer_methods},
    {0, NULL},
};
static PyType_Spec tokenizer_spec = {"engage._engage.Tokenizer", sizeof(struct tokenizer), 0,
                                     Py_TPFLAGS_DEFAULT, tokenizer_slots};

/* ------------------------------------------------------------ Analyzer --- */

struct analyzer {
    struct object base;
    engage_analyzer *handle;
};

/* A model by its path; NULL with an exception where it cannot be opened. */
static int open_model(const struct state *state, const char *path, const engage_model **model)
{
    *model = NULL;
    if (path == NULL)
        return 1;
    engage_error detail = ENGAGE_ERROR_INIT;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = engage_model_open(model, path, NULL, &detail);
    Py_END_ALLOW_THREADS
    if (rc != ENGAGE_OK)
        raise_code(state, rc, &detail);
    return rc == ENGAGE_OK;
}

/* Lexicons from a list of (name, text). Returns how many there are now, which the caller
 * releases, and sets an exception where one is no good. */
static size_t open_lexicons(const struct state *state, PyObject *list,
                            const engage_lexicon *lexicons[ENGAGE_LEXICONS_MOST])
{
    size_t count = 0;
    Py_ssize_t size = PyList_Size(list);
    if (size > ENGAGE_LEXICONS_MOST) {
        raise_code(state, ENGAGE_ELIMIT, NULL);
        return 0;
    }
    for (Py_ssize_t i = 0; i < size; i++) {
        const char *name;
        PyObject *text;
        if (!PyArg_ParseTuple(PyList_GetItem(list, i), "sO", &name, &text))
            return count;
        PyObject *bytes = text_bytes(text);
        if (bytes == NULL)
            return count;
        engage_error detail = ENGAGE_ERROR_INIT;
        int rc = engage_lexicon_parse(&lexicons[count], name, PyBytes_AsString(bytes),
                                      (size_t)PyBytes_Size(bytes), NULL, &detail);
        Py_DECREF(bytes);
        if (rc != ENGAGE_OK) {
            raise_code(state, rc, &detail);
            return count;
        }
        count++;
    }
    return count;
}

/* Add-ons from a list of their bytes; likewise. */
static size_t open_addons(const struct state *state, PyObject *list,
                          const engage_addon *addons[ENGAGE_ADDONS_MOST])
{
    size_t count = 0;
    Py_ssize_t size = PyList_Size(list);
    if (size > ENGAGE_ADDONS_MOST) {
        raise_code(state, ENGAGE_EOPTIONS, NULL);
        return 0;
    }
    for (Py_ssize_t i = 0; i < size; i++) {
        char *bytes;
        Py_ssize_t length;
        if (PyBytes_AsStringAndSize(PyList_GetItem(list, i), &bytes, &length) < 0)
            return count;
        engage_error detail = ENGAGE_ERROR_INIT;
        int rc = engage_addon_open_memory(&addons[count], bytes, (size_t)length, NULL, &detail);
        if (rc != ENGAGE_OK) {
            raise_code(state, rc, &detail);
            return count;
        }
        count++;
    }
    return count;
}

static void close_addons(const engage_addon *const *addons, size_t count)
{
    for (size_t i = 0; i < count; i++)
        engage_addon_unref(addons[i]);
}

static PyObject *analyzer_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"model", "explain", "lexicons", "addons", NULL};
    const char *path = NULL;
    int explain = 0;
    PyObject *list;
    PyObject *addon_list;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "zpO!O!", names, &path, &explain, &PyList_Type,
                                     &list, &PyList_Type, &addon_list))
        return NULL;
    struct analyzer *self = (struct analyzer *)make(type);
    if (self == NULL)
        return NULL;
    const struct state *state = state_of((PyObject *)self);
    engage_analyzer_options options = ENGAGE_ANALYZER_OPTIONS_INIT;
    options.flags = explain ? ENGAGE_ANALYZE_EXPLAIN : 0;
    const engage_lexicon *lexicons[ENGAGE_LEXICONS_MOST];
    size_t count = state != NULL ? open_lexicons(state, list, lexicons) : 0;
    const engage_addon *addons[ENGAGE_ADDONS_MOST];
    options.addons = addons;
    if (state != NULL && !PyErr_Occurred())
        options.addon_count = open_addons(state, addon_list, addons);
    if (!PyErr_Occurred() && open_model(state, path, &options.model)) {
        int rc = engage_analyzer_new(&self->handle, &options);
        engage_model_unref(options.model);
        if (rc == ENGAGE_OK)
            rc = engage_analyzer_set_lexicons(self->handle, lexicons, count);
        if (rc != ENGAGE_OK)
            raise_code(state, rc, NULL);
    }
    for (size_t i = 0; i < count; i++)
        engage_lexicon_unref(lexicons[i]);
    close_addons(addons, options.addon_count);
    if (PyErr_Occurred()) {
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

static void analyzer_drop(PyObject *self)
{
    engage_analyzer_free(((struct analyzer *)self)->handle);
    drop(self);
}

static PyObject *analyzer_run(PyObject *object, PyObject *text)
{
    struct analyzer *self = (struct analyzer *)object;
    PyObject *bytes = text_bytes(text);
    if (bytes == NULL)
        return NULL;
    PyObject *result = NULL;
    if (enter(&self->base, self->handle)) {
        const char *data = PyBytes_AsString(bytes);
        size_t size = (size_t)PyBytes_Size(bytes);
        engage_str none = {NULL, 0};
        const engage_analysis *analysis;
        int rc;
        Py_BEGIN_ALLOW_THREADS
        rc = engage_analyzer_run(self->handle, data, size, &analysis);
        if (rc == ENGAGE_OK)
            rc = engage_analysis_json(analysis, none, self->base.buffer);
        Py_END_ALLOW_THREADS
        result = leave(&self->base, rc, NULL);
    }
    Py_DECREF(bytes);
    return result;
}

static PyMethodDef analyzer_methods[] = {
    {"run", analyzer_run, METH_O, "run(text) -> JSON text"},
    {NULL, NULL, 0, NULL},
};
static PyType_Slot analyzer_slots[] = {
    {Py_tp_new, (void *)analyzer_new},
    {Py_tp_dealloc, (void *)analyzer_drop},
    {Py_tp_methods, analyzer_methods},
    {0, NULL},
};
static PyType_Spec analyzer_spec = {"engage._engage.Analyzer", sizeof(struct analyzer), 0,
                                    Py_TPFLAGS_DEFAULT, analyzer_slots};

/* ---------------------------------------------------- Lesson and Promise --- */

struct lesson {
    struct object base;
    engage_lesson *handle;
};

struct promise {
    struct object base;
    engage_promise *handle;
};

/* Leaves an object with the buffer's bytes, or the error of the code. */
static PyObject *leave_bytes(struct object *self, int code, const engage_error *detail)
{
    self->busy = 0;
    if (code < 0)
        return raise_code(state_of((PyObject *)self), code, detail);
    return PyBytes_FromStringAndSize(engage_buffer_data(self->buffer),
                                     (Py_ssize_t)engage_buffer_size(self->buffer));
}

static PyObject *lesson_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"model", "share", NULL};
    const char *path = NULL;
    engage_lesson_options options = ENGAGE_LESSON_OPTIONS_INIT;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "zI", names, &path, &options.share))
        return NULL;
    struct lesson *self = (struct lesson *)make(type);
    if (self == NULL)
        return NULL;
    const struct state *state = state_of((PyObject *)self);
    if (state != NULL && open_model(state, path, &options.model)) {
        int rc = engage_lesson_new(&self->handle, &options);
        engage_model_unref(options.model);
        if (rc != ENGAGE_OK)
            raise_code(state, rc, NULL);
    }
    if (PyErr_Occurred()) {
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

static void lesson_drop(PyObject *self)
{
    engage_lesson_free(((struct lesson *)self)->handle);
    drop(self);
}

/* add(text, label, yes): label None gives an ordinary post. */
static PyObject *lesson_add(PyObject *object, PyObject *args)
{
    struct lesson *self = (struct lesson *)object;
    PyObject *text;
    const char *label;
    int yes;
    if (!PyArg_ParseTuple(args, "Ozp", &text, &label, &yes))
        return NULL;
    PyObject *bytes = text_bytes(text);
    if (bytes == NULL)
        return NULL;
    PyObject *result = NULL;
    if (enter(&self->base, self->handle)) {
        const char *data = PyBytes_AsString(bytes);
        size_t size = (size_t)PyBytes_Size(bytes);
        int rc;
        Py_BEGIN_ALLOW_THREADS
        rc = label != NULL ? engage_lesson_add(self->handle, label, yes, data, size)
                           : engage_lesson_add_ordinary(self->handle, data, size);
        Py_END_ALLOW_THREADS
        result = leave(&self->base, rc, NULL);
    }
    Py_DECREF(bytes);
    return result;
}

static PyObject *lesson_add_addon(PyObject *object, PyObject *bytes)
{
    struct lesson *self = (struct lesson *)object;
    char *data;
    Py_ssize_t size;
    if (PyBytes_AsStringAndSize(bytes, &data, &size) < 0 || !enter(&self->base, self->handle))
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
    return leave(&self->base, rc, &detail);
}

static PyObject *lesson_learn(PyObject *object, PyObject *unused)
{
    struct lesson *self = (struct lesson *)object;
    (void)unused;
    if (!enter(&self->base, self->handle))
        return NULL;
    engage_error detail = ENGAGE_ERROR_INIT;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = engage_lesson_learn(self->handle, self->base.buffer, &detail);
    Py_END_ALLOW_THREADS
    return leave_bytes(&self->base, rc, &detail);
}

static PyMethodDef lesson_methods[] = {
    {"add", lesson_add, METH_VARARGS, "add(text, label, yes)"},
    {"add_addon", lesson_add_addon, METH_O, "add_addon(bytes)"},
    {"learn", lesson_learn, METH_NOARGS, "learn() -> bytes"},
    {NULL, NULL, 0, NULL},
};
static PyType_Slot lesson_slots[] = {
    {Py_tp_new, (void *)lesson_new},
    {Py_tp_dealloc, (void *)lesson_drop},
    {Py_tp_methods, lesson_methods},
    {0, NULL},
};
static PyType_Spec lesson_spec = {"engage._engage.Lesson", sizeof(struct lesson), 0,
                                  Py_TPFLAGS_DEFAULT, lesson_slots};

static PyObject *promise_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"model", "miss", "addons", NULL};
    const char *path = NULL;
    PyObject *list;
    engage_promise_options options = ENGAGE_PROMISE_OPTIONS_INIT;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "zIO!", names, &path, &options.miss,
                                     &PyList_Type, &list))
        return NULL;
    struct promise *self = (struct promise *)make(type);
    if (self == NULL)
        return NULL;
    const struct state *state = state_of((PyObject *)self);
    const engage_addon *addons[ENGAGE_ADDONS_MOST];
    options.addons = addons;
    options.addon_count = state != NULL ? open_addons(state, list, addons) : 0;
    if (!PyErr_Occurred() && open_model(state, path, &options.model)) {
        int rc = engage_promise_new(&self->handle, &options);
        engage_model_unref(options.model);
        if (rc != ENGAGE_OK)
            raise_code(state, rc, NULL);
    }
    close_addons(addons, options.addon_count);
    if (PyErr_Occurred()) {
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

static void promise_drop(PyObject *self)
{
    engage_promise_free(((struct promise *)self)->handle);
    drop(self);
}

static PyObject *promise_add(PyObject *object, PyObject *args)
{
    struct promise *self = (struct promise *)object;
    PyObject *text;
    const char *label;
    int yes;
    if (!PyArg_ParseTuple(args, "Osp", &text, &label, &yes))
        return NULL;
    PyObject *bytes = text_bytes(text);
    if (bytes == NULL)
        return NULL;
    PyObject *result = NULL;
    if (enter(&self->base, self->handle)) {
        const char *data = PyBytes_AsString(bytes);
        size_t size = (size_t)PyBytes_Size(bytes);
        int rc;
        Py_BEGIN_ALLOW_THREADS
        rc = engage_promise_add(self->handle, label, yes, data, size);
        Py_END_ALLOW_THREADS
        result = leave(&self->base, rc, NULL);
    }
    Py_DECREF(bytes);
    return result;
}

static PyObject *promise_make(PyObject *object, PyObject *unused)
{
    struct promise *self = (struct promise *)object;
    (void)unused;
    if (!enter(&self->base, self->handle))
        return NULL;
    engage_error detail = ENGAGE_ERROR_INIT;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = engage_promise_make(self->handle, self->base.buffer, &detail);
    Py_END_ALLOW_THREADS
    return leave_bytes(&self->base, rc, &detail);
}

static PyMethodDef promise_methods[] = {
    {"add", promise_add, METH_VARARGS, "add(text, label, yes)"},
    {"make", promise_make, METH_NOARGS, "make() -> bytes"},
    {NULL, NULL, 0, NULL},
};
static PyType_Slot promise_slots[] = {
    {Py_tp_new, (void *)promise_new},
    {Py_tp_dealloc, (void *)promise_drop},
    {Py_tp_methods, promise_methods},
    {0, NULL},
};
static PyType_Spec promise_spec = {"engage._engage.Promise", sizeof(struct promise), 0,
                                   Py_TPFLAGS_DEFAULT, promise_slots};

/* What an add-on holds, as JSON text. */
static PyObject *addon_info(PyObject *module, PyObject *bytes)
{
    const struct state *state = PyModule_GetState(module);
    char *data;
    Py_ssize_t size;
    if (PyBytes_AsStringAndSize(bytes, &data, &size) < 0)
        return NULL;
    engage_error detail = ENGAGE_ERROR_INIT;
    const engage_addon *addon;
    engage_buffer *buffer = NULL;
    int rc = engage_addon_open_memory(&addon, data, (size_t)size, NULL, &detail);
    if (rc == ENGAGE_OK)
        rc = engage_buffer_new(&buffer, NULL);
    if (rc == ENGAGE_OK)
        rc = engage_addon_json(addon, buffer);
    PyObject *result = rc == ENGAGE_OK
                           ? PyUnicode_FromString(engage_buffer_data(buffer))
                           : raise_code(state, rc, &detail);
    engage_buffer_free(buffer);
    engage_addon_unref(addon);
    return result;
}

static PyMethodDef module_methods[] = {
    {"addon_info", addon_info, METH_O, "addon_info(bytes) -> JSON text"},
    {NULL, NULL, 0, NULL},
};

/* ------------------------------------------------------------- Tracker --- */

struct tracker {
    struct object base;
    engage_tracker *handle;
    engage_events *events;
};

static int parse_policy(const struct state *state, const char *text, size_t size,
                        const engage_policy **policy)
{
    *policy = NULL;
    if (text == NULL)
        return 1;
    engage_error detail = ENGAGE_ERROR_INIT;
    int rc = engage_policy_parse(policy, text, size, NULL, &detail);
    if (rc != ENGAGE_OK)
        raise_code(state, rc, &detail);
    return rc == ENGAGE_OK;
}

static int parse_catalogue(const struct state *state, const char *text, size_t size,
                           const engage_catalogue **catalogue)
{
    *catalogue = NULL;
    if (text == NULL)
        return 1;
    engage_error detail = ENGAGE_ERROR_INIT;
    int rc = engage_catalogue_parse(catalogue, text, size, NULL, &detail);
    if (rc != ENGAGE_OK)
        raise_code(state, rc, &detail);
    return rc == ENGAGE_OK;
}

static PyObject *tracker_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"uri", "model", "policy", "readonly", "catalogue", NULL};
    const char *uri;
    const char *path = NULL;
    const char *policy = NULL;
    Py_ssize_t policy_size = 0;
    const char *catalogue = NULL;
    Py_ssize_t catalogue_size = 0;
    int readonly = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "s|zz#pz#", names, &uri, &path, &policy,
                                     &policy_size, &readonly, &catalogue, &catalogue_size))
        return NULL;
    struct tracker *self = (struct tracker *)make(type);
    if (self == NULL)
        return NULL;
    const struct state *state = state_of((PyObject *)self);
    engage_tracker_options options = ENGAGE_TRACKER_OPTIONS_INIT;
    options.flags = readonly ? ENGAGE_TRACKER_READONLY : 0;
    if (state != NULL && open_model(state, path, &options.model) &&
        parse_policy(state, policy, (size_t)policy_size, &options.policy) &&
        parse_catalogue(state, catalogue, (size_t)catalogue_size, &options.catalogue)) {
        engage_error detail = ENGAGE_ERROR_INIT;
        int rc;
        Py_BEGIN_ALLOW_THREADS
        rc = engage_tracker_open(&self->handle, uri, &options, &detail);
        Py_END_ALLOW_THREADS
        if (rc == ENGAGE_OK)
            rc = engage_events_new(&self->events, NULL);
        if (rc != ENGAGE_OK)
            raise_code(state, rc, &detail);
    }
    engage_catalogue_unref(options.catalogue);
    engage_policy_unref(options.policy);
    engage_model_unref(options.model);
    if (PyErr_Occurred()) {
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

static void tracker_release(struct tracker *self)
{
    engage_events_free(self->events);
    engage_tracker_close(self->handle);
    self->events = NULL;
    self->handle = NULL;
}

static void tracker_drop(PyObject *self)
{
    tracker_release((struct tracker *)self);
    drop(self);
}

static PyObject *tracker_close(PyObject *object, PyObject *unused)
{
    struct tracker *self = (struct tracker *)object;
    (void)unused;
    if (self->handle != NULL) {
        if (!enter(&self->base, self->handle))
            return NULL;
        tracker_release(self);
        self->base.busy = 0;
    }
    Py_RETURN_NONE;
}

/* apply(list of JSON bytes): all in one transaction. */
static PyObject *tracker_apply(PyObject *object, PyObject *list)
{
    struct tracker *self = (struct tracker *)object;
    if (!PyList_Check(list)) {
        PyErr_SetString(PyExc_TypeError, "a list of JSON bytes is needed");
        return NULL;
    }
    if (!enter(&self->base, self->handle))
        return NULL;
    engage_error detail = ENGAGE_ERROR_INIT;
    engage_counts counts = ENGAGE_COUNTS_INIT;
    int rc = ENGAGE_OK;
    engage_events_clear(self->events);
    for (Py_ssize_t i = 0; rc == ENGAGE_OK && i < PyList_Size(list); i++) {
        char *data;
        Py_ssize_t size;
        if (PyBytes_AsStringAndSize(PyList_GetItem(list, i), &data, &size) < 0) {
            self->base.busy = 0;
            return NULL;
        }
        rc = engage_events_add_json(self->events, ENGAGE_FORMAT_NATIVE, data, (size_t)size,
                                    &detail);
    }
    if (rc == ENGAGE_OK) {
        Py_BEGIN_ALLOW_THREADS
        rc = engage_tracker_apply(self->handle, self->events, &counts, &detail);
        Py_END_ALLOW_THREADS
    }
    self->base.busy = 0;
    if (rc != ENGAGE_OK)
        return raise_code(state_of(object), rc, &detail);
    return Py_BuildValue("{sKsKsKsKsKsKsKsKsKsK}", "read", (unsigned long long)counts.read, "applied",
                         (unsigned long long)counts.applied, "duplicate",
                         (unsigned long long)counts.duplicate, "conflict",
                         (unsigned long long)counts.conflict, "late",
                         (unsigned long long)counts.late, "refused",
                         (unsigned long long)counts.refused, "opened",
                         (unsigned long long)counts.opened, "closed",
                         (unsigned long long)counts.closed, "transitions",
                         (unsigned long long)counts.transitions, "unknown",
                         (unsigned long long)counts.unknown);
}

/* report(name, operand, brand, now, top, by, explain) -> JSON lines. */
static PyObject *tracker_report(PyObject *object, PyObject *args)
{
    struct tracker *self = (struct tracker *)object;
    const char *name;
    const char *operand = NULL, *brand = NULL, *by = NULL;
    Py_ssize_t operand_size = 0, brand_size = 0, by_size = 0;
    PyObject *now;
    unsigned long long top;
    int explain;
    if (!PyArg_ParseTuple(args, "sz#z#OKz#i", &name, &operand, &operand_size, &brand, &brand_size,
                          &now, &top, &by, &by_size, &explain))
        return NULL;
    engage_query query = ENGAGE_QUERY_INIT;
    query.brand = (engage_str){brand, (size_t)brand_size};
    query.by = (engage_str){by, (size_t)by_size};
    query.top = top;
    query.flags = (explain & 1 ? ENGAGE_QUERY_EXPLAIN : 0) |
                  (explain & 2 ? ENGAGE_QUERY_STAFF : 0);
    if (now != Py_None) {
        query.now = PyLong_AsLongLong(now);
        if (query.now == -1 && PyErr_Occurred())
            return NULL;
    }
    if (!enter(&self->base, self->handle))
        return NULL;
    engage_str id = {operand, (size_t)operand_size};
    engage_error detail = ENGAGE_ERROR_INIT;
    engage_buffer *out = self->base.buffer;
    int rc = ENGAGE_EMISUSE;
    Py_BEGIN_ALLOW_THREADS
    if (strcmp(name, "funnel") == 0)
        rc = engage_tracker_funnel(self->handle, &query, out, &detail);
    else if (strcmp(name, "customer") == 0)
        rc = engage_tracker_customer(self->handle, id, &query, out, &detail);
    else if (strcmp(name, "queue") == 0)
        rc = engage_tracker_queue(self->handle, &query, out, &detail);
    else if (strcmp(name, "replies") == 0)
        rc = engage_tracker_replies(self->handle, &query, out, &detail);
    else if (strcmp(name, "people") == 0)
        rc = engage_tracker_people(self->handle, &query, out, &detail);
    else if (strcmp(name, "states") == 0)
        rc = engage_tracker_states(self->handle, id, &query, out, &detail);
    else if (strcmp(name, "forget") == 0)
        rc = engage_tracker_forget(self->handle, id, &query, out, &detail);
    else if (strcmp(name, "export") == 0)
        rc = engage_tracker_export(self->handle, id, &query, out, &detail);
    else if (strcmp(name, "retain") == 0)
        rc = engage_tracker_retain(self->handle, (int64_t)top - 1, &query, out, &detail);
    else if (strcmp(name, "compact") == 0)
        rc = engage_tracker_compact(self->handle, &query, out, &detail);
    else if (strcmp(name, "check") == 0) {
        rc = engage_tracker_check(self->handle, &query, out, &detail);
        rc = rc == ENGAGE_ROW ? ENGAGE_OK : rc; /* the rows say what is damaged */
    }
    Py_END_ALLOW_THREADS
    return leave(&self->base, rc, &detail);
}

/* decide(name, subject, value, brand, by, reason, time) -> JSON lines. */
static PyObject *tracker_decide(PyObject *object, PyObject *args)
{
    struct tracker *self = (struct tracker *)object;
    const char *text[6];
    Py_ssize_t size[6];
    PyObject *time;
    if (!PyArg_ParseTuple(args, "s#s#z#z#z#z#O", &text[0], &size[0], &text[1], &size[1], &text[2],
                          &size[2], &text[3], &size[3], &text[4], &size[4], &text[5], &size[5],
                          &time))
        return NULL;
    engage_decision decision = ENGAGE_DECISION_INIT;
    engage_str *members[] = {&decision.name,  &decision.subject, &decision.value,
                             &decision.brand, &decision.by,      &decision.reason};
    for (int i = 0; i < 6; i++)
        *members[i] = (engage_str){text[i], (size_t)size[i]};
    if (time != Py_None) {
        decision.time = PyLong_AsLongLong(time);
        if (decision.time == -1 && PyErr_Occurred())
            return NULL;
    }
    if (!enter(&self->base, self->handle))
        return NULL;
    engage_error detail = ENGAGE_ERROR_INIT;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = engage_tracker_decide(self->handle, &decision, self->base.buffer, &detail);
    Py_END_ALLOW_THREADS
    return leave(&self->base, rc, &detail);
}

/* whatif(policy text) -> JSON lines. */
static PyObject *tracker_whatif(PyObject *object, PyObject *args)
{
    struct tracker *self = (struct tracker *)object;
    const char *text;
    Py_ssize_t size;
    const engage_policy *policy = NULL;
    if (!PyArg_ParseTuple(args, "s#", &text, &size) ||
        !parse_policy(state_of(object), text, (size_t)size, &policy))
        return NULL;
    PyObject *result = NULL;
    if (enter(&self->base, self->handle)) {
        engage_error detail = ENGAGE_ERROR_INIT;
        int rc;
        Py_BEGIN_ALLOW_THREADS
        rc = engage_tracker_whatif(self->handle, policy, NULL, NULL, self->base.buffer, &detail);
        Py_END_ALLOW_THREADS
        result = leave(&self->base, rc, &detail);
    }
    engage_policy_unref(policy);
    return result;
}

/* merge(JSON bytes) -> True where it was new. */
static PyObject *tracker_merge(PyObject *object, PyObject *line)
{
    struct tracker *self = (struct tracker *)object;
    char *data;
    Py_ssize_t size;
    if (PyBytes_AsStringAndSize(line, &data, &size) < 0 || !enter(&self->base, self->handle))
        return NULL;
    engage_error detail = ENGAGE_ERROR_INIT;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = engage_tracker_merge(self->handle, data, (size_t)size, &detail);
    Py_END_ALLOW_THREADS
    self->base.busy = 0;
    if (rc < 0)
        return raise_code(state_of(object), rc, &detail);
    return PyBool_FromLong(rc == ENGAGE_ROW);
}

static PyMethodDef tracker_methods[] = {
    {"apply", tracker_apply, METH_O, "apply(list of JSON bytes) -> counts"},
    {"report", tracker_report, METH_VARARGS, "report(name, …) -> JSON lines"},
    {"decide", tracker_decide, METH_VARARGS, "decide(name, subject, …) -> JSON lines"},
    {"whatif", tracker_whatif, METH_VARARGS, "whatif(policy text) -> JSON lines"},
    {"merge", tracker_merge, METH_O, "merge(JSON bytes) -> bool"},
    {"close", tracker_close, METH_NOARGS, "close()"},
    {NULL, NULL, 0, NULL},
};
static PyType_Slot tracker_slots[] = {
    {Py_tp_new, (void *)tracker_new},
    {Py_tp_dealloc, (void *)tracker_drop},
    {Py_tp_methods, tracker_methods},
    {0, NULL},
};
static PyType_Spec tracker_spec = {"engage._engage.Tracker", sizeof(struct tracker), 0,
                                   Py_TPFLAGS_DEFAULT, tracker_slots};

/* -------------------------------------------------------------- module --- */

static int add_type(PyObject *module, PyType_Spec *spec, const char *name, PyTypeObject **out)
{
    *out = (PyTypeObject *)PyType_FromModuleAndSpec(module, spec, NULL);
    return *out == NULL ? -1 : PyModule_AddObjectRef(module, name, (PyObject *)*out);
}

static int module_exec(PyObject *module)
{
    struct state *state = PyModule_GetState(module);
    state->error = PyErr_NewException("engage.Error", NULL, NULL);
    if (state->error == NULL || PyModule_AddObjectRef(module, "Error", state->error) < 0)
        return -1;
    state->concurrent =
        PyErr_NewException("engage.ConcurrentUseError", PyExc_RuntimeError, NULL);
    if (state->concurrent == NULL ||
        PyModule_AddObjectRef(module, "ConcurrentUseError", state->concurrent) < 0)
        return -1;
    if (PyModule_AddStringConstant(module, "version", engage_version()) < 0)
        return -1;
    if (add_type(module, &tokenizer_spec, "Tokenizer", &state->tokenizer) < 0 ||
        add_type(module, &analyzer_spec, "Analyzer", &state->analyzer) < 0 ||
        add_type(module, &lesson_spec, "Lesson", &state->lesson) < 0 ||
        add_type(module, &promise_spec, "Promise", &state->promise) < 0 ||
        add_type(module, &tracker_spec, "Tracker", &state->tracker) < 0)
        return -1;
    return 0;
}

static int module_traverse(PyObject *module, visitproc visit, void *arg)
{
    struct state *state = PyModule_GetState(module);
    Py_VISIT(state->error);
    Py_VISIT(state->concurrent);
    Py_VISIT(state->tokenizer);
    Py_VISIT(state->analyzer);
    Py_VISIT(state->lesson);
    Py_VISIT(state->promise);
    Py_VISIT(state->tracker);
    return 0;
}

static int module_clear(PyObject *module)
{
    struct state *state = PyModule_GetState(module);
    Py_CLEAR(state->error);
    Py_CLEAR(state->concurrent);
    Py_CLEAR(state->tokenizer);
    Py_CLEAR(state->analyzer);
    Py_CLEAR(state->lesson);
    Py_CLEAR(state->promise);
    Py_CLEAR(state->tracker);
    return 0;
}

static PyModuleDef_Slot module_slots[] = {
    {Py_mod_exec, (void *)module_exec},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "engage._engage",
    .m_doc = "The bridge to libengage.",
    .m_size = sizeof(struct state),
    .m_methods = module_methods,
    .m_slots = module_slots,
    .m_traverse = module_traverse,
    .m_clear = module_clear,
};

PyMODINIT_FUNC PyInit__engage(void)
{
    return PyModuleDef_Init(&definition);
}
