# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""Judge a model on the sets that never train.

    python3 evaluate.py LIBRARY [MODEL]

prints a line for each figure: name, value, and its 95 % bootstrap interval.
"""

import hashlib
import sys

import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

import data
import signals
from library import Engage

SENTIMENT = {"negative": 0, "neutral": 1, "positive": 2}
ROUNDS = 500
COMPLAINT = [data.INTENTS.index(i)
             for i in ("complaint", "defect", "help_request", "billing", "churn_risk")]
NEEDS = [data.INTENTS.index(i) for i in data.NEEDS_REPLY]
SPAM = data.INTENTS.index("spam")


def macro_recall(gold, said):
    return np.mean([(said[gold == c] == c).mean() for c in np.unique(gold)])


def f1(gold, said):
    return 2 * (gold & said).sum() / max(gold.sum() + said.sum(), 1)


def macro_f1(gold, said):
    return np.mean([f1(gold == c, said == c) for c in range(3)])


def ece(gold, p, uniform=False, bins=15):
    """Expected calibration error of the top label; uniform: with each class weighing the same."""
    top, right = p.max(1), p.argmax(1) == gold
    w = 1 / np.bincount(gold, minlength=3)[gold] if uniform else np.ones(len(gold))
    w = w / w.sum()
    where = np.minimum((top * bins).astype(int), bins - 1)
    return sum(abs((w * (right - top))[where == b].sum()) for b in range(bins))


def micro_f1(gold, said):
    return f1(gold.ravel() > 0, said.ravel() > 0)


def often(gold):
    return np.flatnonzero(gold.sum(0) >= 20)


def interval(n, figure, seed=1):
    """The 95 % interval of figure(rows) over resampled rows."""
    draw = np.random.default_rng(seed)
    values = [figure(draw.integers(0, n, n)) for _ in range(ROUNDS)]
    return np.percentile(values, [2.5, 97.5])


def needs_reply(labels):
    return (labels[:, NEEDS].any(1)) & (labels[:, SPAM] == 0)


def sentiment_figures(engage):
    for name in ("tweeteval_val", "airline", "goemotions"):
        rows = data.judge(name)
        gold = np.array([SENTIMENT[r.label] for r in rows])
        p = engage.judge([r.text for r in rows])[0]
        said = p.argmax(1)
        n = len(gold)
        yield (name + " macro recall", macro_recall(gold, said),
               interval(n, lambda i: macro_recall(gold[i], said[i])))
        yield (name + " macro F1", macro_f1(gold, said),
               interval(n, lambda i: macro_f1(gold[i], said[i])))
        yield (name + " ECE", ece(gold, p), interval(n, lambda i: ece(gold[i], p[i])))
        yield (name + " ECE, uniform prior", ece(gold, p, True),
               interval(n, lambda i: ece(gold[i], p[i], True)))


def source_figures(sets, gold, logits):
    """Of each labelled set, by students that had not seen its posts: (set, rows, macro recall, its
    interval, macro F1). Classes that a set does not have are not offered."""
    for name in sorted(set(sets)):
        at = np.flatnonzero(sets == name)
        kinds = np.unique(gold[at])
        g = np.searchsorted(kinds, gold[at])
        said = logits[at][:, kinds].argmax(1)
        f = np.mean([f1(g == c, said == c) for c in range(len(kinds))])
        yield (name, len(at), macro_recall(g, said),
               interval(len(at), lambda i, g=g, s=said: macro_recall(g[i], s[i])), f)


def intent_figures(engage):
    rows = data.judge("gold_dev")
    gold = np.array([data.intent_row(r.label) for r in rows])
    said = engage.judge([r.text for r in rows])[2]
    n = len(gold)
    kinds = often(gold)
    yield ("gold_dev micro F1", micro_f1(gold, said),
           interval(n, lambda i: micro_f1(gold[i], said[i])))

    def macro(i):
        return np.mean([f1(gold[i, k] > 0, said[i, k] > 0) for k in kinds])
    yield "gold_dev macro F1", macro(np.arange(n)), interval(n, macro)
    need, says = needs_reply(gold), needs_reply(said)
    yield ("gold_dev needs reply F1", f1(need, says),
           interval(n, lambda i: f1(need[i], says[i])))
    for k, intent in enumerate(data.INTENTS):
        g, s = gold[:, k] > 0, said[:, k] > 0
        yield ("gold_dev %s F1 (%d posts)" % (intent, g.sum()), f1(g, s),
               interval(n, lambda i, g=g, s=s: f1(g[i], s[i])))


def letter_figures(engage):
    """Posts of gold_dev in a letter, as people write them to companies."""
    rows = data.judge("gold_dev")
    gold = np.array([data.intent_row(r.label) for r in rows])
    texts = [r.text if r.text[-1] in ".!?" else r.text + "." for r in rows]
    letters = {
        "as a letter": "Dear team,\n\n%s\n\nKind regards,\nAnna Miller",
        "above a mail": "%s\n\nOn Mon, 3 Nov 2025 at 10:12, Support <support@acme.example> wrote:\n"
                        "> Thank you for contacting us. We are sorry to hear of your problem.\n"
                        "> Please restart the app and let us know.",
    }
    for name, letter in letters.items():
        said = engage.judge([letter % text for text in texts])[2]
        yield ("gold_dev micro F1, " + name, micro_f1(gold, said),
               interval(len(rows), lambda i, s=said: micro_f1(gold[i], s[i])))


def row_figures(engage, length=5, count=800):
    """Long texts, of which no set has enough: posts of gold_dev in a row, any of them, and one
    that wants something among others that want nothing."""
    rows = data.judge("gold_dev")
    gold = np.array([data.intent_row(r.label) for r in rows]) > 0
    texts = [r.text if r.text[-1] in ".!?" else r.text + "." for r in rows]
    random = np.random.RandomState(length)
    some, none = np.flatnonzero(gold.any(1)), np.flatnonzero(~gold.any(1))
    for name in ("posts in a row", "post among others"):
        picks = [random.choice(len(rows), length, replace=False) if name == "posts in a row" else
                 random.permutation(np.append(random.choice(none, length - 1, replace=False),
                                              random.choice(some)))
                 for _ in range(count)]
        truth = np.array([gold[p].any(0) for p in picks])
        said = engage.judge([" ".join(texts[i] for i in p) for p in picks])[2] > 0
        yield ("gold_dev micro F1, %s %s" % ("one" if "among" in name else length, name),
               micro_f1(truth, said), interval(count, lambda i: micro_f1(truth[i], said[i])))


def other_figures(engage):
    rows = data.judge("suggestion")
    gold = np.array([r.label == "suggestion" for r in rows])
    said = engage.judge([r.text for r in rows])[2]
    said = said[:, data.INTENTS.index("suggestion")] > 0
    yield ("suggestion_train_NC F1, zero-shot", f1(gold, said),
           interval(len(gold), lambda i: f1(gold[i], said[i])))
    texts, gold = complaints()
    said = engage.judge(texts)[2][:, COMPLAINT].any(1)
    yield ("complaints F1, union of five intents", f1(gold, said),
           interval(len(gold), lambda i: f1(gold[i], said[i])))
    said = complaints_in_folds(engage.logits(texts), gold, texts, fold_of(texts))
    yield ("complaints F1, in five folds", f1(gold, said),
           interval(len(gold), lambda i: f1(gold[i], said[i])))


def complaints():
    """(texts, whether each is one by the set's own notion); posts of gold_train are left out."""
    known = {data.key(r.text) for r in data.read("gold_train")}
    rows = [r for r in data.read("complaints") if data.key(r.text) not in known]
    return [r.text for r in rows], np.array([r.label == "complaint" for r in rows])


def fold_of(texts, split=0, folds=5):
    """The fold of each text; copies share one. Split 0 is the one that the card tells of."""
    salt = b"complaints" + b" again" * split
    return np.array([hashlib.sha256(salt + b" %d" % g).digest()[0] % folds
                     for g in data.groups(texts)])


def complaints_in_folds(logits, gold, texts, fold):
    """Complaint or not by the set's own notion: a linear head over the model's logits and the
    words, each fold judged by one that was trained on the others."""
    said = np.zeros(len(gold), bool)
    logits = 0.6 * (logits - logits.mean(0)) / logits.std(0)
    for f in np.unique(fold):
        train, test = np.flatnonzero(fold != f), np.flatnonzero(fold == f)
        x, y = [sp.csr_matrix(logits[train])], [sp.csr_matrix(logits[test])]
        for words in (TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
                      TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), min_df=3,
                                      sublinear_tf=True)):
            x.append(words.fit_transform([texts[i] for i in train]))
            y.append(words.transform([texts[i] for i in test]))
        head = LogisticRegression(max_iter=1000, class_weight="balanced")
        head.fit(sp.hstack(x).tocsr(), gold[train])
        said[test] = head.predict(sp.hstack(y).tocsr())
    return said


def figures(engage):
    for part in (sentiment_figures, intent_figures, letter_figures, row_figures, other_figures):
        yield from part(engage)
    yield from signals.figures(engage, interval)


def main():
    engage = Engage(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None)
    for name, value, (low, high) in figures(engage):
        print("%-44s %.4f  [%.4f, %.4f]" % (name, value, low, high), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
