#!/usr/bin/python3
# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""The models of languages beside English: each opens, scores as its trainer did, knows clear
cases (languages.txt), which do not train, and no intents; and where the sets are, is no worse than
its floor and claims no more than it knows.

The floors lie a few points under tools/train/LANGUAGES.md. The library refuses models that were
made for other features than its own: where pack.py is ahead of them, this is left out until
`make languages` has made them anew.
"""

import os
import struct
import sys

ROOT = os.environ.get("ENGAGE_SRCDIR", ".")
BUILD = os.environ.get("ENGAGE_BUILDDIR", ".")
MODELS = os.path.join(ROOT, "lib", "data", "models")
sys.path.insert(0, os.path.join(ROOT, "tools", "train"))

FLOORS = {"arabic": 0.58, "french": 0.60, "german": 0.62, "hindi": 0.31, "italian": 0.56,
          "portuguese": 0.56, "spanish": 0.58}
ECE_MOST = 0.12  # expected calibration error, of 324 posts
CLEAR = 0.8  # of the clear cases, those that must be right in each language


def left_out(why):
    print("left out: " + why)
    sys.exit(77)


def cases():
    found = {}
    with open(os.path.join(ROOT, "tests", "languages.txt"), encoding="utf-8") as f:
        for line in f:
            if line.strip() and not line.startswith("#"):
                language, label, text = line.rstrip("\n").split("\t")
                found.setdefault(language, []).append((label, text))
    return found


def main():
    try:
        from library import Engage
        import data
        import evaluate
        import languages
        import pack
    except ImportError as e:
        left_out(str(e))
    library = os.path.join(BUILD, "lib", ".libs", "libengage.so")
    if not os.path.exists(library):
        left_out("there is no " + library)
    made_for = set()
    for code in languages.LANGUAGES.values():
        with open(os.path.join(MODELS, code + ".model"), "rb") as f:
            made_for.add(struct.unpack_from("<I", f.read(64), 36)[0])
    if made_for != {pack.FEATURES}:
        left_out("the models are of features %s, the library of %d: run make languages" %
                 (sorted(made_for), pack.FEATURES))
    failed = 0

    def check(holds, what):
        nonlocal failed
        failed += not holds
        if not holds:
            print("WRONG: " + what)

    found = cases()
    check(sorted(found) == sorted(languages.LANGUAGES), "cases of every language")
    for language, code in languages.LANGUAGES.items():
        path = os.path.join(MODELS, code + ".model")
        engage = Engage(library, path)
        check(engage.lib.engage_model_selftest(engage.model, None) == 0, language + " self-test")
        labels, texts = zip(*found[language])
        own = {data.key(text) for text in languages.written(language)[0]}
        check(not own & {data.key(text) for text in texts}, language + " cases do not train")
        gold = [evaluate.SENTIMENT[label] for label in labels]
        sentiment, intents, given = engage.judge(texts)
        right = sum(sentiment.argmax(1) == gold)
        print("%-12s %d of %d clear cases" % (language, right, len(gold)))
        for text, is_, said in zip(texts, gold, sentiment.argmax(1)):
            if is_ != said:
                print("    missed: " + text)
        check(right >= CLEAR * len(gold), language + " clear cases")
        check(not intents.any() and not given.any(), language + " has no intents")
        out, _ = engage._run("where is my refund? please help")
        check(engage.lib.engage_analysis_needs_reply(out) == 0, language + " asks for no reply")
        if os.path.isdir(os.path.join(data.shared(), "sentiment", "umsab")):
            judged, truth = languages.read(language, "val")
            p = engage.judge(judged)[0]
            value = evaluate.macro_f1(truth, p.argmax(1))
            check(evaluate.ece(truth, p) <= ECE_MOST, language + " claims no more than it knows")
            print("%-12s macro F1 %.3f, floor %.3f" % (language, value, FLOORS[language]))
            check(value >= FLOORS[language], language + " macro F1")
        else:
            print("%-12s macro F1 left out: there is no %s" % (language, data.shared()))
        engage.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
