# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""From the data sets and the teachers' labels to the model file.

    python3 train.py WORK OUT --student PROGRAM --vocabulary PROGRAM --reader PROGRAM
                     --library LIBRARY [--soft PREFIX]
                     [--card CARD] [--licence all|stated] [--beside FIGURES] [--seed N]
                     [--options "..."]

0. The groups of words (groups.py) and, of each student's own rows, its vocabulary.
1. A student without each fold, to judge the fold's posts; from that the calibration.
2. A student with all rows; its table and layer become the model.
3. The card: what trained, and how the model judges the sets that never train.

   With --beside it names what a model with --licence stated reached, whose figures.tsv lies in
   the WORK of that run.

Each step keeps its result in WORK and is skipped when it is there already.

Seeds differ: of the sixth model's, 1 to 3, with one calibration, tweeteval_val macro recall is .716,
.711 and .707, gold_dev micro F1 .714, .704 and .709, macro F1 .678, .666 and .671. The first ships.
"""

import argparse
import os
import subprocess
import sys

import numpy as np

import calibrate
import card
import data
import evaluate
import groups
import rows
import signals
from library import Engage
from pack import HEADS, pack

IDENTITY = ([65536] * HEADS, [0] * HEADS, [500000] * HEADS)
# Sets by which sentiment is calibrated, the largest of two platforms. What each weighs in what labels
# are told: posts like those of the first are what most customers write. And in how surely: posts
# of the second are harder, and nobody says which platform a post is from.
CALIBRATE_ON = {"semeval": (2, 1), "goemotions": (1, 2)}
SELFTEST = (
    "", "Love it!!", "not good at all", "Where is my refund? @acme", "#SoHappy \U0001F60D",
    "the update broke my phone :(", "WHY is it so slooow", "please add dark mode",
    "follow + RT to win https://example.org/x", "été, naïve, señor, Straße",
    "我喜欢这个", "thanks, that fixed it \U0001F44D\U0001F3FD", "\u2019tis don\u2019t can\u2019t",
    "better than the Zenco but the battery is terrible", "1234 $50 50% 12:30", "...?!?!",
)


def say(*parts):
    print(*parts, file=sys.stderr, flush=True)


def write_rows(args):
    """The rows of every student, in one go."""
    students = {"without%d" % fold: fold for fold in range(rows.FOLDS)}
    students["all"] = None
    paths = {n: os.path.join(args.work, n + ".rows") for n in students}
    if all(os.path.exists(p) for p in paths.values()):
        return
    hygiene = data.Hygiene()
    names = rows.invented_names(args.licence, hygiene) | rows.brands()
    labelled = list(rows.labelled_rows(args.licence, hygiene, names))
    say(len(labelled), "labelled rows")
    packed = [(fold, raw) for fold, _, raw in labelled]
    if args.soft:
        known = {data.key(text)[:40] for _, text, _ in labelled}
        packed.extend(rows.soft_rows(args.soft, known, names))
        packed.extend(rows.altered_rows(args.soft, known, names))
    if args.watch:
        packed.extend(rows.watched_rows())
    for name, fold in students.items():
        rows.write(paths[name], packed, fold)
    say(len(packed), "rows")


def vocabulary(args, name):
    """What a student is to know of single words; the path of it."""
    out = os.path.join(args.work, name + ".vocabulary")
    if not os.path.exists(out):
        write_rows(args)
        words = os.path.join(args.work, "words.tsv")
        groups.words(os.path.join(os.path.dirname(args.soft), "lines.txt") if args.soft else None,
                     words)
        subprocess.run([args.vocabulary, os.path.join(args.work, name + ".rows"), words,
                        out + ".part"], check=True)
        os.replace(out + ".part", out)
    return out


def student(args, name):
    """Train one student; the paths of what it learned and of its vocabulary."""
    out, known = os.path.join(args.work, name + ".learned"), vocabulary(args, name)
    if not os.path.exists(out):
        write_rows(args)
        say("student", name)
        command = [args.student, "-s", str(args.seed), "-w", known] + args.options.split()
        subprocess.run(command + [os.path.join(args.work, name + ".rows"), out + ".part"],
                       check=True)
        os.replace(out + ".part", out)
    return out, known


def write_model(path, learned, calibration, pairs, **more):
    with open(learned[0], "rb") as f, open(learned[1], "rb") as words:
        raw = pack(f.read(), words.read(), calibration, pairs, **more)
    with open(path + ".part", "wb") as f:
        f.write(raw)
    os.replace(path + ".part", path)


def fold_logits(args):
    """Logits of all labelled rows by students that had not trained on them."""
    path = os.path.join(args.work, "folds.npz")
    if os.path.exists(path):
        return np.load(path, allow_pickle=True)
    hygiene = data.Hygiene()
    labelled = list(rows.sentiment_rows(args.licence, hygiene))
    intents = [r for r in rows.intent_rows(hygiene) if r[0] == "gold_train"]
    s_fold = np.array([rows.fold_of(r[2]) for r in labelled])
    i_fold = np.array([rows.fold_of(r[3]) for r in intents])
    s_logits, i_logits = np.zeros((len(labelled), 3)), np.zeros((len(intents), HEADS - 3))
    for fold in range(rows.FOLDS):
        name = "without%d" % fold
        model = os.path.join(args.work, name + ".model")
        write_model(model, student(args, name), IDENTITY, {"about": "a fold"})
        engage = Engage(args.shared_object, model)
        at = np.flatnonzero(s_fold == fold)
        s_logits[at] = engage.logits([labelled[i][2] for i in at])[:, :3]
        at = np.flatnonzero(i_fold == fold)
        i_logits[at] = engage.logits([intents[i][3] for i in at])[:, 3:]
        engage.close()
    sets = np.array([r[0] for r in labelled])
    weight = np.array([r[3] for r in labelled])
    for name in set(sets):
        weight[sets == name] /= max(weight[sets == name].sum(), 1)
    np.savez(path, s_logits=s_logits, i_logits=i_logits, weight=weight,
             sets=sets, s_gold=np.array([rows.HARD[r[1]] for r in labelled]),
             i_gold=np.array([r[2] for r in intents]))
    return np.load(path)


def calibration_rows(folds):
    """(the labelled rows that calibrate sentiment, what each weighs in labels, and in how surely)"""
    at = np.flatnonzero(np.isin(folds["sets"], list(CALIBRATE_ON)))
    share = np.array([CALIBRATE_ON[name] for name in folds["sets"][at]])
    return at, folds["weight"][at] * share[:, 0], folds["weight"][at] * share[:, 1]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("work")
    parser.add_argument("out")
    parser.add_argument("--student", required=True)
    parser.add_argument("--vocabulary", required=True)
    parser.add_argument("--reader", required=True)
    parser.add_argument("--library", dest="shared_object", required=True)
    parser.add_argument("--soft")
    parser.add_argument("--card", help="where to write the model card")
    parser.add_argument("--licence", default="all", choices=("all", "stated"))
    parser.add_argument("--beside", help="figures.tsv of a model to compare with in the card")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--options", default="-e 3 -t 5 -d 0.3 -r 0.02",
                        help="of the student")
    parser.add_argument("--watch", action="store_true",
                        help="show figures of judging sets while training")
    args = parser.parse_args()
    os.makedirs(args.work, exist_ok=True)
    folds = fold_logits(args)
    at, weight, sure = calibration_rows(folds)
    calibration = calibrate.fit((folds["s_logits"][at], folds["s_gold"][at], weight, sure),
                                (folds["i_logits"], folds["i_gold"]))
    learned = student(args, "all")
    plain = os.path.join(args.work, "plain.model")
    write_model(plain, learned, calibration, {"about": "no card yet"})
    more = {}
    if args.soft:
        more["signals"] = signals.fit(args.reader, plain, args.soft)
        write_model(plain, learned, calibration, {"about": "no card yet"}, **more)
    engage = Engage(args.shared_object, plain)
    tests = [(text, engage.raw_logits(text)) for text in SELFTEST]
    lines = []
    for line in evaluate.figures(engage):
        lines.append(line)
        say("%-44s %.4f  [%.4f, %.4f]" % (line[0], line[1], *line[2]))
    engage.close()
    card.keep_figures(os.path.join(args.work, "figures.tsv"), lines)
    scale, offset = (np.array(part[:3]) / 65536 for part in calibration[:2])
    sources = list(evaluate.source_figures(folds["sets"], folds["s_gold"],
                                           folds["s_logits"] * scale + offset))
    write_model(args.out, learned, calibration, card.short(lines, args.licence, args.seed),
                selftest=tests, **more)
    if args.card:
        beside = card.read_figures(args.beside) if args.beside else {}
        card.write(args.card, lines, sources, beside, args.licence)
    return 0


if __name__ == "__main__":
    sys.exit(main())
