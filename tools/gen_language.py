#!/usr/bin/env python3
# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""Train lib/data/language_table.c: weights of character n-grams for the languages that
share the Latin script.

usage: gen_language.py DATA > lib/data/language_table.c

DATA is the folder of training sets (sentiment/umsab/*_train.tsv, and the English
sets that main names). Needs numpy. What it learns with is the arithmetic of the machine, so
that its output is checked by what it is good for rather than byte by byte. It prints the
accuracy on the validation sets to stderr.

A linear model over hashed n-grams (1 to 4 letters, with the ends of words, and whole
words), trained by AdaGrad on the logistic loss; a feature's weight is one signed byte.
"""
import hashlib
import os
import random
import re
import sys
import unicodedata

import numpy

LANGUAGES = ["en", "es", "pt", "fr", "de", "it", "hi"]
FILES = {"es": "spanish", "pt": "portuguese", "fr": "french", "de": "german", "it": "italian",
         "hi": "hindi"}
BUCKETS = 1 << 13
LONGEST = 4
WIDTH = 8
PIECES, LONGEST_PIECE = 4, 5
EPOCHS = 4
SKIP = re.compile(r"(https?://\S+|www\.\S+|[@\uff20#\uff03][\w.]*|&#?\w+;)", re.IGNORECASE)
LATIN = re.compile(r"[A-Za-z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff]+")
SUMS = []


def read(data, name):
    path = os.path.join(data, name)
    with open(path, "rb") as file:
        raw = file.read()
    SUMS.append((name, hashlib.sha256(raw).hexdigest()))
    return [line.split("\t")[-1] for line in raw.decode("utf-8").splitlines()]


def words(text):
    text = unicodedata.normalize("NFC", SKIP.sub(" ", text)).casefold()
    return [word for word in LATIN.findall(text) if len(word) <= 30]


def finish(value, length):
    """The bucket of a gram from the FNV-1a hash of its bytes and its length."""
    value ^= length * 0x9E3779B9 & 0xFFFFFFFF
    value ^= value >> 15
    value = value * 0x2C1B3C6D & 0xFFFFFFFF
    return (value ^ value >> 12) % BUCKETS


def word_features(word, known={}):
    if word not in known:
        marked = "^" + word + "$"
        found = []
        for start in range(len(marked)):
            value = 0x811C9DC5
            for length in range(1, LONGEST + 1):
                if start + length > len(marked):
                    break
                for byte in marked[start + length - 1].encode("utf-8"):
                    value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
                if length > 1 or 0 < start < len(marked) - 1:
                    found.append(finish(value, length))
        value = 0x811C9DC5
        for byte in marked.encode("utf-8"):
            value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
        found.append(finish(value, 9))
        known[word] = found
    return known[word]


def features(text):
    return numpy.array([f for word in words(text) for f in word_features(word)], dtype=numpy.int64)


def letters(text):
    return sum(len(word) for word in words(text))


def score(weights, found):
    return weights[found].sum(0) / max(1, len(found)) ** 0.5


def train(rows, epochs):
    weights = numpy.zeros((BUCKETS, len(LANGUAGES)), dtype=numpy.float64)
    squares = numpy.full_like(weights, 1e-2)
    counts = [sum(1 for row in rows if row[0] == k) for k in range(len(LANGUAGES))]
    # Rare languages count more, English no less: most posts are.
    share = [max(1.0, min(2.0, len(rows) / len(LANGUAGES) / n)) for n in counts]
    order = random.Random(5)
    for _ in range(epochs):
        order.shuffle(rows)
        for k, found in rows:
            z = score(weights, found)
            p = numpy.exp(z - z.max())
            p /= p.sum()
            p[k] -= 1
            p *= share[k] / len(found) ** 0.5
            which, times = numpy.unique(found, return_counts=True)
            step = numpy.outer(times, p) + 1e-5 * weights[which]
            squares[which] += step * step
            weights[which] -= 0.3 * step / numpy.sqrt(squares[which])
    return weights


def pieces(text, draw):
    """Runs of words out of a post, as brief as some posts are."""
    known = words(text)
    for _ in range(PIECES):
        count = draw.randint(1, LONGEST_PIECE)
        if len(known) > count:
            start = draw.randrange(len(known) - count + 1)
            piece = " ".join(known[start:start + count])
            if letters(piece) >= 4:
                yield piece


def main():
    data = os.path.join(sys.argv[1], "sentiment")
    rows = []
    # Short posts and talk too: what is brief must not look like another language.
    english = (read(data, "semeval_train.tsv")[::12] + read(data, "extraction.tsv")[::7] +
               read(data, "goemotions_reddit.tsv")[::7])
    sets = {"en": english}
    for code, name in FILES.items():
        sets[code] = read(data, "umsab/{}_train.tsv".format(name))
    for code in LANGUAGES:
        for text in sets[code]:
            if letters(text) >= 4:
                rows.append((LANGUAGES.index(code), features(text), text))
    # Many posts of the Hindi set are English: what a first model says of them decides.
    first = train([row[:2] for row in rows], 2)
    hindi = LANGUAGES.index("hi")
    rows = [row for row in rows if row[0] != hindi or score(first, row[1]).argmax() == hindi]
    # Brief posts must be told too, of which these sets have few: a few words of each post.
    draw = random.Random(11)
    brief = [(k, features(piece)) for k, _, text in rows for piece in pieces(text, draw)]
    weights = train([row[:2] for row in rows] + brief, EPOCHS)
    weights -= weights.mean(axis=1, keepdims=True)
    scale = 127 / numpy.quantile(numpy.abs(weights), 0.9995)
    table = numpy.clip(numpy.rint(weights * scale), -127, 127).astype(int)

    for path, code in [("umsab/{}_val.tsv".format(FILES[c]), c) for c in FILES] + \
            [("tweeteval_val.tsv", "en")]:
        with open(os.path.join(data, path), encoding="utf-8") as file:
            texts = [line.rstrip("\n").split("\t")[-1] for line in file]
        texts = [text for text in texts if letters(text) >= 20]
        good = sum(table[features(t)].sum(0).argmax() == LANGUAGES.index(code) for t in texts)
        print("{}: {} of {}".format(code, good, len(texts)), file=sys.stderr)

    print("/* SPDX-FileCopyrightText: the libengage maintainers")
    print(" * SPDX-License-Identifier: MIT")
    print(" *")
    print(" * Written by tools/gen_language.py. Do not edit.")
    print(" * Trained on these sets (UMSAB; SemEval-2013 to 2016; Tweet Sentiment Extraction;")
    print(" * GoEmotions, Apache-2.0):")
    for name, digest in SUMS:
        print(" *   {}\n *     {}".format(name, digest))
    print(" */")
    print('#include "text/language.h"')
    print()
    print("/* A row a bucket, a column a language: {}. */".format(" ".join(LANGUAGES)))
    print("const int8_t engagep_language_weights[ENGAGEP_LANGUAGE_BUCKETS]"
          "[ENGAGEP_LANGUAGE_WIDTH] = {")
    for row in table:
        padded = list(row) + [0] * (WIDTH - len(row))
        print("    {" + ", ".join(str(value) for value in padded) + "},")
    print("};")


main()
