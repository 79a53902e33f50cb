# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""Posts as an encoder reads them: the files of cues.c."""

import os
import subprocess

import numpy as np

import pack

WORDS, LETTERS = 27000, 12500  # rows for the most frequent of them
LEAST = 3  # times that a word with a row is seen
DROPPED = 0.04  # of the words that are known, while a net learns: their letters speak for them
TYPE = np.dtype([("word", "<u4"), ("spelt", "<u4"), ("own", "<u4", 2), ("letters", "<u4"),
                 ("count", "<u4")])
POST = np.dtype([("first", "<u4"), ("count", "<u4"), ("set", "<u2"), ("flags", "<u2"),
                 ("weight", "<f4", 2), ("target", "<f4", pack.HEADS)])


def ragged(first, count):
    """first[0], first[0] + 1, ... count[0] of them; then those of first[1]."""
    count = count.astype(np.int64)
    start = np.repeat(first.astype(np.int64) - (np.cumsum(count) - count), count)
    return start + np.arange(len(start))


class Posts:
    """The posts of a file of rows.py."""

    def __init__(self, program, vocabulary, rows, stem):
        if not os.path.exists(stem + ".names"):
            subprocess.run([program, "-w", vocabulary, rows, stem], check=True)
        self.types = np.fromfile(stem + ".types", TYPE)
        self.letters = np.fromfile(stem + ".letters", np.uint32)
        self.tokens = np.fromfile(stem + ".tokens", np.int32)
        self.marks = np.fromfile(stem + ".marks", np.uint8)
        self.posts = np.fromfile(stem + ".posts", POST)
        self.mark_names = np.fromfile(stem + ".names", np.uint32)

    def names(self):
        """The names of rows that these posts deserve, rising."""
        used = np.bincount(self.tokens, minlength=len(self.types))
        word, where = np.unique(self.types["word"], return_inverse=True)
        often = np.bincount(where, weights=used)
        best = np.argsort(-often, kind="stable")[:WORDS]
        words = word[best[often[best] >= LEAST]]
        rare = ~np.isin(self.types["word"], words)
        at = ragged(self.types["letters"][rare], self.types["count"][rare])
        letter, where = np.unique(self.letters[at], return_inverse=True)
        often = np.bincount(where, weights=np.repeat(used[rare], self.types["count"][rare]))
        letters = letter[np.argsort(-often, kind="stable")[:LETTERS]]
        own = self.types["own"]
        return np.unique(np.concatenate([words, letters, own[own != 0], self.mark_names]))

    def know(self, names):
        """Gives types and marks the numbers of their rows; -1: none."""
        def number(wanted):
            at = np.searchsorted(names, wanted).clip(max=len(names) - 1)
            return np.where((names[at] == wanted) & (wanted != 0), at, -1)

        self.word, self.own = number(self.types["word"]), number(self.types["own"])
        self.mark = number(self.mark_names)
        found = number(self.letters)
        kept = found >= 0
        before = np.concatenate([[0], np.cumsum(kept)])
        first = self.types["letters"].astype(np.int64)
        self.letter_rows = found[kept]
        self.letter_first = before[first]
        self.letter_count = before[first + self.types["count"]] - self.letter_first

    def read(self, chosen, order=None):
        """(rows, weights, where the rows of each token begin, tokens of each post)."""
        count = self.posts["count"][chosen].astype(np.int64)
        at = ragged(self.posts["first"][chosen], count)
        types, marks = self.tokens[at], self.marks[at]
        word = self.word[types]
        if order is not None:
            word = np.where(order.random(len(word)) < DROPPED, -1, word)
        known, spelt = np.flatnonzero(word >= 0), np.flatnonzero(word < 0)
        letters = self.letter_count[types[spelt]]
        parts = [(known, word[known], 1),
                 (np.repeat(spelt, letters),
                  self.letter_rows[ragged(self.letter_first[types[spelt]], letters)],
                  np.repeat(1 / np.maximum(letters, 1), letters))]
        for rows in self.own[types].T:
            some = np.flatnonzero(rows >= 0)
            parts.append((some, rows[some], 1))
        for bit in range(len(self.mark)):
            some = np.flatnonzero(marks >> bit & 1)
            parts.append((some, np.full(len(some), self.mark[bit]), 1))
        where = np.concatenate([p[0] for p in parts])
        weight = np.concatenate([np.broadcast_to(p[2], len(p[0])) for p in parts])
        by = np.argsort(where, kind="stable")
        rows = np.concatenate([p[1] for p in parts])[by]
        starts = np.searchsorted(where[by], np.arange(len(types)))
        return rows, weight[by].astype(np.float32), starts, count

    def split(self, chosen, order, size):
        """Batches of posts of like length; in random order if one is given."""
        length = self.posts["count"][chosen].astype(float)
        if order is not None:
            length += order.random(len(chosen)) * 2
        by = chosen[np.argsort(length, kind="stable")]
        parts = [by[i:i + size] for i in range(0, len(by), size)]
        if order is not None:
            order.shuffle(parts)
        return parts
