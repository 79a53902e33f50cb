# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""Groups of words that are used alike, and what the lexicon says of words.

    words(lines, path)

writes "word TAB group TAB valence" lines. lines is the file of the words of each post that the
teachers' word vectors are made of; from vectors of whole words (Debian's fasttext, skip-gram) the
most common ones are put into GROUPS groups by spherical k-means. Without it no word is of a
group. Valences are VADER's (MIT, Hutto and Gilbert 2014), divided by its largest, an emoji's
being the mean of the words of its name. A mark out of five or ten says itself how good it is.
"""

import os
import subprocess

import numpy as np

import data

GROUPS = 500
COMMON = 15000
ROUNDS = 12
STRONGEST = 4.0
PART = 0.8  # what a lexicon's strongest word counts
MARK = 0.6  # what the best of marks counts


def read_vectors(path):
    words, rows = [], []
    with open(path, encoding="utf-8", errors="replace", newline="\n") as f:
        width = int(f.readline().split()[1])
        for line in f:
            parts = line.rstrip().split(" ")
            if len(parts) == width + 1 and len(words) < COMMON:
                words.append(parts[0])
                rows.append(np.array(parts[1:], np.float32))
    return words, np.array(rows)


def cluster(x, seed=1):
    """The group of each row, from 1 up."""
    x = x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-9)
    centres = x[np.random.default_rng(seed).choice(len(x) // 4, GROUPS, replace=False)]
    for _ in range(ROUNDS):
        near = (x @ centres.T).argmax(1)
        sums = np.zeros_like(centres)
        np.add.at(sums, near, x)
        # a group that nothing is near to keeps its centre
        norms = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(norms > 0, sums / np.maximum(norms, 1e-9), centres)
    return (x @ centres.T).argmax(1) + 1


def valences():
    """Word or emoji to valence, from the lexicon."""
    folder = os.path.join(data.shared(), "lexicons")
    found = {}
    with open(os.path.join(folder, "vader_lexicon.txt"), encoding="utf-8") as f:
        for line in f:
            word, mean = line.split("\t")[:2]
            if " " not in word:
                found[word] = PART * float(mean) / STRONGEST
    with open(os.path.join(folder, "vader_emoji.txt"), encoding="utf-8") as f:
        for line in f:
            emoji, name = line.rstrip("\n").split("\t")[:2]
            known = [found[w] for w in name.split() if w in found]
            if known:
                found[emoji.replace("\ufe0f", "")] = float(np.mean(known))
    for most in (5, 10):
        for mark in range(most + 1):
            found["%d/%d" % (mark, most)] = MARK * (2 * mark / most - 1)
    return found


def words(lines, path):
    if os.path.exists(path):
        return
    groups = {}
    if lines is not None:
        vectors = path + ".vectors"
        subprocess.run(["fasttext", "skipgram", "-input", lines, "-output", vectors, "-dim", "60",
                        "-minn", "0", "-maxn", "0", "-ws", "3", "-neg", "5", "-epoch", "3",
                        "-lr", "0.08", "-minCount", "5", "-thread", "1"], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        names, rows = read_vectors(vectors + ".vec")
        groups = dict(zip(names, cluster(rows)))
    lexicon = valences()
    with open(path + ".part", "w", encoding="utf-8") as f:
        for word in sorted(set(groups) | set(lexicon)):
            if "\t" not in word and 0 < len(word.encode()) < 64:
                f.write("%s\t%d\t%.4f\n" % (word, groups.get(word, 0), lexicon.get(word, 0)))
    os.replace(path + ".part", path)
