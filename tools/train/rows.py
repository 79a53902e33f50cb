# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""Write the posts that the student trains on: rows.bin, and the rows kept back to calibrate it.

    python3 rows.py OUT [--soft PREFIX] [--licence all|stated]

PREFIX names the teachers' labels (PREFIX.npz and PREFIX.texts, see teacher.py); without them the
student learns from hard labels alone. One group of labelled posts in sixteen never trains: on it
the model is calibrated (calibrate.py). Near-duplicates are of one group.
"""

import argparse
import glob
import hashlib
import os
import struct
import sys

import numpy as np

import data

HERE = os.path.dirname(os.path.abspath(__file__))
MAGIC = 0x31574F52
SMOOTH = 0.05
HARD = {"neg": 0, "neu": 1, "pos": 2, "negative": 0, "neutral": 1, "positive": 2}
# How much a labelled row of a set counts beside one unlabelled post with soft labels.
WEIGHT = {"extraction": 0.5, "app_sentiment": 0.5}


def kept_back(text):
    """Whether a labelled text calibrates rather than trains: by its first letters and digits, which
    near-duplicates share."""
    k = data.key(text)[:40]
    return hashlib.sha256(b"calibrate" + k.encode()).digest()[0] < 16


def read_labels():
    """The project's own labels beside gold_train: (sentiment, intents, text)."""
    sources = {}

    def lines(name):
        if name not in sources:
            with open(os.path.join(data.shared(), name), encoding="utf-8", newline="\n") as f:
                rows = (line.rstrip("\n") for line in f)
                sources[name] = [r if name.endswith(".txt") else r.split("\t")[-1] for r in rows]
        return sources[name]

    for path in sorted(glob.glob(os.path.join(HERE, "labels", "*.tsv"))):
        written = os.path.basename(path).startswith("written")
        with open(path, encoding="utf-8", newline="\n") as f:
            for line in f:
                if not line.strip() or line.startswith("# "):
                    continue
                columns = line.rstrip("\n").split("\t")
                if written:
                    yield columns[0], columns[1], columns[2]
                else:
                    name, _, number = columns[3].rpartition(":")
                    yield columns[1], columns[2], lines(name)[int(number) - 1]


def intents_of_gold_train():
    with open(os.path.join(data.shared(), "intents/gold_train.tsv"), encoding="utf-8",
              newline="\n") as f:
        for line in f:
            columns = line.rstrip("\n").split("\t")
            yield columns[1], columns[2], columns[4]


def hard(label):
    """A smoothed distribution for a hard sentiment; "mixed" is half negative, half positive."""
    if label == "mixed":
        return np.array([0.45, 0.1, 0.45])
    p = np.full(3, SMOOTH / 3)
    p[HARD[label]] += 1 - SMOOTH
    return p


class Rows:
    """Labelled rows, each with its set's number; soft rows have set 0."""

    def __init__(self):
        self.rows = []
        self.sets = {}

    def set_number(self, name):
        return self.sets.setdefault(name, len(self.sets) + 1)

    def add(self, set_name, text, sentiment, intents, w_sentiment, w_intents):
        number = 0 if set_name is None else self.set_number(set_name)
        self.rows.append((number, text, sentiment, intents, w_sentiment, w_intents))


def pack(row):
    number, text, sentiment, intents, w_sentiment, w_intents = row
    raw = text.encode()
    flags = (sentiment is not None) | (intents is not None) << 1
    targets = list(sentiment if sentiment is not None else (0, 0, 0))
    targets += list(intents if intents is not None else (0,) * len(data.INTENTS))
    return struct.pack("<IHH20f", len(raw), number, flags, w_sentiment, w_intents, *targets) + raw


def write(path, rows):
    with open(path, "wb") as f:
        f.write(struct.pack("<II", MAGIC, len(rows)))
        for row in rows:
            f.write(pack(row))


def sentiment_rows(licence, hygiene):
    names = [s.name for s in data.SETS if s.use == "train" and s.task == "sentiment"]
    for row in data.train(names, licence, hygiene):
        if row.label in HARD:
            yield row


def intent_rows(hygiene):
    """gold_train and the labels read for this project, each text once."""
    seen = set()
    for source in (intents_of_gold_train(), read_labels()):
        for sentiment, intents, text in source:
            k = data.key(text)
            if hygiene.allows(k) and k not in seen:
                seen.add(k)
                yield sentiment, data.intent_row(intents), text


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out")
    parser.add_argument("--soft")
    parser.add_argument("--licence", default="all", choices=("all", "stated"))
    parser.add_argument("--watch", action="store_true",
                        help="add the judging rows as watched ones, to be shown while training")
    parser.add_argument("--hard-weight", type=float, default=1.0)
    parser.add_argument("--soft-weight", type=float, default=1.0)
    args = parser.parse_args()
    hygiene = data.Hygiene()
    rows, kept = Rows(), Rows()
    labelled = list(sentiment_rows(args.licence, hygiene))
    counts = {}
    for row in labelled:
        counts.setdefault(row.set, np.zeros(3))[HARD[row.label]] += 1
    for row in labelled:
        # Classes weigh the same within a set, so that the model's prior is uniform.
        balance = counts[row.set].sum() / (3 * counts[row.set][HARD[row.label]])
        weight = args.hard_weight * WEIGHT.get(row.set, 1.0) * min(balance, 4.0)
        if kept_back(row.text):
            kept.add(row.set, row.text, hard(row.label), None, min(balance, 4.0), 0)
        else:
            rows.add(row.set, row.text, hard(row.label), None, weight, 0)
    for sentiment, intents, text in intent_rows(hygiene):
        if kept_back(text):
            kept.add("intents", text, hard(sentiment), intents, 1.0, 1.0)
        else:
            rows.add("intents", text, hard(sentiment), intents, args.hard_weight,
                     2 * args.hard_weight)
    print("%d labelled rows, %d kept back" % (len(rows.rows), len(kept.rows)), file=sys.stderr)
    if args.soft:
        soft = np.load(args.soft + ".npz")
        with open(args.soft + ".texts", encoding="utf-8", newline="\n") as f:
            texts = f.read().split("\n")
        w = args.soft_weight
        for i in range(len(soft["sent"])):
            if not kept_back(texts[i]) and hygiene.allows(data.key(texts[i])):
                rows.add(None, texts[i], soft["sent"][i].astype(float),
                         soft["intent"][i].astype(float), w, w)
    if args.watch:
        for row in data.judge("tweeteval_val"):
            rows.rows.append((255, row.text, hard(row.label), None, 1, 0))
        with open(os.path.join(data.shared(), "intents/gold_dev.tsv"), encoding="utf-8") as f:
            for line in f:
                columns = line.rstrip("\n").split("\t")
                rows.rows.append((255, columns[4], None, data.intent_row(columns[2]), 0, 1))
    write(os.path.join(args.out, "rows.bin"), rows.rows)
    write(os.path.join(args.out, "kept.bin"), kept.rows)
    print("%d rows" % len(rows.rows), file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
