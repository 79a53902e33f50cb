# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""Lessons and what comes of them, through the library's public functions: for the protocols."""

import ctypes
import os

from data import INTENTS
from library import HEADS, AnalyzerOptions


class _LessonOptions(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_uint32), ("share", ctypes.c_uint32),
                ("max_posts", ctypes.c_uint32), ("max_bytes", ctypes.c_uint32),
                ("model", ctypes.c_void_p), ("allocator", ctypes.c_void_p)]


class Library:
    """libengage over its built-in model."""

    def __init__(self, path):
        self.lib = ctypes.CDLL(os.path.abspath(path))
        self.lib.engage_buffer_data.restype = ctypes.c_void_p
        self.lib.engage_buffer_size.restype = ctypes.c_size_t

    @staticmethod
    def check(code):
        if code != 0:
            raise RuntimeError("libengage returned %d" % code)

    def _text(self, text):
        raw = text.encode()
        return raw, ctypes.c_size_t(len(raw))

    def teach(self, labelled, ordinary=(), share=0):
        """The bytes of an add-on; labelled: rows of (label, yes, text)."""
        lib, lesson, buffer = self.lib, ctypes.c_void_p(), ctypes.c_void_p()
        options = _LessonOptions(ctypes.sizeof(_LessonOptions), share, 0, 0, None, None)
        self.check(lib.engage_lesson_new(ctypes.byref(lesson), ctypes.byref(options)))
        for label, yes, text in labelled:
            self.check(lib.engage_lesson_add(lesson, label.encode(), int(yes), *self._text(text)))
        for text in ordinary:
            self.check(lib.engage_lesson_add_ordinary(lesson, *self._text(text)))
        self.check(lib.engage_buffer_new(ctypes.byref(buffer), None))
        self.check(lib.engage_lesson_learn(lesson, buffer, None))
        made = ctypes.string_at(lib.engage_buffer_data(buffer), lib.engage_buffer_size(buffer))
        lib.engage_buffer_free(buffer)
        lib.engage_lesson_free(lesson)
        return made

    def judge(self, texts, addon=None):
        """Of each text (logits of intents taught, whether they are given, built-in labels)."""
        lib, opened, analyzer = self.lib, ctypes.c_void_p(), ctypes.c_void_p()
        lib.engage_analysis_logit.restype = ctypes.c_int64
        if addon is not None:
            self.check(lib.engage_addon_open_memory(ctypes.byref(opened), addon,
                                                    ctypes.c_size_t(len(addon)), None, None))
        options = AnalyzerOptions(ctypes.sizeof(AnalyzerOptions), 0, 0, 0, None, None, None,
                                  ctypes.cast(ctypes.pointer(opened), ctypes.c_void_p),
                                  int(addon is not None))
        self.check(lib.engage_analyzer_new(ctypes.byref(analyzer), ctypes.byref(options)))
        rows = []
        for text in texts:
            out = ctypes.c_void_p()
            self.check(lib.engage_analyzer_run(analyzer, *self._text(text), ctypes.byref(out)))
            taught = range(lib.engage_analysis_taught_count(out))
            rows.append(([lib.engage_analysis_logit(out, HEADS + i) for i in taught],
                         [lib.engage_analysis_taught_has(out, ctypes.c_size_t(i))
                          for i in taught],
                         [lib.engage_analysis_has_intent(out, k) for k in range(len(INTENTS))]))
        lib.engage_analyzer_free(analyzer)
        lib.engage_addon_unref(opened)
        return rows
