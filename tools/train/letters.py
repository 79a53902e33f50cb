# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""The neural teacher on n-grams of words and letters: letters.c, driven from here."""

import os
import subprocess

import numpy as np

import features
import nets
import vectors

PROGRAM = "LETTERS"  # the variable that names letters.c, built
OPTIONS = ("-b", "48")
PASSES, INTENT_PASSES, SEED = 2, 4, 11
# How many of the models judge a text that no set labels.
MODELS_A_TEXT = 2
DIM, EXTRA, HEADS, MAGIC = 112, 32, 64, 0x5354454E  # as in letters.c


def _write(folder, name, array):
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        array.tofile(path + ".part")
        os.replace(path + ".part", path)


def _export(corpus, work, log):
    """The arrays that letters.c reads, as plain numbers in files; and the number of n-grams."""
    folder = os.path.join(work, "letters")
    os.makedirs(folder, exist_ok=True)
    size = features.sparse_size(work)
    if os.path.exists(os.path.join(folder, "words")):
        return folder, size
    x = features.sparse(corpus, work, log)
    dense = features.dense(corpus, work, vectors.svd(corpus, work, log), log)
    figures = np.zeros((len(corpus.texts), EXTRA), np.float32)
    figures[:, :dense.shape[1] - 3 * vectors.DIM] = dense[:, 3 * vectors.DIM:]
    _write(folder, "extra", figures * np.float32(0.5 / features.DENSE_SCALE))
    _write(folder, "ids", corpus.ids.astype("<i4"))
    _write(folder, "marks", corpus.marks)
    _write(folder, "offsets", corpus.offsets.astype("<i8"))
    _write(folder, "starts", x.indptr.astype("<i8"))
    _write(folder, "ngrams", x.indices.astype("<i4"))
    _write(folder, "values", x.data.astype("<f4"))
    # Beside the vectors stand each word's valence and how happy its company is.
    table = np.zeros((len(corpus.vocabulary), DIM), np.float32)
    sg = vectors.skipgram(corpus, work, log)
    table[:, :sg.shape[1]] = sg * 0.5
    table[:, -2] = features.valences(corpus) * 2
    table[:, -1] = features.distant(corpus)
    _write(folder, "words", table)
    return folder, size


def _job(path, rows, fold, texts, ngrams):
    order = np.random.default_rng(SEED + fold)
    first = []
    for _ in range(PASSES):
        drawn = rows.draw(fold, order)
        order.shuffle(drawn)
        first.append(drawn)
    first = np.concatenate(first)
    second = np.concatenate([rows.draw_intents(fold, order) for _ in range(INTENT_PASSES)])
    head = [MAGIC, len(rows.tasks), len(rows.sentiment.names), len(rows.rows), len(first),
            len(second), len(texts), ngrams]
    with open(path, "wb") as f:
        for part in (head, rows.tasks, rows.rows, first, second, texts):
            part = np.asarray(part)
            (part if part.dtype == nets.ROW else part.astype("<i4")).tofile(f)


def train(corpus, work, rows, fold, texts, log):
    """The logits of the model without a fold for each text, before and after the intents' own
    passes."""
    folder, ngrams = _export(corpus, work, log)
    base = os.path.join(folder, "fold%d" % fold)
    _job(base + ".job", rows, fold, texts, ngrams)
    log("letters fold", fold)
    subprocess.run([os.environ[PROGRAM], *OPTIONS, "-s", str(SEED + fold), folder, "words",
                    base + ".job", base + ".out"], check=True)
    out = np.fromfile(base + ".out", "<f4").reshape(2, len(texts), HEADS)
    os.remove(base + ".job")
    os.remove(base + ".out")
    return out[0], out[1]
