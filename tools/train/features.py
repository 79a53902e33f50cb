# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""The linear teachers' features of every text of the corpus, sparse and dense, kept on disk.

Sparse: words one to three with negation marks, and two to five characters inside a word with its
edges, hashed, weighted by inverse document frequency, each block of unit length. Dense: mean,
largest and least word vector, VADER valences, and word scores from posts labelled by emoticon.
"""

import os

import numpy as np
import scipy.sparse as sp

import data
import words

BITS = 22
MIN_TEXTS = 4
CHUNK = 40000
DENSE_SCALE = 0.1
_PRIME = np.uint64(0x9E3779B97F4A7C15)


def _mix(a, b):
    h = (a * np.uint64(31) + b + np.uint64(1)) * _PRIME
    return h ^ (h >> np.uint64(29))


def _csr(columns, texts, size):
    """A matrix of ones from (text, hash) pairs."""
    columns = (columns >> np.uint64(64 - BITS)).astype(np.int64)
    pairs = np.unique(texts.astype(np.int64) << BITS | columns)
    indptr = np.searchsorted(pairs >> BITS, np.arange(size + 1)).astype(np.int64)
    indices = (pairs & ((1 << BITS) - 1)).astype(np.int32)
    return sp.csr_matrix((np.ones(len(indices), np.float32), indices, indptr),
                         shape=(size, 1 << BITS))


def _word_block(corpus, start, end):
    a, b = corpus.offsets[start], corpus.offsets[end]
    negated = (corpus.marks[a:b] & words.NEGATED) != 0
    unit = _mix(corpus.ids[a:b].astype(np.uint64), negated.astype(np.uint64)) * _PRIME
    text = np.repeat(np.arange(end - start), np.diff(corpus.offsets[start:end + 1]))
    hashes, texts, h = [unit], [text], unit
    for n in (2, 3):
        h = _mix(h[:-1], unit[n - 1:])
        same = text[n - 1:] == text[:1 - n]
        hashes.append(h[same] * _PRIME)
        texts.append(text[n - 1:][same])
    return _csr(np.concatenate(hashes), np.concatenate(texts), end - start)


def _char_block(corpus, start, end):
    lines = [" " + line + " " for line in corpus.lines[start:end]]
    code = np.frombuffer("".join(lines).encode("utf-32-le"), np.uint32)
    text = np.repeat(np.arange(end - start), [len(line) for line in lines])
    space = code == 32
    unit = code.astype(np.uint64)
    hashes, texts, h, free = [], [], unit, np.ones(len(code), bool)
    for n in range(2, 6):
        h = _mix(h[:-1], unit[n - 1:])
        if n > 2:
            # No space between the ends: the window stays within one word and its edges.
            free = free[:-1] & ~space[n - 2:-1]
        else:
            free = ~(space[:-1] & space[1:])
        hashes.append((h[free] + np.uint64(n)) * _PRIME)
        texts.append(text[n - 1:][free])
    return _csr(np.concatenate(hashes), np.concatenate(texts), end - start)


def sparse(corpus, work, log):
    path = os.path.join(work, "sparse.npz")
    if not os.path.exists(path):
        size = len(corpus.texts)
        blocks = []
        for make in (_word_block, _char_block):
            x = sp.vstack([make(corpus, i, min(i + CHUNK, size)) for i in range(0, size, CHUNK)],
                          format="csr")
            labelled = x[np.flatnonzero(corpus.fold >= 0)]
            texts = np.bincount(labelled.indices, minlength=1 << BITS)
            keep = np.flatnonzero(texts >= MIN_TEXTS)
            rank = np.full(1 << BITS, -1, np.int32)
            rank[keep] = np.arange(len(keep), dtype=np.int32)
            x.indices = rank[x.indices]
            kept = x.indices >= 0
            indptr = np.concatenate([[0], np.cumsum(kept)])[x.indptr]
            idf = (np.log(labelled.shape[0] / texts[keep]) + 1).astype(np.float32)
            indices = x.indices[kept]
            x = sp.csr_matrix((idf[indices], indices, indptr), shape=(size, len(keep)))
            norm = np.sqrt(np.asarray(x.multiply(x).sum(1)).ravel())
            x.data /= np.repeat(norm.astype(np.float32), np.diff(x.indptr))
            blocks.append(x)
            log("sparse block of", x.shape[1], "features,", x.nnz, "entries")
        x = sp.hstack(blocks, format="csr", dtype=np.float32)
        np.savez(path, data=x.data, indices=x.indices.astype(np.int32), indptr=x.indptr,
                 shape=x.shape)
    with np.load(path) as f:
        return sp.csr_matrix((f["data"], f["indices"], f["indptr"]), shape=tuple(f["shape"]))


def valences(corpus):
    """VADER's mean valence of each word of the vocabulary, in -1 to 1."""
    score = {}
    with open(os.path.join(data.shared(), "lexicons/vader_lexicon.txt"), encoding="utf-8") as f:
        for line in f:
            columns = line.rstrip("\n").split("\t")
            score[columns[0].lower()] = float(columns[1]) / 4
    return np.array([score.get(w, 0) for w in corpus.vocabulary], np.float32)


def distant(corpus):
    """How much likelier each word is under a happy emoticon than a sad one, as a log ratio."""
    count = np.ones((2, len(corpus.vocabulary)), np.float64) * 4
    for name, label, i in corpus.rows:
        if name == "s140_distant":
            ids = corpus.ids[corpus.offsets[i]:corpus.offsets[i + 1]]
            np.add.at(count[int(label == "positive")], np.unique(ids), 1)
    ratio = np.log(count[1] / count[1].sum()) - np.log(count[0] / count[0].sum())
    ratio[:2] = 0
    return (ratio / 3).astype(np.float32)


def dense(corpus, work, vectors, log):
    path = os.path.join(work, "dense.npy")
    if not os.path.exists(path):
        valence, ratio = valences(corpus), distant(corpus)
        parts = []
        for start in range(0, len(corpus.texts), CHUNK):
            end = min(start + CHUNK, len(corpus.texts))
            a, b = corpus.offsets[start], corpus.offsets[end]
            ids, marks = corpus.ids[a:b], corpus.marks[a:b]
            at = np.minimum(corpus.offsets[start:end] - a, max(b - a - 1, 0))
            length = np.maximum(np.diff(corpus.offsets[start:end + 1]), 1)[:, None]
            v = vectors[ids]
            sign = np.where(marks & words.NEGATED, -0.74, 1).astype(np.float32)
            scores = np.stack([
                valence[ids] * sign, np.maximum(valence[ids] * sign, 0),
                np.minimum(valence[ids] * sign, 0), ratio[ids] * sign, ratio[ids],
                (marks & words.CAPS != 0), (marks & words.LONG != 0), (marks & words.TAG != 0),
                (marks & words.NEGATED != 0)], 1).astype(np.float32)
            total = np.add.reduceat(scores, at)
            parts.append(np.concatenate([
                np.add.reduceat(v, at) / length, np.maximum.reduceat(v, at),
                np.minimum.reduceat(v, at), total, total / length,
                np.maximum.reduceat(scores[:, :4], at), np.minimum.reduceat(scores[:, :4], at),
                np.log(length)], 1).astype(np.float32))
        d = np.concatenate(parts)
        d = (d - d.mean(0)) / (d.std(0) + 1e-6)
        np.save(path, (np.clip(d, -4, 4) * DENSE_SCALE).astype(np.float16))
        log("dense features:", d.shape[1])
    return np.load(path)


def sparse_size(work):
    """How many n-grams the sparse features tell apart."""
    with np.load(os.path.join(work, "sparse.npz")) as f:
        return int(f["shape"][1])
