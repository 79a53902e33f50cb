# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""The careful model: an encoder beside the built-in model.

    python3 careful.py WORK OUT --base MODEL --cues PROGRAM --library LIBRARY [--card CARD] [--seed N]

WORK is that of train.py, which made the base: the encoder learns from the same rows.

1. An encoder without each fold, and one of all rows.
2. What each head of it counts beside that of the base, and the calibration of both together, on
   posts that neither the student nor the encoder had trained on.
3. When a post is in doubt: so that a cascade asks about ASKED of posts, by the two margins, of
   sentiment and of intents, that find most of the labels that the encoder would change.
4. The card.

Each step keeps its result in WORK and is skipped when it is there already.
"""

import argparse
import os
import sys

import numpy as np
from scipy.optimize import minimize

import calibrate
import card
import convolution
import cues
import data
import evaluate
import pack
import rows
import train
from library import Engage

ASKED = 0.15
PULL = 20.0  # towards equal shares of both, in posts
SHARE_MOST = 4.0  # of an encoder's head
SAMPLE = 20000  # posts that nobody labelled, by which doubt is measured
Q16 = 65536


def encoder(args, name):
    """What an encoder has learnt of a student's rows."""
    path = os.path.join(args.work, name + ".encoder.npz")
    if not os.path.exists(path):
        train.say("encoder", name)
        learnt = convolution.learn(posts(args, name, os.path.join(args.work, name + ".rows"), name),
                                   args.seed)
        np.savez(path + ".part.npz", **learnt)
        os.replace(path + ".part.npz", path)
    with np.load(path) as f:
        return dict(f)


def posts(args, name, path, stem):
    """The rows of a file as the encoder of that name reads them."""
    return cues.Posts(args.cues, os.path.join(args.work, name + ".vocabulary"), path,
                      os.path.join(args.work, stem))


def fold_logits(args, texts):
    """Logits of the texts of all folds by encoders that had not trained on them."""
    fold = np.array([rows.fold_of(text) for text in texts])
    logits = np.zeros((len(texts), pack.HEADS))
    for f in range(rows.FOLDS):
        name, stem = "without%d" % f, "left-out%d" % f
        at = np.flatnonzero(fold == f)
        path = os.path.join(args.work, stem + ".rows")
        rows.write(path, [(None, rows.pack(0, texts[i], None, None, 0, 0)) for i in at])
        logits[at] = convolution.judge(encoder(args, name), posts(args, name, path, stem))
    return logits


def share(loss):
    """By how much more the encoder's logits count than the base's, where they add up best."""
    a, b = minimize(lambda v: loss(*v) + PULL * ((v[0] - 0.5) ** 2 + (v[1] - 0.5) ** 2),
                    [0.5, 0.5], method="Nelder-Mead").x
    return float(np.clip(b / max(a, 1e-3), 0, SHARE_MOST))


def shares(sentiment, intents):
    """Of every head; each argument is (logits of the base, logits of the encoder, gold ...)."""
    base, own, gold, weight = sentiment
    weight = weight / weight.sum() * len(gold)
    at = np.arange(len(gold))

    def loss(a, b):
        z = a * base + b * own
        return -(weight * (z[at, gold] - np.logaddexp.reduce(z, axis=1))).sum()

    found = [share(loss)] * 3
    base, own, gold = intents
    for k in range(gold.shape[1]):
        def of_intent(a, b, k=k):
            z = a * base[:, k] + b * own[:, k]
            return (np.logaddexp(0, z) - gold[:, k] * z).sum()
        found.append(share(of_intent))
    return np.array(found)


def fit(args):
    """(shares of heads, calibration) by what was left out."""
    folds = train.fold_logits(args)
    hygiene = data.Hygiene()
    labelled = [r[2] for r in rows.sentiment_rows("all", hygiene)]
    intents = [r[3] for r in rows.intent_rows(hygiene) if r[0] == "gold_train"]
    at, weight, sure = train.calibration_rows(folds)
    own = fold_logits(args, [labelled[i] for i in at] + intents)
    own_sentiment, own_intents = own[:len(at), :3], own[len(at):, 3:]
    base, gold = folds["s_logits"][at], folds["s_gold"][at]
    found = shares((base, own_sentiment, gold, weight),
                   (folds["i_logits"], own_intents, folds["i_gold"]))
    train.say("shares", np.round(found, 2))
    return found, calibrate.fit(
        (base + found[:3] * own_sentiment, gold, weight, sure),
        (folds["i_logits"] + found[3:] * own_intents, folds["i_gold"]))


def margins(logits, calibration):
    """How near each post is to another sentiment, and to another intent, in log-odds; and its
    labels."""
    scale, offset, threshold = (np.array(part, float) for part in calibration)
    odds = logits * scale / Q16 + offset / Q16
    order = np.sort(odds[:, :3], 1)
    p = np.clip(threshold[3:] / 1e6, 1e-6, 1 - 1e-6)
    over = odds[:, 3:] - np.log(p / (1 - p))
    labels = np.column_stack([odds[:, :3].argmax(1), over >= 0])
    return order[:, 2] - order[:, 1], abs(over).min(1), labels


def doubts(base_calibration, base, calibration, both):
    """The two margins, in 1/65536."""
    sentiment, intent, fast = margins(base, base_calibration)
    changed = (margins(both, calibration)[2] != fast).any(1)
    best = (0, 0, 0)
    for q in np.linspace(0, ASKED, 31):
        near = sentiment < np.quantile(sentiment, q)
        rest = np.flatnonzero(~near)
        more = (ASKED - near.mean()) * len(near) / len(rest)
        second = np.quantile(intent[rest], max(more, 0))
        found = changed[near | (intent < second)].sum()
        if found > best[0]:
            best = (found, np.quantile(sentiment, q), second)
    train.say("the encoder changes %.3f of posts, %.3f of them in doubt" % (
        changed.mean(), best[0] / changed.sum()), "margins", best[1:])
    return [round(m * Q16) for m in best[1:]]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("work")
    parser.add_argument("out")
    parser.add_argument("--base", required=True)
    parser.add_argument("--cues", required=True)
    parser.add_argument("--library", dest="shared_object", required=True)
    parser.add_argument("--card", help="where to write the model card")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    with open(args.base, "rb") as f:
        base = f.read()
    found, calibration = fit(args)
    learnt = encoder(args, "all")

    def write(path, pairs, margins=(0, 0), selftest=()):
        sections = convolution.sections(learnt, margins, found)
        with open(path + ".part", "wb") as f:
            f.write(pack.pack_careful(base, sections, calibration, pairs, selftest))
        os.replace(path + ".part", path)

    plain = os.path.join(args.work, "careful.plain.model")
    write(plain, {"about": "no card yet"})
    with open(os.path.join(data.shared(), "text/tweets_unlabelled.txt"), encoding="utf-8",
              newline="\n") as f:
        sample = [line.rstrip("\n") for _, line in zip(range(SAMPLE), f)]
    fast, engage = Engage(args.shared_object), Engage(args.shared_object, plain)
    near = doubts(pack.calibration_of(base), fast.logits(sample), calibration,
                  engage.logits(sample))
    tests = [(text, engage.raw_logits(text)) for text in train.SELFTEST]
    fast.close()
    engage.close()
    write(plain, {"about": "no card yet"}, near)
    engage = Engage(args.shared_object, plain)
    cascade = Engage(args.shared_object, plain, cascade=True)
    lines = list(evaluate.figures(engage))
    beside = {line[0]: line[1] for line in evaluate.figures(cascade)}
    for line in lines:
        train.say("%-44s %.4f  [%.4f, %.4f]  %.4f" % (line[0], line[1], *line[2], beside[line[0]]))
    engage.close()
    cascade.close()
    write(args.out, card.short_careful(lines, args.seed), near, tests)
    if args.card:
        card.write_careful(args.card, lines, beside,
                           card.read_figures(os.path.join(args.work, "figures.tsv")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
