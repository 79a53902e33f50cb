# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""Scales, offsets and thresholds, from logits of posts that the model had not trained on."""

import numpy as np
from scipy.optimize import minimize

import data

Q16 = 65536
THRESHOLDS = np.arange(0.10, 0.80, 0.01)


def sentiment(logits, gold, weight):
    """One scale and three offsets that minimise the weighted log loss; the first offset is 0."""
    weight = weight / weight.sum()
    rows = np.arange(len(gold))

    def loss(v):
        z = logits * v[0] + np.array([0, v[1], v[2]])
        z = z - z.max(1, keepdims=True)
        return -(weight * (z[rows, gold] - np.log(np.exp(z).sum(1)))).sum()

    # By slopes: a simplex that begins at offsets of 0 is so flat that it may end where it began.
    v = minimize(loss, np.array([1.0, 0, 0]), method="BFGS").x
    return [max(v[0], 0.01)] * 3, [0.0, v[1], v[2]]


def intent(logits, gold):
    """Scale and offset of one intent, held near 1 and 0 where there is little to learn from."""
    def loss(v):
        z = v[0] * logits + v[1]
        return ((np.logaddexp(0, z) - gold * z).sum() + 2 * (v[0] - 1) ** 2 + 0.1 * v[1] ** 2)

    v = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead").x
    return max(v[0], 0.05), v[1]


def f1(said, gold):
    hit = (said & gold).sum()
    return 2 * hit / max(said.sum() + gold.sum(), 1)


def threshold(p, gold):
    """The threshold of the best F1, each one judged together with its neighbours."""
    scores = np.array([f1(p > t, gold) for t in THRESHOLDS])
    smooth = np.convolve(np.pad(scores, 4, "edge"), np.ones(9) / 9, "valid")
    return float(THRESHOLDS[int(smooth.argmax())])


def fit(sentiment_rows, intent_rows):
    """sentiment_rows: (logits [n,3], gold [n], weight [n]); intent_rows: (logits [n,15], gold
    [n,15]). Returns (scales, offsets, thresholds) as the model file holds them."""
    scales, offsets = sentiment(*sentiment_rows)
    thresholds = [0] * 3
    logits, gold = intent_rows
    for k in range(len(data.INTENTS)):
        a, b = intent(logits[:, k], gold[:, k])
        p = 1 / (1 + np.exp(-(a * logits[:, k] + b)))
        scales.append(a)
        offsets.append(b)
        thresholds.append(threshold(p, gold[:, k] > 0))
    return ([min(max(round(s * Q16), 1), 16 * Q16) for s in scales],
            [min(max(round(o * Q16), -64 * Q16), 64 * Q16) for o in offsets],
            [round(t * 1e6) for t in thresholds])
