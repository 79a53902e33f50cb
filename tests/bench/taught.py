#!/usr/bin/python3
# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""How well an intent of a tenant's own is learnt from twenty posts.

usage: taught.py LIBRARY [DRAWS [POSITIVES]]

Labelled notions of the sets in ENGAGE_SHARED stand for a tenant's own intent. Of each, posts are
drawn that bear it; near copies of what was drawn never judge. Three lessons: with nothing else
("alone"), with 100 posts that somebody says do not bear it ("negatives"), with 500 posts as they
come in, which bear it as often as they do ("ordinary"). What is left judges, 2,000 posts at most:
average precision, and F1 at the head's own threshold. Notions of gold_train are judged on
gold_dev, which the built-in model never saw; its labels are labels of the model all the same, so
their figures stand apart. Beside them, over the same posts, the nearest centroid and a logistic
regression, both on TF-IDF of words and pairs of words.
"""

import os
import sys
import warnings

import numpy as np
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import cross_val_predict

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "tools", "train"))
sys.path.insert(0, HERE)

import data  # noqa: E402
from addons import Library  # noqa: E402

ROOT = os.path.join(HERE, "..", "..")
NEGATIVES, ORDINARY, JUDGES = 100, 500, 2000
SHARE = 0.05  # what the library supposes too
LESSONS = ("alone", "negatives", "ordinary")
NOTIONS = (
    ("restaurants", "service"), ("restaurants", "ambience"), ("restaurants", "prices"),
    ("banking77", "card_arrival"), ("banking77", "Refund_not_showing_up"),
    ("banking77", "lost_or_stolen_card"),
    ("hwu64", "recommendation_events"), ("hwu64", "takeaway_order"),
    ("emotion", "optimism"), ("suggestion", "suggestion"),
    ("gold_train", "churn_risk"), ("gold_train", "billing"), ("gold_train", "recommendation"),
    ("gold_train", "warning"), ("gold_train", "safety_risk"),
)
JUDGED_BY = {"gold_train": "gold_dev"}


def restaurants():
    """Sentences of two sets, each once, with the categories of what they speak of."""
    found = {}
    for name in ("absa_rest15_train_NC.tsv", "absa_rest16_train_NC.tsv"):
        with open(os.path.join(data.shared(), "aspect", name), encoding="utf-8") as f:
            for line in f:
                columns = line.rstrip("\n").split("\t")
                category = columns[1].rsplit("|", 1)[-1].lower()
                found.setdefault(columns[-1], set()).update(category.split("#"))
    return list(found), list(found.values())


def read(name):
    """(texts, a set of labels for each)."""
    if name == "restaurants":
        return restaurants()
    rows = list(data.read(name))
    return [r.text for r in rows], [set(r.label.split(",")) for r in rows]


class Pool:
    def __init__(self, name):
        self.texts, self.labels = read(name)
        if name in JUDGED_BY:
            own = len(self.texts)
            texts, labels = read(JUDGED_BY[name])
            self.texts, self.labels = self.texts + texts, self.labels + labels
        words = CountVectorizer(ngram_range=(1, 2), token_pattern=r"\S+")
        self.counts = words.fit_transform(self.texts + library_posts())
        self.judges = np.zeros(len(self.texts), bool)
        self.judges[own if name in JUDGED_BY else 0:] = True
        self.gives = ~self.judges if name in JUDGED_BY else self.judges
        self.group = np.array(data.groups(self.texts))

    def draw(self, label, seed, positives):
        """Numbers of the posts of each part: with the label, without, ordinary, judging."""
        rng = np.random.default_rng(seed)
        has = np.array([label in one for one in self.labels])
        taken, seen = [], set()
        for i in rng.permutation(np.flatnonzero(has & self.gives)):
            if len(taken) < positives and self.group[i] not in seen:
                taken.append(i)
                seen.add(self.group[i])
        rest = [i for i in rng.permutation(np.flatnonzero(self.gives))
                if self.group[i] not in seen]
        ordinary, rest = rest[:ORDINARY], rest[ORDINARY:]
        negatives = [i for i in rest if not has[i]][:NEGATIVES]
        used = seen | set(self.group[ordinary]) | set(self.group[negatives])
        judging = [i for i in rng.permutation(np.flatnonzero(self.judges))
                   if self.group[i] not in used][:JUDGES]
        return has, taken, negatives, ordinary, judging


def f1(gold, said):
    return 2 * (gold & said).sum() / max(gold.sum() + said.sum(), 1)


def best_threshold(margin, has):
    """By F1 over held-out margins, were SHARE of all posts to bear the label."""
    order = np.argsort(-margin)
    hit = SHARE * np.cumsum(has[order]) / has.sum()
    wrong = (1 - SHARE) * np.cumsum(~has[order]) / (~has).sum()
    return margin[order][(2 * hit / (hit + wrong + SHARE)).argmax()]


def regression(x, has, judging):
    model = LogisticRegression(C=10, class_weight="balanced", solver="liblinear")
    held = cross_val_predict(model, x, has, cv=5, method="decision_function")
    margin = model.fit(x, has).decision_function(judging)
    return margin, margin >= best_threshold(held, has)


def centroid(x, has, judging):
    def way(rows):
        return np.asarray(x[has & rows].mean(0) - x[~has & rows].mean(0)).ravel()
    fold = np.arange(len(has)) % 5
    held = np.empty(len(has))
    for f in range(5):
        held[fold == f] = x[fold == f] @ way(fold != f)
    margin = judging @ way(fold >= 0)
    return margin, margin >= best_threshold(held, has)


def library_posts():
    with open(os.path.join(ROOT, "lib", "data", "ordinary.txt"), encoding="utf-8") as f:
        return [line.rstrip("\n") for line in f if line.strip() and not line.startswith("# ")]


def measure(library, pool, label, seed, positives):
    """(lesson, way) to (average precision, F1) of one draw."""
    has, yes, no, ordinary, judging = pool.draw(label, seed, positives)
    texts, gold = [pool.texts[i] for i in judging], has[judging]
    found = {}
    for lesson in LESSONS:
        labelled = [("own", True, pool.texts[i]) for i in yes]
        if lesson == "negatives":
            labelled += [("own", False, pool.texts[i]) for i in no]
        around = [pool.texts[i] for i in ordinary] if lesson == "ordinary" else []
        rows = library.judge(texts, library.teach(labelled, around))
        margin = np.array([row[0][0] for row in rows])
        said = np.array([row[1][0] for row in rows]) > 0
        found[lesson, "taught"] = average_precision_score(gold, margin), f1(gold, said)
        given = yes + (no if lesson == "negatives" else [])
        given += ordinary if around else range(len(pool.texts), pool.counts.shape[0])
        marks = np.arange(len(given)) < len(yes)
        weigh = TfidfTransformer(sublinear_tf=True)
        x, judged = weigh.fit_transform(pool.counts[given]), weigh.transform(pool.counts[judging])
        for name, way in (("regression", regression), ("centroid", centroid)):
            margin, said = way(x, marks, judged)
            found[lesson, name] = average_precision_score(gold, margin), f1(gold, said)
    return found


def show(name, draws):
    """draws: a list of what measure() found."""
    for lesson in LESSONS:
        parts = []
        for way in ("taught", "regression", "centroid"):
            values = np.array([draw[lesson, way] for draw in draws])
            mean, spread = values.mean(0), values.std(0)
            parts.append("%s AP %.2f (%.2f) F1 %.2f (%.2f)" % (way, mean[0], spread[0], mean[1],
                                                               spread[1]))
        print("%-22s %-9s  %s" % (name, lesson, "  ".join(parts)), flush=True)


def main():
    warnings.simplefilter("ignore", UndefinedMetricWarning)
    library = Library(sys.argv[1])
    draws = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    positives = int(sys.argv[3]) if len(sys.argv) > 3 else 20
    print("%d posts with the label, %d draws: mean (standard deviation)" % (positives, draws))
    pools, found = {}, {}
    for name, label in NOTIONS:
        pool = pools.setdefault(name, None) or Pool(name)
        pools[name] = pool
        found[name, label] = [measure(library, pool, label, seed, positives)
                              for seed in range(draws)]
        show(label, found[name, label])
    for title, wanted in (("not the model's", False), ("the model's", True)):
        each = [found[n] for n in NOTIONS if (n[0] in JUDGED_BY) == wanted]
        show("mean, " + title, [{key: np.mean([notion[d][key] for notion in each], 0)
                                 for key in each[0][d]} for d in range(draws)])


if __name__ == "__main__":
    main()
