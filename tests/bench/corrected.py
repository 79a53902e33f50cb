#!/usr/bin/python3
# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""What corrections of the built-in labels gain, and whether they harm what was right.

usage: corrected.py LIBRARY [DRAWS]

gold_dev of ENGAGE_SHARED, which the built-in model never saw, is halved by lot, near copies on one
side. In one half somebody corrects so many of the labels that are wrong there, drawn by lot; the
other half judges: F1 over all labels (micro) before and after, and of each label. Once the lesson
has these corrections alone, once the other posts of the half too, as ordinary ones, and once also
as many labels that were right, confirmed.

Then the same with suggestion_train_NC, posts of a forum by another guideline, where the model errs
by habit: 2,000 posts are read, 2,000 others judge.
"""

import os
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "tools", "train"))
sys.path.insert(0, HERE)

import data  # noqa: E402
from addons import Library  # noqa: E402

SIZES = (50, 100, 200)
LESSONS = ("alone", "ordinary", "confirmed")


def f1(gold, said):
    return 2 * (gold & said).sum() / max(gold.sum() + said.sum(), 1)


def labels_of(library, texts, addon=None):
    return np.array([row[2] for row in library.judge(texts, addon)]) > 0


def halves(group, rng):
    """The numbers of the posts of each half."""
    side = dict(zip(*(lambda g: (g, rng.permutation(len(g)) % 2))(np.unique(group))))
    side = np.array([side[g] for g in group])
    return np.flatnonzero(side == 0), np.flatnonzero(side == 1)


def corrections(texts, gold, said, half, size, lesson, rng):
    """(labelled rows, ordinary posts) of a lesson; None where there are too few mistakes."""
    wrong = [(i, k) for i in half for k in np.flatnonzero(gold[i] != said[i])]
    right = [(i, k) for i in half for k in np.flatnonzero(gold[i] & said[i])]
    if len(wrong) < size:
        return None
    chosen = [wrong[n] for n in rng.permutation(len(wrong))[:size]]
    if lesson == "confirmed":
        chosen += [right[n] for n in rng.permutation(len(right))[:size]]
    labelled = [(data.INTENTS[k], gold[i, k], texts[i]) for i, k in chosen]
    named = {i for i, _ in chosen}
    return labelled, [] if lesson == "alone" else [texts[i] for i in half if i not in named]


def elsewhere(library, draws):
    rows = data.judge("suggestion")
    texts = [r.text for r in rows]
    k = data.INTENTS.index("suggestion")
    gold = np.zeros((len(rows), len(data.INTENTS)), bool)
    gold[:, k] = [r.label == "suggestion" for r in rows]
    said = np.zeros(gold.shape, bool)
    said[:, k] = labels_of(library, texts)[:, k]
    group = np.array(data.groups(texts))
    print("suggestion_train_NC: F1 of suggestion")
    for lesson in LESSONS:
        for size in SIZES:
            change = []
            for seed in range(draws):
                rng = np.random.default_rng(seed)
                half, judging = (rng.permutation(side) for side in halves(group, rng))
                judging = judging[:2000]
                given = corrections(texts, gold, said, half[:2000], size, lesson, rng)
                if given is None:
                    continue
                now = labels_of(library, [texts[i] for i in judging], library.teach(*given))
                g = gold[judging, k]
                change.append((f1(g, said[judging, k]), f1(g, now[:, k])))
            tell(lesson, size, np.array(change))


def tell(lesson, size, change):
    """One line about rows of F1 before and after; none where there were too few mistakes."""
    if len(change) == 0:
        return
    gain = change[:, 1] - change[:, 0]
    print("%-9s %4d corrections  %.3f -> %.3f  by %+.3f (%.3f), worst draw %+.3f" % (
        lesson, size, *change.mean(0), gain.mean(), gain.std(), gain.min()), flush=True)


def main():
    library = Library(sys.argv[1])
    draws = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    rows = data.judge("gold_dev")
    texts = [r.text for r in rows]
    gold = np.array([data.intent_row(r.label) for r in rows]) > 0
    group = np.array(data.groups(texts))
    said = labels_of(library, texts)
    print("micro F1 on the other half, mean over up to %d draws (standard deviation)" % draws)
    for lesson in LESSONS:
        for size in SIZES:
            change, each = [], []
            for seed in range(draws):
                rng = np.random.default_rng(seed)
                half, judging = halves(group, rng)
                given = corrections(texts, gold, said, half, size, lesson, rng)
                if given is None:
                    continue
                now = labels_of(library, [texts[i] for i in judging], library.teach(*given))
                g, was = gold[judging], said[judging]
                change.append((f1(g, was), f1(g, now)))
                each.append([f1(g[:, k], now[:, k]) - f1(g[:, k], was[:, k])
                             for k in range(len(data.INTENTS))])
            tell(lesson, size, np.array(change))
            if not change:
                continue
            print("    " + "  ".join("%s %+.2f" % pair for pair in
                                     zip(data.INTENTS, np.mean(each, 0))))
    elsewhere(library, draws)


if __name__ == "__main__":
    main()
