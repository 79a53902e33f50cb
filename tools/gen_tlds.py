#!/usr/bin/env python3
# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""Write lib/data/tld_table.c from lib/data/tlds.txt.

usage: gen_tlds.py TLDS > lib/data/tld_table.c
       gen_tlds.py --add PUBLIC_SUFFIX_LIST TLDS    (rewrites TLDS in place)
"""
import hashlib
import sys


def read(path):
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    head = [line for line in lines if line.startswith("#")]
    return head, sorted({line.strip() for line in lines if line and not line.startswith("#")})


def add(listing, path):
    head, names = read(path)
    found = set(names)
    with open(listing, encoding="utf-8") as file:
        for line in file:
            if "END ICANN DOMAINS" in line:
                break
            line = line.strip()
            if line and not line.startswith("//"):
                found.add(line.lstrip("*.!").split(".")[-1])
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(head + sorted(found)) + "\n")


def main():
    if sys.argv[1] == "--add":
        return add(sys.argv[2], sys.argv[3])
    with open(sys.argv[1], "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    _, names = read(sys.argv[1])
    names = sorted(name.encode("utf-8") for name in names)
    assert all(len(name) < 256 and name == name.decode().lower().encode() for name in names)
    first = [0] * 257
    for name in names:
        first[name[0] + 1] += 1
    for byte in range(256):
        first[byte + 1] += first[byte]
    print("""/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Written by tools/gen_tlds.py. Do not edit.
 * From lib/data/tlds.txt, SHA-256
 *   {}
 */
#include "text/tld.h"

const char *const engagep_tld_names[] = {{""".format(digest))
    for name in names:
        shown = "".join(chr(byte) if byte < 0x80 else "\\x%02x" % byte for byte in name)
        print('    "{}",'.format(shown))
    print("};\n\n/* Where the names of each first byte begin, and the end. */")
    print("const uint16_t engagep_tld_first[257] = {")
    for start in range(0, 257, 16):
        print("    " + ", ".join(str(n) for n in first[start:start + 16]) + ",")
    print("};")
    return None


main()
