/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Tokenizer and Analyzer.
 */
#include "bridge.h"

/* A call that reads a post and writes what it found to `out`. */
typedef int read_call(void *handle, int unit, const char *text, size_t size, void *out);

/* Enters the object, has the post read and leaves again with the buffer's text; NULL with an
 * exception. */
static PyObject *read_post(struct object *self, PyObject *text, int unit, read_call *call,
                           void *out)
{
    PyObject *bytes = bridge_text(text);
    if (bytes == NULL)
        return NULL;
    PyObject *result = NULL;
    if (bridge_enter(self)) {
        const char *data = PyBytes_AsString(bytes);
        size_t size = (size_t)PyBytes_Size(bytes);
        int rc;
        Py_BEGIN_ALLOW_THREADS
        rc = call(self->handle, unit, data, size, out);
        Py_END_ALLOW_THREADS
        result = bridge_leave(self, rc, NULL);
    }
    Py_DECREF(bytes);
    return result;
}

/* ----------------------------------------------------------- Tokenizer --- */

static PyObject *tokenizer_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {NULL};
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "", names))
        return NULL;
    struct object *self = bridge_new(type);
    if (self == NULL)
        return NULL;
    engage_tokenizer *tokenizer;
    if (engage_tokenizer_new(&tokenizer, NULL) != ENGAGE_OK)
        PyErr_NoMemory();
    self->handle = tokenizer;
    return bridge_made(self);
}

static void tokenizer_drop(PyObject *self)
{
    engage_tokenizer_free(((struct object *)self)->handle);
    bridge_drop(self);
}

static int read_tokens(void *handle, int unit, const char *text, size_t size, void *out)
{
    engage_str none = {NULL, 0};
    return engage_tokenizer_json(handle, none, text, size, unit, out);
}

static PyObject *tokenizer_run(PyObject *object, PyObject *args)
{
    struct object *self = (struct object *)object;
    PyObject *text;
    int unit;
    if (!PyArg_ParseTuple(args, "Oi", &text, &unit))
        return NULL;
    return read_post(self, text, unit, read_tokens, self->buffer);
}

static PyMethodDef tokenizer_methods[] = {
    {"run", tokenizer_run, METH_VARARGS, "run(text, unit) -> JSON text"},
    {NULL, NULL, 0, NULL},
};
const struct bridge_type bridge_tokenizer = {"engage._engage.Tokenizer", sizeof(struct object),
                                             tokenizer_new, tokenizer_drop, tokenizer_methods};

/* ------------------------------------------------------------ Analyzer --- */

/* A lexicon from (name, text). */
static int open_lexicon(const struct state *state, PyObject *item, void *objects, size_t number)
{
    const engage_lexicon **lexicons = objects;
    const char *name;
    PyObject *text;
    if (!PyArg_ParseTuple(item, "sO", &name, &text))
        return 0;
    PyObject *bytes = bridge_text(text);
    if (bytes == NULL)
        return 0;
    engage_error detail = ENGAGE_ERROR_INIT;
    const char *data = PyBytes_AsString(bytes);
    size_t size = (size_t)PyBytes_Size(bytes);
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = engage_lexicon_parse(&lexicons[number], name, data, size, NULL, &detail);
    Py_END_ALLOW_THREADS
    Py_DECREF(bytes);
    if (rc != ENGAGE_OK)
        bridge_raise(state, rc, &detail);
    return rc == ENGAGE_OK;
}

static PyObject *analyzer_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"model", "explain", "lexicons", "addons", "catalogue", "cascade", NULL};
    PyObject *path;
    int explain = 0;
    int cascade = 0;
    PyObject *list;
    PyObject *addon_list;
    PyObject *catalogue;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OpO!O!Op", names, &path, &explain,
                                     &PyList_Type, &list, &PyList_Type, &addon_list, &catalogue,
                                     &cascade))
        return NULL;
    struct object *self = bridge_new(type);
    if (self == NULL)
        return NULL;
    const struct state *state = bridge_state(self);
    engage_analyzer_options options = ENGAGE_ANALYZER_OPTIONS_INIT;
    options.flags = (explain ? ENGAGE_ANALYZE_EXPLAIN : 0) |
                    (cascade ? ENGAGE_ANALYZE_CASCADE : 0);
    const engage_lexicon *lexicons[ENGAGE_LEXICONS_MOST];
    size_t count = 0;
    if (state != NULL)
        count = bridge_open_list(state, list, ENGAGE_LEXICONS_MOST, ENGAGE_ELIMIT, open_lexicon,
                                 lexicons);
    const engage_addon *addons[ENGAGE_ADDONS_MOST];
    options.addons = addons;
    if (!PyErr_Occurred())
        options.addon_count = bridge_open_addons(state, addon_list, addons);
    if (!PyErr_Occurred() && bridge_open_model(state, path, &options.model) &&
        bridge_open_catalogue(state, catalogue, &options.catalogue)) {
        engage_analyzer *analyzer;
        int rc;
        Py_BEGIN_ALLOW_THREADS
        rc = engage_analyzer_new(&analyzer, &options);
        if (rc == ENGAGE_OK)
            rc = engage_analyzer_set_lexicons(analyzer, lexicons, count);
        Py_END_ALLOW_THREADS
        self->handle = analyzer;
        if (rc != ENGAGE_OK)
            bridge_raise(state, rc, NULL);
    }
    engage_catalogue_unref(options.catalogue);
    engage_model_unref(options.model);
    for (size_t i = 0; i < count; i++)
        engage_lexicon_unref(lexicons[i]);
    bridge_close_addons(addons, options.addon_count);
    return bridge_made(self);
}

static void analyzer_drop(PyObject *self)
{
    engage_analyzer_free(((struct object *)self)->handle);
    bridge_drop(self);
}

static int read_scores(void *handle, int unit, const char *text, size_t size, void *out)
{
    (void)unit;
    engage_str none = {NULL, 0};
    const engage_analysis *analysis;
    int rc = engage_analyzer_run(handle, text, size, &analysis);
    return rc == ENGAGE_OK ? engage_analysis_json(analysis, none, out) : rc;
}

static PyObject *analyzer_run(PyObject *object, PyObject *text)
{
    struct object *self = (struct object *)object;
    return read_post(self, text, 0, read_scores, self->buffer);
}

/* What the JSON does not tell, in millionths. */
struct signals {
    int32_t irony;
    int32_t anger;
    int32_t confidence;
};

static int read_signals(void *handle, int unit, const char *text, size_t size, void *out)
{
    (void)unit;
    struct signals *signals = out;
    const engage_analysis *analysis;
    int rc = engage_analyzer_run(handle, text, size, &analysis);
    if (rc != ENGAGE_OK)
        return rc;
    signals->irony = engage_analysis_signal(analysis, ENGAGE_SIGNAL_IRONY);
    signals->anger = engage_analysis_signal(analysis, ENGAGE_SIGNAL_ANGER);
    signals->confidence = engage_analysis_confidence(analysis);
    return ENGAGE_OK;
}

static PyObject *analyzer_signals(PyObject *self, PyObject *text)
{
    struct signals signals = {0};
    PyObject *nothing = read_post((struct object *)self, text, 0, read_signals, &signals);
    if (nothing == NULL)
        return NULL;
    Py_DECREF(nothing);
    return Py_BuildValue("{s:d,s:d,s:d}", "irony", signals.irony / 1e6, "anger",
                         signals.anger / 1e6, "confidence", signals.confidence / 1e6);
}

static PyMethodDef analyzer_methods[] = {
    {"run", analyzer_run, METH_O, "run(text) -> JSON text"},
    {"signals", analyzer_signals, METH_O, "signals(text) -> dict"},
    {NULL, NULL, 0, NULL},
};
const struct bridge_type bridge_analyzer = {"engage._engage.Analyzer", sizeof(struct object),
                                            analyzer_new, analyzer_drop, analyzer_methods};
