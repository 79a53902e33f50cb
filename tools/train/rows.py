# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""The posts that the student trains on, as one file; and those that a fold of it leaves out.

Labelled posts fall into FOLDS folds, near-duplicates into the same one. A student trained without
a fold judges the fold's posts as it would any other; on that its calibration is learnt.
"""

import hashlib
import os
import re
import struct

import numpy as np

import altered
import data

MAGIC = 0x31574F52
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}\b")  # within a sentence
_WITHIN = re.compile(r"[a-z,] [\"'(\u201c]?([A-Z][a-z]{3,})\b")
_WORD = re.compile(r"[^\W\d_]+")
_POSTED = 5  # a name that fewer labelled posts hold was invented
_ONSETS = "b br d dr f fl g h k kr l m n p r s st t tr v w z".split()
_LINK_AT_END = re.compile(r"(?:\s+https?://\S+)+\s*$")
FOLDS = 2
SMOOTH = 0.05
WATCH = 255
# What a labelled row counts beside a row with soft labels, for sentiment and for intents.
HARD_WEIGHT, INTENT_WEIGHT, SOFT_WEIGHT, SOFT_INTENT_WEIGHT = 1.5, 7.5, 1.0, 2.0
# What an altered post counts, which one teacher judged.
ALTERED_WEIGHT, ALTERED_INTENT_WEIGHT = 0.5, 1.0
# Posts written for the project are few beside half a million: what each counts in place of
# these. At 12 for sentiment a dozen more cases of tests/spec pass, but the student stays further
# from the teachers, by 5 % on tweeteval_val and 4 % on gold_dev.
WRITTEN_WEIGHT, WRITTEN_INTENT_WEIGHT = 7.0, 16.0
HARD = {"neg": 0, "neu": 1, "pos": 2, "negative": 0, "neutral": 1, "positive": 2}
# Sets whose labels are noisier count less.
WEIGHT = {"extraction": 0.5, "app_sentiment": 0.5}


def fold_of(text):
    """The fold of a text: by its first letters and digits, which near-duplicates share."""
    k = data.key(text)[:40]
    return hashlib.sha256(b"fold" + k.encode()).digest()[0] % FOLDS


def read_labels(prefix):
    """(sentiment, intents, text) of the posts read beside gold_train, of labels/PREFIX*.tsv."""
    sources = {}

    def lines(name):
        if name not in sources:
            with open(os.path.join(data.shared(), name), encoding="utf-8", newline="\n") as f:
                rows = (line.rstrip("\n") for line in f)
                sources[name] = [r if name.endswith(".txt") else r.split("\t")[-1] for r in rows]
        return sources[name]

    for _, sentiment, intents, source in data.own_labels(prefix):
        name, _, number = source.rpartition(":")
        yield sentiment, intents, lines(name)[int(number) - 1]


def intents_of_gold_train():
    """(sentiment, intents, text) of gold_train, its corrected labels in place of the first."""
    settled = data.corrections()
    with open(os.path.join(data.shared(), "intents/gold_train.tsv"), encoding="utf-8",
              newline="\n") as f:
        for line in f:
            columns = line.rstrip("\n").split("\t")
            intents = settled.get(data.text_key(columns[4]), columns[2])
            yield columns[1], intents, columns[4]


def hard(label):
    """A smoothed distribution for a hard sentiment; "mixed" is half negative, half positive."""
    if label == "mixed":
        return np.array([0.45, 0.1, 0.45])
    p = np.full(3, SMOOTH / 3)
    p[HARD[label]] += 1 - SMOOTH
    return p


def pack(number, text, sentiment, intents, w_sentiment, w_intents):
    raw = text.encode()
    flags = (sentiment is not None) | (intents is not None) << 1
    targets = list(sentiment if sentiment is not None else (0, 0, 0))
    targets += list(intents if intents is not None else (0,) * len(data.INTENTS))
    return struct.pack("<IHH20f", len(raw), number, flags, w_sentiment, w_intents, *targets) + raw


def sentiment_rows(licence, hygiene):
    """(set, label, text, weight): classes weigh the same within a set, so that the model's prior
    is uniform."""
    names = [s.name for s in data.SETS if s.use == "train" and s.task == "sentiment"]
    rows = [r for r in data.train(names, licence, hygiene) if r.label in HARD]
    counts = {}
    for r in rows:
        counts.setdefault(r.set, np.zeros(3))[HARD[r.label]] += 1
    for r in rows:
        balance = counts[r.set].sum() / (3 * counts[r.set][HARD[r.label]])
        yield r.set, r.label, r.text, min(balance, 4.0)


def intent_rows(hygiene):
    """(source, sentiment, intents, text) of gold_train and of the labels given for this project,
    each text once. Posts written for it may differ by an emoji alone."""
    seen = set()
    for name, source in (("gold_train", intents_of_gold_train()), ("read", read_labels("read")),
                         ("written", data.own_labels("written"))):
        for sentiment, intents, text in source:
            k = data.key(text)
            once = text if name == "written" else k
            if (hygiene.allows(k) or (name == "written" and not k)) and once not in seen:
                seen.add(once)
                yield name, sentiment, data.intent_row(intents), text


def read_texts(prefix):
    """The posts that the teachers judged."""
    with open(prefix + ".texts", encoding="utf-8", newline="\n") as f:
        return f.read().rstrip("\n").split("\n")


def read_soft(prefix):
    """(texts, sentiment [N,3], intents [N,15]) of the teachers."""
    loaded = np.load(prefix + ".npz")
    texts = read_texts(prefix)
    sentiment, intents = loaded["sent"].astype(float), loaded["intent"].astype(float)
    return texts, sentiment, intents


def labelled_rows(licence, hygiene, names):
    """(fold, text, packed row) of every labelled text, without the names."""
    numbers = {}
    for name, label, text, weight in sentiment_rows(licence, hygiene):
        weight *= WEIGHT.get(name, 1.0) * HARD_WEIGHT
        number = numbers.setdefault(name, len(numbers) + 1)
        shown = without_names(text, names)
        yield fold_of(text), text, pack(number, shown, hard(label), None, weight, 0)
    for name, sentiment, intents, text in intent_rows(hygiene):
        number = numbers.setdefault(name, len(numbers) + 1)
        weights = ((WRITTEN_WEIGHT, WRITTEN_INTENT_WEIGHT) if name == "written" else
                   (HARD_WEIGHT, INTENT_WEIGHT))
        shown = without_names(text, names)
        yield fold_of(text), text, pack(number, shown, hard(sentiment), intents, *weights)
    # These were read for their sentiment: as further intents they made the intents worse.
    number = len(numbers) + 1
    for sentiment, _, text in read_labels("sentiment"):
        if hygiene.allows(data.key(text)):
            shown = without_names(text, names)
            yield fold_of(text), text, pack(number, shown, hard(sentiment), None, HARD_WEIGHT, 0)


def _next(number):
    """The next of a row of numbers of 64 bits that look like chance."""
    return (number * 6364136223846793005 + 1442695040888963407) % 2 ** 64


def misspelt(text, number):
    """The text with a slip in about every third longer word."""
    words = text.split(" ")
    for i, word in enumerate(words):
        number = _next(number)
        chance, at = number >> 33, 1 + (number >> 40) % max(len(word) - 2, 1)
        if len(word) < 5 or not word.isalpha() or not word.islower() or chance % 3:
            continue
        kind = chance // 3 % 4
        if kind == 0:
            words[i] = word[:at] + word[at + 1] + word[at] + word[at + 2:]
        elif kind == 1:
            words[i] = word[:at] + word[at + 1:]
        elif kind == 2:
            words[i] = word[:at] + word[at] + word[at:]
        else:
            words[i] = word[:at] + "aeiou"[chance // 12 % 5] + word[at + 1:]
    return " ".join(words)


def _number_of(text):
    """A number of 64 bits that looks like chance."""
    return int.from_bytes(hashlib.sha256(b"names" + text.encode()).digest()[:8], "little")


def _invented(number, like):
    """A name that nobody knows, written as another one is."""
    said = ""
    for _ in range(2 + number % 2):
        number = _next(number)
        said += (_ONSETS[(number >> 33) % len(_ONSETS)] + "aeiou"[(number >> 40) % 5]
                 + ("", "l", "n", "r", "x", "")[(number >> 46) % 6])
    if like.islower():
        return said
    return said.upper() if like.isupper() else said.capitalize()


def renamed(text, number):
    """The text with what has a capital within sentences named as nothing is."""
    def name(match):
        nonlocal number
        number = _next(number)
        return _invented(number, match[0])

    return _NAME.sub(name, text)


def without_names(text, names):
    """The text with each of the names made one that nobody knows, the same throughout the text."""
    def name(match):
        word = match[0].lower()
        return _invented(_number_of(word + text), match[0]) if word in names else match[0]

    return _WORD.sub(name, text)


def brands():
    """Names of firms and products. A student learns from posts in which they are others, so that it
    judges a post alike whomever it names."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "labels", "brands.txt")
    with open(path, encoding="utf-8") as f:
        return {word for line in f if not line.startswith("#") for word in line.split()}


def invented_names(licence, hygiene):
    """The names that were invented for written posts: one post of a firm's misdeeds, with what was
    made of it, turned how other posts that named this firm were felt."""
    rows = list(intent_rows(hygiene))
    found = {word.lower() for name, _, _, text in rows if name == "written"
             for word in _WITHIN.findall(text)}
    posts = dict.fromkeys(found, 0)
    posted = [text for name, _, _, text in rows if name != "written"]
    for text in posted + [text for _, _, text, _ in sentiment_rows(licence, hygiene)]:
        for word in found.intersection(re.findall("[a-z]+", text.lower())):
            posts[word] += 1
    return {word for word, count in posts.items() if count < _POSTED}


def with_link(text, digest):
    return text + " https://t.co/" + digest[1:6].hex()


def soft_rows(prefix, labelled, names):
    """(fold, packed row) of every text that the teachers judged; they judged no judging text.
    Texts that nobody labelled are of no fold."""
    for text, sentiment, intents in zip(*read_soft(prefix)):
        fold = fold_of(text) if data.key(text)[:40] in labelled else None
        text = without_names(text, names)
        yield fold, pack(0, text, sentiment, intents, SOFT_WEIGHT, SOFT_INTENT_WEIGHT)
        # A link at the end says nothing of tone: some posts come again with one, or without.
        # That says something of spam, so that these copies teach sentiment alone.
        chance = hashlib.sha256(b"link" + text.encode()).digest()
        bare = _LINK_AT_END.sub("", text)
        if bare != text and chance[0] < 144 and data.key(bare):
            yield fold, pack(0, bare, sentiment, None, SOFT_WEIGHT, 0)
        elif bare == text and chance[0] < 104:
            yield fold, pack(0, with_link(text, chance), sentiment, None, SOFT_WEIGHT, 0)
        # Nor does a slip of the fingers.
        if chance[6] < 20:
            other = misspelt(text, int.from_bytes(chance[7:15], "little"))
            yield fold, pack(0, other, sentiment, intents, SOFT_WEIGHT, SOFT_INTENT_WEIGHT)
        # Nor does whose name it is.
        other = renamed(text, int.from_bytes(chance[16:24], "little")) if chance[15] < 64 else text
        if other != text:
            yield fold, pack(0, other, sentiment, intents, SOFT_WEIGHT, SOFT_INTENT_WEIGHT)


def altered_rows(prefix, labelled, names):
    """The same of the posts that were made of others: the folds are those of the latter. A
    third of them has other names throughout, and a third a link at its end."""
    texts = read_texts(prefix)
    sources = altered.sources(texts)
    with np.load(prefix + ".altered.npz") as f:
        numbers = f["source"]
    for number, text, sentiment, intents in zip(numbers, *read_soft(prefix + ".altered")):
        source = sources[number]
        fold = fold_of(source) if data.key(source)[:40] in labelled else None
        chance = hashlib.sha256(b"altered" + text.encode()).digest()
        text = without_names(text, names)
        if chance[15] < 85:
            text = renamed(text, int.from_bytes(chance[16:24], "little"))
        if chance[0] < 85 and not _LINK_AT_END.search(text):
            yield fold, pack(0, with_link(text, chance), sentiment, None, ALTERED_WEIGHT, 0)
        else:
            yield fold, pack(0, text, sentiment, intents, ALTERED_WEIGHT, ALTERED_INTENT_WEIGHT)


def watched_rows():
    """The judging rows of sentiment and intents, by which the student shows how it goes."""
    for row in data.judge("tweeteval_val"):
        yield None, pack(WATCH, row.text, hard(row.label), None, 1, 0)
    for row in data.judge("gold_dev"):
        yield None, pack(WATCH, row.text, None, data.intent_row(row.label), 0, 1)


def write(path, packed, without=None):
    """Write the rows of a student, but for one fold."""
    kept = [raw for fold, raw in packed if without is None or fold != without]
    with open(path + ".part", "wb") as f:
        f.write(struct.pack("<II", MAGIC, len(kept)))
        f.writelines(kept)
    os.replace(path + ".part", path)
