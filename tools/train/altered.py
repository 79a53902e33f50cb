# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""Posts that nobody wrote, for a student that can never have read enough.

Each is made of a post of the corpus: a part of it, its beginning with the end of another, some of
its words left out, or some exchanged for words that are used alike; and the encoder judges it. On
posts left out, 60,000 of any of these four kinds brought a student 2 to 4 % nearer to its teachers;
400,000 posts that somebody wrote, twice as many as before, bring it 16 to 20 % nearer.

altered.tsv has a line for each: the fold of the model that is to judge it, the number of its post,
and its text. The posts written for the project have the numbers behind those of the corpus that
train; all models know them. A post of a fold is judged by the model that never saw it; for the end
of another there are those alone that no set and none of labels/read*.tsv labels. Both files that
are made of it, here and by teacher.py, are made once for a directory.
"""

import os
import re

import numpy as np

import data
import tasks
import vectors

SEED = 29
MODELS = (0, 1)  # the folds of the models that judge; those of the others are not altered
PARTS, JOINED, OMITTED, EXCHANGED = 440000, 565000, 440000, 670000
WRITTEN = 0.227  # so many for each of these are made of the posts written for the project
# A post that the teachers think wants something is drawn so much more often.
WANTED = 2
NEAR, COMMON = 12, 40000  # words that stand for one; of so many of the most frequent ones
LONGEST = 40  # words of two posts that are joined
_END = re.compile(r"[.!?;:,)\u2026]+$")
_LINKS = frozenset("and because but if or so that then though although when which while".split())
_WORD = re.compile(r"(?<![@/'.&_])[A-Za-z]{2,}(?!['/@_:])")


def near_words(corpus, work, log):
    """(the NEAR words most alike, how likely each is taken) of each of the COMMON words."""
    v = vectors.skipgram(corpus, work, log)[:COMMON]
    v = v / (np.linalg.norm(v, axis=1, keepdims=True) + 1e-9)
    plain = np.array([i for i, word in enumerate(corpus.vocabulary[:COMMON])
                      if word.isascii() and word.isalpha()])
    alike = np.zeros((COMMON, NEAR), np.int32)
    chance = np.zeros((COMMON, NEAR), np.float32)
    for i in range(0, len(plain), 1000):
        some = plain[i:i + 1000]
        cosine = v[some] @ v[plain].T
        cosine[np.arange(len(some)), np.arange(i, i + len(some))] = -1
        best = np.argpartition(-cosine, NEAR, axis=1)[:, :NEAR]
        alike[some] = plain[best]
        weight = np.exp(6 * np.take_along_axis(cosine, best, 1))
        chance[some] = np.cumsum(weight / weight.sum(1, keepdims=True), 1)
    return alike, chance


class Alterations:
    """Each method gives an altered text of a post, or None where there is none."""

    def __init__(self, corpus, work, log):
        self.order = np.random.default_rng(SEED)
        self.words = corpus.vocabulary
        self.number = {word: i for i, word in enumerate(corpus.vocabulary[:COMMON])}
        self.alike, self.chance = near_words(corpus, work, log)

    def _cuts(self, words):
        """Where clauses seem to begin."""
        return [0] + [i for i in range(1, len(words))
                      if _END.search(words[i - 1]) or words[i].lower() in _LINKS]

    def part(self, text):
        """One clause or two, or some words in a row."""
        words = text.split(" ")
        if len(words) < 5:
            return None
        cuts = self._cuts(words)
        if len(cuts) > 1 and self.order.random() < 0.6:
            cut = self.order.integers(len(cuts))
            after = cut + 1 + int(self.order.random() < 0.3)
            first, end = cuts[cut], cuts[after] if after < len(cuts) else len(words)
        else:
            size = min(2 + self.order.geometric(0.15), len(words) - 1)
            first = self.order.integers(len(words) - size + 1)
            end = first + size
        return " ".join(words[first:end]) if 1 < end - first < len(words) else None

    def joined(self, text, other):
        """The beginning of a post and the end of another."""
        one, two = text.split(" "), other.split(" ")
        if len(one) < 4 or len(two) < 4:
            return None
        begin = one[:self.order.choice(self._cuts(one)[1:] or [len(one) // 2])]
        end = two[self.order.choice(self._cuts(two)[1:] or [len(two) // 2]):]
        return " ".join(begin + end) if len(begin) + len(end) <= LONGEST else None

    def omitted(self, text):
        """Without every fifth word or so."""
        words = text.split(" ")
        kept = self.order.random(len(words)) > 0.2
        if len(words) < 5 or kept.all():
            return None
        return " ".join(word for word, keep in zip(words, kept) if keep)

    def exchanged(self, text):
        """With a sixth or a third of its words exchanged."""
        rate = (0.15, 0.3)[self.order.integers(2)]

        def other(match):
            word = match.group()
            i = self.number.get(word.lower(), 0)
            if self.order.random() > rate or self.chance[i, -1] == 0:
                return word
            at = np.searchsorted(self.chance[i], self.order.random())
            new = self.words[self.alike[i, min(at, NEAR - 1)]]
            return new.upper() if word.isupper() else new.capitalize() if word[0].isupper() else new

        changed = _WORD.sub(other, text)
        return changed if changed != text else None


def sources(texts):
    """All posts by number: those of the corpus, which are given, and those written."""
    return texts + [text for _, _, text in data.own_labels("written")]


def write(corpus, work, wants, log):
    """Make altered.tsv; wants: how likely each text of the corpus wants something."""
    path = os.path.join(work, "altered.tsv")
    if os.path.exists(path):
        return
    alter = Alterations(corpus, work, log)
    order, texts = alter.order, sources(corpus.texts[:corpus.trains])
    read = tasks.read_labels(corpus)
    fold = np.full(len(texts), -1)
    fold[:corpus.trains] = corpus.fold[:corpus.trains]
    free = np.array([i for i in np.flatnonzero(fold[:corpus.trains] < 0) if i not in read])
    posts = np.concatenate([free, np.flatnonzero(np.isin(fold, MODELS))])
    own = np.arange(corpus.trains, len(texts))
    hygiene, seen = data.Hygiene(), set()

    def join(text):
        return alter.joined(text, texts[free[order.integers(len(free))]])

    def exchange(text):
        joined = join(text) if order.random() < 0.3 else text
        return alter.exchanged(joined) if joined else None

    def draw(f, make, source, share, count):
        while count > 0:
            i = source[np.searchsorted(share, order.random() * share[-1])]
            text = (make(texts[i]) or "").strip()
            if len(text) < 3 or text in seen or not hygiene.allows(data.key(text)):
                continue
            seen.add(text)
            model = fold[i] if fold[i] >= 0 else MODELS[len(seen) % len(MODELS)]
            f.write("%d\t%d\t%s\n" % (model, i, text))
            count -= 1
        log("altered posts:", len(seen))

    kinds = (alter.part, PARTS), (join, JOINED), (alter.omitted, OMITTED), (exchange, EXCHANGED)
    with open(path + ".part", "w", encoding="utf-8", newline="\n") as f:
        for make, count in kinds:
            draw(f, make, posts, np.cumsum(1 + WANTED * wants[posts]), count)
        for make, count in kinds:
            draw(f, make, own, np.arange(1, len(own) + 1), int(WRITTEN * count))
    os.replace(path + ".part", path)


def read(work):
    """(fold of the model, number of the post, text) of each."""
    with open(os.path.join(work, "altered.tsv"), encoding="utf-8", newline="\n") as f:
        for line in f:
            model, source, text = line.rstrip("\n").split("\t")
            yield int(model), int(source), text
