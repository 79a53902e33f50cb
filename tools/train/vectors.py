# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""Word vectors from the training texts: two sets of a different making, so that nets differ.

`svd`: positive point-wise mutual information of words within a window, factored (seconds).
`sg`: fastText skip-gram with character n-grams, by Debian's fasttext command (minutes).
"""

import os
import subprocess

import numpy as np
import scipy.sparse as sp
from sklearn.utils.extmath import randomized_svd

WINDOW = 5
DIM = 128


def _standard(v):
    """Unit variance a dimension, and nothing for the empty token."""
    v = (v - v[2:].mean(0)) / (v[2:].std(0) + 1e-6)
    v[0] = 0
    return v.astype(np.float32)


def svd(corpus, work, log):
    path = os.path.join(work, "svd.npy")
    if not os.path.exists(path):
        end = corpus.offsets[corpus.trains]
        ids = corpus.ids[:end].astype(np.int64)
        text = np.repeat(np.arange(corpus.trains), np.diff(corpus.offsets[:corpus.trains + 1]))
        size = len(corpus.vocabulary)
        counts = sp.csr_matrix((size, size), dtype=np.float32)
        for step in range(1, WINDOW + 1):
            same = text[step:] == text[:-step]
            weight = np.full(int(same.sum()), 1.0 / step, np.float32)
            counts = counts + sp.csr_matrix((weight, (ids[:-step][same], ids[step:][same])),
                                            shape=(size, size))
        counts = (counts + counts.T).tocoo()
        rows = np.asarray(counts.sum(1)).ravel()
        smooth = rows ** 0.75
        pmi = np.log(counts.data * smooth.sum() / (rows[counts.row] * smooth[counts.col] + 1e-9))
        keep = pmi > 0
        ppmi = sp.csr_matrix((pmi[keep].astype(np.float32), (counts.row[keep], counts.col[keep])),
                             shape=(size, size))
        log("point-wise mutual information:", ppmi.nnz, "pairs")
        u, s, _ = randomized_svd(ppmi, DIM, n_iter=4, random_state=1)
        np.save(path, _standard(u * np.sqrt(s)))
        log("factored")
    return np.load(path)


def skipgram(corpus, work, log, threads=2):
    path = os.path.join(work, "sg.npy")
    if not os.path.exists(path):
        model = os.path.join(work, "sg")
        if not os.path.exists(model + ".vec"):
            log("fastText")
            subprocess.run(["fasttext", "skipgram", "-input", os.path.join(work, "lines.txt"),
                            "-output", model, "-dim", "100", "-minn", "3", "-maxn", "5", "-ws", "4",
                            "-neg", "4", "-epoch", "3", "-lr", "0.08", "-minCount", "3",
                            "-bucket", "300000", "-thread", str(threads)],
                           check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        index = {w: i for i, w in enumerate(corpus.vocabulary)}
        vectors = np.zeros((len(corpus.vocabulary), 100), np.float32)
        with open(model + ".vec", encoding="utf-8", newline="\n") as f:
            next(f)
            for line in f:
                word, _, rest = line.partition(" ")
                if word in index:
                    vectors[index[word]] = np.array(rest.split(), np.float32)
        np.save(path, _standard(vectors))
    return np.load(path)
