# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""The built library as the trainer sees it: logits and judgements through the public functions."""

import ctypes
import os

import numpy as np

import data

HEADS = 3 + len(data.INTENTS)


NO_MODEL = -45
CASCADE = 2  # ENGAGE_ANALYZE_CASCADE


class NoModel(RuntimeError):
    """The library was built without a model and none was given."""


class AnalyzerOptions(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32),
                ("max_bytes", ctypes.c_uint32), ("reserved", ctypes.c_uint32),
                ("model", ctypes.c_void_p), ("allocator", ctypes.c_void_p),
                ("catalogue", ctypes.c_void_p), ("addons", ctypes.c_void_p),
                ("addon_count", ctypes.c_size_t)]


class Engage:
    """An analyzer over a model file, or over the built-in model."""

    def __init__(self, library, model=None, cascade=False):
        self.lib = ctypes.CDLL(os.path.abspath(library))
        self.lib.engage_analysis_logit.restype = ctypes.c_int64
        self.model, self.analyzer = ctypes.c_void_p(), ctypes.c_void_p()
        if model is not None:
            self._check(self.lib.engage_model_open(ctypes.byref(self.model), model.encode(), None,
                                                   None))
        options = AnalyzerOptions(ctypes.sizeof(AnalyzerOptions), CASCADE if cascade else 0, 0, 0,
                                  self.model, None, None, None, 0)
        self._check(self.lib.engage_analyzer_new(ctypes.byref(self.analyzer),
                                                 ctypes.byref(options)))

    def close(self):
        self.lib.engage_analyzer_free(self.analyzer)
        self.lib.engage_model_unref(self.model)

    @staticmethod
    def _check(code):
        if code == NO_MODEL:
            raise NoModel("there is no built-in model")
        if code != 0:
            raise RuntimeError("libengage returned %d" % code)

    def _run(self, text):
        raw = text.encode()
        out = ctypes.c_void_p()
        self._check(self.lib.engage_analyzer_run(self.analyzer, raw, ctypes.c_size_t(len(raw)),
                                                 ctypes.byref(out)))
        return out, raw

    def logits(self, texts):
        """The raw logits of every head, as floats."""
        table = np.empty((len(texts), HEADS))
        for i, text in enumerate(texts):
            out, _ = self._run(text)
            for h in range(HEADS):
                table[i, h] = self.lib.engage_analysis_logit(out, h) / 65536
        return table

    def raw_logits(self, text):
        out, _ = self._run(text)
        return [self.lib.engage_analysis_logit(out, h) for h in range(HEADS)]

    def signals(self, texts):
        """The probabilities of irony and anger."""
        table = np.empty((len(texts), 2))
        for i, text in enumerate(texts):
            out, _ = self._run(text)
            for s in range(2):
                table[i, s] = self.lib.engage_analysis_signal(out, s) / 1e6
        return table

    def judge(self, texts):
        """(probabilities of sentiment, probabilities of intents, labels as zeros and ones)."""
        n = len(data.INTENTS)
        sentiment = np.empty((len(texts), 3))
        intents, labels = np.empty((len(texts), n)), np.zeros((len(texts), n), int)
        for i, text in enumerate(texts):
            out, _ = self._run(text)
            for s in range(3):
                sentiment[i, s] = self.lib.engage_analysis_probability(out, s) / 1e6
            for k in range(n):
                intents[i, k] = self.lib.engage_analysis_intent(out, k) / 1e6
                labels[i, k] = self.lib.engage_analysis_has_intent(out, k)
        return sentiment, intents, labels
