# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""Normalisation and tokens for the teachers.

The shipped model's features come from the C library; the teachers see the text through this module
instead, which folds away what a small net cannot learn: handles, links, numbers, elongation, HTML
entities, quote marks, and the words inside hashtags.
"""

import html
import math
import re
from collections import Counter

# Marks that a token carries beside its text, as bits.
CAPS, LONG, TAG, NEGATED, TITLE = 1, 2, 4, 8, 16

_LINK = re.compile(r"(?:https?://|www\.|\bpic\.twitter\.com/|\bt\.co/)\S+", re.I)
_HANDLE = re.compile(r"@\w+")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"',
                         "…": "...", "\ufe0f": None, "\u200d": None})
_REPEAT = re.compile(r"(.)\1{2,}")
_DIGIT = re.compile(r"\d")
_INNER = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\dA-Za-z_]+")
_TOKEN = re.compile(r"""
    @user | http\b
  | (?<!\w)[<>]?[:;=8xX]['-]?[)(\][dDpPoO/\\|@3*]+(?!\w)
  | <3+ | \^[_.]?\^ | [-=]_+[-=] | [oO]_[oO]
  | \#\w+
  | [^\W_]+(?:'[^\W_]+)*
  | ([!?.,*~-])\1* | \S
""", re.X)
_NEGATION = frozenset("""no not never none nobody nothing nowhere neither nor cannot without hardly
    barely scarcely ain't aint dont doesnt didnt cant couldnt wont wouldnt shouldnt isnt arent wasnt
    werent hasnt havent hadnt lack lacks lacking n't""".split())
_STOP = re.compile(r"[.!?,;:]|^but$|^however$|^though$|^although$|^http$")
_SCOPE = 6


def clean(text):
    """The text with entities, quotes, links and handles in one form."""
    text = html.unescape(html.unescape(text)).replace("$q$", "'").translate(_QUOTES)
    text = _HANDLE.sub(" @user ", _LINK.sub(" http ", text))
    return text.replace(" n't", "n't").replace(" 's ", "'s ")


class Segmenter:
    """Splits a hashtag into words: by its capitals, else by the likeliest known words."""

    def __init__(self, texts):
        counts = Counter()
        for text in texts:
            counts.update(re.findall(r"[a-z]+(?:'[a-z]+)?", text.lower()))
        counts = {w: n for w, n in counts.items() if n >= 20 and (len(w) > 2 or n >= 4000)}
        total = math.log(sum(counts.values()))
        self.cost = {w: total - math.log(n) for w, n in counts.items()}
        self.known = {}

    def words(self, tag):
        if tag not in self.known:
            parts = _INNER.findall(tag)
            if len(parts) == 1 and tag.islower():
                parts = self._split(tag)
            self.known[tag] = parts or [tag]
        return self.known[tag]

    def _cost(self, word):
        return self.cost.get(word, 25.0 + len(word))

    def _split(self, tag):
        best = [(0.0, 0)]
        for end in range(1, len(tag) + 1):
            best.append(min((best[start][0] + self._cost(tag[start:end]), start)
                            for start in range(max(0, end - 18), end)))
        parts, end = [], len(tag)
        while end:
            parts.append(tag[best[end][1]:end])
            end = best[end][1]
        return parts[::-1]


def tokens(text, segmenter, digits=False):
    """The tokens of a post and the marks of each, as two lists of the same length; every digit is
    a nought unless digits are asked for."""
    words, marks = [], []

    def add(word, mark):
        low = word.lower()
        short = _REPEAT.sub(r"\1\1", low)
        if short != low and low[0].isalpha():
            mark |= LONG
        if word.isupper() and len(word) > 1 and word[0].isalpha():
            mark |= CAPS
        elif word[0].isupper():
            mark |= TITLE
        words.append(short if digits else _DIGIT.sub("0", short))
        marks.append(mark)

    for match in _TOKEN.finditer(clean(text)):
        token = match.group()
        if token[0] == "#" and len(token) > 1:
            words.append("#")
            marks.append(TAG)
            for part in segmenter.words(token[1:]):
                add(part, TAG)
        else:
            add(token, 0)
    left = 0
    for i, word in enumerate(words):
        if word in _NEGATION or word.endswith("n't"):
            left = _SCOPE
        elif left and _STOP.search(word):
            left = 0
        elif left:
            marks[i] |= NEGATED
            left -= 1
    return words, marks
