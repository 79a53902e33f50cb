# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""Word pieces, by the likeliest split of a word under a vocabulary of scored pieces (a unigram
model: Kudo 2018, arXiv:1804.10959), and further numbers for frequent signs that it lacks."""

import os
import re
import unicodedata
from collections import Counter

import numpy as np

UNKNOWN = 0
RESERVED = 6  # numbers that are no pieces
MOST = 64     # pieces of a text
LEAST_SIGN = 30
_URL = re.compile(r"(?:https?://|www\.)\S+", re.I)
_HANDLE = re.compile(r"@\w+")


def plain(text):
    """Links and handles by their kind alone."""
    return unicodedata.normalize("NFKC", _HANDLE.sub("@user", _URL.sub("http", text)))


class Splitter:
    """pieces: [piece, score] by number; signs: further characters, numbered after them."""

    def __init__(self, pieces, signs=()):
        self.score, last = {}, 0.0
        for i, (piece, score) in enumerate(pieces[RESERVED:], RESERVED):
            last = last if score is None else score  # they are in order of their scores
            self.score[piece] = last, i
        self.sign = {s: len(pieces) + i for i, s in enumerate(signs)}
        self.longest = max(map(len, self.score))
        self.worst = min(s for s, _ in self.score.values()) - 10
        self.known = {}

    def word(self, word):
        """The numbers of the pieces of a word."""
        found = self.known.get(word)
        if found is not None:
            return found
        best = [(0.0, 0, 0)] + [None] * len(word)  # score, start, number of the last piece
        for end in range(1, len(word) + 1):
            sign = self.sign.get(word[end - 1], UNKNOWN)
            best[end] = (best[end - 1][0] + self.worst, end - 1, sign)
            for start in range(max(0, end - self.longest), end):
                piece = self.score.get(word[start:end])
                if piece and best[start][0] + piece[0] > best[end][0]:
                    best[end] = (best[start][0] + piece[0], start, piece[1])
        numbers, at = [], len(word)
        while at > 0:
            _, at, number = best[at]
            if number != UNKNOWN or not numbers or numbers[-1] != UNKNOWN:
                numbers.append(number)
        self.known[word] = numbers[::-1]
        return self.known[word]

    def text(self, text):
        numbers = []
        for word in plain(text).split():
            numbers += self.word("\u2581" + word)
        return numbers[:MOST]


def signs(texts, pieces):
    """Characters that no piece holds, the frequent ones, in order of frequency."""
    held = {c for i, (p, _) in enumerate(pieces) if i >= RESERVED for c in p}
    counts = Counter()
    for text in texts:
        counts.update(c for c in plain(text) if c not in held and not c.isspace())
    return [c for c, n in counts.most_common() if n >= LEAST_SIGN]


def split(corpus, pieces, path):
    """ids and offsets of all texts, and how many numbers there are; kept at the path."""
    if not os.path.exists(path):
        more = signs(corpus.texts[:corpus.trains], pieces)
        splitter = Splitter(pieces, more)
        ids, offsets = [], [0]
        for text in corpus.texts:
            ids.extend(splitter.text(text))
            offsets.append(len(ids))
        np.savez(path, ids=np.array(ids, np.int32), offsets=np.array(offsets, np.int64),
                 size=len(pieces) + len(more))
    with np.load(path) as f:
        return f["ids"], f["offsets"], int(f["size"])
