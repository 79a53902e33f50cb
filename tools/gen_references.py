#!/usr/bin/env python3
# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""Write lib/data/reference_table.c: the named character references of HTML.

usage: gen_references.py > lib/data/reference_table.c

The names are those of the HTML Standard, 13.5 "Named character references", which never
changes, as Python's html.entities holds them.
"""
import html.entities


def literal(text):
    """A C string whose escapes do not run into what follows them."""
    return '"' + "".join(chr(byte) if 32 <= byte < 127 and byte not in b'"\\?'
                         else "\\%03o" % byte for byte in text) + '"'


def main():
    known = html.entities.html5
    names = sorted({name.rstrip(";").encode("ascii") for name in known})
    offsets = []
    size = 0
    print('/* SPDX-FileCopyrightText: the libengage maintainers\n'
          ' * SPDX-License-Identifier: MIT\n'
          ' *\n'
          ' * Written by tools/gen_references.py. Do not edit.\n'
          ' * From the HTML Standard, 13.5, as Python\'s html.entities has it.\n'
          ' */\n'
          '#include "text/reference.h"\n\n'
          'const char engagep_reference_names[] =')
    for number, name in enumerate(names):
        bare = name.decode("ascii")
        mark = b"&" if bare in known else b";"
        entry = name + mark + known[bare + ";"].encode("utf-8")
        offsets.append(size)
        size += len(entry)
        print("    " + literal(entry) + (";" if number == len(names) - 1 else ""))
    offsets.append(size)
    print("\nconst uint16_t engagep_reference_offsets[] = {")
    for start in range(0, len(offsets), 12):
        print("    " + ", ".join(map(str, offsets[start:start + 12])) + ",")
    print("};\n\nconst size_t engagep_reference_count = %d;" % len(names))


if __name__ == "__main__":
    main()
