# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""Train the teachers and write their soft labels, from which the shipped model is distilled.

    python3 teacher.py DIRECTORY all VERSION             everything below, in order
    python3 teacher.py DIRECTORY linear                  the linear teachers
    python3 teacher.py DIRECTORY net NAME [FOLD...]      the net letters, wide or encoder, or some
                                                         folds of it
    python3 teacher.py DIRECTORY soft VERSION SYSTEM...  blend the named systems and write
    python3 teacher.py DIRECTORY altered VERSION [FOLD [written]]
                                                         what the encoder says of altered posts, as
                                                         the blend would; or one model's part of it

LETTERS in the environment names the program of letters.c, and DIRECTORY/encoder holds the package
that encoder.py names. One core that multiplies matrices of bfloat16 needs about four and
a half hours, most of it for the encoder.

Every step keeps its result in the directory and is skipped when it is there already. The labels
are soft_VERSION.npz (sent [N,3], intent [N,15], irony [N], anger [N], half floats; cut [15], the
thresholds of the intents), soft_VERSION.texts (N lines) and
soft_VERSION.gold.tsv (row, set, label, how: "fold" where no model that judged the text had seen it
or a near copy, "free" where nobody labelled it, "seen" where its later reading trained the models).
Those of altered posts (altered.py) are soft_VERSION.altered.npz (sent, intent, and source, the
number of the post that each was made of) and soft_VERSION.altered.texts.
"""

import os
import sys

import numpy as np
from scipy.optimize import minimize

import altered
import corpus as corpora
import data
import encoder
import features
import letters
import linear
import nets
import tasks
import vectors
import wide

log = corpora.log
COMMON = 6  # every sixth text is enough to fit one model to the blend
NETS = {"letters": letters, "wide": wide, "encoder": encoder}


def linear_step(corpus, work):
    v = vectors.svd(corpus, work, log)
    dense = features.dense(corpus, work, v, log)
    x = features.sparse(corpus, work, log)
    linear.sentiment(corpus, work, x, dense, log)
    extra = linear.scaled(linear.auxiliary(corpus, work, x, dense, log))
    linear.intents(corpus, work, x, dense, extra, log)


def said(work, system):
    """What a system said of all texts: by name, sentiment and intents at least."""
    if system == "linear":
        return {"sent": np.load(os.path.join(work, "linear-sentiment.npy")),
                "intent": np.load(os.path.join(work, "linear-intents.npy"))}
    with np.load(os.path.join(work, system + "-net.npz")) as f:
        return dict(f)


def weigh(parts, loss, shifts):
    """Weights of the parts, none below 0, and shifts, of the least loss."""
    start = [1 / len(parts)] * len(parts) + [0] * shifts
    bounds = [(0, None)] * len(parts) + [(None, None)] * shifts
    found = minimize(loss, start, method="L-BFGS-B", bounds=bounds)
    return found.x, found.fun


def logs_of(p):
    return np.log(np.clip(p, 1e-5, 1))


def odds_of(p):
    p = np.clip(p, 1e-4, 1 - 1e-4)
    return np.log(p / (1 - p))


def blend_sentiment(corpus, parts):
    """A weighted sum of log probabilities, fitted by folds at a uniform class prior."""
    t = tasks.Sentiment(corpus)
    home = np.flatnonzero(t.set == t.names.index("semeval"))
    text, label = t.text[home], t.label[home]
    weight = 1 / np.bincount(label)[label]
    weight /= weight.sum()

    def mix(w, logs):
        return nets.softmax(sum(a * part for a, part in zip(w, logs))
                            + np.array([0, w[-2], w[-1]]))

    logs = [logs_of(p) for p in parts]
    # In double precision, since the slopes are found by small differences.
    here = [part[text].astype(float) for part in logs]

    def loss(w):
        return -(weight * np.log(mix(w, here)[np.arange(len(text)), label] + 1e-9)).sum()

    w, least = weigh(parts, loss, 2)
    p = mix(w, logs).astype(np.float32)
    log("sentiment weights", np.round(w, 3), "semeval by folds: macro recall %.4f F1 %.4f"
        % tasks.recall_f1(label, p[text].argmax(1)), "log loss %.4f" % least)
    return p


def blend_intents(corpus, parts):
    """The same of the intents' log odds; and the threshold of each."""
    t = tasks.Intents(corpus)
    text, target = t.text[t.gold], t.target[t.gold]

    def mix(w, odds):
        return 1 / (1 + np.exp(-sum(a * part for a, part in zip(w, odds))))

    odds = [odds_of(p) for p in parts]
    here = [part[text].astype(float) for part in odds]

    def loss(w):
        p = mix(w, here)
        return -(target * np.log(p + 1e-7) + (1 - target) * np.log(1 - p + 1e-7)).mean()

    w, _ = weigh(parts, loss, 0)
    p = mix(w, odds).astype(np.float32)
    cut = tasks.thresholds(target, p[text])
    log("intent weights", np.round(w, 3))
    tasks.folds(log, "blend", intents=t, intent=p)
    return p, cut


def soft_step(corpus, work, version, systems):
    parts = [said(work, system) for system in systems]
    sent = blend_sentiment(corpus, [p["sent"] for p in parts])
    intent, cut = blend_intents(corpus, [p["intent"] for p in parts])
    signals = {k: np.mean([p[k] for p in parts if k in p], 0).ravel()[:corpus.trains]
               .astype(np.float16) for k in nets.SIGNALS}
    tasks.report(corpus, log, sent, intent, cut)
    n = corpus.trains
    base = os.path.join(work, "soft_" + version)
    np.savez(base + ".npz", sent=sent[:n].astype(np.float16), intent=intent[:n].astype(np.float16),
             cut=cut, **signals)
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


def like_sentiment(said, blend):
    """Makes what one model says of sentiment the likest to the blend, where both have spoken."""
    logs = logs_of(said)

    def scaled(v, logs):
        return nets.softmax(v[0] * logs + np.array([0, v[1], v[2]]))

    v = minimize(lambda v: -(blend * np.log(scaled(v, logs) + 1e-9)).sum(1).mean(), [1, 0, 0]).x
    return lambda p: scaled(v, logs_of(p))


def like_intents(said, blend):
    """The same of each intent."""
    z = odds_of(said)
    fits = [minimize(lambda v, h=h: (np.logaddexp(0, v[0] * z[:, h] + v[1])
                                     - blend[:, h] * (v[0] * z[:, h] + v[1])).mean(), [1, 0]).x
            for h in range(z.shape[1])]
    slope, shift = np.array(fits).T
    return lambda p: 1 / (1 + np.exp(-(slope * odds_of(p) + shift)))


def common(corpus, fold):
    """Some texts that nobody labelled and the encoder's model without a fold judges."""
    texts = linear.audience(corpus, fold, encoder.MODELS_A_TEXT)
    return texts[(texts < corpus.trains) & (corpus.fold[texts] < 0)][::COMMON]


def hear_step(corpus, work, version, fold, written):
    """What the encoder's model without a fold says of its altered posts and of common ones; of those
    made of written posts, if `written`, or of the others."""
    path = os.path.join(work, "altered%d%s.npz" % (fold, "-written" if written else ""))
    if not os.path.exists(path):
        with np.load(os.path.join(work, "soft_%s.npz" % version)) as f:
            wants = np.delete(f["intent"], data.INTENTS.index("spam"), 1).max(1)
        altered.write(corpus, work, wants.astype(np.float32), log)
        texts = [text for model, source, text in altered.read(work)
                 if (model, source >= corpus.trains) == (fold, written)]
        texts += [corpus.texts[i] for i in common(corpus, fold)]
        z = encoder.hear(corpus, work, nets.Rows(corpus), fold, texts, written)
        np.savez(path, **{k: v.astype(np.float16) for k, v in nets.probabilities(z, z).items()})
        log("altered posts of fold", fold, "written" if written else "")
    with np.load(path) as f:
        return {k: f[k].astype(float) for k in f}


def altered_step(corpus, work, version):
    base = os.path.join(work, "soft_" + version)
    judges = [(fold, written) for fold in altered.MODELS for written in encoder.KEPT]
    heard = {judge: hear_step(corpus, work, version, *judge) for judge in judges}
    posts = list(altered.read(work))
    said = {"sent": np.zeros((len(posts), 3)), "intent": np.zeros((len(posts), 15))}
    model, source = np.array([post[:2] for post in posts]).T
    with np.load(base + ".npz") as f:
        blend = {kind: f[kind].astype(float) for kind in said}
    for fold, written in judges:
        mine, both = (model == fold) & ((source >= corpus.trains) == written), common(corpus, fold)
        for kind, like in (("sent", like_sentiment), ("intent", like_intents)):
            own, shared = np.split(heard[fold, written][kind], [mine.sum()])
            said[kind][mine] = like(shared, blend[kind][both])(own)
    with open(base + ".altered.texts", "w", encoding="utf-8", newline="\n") as f:
        f.writelines(text + "\n" for _, _, text in posts)
    np.savez(base + ".altered.npz", source=source.astype(np.int32),
             **{k: v.astype(np.float16) for k, v in said.items()})
    log("wrote", len(posts), "soft labels of altered posts")


def main(arguments):
    work, command, rest = arguments[0], arguments[1], arguments[2:]
    corpus = corpora.load(work)
    if command == "all":
        linear_step(corpus, work)
        for name, net in NETS.items():
            nets.run(net, name, corpus, work, log)
        soft_step(corpus, work, rest[0], ["linear", *NETS])
        altered_step(corpus, work, rest[0])
    elif command == "linear":
        linear_step(corpus, work)
    elif command == "net":
        nets.run(NETS[rest[0]], rest[0], corpus, work, log, [int(f) for f in rest[1:]])
    elif command == "soft":
        soft_step(corpus, work, rest[0], rest[1:])
    elif command == "altered" and rest[1:]:
        hear_step(corpus, work, rest[0], int(rest[1]), rest[2:] == ["written"])
    elif command == "altered":
        altered_step(corpus, work, rest[0])
    else:
        sys.exit(__doc__)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
