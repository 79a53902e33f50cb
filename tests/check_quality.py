#!/usr/bin/python3
# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""The built library over the sets that judge: no figure may fall below its floor.

The floors lie a few points under what the shipped models reached (tools/train/CARD.md and
CAREFUL.md). Left out where the sets, scikit-learn or the built-in model are absent.
"""

import os
import sys

ROOT = os.environ.get("ENGAGE_SRCDIR", ".")
BUILD = os.environ.get("ENGAGE_BUILDDIR", ".")
sys.path.insert(0, os.path.join(ROOT, "tools", "train"))

FLOORS = {
    "tweeteval_val macro recall": 0.70,
    "tweeteval_val macro F1": 0.68,
    "airline macro recall": 0.76,
    "goemotions macro recall": 0.665,
    "gold_dev micro F1": 0.70,
    "gold_dev macro F1": 0.66,
    "gold_dev needs reply F1": 0.87,
    "suggestion_train_NC F1, zero-shot": 0.66,
    "complaints F1, in five folds": 0.80,
}
CAREFUL_FLOORS = {
    "tweeteval_val macro recall": 0.71,
    "tweeteval_val macro F1": 0.685,
    "airline macro recall": 0.765,
    "goemotions macro recall": 0.67,
    "gold_dev micro F1": 0.70,
    "gold_dev macro F1": 0.66,
    "gold_dev needs reply F1": 0.87,
}
CEILINGS = {"tweeteval_val ECE": 0.05, "airline ECE": 0.05, "goemotions ECE": 0.05}


def left_out(why):
    print("left out: " + why)
    sys.exit(77)


def failures(figures, floors):
    """How many of these are beyond their limits, or of those that have limits not there."""
    failed, seen = 0, set()
    for name, value, _ in figures:
        wrong = value < floors.get(name, 0) or value > CEILINGS.get(name, 1)
        print("%-44s %.4f%s" % (name, value, "  BEYOND ITS LIMIT" if wrong else ""))
        failed += wrong
        seen.add(name)
    for name in (set(floors) | set(CEILINGS)) - seen:
        print("no such figure: " + name)
        failed += 1
    return failed


def main():
    try:
        import evaluate
        from library import Engage, NoModel
    except ImportError as e:
        left_out(str(e))
    import data
    if not os.path.isdir(data.shared()):
        left_out("there is no " + data.shared())
    library = os.path.join(BUILD, "lib", ".libs", "libengage.so")
    if not os.path.exists(library):
        left_out("there is no " + library)
    evaluate.ROUNDS = 1
    try:
        engage = Engage(library)
    except NoModel as e:
        left_out(str(e))
    failed = failures(evaluate.figures(engage), FLOORS)
    engage.close()
    for cascade in (False, True):
        print("the careful model" + ", in a cascade" * cascade)
        engage = Engage(library, os.path.join(ROOT, "lib", "data", "models", "careful.model"),
                        cascade)
        figures = list(evaluate.sentiment_figures(engage)) + list(evaluate.intent_figures(engage))
        failed += failures(figures, CAREFUL_FLOORS)
        engage.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
