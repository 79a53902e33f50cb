#!/usr/bin/env python3
# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""Write lib/data/word_table.c: how common the words of posts are, for cutting hashtags.

usage: gen_words.py DATA > lib/data/word_table.c

DATA is the folder of sets: text/tweets_unlabelled.txt is counted, and
tokens/hashtags_stan_train.tsv adds words of hashtags. A word's cost is sixteen times
the negative natural logarithm of its share, and of single letters 48 more.
"""
import hashlib
import math
import os
import re
import sys
from collections import Counter

FEWEST, BOOST, LONGEST = 8, 30, 20
SKIP = re.compile(r"https?://\S+|[@#]\w+|&\w+;")
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


def main():
    counts = Counter()
    sums = []
    for name in ("text/tweets_unlabelled.txt", "tokens/hashtags_stan_train.tsv"):
        with open(os.path.join(sys.argv[1], name), "rb") as file:
            raw = file.read()
        sums.append((name, hashlib.sha256(raw).hexdigest()))
        lines = raw.decode("utf-8").splitlines()
        if name.startswith("text/"):
            for line in lines:
                line = SKIP.sub(" ", line).lower().replace("\u2019", "'")
                counts.update(word.replace("'", "") for word in WORD.findall(line))
            counts = Counter({word: n for word, n in counts.items()
                              if n >= FEWEST and len(word) <= LONGEST and
                              (len(word) > 1 or word in "aiu" or word.isdigit())})
        else:
            for line in lines:
                for word in line.split("\t")[0].lower().replace("'", "").split():
                    if 1 < len(word) <= LONGEST or word in counts:
                        counts[word] += BOOST
    counts = {word: n for word, n in counts.items() if re.fullmatch("[a-z0-9]+", word)}
    total = sum(counts.values())
    # REUSE-IgnoreStart: these lines are of the table
    print("/* SPDX-FileCopyrightText: the libengage maintainers")
    print(" * SPDX-License-Identifier: MIT")
    # REUSE-IgnoreEnd
    print(" *")
    print(" * Written by tools/gen_words.py. Do not edit.")
    print(" * Words and how common they are, counted in:")
    for name, digest in sums:
        print(" *   {}\n *     {}".format(name, digest))
    print(" */")
    print('#include "text/hashtag.h"\n')
    words = sorted(counts)
    print("const size_t engagep_word_count = {};\n".format(len(words)))
    print("/* Sorted; each word behind its cost. */")
    print("const struct engagep_word engagep_words[] = {")
    for word in words:
        cost = -math.log(counts[word] / total) * 16
        if len(word) == 1 and not word.isdigit():
            cost += 48
        print('    {{{}, "{}"}},'.format(min(255, round(cost)), word))
    print("};")


main()
