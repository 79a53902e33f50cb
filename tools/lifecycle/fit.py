#!/usr/bin/env python3
# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""What score and stage tell about what people do next, and which policy tells more.

    fit.py PROGRAM LOG [--policy FILE] [--fit [--output FILE]] [--seed N]

PROGRAM is tests/bench/lifecycle, which computes score and stage with the library
itself. Prints AUC with intervals, and calibration, on the later 40 % of the log's
rows; with --fit, looks for better numbers on the earlier 60 %, and prints what they
give on the later.
"""

import argparse
import hashlib
import os
import re
import signal
import subprocess
import sys
import tempfile

try:
    import numpy as np
except ImportError:
    sys.exit("fit.py: needs numpy (python3-numpy in Debian)")

DAY, PERSON, IDLE, SHORT, VIEW, SCORE, STAGE, ACTS, HELPS = range(9)
SPANS = 4  # numbers of the first line
TARGETS = {ACTS: "acts", HELPS: "helps"}
EARLIER = 0.6
SAMPLES = 200
LEAST_PEOPLE = 10  # who do, and who do not, for anything to be learnt from them
SURE = 0.1  # the part of all draws in which a change may lose


class Log:
    """A log, as the program sees it under one policy or another."""

    def __init__(self, program, path):
        self.program = program
        self.path = path

    def run(self, policy):
        """What the program prints under a policy text, and what it says beside."""
        with tempfile.NamedTemporaryFile("w", suffix=".policy", encoding="utf-8") as file:
            file.write(policy)
            file.flush()
            try:
                return subprocess.run([self.program, self.path, file.name], capture_output=True)
            except OSError as error:
                sys.exit(f"fit.py: {self.program}: {error.strerror}")

    def rows(self, policy):
        """The rows under a policy; its first line tells the spans."""
        done = self.run(policy)
        sys.stderr.write(done.stderr.decode(errors="replace"))
        if done.returncode != 0:
            sys.exit(1)  # the program has said why
        spans = numbers_of(done.stdout)[:SPANS]
        self.first, self.last, self.ahead, self.step = map(int, spans)
        return table(done.stdout)

    def trial(self, policy):
        """The rows under a policy; nothing where its numbers contradict each other."""
        done = self.run(policy)
        return table(done.stdout) if done.returncode == 0 else None

    def parts(self, rows):
        """Which rows are the earlier part, and which the later: what the earlier look ahead
        to ends before the later begin."""
        dates = np.unique(rows[:, DAY])
        if len(dates) < 2:
            return np.zeros((2, len(rows)), dtype=bool)
        split = dates[max(int(EARLIER * len(dates)), 1) - 1]
        return rows[:, DAY] + self.ahead <= split, rows[:, DAY] > split


def numbers_of(text):
    return np.fromstring(text, dtype=np.int64, sep=" ")


def table(text):
    """The rows that follow the line of spans."""
    return numbers_of(text)[SPANS:].reshape(-1, HELPS + 1)


class Draws:
    """People drawn with replacement: for each draw, how often each row counts. A person's
    rows go together."""

    def __init__(self, rows, seed):
        people, self.place = np.unique(rows[:, PERSON], return_inverse=True)
        shares = np.full(len(people), 1 / len(people))
        self.counts = np.random.default_rng(seed).multinomial(len(people), shares, SAMPLES)

    def of(self, measure):
        """A measure of weighted rows, once for each draw."""
        return np.array([measure(count[self.place]) for count in self.counts])

    def told(self, measure):
        """A measure with its interval of 95 %; a dash where there is nothing to tell apart."""
        whole = measure(np.ones(len(self.place)))
        if np.isnan(whole):
            return "-"
        low, high = np.nanpercentile(self.of(measure), [2.5, 97.5])
        return f"{whole:.4f} ({low:.3f} to {high:.3f})"


class Ranking:
    """Rows in the order of a score, and which of them come true."""

    def __init__(self, score, truth):
        values, self.place = np.unique(score, return_inverse=True)
        self.size = len(values)
        self.truth = truth.astype(bool)

    def auc(self, weight):
        """The area under the ROC curve; ties count half."""
        yes = np.bincount(self.place, weight * self.truth, self.size)
        no = np.bincount(self.place, weight * ~self.truth, self.size)
        pairs = yes.sum() * no.sum()
        return (yes * (np.cumsum(no) - no / 2)).sum() / pairs if pairs else float("nan")


def people_who(rows, column):
    """The fewer of the people who do it on some day, and of those who do not on some day."""
    return min(len(np.unique(rows[rows[:, column] == truth, PERSON])) for truth in (0, 1))


def learnable(rows, column):
    return people_who(rows, column) >= LEAST_PEOPLE


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


def baseline(early, late, column):
    """The three plain figures as one, fitted to the earlier part; nothing where too few
    people are in it."""
    if not learnable(early, column):
        return None
    weights = logistic(baseline_features(early), early[:, column])
    return np.c_[baseline_features(late), np.ones(len(late))] @ weights


def print_line(name, cells):
    print(f"{name:20}{cells[0]:28}{cells[1]}".rstrip())


def report_auc(early, late, seed):
    draws = Draws(late, seed)
    fitted = {column: baseline(early, late, column) for column in TARGETS}
    truth = {column: late[:, column] == 1 for column in TARGETS}
    print_line("", list(TARGETS.values()))
    scores = [("recency", -late[:, IDLE]), ("acts in 100 days", late[:, SHORT]),
              ("acts in 730 days", late[:, VIEW]), ("all three, fitted", None),
              ("stage", late[:, STAGE]), ("E", late[:, SCORE])]
    for name, score in scores:
        values = {column: fitted[column] if score is None else score for column in TARGETS}
        print_line(name, ["-" if values[column] is None else
                          draws.told(Ranking(values[column], truth[column]).auc)
                          for column in TARGETS])

    def gain(column):
        if fitted[column] is None:
            return "-"
        score = Ranking(late[:, SCORE], truth[column])
        plain = Ranking(fitted[column], truth[column])
        return draws.told(lambda weight: score.auc(weight) - plain.auc(weight))

    print_line("E less the fitted", [gain(column) for column in TARGETS])
    for column, name in TARGETS.items():
        if fitted[column] is None:
            print(f"nothing is fitted for {name}: in the earlier part {people_who(early, column)} "
                  f"people tell of it, fewer than {LEAST_PEOPLE}")


def report_fifths(rows, log):
    print("\nE by fifths of the log's time")
    begin, end = rows[:, DAY].min(), rows[:, DAY].max() + 1
    for fifth in range(5):
        part = rows[(rows[:, DAY] >= begin + (end - begin) * fifth // 5) &
                    (rows[:, DAY] < begin + (end - begin) * (fifth + 1) // 5)]
        figures = [Ranking(part[:, SCORE], part[:, column]).auc(np.ones(len(part)))
                   for column in TARGETS]
        cells = ["-" if np.isnan(figure) else f"{figure:.4f}" for figure in figures]
        print(f"{fifth + 1:20}{cells[0]:>8}{cells[1]:>8}")


def rate(rows, column):
    """The weighted rate of a target, as a measure."""
    truth = rows[:, column]

    def measure(weight):
        return (weight * truth).sum() / weight.sum() if weight.sum() else float("nan")

    return measure


def print_calibration(names, early, late, groups, seed):
    """Beside each other for each group: the rate in the earlier part, and in the later."""
    heads = [f"{target + ', expected':>18}  {'observed':27}" for target in TARGETS.values()]
    print(f"{'':18}{'rows':>8}{''.join(heads)}".rstrip())
    for group, name in enumerate(names):
        before, after = early[groups[0] == group], late[groups[1] == group]
        if len(after) == 0:
            continue
        draws = Draws(after, seed)
        line = f"{name:>18}{len(after):8}"
        for column in TARGETS:
            expected = f"{before[:, column].mean():.3f}" if len(before) else "-"
            line += f"{expected:>18}  {draws.told(rate(after, column)):27}"
        print(line.rstrip())


def report_calibration(early, late, seed):
    """What the earlier part leads to expect of a row, and what the later shows."""
    edges = np.unique(np.quantile(early[:, SCORE], np.arange(1, 10) / 10, method="higher"))
    bounds = [f"{edge / 1e6:.2f}" for edge in edges]
    names = [f"below {bounds[0]}", *(f"{low} to {high}" for low, high in zip(bounds, bounds[1:])),
             f"from {bounds[-1]}"]
    groups = [np.searchsorted(edges, part[:, SCORE], side="right") for part in (early, late)]
    print("\ncalibration: rates by tenths of E in the earlier part, and what the later shows")
    print_calibration(names, early, late, groups, seed)
    print("\nby stage")
    groups = [part[:, STAGE] - 1 for part in (early, late)]
    print_calibration([str(stage) for stage in range(1, 5)], early, late, groups, seed)


def report(log, rows, seed):
    early, late = (rows[part] for part in log.parts(rows))
    if (log.ahead, log.step) != (90, 30):
        print(f"a short log: rows look {log.ahead} days ahead, and are {log.step} days apart")
    print(f"later part: {len(late)} rows of {len(np.unique(late[:, PERSON]))} people, "
          f"{late[:, ACTS].mean():.3f} act, {late[:, HELPS].mean():.3f} help "
          f"in the following {log.ahead} days")
    report_auc(early, late, seed)
    report_fifths(rows, log)
    report_calibration(early, late, seed)


# What is tried, number by number: section, names that change together, values.
CANDIDATES = [
    ("score", ["curation_half_life"], [7, 14, 20, 30, 60, 100, 150, 200, 300]),
    ("score", ["creation_half_life"], [7, 14, 20, 30, 60, 100, 150, 200, 300]),
    ("score", ["collaboration_half_life"], [7, 14, 20, 30, 60, 90, 150, 200, 300]),
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
    ("collaboration", ["people"], [2, 3, 5]),
    ("collaboration", ["acts", "days", "texts"], [2, 3, 5]),
    ("collaboration", ["acknowledgers", "acknowledged_days"], [2, 3]),
]
TOLD_BY = {"score": SCORE, "cap": SCORE, "weight": SCORE}


def policy_lines(text):
    """The lines of a policy, begun by that of its profile."""
    lines = text.splitlines()
    if not any(re.match(r"\s*profile\s*=", line) for line in lines):
        lines.insert(0, "profile = open-social")
    return lines


def with_number(lines, section, name, value):
    """A policy with one number set, in the place where it stands already if it does."""
    here, end = None, None
    for place, line in enumerate(lines):
        header = re.match(r"\s*\[\s*(.*?)\s*\]", line)
        if header:
            here = header[1]
        if here == section and line.strip():
            end = place + 1
        if here == section and re.match(rf"\s*{name}\s*=", line):
            return [*lines[:place], f"{name} = {value}", *lines[place + 1:]]
    if end is None:
        return [*lines, "", f"[{section}]", f"{name} = {value}"]
    return [*lines[:end], f"{name} = {value}", *lines[end:]]


def with_numbers(lines, numbers):
    for (section, name), value in numbers.items():
        lines = with_number(lines, section, name, value)
    return lines


def with_version(lines):
    """A fitted policy under a version of its own."""
    lines = [line for line in lines if not re.match(r"\s*version\s*=", line)]
    name = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]
    at = next(place for place, line in enumerate(lines) if re.match(r"\s*profile\s*=", line)) + 1
    return [*lines[:at], f"version = fitted-{name}", *lines[at:]]


def text_of(lines):
    return "\n".join(lines) + "\n"


class Search:
    """Looks for numbers that tell more in the earlier part."""

    def __init__(self, log, rows, lines, seed):
        self.log = log
        self.lines = lines
        self.early = log.parts(rows)[0]
        rows = rows[self.early]
        told = [column for column in TARGETS if rows[:, column].any()]
        self.targets = [column for column in told if learnable(rows, column)]
        self.stages = self.targets == told  # fitted to acts alone, a stage tells less of help
        self.draws = Draws(rows, seed)
        self.numbers = {}
        self.rows = rows

    def worths(self, rows, column):
        """The AUC of the score, or of the stage, for each that can be learnt, as a measure."""
        rankings = [Ranking(rows[:, column], rows[:, target]) for target in self.targets]
        return lambda weight: np.array([ranking.auc(weight) for ranking in rankings])

    def trial(self, numbers):
        rows = self.log.trial(text_of(with_numbers(self.lines, numbers)))
        return None if rows is None else rows[self.early]

    def holds(self, rows, column):
        """Whether other rows tell more than those of now: in nearly all draws of people, in
        each half of the time, and of nothing less."""
        new, now = self.worths(rows, column), self.worths(self.rows, column)

        def gain(weight):
            return new(weight) - now(weight)

        later = self.rows[:, DAY] > np.median(np.unique(self.rows[:, DAY]))
        return ((gain(np.ones(len(rows))) >= 0).all() and
                all(np.nansum(gain(half * 1.0)) >= 0 for half in (later, ~later)) and
                np.nanquantile(self.draws.of(lambda weight: gain(weight).mean()), SURE) > 0)

    def step(self, section, names, values):
        """Takes the value that tells most, of those that hold."""
        column = TOLD_BY.get(section, STAGE)
        if column == STAGE and not self.stages:
            return False
        once = np.ones(len(self.rows))
        now = self.worths(self.rows, column)(once).mean()
        tried = []
        for value in values:
            numbers = {**self.numbers, **{(section, name): value for name in names}}
            rows = self.trial(numbers)
            if rows is not None:
                tried.append((self.worths(rows, column)(once).mean(), value, numbers, rows))
        for found, value, numbers, rows in sorted(tried, key=lambda trial: -trial[0]):
            if found <= now + 1e-4:
                break
            if self.holds(rows, column):
                self.numbers, self.rows = numbers, rows
                print(f"{section}: {', '.join(names)} = {value} gives {found:.4f}",
                      file=sys.stderr)
                return True
        return False

    def run(self):
        """Twice over all that is tried, as long as anything is gained."""
        if self.targets:
            for _ in range(2):
                if not any([self.step(*candidate) for candidate in CANDIDATES]):
                    break
        return self.numbers


def fit(log, rows, lines, seed):
    """The policy's lines with what was found, told as they are."""
    search = Search(log, rows, lines, seed)
    numbers = search.run()
    if search.targets and not search.stages:
        print(f"\nthe stages stay as they are: fewer than {LEAST_PEOPLE} people tell of help in "
              "the earlier part")
    if not search.targets:
        print(f"\nnothing is fitted: fewer than {LEAST_PEOPLE} people act, or do not, in the "
              "earlier part; the policy stays as it is\n")
    elif not numbers:
        print("\nfitted on the earlier part: nothing is surely better; the policy stays as it is\n")
    else:
        lines = with_version(with_numbers(lines, numbers))
        print("\nfitted on the earlier part:\n")
    print(text_of(lines))
    return lines if numbers else None, lines


def read_policy(path):
    if not path:
        return ""
    try:
        with open(path, encoding="utf-8-sig") as file:
            return file.read()
    except (OSError, UnicodeError) as error:
        sys.exit(f"fit.py: the policy {path} cannot be read: {error}")


def options_of():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program", help="tests/bench/lifecycle")
    parser.add_argument("log")
    parser.add_argument("--policy", help="what to begin with instead of the default")
    parser.add_argument("--fit", action="store_true", help="look for better numbers")
    parser.add_argument("--output", help="where to write the fitted policy")
    parser.add_argument("--seed", type=int, default=1, help="of the drawn people")
    options = parser.parse_args()
    if options.output and not options.fit:
        parser.error("--output goes with --fit")
    if options.fit and os.path.exists(options.log) and not os.path.isfile(options.log):
        sys.exit(f"fit.py: {options.log} is no file; the log is read many times, so it has to be")
    return options


def write(path, text):
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        sys.exit(f"fit.py: {path} cannot be written: {error.strerror}")


def main():
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    options = options_of()
    lines = policy_lines(read_policy(options.policy))
    log = Log(options.program, options.log)
    rows = log.rows(text_of(lines))
    if not all(part.any() for part in log.parts(rows)):
        sys.exit(f"fit.py: the log is too short: it goes from {np.datetime64(log.first, 'D')} to "
                 f"{np.datetime64(log.last, 'D')} (times are in milliseconds)")
    report(log, rows, options.seed)
    if options.fit:
        better, lines = fit(log, rows, lines, options.seed)
        if better:
            report(log, log.trial(text_of(lines)), options.seed)
        if options.output:
            write(options.output, text_of(lines))


if __name__ == "__main__":
    main()
