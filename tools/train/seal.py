# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""Seal the built-in and the careful model anew, where the library reads posts otherwise than when
they were trained, and their weights stay: their self-tests, their figures and their cards.

    python3 seal.py LIBRARY BUILTIN CAREFUL

Both files must be those that LIBRARY was built with; it is to be built once more afterwards.
"""

import os
import struct
import sys

import card
import evaluate
import pack
import train
from library import Engage

HERE = os.path.dirname(os.path.abspath(__file__))


def resealed(raw, changed):
    """A model file with other bytes in some sections: {kind: bytes}."""
    sections = []
    for i in range(struct.unpack_from("<I", raw, 16)[0]):
        kind, _, at, size, element, _ = struct.unpack_from("<IIQQII", raw, 128 + 32 * i)
        sections.append((kind, element, changed.get(kind, raw[at:at + size])))
    return pack.container(sections)


def seed_of(raw):
    pairs = pack.section(raw, pack.META_SECTION).decode().splitlines()
    return dict(pair.split("\t") for pair in pairs)["seed"]


def judged(library, path=None, cascade=False):
    """(figures, pairs of the self-test) of a model."""
    engage = Engage(library, path, cascade)
    tests = [(text, engage.raw_logits(text)) for text in train.SELFTEST]
    lines = list(evaluate.figures(engage))
    engage.close()
    return lines, tests


def write_rows(path, lines):
    """Puts figures into the rows that a card has for them; the columns behind stay."""
    rows = {line.split(" | ")[0]: line for line in card.lines_of(lines, {})}
    with open(path, encoding="utf-8") as f:
        old = f.readlines()
    for i, line in enumerate(old):
        new = rows.get(line.split(" | ")[0])
        if new is not None:
            old[i] = " | ".join(new.split(" | ")[:3] + line.split(" | ")[3:])
    with open(path, "w", encoding="utf-8") as f:
        f.writelines(old)


def main():
    library, *paths = sys.argv[1:]
    raw = [open(path, "rb").read() for path in paths]
    lines, tests = judged(library)
    careful_lines, careful_tests = judged(library, paths[1])
    cascade_lines, _ = judged(library, paths[1], cascade=True)
    builtin = resealed(raw[0], {
        pack.META_SECTION: pack.card_bytes(card.short(lines, "all", seed_of(raw[0]))),
        pack.SELFTEST_SECTION: pack.selftest_bytes(tests)})
    careful = resealed(raw[1], {
        pack.META_SECTION: pack.card_bytes(card.short_careful(careful_lines, seed_of(raw[1]))),
        pack.SELFTEST_SECTION: pack.selftest_bytes(careful_tests),
        pack.BASE_SECTION: builtin[48:112]})
    for path, new in zip(paths, (builtin, careful)):
        with open(path, "wb") as f:
            f.write(new)
    write_rows(os.path.join(HERE, "CARD.md"), lines)
    values = {name: value for name, value, _ in lines}
    card.write_careful(os.path.join(HERE, "CAREFUL.md"), careful_lines,
                       {name: value for name, value, _ in cascade_lines}, values)
    return 0


if __name__ == "__main__":
    sys.exit(main())
