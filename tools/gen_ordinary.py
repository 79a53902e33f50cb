#!/usr/bin/env python3
# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""Write lib/data/ordinary_table.c: posts that lessons tell intents apart from.

usage: gen_ordinary.py lib/data/ordinary.txt > lib/data/ordinary_table.c

A post a line; lines that begin with "# " are comments.
"""
import sys

LONGEST = 88


def quoted(text):
    """C string literals of the text's bytes, a line each."""
    pieces, piece = [], ""
    for byte in text.encode("utf-8"):
        if byte in b'"\\':
            form = "\\" + chr(byte)
        elif 32 <= byte < 127 and byte != 63:
            form = chr(byte)
        else:
            form = "\\%03o" % byte
        if len(piece) + len(form) > LONGEST:
            pieces.append(piece)
            piece = ""
        piece += form
    pieces.append(piece)
    return ['"%s"' % p for p in pieces]


def main():
    with open(sys.argv[1], encoding="utf-8", newline="\n") as f:
        posts = [line.rstrip("\n") for line in f if line.strip() and not line.startswith("# ")]
    # REUSE-IgnoreStart: these lines are of the table
    print("/* SPDX-FileCopyrightText: the libengage maintainers")
    print(" * SPDX-License-Identifier: MIT")
    # REUSE-IgnoreEnd
    print(" *")
    print(" * Written by tools/gen_ordinary.py from lib/data/ordinary.txt. Do not edit.")
    print(" */")
    print('#include "learn/ordinary.h"\n')
    print("const size_t engagep_ordinary_count = %d;\n" % len(posts))
    print("const char *const engagep_ordinary_posts[] = {")
    for post in posts:
        pieces = quoted(post)
        for i, piece in enumerate(pieces):
            print("    %s%s%s" % ("" if i == 0 else "    ", piece,
                                  "," if i == len(pieces) - 1 else ""))
    print("};")


if __name__ == "__main__":
    main()
