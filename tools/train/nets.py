# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""What the neural teachers have in common: their rows, and a model of each for each fold.

All tasks share one net; sentiment has an intercept for each set. As with the linear teachers, each
of the models misses one fold, so that every training row is judged by a model that never saw it or
a near copy. The nets are letters.py, on n-grams, wide.py, on neighbouring words, and encoder.py,
which had read other texts before: each has train(), and says how many of its models judge a text
that no set labels.
"""

import os

import numpy as np

import corpus as corpora
import linear
import tasks

TARGETS = 16  # numbers kept for a row's target: as many as the largest task has heads, and more
# Rows of each task drawn for one pass; 1 is each row once, 2.5 each two and a half times.
SHARE = {"intents": 2.5, "distant": 0.35, "assistant": 0.1, "offensive": 0.5, "app": 0.5,
         "spam": 0.5}
LOSS = {"sentiment": 1.0, "intents": 0.4, "distant": 0.4}
SIDE_LOSS = 0.25
SMOOTHING = 0.05
# Classes of side tasks that the soft labels hold too.
SIGNALS = {"irony": ("irony", 1), "anger": ("emotion", 0)}

ROW = np.dtype([("text", "<i4"), ("task", "<i4"), ("set", "<i4"), ("weight", "<f4"),
                ("target", "<f4", TARGETS)])


class Rows:
    """The training rows of all tasks in one array, as letters.c reads them.

    tasks: first head, number of heads, and kind (0: one class of them; 1: any) of each.
    """

    def __init__(self, corpus):
        self.sentiment = tasks.Sentiment(corpus)
        self.intents = tasks.Intents(corpus)
        sides = {t: tasks.Auxiliary(corpus, t) for t in tasks.AUXILIARY}
        self.names = ["sentiment", "intents"] + list(sides)
        counts = [3, 15] + [len(a.classes) for a in sides.values()]
        starts = np.cumsum([0] + counts[:-1])
        self.tasks = np.stack([starts, counts, [0, 1] + [0] * len(sides)], 1).astype("<i4")
        s, t = self.sentiment, self.intents
        weight = s.weights() * np.array([linear.SET_WEIGHT.get(n, 1) for n in s.names])[s.set]
        parts = [self._part("sentiment", s.text, s.set, weight, _smooth(s.label, 3)),
                 self._part("intents", t.text, 0, 1, t.target)]
        for name, a in sides.items():
            parts.append(self._part(name, a.text, 0, 1, _smooth(a.label, len(a.classes))))
        self.rows = np.concatenate(parts)
        self.fold = corpus.fold[self.rows["text"]]

    def _part(self, name, text, origin, weight, target):
        part = np.zeros(len(text), ROW)
        part["text"], part["task"], part["set"] = text, self.names.index(name), origin
        part["weight"] = weight * np.float32(LOSS.get(name, SIDE_LOSS))
        part["target"][:, :target.shape[1]] = target
        return part

    def draw(self, fold, order, shares=SHARE, sets=()):
        """The row numbers of one pass, without those of a fold; of the sets of sentiment that are
        named, a share only."""
        kept = np.array([dict(sets).get(name, 1) for name in self.sentiment.names])
        chosen = []
        for k, name in enumerate(self.names):
            rows = np.flatnonzero((self.rows["task"] == k) & (self.fold != fold))
            if name == "sentiment" and sets:
                rows = rows[order.random(len(rows)) < kept[self.rows["set"][rows]]]
            share = shares.get(name, 1)
            order.shuffle(rows)
            chosen += [rows] * int(share) + [rows[:int(len(rows) * (share - int(share)))]]
        return np.concatenate(chosen)

    def draw_intents(self, fold, order):
        rows = np.flatnonzero((self.rows["task"] == 1) & (self.fold != fold))
        order.shuffle(rows)
        return rows


def _smooth(label, classes):
    return np.eye(classes, dtype=np.float32)[label] * (1 - SMOOTHING) + SMOOTHING / classes


def softmax(z):
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def probabilities(sentiment, intents):
    """Of sentiment and of intents, each by the logits of all heads."""
    return {"sent": softmax(sentiment[:, :3]), "intent": 1 / (1 + np.exp(-intents[:, 3:18]))}


def run(net, name, corpus, work, log, only=()):
    """Train a net's models, or those of some folds only, and keep their joint predictions."""
    rows = Rows(corpus)
    home = rows.sentiment.set == rows.sentiment.names.index("semeval")

    def model(fold):
        path = os.path.join(work, "%s-fold%d.npz" % (name, fold))
        texts = linear.audience(corpus, fold, net.MODELS_A_TEXT)
        if not os.path.exists(path):
            before, after = net.train(corpus, work, rows, fold, texts, log)
            said = probabilities(before, after)
            for signal, (task, which) in SIGNALS.items():
                start, count, _ = rows.tasks[rows.names.index(task)]
                said[signal] = softmax(before[:, start:start + count])[:, which:which + 1]
            np.savez(path, **{k: v.astype(np.float16) for k, v in said.items()})
            mine = home & (rows.sentiment.fold == fold)
            p = np.zeros((len(corpus.texts), 3), np.float32)
            p[texts] = said["sent"]
            log(name, "fold", fold, "semeval macro recall %.4f macro F1 %.4f" % tasks.recall_f1(
                rows.sentiment.label[mine], p[rows.sentiment.text[mine]].argmax(1)))
        return texts, np.load(path)

    results = [model(fold) for fold in only or range(corpora.FOLDS)]
    if only:
        return
    joint = {}
    for kind in ("sent", "intent") + tuple(SIGNALS):
        joint[kind] = linear.crossed(corpus, lambda f, kind=kind: (
            results[f][0], results[f][1][kind].astype(np.float32)))
    np.savez(os.path.join(work, name + "-net.npz"), **joint)
    tasks.folds(log, name, rows.sentiment, rows.intents, joint["sent"], joint["intent"])
