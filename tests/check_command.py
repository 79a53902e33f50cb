# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""The engage command, held against its contract: all but its stores."""

import hashlib
import json
import os
import random
import re
import resource
import shutil
import signal
import stat
import struct
import subprocess
import time
import unittest

from command import (DEMO, ENGAGE, Folder, INTENTS, LOADED, REAL, SOURCE, lines_of, rows,
                     run)


class Usage(Folder):
    def test_help_and_version(self):
        self.assertIn(b"tokens", run("--help"))
        # What the help says of Thai is what happens to it: two words, or seven clusters.
        cut = {b"dictionaries of ICU": 2, b"grapheme clusters": 7}
        said = [count for words, count in cut.items() if words in run("--help")]
        thai = run("tokens", "--lines", given="สวัสดีครับ\n".encode())
        self.assertEqual([len(json.loads(thai)["tokens"])], said)
        self.assertRegex(run("--version"), rb"^engage \d+\.\d+\.\d+\n$")
        self.assertEqual(run("help"), run("--help"))
        self.assertEqual(run("help", "score"), run("score", "--help"))
        run("help", "nonsense", status=2)
        for command in ("tokens entities length valid score track funnel customer queue replies "
                        "state merge claim dismiss resolve hold release suspend reinstate link "
                        "unlink object resume forget export retain compact check whatif people "
                        "report model policy").split():
            self.assertIn(b"usage: engage " + command.encode(), run(command, "--help"))
            self.assertRegex(run(command, "--version"), rb"^engage ")

    def test_wrong_usage_is_2(self):
        for arguments in ([], ["nonsense"], ["tokens", "--offsets", "words"], ["customer"],
                          ["funnel", "extra"], ["compact", "--brand", "a"],
                          ["forget", "x:a", "--brand", ""], ["queue", "--top", "-1"],
                          ["queue", "--top", "x"],
                          ["replies", "--by", "mood"], ["funnel", "--now", "yesterday"],
                          ["funnel", "--now", "0000-12-31T23:59:59Z"],
                          ["track", "--now", "253402300800000"],
                          ["tokens", "--nonsense"], ["valid"], ["valid", "--kind", "x"],
                          ["length", "--platform", "y"], ["length", "--rules", "x9"],
                          ["length", "--platform", "bluesky", "--rules", "x2"],
                          ["score", "--threads", "0"], ["state"], ["state", "x:a", "--all"],
                          ["state", "", "--all"], ["report", "--json"], ["whatif"],
                          ["merge"], ["model", "verify"], ["policy", "show", "a", "b"],
                          ["policy", "tell"], ["model", "nonsense", "x"],
                          ["model", "info", "--model", "x"],
                          ["model", "verify", "x", "--addon", "y"],
                          ["model", "teach", "--lines"], ["model", "teach", "--miss", "0.1"],
                          ["model", "promise", "--share", "0.1"],
                          ["model", "drift", "--share", "0.1"]):
            with self.subTest(arguments):
                self.assertEqual(run(*arguments, status=2), b"")
                self.assertNotEqual(run.errors, "")

    def test_wrong_options_are_told_by_name(self):
        run("score", "--threads", "257", status=2)
        self.assertRegex(run.errors, "^engage: --threads N: '257' will not do: .* to 256; .*\n$")
        run("check", "extra", status=2)
        self.assertEqual(run.errors, "engage: usage: engage check [OPTION…]\n")
        run("score", "--nonsense", status=2)
        self.assertEqual(run.errors, "engage score: unrecognized option '--nonsense'\n"
                                     "engage: see engage score --help\n")

    def test_an_empty_name_of_a_file_is_wrong_usage(self):
        for command, option in (("tokens", "output"), ("score", "model"), ("score", "catalogue"),
                                ("score", "lexicon"), ("score", "addon"), ("funnel", "policy")):
            run(command, f"--{option}", "", status=2)
            self.assertEqual(run.errors, f"engage: --{option} needs a file\n")

    def test_help_that_cannot_be_written_is_3(self):
        for arguments in (["--help"], ["--version"], ["score", "--help"], ["score", "--version"],
                          ["help", "score"], ["policy", "show"], ["model", "info"]):
            with open("/dev/full", "wb") as full, self.subTest(arguments):
                done = subprocess.run([ENGAGE, *arguments], stdout=full, stderr=subprocess.PIPE)
                self.assertEqual(done.returncode, 3)
                self.assertEqual(done.stderr, b"engage: standard output: No space left on device\n")

    def test_long_output_that_cannot_be_written_is_told(self):
        given = b"hello there\n" * 20000
        for command in ("score", "tokens"):
            with open("/dev/full", "wb") as full:
                done = subprocess.run([ENGAGE, command, "--lines"], input=given, stdout=full,
                                      stderr=subprocess.PIPE)
            self.assertEqual(done.returncode, 3)
            self.assertEqual(done.stderr, b"engage: standard output: No space left on device\n")
            run(command, "--lines", "--output", "/dev/full", given=given, status=3)
            self.assertEqual(run.errors, "engage: /dev/full: No space left on device\n")

    def test_a_file_that_may_grow_no_more_is_told(self):
        def little():
            resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
        store = "sqlite:" + self.path("a.db")
        for arguments in (["tokens", "--lines", "--output", self.path("out"), DEMO],
                          ["track", "--store", store, DEMO]):
            done = subprocess.run([REAL, *arguments], capture_output=True, preexec_fn=little,
                                  env=LOADED)
            self.assertEqual(done.returncode, 3)
            self.assertIn(b"engage: ", done.stderr)
        self.assertNotIn("out", os.listdir(self.folder))

    def test_what_is_no_file_of_posts(self):
        one = self.path("one", lines_of({"id": "1", "text": "hi"}))
        done = rows("tokens", one, self.folder, one, status=3)
        self.assertEqual(([row["id"] for row in done], run.errors),
                         (["1"], f"engage: {self.folder}: Is a directory\n"))
        wide = '{"id":"1","text":"hi"}\n'.encode("utf-16")
        self.assertEqual(rows("tokens", self.path("wide", wide), one, status=1)[0]["id"], "1")
        self.assertIn("wide:1: ", run.errors)
        self.assertEqual(rows("tokens", given=b'{"id":"1","text":"hi"}\0\n', status=1), [])
        (row,) = rows("tokens", given=b'{"id":"a\\u0000b","text":"x\\u0000y"}\n')
        self.assertEqual((row["id"], len(row["tokens"])), ("a\0b", 2))
        (row,) = rows("tokens", "--lines", given=b"x\0y\n")
        self.assertEqual(row["tokens"][1]["start"], 2)
        self.assertEqual(run("tokens", self.path("empty", b"")), b"")

    def test_a_reader_that_leaves(self):
        def left(before):
            child = subprocess.Popen([REAL, "tokens", "--lines"], env=LOADED,
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                     stderr=subprocess.PIPE, preexec_fn=before)
            child.stdout.close()
            errors = child.communicate(b"hello there\n" * 20000)[1]
            return child.returncode, errors

        self.assertEqual(left(lambda: signal.signal(signal.SIGPIPE, signal.SIG_DFL)),
                         (-signal.SIGPIPE, b""))
        self.assertEqual(left(lambda: signal.signal(signal.SIGPIPE, signal.SIG_IGN)),
                         (3, b"engage: standard output: Broken pipe\n"))

    def test_closed_streams_are_not_taken_by_files(self):
        posts = b"no post\n" + lines_of({"id": "a", "text": "hi"})
        path = self.path("in.jsonl", posts)
        out = self.path("out.jsonl")

        def closed(number, *arguments):
            shell = f'exec "$@" {number}>&-'
            return subprocess.run(["sh", "-c", shell, "sh", REAL, *arguments], env=LOADED,
                                  stdin=subprocess.DEVNULL, capture_output=True)

        self.assertEqual(closed(2, "tokens", "--output", out, path).returncode, 1)
        with open(out, "rb") as file:
            self.assertEqual(file.read(), run("tokens", path, status=1))
        self.assertEqual(closed(0, "tokens").stderr, b"engage: <stdin>: Bad file descriptor\n")
        done = closed(1, "tokens", path)
        self.assertEqual(done.returncode, 3)
        self.assertIn(b"standard output: Bad file descriptor", done.stderr)
        with open(path, "rb") as file:
            self.assertEqual(file.read(), posts)

    def test_a_folder_that_cannot_be_written_is_told(self):
        nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        prefix = nobody if os.getuid() == 0 else []
        if prefix and shutil.which("setpriv") is None:
            self.skipTest("there is no setpriv")
        run("track", "--store", self.store(), DEMO)
        os.chmod(self.folder, 0o555)
        self.addCleanup(os.chmod, self.folder, 0o755)
        for command, store, told in (
                ("funnel", self.store(), b"reading needs a folder that can be written"),
                ("track", self.store("new.db"), b"Permission denied")):
            done = subprocess.run([*prefix, REAL, command, "--store", store], env=LOADED,
                                  input=b"", capture_output=True)
            if done.returncode in (126, 127):
                self.skipTest("the program cannot be run by others")
            self.assertEqual(done.returncode, 3)
            self.assertIn(told, done.stderr)

    def test_messages_hold_no_control_characters(self):
        run("tokens", given=b'\x1b[31m\n{"id":"1", \xc2\x9b31m}\n', status=1)
        self.assertRegex(run.errors, r"^<stdin>:1: [ -~]+\n<stdin>:2: [ -~]+\n$")
        run("tokens", self.path("no\nsuch\x1b[2Jfile"), status=3)
        self.assertRegex(run.errors, r"^[ -~]+\n$")

    def test_what_cannot_go_on_is_3(self):
        run("funnel", "--store", self.store("absent.db"), status=3)
        run("funnel", "--store", "nosuch:place", status=3)
        run("tokens", self.path("absent"), status=3)
        good = self.path("good", lines_of({"id": "1", "text": "thank you"}))
        for command in ("tokens", "score"):  # what was read before is not lost
            (row,) = rows(command, good, self.path("absent"), status=3)
            self.assertEqual(row["id"], "1")
        run("score", "--lines", "--model", self.path("absent"), status=3)
        run("score", "--lines", "--catalogue", self.path("absent"), status=3)
        wrong = self.path("wrong.catalogue", b"[product a]\nnames = \n")
        run("score", "--lines", "--catalogue", wrong, status=3)
        self.assertIn("wrong.catalogue:2:", run.errors)
        for way in ("teach", "promise", "drift"):
            for option in ("--model", "--addon"):
                run("model", way, option, wrong, given=b"", status=3)
        self.path("not.db", b"this is no database, though long enough to look at" * 100)
        run("track", "--store", self.store("not.db"), status=3)
        run("tokens", "--lines", "--output", "/nonexistent/folder/out", given=b"x\n", status=3)

    def test_output_is_whole_or_absent(self):
        out = self.path("out.jsonl", b"before")
        run("tokens", "--lines", "--output", out, given=b"one\ntwo\n")
        with open(out, "rb") as file:
            self.assertEqual(len(file.read().splitlines()), 2)
        self.assertEqual(os.listdir(self.folder), ["out.jsonl"])
        run("tokens", "--lines", "--output", out, self.path("absent"), status=3)
        with open(out, "rb") as file:
            self.assertEqual(len(file.read().splitlines()), 2)
        self.assertEqual(os.listdir(self.folder), ["out.jsonl"])

    def test_output_behind_a_link_is_replaced_and_the_link_kept(self):
        os.mkdir(self.path("far"))
        out = self.path("far/out.jsonl", b"before")
        os.symlink(out, self.path("link"))
        run("tokens", "--lines", "--output", self.path("link"), given=b"one\n")
        self.assertTrue(os.path.islink(self.path("link")))
        with open(out, "rb") as file:
            self.assertEqual(file.read(), run("tokens", "--lines", given=b"one\n"))
        self.assertEqual(os.listdir(self.path("far")), ["out.jsonl"])

    def test_output_behind_a_link_to_nothing_is_refused(self):
        os.symlink(self.path("nothing"), self.path("link"))
        run("tokens", "--lines", "--output", self.path("link"), given=b"one\n", status=3)
        self.assertEqual(os.listdir(self.folder), ["link"])
        self.assertTrue(os.path.islink(self.path("link")))

    def test_output_may_be_standard_output(self):
        self.assertEqual(run("tokens", "--lines", "--output", "-", given=b"one\n"),
                         run("tokens", "--lines", given=b"one\n"))

    def test_output_keeps_the_mode_of_the_file(self):
        out = self.path("out.jsonl", b"before")
        os.chmod(out, 0o600)
        run("tokens", "--lines", "--output", out, given=b"one\n")
        self.assertEqual(stat.S_IMODE(os.stat(out).st_mode), 0o600)

    def test_output_that_a_signal_ends_leaves_nothing(self):
        out = self.path("out.jsonl", b"before")
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # Whoever runs the tests in the background may have the signal ignored.
            before = signal.signal(number, signal.SIG_DFL)
            child = subprocess.Popen([ENGAGE, "tokens", "--lines", "--output", out],
                                     stdin=subprocess.PIPE)
            self.addCleanup(child.stdin.close)
            signal.signal(number, before)
            while len(os.listdir(self.folder)) < 2:
                self.assertIsNone(child.poll())
                time.sleep(0.01)
            child.send_signal(number)
            child.stdin.close()
            self.assertEqual(child.wait(), -number)
            self.assertEqual(os.listdir(self.folder), ["out.jsonl"])
        with open(out, "rb") as file:
            self.assertEqual(file.read(), b"before")

    def test_output_to_a_pipe_leaves_it_one(self):
        pipe = self.path("pipe")
        os.mkfifo(pipe)
        # Open already, and without waiting for who writes.
        with open(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK), "rb") as reader:
            run("tokens", "--lines", "--output", pipe, given=b"one\n")
            self.assertEqual(len(reader.read().splitlines()), 1)
        self.assertTrue(stat.S_ISFIFO(os.stat(pipe).st_mode))


class Text(Folder):
    def test_tokens(self):
        text = "Hi @jo, it's £9.99 👍🏽!! https://example.com #fun :)"
        for unit, size in (("bytes", lambda s: len(s.encode())), ("codepoints", len),
                           ("utf16", lambda s: len(s.encode("utf-16-le")) // 2)):
            (row,) = rows("tokens", "--offsets", unit, given=lines_of({"id": "a", "text": text}))
            self.assertEqual(list(row), ["id", "tokens"])
            self.assertEqual(row["id"], "a")
            end = 0
            for token in row["tokens"]:
                self.assertEqual(list(token), ["kind", "start", "end", "text", "norm"])
                self.assertGreaterEqual(token["start"], end)
                end = token["end"]
                before = text[:text.index(token["text"])]
                self.assertEqual(end - token["start"], size(token["text"]))
                self.assertEqual(token["start"], size(before))
        kinds = {token["kind"] for token in row["tokens"]}
        self.assertLessEqual({"word", "mention", "emoji", "url", "hashtag", "emoticon", "punct"},
                             kinds)

    def test_offsets_of_any_bytes(self):
        """Offsets in each unit, held against what Python decodes."""
        source = random.Random(20261122)
        pieces = ["a", "Bc", " ", "12", "é", "e\u0301", "😀", "👍🏽", "日本", "&amp;", "@x", "#y",
                  "\u200d", "\ufe0f", "http://a.co", ":)", ".", "\U000E0067"]
        lines = []
        for _ in range(400):
            line = b"".join(bytes([source.randrange(256)]) if source.random() < 0.4
                            else source.choice(pieces).encode()
                            for _ in range(source.randrange(1, 30)))
            lines.append(line.translate(None, b"\r\n"))
        lines[0] = b"x" + lines[0]  # no byte order mark
        for command, kinds in (("tokens", ["tokens"]),
                               ("entities", ["mentions", "hashtags", "cashtags", "urls"])):
            answers = {unit: rows(command, "--lines", "--offsets", unit,
                                  given=b"\n".join(lines) + b"\n")
                       for unit in ("bytes", "codepoints", "utf16")}
            for i, line in enumerate(lines):
                text = line.decode(errors="replace")
                wide = text.encode("utf-16-le")
                for kind in kinds:
                    for by_byte, by_code, by_unit in zip(*(answers[unit][i][kind]
                                                           for unit in answers)):
                        cut = text[by_code["start"]:by_code["end"]]
                        self.assertEqual(line[by_byte["start"]:by_byte["end"]]
                                         .decode(errors="replace"), cut)
                        self.assertEqual(wide[2 * by_unit["start"]:2 * by_unit["end"]]
                                         .decode("utf-16-le"), cut)
                        self.assertEqual(by_code.get("text", cut), cut)

    def test_lines_have_their_number_as_id(self):
        self.assertEqual([row["id"] for row in rows("tokens", "--lines", given=b"a\n\nb")],
                         ["1", "2", "3"])

    def test_a_byte_order_mark_is_no_text(self):
        given = b"\xef\xbb\xbf" + lines_of({"id": "1", "text": "hi"})
        (row,) = rows("tokens", given=given)
        self.assertEqual(row["tokens"][0]["start"], 0)

    def test_lines_may_end_as_on_windows(self):
        given = b"#tag\r\n\r\n#tag\rx\r\n#tag\r"
        self.assertEqual([row["valid"] for row in rows("valid", "--kind", "hashtag", "--lines",
                                                       given=given)], [True, False, False, False])
        self.assertEqual([row["length"] for row in rows("length", "--lines", given=given)],
                         [4, 0, 6, 5])

    def test_what_is_too_long_is_told_and_passed_over(self):
        for size in (1 << 16, 16 << 20):
            given = b"x " * (size // 2) + b"x\nhi\n"
            for command in ("tokens", "entities", "length", "score"):
                self.assertEqual([row["id"] for row in rows(command, "--lines", given=given,
                                                            status=1)], ["2"])
                self.assertRegex(run.errors, "^<stdin>:1: too long: .*\n$")

    def test_members_that_nobody_reads_may_be_nested_so_deep(self):
        def given(depth):
            return b'{"id":"a","text":"hi","n":' + b"[" * depth + b"]" * depth + b"}\n"

        self.assertEqual([row["id"] for row in rows("tokens", given=given(2047))], ["a"])
        run("tokens", given=given(2048), status=1)

    def test_what_is_there_is_answered_before_more_is_waited_for(self):
        for arguments in (["tokens"], ["entities"], ["length"], ["valid", "--kind", "hashtag"],
                          ["score"], ["score", "--threads", "4"]):
            child = subprocess.Popen([REAL, *arguments, "--lines"], env=LOADED, bufsize=0,
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            self.addCleanup(child.stdout.close)
            self.addCleanup(child.wait)
            self.addCleanup(child.stdin.close)
            # The second one comes in two pieces, and the first one does not wait for it.
            for number, given in enumerate((b"#one\n#tw", b"o\n", b"\n#four"), 1):
                child.stdin.write(given)
                # A command that waits for more makes this wait too.
                line = child.stdout.readline()
                self.assertEqual(json.loads(line)["id"], str(number))
            child.stdin.close()
            self.assertEqual(json.loads(child.stdout.read())["id"], "4")
            self.assertEqual(child.wait(), 0)

    def test_an_answer_that_nobody_reads_ends_it(self):
        for command in ("tokens", "score"):
            with open("/dev/full", "wb") as full:
                child = subprocess.Popen([REAL, command, "--lines"], env=LOADED, stdout=full,
                                         stdin=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0)
            self.addCleanup(child.stdin.close)
            self.addCleanup(child.stderr.close)
            child.stdin.write(b"one\n")
            self.assertEqual(child.wait(), 3)
            self.assertEqual(child.stderr.read(),
                             b"engage: standard output: No space left on device\n")

    def test_members_that_nobody_reads_may_be_any_number(self):
        given = b'{"id":"a","text":"hi","n":18446744073709551616,"r":-1e300}\n'
        for command in ("tokens", "score"):
            self.assertEqual([row["id"] for row in rows(command, given=given)], ["a"])

    def test_entities(self):
        (row,) = rows("entities", given=lines_of(
            {"id": "1", "text": "@jo see @ann/list #tag $AAPL https://example.com/x"}))
        self.assertEqual(list(row), ["id", "mentions", "hashtags", "cashtags", "urls",
                                     "replied_to"])
        self.assertEqual(row["mentions"], [
            {"start": 0, "end": 3, "screen_name": "jo", "list_slug": ""},
            {"start": 8, "end": 17, "screen_name": "ann", "list_slug": "/list"}])
        self.assertEqual(row["hashtags"], [{"start": 18, "end": 22, "hashtag": "tag"}])
        self.assertEqual(row["cashtags"], [{"start": 23, "end": 28, "cashtag": "AAPL"}])
        self.assertEqual(row["urls"], [{"start": 29, "end": 50, "url": "https://example.com/x"}])
        self.assertEqual(row["replied_to"], "jo")
        (row,) = rows("entities", "--lines", given=b"nothing here")
        self.assertIsNone(row["replied_to"])

    def test_length(self):
        given = lines_of({"id": "1", "text": "👍🏽 https://example.com/" + "x" * 40})
        (row,) = rows("length", given=given)
        self.assertEqual(row, {"id": "1", "length": 26, "limit": 280, "valid": True,
                               "permillage": 92, "display": [0, 64], "valid_range": [0, 64]})
        (row,) = rows("length", "--rules", "x2", given=given)
        self.assertEqual(row["length"], 28)
        (row,) = rows("length", "--platform", "bluesky", "--lines", given=b"x" * 301)
        self.assertEqual((row["length"], row["limit"], row["valid"]), (301, 300, False))
        (row,) = rows("length", "--platform", "mastodon", "--lines", given=b"@jo@example.org")
        self.assertEqual((row["length"], row["limit"]), (3, 500))

    def test_valid(self):
        for kind, good, bad in (("username", "@jo", "jo"), ("list", "@jo/list", "@jo"),
                                ("hashtag", "#tag", "#1"), ("url", "https://example.com", "x.y"),
                                ("url-bare", "example.com", "-")):
            got = rows("valid", "--kind", kind, "--lines", given=f"{good}\n{bad}\n".encode())
            self.assertEqual(got, [{"id": "1", "valid": True}, {"id": "2", "valid": False}], kind)

    def test_score(self):
        (row,) = rows("score", given=lines_of({"id": "1", "text": "worst support ever, still "
                                               "waiting for my refund"}))
        self.assertEqual(list(row), ["id", "language", "sentiment", "intents", "labels",
                                     "needs_reply", "aspects"])
        mood = row["sentiment"]
        self.assertEqual(list(mood), ["label", "negative", "neutral", "positive", "valence"])
        self.assertAlmostEqual(mood["negative"] + mood["neutral"] + mood["positive"], 1, 9)
        self.assertAlmostEqual(mood["valence"], mood["positive"] - mood["negative"], 9)
        self.assertEqual(mood["label"], "negative")
        self.assertEqual(list(row["intents"]), INTENTS)
        self.assertEqual(row["labels"], [name for name in INTENTS if name in row["labels"]])
        self.assertIsInstance(row["needs_reply"], bool)

    def test_score_takes_a_careful_model(self):
        careful = os.path.join(SOURCE, "lib", "data", "models", "careful.model")
        with open(os.path.join(SOURCE, "examples", "posts.jsonl"), encoding="utf-8") as file:
            texts = [event["text"] for event in map(json.loads, file) if event.get("text")]
        given = "".join(" ".join(text.split()) + "\n" for text in texts).encode()
        plain = rows("score", "--lines", given=given)
        both = rows("score", "--lines", "--model", careful, "--explain", given=given)
        self.assertEqual(plain, rows("score", "--lines", "--cascade", given=given))
        self.assertTrue(all(a["sentiment"] != b["sentiment"] for a, b in zip(plain, both)))
        asked = 0
        for a, b, one in zip(plain, both, rows("score", "--lines", "--model", careful, "--cascade",
                                               given=given)):
            rules = [row["rule"] for row in b.pop("evidence") if row["for"] == "negative"]
            self.assertEqual(rules.count("encoder"), 1)
            b.pop("logits")
            self.assertIn(one, (a, b))
            asked += one == b
        self.assertTrue(0 < asked < len(plain) / 2)

    def test_score_takes_lexicons(self):
        house = self.path("house.v1.txt", b"slaps\t3.5\n")
        brand = self.path("our brand", b"# ours\ndock\t-1\t0.5\t[-1, -1]\n")
        given = b"the new dock slaps\n"
        (plain,) = rows("score", "--lines", given=given)
        (row,) = rows("score", "--lines", "--explain", "--lexicon", house, "--lexicon", brand,
                      given=given)
        self.assertGreater(row["sentiment"]["valence"], plain["sentiment"]["valence"])
        self.assertEqual([(one["for"], one["start"], one["end"], one["rule"])
                          for one in row["evidence"] if one["rule"].startswith("lexicon:")],
                         [("negative", 13, 18, "lexicon:house.v1"),
                          ("negative", 8, 12, "lexicon:our_brand"),
                          ("positive", 13, 18, "lexicon:house.v1"),
                          ("positive", 8, 12, "lexicon:our_brand")])
        for head, logit in row["logits"].items():
            total = sum(one["contribution"] for one in row["evidence"] if one["for"] == head)
            self.assertAlmostEqual(total, logit, places=3)
        run("score", "--lines", *(["--lexicon", house] * 9), status=2)
        wrong = self.path("wrong.txt", b"slaps\t3\nbad\n")
        run("score", "--lines", "--lexicon", wrong, status=3)
        self.assertIn("wrong.txt:2:4:", run.errors)
        run("score", "--lines", "--lexicon", self.path("absent"), status=3)

    def test_score_looks_for_the_catalogue(self):
        wanted = self.path("shop.catalogue", b"[product dock]\nnames = Dock Two\n")
        given = lines_of({"id": "1", "text": "my Dock Two broke, the price hurts"})
        (row,) = rows("score", "--catalogue", wanted, given=given)
        self.assertEqual([(one["target"], one["start"], one["end"]) for one in row["aspects"]],
                         [("dock", 3, 11), ("price", 23, 28)])
        for one in row["aspects"]:
            self.assertEqual(list(one), ["target", "start", "end", "polarity", "valence"])
            self.assertIn(one["polarity"], ("negative", "neutral", "positive"))
            self.assertTrue(-1 <= one["valence"] <= 1)

    def test_evidence_adds_up(self):
        text = "I love the new dock 😍 but why does the #sync never work?? please fix"
        (row,) = rows("score", "--explain", given=lines_of({"id": "1", "text": text}))
        self.assertEqual(list(row["logits"]), ["negative", "neutral", "positive", *INTENTS])
        for head, logit in row["logits"].items():
            own = [one for one in row["evidence"] if one["for"] == head]
            self.assertIn("bias", {one["rule"] for one in own})
            self.assertAlmostEqual(sum(one["contribution"] for one in own), logit, delta=1e-4)
        # To the last decimal, however many rows there are.
        long = " ".join(f"{text} and {number} more, thanks" for number in range(12))
        (far,) = rows("score", "--explain", given=lines_of({"id": "1", "text": long}))
        for head, logit in far["logits"].items():
            own = [one for one in far["evidence"] if one["for"] == head]
            self.assertEqual(sum(round(one["contribution"] * 1000000) for one in own),
                             round(logit * 1000000), head)
        for one in row["evidence"]:
            self.assertEqual(list(one), ["for", "start", "end", "rule", "contribution"])
            self.assertLessEqual(0, one["start"])
            self.assertLessEqual(one["end"], len(text.encode()))

    def test_threads_keep_the_order(self):
        texts = b"".join(b"post number %d is %s\n" % (i, b"great" if i % 3 else b"awful")
                         for i in range(20000))
        alone = run("score", "--lines", given=texts)
        self.assertEqual(run("score", "--lines", "--threads", "3", given=texts), alone)

    def test_refused_lines_are_told_and_the_rest_done(self):
        given = (b'{"id":"1","text":"good"}\nnot json\n{"id":2,"text":"x"}\n{"id":"4"}\n[]\n'
                 + lines_of({"id": "6", "text": "x" * 70000}, {"id": "7", "text": "fine"}))
        path = self.path("in.jsonl", given)
        for command in ("tokens", "entities", "score"):
            with self.subTest(command):
                self.assertEqual([row["id"] for row in rows(command, path, status=1)], ["1", "7"])
                told = [line.split(": ")[0] for line in run.errors.splitlines()]
                self.assertEqual(told, [f"{path}:{n}" for n in (2, 3, 4, 5, 6)])

    def test_what_a_line_lacks_is_told(self):
        shown = "not a JSON object like {\"id\":\"1\",\"text\":\"...\"}"
        for line, told in ((b"charged twice", shown), (b"[1]", shown), (b"\0", shown),
                           (b" \t{\"text\":\"x\"}", "\"id\" is missing"),
                           (b"{\"id\":\"1\",\"text\":null}", "\"text\" is not a string"),
                           (b"{\"id\":1}", "\"id\" is not a string"),
                           (b"{\"id\":\"1\"}", "\"text\" is missing")):
            with self.subTest(line):
                run("tokens", given=line, status=1)
                self.assertEqual(run.errors, f"<stdin>:1: {told}\n")

    def test_random_bytes_give_a_result(self):
        source = random.Random(7)
        given = b"\n".join(source.randbytes(source.randrange(200)).replace(b"\n", b"")
                           for _ in range(2000))
        for command in ("tokens", "entities", "score"):
            output = run(command, "--lines", given=given)
            output.decode("utf-8")
            self.assertEqual(len(output.splitlines()), len(given.split(b"\n")))


class Learning(Folder):
    """Add-ons of a tenant: taught, promised, and watched."""

    POSTS = 24

    def posts(self, name, rows):
        """A file of posts: (text, labels or None)."""
        lines = [{"id": str(i), "text": text} | ({"labels": labels} if labels is not None else {})
                 for i, (text, labels) in enumerate(rows)]
        return self.path(name, "".join(json.dumps(line) + "\n" for line in lines).encode())

    def milk(self, i):
        asks = ("do you have", "is there any", "please add", "where is the", "I miss the")
        what = ("oat milk", "soy milk", "vegan menu", "vegan cake", "almond milk", "vegan cheese",
                "plant milk")
        return f"{asks[i % 5]} {what[i % 7]} {'today again here please now'.split()[i % 3]}"

    def teach(self, name="milk.addon", *more):
        path = self.posts("milk.jsonl", [(self.milk(i), {"asks_for_vegan": True})
                                         for i in range(self.POSTS)] + [("good morning", None)])
        addon = self.path(name)
        return addon, rows("model", "teach", *more, "--output", addon, path)

    def test_an_intent_of_ones_own(self):
        addon, (about,) = self.teach()
        self.assertEqual([head["name"] for head in about["heads"]], ["asks_for_vegan"])
        self.assertEqual(about["heads"][0]["positives"], self.POSTS)
        self.assertEqual(rows("model", "info", addon), [about])
        self.assertEqual(run("model", "verify", addon).decode().strip(), about["id"])
        with open(addon, "rb") as file:
            whole = bytearray(file.read())
        whole[len(whole) // 2] ^= 1
        run("model", "verify", self.path("damaged.addon", whole), status=1)
        self.assertIn("damaged.addon: section", run.errors)
        run("score", "--addon", self.path("text.addon", b"text"), given=b"", status=3)
        self.assertIn("text.addon: not an add-on file", run.errors)
        given = b"do you have vegan milk here\nthe train was late\n"
        run("score", "--addon", addon, "--addon", addon, status=3)
        self.assertIn("engage: score: an --addon is given twice", run.errors)
        (yes, no) = rows("score", "--lines", "--addon", addon, given=given)
        self.assertIn("asks_for_vegan", yes["labels"])
        self.assertNotIn("asks_for_vegan", no["labels"])
        self.assertEqual(list(yes["intents"])[-1], "asks_for_vegan")
        for plain, row in zip(rows("score", "--lines", given=given), (yes, no)):
            row["intents"].pop("asks_for_vegan")
            row["labels"] = [label for label in row["labels"] if label != "asks_for_vegan"]
            self.assertEqual(row, plain)

    def test_an_addon_on_standard_output(self):
        addon, _ = self.teach()
        with open(addon, "rb") as file:
            whole = file.read()
        posts = self.path("milk.jsonl")
        self.assertEqual(run("model", "teach", "--output", "-", posts), whole)
        self.assertEqual(run("model", "teach", posts), whole)
        for more in ([], ["--output", "-"]):
            ours, theirs = os.openpty()
            os.set_blocking(theirs, False)  # whose writer would wait for a reader
            done = subprocess.run([ENGAGE, "model", "teach", *more, posts], stdout=theirs,
                                  stderr=subprocess.PIPE)
            os.close(ours)
            os.close(theirs)
            self.assertEqual((done.returncode, done.stderr),
                             (2, b"engage: teach: an add-on is no text for a terminal: "
                                 b"--output FILE\n"))

    def test_evidence_of_an_intent_of_ones_own_adds_up(self):
        addon, _ = self.teach()
        text = "do you have vegan milk here"
        (row,) = rows("score", "--explain", "--addon", addon,
                      given=lines_of({"id": "1", "text": text}))
        self.assertEqual(list(row["logits"])[-1], "asks_for_vegan")
        own = [one for one in row["evidence"] if one["for"] == "asks_for_vegan"]
        self.assertEqual(own[0]["rule"], "bias")
        self.assertAlmostEqual(sum(one["contribution"] for one in own),
                               row["logits"]["asks_for_vegan"], delta=1e-4)
        most = max((one for one in own if one["rule"] == "word"),
                   key=lambda one: one["contribution"])
        self.assertIn(text[most["start"]:most["end"]], ("vegan", "milk"))

    def test_corrections_add_up_in_any_order(self):
        addon, _ = self.teach()
        more = [("why is the shop blue", {"question": False}), ("is it", {"question": True})]
        one = self.path("one.addon")
        two = self.path("two.addon")
        (about,) = rows("model", "teach", "--addon", addon, "--output", one,
                        self.posts("a", more))
        self.assertEqual([h["kind"] for h in about["heads"]], ["intent", "correction"])
        self.assertEqual(rows("model", "teach", "--addon", addon, "--output", two,
                              self.posts("b", more[::-1] + more)), [about])
        with open(one, "rb") as a, open(two, "rb") as b:
            self.assertEqual(a.read(), b.read())

    def test_a_promise_and_its_gauge(self):
        addon, _ = self.teach()
        labelled = [(self.milk(i) + " x" * i if i % 2 else f"the train was late {i}",
                     {"asks_for_vegan": bool(i % 2), "needs_reply": True}) for i in range(80)]
        labelled += [(f"what a day {i}", {"needs_reply": False, "asks_for_vegan": False})
                     for i in range(80)]
        path = self.posts("labelled", labelled)
        promise = self.path("promise.addon")
        (about,) = rows("model", "promise", "--addon", addon, "--output", promise, path)
        self.assertEqual([p["label"] for p in about["promises"]],
                         ["asks_for_vegan", "needs_reply"])
        self.assertEqual(about["promises"][0]["asked"], 0.05)
        self.assertLessEqual(about["promises"][0]["expected"], 0.05)
        (row,) = rows("score", "--lines", "--addon", addon, "--addon", promise,
                      given=b"is there any oat milk here\n")
        self.assertEqual([p["label"] for p in row["promises"]], ["asks_for_vegan", "needs_reply"])
        self.assertEqual(row["promises"][1]["given"], row["needs_reply"])
        (drift,) = rows("model", "drift", "--addon", addon, "--addon", promise, path)
        self.assertEqual((drift["posts"], drift["verdict"]), (160, "holds"))
        other = self.posts("other", [("lol \N{FIRE}", None)] * 300)
        (drift,) = rows("model", "drift", "--addon", addon, "--addon", promise, other)
        self.assertEqual(drift["verdict"], "lapsed")
        run("score", "--lines", "--addon", promise, given=b"x\n", status=3)
        self.assertIn("the very add-ons that it was measured with", run.errors)
        run("model", "promise", "--miss", "0.001", path, "--addon", addon, status=3)
        self.assertIn("needed", run.errors)
        run("model", "promise", path, "--addon", addon, "--addon", promise, status=3)
        self.assertIn("promises where it must not", run.errors)

    def test_what_is_wrong_is_told(self):
        few = self.posts("few", [("oat milk", {"vegan": True})])
        run("model", "teach", few, status=3)
        self.assertIn("fewer than 20", run.errors)
        run("model", "teach", self.posts("bad", [("oat milk", {"Not a name": True})]), status=3)
        self.assertIn("bad:1:", run.errors)
        run("model", "teach", self.posts("worse", [("oat milk", {"vegan": 1})]), status=3)
        self.assertIn("worse:1:", run.errors)
        run("model", "promise", self.posts("none", [("oat milk", {})]), status=3)
        self.assertIn("no post with labels", run.errors)
        run("model", "teach", self.path("absent"), status=3)
        run("model", "drift", few, status=2)
        for share in ("0", "1", "5%", "0.", "0.0000001"):
            run("model", "promise", "--miss", share, few, status=2)
        run("score", "--lines", "--addon", self.path("absent"), given=b"x\n", status=3)
        run("score", "--lines", "--addon", few, given=b"x\n", status=3)


class Files(Folder):
    def test_model(self):
        (about,) = rows("model", "info")
        self.assertRegex(about["id"], "^[0-9a-f]{64}$")
        run("model", "verify", self.path("absent"), status=3)
        self.path("bad", b"no model")
        run("model", "verify", self.path("bad"), status=1)
        self.assertIn("bad", run.errors)

    def test_verify_scores_what_a_model_carries_for_it(self):
        def crc32c(raw):
            crc = 0xFFFFFFFF
            for byte in raw:
                crc ^= byte
                for _ in range(8):
                    crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
            return crc ^ 0xFFFFFFFF

        with open(os.path.join(SOURCE, "lib", "data", "models", "de.model"), "rb") as file:
            model = bytearray(file.read())
        whole = self.path("whole.model", bytes(model))
        self.assertRegex(run("model", "verify", whole), b"^[0-9a-f]{64}\n$")
        # Another logit, and all sums anew: the file is whole, but of another library.
        (count,) = struct.unpack_from("<I", model, 16)
        table = 128 + 32 * count
        for at in range(128, table, 32):
            kind, _, offset, length = struct.unpack_from("<IIQQ", model, at)
            if kind == 6:
                model[offset + length - 2] ^= 4
                struct.pack_into("<I", model, at + 28, crc32c(model[offset:offset + length]))
        model[48:112] = hashlib.sha256(model[128:]).hexdigest().encode()
        struct.pack_into("<I", model, 120, 0)
        struct.pack_into("<I", model, 120, crc32c(model[:table]))
        other = self.path("other.model", bytes(model))
        run("model", "info", other)
        run("model", "verify", other, status=1)
        self.assertIn("other.model", run.errors)

    def test_policy(self):
        text = run("policy", "show")
        path = self.path("policy", text)
        self.assertEqual(run("policy", "show", path), text)
        self.assertEqual(run("policy", "check", path), b"")
        self.assertEqual(run("policy", "check", given=text), b"")
        self.assertEqual(run("policy", "show", "-", given=text), text)
        for arguments in (["check"], ["check", "-"], ["show", "-"]):
            run("policy", *arguments, given=b"[stages]\nhold = x\n", status=1)
            self.assertRegex(run.errors, "^<stdin>:2:8: ")
        wanted = b"[product dock]\nnames = Dock Two\n"
        post = self.path("post.jsonl", lines_of({"id": "1", "text": "my Dock Two broke"}))
        (row,) = rows("score", "--catalogue", "-", post, given=wanted)
        self.assertEqual(row["aspects"][0]["target"], "dock")
        run("policy", "check", self.path("absent"), status=3)
        mark = b"\xef\xbb\xbf"
        self.assertEqual(run("policy", "show", "-", given=mark + text.replace(b"\n", b"\r\n")), text)
        run("policy", "check", given=mark + b"nonsense\n", status=1)
        self.assertRegex(run.errors, "^<stdin>:1:1: ")
        (row,) = rows("score", "--catalogue", "-", post, given=mark + wanted)
        self.assertEqual(row["aspects"][0]["target"], "dock")
        broken = self.path("broken", text + b"\nnonsense here\n")
        run("policy", "check", broken, status=1)
        self.assertRegex(run.errors, re.escape(broken) + r":\d+:\d+: ")


if __name__ == "__main__":
    unittest.main()
