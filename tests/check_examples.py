# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""The programs of examples/ and the ones that README.md shows, run."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE = os.environ["ENGAGE_SRCDIR"]
BUILD = os.environ["ENGAGE_BUILDDIR"]
LIB = os.path.join(BUILD, "lib", ".libs")
SHARED = os.path.exists(os.path.join(LIB, "libengage.so"))


def readme(language):
    with open(os.path.join(SOURCE, "README.md"), encoding="utf-8") as file:
        (block,) = re.findall(rf"```{language}\n(.*?)```", file.read(), re.S)
    return block


class Examples(unittest.TestCase):
    def test_post(self):
        done = subprocess.run([os.path.join(BUILD, "examples", "post")], text=True, check=True,
                              input="I love this lamp\nmy dock stopped working, please help\n",
                              capture_output=True)
        first, second = done.stdout.splitlines()
        self.assertRegex(first, "^positive.* praise")
        self.assertRegex(second, "^negative.*needs a reply")

    def test_crm(self):
        done = subprocess.run([os.path.join(BUILD, "examples", "crm")], text=True, check=True,
                              capture_output=True)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(lines[0]["customers"], ["x:ann"])
        self.assertEqual(lines[-1]["id"], "x:ann")


@unittest.skipUnless(SHARED, "there is no shared library")
class Readme(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.environment = dict(os.environ, LD_LIBRARY_PATH=LIB)

    def run_in(self, *command, **more):
        self.environment.update(more)
        return subprocess.run(command, cwd=self.folder, check=True, env=self.environment, text=True,
                              stdout=subprocess.PIPE).stdout

    def test_c(self):
        with open(os.path.join(self.folder, "post.c"), "w", encoding="utf-8") as file:
            file.write(readme("c"))
        self.run_in("cc", "-Wall", "-Werror", "post.c", "-o", "post",
                    "-I" + os.path.join(SOURCE, "include"), "-L" + LIB, "-lengage")
        self.assertRegex(self.run_in("./post"), r"^\w+, needs reply: [01]\n$")

    def test_python(self):
        module = os.path.join(BUILD, "bindings", "python", "module")
        if not os.path.isdir(module):
            self.skipTest("the Python module was not built")
        out = self.run_in(sys.executable, "-c", readme("python"), PYTHONPATH=module)
        self.assertEqual(out.splitlines()[-1], "consumption")

    def test_those_who_come_from_vader(self):
        module = os.path.join(BUILD, "bindings", "python", "module")
        with open(os.path.join(SOURCE, "man", "engage-vader.7"), encoding="utf-8") as file:
            blocks = re.findall(r"\.Bd -literal\n(.*?)\.Ed\n", file.read(), re.S)
        python, shell = (one.replace("\\e", "\\").replace("\\-", "-") for one in blocks)
        tools = os.path.join(BUILD, "tools", "engage") + os.pathsep + os.environ["PATH"]
        row = json.loads(self.run_in("sh", "-e", "-c", shell, PATH=tools))
        self.assertIn("lexicon:house", [one["rule"] for one in row["evidence"]])
        if not os.path.isdir(module):
            self.skipTest("the Python module was not built")
        out = self.run_in(sys.executable, "-c", python, PYTHONPATH=module)
        self.assertRegex(out, r"^\{'neg': [0-9.]+, 'neu': [0-9.]+, 'pos': [0-9.]+, "
                              r"'compound': 0\.[0-9]+\}\n$")

    def test_lua(self):
        lua = os.environ.get("LUA")
        module = os.path.join(BUILD, "bindings", "lua", ".libs")
        if not lua or not os.path.isdir(module) or shutil.which(lua) is None:
            self.skipTest("the Lua module was not built")
        out = self.run_in(lua, "-e", readme("lua"), LUA_CPATH=module + "/?.so")
        self.assertIn(out.split()[0], ("negative", "neutral", "positive"))


if __name__ == "__main__":
    unittest.main()
