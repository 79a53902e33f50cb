# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""What the models of languages beside English know of single words before they see a post: the
word lists of tools/train/labels/languages, emoji by VADER's lists, and for Hindi, which is mixed
with English, VADER's words. Made into the vocabulary section of a model file."""

import os
import struct
import unicodedata

import data
import pack

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "labels", "languages")
STEP, MOST = 24, 64  # the valence of one plus in a list; that of VADER's strongest word
# Words of a group are used alike: what the lists tell of them, and what words do to others.
GROUPS = {2: 1, 1: 2, -1: 3, -2: 4, "NOT": 5, "VERY": 6, "BUT": 7, "ASK": 8}
FULL = 4.5  # entries to a bucket of eight, so that few find theirs full
ARABIC_SAME = (("أ", "ا"), ("إ", "ا"), ("آ", "ا"), ("ة", "ه"), ("ى", "ي"))
ARABIC_BEFORE = ("ال",)  # the
ENGLISH_LEAST = 0.4  # of VADER's means, over 4


def without_accents(word):
    letters = unicodedata.normalize("NFD", word)
    return "".join(c for c in letters if not unicodedata.combining(c))


def spellings(word, language):
    """The word as people write it."""
    yield word
    if language == "arabic":
        found = [word]
        for a, b in ARABIC_SAME:
            found += [w.replace(a, b) for w in found if a in w]
        yield from found[1:]
        if len(word) > 2 and not word.startswith("ال"):
            yield from (before + w for w in found for before in ARABIC_BEFORE)
    elif language != "hindi" and len(word) > 3:
        yield without_accents(word)


def listed(language):
    """{word: (valence, group)} by the list of the language."""
    valence, role = {}, {}
    with open(os.path.join(FOLDER, language + ".words"), encoding="utf-8") as f:
        for line in f:
            if line.startswith("#"):
                continue
            head, *terms = line.split()
            for term in terms:
                stem, *ends = term.split("|")
                for word in [stem + end for end in ends or [""]]:
                    for spelt in spellings(word, language):
                        if head.isalpha():
                            role.setdefault(spelt, head)
                        else:
                            valence.setdefault(spelt, int(head))
    out = {w: (v * STEP, GROUPS[role.get(w, v)]) for w, v in valence.items()}
    out.update((w, (0, GROUPS[r])) for w, r in role.items() if w not in valence)
    return out


def vader():
    """({word: mean over 4} of VADER's lexicon, the same of emoji and emoticons)."""
    folder = os.path.join(data.shared(), "lexicons")
    words, signs = {}, {}
    with open(os.path.join(folder, "vader_lexicon.txt"), encoding="utf-8") as f:
        for line in f:
            word, mean = line.split("\t")[:2]
            (words if word.isalpha() and len(word) > 2 else signs)[word] = float(mean) / 4
    with open(os.path.join(folder, "vader_emoji.txt"), encoding="utf-8") as f:
        for line in f:
            emoji, name = line.rstrip("\n").split("\t")[:2]
            known = [words[w] for w in name.split() if w in words]
            if known:
                signs[emoji] = sum(known) / len(known)
    return words, signs


def known(language):
    """{word: (valence, group)}, what matters most first."""
    out = listed(language)
    words, signs = vader()
    for sign, mean in signs.items():
        out.setdefault(sign, (round(mean * MOST), 0))
    if language == "hindi":
        for word, mean in words.items():
            if abs(mean) >= ENGLISH_LEAST:
                out.setdefault(word, (round(mean * MOST), GROUPS[1 if mean > 0 else -1]))
    return out


def section(entries):
    """The bytes of a vocabulary of (hash, valence, group), first come first placed."""
    buckets = int(len(entries) / FULL) + 1
    raw = bytearray(pack.VOCABULARY_BUCKET * buckets)
    for value, valence, group in entries:
        tag = value & 0xFFFFFFFF or 1
        at = ((value >> 32) * buckets >> 32) * pack.VOCABULARY_BUCKET
        for entry in range(at, at + pack.VOCABULARY_BUCKET, 8):
            there = struct.unpack_from("<I", raw, entry)[0]
            if there == tag:
                break
            if there == 0:
                struct.pack_into("<IbBH", raw, entry, tag, valence, 0, group)
                break
    return bytes(raw)
