# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""What the teachers learn: the rows of each task over the corpus, and how they are judged."""

import os
from collections import defaultdict

import numpy as np

import data

# Auxiliary tasks: the sets of each, and the classes that a model tells apart (others are left out).
AUXILIARY = {
    "complaint": (("complaints", "rigaut"), ("not_complaint", "complaint")),
    "act": (("tweet_acts",), ("EXP", "STM", "QUE", "SUG", "OTH", "THT", "REQ")),
    "app": (("app_balanced", "app_unbalanced"),
            ("bug report", "feature request", "rating", "user experience")),
    "spam": (("sms_spam",), ("ham", "spam")),
    "purchase": (("purchase",), ("no", "undefined", "yes")),
    "assistant": (("banking77", "clinc150", "hwu64", "goemotions"), ("chat", "request")),
    "emotion": (("emotion",), ("anger", "joy", "optimism", "sadness")),
    "irony": (("irony",), ("non_irony", "irony")),
    "offensive": (("offensive",), ("not-offensive", "offensive")),
    "distant": (("s140_distant",), ("negative", "positive")),
}
_SHORT = {"neg": 0, "neu": 1, "pos": 2}


class Sentiment:
    """text: text numbers; target: class probabilities; set: set number; names: of the sets."""

    def __init__(self, corpus):
        number = {t: i for i, t in enumerate(corpus.texts[:corpus.trains])}
        text, target, origin, self.names = [], [], [], []

        def add(name, i, c):
            if name not in self.names:
                self.names.append(name)
            text.append(i)
            target.append(c)
            origin.append(self.names.index(name))

        topics = defaultdict(set)
        for name, label, i in corpus.rows:
            task = data.BY_NAME[name].task
            if task == "sentiment":
                add(name, i, data.SENTIMENT.index(label))
            elif task == "app_sentiment":
                found = [c for c, s in enumerate(data.SENTIMENT) if s[:5] in label.lower()]
                if found:
                    add(name, i, found[0])
            elif task == "topic":
                topics[i].add(int(np.sign(int(label))) + 1)
        with_gold = {i for name, _, i in corpus.rows if name == "gold_train"}
        for i, c in gold_sentiment(number).items():
            if i in with_gold:
                add("gold_train", i, c)
        for i, (sentiment, _) in read_labels(corpus).items():
            if i not in with_gold and sentiment in _SHORT:
                add("gold_train", i, _SHORT[sentiment])
        known = set(text)
        for i, signs in topics.items():
            if len(signs) == 1 and i not in known:
                add("topic5", i, signs.pop())
        self.text = np.array(text)
        self.label = np.array(target)
        self.set = np.array(origin)
        self.fold = corpus.fold[self.text]

    def weights(self):
        """Each set's classes weigh the same together, up to four times."""
        w = np.ones(len(self.text), np.float32)
        for s in range(len(self.names)):
            share = np.bincount(self.label[self.set == s], minlength=3) / (self.set == s).sum()
            for c in range(3):
                if share[c]:
                    w[(self.set == s) & (self.label == c)] = min(1 / (3 * share[c]), 4)
        return w


def gold_sentiment(number):
    """The second reading of gold_train, its sentiment column, by text number; mixed is left out."""
    s = data.BY_NAME["gold_train"]
    found = {}
    with open(os.path.join(data.shared(), s.path), encoding="utf-8", newline="\n") as f:
        for line in f:
            columns = line.rstrip("\r\n").split("\t")
            if columns[1] in _SHORT and columns[-1] in number:
                found[number[columns[-1]]] = _SHORT[columns[1]]
    return found


def read_labels(corpus):
    """The labels given later by reading, by text number."""
    labels = data.labels_read()
    found = {}
    for i in range(corpus.trains):
        label = labels.get(data.text_key(corpus.texts[i]))
        if label:
            found[i] = label
    return found


class Intents:
    """text: text numbers; target: fifteen zeros and ones; gold: which rows are gold_train's.

    A row read later whose text no labelled set holds has the fold -1: it trains every model and
    is left out of the figures by folds.
    """

    def __init__(self, corpus):
        settled = data.corrections()
        rows = {i: data.intent_row(settled.get(data.text_key(corpus.texts[i]), label))
                for name, label, i in corpus.rows if name == "gold_train"}
        gold = len(rows)
        for i, (_, label) in read_labels(corpus).items():
            rows.setdefault(i, data.intent_row(label))
        self.text = np.array(list(rows))
        self.target = np.array(list(rows.values()), np.float32)
        self.fold = corpus.fold[self.text]
        self.gold = np.arange(len(self.text)) < gold


class Auxiliary:
    """Rows of one auxiliary task, without texts that gold_train holds."""

    def __init__(self, corpus, task):
        sets, self.classes = AUXILIARY[task]
        gold = {corpus.texts[i] for name, _, i in corpus.rows if name == "gold_train"}
        barred = set()
        for t in gold:
            barred.update((data.key(t),) + data.ends(data.key(t)))
        text, label, origin = [], [], []
        for name, lab, i in corpus.rows:
            if name in sets:
                if task == "assistant":
                    lab = "chat" if name == "goemotions" else "request"
                if lab in self.classes:
                    k = data.key(corpus.texts[i])
                    if barred.isdisjoint((k,) + data.ends(k)):
                        text.append(i)
                        label.append(self.classes.index(lab))
                        origin.append(sets.index(name))
        self.text = np.array(text)
        self.label = np.array(label)
        self.set = np.array(origin)


def recall_f1(label, predicted, classes=3):
    """Macro recall and macro F1."""
    recalls, f1s = [], []
    for c in range(classes):
        hit = ((label == c) & (predicted == c)).sum()
        r = hit / max((label == c).sum(), 1)
        p = hit / max((predicted == c).sum(), 1)
        recalls.append(r)
        f1s.append(2 * p * r / max(p + r, 1e-9))
    return float(np.mean(recalls)), float(np.mean(f1s))


def thresholds(target, p):
    """The threshold of each label that gives the best F1, within sane bounds for rare ones."""
    found = []
    for k in range(target.shape[1]):
        order = np.argsort(-p[:, k])
        hits = np.cumsum(target[order, k])
        f1 = 2 * hits / (np.arange(len(order)) + 1 + target[:, k].sum())
        best = np.flatnonzero(f1 >= f1.max() - 0.003)
        found.append(float(np.clip(np.median(p[order[best], k]), 0.08, 0.6)))
    return np.array(found)


def intent_scores(target, chosen, least=20):
    """Micro F1, macro F1 over labels with enough positives, needs-reply F1, each label's F1."""
    def f1(t, c):
        return 2 * (t & c).sum() / max(t.sum() + c.sum(), 1)
    t, c = target > 0.5, chosen.astype(bool)
    each = np.array([f1(t[:, k], c[:, k]) for k in range(t.shape[1])])
    reply = [data.INTENTS.index(i) for i in data.NEEDS_REPLY]
    spam = data.INTENTS.index("spam")
    needs = f1(t[:, reply].any(1) & ~t[:, spam], c[:, reply].any(1) & ~c[:, spam])
    return f1(t, c), float(each[t.sum(0) >= least].mean()), float(needs), each


def folds(log, name, sentiment=None, intents=None, sent=None, intent=None):
    """Print the figures by folds on the training rows."""
    if sentiment is not None:
        for origin in ("semeval", "goemotions", "gold_train", "extraction"):
            rows = sentiment.set == sentiment.names.index(origin)
            log("%s by folds on %-10s macro recall %.4f macro F1 %.4f" % (
                (name, origin) + recall_f1(sentiment.label[rows],
                                           sent[sentiment.text[rows]].argmax(1))))
    if intents is not None:
        target, p = intents.target[intents.gold], intent[intents.text[intents.gold]]
        micro, macro, needs, each = intent_scores(target, p > thresholds(target, p))
        log("%s by folds on intents    micro F1 %.4f macro F1 %.4f needs-reply %.4f" % (
            name, micro, macro, needs))
        log(" ".join("%s %.2f" % (n[:8], f) for n, f in zip(data.INTENTS, each)))


def judged(corpus, name):
    """Text numbers and labels of a judging set."""
    rows = [(i, label) for n, label, i in corpus.judges if n == name]
    text = np.array([i for i, _ in rows])
    if name == "gold_dev":
        return text, np.array([data.intent_row(label) for _, label in rows])
    return text, np.array([data.SENTIMENT.index(label) for _, label in rows])


def report(corpus, log, sentiment=None, intents=None, cut=None):
    """Print the figures on the judging sets; p is indexed by text number."""
    if sentiment is not None:
        for name in ("tweeteval_val", "airline", "goemotions"):
            text, label = judged(corpus, name)
            log("%-14s macro recall %.4f macro F1 %.4f"
                % ((name,) + recall_f1(label, sentiment[text].argmax(1))))
    if intents is not None:
        text, target = judged(corpus, "gold_dev")
        micro, macro, needs, each = intent_scores(target, intents[text] > cut)
        log("gold_dev micro F1 %.4f macro F1 %.4f needs-reply %.4f" % (micro, macro, needs))
        log(" ".join("%s %.2f" % (n[:8], f) for n, f in zip(data.INTENTS, each)))
