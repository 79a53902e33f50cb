# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""engage-journey(7): every output that the page shows is what the command prints.

A command stands in a comment of the page, `.\\" $ engage …`, and its output in the
literal block that follows. With --write the blocks are put right."""

import os
import re
import shlex
import subprocess
import sys
import tempfile

SOURCE = os.environ["ENGAGE_SRCDIR"]
BUILD = os.environ["ENGAGE_BUILDDIR"]
SHARED = os.environ["ENGAGE_SHARED"]
ENGAGE = os.path.join(BUILD, "tools", "engage", "engage")
PAGE = os.path.join(SOURCE, "man", "engage-journey.7")
THREADS = os.path.join(SHARED, "data", "threads", "ibm_dev.tsv")
BLOCK = re.compile(r'(^\.\\" \$ ([^\n]*)\n\.Bd -literal\n)(.*?)(^\.Ed\n)', re.S | re.M)


def roff(text):
    """A text as the lines of a literal block."""
    lines = (line.rstrip().replace("\\", "\\e") for line in text.rstrip().splitlines())
    return "".join(("\\&" if line[:1] in (".", "'") else "") + line + "\n" for line in lines)


def main():
    with open(PAGE, encoding="utf-8") as file:
        page = file.read()
    wrong = []
    blocks = 0
    with tempfile.TemporaryDirectory() as folder:
        def output(match):
            nonlocal blocks
            blocks += 1
            command = shlex.split(match[2])
            if "ibm.jsonl" in match[2] or "ibm.db" in match[2]:
                if not os.path.exists(THREADS):
                    print(f"skipped, there is no {THREADS}: {match[2]}")
                    return match[0]
            done = subprocess.run([ENGAGE, *command[1:]], cwd=folder, stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, check=True)
            if roff(done.stdout) != match[3]:
                wrong.append(f"{match[2]}\n-- the page:\n{match[3]}-- the command:\n"
                             f"{roff(done.stdout)}")
            return match[1] + roff(done.stdout) + match[4]

        for name in ("posts.jsonl", "ohmbrook.catalogue"):
            os.symlink(os.path.join(SOURCE, "examples", name), os.path.join(folder, name))
        if os.path.exists(THREADS):
            with open(os.path.join(folder, "ibm.jsonl"), "wb") as file:
                subprocess.run([sys.executable, os.path.join(SHARED, "tools", "ibm2events.py"),
                                THREADS], stdout=file, check=True)
        fresh = BLOCK.sub(output, page)
    if sys.argv[1:] == ["--write"]:
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(fresh)
        return 0
    print("\n".join(wrong))
    print(f"{blocks} outputs, {len(wrong)} wrong")
    if wrong:
        print("where they are meant to differ: tests/check_journey.py --write")
    return 1 if wrong or blocks < 8 else 0


sys.exit(main())
