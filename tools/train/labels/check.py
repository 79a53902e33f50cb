#!/usr/bin/env python3
# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""Check the hand-read labels: every text is found where its row says and has the row's key, every
label is known and in the guideline's order, nothing stands twice, no text of a judging file is
among them; corrections change rows of gold_train alone. Two written posts may differ by an emoji, a
link or a handle alone. Prints the number of rows and of each label; exits 1 on any finding.

Usage: check.py [data-directory]     (default: $ENGAGE_SHARED/data, else ../shared/data)
"""

import collections
import glob
import hashlib
import os
import re
import sys

LABELS = ("question help_request complaint defect billing suggestion purchase_intent churn_risk "
          "praise recommendation warning peer_answer comparison safety_risk spam").split()
SENTIMENTS = ("neg", "neu", "pos", "mixed")
JUDGING = ("intents/gold_dev.tsv", "sentiment/tweeteval_val.tsv", "sentiment/airline_NC.tsv")
TRAINING = ("intents/gold_train.tsv",)
HERE = os.path.dirname(os.path.abspath(__file__))


def letters(text):
    """What two posts are compared by: letters and digits, casefolded, without links and handles;
    the whole text where that leaves nothing, as of emoji alone."""
    whole = text
    text = re.sub(r"https?\s*:\s*//\s*\S+|www\.\S+", " ", text)
    text = re.sub(r"@\s?\w+", " ", text)
    text = re.sub(r"^\s*RT\b", "", text)
    return "".join(c for c in text.casefold() if c.isalnum()) or whole


def rows(path):
    """The numbered rows of a label file; comment lines start with "# "."""
    with open(path, encoding="utf-8", newline="\n") as file:
        for number, line in enumerate(file, 1):
            if line.strip() and not line.startswith("# "):
                yield number, line.rstrip("\n").split("\t")


def source_texts(path):
    """The texts of a data file by line number: the last column, or the line of a .txt file."""
    with open(path, encoding="utf-8", newline="\n") as file:
        lines = (line.rstrip("\n") for line in file)
        return [line if path.endswith(".txt") else line.split("\t")[-1] for line in lines]


def bad_labels(sentiment, intents):
    """What is wrong with a row's sentiment and intents, or None."""
    if sentiment not in SENTIMENTS:
        return "unknown sentiment " + sentiment
    if intents == "none":
        return None
    given = intents.split(",")
    if any(label not in LABELS for label in given):
        return "unknown intent in " + intents
    if given != sorted(set(given), key=LABELS.index):
        return "intents doubled or out of order: " + intents
    return None


def main():
    shared = os.environ.get("ENGAGE_SHARED", "../shared")
    data = sys.argv[1] if len(sys.argv) > 1 else os.path.join(shared, "data")
    if not os.path.isdir(data):
        sys.exit("check.py: no data directory " + data)
    taken = {}
    for name in JUDGING + TRAINING:
        for text in source_texts(os.path.join(data, name)):
            taken.setdefault(letters(text), name)
    findings = []
    texts = {}
    written = {}
    corrections = {}
    for path in sorted(glob.glob(os.path.join(HERE, "corrected*.tsv"))
                       + glob.glob(os.path.join(HERE, "read*.tsv"))
                       + glob.glob(os.path.join(HERE, "sentiment*.tsv"))
                       + glob.glob(os.path.join(HERE, "written*.tsv"))):
        name = os.path.basename(path)
        written_here = name.startswith("written")
        correction = name.startswith("corrected")
        counts = collections.Counter()
        total = 0
        for number, columns in rows(path):
            where = "%s:%d" % (name, number)
            total += 1
            if len(columns) != (3 if written_here else 4):
                findings.append(where + ": wrong number of columns")
                continue
            if not written_here:
                key, sentiment, intents, source = columns
                file, _, line = source.rpartition(":")
                if file not in texts:
                    texts[file] = source_texts(os.path.join(data, file))
                if not line.isdigit() or not 1 <= int(line) <= len(texts[file]):
                    findings.append(where + ": no such line " + source)
                    continue
                text = texts[file][int(line) - 1]
                if hashlib.sha256(text.encode("utf-8")).hexdigest()[:16] != key:
                    findings.append(where + ": key does not match " + source)
            else:
                sentiment, intents, text = columns
            wrong = bad_labels(sentiment, intents)
            if wrong:
                findings.append(where + ": " + wrong)
            known = corrections if correction else written if written_here else taken
            same = letters(text) if known is taken else text
            if correction and file not in TRAINING:
                findings.append(where + ": corrects no row of " + ", ".join(TRAINING))
            if same in known:
                findings.append(where + ": same text as in " + known[same])
            elif written_here and letters(text) in taken:
                findings.append(where + ": same text as in " + taken[letters(text)])
            known[same] = where
            counts.update(intents.split(","))
        print("%s: %d rows" % (name, total))
        for label in LABELS + ["none"]:
            if counts[label]:
                print("  %-16s %5d" % (label, counts[label]))
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
