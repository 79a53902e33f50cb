# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""Train the teachers and write their soft labels, from which the shipped model is distilled.

    python3 teacher.py DIRECTORY linear                  the linear teachers
    python3 teacher.py DIRECTORY net NAME [FOLD...]      a net of nets.NETS, or some folds of it
    python3 teacher.py DIRECTORY soft VERSION SYSTEM...  blend the named systems and write

Every step keeps its result in the directory and is skipped when it is there already. The labels
are soft_VERSION.npz (sent [N,3], intent [N,15], half floats), soft_VERSION.texts (N lines) and
soft_VERSION.gold.tsv (row, set, label, how: "fold" where no model that judged the text had seen it
or a near copy, "free" where nobody labelled it, "seen" where its later reading trained the models).
"""

import os
import sys

import numpy as np
from scipy.optimize import minimize

import corpus as corpora
import data
import features
import linear
import tasks
import vectors

log = corpora.log


def linear_step(corpus, work, part):
    v = vectors.svd(corpus, work, log)
    dense = features.dense(corpus, work, v, log)
    x = features.sparse(corpus, work, log)
    if part in ("sentiment", "all"):
        linear.sentiment(corpus, work, x, dense, log)
    if part in ("intents", "all"):
        extra = linear.scaled(linear.auxiliary(corpus, work, x, dense, log))
        linear.intents(corpus, work, x, dense, extra, log)


def stack(parts):
    """Systems' probabilities as logits."""
    return [np.log(np.clip(p, 1e-5, 1 - 1e-5)) for p in parts]


def blend_sentiment(corpus, parts):
    """A weighted sum of log probabilities, fitted by folds at a uniform class prior."""
    t = tasks.Sentiment(corpus)
    home = np.flatnonzero(t.set == t.names.index("semeval"))
    text, label = t.text[home], t.label[home]
    weight = 1 / np.bincount(label)[label]
    weight /= weight.sum()
    logs = stack(parts)

    def mix(w, rows):
        z = sum(max(a, 0) * s[rows] for a, s in zip(w, logs)) + np.array([0, w[-2], w[-1]])
        z = z - z.max(1, keepdims=True)
        return np.exp(z) / np.exp(z).sum(1, keepdims=True)

    def loss(w):
        return -(weight * np.log(mix(w, text)[np.arange(len(text)), label] + 1e-9)).sum()

    found = minimize(loss, [1 / len(parts)] * len(parts) + [0, 0], method="Powell")
    p = mix(found.x, slice(None)).astype(np.float32)
    log("sentiment weights", np.round(found.x, 3), "semeval by folds: macro recall %.4f F1 %.4f"
        % tasks.recall_f1(label, p[text].argmax(1)), "log loss %.4f" % found.fun)
    return p


def blend_intents(corpus, parts):
    """The same for each intent, with shared weights and one scale and shift a label."""
    t = tasks.Intents(corpus)
    odds = [np.log(np.clip(p, 1e-4, 1 - 1e-4) / (1 - np.clip(p, 1e-4, 1 - 1e-4))) for p in parts]

    def mix(w, rows):
        z = sum(max(a, 0) * o[rows] for a, o in zip(w, odds))
        return 1 / (1 + np.exp(-z))

    text, target = t.text[t.gold], t.target[t.gold]

    def loss(w):
        p = mix(w, text)
        return -(target * np.log(p + 1e-7) + (1 - target) * np.log(1 - p + 1e-7)).mean()

    found = minimize(loss, [1 / len(parts)] * len(parts), method="Powell")
    p = mix(np.atleast_1d(found.x), slice(None)).astype(np.float32)
    cut = tasks.thresholds(target, p[text])
    log("intent weights", np.round(found.x, 3))
    tasks.folds(log, "blend", intents=t, intent=p)
    return p, cut


def soft_step(corpus, work, version, systems):
    sent = blend_sentiment(corpus, [np.load(os.path.join(work, s + "-sentiment.npy"))
                                    for s in systems])
    intent, cut = blend_intents(corpus, [np.load(os.path.join(work, s + "-intents.npy"))
                                         for s in systems])
    tasks.report(corpus, log, sent, intent, cut)
    n = corpus.trains
    base = os.path.join(work, "soft_" + version)
    np.savez(base + ".npz", sent=sent[:n].astype(np.float16), intent=intent[:n].astype(np.float16),
             cut=cut)
    with open(base + ".texts", "w", encoding="utf-8", newline="\n") as f:
        f.writelines(text + "\n" for text in corpus.texts[:n])
    second = tasks.gold_sentiment({t: i for i, t in enumerate(corpus.texts[:n])})
    read = tasks.read_labels(corpus)
    with open(base + ".gold.tsv", "w", encoding="utf-8", newline="\n") as f:
        def write(i, name, label):
            how = "fold" if corpus.fold[i] >= 0 else "seen" if i in read else "free"
            f.write("%d\t%s\t%s\t%s\n" % (i, name, label or "", how))

        for name, label, i in corpus.rows:
            write(i, name, label)
            if name == "gold_train" and i in second:
                write(i, "gold_train_sentiment", data.SENTIMENT[second[i]])
        for i, (sentiment, intents) in read.items():
            write(i, "read", intents)
            write(i, "read_sentiment", sentiment)
    log("wrote", n, "soft labels to", base)


def main(arguments):
    work, command, rest = arguments[0], arguments[1], arguments[2:]
    corpus = corpora.load(work)
    if command == "linear":
        linear_step(corpus, work, rest[0] if rest else "all")
    elif command == "net":
        import nets
        nets.run(corpus, work, rest[0], log, [int(f) for f in rest[1:]])
    elif command == "soft":
        soft_step(corpus, work, rest[0], rest[1:])
    else:
        sys.exit(__doc__)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
