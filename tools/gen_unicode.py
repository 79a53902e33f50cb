#!/usr/bin/env python3
# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""Write lib/data/unicode_table.c: the properties of characters that lib/text reads.

usage: gen_unicode.py [FOLDER] > lib/data/unicode_table.c

FOLDER holds the Unicode Character Database as Debian's unicode-data installs it
(default /usr/share/unicode). The output depends on those files alone.
"""
import hashlib
import os
import re
import sys

LAST = 0x110000
BLOCK = 128

SPACE, IGNORE, LETTER, MARK, DIGIT, PUNCT, SYMBOL, SPACELESS, EMOJI, REGIONAL, MODIFIER, BASE = \
    range(12)
UPPER, LOWER, UNSTABLE, FOLDS = 0x10, 0x20, 0x40, 0x80

BREAKS = ["Other", "CR", "LF", "Control", "Extend", "ZWJ", "Regional_Indicator", "Prepend",
          "SpacingMark", "L", "V", "T", "LV", "LVT", "Extended_Pictographic"]

# Scripts that are written without spaces between words.
SPACELESS_SCRIPTS = {"Hani", "Hira", "Kana", "Bopo", "Thai", "Laoo", "Khmr", "Mymr"}
SPACELESS_NAMES = {"Han", "Hiragana", "Katakana", "Bopomofo", "Thai", "Lao", "Khmer", "Myanmar"}


class Database:
    """Reads files of the database and remembers their checksums."""

    def __init__(self, folder):
        self.folder = folder
        self.sums = []

    def lines(self, name):
        with open(os.path.join(self.folder, name), "rb") as file:
            data = file.read()
        self.sums.append((name, hashlib.sha256(data).hexdigest()))
        return data.decode("utf-8").splitlines()

    def ranges(self, name):
        """Yields (first, last, fields) of a semicolon-separated property file."""
        for line in self.lines(name):
            line = line.split("#")[0].strip()
            if not line:
                continue
            fields = [field.strip() for field in line.split(";")]
            first, _, last = fields[0].partition("..")
            yield int(first, 16), int(last or first, 16), fields[1:]


def categories(database):
    out = ["Cn"] * LAST
    for first, last, fields in database.ranges("extracted/DerivedGeneralCategory.txt"):
        for code in range(first, last + 1):
            out[code] = fields[0]
    return out


def properties(database):
    """Kind and flags of every code point, and the break property."""
    category = categories(database)
    have = {}
    wanted = {"White_Space", "Default_Ignorable_Code_Point", "Uppercase", "Lowercase", "Emoji",
              "Emoji_Modifier", "Emoji_Modifier_Base", "Extended_Pictographic",
              "Regional_Indicator"}
    for name in ("PropList.txt", "DerivedCoreProperties.txt", "emoji/emoji-data.txt"):
        for first, last, fields in database.ranges(name):
            if fields[0] in wanted:
                have.setdefault(fields[0], set()).update(range(first, last + 1))
    spaceless = set()
    for first, last, fields in database.ranges("Scripts.txt"):
        if fields[0] in SPACELESS_NAMES:
            spaceless.update(range(first, last + 1))
    for first, last, fields in database.ranges("ScriptExtensions.txt"):
        if SPACELESS_SCRIPTS & set(fields[0].split()):
            spaceless.update(range(first, last + 1))

    kind = [0] * LAST
    for code in range(LAST):
        gc = category[code]
        if code in have["White_Space"]:
            value = SPACE
        elif code in have["Default_Ignorable_Code_Point"] or gc in ("Cc", "Cf"):
            value = IGNORE
        elif code in have["Regional_Indicator"]:
            value = REGIONAL
        elif code in have["Emoji_Modifier"]:
            value = MODIFIER
        elif code in have["Emoji_Modifier_Base"]:
            value = BASE
        elif code in have["Emoji"] and code >= 0x80:
            value = EMOJI
        elif gc[0] == "L" or gc == "Nl":
            value = SPACELESS if code in spaceless else LETTER
        elif gc[0] == "M":
            value = MARK
        elif gc == "Nd":
            value = DIGIT
        elif gc[0] == "P":
            value = PUNCT
        else:
            value = SYMBOL
        if value in (LETTER, SPACELESS):
            if code in have["Uppercase"] or gc == "Lt":
                value |= UPPER
            elif code in have["Lowercase"]:
                value |= LOWER
        kind[code] = value

    # Not stable under NFC by itself: a character that is replaced, that may join the
    # one before it, or that may be moved.
    for first, last, fields in database.ranges("DerivedNormalizationProps.txt"):
        if fields[0] == "NFC_QC":
            for code in range(first, last + 1):
                kind[code] |= UNSTABLE
    for first, last, fields in database.ranges("extracted/DerivedCombiningClass.txt"):
        if fields[0] != "0":
            for code in range(first, last + 1):
                kind[code] |= UNSTABLE

    folds = {}
    for line in database.lines("CaseFolding.txt"):
        fields = [field.strip() for field in line.split("#")[0].split(";")]
        if len(fields) > 2 and fields[1] in ("C", "F"):
            folds[int(fields[0], 16)] = [int(code, 16) for code in fields[2].split()]
    for code in folds:
        kind[code] |= FOLDS

    breaks = [0] * LAST
    for code in have["Extended_Pictographic"]:
        breaks[code] = BREAKS.index("Extended_Pictographic")
    for first, last, fields in database.ranges("auxiliary/GraphemeBreakProperty.txt"):
        for code in range(first, last + 1):
            breaks[code] = BREAKS.index(fields[0])
    return kind, breaks, folds


def stands_for(code, letters):
    """The letter or digit of ASCII that a character is in a style of, and whether it is
    enclosed; None for any other character."""
    name, decomposition = letters.get(code, ("", ""))
    match = re.fullmatch("LATIN LETTER SMALL CAPITAL ([A-Z])", name)
    if match:
        return ord(match[1].lower()), False
    match = re.fullmatch("NEGATIVE (?:CIRCLED|SQUARED) LATIN CAPITAL LETTER ([A-Z])", name)
    if match:
        return ord(match[1]), True
    match = re.fullmatch("PARENTHESIZED LATIN (CAPITAL|SMALL) LETTER ([A-Z])", name)
    if match:
        return ord(match[2] if match[1] == "CAPITAL" else match[2].lower()), True
    match = re.fullmatch("<(font|wide|super|sub|circle|square)> ([0-9A-F]+)", decomposition)
    if not match:
        return None
    how, to = match[1], int(match[2], 16)
    to, enclosed = stands_for(to, letters) or (to, how in ("circle", "square"))
    # Figures beside and around others are written so in ordinary posts: m\u00b2, CO\u2082, \u2460.
    known = chr(to).isascii() and (chr(to).isalpha() or
                                   (chr(to).isdigit() and how in ("font", "wide")))
    return (to, enclosed) if known else None


def styles(database, kind):
    """The letters and digits in a style, and the digits of all scripts: (first, last, plain one of
    the first, enclosed)."""
    letters = {}
    digits = {}
    for line in database.lines("UnicodeData.txt"):
        fields = line.split(";")
        letters[int(fields[0], 16)] = fields[1], fields[5]
        if fields[2] == "Nd" and fields[6]:
            digits[int(fields[0], 16)] = ord(fields[6]), 0
    out = []
    for code in sorted(letters):
        # The ordinals of Spanish, Italian and Portuguese are no style, nor is an emoji one,
        # unless it encloses a letter.
        found = (stands_for(code, letters) or digits.get(code)) if code > 0xFF else None
        if found is None or (kind[code] & 15 == EMOJI and not found[1]):
            continue
        to, enclosed = found
        last = out[-1] if out else None
        if last and last[1] == code - 1 and last[2] + code - last[0] == to and last[3] == enclosed:
            last[1] = code
        else:
            out.append([code, code, to, enclosed])
    return out


def two_stage(values):
    """A list of block numbers, and the distinct blocks one after the other."""
    first, blocks, known = [], [], {}
    for start in range(0, LAST, BLOCK):
        block = tuple(values[start:start + BLOCK])
        if block not in known:
            known[block] = len(known)
            blocks.extend(block)
        first.append(known[block])
    return first, blocks


def rows(values, width, form="{}"):
    for start in range(0, len(values), width):
        yield "    " + ", ".join(form.format(value) for value in values[start:start + width]) + ","


def table(out, kind, name, values, width, form="{}"):
    out.append("const {} {}[{}] = {{".format(kind, name, len(values)))
    out.extend(rows(values, width, form))
    out.append("};")
    out.append("")


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else "/usr/share/unicode"
    database = Database(folder)
    kind, breaks, folds = properties(database)
    styled = styles(database, kind)
    age = database.lines("DerivedAge.txt")[0].split("-")[1].rsplit(".txt")[0]

    out = ["/* SPDX-FileCopyrightText: the libengage maintainers",
           " * SPDX-License-Identifier: MIT",
           " *",
           " * Written by tools/gen_unicode.py. Do not edit.",
           " * From the Unicode Character Database {}, files and SHA-256:".format(age)]
    for name, digest in sorted(set(database.sums)):
        out.append(" *   {}".format(name))
        out.append(" *     {}".format(digest))
    out += [" */", '#include "text/unicode.h"', "",
            'const char engagep_unicode_version_text[] = "{}";'.format(age), ""]
    first, blocks = two_stage(kind)
    assert max(first) < 256
    table(out, "uint8_t", "engagep_unicode_kind_first", first, 24)
    table(out, "uint8_t", "engagep_unicode_kind_blocks", blocks, 20)
    first, blocks = two_stage(breaks)
    assert max(first) < 256
    table(out, "uint8_t", "engagep_unicode_break_first", first, 24)
    table(out, "uint8_t", "engagep_unicode_break_blocks", blocks, 24)
    out.append("const struct engagep_unicode_fold engagep_unicode_folds[] = {")
    for code in sorted(folds):
        to = folds[code] + [0] * (3 - len(folds[code]))
        out.append("    {{0x{:04x}, {{0x{:04x}, 0x{:04x}, 0x{:04x}}}}},".format(code, *to))
    out += ["};", "const size_t engagep_unicode_fold_count = {};".format(len(folds))]
    out.append("")
    leads = 0
    out.append("const struct engagep_unicode_style engagep_unicode_styles[] = {")
    for first, last, to, enclosed in styled:
        out.append("    {{0x{:04x}, 0x{:04x}, '{}', {:d}}},".format(first, last, chr(to), enclosed))
        for code in range(first, last + 1):
            if kind[code] & 15 != EMOJI:
                leads |= 1 << (chr(code).encode()[0] - 0xC0)
    for code in (0x640, 0x6A9, 0x6CC):  # those of Arabic that lib/text/plain.c knows
        leads |= 1 << (chr(code).encode()[0] - 0xC0)
    out += ["};", "const size_t engagep_unicode_style_count = {};".format(len(styled)),
            "const uint64_t engagep_unicode_style_leads = UINT64_C(0x{:016x});".format(leads)]
    print("\n".join(out))


main()
