# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""Fit how much each zone around a mention counts, and judge it beside two baselines.

    python3 aspects.py READER MODEL
    python3 aspects.py --filter ROWS OUT

READER is the program of aspects.c, MODEL a model file. Only a model trained without the
posts of dong2014 and topic5 gives honest figures: --filter ROWS OUT writes the rows of rows.py
without them. The weights are fitted on the sets marked train alone; the ABSA sets are
non-commercial and only judge. Baselines: the whole post's label (as it is, and with offsets and a
scale fitted in the same folds), and the majority.

Pairs of posts joined by a comma, a full stop, "and" or "but" are added, each target with its own
post's label, so that clauses are told apart as they must be where a post has two opinions; short
posts with one opinion each would not teach it. A target of the marked sets is a person or a
product, whose own name counts; an aspect's does not (ABSA).

What it printed when the weights in lib/score/aspect.c were fitted, macro F1 on a model that saw
none of these posts:

    set            rows  majority   whole  fitted  target
    dong2014       6248    0.2224  0.5596  0.6106  0.6368  in 5 folds
    topic5        29403    0.2083  0.5692  0.5802  0.5887  in 5 folds
    joined posts   7500            0.4730       -  0.5678  in 5 folds
    absa_laptop14  2313    0.1994  0.6258       -  0.6432  judged only
    absa_rest14    3602    0.2502  0.5724       -  0.5905  judged only
    absa_rest15    1279    0.2864  0.5518       -  0.5579  judged only
    absa_rest16    1880    0.2749  0.5588       -  0.5565  judged only
"""

import argparse
import os
import struct
import subprocess
import sys

import numpy as np
from scipy.optimize import minimize

import data
from pack import DENSE_SECTION, section

COLUMNS, HEADS = 28, 18
ZONES = ("inside after1 after2 after4 after8 after before1 before2 before4 before8 before linked "
         "paused contrasted parted rival feeling far post").split()
LABELS = ("negative", "neutral", "positive")
UNIT = 32
TRAIN = ("dong2014", "topic5")
FOLDS = 5
JOINED = 1500  # joined posts a fold
PLAIN = (1, 0, 0)  # the whole post as it is: scale and offsets


def lines(name):
    with open(os.path.join(data.shared(), "aspect", name), encoding="utf-8", newline="\n") as f:
        for line in f:
            yield line.rstrip("\n").replace("\r", " ").split("\t")


def read_sets():
    """{set: [(label, target, text)]}"""
    sets = {"dong2014": [(LABELS.index(c[0]), c[1], c[2])
                         for c in lines("target_dong2014_train.tsv")]}
    sets["topic5"] = [(1 + (int(c[0]) > 0) - (int(c[0]) < 0), c[1], c[2])
                      for part in ("train", "dev", "devtest", "test")
                      for c in lines("topic5_2016%s.tsv" % part)]
    for part in ("laptop14", "rest14", "rest15", "rest16"):
        sets["absa_" + part] = [
            (LABELS.index(c[0]), c[1].split("|")[0], c[4])
            for c in lines("absa_%s_train_NC.tsv" % part)
            if c[0] in LABELS and not c[1].startswith("NULL")]
    return sets


def mixed(rows, seed, count):
    """Two posts as one; the target keeps the label of its own."""
    rng = np.random.default_rng(seed)
    joints = (", ", ". ", " and ", " but ", ", but ", " while ")
    made = []
    while len(made) < count:
        a, b = (rows[i] for i in rng.integers(len(rows), size=2))
        if a[1].lower() in b[2].lower() or len(a[2]) + len(b[2]) > 240:
            continue
        first, second = (a, b) if rng.random() < 0.5 else (b, a)
        joint = joints[rng.integers(len(joints))]
        made.append((a[0], a[1], first[2].rstrip(" .!,") + joint + second[2]))
    return made


class Model:
    def __init__(self, path):
        with open(path, "rb") as f:
            numbers = np.frombuffer(section(f.read(), DENSE_SECTION), "<i4")
        at = COLUMNS + HEADS
        self.ramp = numbers[:COLUMNS].astype(float)
        self.bias = numbers[COLUMNS:at][:3] / 65536
        self.linear = numbers[at:at + HEADS * COLUMNS].reshape(HEADS, COLUMNS)[:3] / 65536
        self.ramped = numbers[at + HEADS * COLUMNS:].reshape(HEADS, COLUMNS)[:3] / 65536

    def logits(self, seen):
        z = seen + self.ramp
        on = z > 0
        return self.bias + seen @ self.linear.T + (z * on) @ self.ramped.T, on


class Mentions:
    """The zones of every mention of some rows, each weighing one over its row's count."""

    def __init__(self, reader, model, rows):
        text = "".join("%s\t%s\n" % (t.replace(",", " "), x) for _, t, x in rows)
        raw = subprocess.run([reader, model], input=text.encode(), stdout=subprocess.PIPE,
                             check=True).stdout
        numbers = np.frombuffer(raw, np.int32)
        zones, row, whole, at = [], [], [], 0
        step = len(ZONES) * COLUMNS
        for i in range(len(rows)):
            n = numbers[at]
            at += 1
            zones.append(numbers[at:at + n * step].reshape(n, len(ZONES), COLUMNS))
            row += [i] * n
            at += n * step
            whole.append(numbers[at:at + COLUMNS])
            at += COLUMNS
        self.zones = (np.concatenate(zones) / 60).astype(np.float32)
        self.row = np.array(row)
        self.whole = np.array(whole).astype(float)
        self.label = np.array([r[0] for r in rows])
        self.found = np.isin(np.arange(len(rows)), self.row)
        self.share = 1 / np.bincount(self.row, minlength=len(rows))[self.row]


def softmax(x):
    e = np.exp(x - x.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def macro_f1(label, guess):
    f = []
    for k in range(3):
        hit = np.sum((label == k) & (guess == k))
        f.append(2 * hit / max(np.sum(label == k) + np.sum(guess == k), 1))
    return float(np.mean(f))


def balance(label, weight):
    """Weights by which the three classes count the same."""
    total = np.array([weight[label == k].sum() for k in range(3)])
    return weight * (weight.sum() / (3 * np.maximum(total, 1e-9)))[label]


def fit(model, parts, pull=0.001):
    """Zone weights over (zones, label, weight) parts, of which each has offsets of its own, for
    neutral and for positive against negative, while fitting."""
    total = sum(p[2].sum() for p in parts)
    size = len(ZONES)

    def loss(x):
        weights, offsets = x[:size], x[size:].reshape(len(parts), 2)
        value = pull * np.sum((weights - 1) ** 2)
        gradient = np.zeros_like(x)
        gradient[:size] = 2 * pull * (weights - 1)
        for i, (zones, label, weight) in enumerate(parts):
            logits, on = model.logits(np.einsum("z,nzk->nk", weights, zones))
            p = softmax(logits + shift(offsets[i]))
            w = weight / total
            value -= np.sum(w * np.log(p[np.arange(len(label)), label] + 1e-12))
            g = p.copy()
            g[np.arange(len(label)), label] -= 1
            g *= w[:, None]
            seen = g @ model.linear + (g @ model.ramped) * on
            gradient[:size] += np.einsum("nzk,nk->z", zones, seen)
            gradient[size + 2 * i] += g[:, 1].sum()
            gradient[size + 2 * i + 1] += g[:, 2].sum() - g[:, 0].sum()
        return value, gradient

    x = np.concatenate([np.ones(size), np.zeros(2 * len(parts))])
    x = minimize(loss, x, jac=True, method="L-BFGS-B", options={"maxiter": 60}).x
    return x[:size], x[size:].reshape(len(parts), 2)


def shift(offset):
    return np.array([-offset[1], offset[0], offset[1]])


def guess(model, mentions, weights, offset):
    """The label of each row: of all its mentions together."""
    logits, _ = model.logits(np.einsum("z,nzk->nk", weights, mentions.zones))
    total = np.zeros((len(mentions.label), 3))
    np.add.at(total, mentions.row, softmax(logits + shift(offset)))
    total[~mentions.found, 1] = 1
    return total.argmax(1)


def fit_whole(model, mentions, rows):
    """The same for the whole post's logits: offsets and a scale."""
    logits, _ = model.logits(mentions.whole[rows])
    label = mentions.label[rows]
    w = balance(label, np.ones(len(label)))

    def loss(x):
        p = softmax(x[0] * logits + shift(x[1:]))
        return -np.mean(w * np.log(p[np.arange(len(label)), label] + 1e-12))

    return minimize(loss, [1, 0, 0], method="L-BFGS-B").x


def guess_whole(model, mentions, x):
    logits, _ = model.logits(mentions.whole)
    return (x[0] * logits + shift(x[1:])).argmax(1)


def part(mentions, keep):
    """What fit takes, of the rows of a mask."""
    chosen = keep[mentions.row]
    label = mentions.label[mentions.row[chosen]]
    return mentions.zones[chosen], label, balance(label, mentions.share[chosen])


def without_marked(source, target):
    """Copies a file of rows.py without the posts of the sets that are fitted on."""
    keys, ends = set(), set()
    for name in TRAIN:
        for _, _, text in read_sets()[name]:
            k = data.key(text)
            keys.add(k)
            ends.update(data.ends(k))
    with open(source, "rb") as f:
        raw = f.read()
    head, at, kept = 88, 8, []
    while at < len(raw):
        end = at + head + struct.unpack_from("<I", raw, at)[0]
        k = data.key(raw[at + head:end].decode())
        if k not in keys and ends.isdisjoint(data.ends(k)):
            kept.append(raw[at:end])
        at = end
    with open(target, "wb") as f:
        f.write(raw[:4] + struct.pack("<I", len(kept)) + b"".join(kept))
    print("%d rows kept" % len(kept))


def report(name, m, plain, fitted, found, note):
    majority = np.full(len(m.label), np.bincount(m.label).argmax())
    print("%-14s %6d %9.4f %7.4f %7s %7.4f  %s" % (
        name, len(m.label), macro_f1(m.label, majority), macro_f1(m.label, plain),
        "-" if fitted is None else "%.4f" % macro_f1(m.label, fitted),
        macro_f1(m.label, found), note), flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("reader")
    parser.add_argument("model")
    parser.add_argument("--filter", action="store_true")
    args = parser.parse_args()
    if args.filter:
        without_marked(args.reader, args.model)
        return 0
    model = Model(args.model)
    sets = read_sets()
    mentions = {name: Mentions(args.reader, args.model, rows) for name, rows in sets.items()}
    fold = {name: np.array(data.groups([r[2] for r in sets[name]])) * 2654435761 // 128 % FOLDS
            for name in TRAIN}
    # Both halves of a joined post are of one fold, so that no post stands on both sides.
    joined = [Mentions(args.reader, args.model,
                       mixed([r for name in TRAIN
                              for r, f in zip(sets[name], fold[name]) if f == k], k, JOINED))
              for k in range(FOLDS)]
    print("%-14s %6s %9s %7s %7s %7s" % ("macro F1", "rows", "majority", "whole", "fitted",
                                         "target"))

    def parts(leave):
        out = [part(mentions[name], fold[name] != leave) for name in TRAIN]
        rest = [part(m, np.ones(len(m.label), bool)) for k, m in enumerate(joined) if k != leave]
        return out + [tuple(np.concatenate(column) for column in zip(*rest))]

    found = {name: np.zeros(len(fold[name]), int) for name in TRAIN}
    fitted = {name: np.zeros(len(fold[name]), int) for name in TRAIN}
    apart = []
    for k in range(FOLDS):
        weights, offsets = fit(model, parts(k))
        for i, name in enumerate(TRAIN):
            m, test = mentions[name], fold[name] == k
            found[name][test] = guess(model, m, weights, offsets[i])[test]
            fitted[name][test] = guess_whole(model, m, fit_whole(model, m, ~test))[test]
        apart.append((joined[k].label, guess(model, joined[k], weights, offsets[2]),
                      guess_whole(model, joined[k], PLAIN)))
    for name in TRAIN:
        report(name, mentions[name], guess_whole(model, mentions[name], PLAIN), fitted[name],
               found[name], "in %d folds" % FOLDS)
    label, by_target, by_post = (np.concatenate(column) for column in zip(*apart))
    print("%-14s %6d %9s %7.4f %7s %7.4f  in %d folds" % (
        "joined posts", len(label), "", macro_f1(label, by_post), "-",
        macro_f1(label, by_target), FOLDS))
    weights, offsets = fit(model, parts(-1))
    about = weights.copy()
    about[ZONES.index("inside")] = 0
    for name, m in mentions.items():
        if name not in TRAIN:
            report(name, m, guess_whole(model, m, PLAIN), None,
                   guess(model, m, about, (0, 0)), "judged only")
    print("offsets", np.round(offsets, 2).tolist())
    print("weights in 1/%d: %s" % (
        UNIT, ", ".join("%s %d" % (z, round(w * UNIT)) for z, w in zip(ZONES, weights))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
