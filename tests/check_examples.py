# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""The programs of examples/ and the ones that README.md shows, run."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest

SOURCE = os.environ["ENGAGE_SRCDIR"]
BUILD = os.environ["ENGAGE_BUILDDIR"]
LIB = os.path.join(BUILD, "lib", ".libs")
SHARED = os.path.exists(os.path.join(LIB, "libengage.so"))


MODULE = os.path.join(BUILD, "bindings", "python", "module")
LUA_MODULE = os.path.join(BUILD, "bindings", "lua", ".libs")


def readme(language):
    with open(os.path.join(SOURCE, "README.md"), encoding="utf-8") as file:
        (block,) = re.findall(rf"```{language}\n(.*?)```", file.read(), re.S)
    return block


def page(name):
    with open(os.path.join(SOURCE, "man", name), encoding="utf-8") as file:
        return file.read()


def page_blocks(name):
    """What a manual page shows as it is to be typed."""
    blocks = re.findall(r"\.Bd -literal[^\n]*\n(.*?)\.Ed\n", page(name), re.S)
    return [block.replace("\\e", "\\").replace("\\-", "-") for block in blocks]


class Pages(unittest.TestCase):
    def test_references_lead_somewhere(self):
        pages = sorted(os.listdir(os.path.join(SOURCE, "man")))
        pages = {name: page(name) for name in pages if re.search(r"\.[1-9]$", name)}
        known = {tuple(name.rsplit(".", 1)) for name in pages}
        for name, text in pages.items():
            known |= {(one, name[-1]) for one in re.findall(r"^\.Nm (\S+)", text, re.M)}
        told = {name: os.path.join(SOURCE, name) for name in ("README.md", "NEWS")}
        for name, path in told.items():
            with open(path, encoding="utf-8") as file:
                pages[name] = file.read()
        dead = [(name, *one) for name, text in pages.items()
                for one in re.findall(r"^\.Xr (engage\S*) (\d)", text, re.M)
                + re.findall(r"(engage[\w-]*)\((\d)\)", text) if one not in known]
        self.assertEqual(dead, [])
        self.assertGreater(len(known), 100)

    def test_options_are_those_of_the_help(self):
        text = page("engage.1")
        tracking = set(re.search(r"tracking options:\n\.Fl -([\w , -]+)\nand\n\.Fl -(output)", text)
                       .expand(r"\1 , -\2").split(" , -"))
        self.assertEqual(len(tracking), 8)
        shown = {}
        for form in text.split(".Sh DESCRIPTION")[0].split("\n.Nm\n")[1:]:
            flags = set(re.findall(r"Fl -(\w+)", form))
            flags |= tracking if "tracking options" in form else set()
            for name in re.match(r"\.Cm ([^\n]+)", form).group(1).split(" | "):
                name = re.sub("^(teach|promise).*", "model", name.split()[0])
                shown.setdefault(name, set()).update(flags)
        engage = os.path.join(BUILD, "tools", "engage", "engage")

        def said(*arguments):
            return subprocess.run([engage, *arguments], text=True, check=True,
                                  capture_output=True).stdout

        self.assertEqual(set(re.findall(r"^  ([a-z]+) ", said("--help"), re.M)), set(shown))
        for name, flags in shown.items():
            taken = set(re.findall(r"^  --([a-z]+)", said(name, "--help"), re.M))
            taken -= {"help", "version"}
            for flag in taken:
                self.assertIn(f"\n.It Fl -{flag}", text)
            # --output goes without saying; of two commands the page says what they do not take.
            less = {"compact": {"brand"}, "report": {"json"}}.get(name, set())
            self.assertEqual((flags - less) | {"output"}, taken | {"output"}, name)


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
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE).stdout

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def run_c(self, program):
        self.write("program.c", program)
        self.run_in("cc", "-Wall", "-Werror", "program.c", "-o", "program",
                    "-I" + os.path.join(SOURCE, "include"), "-L" + LIB, "-lengage")
        return self.run_in("./program")

    def run_shell(self, commands):
        tools = os.path.join(BUILD, "tools", "engage") + os.pathsep + os.environ["PATH"]
        return self.run_in("sh", "-e", "-c", commands, PATH=tools)

    def test_c(self):
        self.assertRegex(self.run_c(readme("c")), r"^\w+, needs reply: [01]\n$")

    def test_the_pages_of_c(self):
        begun = ('#include <engage.h>\n#include <stdio.h>\nint main(void)\n{\n'
                 'const char post[] = "my dock is dead, please help"; size_t size = 28;\n'
                 '(void)post; (void)size;\n')
        self.assertEqual(self.run_c(begun + page_blocks("engage.3")[0] + "}\n"), "negative\n")
        self.assertEqual(self.run_c(begun + page_blocks("engage_store.3")[0] + "}\n"), "")
        self.assertIn("crm.db", os.listdir(self.folder))

    def test_the_shell_of_the_readme(self):
        os.symlink(os.path.join(SOURCE, "examples"), os.path.join(self.folder, "examples"))
        with open(os.path.join(SOURCE, "README.md"), encoding="utf-8") as file:
            text = file.read().split("At the shell:")[1].split("## What it does")[0]
        commands = "".join(line for line in text.splitlines(True) if line.startswith("    "))
        models = os.path.join(SOURCE, "lib", "data", "models")
        self.assertIn("/usr/local/share/libengage/models", commands)
        out = self.run_shell(commands.replace("/usr/local/share/libengage/models", models))
        self.assertEqual(commands.count("engage "), 10)
        self.assertRegex(out, r"ohmbrook: \d+ customers")
        self.assertIn("<h1", self.run_in("cat", "report.html"))
        row = json.loads(out.splitlines()[-1])
        self.assertEqual((row["language"], row["sentiment"]["label"]), ("de", "negative"))

    def test_the_pages_of_the_command(self):
        with open(os.path.join(SOURCE, "examples", "posts.jsonl"), encoding="utf-8") as file:
            self.write("events.jsonl", file.read())
        out = self.run_shell("".join(page_blocks("engage.1")))
        self.assertEqual(len(re.findall(r"^ohmbrook ", out, re.M)), 10)
        (sql,) = page_blocks("engage-store.5")
        store = sqlite3.connect(os.path.join(self.folder, "crm.db"))
        self.addCleanup(store.close)
        self.assertEqual(len(store.execute(sql).fetchall()), 10)

    def test_the_pages_of_files(self):
        for form in ("catalogue", "lexicon", "policy"):
            self.write(form, page_blocks(f"engage-{form}.5")[0])
        row = json.loads(self.run_shell("echo 'Aurora X slaps, my juice is gone' |"
                                        "engage score --lines --explain --catalogue catalogue"
                                        " --lexicon lexicon; engage policy check policy"))
        self.assertEqual([one["target"] for one in row["aspects"]], ["aurora", "battery"])
        self.assertIn("lexicon:lexicon", [one["rule"] for one in row["evidence"]])

    def run_python(self, program):
        if not os.path.isdir(MODULE):
            self.skipTest("the Python module was not built")
        return self.run_in(sys.executable, "-c", program, PYTHONPATH=MODULE)

    def run_lua(self, program):
        lua = os.environ.get("LUA")
        if not lua or not os.path.isdir(LUA_MODULE) or shutil.which(lua) is None:
            self.skipTest("the Lua module was not built")
        return self.run_in(lua, "-e", program, LUA_CPATH=LUA_MODULE + "/?.so")

    def test_python(self):
        out = self.run_python(readme("python"))
        self.assertEqual(out.splitlines()[-1], "consumption")

    def test_those_who_come_from_vader(self):
        python, shell = page_blocks("engage-vader.7")
        row = json.loads(self.run_shell(shell))
        self.assertIn("lexicon:house", [one["rule"] for one in row["evidence"]])
        out = self.run_python(python)
        self.assertRegex(out, r"^\{'neg': [0-9.]+, 'neu': [0-9.]+, 'pos': [0-9.]+, "
                              r"'compound': 0\.[0-9]+\}\n$")

    def test_lua(self):
        out = self.run_lua(readme("lua"))
        self.assertIn(out.split()[0], ("negative", "neutral", "positive"))

    def test_the_page_of_python(self):
        self.assertEqual(self.run_python(page_blocks("engage-bindings.7")[0]), "lapsed\n")
        names = self.run_python("""
import engage, inspect
for name in engage.__all__:
    if not name.startswith("__"):
        print(name)
    if inspect.isclass(vars(engage)[name]) and not issubclass(vars(engage)[name], Exception):
        print(*("." + method for method in vars(vars(engage)[name]) if method[0] != "_"))
        print(*inspect.signature(vars(engage)[name]).parameters)
""").split()
        text = page("engage-bindings.7")
        self.assertGreater(len(names), 50)
        self.assertEqual([name for name in names if name not in text], [])

    def test_the_page_of_lua(self):
        self.assertEqual(self.run_lua(page_blocks("engage-bindings.7")[1]), "lapsed\n")
        names = self.run_lua("""
local engage = require "engage"
for name in pairs(engage) do print("engage." .. name) end
for _, object in ipairs{engage.tokenizer(), engage.analyzer(), engage.lesson(), engage.promise(),
                        engage.tracker()} do
    for name in pairs(getmetatable(object).__index) do print(":" .. name) end
end
""").split()
        self.assertGreater(len(names), 30)
        self.assertEqual([name for name in names if name not in page("engage-bindings.7")], [])


if __name__ == "__main__":
    unittest.main()
