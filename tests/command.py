# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""What the suites of the engage command have in common: running it, and a folder of files."""

import json
import os
import subprocess
import tempfile
import unittest

SOURCE = os.environ["ENGAGE_SRCDIR"]
BUILD = os.environ["ENGAGE_BUILDDIR"]
SHARED = os.environ["ENGAGE_SHARED"]
ENGAGE = os.path.join(BUILD, "tools", "engage", "engage")
# The program itself, where ENGAGE is libtool's script around it.
REAL = os.path.join(BUILD, "tools", "engage", ".libs", "engage")
REAL = REAL if os.path.exists(REAL) else ENGAGE
LOADED = os.environ | {"LD_LIBRARY_PATH": os.path.join(BUILD, "lib", ".libs")}
DEMO = os.path.join(SOURCE, "examples", "posts.jsonl")
INTENTS = ("question help_request complaint defect billing suggestion purchase_intent churn_risk "
           "praise recommendation warning peer_answer comparison safety_risk spam").split()


def run(*arguments, given=b"", status=0):
    """Runs the command; returns its standard output, or fails unless it ends with `status`."""
    done = subprocess.run([ENGAGE, *arguments], input=given, capture_output=True)
    if done.returncode != status:
        raise AssertionError(f"{arguments} ended with {done.returncode}, not {status}: "
                             f"{done.stderr.decode(errors='replace')[:2000]}")
    run.errors = done.stderr.decode(errors="replace")
    return done.stdout


def rows(*arguments, given=b"", status=0):
    return [json.loads(line) for line in run(*arguments, given=given, status=status).splitlines()]


def lines_of(*values):
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name, data=None):
        path = os.path.join(self.folder, name)
        if data is not None:
            with open(path, "wb") as file:
                file.write(data)
        return path

    def store(self, name="a.db"):
        return "sqlite:" + os.path.join(self.folder, name)
