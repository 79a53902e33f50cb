# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""Irony and anger, read off the sums of a trained student: no row is trained for them.

    fit(reader, model, soft) -> the numbers of the model file's section
    figures(engage) -> lines for the card

The teachers' soft labels of a sample of posts are fitted by logistic regression over the inputs of
the dense layer. READER is the program of aspects.c, which prints the sums of posts.
"""

import os
import subprocess

import numpy as np
from scipy.optimize import minimize

import data
from pack import COLUMNS, DENSE_SECTION, section

NAMES = ("irony", "anger")
EVERY = 9  # every ninth post is plenty for 57 numbers
RIDGE = 1e-4
NOBODY = "zzqxj"  # a target that no post mentions
JUDGE = (("irony", "signals/irony_val.tsv", ("irony", "1")),
         ("anger", "signals/emotion_val.tsv", ("anger", "0")))


def sums(reader, model, texts):
    """The sum of rows of each text."""
    rows = "".join("%s\t%s\n" % (NOBODY, text.replace("\t", " ")) for text in texts)
    raw = subprocess.run([reader, model], input=rows.encode(), stdout=subprocess.PIPE,
                         check=True).stdout
    numbers = np.frombuffer(raw, "<i4").reshape(len(texts), 1 + COLUMNS)
    if numbers[:, 0].any():
        raise ValueError("a post mentions the target that none should")
    return numbers[:, 1:].astype(float)


def regress(x, target):
    """Weights and bias of a logistic regression with soft targets."""
    scale = x.std(0) + 1e-9
    x = x / scale

    def loss(v):
        z = x @ v[:-1] + v[-1]
        p = 1 / (1 + np.exp(-z))
        slope = (p - target) / len(x)
        return ((np.logaddexp(0, z) - target * z).mean() + RIDGE * (v[:-1] ** 2).sum(),
                np.append(x.T @ slope + 2 * RIDGE * v[:-1], slope.sum()))

    v = minimize(loss, np.zeros(x.shape[1] + 1), jac=True, method="L-BFGS-B",
                 options={"maxiter": 300}).x
    return v[:-1] / scale, v[-1]


def fit(reader, model, soft):
    loaded = np.load(soft + ".npz")
    with open(soft + ".texts", encoding="utf-8", newline="\n") as f:
        texts = f.read().split("\n")[:len(loaded["irony"]):EVERY]
    with open(model, "rb") as f:
        ramp = np.frombuffer(section(f.read(), DENSE_SECTION), "<i4")[:COLUMNS]
    x = sums(reader, model, texts)
    x = np.concatenate([x, np.maximum(x + ramp, 0)], 1)
    numbers = []
    for name in NAMES:
        weights, bias = regress(x, loaded[name][::EVERY].astype(float))
        numbers.append(round(bias * 65536))
        numbers.extend(int(n) for n in np.rint(weights * 65536))
    return numbers


def area(gold, p):
    """The area under the curve of hits over false alarms."""
    order = np.argsort(p, kind="stable")
    rank = np.empty(len(p))
    rank[order] = np.arange(1, len(p) + 1)
    hits = gold.sum()
    return (rank[gold].sum() - hits * (hits + 1) / 2) / max(hits * (len(gold) - hits), 1)


def figures(engage, interval):
    for i, (name, path, yes) in enumerate(JUDGE):
        with open(os.path.join(data.shared(), path), encoding="utf-8", newline="\n") as f:
            rows = [line.rstrip("\n").split("\t") for line in f]
        gold = np.array([r[0] in yes for r in rows])
        p = engage.signals([r[-1] for r in rows])[:, i]
        yield ("%s, area under the curve (TweetEval validation)" % name, area(gold, p),
               interval(len(gold), lambda i, g=gold, p=p: area(g[i], p[i])))
