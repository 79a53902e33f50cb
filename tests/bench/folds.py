#!/usr/bin/python3
# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""What a lesson reaches with more than a thousand labelled posts, beside the trainer's own head.

usage: folds.py LIBRARY [SPLITS]

The posts of complaints.tsv of ENGAGE_SHARED that do not stand in gold_train, in five folds, copies
on one side: each fold is judged by a lesson of the four others, all of whose posts are labelled,
complaint or not by the set's own notion. Once the lesson is told no share, once the share of
complaints in its own posts. Beside it the head that tools/train/evaluate.py trains on the same
folds, over the model's logits and TF-IDF of words and letters. Nothing is chosen on the fold that
is judged. F1 over all posts, for so many ways of dealing them into folds.

The built-in model's teachers learnt from this set too (tools/train/CARD.md), which flatters both
alike.
"""

import os
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "tools", "train"))
sys.path.insert(0, HERE)

import evaluate  # noqa: E402
from addons import Library  # noqa: E402
from library import Engage  # noqa: E402


def taught_in_folds(library, gold, texts, fold, told):
    """What lessons of the other folds say of each post."""
    said = np.zeros(len(gold), bool)
    for f in np.unique(fold):
        train, test = np.flatnonzero(fold != f), np.flatnonzero(fold == f)
        share = round(1e6 * gold[train].mean()) if told else 0
        addon = library.teach([("own", gold[i], texts[i]) for i in train], share=share)
        said[test] = [row[1][0] for row in library.judge([texts[i] for i in test], addon)]
    return said


def main():
    library = Library(sys.argv[1])
    splits = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    texts, gold = evaluate.complaints()
    logits = Engage(sys.argv[1]).logits(texts)
    print("%d posts, %d of them complaints" % (len(gold), gold.sum()))
    print("split  taught  share told  trainer's head")
    rows = []
    for split in range(splits):
        fold = evaluate.fold_of(texts, split)
        said = [taught_in_folds(library, gold, texts, fold, told) for told in (False, True)]
        said.append(evaluate.complaints_in_folds(logits, gold, texts, fold))
        rows.append([evaluate.f1(gold, s) for s in said])
        print("%5d  %.3f   %.3f       %.3f" % (split, *rows[-1]), flush=True)
    rows = np.array(rows)
    print(" mean  %.3f   %.3f       %.3f" % tuple(rows.mean(0)))
    for name, more in zip(("taught", "share told"), (rows[:, :2] - rows[:, 2:]).T):
        print("%s less the trainer's head: %+.3f (%.3f), %+.3f to %+.3f" % (
            name, more.mean(), more.std(), more.min(), more.max()))


if __name__ == "__main__":
    main()
