# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""Scales, offsets and thresholds, from logits of posts that the model had not trained on."""

import numpy as np
from scipy.optimize import minimize

import data

Q16 = 65536
THRESHOLDS = np.arange(0.10, 0.80, 0.01)


def sentiment(logits, gold, weight, sure=None):
    """One scale and three offsets that minimise the weighted log loss; the first offset is 0. With
    other weights in `sure`, all of them are changed by the factor that minimises it by these: the
    labels stay what they are, and are told as surely as these posts allow."""
    rows = np.arange(len(gold))

    def loss(weight, v):
        z = logits * v[0] + np.array([0, v[1], v[2]])
        return (weight / weight.sum() * (np.logaddexp.reduce(z, axis=1) - z[rows, gold])).sum()

    # By slopes: a simplex that begins at offsets of 0 is so flat that it may end where it began.
    v = minimize(lambda v: loss(weight, v), np.array([1.0, 0, 0]), method="BFGS").x
    if sure is not None:
        v = v * minimize(lambda factor: loss(sure, v * factor), [1.0], method="BFGS").x
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
    """Half of the best F1 that any threshold has: the threshold of the best F1 where probabilities
    are calibrated (Lipton, Elkan and Naryanaswamy 2014, arXiv:1402.1892), and steadier than the one
    that a few hundred posts seem to ask for."""
    return max(f1(p > t, gold) for t in THRESHOLDS) / 2


def fit(sentiment_rows, intent_rows):
    """sentiment_rows: what sentiment() takes; intent_rows: (logits [n,15], gold [n,15]). Returns
    (scales, offsets, thresholds) as the model file holds them."""
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
