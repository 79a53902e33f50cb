# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""Word pieces, by the longest that fits (Wu et al. 2016, arXiv:1609.08144), of the tokens of a post.

Each piece carries the marks of its token (words.py), and emoji are read by their names in Unicode.
"""

import os
import re
import unicodedata

import numpy as np

import words

MOST = 64  # pieces of a text, with those before and after it
BEFORE, AFTER, UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
_PART = re.compile(r"[^\W_]+|[^\s]")


def plain(token):
    """Letters without accents; a sign that is none of the keyboard's by its name."""
    if token.isascii():
        return token
    out = []
    for c in unicodedata.normalize("NFD", token):
        kind = unicodedata.category(c)
        if kind == "So":
            out.append(" " + unicodedata.name(c, "").lower() + " ")
        elif kind not in ("Mn", "Cf", "Sk"):
            out.append(c)
    return "".join(out)


class Splitter:
    """vocabulary: number by piece; a piece that goes on within a word begins with ##."""

    def __init__(self, vocabulary):
        self.number = vocabulary
        self.longest = max(map(len, vocabulary))
        self.known = {}

    def _part(self, part):
        numbers, at = [], 0
        while at < len(part):
            for end in range(min(len(part), at + self.longest), at, -1):
                found = self.number.get(("##" if at else "") + part[at:end])
                if found is not None:
                    break
            else:
                return [self.number[UNKNOWN]]
            numbers.append(found)
            at = end
        return numbers

    def token(self, token):
        """The numbers of the pieces of a token."""
        if token not in self.known:
            self.known[token] = [n for part in _PART.findall(plain(token))
                                 for n in self._part(part)]
        return self.known[token]

    def text(self, tokens, marks):
        """The numbers of a text's pieces and the marks of each."""
        numbers, carried = [self.number[BEFORE]], [0]
        for token, mark in zip(tokens, marks):
            found = self.token(token)
            numbers += found
            carried += [mark] * len(found)
        return (numbers[:MOST - 1] + [self.number[AFTER]], carried[:MOST - 1] + [0])


def split(texts, segmenter, vocabulary):
    """ids, marks and offsets of the pieces of texts."""
    splitter = Splitter(vocabulary)
    ids, marks, offsets = [], [], [0]
    for text in texts:
        numbers, carried = splitter.text(*words.tokens(text, segmenter, digits=True))
        ids.extend(numbers)
        marks.extend(carried)
        offsets.append(len(ids))
    return np.array(ids, np.int32), np.array(marks, np.uint8), np.array(offsets, np.int64)


def kept(corpus, vocabulary, path):
    """The same of all texts of the corpus, kept at the path."""
    if not os.path.exists(path):
        segmenter = words.Segmenter(corpus.texts[:corpus.trains])
        ids, marks, offsets = split(corpus.texts, segmenter, vocabulary)
        np.savez(path, ids=ids, marks=marks, offsets=offsets)
    with np.load(path) as f:
        return f["ids"], f["marks"], f["offsets"]
