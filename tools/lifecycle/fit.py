#!/usr/bin/env python3
# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""What score and stage tell about what people do next, and which policy tells more.

    fit.py PROGRAM LOG [--policy FILE] [--fit] [--seed N]

PROGRAM is tests/bench/lifecycle, which computes score and stage with the library
itself. Prints AUC with intervals, and calibration, on the later 40 % of the log's
time; with --fit, looks for better numbers on the earlier 60 %, and prints what they
give on both.
"""

import argparse
import subprocess
import sys
import tempfile

import numpy as np

DAY, PERSON, IDLE, SHORT, VIEW, SCORE, STAGE, ACTS, HELPS = range(9)
EARLIER = 0.6
SAMPLES = 200


def rows_of(program, log, policy):
    """The rows of PROGRAM under a policy text."""
    with tempfile.NamedTemporaryFile("w", suffix=".policy") as file:
        file.write(policy)
        file.flush()
        done = subprocess.run([program, log, file.name], stdout=subprocess.PIPE)
    if done.returncode != 0:
        sys.exit(done.returncode)  # the program has said why
    return np.array([line.split(b"\t") for line in done.stdout.splitlines()], dtype=np.int64)


def auc(score, truth):
    """The area under the ROC curve; ties count half."""
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    yes = int(truth.sum())
    no = len(truth) - yes
    if yes == 0 or no == 0:
        return float("nan")
    return (rank[truth].sum() - yes * (yes + 1) / 2) / (yes * no)


def interval(rows, measure, random):
    """95 % of a measure of picked rows, over people drawn with replacement: a person's
    rows go together."""
    order = np.argsort(rows[:, PERSON], kind="stable")
    begins = np.flatnonzero(np.r_[True, np.diff(rows[order, PERSON]) != 0])
    groups = np.split(order, begins[1:])
    found = []
    for _ in range(SAMPLES):
        drawn = random.integers(len(groups), size=len(groups))
        picked = np.concatenate([groups[i] for i in drawn])
        found.append(measure(picked))
    return np.nanpercentile(found, [2.5, 97.5])


def told(rows, measure, random):
    """A measure with its interval; a dash where there is nobody, or everybody, to tell apart."""
    whole = measure(slice(None))
    if np.isnan(whole):
        return "-"
    low, high = interval(rows, measure, random)
    return f"{whole:.4f} ({low:.3f} to {high:.3f})"


def logistic(features, truth):
    """Weights of a logistic regression by Newton's method, with a little shrinkage."""
    design = np.c_[features, np.ones(len(features))]
    weights = np.zeros(design.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-design @ weights))
        slope = design.T @ (p - truth) + weights
        bend = (design * (p * (1 - p))[:, None]).T @ design + np.eye(len(weights))
        weights -= np.linalg.solve(bend, slope)
    return weights


def baseline_features(rows):
    return np.c_[np.log1p(rows[:, IDLE]), np.log1p(rows[:, SHORT]), np.log1p(rows[:, VIEW])]


def parts_of(rows, split):
    """The rows of the earlier and of the later part."""
    return rows[rows[:, DAY] <= split], rows[rows[:, DAY] > split]


def report(rows, split, seed):
    random = np.random.default_rng(seed)
    early, late = parts_of(rows, split)
    print(f"later part: {len(late)} rows of {len(np.unique(late[:, PERSON]))} people, "
          f"{late[:, ACTS].mean():.3f} act, {late[:, HELPS].mean():.3f} help")
    print(f"{'':20}{'acts':28}helps")
    fitted = {}
    for column in (ACTS, HELPS):
        weights = logistic(baseline_features(early), early[:, column])
        fitted[column] = np.c_[baseline_features(late), np.ones(len(late))] @ weights
    scores = [("recency", -late[:, IDLE]), ("acts in 100 days", late[:, SHORT]),
              ("acts in 730 days", late[:, VIEW]), ("all three, fitted", None),
              ("stage", late[:, STAGE]), ("E", late[:, SCORE])]
    for name, score in scores:
        cells = []
        for column in (ACTS, HELPS):
            values = fitted[column] if score is None else score
            truth = late[:, column] == 1
            cells.append(told(late, lambda rows: auc(values[rows], truth[rows]), random))
        print(f"{name:20}{cells[0]:28}{cells[1]}")
    cells = []
    for column in (ACTS, HELPS):
        truth = late[:, column] == 1

        def gain(rows):
            return (auc(late[rows, SCORE], truth[rows]) - auc(fitted[column][rows], truth[rows]))

        cells.append(told(late, gain, random))
    print(f"{'E less the fitted':20}{cells[0]:28}{cells[1]}")
    print("\nE by fifths of the log's time")
    begin, end = rows[0, DAY], rows[-1, DAY] + 1
    for fifth in range(5):
        part = rows[(rows[:, DAY] >= begin + (end - begin) * fifth // 5) &
                    (rows[:, DAY] < begin + (end - begin) * (fifth + 1) // 5)]
        figures = [auc(part[:, SCORE], part[:, column] == 1) for column in (ACTS, HELPS)]
        cells = ["-" if np.isnan(figure) else f"{figure:.4f}" for figure in figures]
        print(f"{fifth + 1:20}{cells[0]:>8}{cells[1]:>8}")
    print("\ncalibration: rows by E, a tenth each")
    print(f"{'E':>18}{'rows':>8}{'act':>8}{'help':>8}")
    for part in np.array_split(np.argsort(late[:, SCORE], kind="stable"), 10):
        low, high = late[part[0], SCORE] / 1e6, late[part[-1], SCORE] / 1e6
        print(f"{low:8.2f} to {high:6.2f}{len(part):8}{late[part, ACTS].mean():8.3f}"
              f"{late[part, HELPS].mean():8.3f}")
    print("\nby stage")
    for stage in range(1, 5):
        part = late[late[:, STAGE] == stage]
        if len(part):
            print(f"{stage:18}{len(part):8}{part[:, ACTS].mean():8.3f}{part[:, HELPS].mean():8.3f}")


# What is tried, number by number: section, names that change together, values.
CANDIDATES = [
    ("score", ["curation_half_life"], [30, 60, 100, 150, 200, 300]),
    ("score", ["creation_half_life"], [30, 60, 100, 150, 200, 300]),
    ("score", ["collaboration_half_life"], [30, 60, 90, 150, 200, 300]),
    ("score", ["returning"], [0, 3, 5, 8]),
    ("score", ["returning_collaboration"], [0, 5, 10, 15]),
    ("score", ["returning_half_life"], [100, 150, 250, 400]),
    ("cap", ["review", "rate", "care", "post", "help", "cocreate", "thanked"], [1, 2, 5]),
    ("weight", ["thanked"], [1, 4, 7, 10, 15]),
    ("stages", ["window"], [60, 100, 150, 200]),
    ("stages", ["hold"], [15, 30, 60, 90]),
    ("curation", ["acts"], [2, 3, 5]),
    ("creation", ["acts"], [2, 3, 5]),
    ("creation", ["active_days"], [2, 4, 6, 10]),
    ("collaboration", ["people"], [1, 2, 3, 5]),
    ("collaboration", ["acts", "days", "texts"], [1, 2, 3, 5]),
    ("collaboration", ["acknowledgers", "acknowledged_days"], [1, 2, 3]),
]


def text_of(policy, numbers):
    lines = [policy] if policy else []
    for section in dict.fromkeys(section for section, _ in numbers):
        lines.append(f"[{section}]")
        lines += [f"{name} = {value}" for (of, name), value in numbers.items() if of == section]
    return "\n".join(lines) + "\n"


def worth(rows, part, column):
    """Both AUCs of the score, or of the stage, averaged; the one there is, in a log without
    help."""
    early = rows[part]
    found = [auc(early[:, column], early[:, truth] == 1) for truth in (ACTS, HELPS)]
    found = [figure for figure in found if not np.isnan(figure)]
    return sum(found) / len(found) if found else 0


def fit(program, log, split):
    """Changes one number after another to what does best on the earlier part."""
    numbers = {}
    best = {}
    for _ in range(2):
        for section, names, values in CANDIDATES:
            column = SCORE if section in ("score", "cap", "weight") else STAGE
            tried = []
            for value in values:
                trial = {**numbers, **{(section, name): value for name in names}}
                rows = rows_of(program, log, text_of("", trial))
                tried.append((worth(rows, rows[:, DAY] <= split, column), -values.index(value)))
            found, place = max(tried)
            if found > best.get(column, 0) + 1e-4:
                best[column] = found
                numbers.update({(section, name): values[-place] for name in names})
                print(f"{section}: {', '.join(names)} = {values[-place]} gives {found:.4f}",
                      file=sys.stderr)
    return numbers


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("log")
    parser.add_argument("--policy")
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    policy = ""
    if options.policy:
        with open(options.policy, encoding="utf-8") as file:
            policy = file.read()
    rows = rows_of(options.program, options.log, policy)
    with open(options.log, "rb") as file:
        days = np.array([int(line.split(b"\t", 1)[0]) for line in file]) // 86400000
    begin, end = int(days.min()), int(days.max())
    split = begin + int(EARLIER * (end - begin))
    if rows.size == 0 or not all(len(part) for part in parts_of(rows, split)):
        sys.exit(f"fit.py: the log is too short, or has a stray time: it goes from "
                 f"{np.datetime64(begin, 'D')} to {np.datetime64(end, 'D')} (times are in "
                 f"milliseconds); rows begin when it is 730 days old and end 90 days before its "
                 f"end, and its first 60 % and its last 40 % need some")
    report(rows, split, options.seed)
    if options.fit:
        numbers = fit(options.program, options.log, split)
        print("\nfitted on the earlier part:\n\n" + text_of("", numbers))
        rows = rows_of(options.program, options.log, text_of("", numbers))
        report(rows, split, options.seed)


if __name__ == "__main__":
    main()
