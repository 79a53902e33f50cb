/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The bridge from Python to libengage: six types, each over one object of the
 * library. Reports come as the library's own JSON text; engage/__init__.py turns
 * them into dicts. An object that is in use by one thread refuses others, since
 * the GIL is released while the library works.
 */
#include "bridge.h"

static int add_type(PyObject *module, const struct bridge_type *given)
{
    PyType_Slot slots[] = {
        {Py_tp_new, (void *)given->make},
        {Py_tp_dealloc, (void *)given->drop},
        {Py_tp_methods, given->methods},
        {0, NULL},
    };
    PyType_Spec spec = {given->name, (int)given->size, 0, Py_TPFLAGS_DEFAULT, slots};
    PyTypeObject *type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &spec, NULL);
    if (type == NULL)
        return -1;
    int rc = PyModule_AddType(module, type);
    Py_DECREF((PyObject *)type);
    return rc;
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
    if (add_type(module, &bridge_tokenizer) < 0 || add_type(module, &bridge_analyzer) < 0 ||
        add_type(module, &bridge_lesson) < 0 || add_type(module, &bridge_promise) < 0 ||
        add_type(module, &bridge_gauge) < 0 || add_type(module, &bridge_tracker) < 0)
        return -1;
    return 0;
}

static int module_traverse(PyObject *module, visitproc visit, void *arg)
{
    struct state *state = PyModule_GetState(module);
    Py_VISIT(state->error);
    Py_VISIT(state->concurrent);
    return 0;
}

static int module_clear(PyObject *module)
{
    struct state *state = PyModule_GetState(module);
    Py_CLEAR(state->error);
    Py_CLEAR(state->concurrent);
    return 0;
}

static PyMethodDef module_methods[] = {
    {"addon_info", bridge_addon_info, METH_O, "addon_info(bytes) -> JSON text"},
    {NULL, NULL, 0, NULL},
};

/* Python 3.12 asks which modules interpreters with locks of their own may load; 3.11, to whose
 * interface this keeps, knows neither those nor the question. */
static PyModuleDef_Slot module_slots[] = {
    {Py_mod_exec, (void *)module_exec},
    {3, (void *)2}, /* Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED */
    {0, NULL},
};
static PyModuleDef_Slot module_slots_3_11[] = {
    {Py_mod_exec, (void *)module_exec},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "engage._engage",
    .m_doc = "The bridge to libengage.",
    .m_size = sizeof(struct state),
    .m_methods = module_methods,
    .m_traverse = module_traverse,
    .m_clear = module_clear,
};

PyMODINIT_FUNC PyInit__engage(void)
{
    definition.m_slots = Py_Version < 0x030C0000 ? module_slots_3_11 : module_slots;
    return PyModuleDef_Init(&definition);
}
