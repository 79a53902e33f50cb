# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""The linear teachers: softmax and sigmoid regression over sparse and dense features.

Each set has its own intercept, which takes up its guideline's leanings; models that each lack
one fold, judge the rows of their missing fold, and their mean judges the texts that no set labels.
"""

import os

import numpy as np
from scipy.optimize import minimize

import corpus as corpora
import tasks

ROUNDS = 60
# Strength of the penalty, chosen on fold 0 of the training rows.
SENTIMENT_PENALTY = 4e-5
INTENT_PENALTY = 7e-5
AUXILIARY_PENALTY = 6e-5
# Sets whose notion is further from a public post's sentiment weigh less.
SET_WEIGHT = {"goemotions": 0.5, "app_sentiment": 0.5, "topic5": 0.5, "sts_gold": 0.7}


def _activate(z, softmax):
    if not softmax:
        return 1 / (1 + np.exp(-np.clip(z, -30, 30)))
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def fit(x, dense, target, weight, origin, origins, penalty, softmax=True, rounds=ROUNDS):
    """Weights (sparse, dense, one intercept row a set) that minimise the weighted log loss."""
    used = np.flatnonzero(np.bincount(x.indices, minlength=x.shape[1]) >= 2)
    x = x[:, used]
    xt = x.T.tocsr()
    k = target.shape[1]
    sizes = [x.shape[1], dense.shape[1], origins]
    cuts = np.cumsum(sizes)[:-1]
    weight = (weight / weight.sum()).astype(np.float32)[:, None]
    one_hot = np.zeros((len(origin), origins), np.float32)
    one_hot[np.arange(len(origin)), origin] = 1

    def loss(flat):
        w = flat.reshape(-1, k).astype(np.float32)
        ws, wd, wb = np.split(w, cuts)
        p = _activate(x @ ws + dense @ wd + wb[origin], softmax)
        tiny = 1e-7
        if softmax:
            value = -(weight * target * np.log(p + tiny)).sum()
        else:
            value = -(weight * (target * np.log(p + tiny)
                                + (1 - target) * np.log(1 - p + tiny))).sum()
        g = weight * (p - target)
        slope = np.concatenate([xt @ g + penalty * ws, dense.T @ g + penalty * wd, one_hot.T @ g])
        value += penalty / 2 * ((ws ** 2).sum() + (wd ** 2).sum())
        return float(value), slope.astype(np.float64).ravel()

    found = minimize(loss, np.zeros(sum(sizes) * k), jac=True, method="L-BFGS-B",
                     options={"maxiter": rounds, "maxcor": 6})
    ws, wd, wb = np.split(found.x.reshape(-1, k).astype(np.float32), cuts)
    full = np.zeros((x.shape[1] if len(used) == 0 else int(used[-1]) + 1, k), np.float32)
    full[used] = ws
    return full, wd, wb


def score(x, dense, model, origin, softmax=True, chunk=50000):
    """Probabilities of every text, by the intercept of one set."""
    ws, wd, wb = model
    padded = np.zeros((x.shape[1], ws.shape[1]), np.float32)
    padded[:len(ws)] = ws
    parts = []
    for i in range(0, x.shape[0], chunk):
        z = x[i:i + chunk] @ padded + dense[i:i + chunk].astype(np.float32) @ wd + wb[origin]
        parts.append(_activate(z, softmax).astype(np.float32))
    return np.concatenate(parts)


def audience(corpus, fold, models=corpora.FOLDS):
    """The texts that the model without a fold judges: the fold's own, the judging ones, and those
    which no set labels, or as many of them that each gets so many models."""
    text = np.arange(len(corpus.texts))
    free = (corpus.fold < 0) & ((text < corpus.trains) & ((text + fold) % corpora.FOLDS < models)
                                | (text >= corpus.trains))
    return np.flatnonzero(free | (corpus.fold == fold))


def crossed(corpus, predict):
    """The mean prediction for each text, of predict(fold), which gives (texts, predictions)."""
    total, count = None, np.zeros((len(corpus.texts), 1), np.float32)
    for f in range(corpora.FOLDS):
        texts, p = predict(f)
        total = np.zeros((len(corpus.texts), p.shape[1]), np.float32) if total is None else total
        total[texts] += p
        count[texts] += 1
    return total / count


def sentiment(corpus, work, x, dense, log):
    """Probabilities of the three classes for every text."""
    path = os.path.join(work, "linear-sentiment.npy")
    if not os.path.exists(path):
        t = tasks.Sentiment(corpus)
        weight = t.weights() * np.array([SET_WEIGHT.get(n, 1) for n in t.names])[t.set]
        target = np.eye(3, dtype=np.float32)[t.label]
        home = t.names.index("semeval")

        def predict(f):
            rows = np.flatnonzero(t.fold != f)
            model = fit(x[t.text[rows]], dense[t.text[rows]].astype(np.float32), target[rows],
                        weight[rows], t.set[rows], len(t.names), SENTIMENT_PENALTY)
            texts = audience(corpus, f)
            log("sentiment fold", f)
            return texts, score(x[texts], dense[texts], model, home)
        p = crossed(corpus, predict)
        np.save(path, p)
        tasks.folds(log, "linear", sentiment=t, sent=p)
    return np.load(path)


def auxiliary(corpus, work, x, dense, log):
    """Logits of every auxiliary class for every text: features of the intent model."""
    path = os.path.join(work, "linear-auxiliary.npy")
    if not os.path.exists(path):
        parts = []
        for task in tasks.AUXILIARY:
            a = tasks.Auxiliary(corpus, task)
            target = np.eye(len(a.classes), dtype=np.float32)[a.label]
            model = fit(x[a.text], dense[a.text].astype(np.float32), target,
                        np.ones(len(a.text)), a.set, int(a.set.max()) + 1, AUXILIARY_PENALTY,
                        rounds=40)
            p = score(x, dense, model, 0)
            parts.append(np.log(p[:, 1:] + 1e-4) - np.log(p[:, :1] + 1e-4))
            log("auxiliary", task, len(a.text), "rows")
        np.save(path, np.concatenate(parts, 1).astype(np.float16))
    return np.load(path)


def intents(corpus, work, x, dense, extra_dense, log):
    """Probabilities of the fifteen intents for every text."""
    path = os.path.join(work, "linear-intents.npy")
    if not os.path.exists(path):
        t = tasks.Intents(corpus)
        both = np.concatenate([dense, extra_dense], 1)

        def predict(f):
            rows = np.flatnonzero(t.fold != f)
            model = fit(x[t.text[rows]], both[t.text[rows]].astype(np.float32), t.target[rows],
                        np.ones(len(rows)), np.zeros(len(rows), int), 1, INTENT_PENALTY,
                        softmax=False)
            texts = audience(corpus, f)
            log("intents fold", f)
            return texts, score(x[texts], both[texts], model, 0, softmax=False)
        p = crossed(corpus, predict)
        np.save(path, p)
        tasks.folds(log, "linear", intents=t, intent=p)
    return np.load(path)


def scaled(columns):
    """Dense features at the scale of the others."""
    columns = columns.astype(np.float32)
    columns = (columns - columns.mean(0)) / (columns.std(0) + 1e-6)
    return (np.clip(columns, -4, 4) * 0.1).astype(np.float16)
