# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""The teachers' corpus: every text once, as token ids, with its fold; made once and kept on disk.

Texts come in two parts: those that may train (labelled or not), then the judging ones, which are
only ever scored. A fold number keeps near-duplicates of labelled texts together, so that models,
each trained without one fold, together judge every training row without having seen it.
"""

import hashlib
import os
import pickle
import sys
import time
from collections import Counter

import numpy as np

import data
import words

FOLDS = 4
JUDGES = ("tweeteval_val", "airline", "goemotions", "gold_dev")
MIN_COUNT = 3

_start = time.time()


def log(*parts):
    print("%6.0f s" % (time.time() - _start), *parts, file=sys.stderr, flush=True)


class Corpus:
    """texts, judged: how many of them train; rows: (set, label, text number) of each training row;
    judges: the same of the judging rows; ids, marks, offsets: flat tokens; vocabulary; fold: -1
    for a text that no labelled set holds."""


def _texts():
    hygiene = data.Hygiene()
    number, rows, judges = {}, [], []
    for row in data.train(hygiene=hygiene):
        rows.append((row.set, row.label, number.setdefault(row.text, len(number))))
    trains = len(number)
    for name in JUDGES:
        for row in data.judge(name):
            judges.append((name, row.label, number.setdefault(row.text, len(number))))
    return list(number), trains, rows, judges


def _folds(texts, trains, rows):
    """Folds by the key of a group's root; unlabelled copies of labelled texts have one too."""
    labelled = {i for name, _, i in rows if name != "unlabelled"}
    group = data.groups(texts[:trains])
    marked = {group[i] for i in labelled}
    fold = np.full(len(texts), -1, np.int8)
    for i in range(trains):
        if group[i] in marked:
            digest = hashlib.sha256(data.key(texts[group[i]]).encode()).digest()
            fold[i] = digest[1] % FOLDS
    return fold


def build():
    c = Corpus()
    c.texts, c.trains, c.rows, c.judges = _texts()
    log(len(c.texts), "texts,", c.trains, "may train,", len(c.rows), "rows")
    c.fold = _folds(c.texts, c.trains, c.rows)
    log("in folds:", np.bincount(c.fold[c.fold >= 0]))
    segmenter = words.Segmenter(c.texts[:c.trains])
    flat, marks, offsets = [], [], [0]
    for text in c.texts:
        t, m = words.tokens(text, segmenter)
        flat.extend(map(sys.intern, t))
        marks.extend(m)
        offsets.append(len(flat))
    c.offsets = np.array(offsets, np.int64)
    c.marks = np.array(marks, np.uint8)
    counts = Counter(flat[:offsets[c.trains]])
    c.vocabulary = ["", "<rare>"] + [w for w, n in counts.most_common() if n >= MIN_COUNT]
    index = {w: i for i, w in enumerate(c.vocabulary)}
    c.ids = np.fromiter((index.get(w, 1) for w in flat), np.int32, len(flat))
    c.lines = [" ".join(flat[a:b]) for a, b in zip(offsets, offsets[1:])]
    log(len(c.ids), "tokens,", len(c.vocabulary), "words")
    return c


def load(work):
    """The corpus kept in the directory work, made now if it is not there yet."""
    path = os.path.join(work, "corpus.pickle")
    if not os.path.exists(path):
        c = build()
        with open(path + ".new", "wb") as f:
            pickle.dump(c.__dict__, f, protocol=4)
        with open(os.path.join(work, "lines.txt"), "w", encoding="utf-8", newline="\n") as f:
            f.writelines(line + "\n" for line in c.lines[:c.trains])
        os.rename(path + ".new", path)
    with open(path, "rb") as f:
        c = Corpus()
        c.__dict__ = pickle.load(f)
    return c


if __name__ == "__main__":
    load(sys.argv[1])
