#!/usr/bin/python3
# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""Tokens beside posts that were cut by hand (the annotations of ark-tweet-nlp): F1 of exact
spans, as they are and under the table of deliberate differences of engage_tokenizer(3). Where
they are installed, NLTK's TweetTokenizer and ICU's word iterator are held against the same
posts under the same table.

The posts are read from ENGAGE_SHARED and are no part of this project; where they are absent,
the test is skipped. One whose tokens cannot be laid on its text is passed over.
"""
import collections
import ctypes
import ctypes.util
import html
import json
import os
import re
import subprocess
import sys

POSTS = os.path.join(os.environ.get("ENGAGE_SHARED", "../shared"), "data", "tokens",
                     "ark_oct27.tsv")
COMMAND = os.path.join(os.environ.get("ENGAGE_BUILDDIR", "."), "tools", "engage", "engage")

SUM = re.compile(r"[$£€¥₹#+~-]?\d[\d.,:/'-]*(st|nd|rd|th|am|pm|[kmb]|bn|[%+$€£¢°])?", re.I)
FACE = re.compile(r"[<>}]?[:;=8][-o^']?[()\[\]{}|/\\dDpPsSoO3*]+|[<>^._-]_*[<>^._-]")
DOMAIN = re.compile(r"[\w-]+(\.[\w-]+)*\.[a-z]{2,}", re.I)


# The table. Each rule is given the text of a stretch in which hand and tokenizer differ and
# the hand's cuts of it, and gives the cuts that stand beside them as good; None for none.
# Cuts are the offsets at which a token begins.

def unlike_marks(text, cuts):
    """A token of marks alone is cut where the mark changes; ! and ? are alike."""
    if re.search(r"[^\W_]", text):
        return None
    same = text.replace("?", "!")
    return cuts | {i for i in range(1, len(text)) if same[i] != same[i - 1]}


def edges(text, cuts):
    """A mark is cut from the word that it stands before or after: abbreviations too."""
    out = set(cuts)
    bounds = sorted(cuts) + [len(text)]
    for start, end in zip(bounds, bounds[1:]):
        token = text[start:end]
        inner = re.search(r"[^\W_](.*[^\W_])?", token)
        if inner is None:
            continue
        for side, part in ((0, token[:inner.start()]), (inner.end(), token[inner.end():])):
            out |= {start + side + i for i in range(len(part))
                    if i == 0 or part[i] != part[i - 1]}
        out.add(start + inner.start())
    return out


def slashes(text, cuts):
    """Words joined by other marks than hyphens and apostrophes are cut."""
    return cuts | {place.start() + i for place in re.finditer(r"(?<=\w)[/&+(—”…](?=\w)", text)
                   for i in (0, 1)}


def sums(text, cuts):
    """A number, its sign and its unit are one token."""
    return {0} if SUM.fullmatch(text) else None


def emoticons(text, cuts):
    """An emoticon is one token."""
    return {0} if FACE.fullmatch(text) else None


def domains(text, cuts):
    """A domain name is one token."""
    return {0} if DOMAIN.fullmatch(text) else None


def possessives(text, cuts):
    """A mention is cut from what is said of it, in one token or two."""
    named = re.fullmatch(r"(@\w+)'s", text)
    return {0, named.end(1), named.end(1) + 1} if named else None


TABLE = [unlike_marks, edges, slashes, sums, emoticons, domains, possessives]


def lay(words, text):
    """The spans of words in their order in a text, or None."""
    spans, at = [], 0
    for word in words:
        found = [(text.find(form, at), form) for form in (word, html.escape(word, quote=False))]
        found = [(place, form) for place, form in found if place >= 0]
        if not found:
            return None
        place, form = min(found)
        at = place + len(form)
        spans.append((place, at))
    return spans


def stretches(hand, ours):
    """Yields (spans by hand, ours) for each stretch that both begin and end together."""
    i = j = 0
    while i < len(hand) or j < len(ours):
        left, right = [], []
        end = min(hand[i][0] if i < len(hand) else ours[j][0],
                  ours[j][0] if j < len(ours) else hand[i][0]) + 1
        grown = True
        while grown:
            grown = False
            while i < len(hand) and hand[i][0] < end:
                end, grown = max(end, hand[i][1]), True
                left.append(hand[i])
                i += 1
            while j < len(ours) and ours[j][0] < end:
                end, grown = max(end, ours[j][1]), True
                right.append(ours[j])
                j += 1
        yield left, right


def rule_of(text, hand, ours):
    """The name of the rule that lets ours stand beside the hand's cuts, or None."""
    if not hand or not ours or (hand[0][0], hand[-1][1]) != (ours[0][0], ours[-1][1]):
        return None
    start, end = hand[0][0], hand[-1][1]
    if any(a[1] != b[0] for spans in (hand, ours) for a, b in zip(spans, spans[1:])):
        return None
    found = {span[0] - start for span in ours}
    cuts = {span[0] - start for span in hand}
    for rule in TABLE:
        if rule(text[start:end], cuts) == found:
            return rule.__name__
    return None


def f1(same, found, wanted):
    return 2 * same / (found + wanted)


def judge(name, posts, cut):
    """Prints a row; returns F1 as it is, and under the table."""
    same = found = wanted = excused_same = excused_wanted = lost = 0
    used = collections.Counter()
    for text, hand in posts:
        ours = cut(text)
        if ours is None:
            lost += 1
            continue
        found += len(ours)
        wanted += len(hand)
        excused_wanted += len(hand)
        for left, right in stretches(hand, ours):
            alike = len(set(left) & set(right))
            same += alike
            excused_same += alike
            rule = rule_of(text, left, right) if left != right else None
            if rule is not None:
                used[rule] += 1
                excused_same += len(right) - alike
                excused_wanted += len(right) - len(left)
    rows = f1(same, found, wanted), f1(excused_same, found, excused_wanted)
    print("{:<28} {:.4f} {:.4f}   {}".format(name, *rows, ", ".join(
        "{} {}".format(rule.__name__, used[rule.__name__]) for rule in TABLE)))
    if lost:
        print("  {} posts left out, whose tokens cannot be laid on their text".format(lost))
    return rows


def engage(texts):
    """The spans of `engage tokens`, in code points."""
    lines = "".join(json.dumps({"id": "", "text": text}) + "\n" for text in texts)
    run = subprocess.run([COMMAND, "tokens", "--offsets", "codepoints"], input=lines.encode(),
                         stdout=subprocess.PIPE, check=True)
    return {text: [(token["start"], token["end"]) for token in json.loads(line)["tokens"]]
            for text, line in zip(texts, run.stdout.splitlines())}


def icu():
    """ICU's word iterator of the root locale as a function, less white space; None without."""
    path = ctypes.util.find_library("icuuc")
    version = re.search(r"\.so\.(\d+)", path or "")
    if version is None:
        return None
    library = ctypes.CDLL(path)

    def function(name, result, *takes):
        found = getattr(library, name + "_" + version.group(1))
        found.restype, found.argtypes = result, takes
        return found

    status = ctypes.c_int(0)
    begin = function("ubrk_open", ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p,
                     ctypes.c_char_p, ctypes.c_int32, ctypes.POINTER(ctypes.c_int))
    following = function("ubrk_next", ctypes.c_int32, ctypes.c_void_p)
    close = function("ubrk_close", None, ctypes.c_void_p)

    def cut(text):
        units = text.encode("utf-16-" + ("le" if sys.byteorder == "little" else "be"))
        iterator = begin(1, b"", units, len(units) // 2, ctypes.byref(status))
        places = [0]
        while True:
            place = following(iterator)
            if place < 0:
                break
            places.append(place)
        close(iterator)
        at, of = 0, {}
        for i, c in enumerate(text + "\0"):
            of[at] = i
            at += 2 if ord(c) > 0xFFFF else 1
        spans = [(of[a], of[b]) for a, b in zip(places, places[1:]) if a in of and b in of]
        return [(a, b) for a, b in spans if text[a:b].strip() != ""]

    return "ICU {}, word iterator".format(version.group(1)), cut


def nltk():
    """NLTK's TweetTokenizer with its defaults as a function; None where it is absent."""
    try:
        import nltk as package
        from nltk.tokenize import TweetTokenizer
    except ImportError:
        return None
    tokenizer = TweetTokenizer()
    return ("NLTK {}, TweetTokenizer".format(package.__version__),
            lambda text: lay(tokenizer.tokenize(text), text))


def main():
    if not os.path.exists(POSTS):
        print("left out, since there is no " + POSTS)
        return 77
    posts, unlaid = [], 0
    with open(POSTS, encoding="utf-8") as file:
        for line in file:
            words, text = line.rstrip("\n").split("\t")
            hand = lay(words.split(" "), text)
            if hand is None:
                unlaid += 1
            else:
                posts.append((text, hand))
    print("{} posts, {} tokens; {} left out".format(
        len(posts), sum(len(hand) for _, hand in posts), unlaid))
    print("{:<28} {:<6} {:<6}   stretches that the table excuses".format("", "F1", "table"))
    ours = engage([text for text, _ in posts])
    plain, under = judge("engage tokens", posts, ours.__getitem__)
    for name, peer in (("NLTK", nltk()), ("ICU", icu())):
        if peer is None:
            print("{:<28} left out: it is not installed".format(name))
        else:
            judge(peer[0], posts, peer[1])
    return 0 if plain >= 0.97 and under >= 0.985 else 1


if __name__ == "__main__":
    sys.exit(main())
