# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""The engage command, held against its contract."""

import html.parser
import json
import os
import random
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
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
                          ["funnel", "extra"], ["queue", "--top", "-1"], ["queue", "--top", "x"],
                          ["replies", "--by", "mood"], ["funnel", "--now", "yesterday"],
                          ["funnel", "--now", "0000-12-31T23:59:59Z"],
                          ["track", "--now", "253402300800000"],
                          ["tokens", "--nonsense"], ["valid"], ["valid", "--kind", "x"],
                          ["length", "--platform", "y"], ["length", "--rules", "x9"],
                          ["length", "--platform", "bluesky", "--rules", "x2"],
                          ["score", "--threads", "0"], ["state"], ["state", "x:a", "--all"],
                          ["merge"], ["model", "verify"], ["policy", "show", "a", "b"],
                          ["policy", "tell"], ["model", "nonsense", "x"]):
            with self.subTest(arguments):
                self.assertEqual(run(*arguments, status=2), b"")
                self.assertNotEqual(run.errors, "")

    def test_wrong_options_are_told_by_name(self):
        run("score", "--threads", "257", status=2)
        self.assertRegex(run.errors, "^engage: --threads N: '257' will not do: .*\n$")
        run("score", "--nonsense", status=2)
        self.assertEqual(run.errors, "engage score: unrecognized option '--nonsense'\n"
                                     "engage: see engage score --help\n")

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
        done = subprocess.run([*prefix, REAL, "funnel", "--store", self.store()], env=LOADED,
                              capture_output=True)
        if done.returncode in (126, 127):
            self.skipTest("the program cannot be run by others")
        self.assertEqual(done.returncode, 3)
        self.assertIn(b"reading needs a folder that can be written", done.stderr)

    def test_messages_hold_no_control_characters(self):
        run("tokens", given=b'\x1b[31m\n{"id":"1", \xc2\x9b31m}\n', status=1)
        self.assertRegex(run.errors, r"^<stdin>:1: [ -~]+\n<stdin>:2: [ -~]+\n$")
        run("tokens", self.path("no\nsuch\x1b[2Jfile"), status=3)
        self.assertRegex(run.errors, r"^[ -~]+\n$")

    def test_what_cannot_go_on_is_3(self):
        run("funnel", "--store", self.store("absent.db"), status=3)
        run("funnel", "--store", "nosuch:place", status=3)
        run("tokens", self.path("absent"), status=3)
        run("score", "--lines", "--model", self.path("absent"), status=3)
        run("score", "--lines", "--catalogue", self.path("absent"), status=3)
        wrong = self.path("wrong.catalogue", b"[product a]\nnames = \n")
        run("score", "--lines", "--catalogue", wrong, status=3)
        self.assertIn("wrong.catalogue:2:", run.errors)
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
            signal.signal(number, before)
            while len(os.listdir(self.folder)) < 2:
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
        reader = subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE)
        run("tokens", "--lines", "--output", pipe, given=b"one\n")
        self.assertEqual(len(reader.communicate()[0].splitlines()), 1)
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
                         [("negative", 13, 18, "lexicon:house"),
                          ("negative", 8, 12, "lexicon:our_brand"),
                          ("positive", 13, 18, "lexicon:house"),
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

    def test_random_bytes_give_a_result(self):
        source = random.Random(7)
        given = b"\n".join(source.randbytes(source.randrange(200)).replace(b"\n", b"")
                           for _ in range(2000))
        for command in ("tokens", "entities", "score"):
            output = run(command, "--lines", given=given)
            output.decode("utf-8")
            self.assertEqual(len(output.splitlines()), len(given.split(b"\n")))


def events(count, seed):
    """A stream of made-up events: threads, likes, undone acts, staff answers."""
    source = random.Random(seed)
    posts = []
    own = {f"x:u{number}": [] for number in range(12)}
    for number in range(count):
        actor = f"x:u{source.randrange(12)}"
        at = 1790000000000 + number * 3600000
        event = {"id": f"e{number}", "actor": actor, "time": at}
        kind = source.randrange(10)
        if kind < 5 or not posts:
            event.update(verb="Create", post=f"x:p{number}", text=source.choice((
                "my dock is dead, please help", "have you tried holding power for ten seconds",
                "thank you, that worked", "love this lamp", "how do I reset it", "worst update")))
            if posts and source.random() < 0.6:
                event["in_reply_to"] = source.choice(posts)
            if source.random() < 0.2:
                event.update(role="staff", actor="x:brand", text="Sorry about that. DM us?")
            posts.append(event["post"])
        elif kind < 8:
            event.update(verb="Like", object=source.choice(posts))
        elif kind < 9 or not own[actor]:
            event.update(verb="View", object="web:page")
        else:
            event.update(verb="Undo", target=source.choice(own[actor]))
        if event["actor"] == actor:
            own[actor].append(event["id"])
        yield event


CLASSES = {1: "view listen watch click follow download join",
           2: "like save flag share rate comment care review quote",
           3: "post question media suggestion article",
           4: "help invite organise cocreate", 5: "thanked backed"}
CLASS_OF = {kind: number for number, kinds in CLASSES.items() for kind in kinds.split()}
STAGES = ["none", "consumption", "curation", "creation", "collaboration"]


def measured(facts, stage):
    """Each gate of a stage, counted from the facts that an explanation lists."""
    def acts(low, high=4):
        return [fact for fact in facts if low <= CLASS_OF.get(fact["kind"], 9) <= high]

    def days(some):
        return len({fact["time"][:10] for fact in some if fact["count"]})

    def distinct(some, part):
        return min(16, len({fact[part] for fact in some if fact[part] is not None}))

    def count(some):
        return sum(fact["count"] for fact in some)

    return {"acts": count(acts(stage)), "days": days(acts(stage)),
            "objects": distinct(acts(2), "object"), "texts": distinct(acts(3), "content"),
            "active_days": days(acts(1)), "people": distinct(acts(4), "person"),
            "acknowledgers": distinct(acts(5, 5), "person"),
            "acknowledged_days": days(acts(5, 5)), "acknowledgements": count(acts(5, 5)),
            "curation": count(acts(2, 2)), "creation": count(acts(3, 3))}


REPORTS = (("state", "--all"), ("funnel", "--json"), ("queue", "--json"), ("replies", "--json"))


class Tracking(Folder):
    def reports(self, store):
        return [run(*report, "--store", store) for report in REPORTS]

    def test_demo_stream(self):
        store = self.store()
        (counts,) = rows("track", "--json", "--store", store, DEMO)
        self.assertEqual(list(counts), ["read", "applied", "duplicate", "conflict", "late",
                                        "refused", "opened", "closed", "transitions"])
        with open(DEMO, "rb") as file:
            ids = [json.loads(line)["id"] for line in file]
        self.assertEqual(counts["read"], len(ids))
        self.assertEqual(counts["applied"], len(set(ids)))
        self.assertEqual(counts["duplicate"], len(ids) - len(set(ids)))
        (funnel,) = rows("funnel", "--json", "--store", store)
        self.assertEqual(list(funnel), ["brand", "now", "customers", "stages", "trial", "buyer",
                                        "advocate", "detractor"])
        self.assertEqual([stage["stage"] for stage in funnel["stages"]],
                         ["consumption", "curation", "creation", "collaboration"])
        for stage in funnel["stages"]:
            self.assertEqual(list(stage), ["stage", "touched", "sustained", "conversion",
                                           "median_days"])
        touched = [stage["touched"] for stage in funnel["stages"]]
        self.assertEqual(touched, sorted(touched, reverse=True))
        self.assertGreaterEqual(funnel["stages"][2]["sustained"], 5)
        (customer,) = rows("customer", "x:maya_k", "--json", "--explain", "--store", store)
        self.assertEqual(list(customer), ["id", "brand", "accounts", "stage", "since",
                                          "valid_until", "score", "presence", "outcome",
                                          "standing", "gates", "transitions", "likes", "dislikes",
                                          "open", "facts", "identities", "survey", "inferred_trial",
                                          "inferred_purchase"])
        self.assertEqual(customer["stage"], "collaboration")
        queue = rows("queue", "--json", "--store", store)
        self.assertGreater(len(queue), 5)
        for row in queue:
            self.assertEqual(list(row), ["id", "brand", "customers", "posts", "intents",
                                         "priority", "band", "parts", "department", "opened",
                                         "due", "missed", "state"])
            self.assertAlmostEqual(row["priority"],
                                   min(100, sum(part["points"] for part in row["parts"])))
        order = [(-row["priority"], row["opened"], row["id"]) for row in queue]
        self.assertEqual(order, sorted(order))
        self.assertEqual(rows("queue", "--json", "--top", "3", "--store", store), queue[:3])
        for row in rows("queue", "--json", "--explain", "--store", store):
            receipt = row["receipt"]
            self.assertEqual(list(receipt), ["policy", "policy_id", "events"])
            self.assertEqual([event["post"] for event in receipt["events"]][0], row["posts"][0])
            self.assertEqual(list(receipt["events"][0]), ["post", "actor", "event", "model"])
        (replies,) = rows("replies", "--json", "--store", store)
        self.assertEqual(list(replies), ["brand", "episodes", "answered", "first_response",
                                         "bot_first_response", "reply_rate_24h",
                                         "negative_never_answered", "recovered", "clamped", "by"])
        for group in ("intent", "platform", "product", "department", "month"):
            (replies,) = rows("replies", "--json", "--by", group, "--store", store)
            self.assertIsInstance(replies["by"], dict)
        for table in ("funnel", "queue", "replies"):
            self.assertNotEqual(run(table, "--store", store), b"")
        self.assertIn(b"maya_k", run("customer", "x:maya_k", "--store", store))

    def test_an_explanation_recomputes_the_decision(self):
        checked = 0
        for stream in ([DEMO], None):
            store = self.store(f"{stream is None}.db")
            if stream is None:
                run("track", "--store", store, given=lines_of(*events(600, 21)))
            else:
                run("track", "--store", store, *stream)
            accounts = {row["account"] for row in rows("state", "--all", "--store", store)}
            for account in sorted(accounts):
                for row in rows("customer", account, "--json", "--explain", "--store", store):
                    earned = 0
                    for stage in range(1, 5):
                        gates = [gate for gate in row["gates"] if gate["stage"] == STAGES[stage]]
                        for gate in gates:
                            self.assertEqual(gate["passed"], gate["value"] >= gate["threshold"])
                            if stage > 1:
                                self.assertEqual(gate["value"],
                                                 measured(row["facts"], stage)[gate["gate"]],
                                                 (row["id"], gate))
                                checked += 1
                        if earned == stage - 1 and all(gate["passed"] for gate in gates):
                            earned = stage
                    self.assertGreaterEqual(STAGES.index(row["stage"]), earned)
                    self.assertEqual(row["stage"], row["transitions"][-1]["to"])
                    self.assertEqual(row["since"], row["transitions"][-1]["at"])
                    if row["valid_until"] is not None:
                        (later,) = rows("customer", account, "--json", "--now",
                                        row["valid_until"], "--store", store)
                        self.assertLess(STAGES.index(later["stage"]), STAGES.index(row["stage"]))
        self.assertGreater(checked, 500)

    def test_tastes(self):
        store = self.store()
        catalogue = os.path.join(SOURCE, "examples", "ohmbrook.catalogue")
        run("track", "--store", store, DEMO)

        def targets(name, *options):
            (row,) = rows("customer", "mastodon:iris_v", "--json", "--store", store, *options)
            for one in row[name]:
                self.assertEqual(list(one), ["target", "posts"])
            return {one["target"] for one in row[name]}

        self.assertIn("glow", targets("likes", "--catalogue", catalogue))
        self.assertNotIn("glow", targets("likes"))
        self.assertNotIn("glow", targets("likes", "--catalogue", catalogue, "--now",
                                         "2026-10-06T00:00:00Z"))
        self.assertEqual(targets("dislikes", "--catalogue", catalogue), set())
        self.assertIn(b"likes     glow", run("customer", "mastodon:iris_v", "--catalogue",
                                             catalogue, "--store", store))

    def test_people(self):
        store = self.store()
        run("track", "--store", store, DEMO)
        for row in rows("people", "--json", "--store", store):
            self.assertEqual(list(row), ["brand", "customer", "standing", "advocacy", "detraction",
                                         "wilson_low", "reach", "since"])
        self.assertIn("mastodon:iris_v", [row["customer"] for row in
                                          rows("people", "--json", "--store", store)
                                          if row["standing"] in ("advocate", "ambassador")])
        self.assertIn(b"reach", run("people", "--store", store))
        self.assertEqual(rows("people", "--staff", "--json", "--store", store), [])
        on = self.path("on.policy", b"[staff]\nfigures = 1\nwindow = 60\n")
        staff = rows("people", "--staff", "--json", "--policy", on, "--store", store)
        self.assertEqual({row["agent"] for row in staff}, {"dana", "felix", "ama"})
        self.assertIn(b"felix", run("people", "--staff", "--policy", on, "--store", store))
        (funnel,) = rows("funnel", "--by", "month", "--json", "--store", store)
        self.assertEqual(list(funnel["by"]), ["2026-09", "2026-10", "2026-11"])
        self.assertEqual(sum(month["new"] for month in funnel["by"].values()), funnel["customers"])
        self.assertIn(b"2026-10", run("funnel", "--by", "month", "--store", store))
        run("funnel", "--by", "intent", "--store", store, status=2)

    def test_decisions(self):
        store = self.store()
        run("track", "--store", store, DEMO)

        def maya():
            (row,) = rows("customer", "x:maya_k", "--json", "--store", store)
            return row

        before = maya()
        (done,) = rows("hold", "x:maya_k", "curation", "--json", "--store", store)
        self.assertEqual(list(done), ["id", "brand", "decision", "account", "customer", "value",
                                      "by", "time"])
        self.assertEqual(maya()["stage"], "curation")
        self.assertIn(b"release x:maya_k", run("release", "x:maya_k", "--store", store))
        self.assertEqual(maya()["stage"], before["stage"])
        run("suspend", "x:maya_k", "--store", store)
        self.assertEqual(maya()["stage"], "creation")
        run("reinstate", "x:maya_k", "--store", store)
        run("link", "x:maya_k", "x:rob_quiet", "--store", store)
        self.assertIn("x:rob_quiet", maya()["accounts"])
        run("unlink", "x:maya_k", "--store", store)
        self.assertEqual(maya()["accounts"], before["accounts"])
        self.assertEqual(len(rows("object", "x:maya_k", "--json", "--store", store)),
                         len(before["accounts"]))
        run("customer", "mastodon:maya_k", "--store", store, status=1)
        run("resume", "x:maya_k", "--store", store)
        self.assertEqual({name: maya()[name] for name in ("stage", "score", "standing")},
                         {name: before[name] for name in ("stage", "score", "standing")})
        first = rows("queue", "--json", "--store", store)[0]["id"]
        for command, state in (("claim", "claimed"), ("dismiss", "dismissed"),
                               ("resolve", "resolved")):
            (row,) = rows(command, first, "--json", "--store", store)
            self.assertEqual((row["id"], row["state"]), (first, state))
        self.assertNotIn(first, [row["id"] for row in rows("queue", "--json", "--store", store)])
        run("hold", "x:nobody", "creation", "--store", store, status=1)
        run("hold", "x:maya_k", "stardom", "--store", store, status=2)

    def test_zone(self):
        policy = self.path("zone.policy",
                           b"[hours]\nmonday = 09:00-17:00\nzone = Europe/Berlin\n"
                           b"[hours acme]\nzone = Asia/Kolkata\n[stages]\nhold = x\n")
        run("policy", "check", policy, status=1)
        if "no such time zone" in run.errors:
            self.skipTest("the system has no time zones")
        self.assertIn(":7:8: ", run.errors)
        policy = self.path("zone.policy", b"[hours]\nmonday = 09:00-17:00\nzone = Europe/Berlin\n"
                                          b"[hours acme]\nzone = Asia/Kolkata\n")
        shown = run("policy", "show", policy)
        self.assertIn(b"\noffset = 2026-03-29T01:00:00.000Z +02:00\n"
                      b"offset = 2026-10-25T01:00:00.000Z +01:00\n", shown)
        self.assertIn(b"[hours acme]\noffset = 2000-01-01T00:00:00.000Z +05:30\n", shown)
        for name in (b"Nowhere/Else", b"Europe", b"tzdata.zi", b".", b"../zoneinfo/UTC", b""):
            run("policy", "check", given=b"[hours]\nzone = " + name + b"\n", status=1)
            self.assertRegex(run.errors, "^<stdin>:2:[78]: ")

    def test_duties(self):
        store = self.store()
        run("track", "--store", store, DEMO)
        held = rows("export", "x:maya_k", "--store", store)
        self.assertEqual(held[0]["id"], rows("customer", "x:maya_k", "--json", "--store",
                                             store)[0]["id"])
        self.assertTrue({"customer", "transition", "account", "event", "fact"} <=
                        {row.get("what") for row in held})
        (whole,) = rows("check", "--json", "--store", store)
        self.assertEqual(list(whole), ["accounts", "facts", "damaged"])
        self.assertEqual(whole["damaged"], 0)
        texts = rows("retain", "--texts", "0", "--json", "--store", store)
        self.assertEqual([list(row) for row in texts], [["brand", "texts"]] * len(texts))
        self.assertGreater(sum(row["texts"] for row in texts), 0)
        self.assertIn(b"texts: 0", run("retain", "--texts", "0", "--store", store))
        (done,) = rows("forget", "x:maya_k", "--json", "--store", store)
        self.assertEqual(list(done), ["brand", "customer", "accounts", "events", "left", "left_as",
                                      "objections_kept", "until"])
        for command in ("customer", "export", "forget"):
            run(command, "x:maya_k", "--store", store, status=1)
        path = store[len("sqlite:"):]
        for name in (path, path + "-wal"):
            if os.path.exists(name):
                with open(name, "rb") as file:
                    self.assertNotIn(b"maya", file.read())
        run("track", "--store", store, DEMO, status=1)
        run("customer", "x:maya_k", "--store", store, status=1)
        (dropped,) = rows("compact", "--now", "2040-01-01T00:00:00Z", "--json", "--store", store)
        self.assertEqual(list(dropped), ["floor", "states", "facts"])
        self.assertGreater(dropped["facts"], 0)
        run("funnel", "--now", "2030-01-01T00:00:00Z", "--store", store, status=3)
        self.assertIn(b"damaged: 0", run("check", "--store", store))
        run("retain", "--texts", "-1", "--store", store, status=2)
        run("link", "x:rob_quiet", "mastodon:iris_v", "--store", store, status=2)
        run("link", "x:rob_quiet", "mastodon:iris_v", "--reason", "both names are on the receipt",
            "--store", store)

    def test_whatif(self):
        store = self.store()
        old = self.path("old.policy", b"[curation]\nacts = 4\n")
        new = self.path("new.policy", b"[curation]\nacts = 2\n[priority]\nmissed_hours = 12\n")
        run("track", "--store", store, "--policy", old, DEMO)
        self.assertEqual(rows("whatif", "--policy", old, "--json", "--store", store), [])
        lines = rows("whatif", "--policy", new, "--json", "--store", store)
        for line in lines:
            self.assertEqual(list(line), ["brand", "what", "id", "before", "after"])
            self.assertNotEqual(line["before"], line["after"])
        self.assertTrue({"curation", "missed"} <= {line["what"] for line in lines})
        other = self.store("other.db")
        run("track", "--store", other, "--policy", new, DEMO)

        def stages(store, policy):
            return {line["id"]: rows("customer", line["id"], "--json", "--policy", policy,
                                     "--store", store)[0]["stage"]
                    for line in lines if line["what"] == "stage"}

        self.assertEqual({line["id"]: line["after"] for line in lines if line["what"] == "stage"},
                         stages(other, new))
        self.assertEqual({line["id"]: line["before"] for line in lines if line["what"] == "stage"},
                         stages(store, old))
        self.assertIn(b"before", run("whatif", "--policy", new, "--store", store))
        run("whatif", "--store", store, status=2)

    def test_top_none_is_none(self):
        store = self.store()
        run("track", "--store", store, DEMO)
        for command in ("queue", "people"):
            self.assertEqual(run(command, "--top", "0", "--json", "--store", store), b"")
            self.assertEqual(len(rows(command, "--top", "1", "--json", "--store", store)), 1)

    def test_numbers_of_events(self):
        event = b'{"id":"%d","verb":"View","actor":"x:a","time":%s,"followers":%s,"n":%s}\n'
        given = b"".join(event % (i, *numbers) for i, numbers in enumerate([
            (b"1", b"2", b"18446744073709551616"), (b"1.0", b"1e3", b"0"), (b"1e12", b"7", b"0"),
            (b"1.5", b"2", b"0"), (b"1", b"2.5", b"0"), (b"1", b"18446744073709551616", b"0"),
            (b"1e300", b"2", b"0")]))
        (counts,) = rows("track", "--json", "--store", self.store(), given=given, status=1)
        self.assertEqual((counts["applied"], counts["refused"]), (3, 4))
        self.assertEqual([line.split(":")[1] for line in run.errors.splitlines()],
                         ["4", "5", "6", "7"])

    def test_report_is_a_page_of_its_own(self):
        class Page(html.parser.HTMLParser):
            def __init__(self):
                super().__init__()
                self.open, self.tags, self.words = [], set(), []

            def handle_starttag(self, tag, attributes):
                self.tags.add(tag)
                if tag != "meta":
                    self.open.append(tag)

            def handle_endtag(self, tag):
                assert self.open.pop() == tag

            def handle_data(self, data):
                self.words.append(data)

        def read(*arguments):
            page = Page()
            page.feed(run("report", *arguments).decode())
            self.assertEqual(page.open, [])
            self.assertLessEqual(page.tags, set("html head meta title style body h1 h2 p section "
                                                "table thead tbody tr th td".split()))
            return page.words

        store = self.store()
        evil = "x:<script>&\"'</td>\u202e"
        event = {"id": "1", "verb": "Create", "actor": evil, "brand": "</h1><b>&amp;", "post": "x:p",
                 "time": "2026-11-20T10:00:00Z", "text": "charged twice and nobody answers"}
        run("track", "--store", store, DEMO)
        run("track", "--store", store, given=lines_of(event))
        words = read("--store", store)
        self.assertIn(evil, words)
        self.assertIn("</h1><b>&amp;", words)
        self.assertTrue({"x:walt_r", "mastodon", "complaint", "mastodon:iris_v"} <= set(words))
        own = read("--store", store, "--brand", event["brand"])
        self.assertIn("Customer engagement: </h1><b>&amp;", ["".join(own[i:i + 2])
                                                             for i in range(len(own))] + own)
        self.assertNotIn("x:walt_r", own)
        self.assertEqual(read("--store", store, "--brand", "none").count("Nothing yet."), 5)
        path = self.path("report.html")
        self.assertEqual(run("report", "--store", store, "--output", path), b"")
        with open(path, "rb") as file:
            self.assertEqual(file.read(), run("report", "--store", store))
        run("report", "--store", self.store("absent.db"), "--output", path, status=3)
        run("report", "--store", store, "extra", status=2)

    def test_formats_of_platforms(self):
        store = self.store()
        with open(os.path.join(SOURCE, "tests", "spec", "feeds.txt"), "rb") as file:
            cases = [json.loads(line) for line in file if not line.startswith(b"#")]
        for form in ("x-v2", "mastodon", "bluesky", "activitystreams"):
            own = [case for case in cases if case["format"] == form]
            refused = sum(isinstance(case["event"], str) for case in own)
            (counts,) = rows("track", "--format", form, "--brand", "acme", "--json", "--store",
                             store, given=lines_of(*(case["given"] for case in own)),
                             status=1 if refused else 0)
            self.assertEqual((counts["read"], counts["refused"]), (len(own), refused))
            self.assertGreater(counts["applied"], 2)  # some cases share an id
        accounts = {row["account"] for row in rows("state", "--all", "--brand", "acme", "--store",
                                                   store)}
        self.assertLessEqual({"x:42", "mastodon:23634", "bluesky:did:plc:abc",
                              "activitystreams:https://example.social/users/noa"}, accounts)
        self.assertIn("mastodon", rows("replies", "--by", "platform", "--json", "--store",
                                       store)[0]["by"])
        run("track", "--format", "x", "--store", store, status=2)

    def test_people_see_no_control_characters(self):
        event = {"id": "\x9be", "verb": "View", "actor": "x:\x9b2J", "brand": "b\x85", "time": 1}
        store = self.store()
        run("track", "--store", store, given=lines_of(event))
        for arguments in (["customer", "x:\x9b2J"], ["funnel"], ["hold", "x:\x9b2J", "creation"],
                          ["people"], ["forget", "x:\x9b2J"]):
            seen = run(*arguments, "--store", store).decode()
            self.assertRegex(seen, r"^[ -~\n]+$")

    def test_memory_store(self):
        (counts,) = rows("track", "--json", "--store", "memory:", DEMO)
        self.assertGreater(counts["applied"], 200)

    def test_unknown_customer_and_brand(self):
        store = self.store()
        run("track", "--store", store, given=lines_of(*events(5, 1)))
        self.assertEqual(run("customer", "x:nobody", "--store", store, status=1), b"")
        self.assertEqual(rows("queue", "--json", "--brand", "other", "--store", store), [])

    def test_order_duplicates_and_batches_do_not_show(self):
        stream = list(events(1500, 3))
        first = self.store("first.db")
        run("track", "--store", first, given=lines_of(*stream))
        expected = self.reports(first)
        for seed in range(3):
            mixed = stream + random.Random(seed).sample(stream, 300)
            random.Random(seed).shuffle(mixed)
            store = self.store(f"mixed{seed}.db")
            cut = len(mixed) // 3
            for part in (mixed[:cut], mixed[cut:]):
                run("track", "--store", store, given=lines_of(*part))
            self.assertEqual(self.reports(store), expected)
        again = rows("track", "--json", "--store", first, given=lines_of(*stream))[0]
        self.assertEqual((again["applied"], again["duplicate"], again["transitions"]),
                         (0, len(stream), 0))
        self.assertEqual(self.reports(first), expected)

    def test_conversations_of_others(self):
        path = os.path.join(SHARED, "data", "threads", "ibm_dev.tsv")
        tool = os.path.join(SHARED, "tools", "ibm2events.py")
        if not os.path.exists(path):
            self.skipTest(f"there is no {path}")
        stream = subprocess.run([sys.executable, tool, path], check=True,
                                capture_output=True).stdout
        store = self.store()
        (counts,) = rows("track", "--json", "--store", store, given=stream)
        self.assertEqual((counts["applied"], counts["duplicate"]), (1205, 0))
        expected = self.reports(store)
        self.assertEqual(len(rows("funnel", "--json", "--store", store)), 24)
        (counts,) = rows("track", "--json", "--store", store, given=stream)
        self.assertEqual((counts["applied"], counts["duplicate"]), (0, 1205))
        self.assertEqual(self.reports(store), expected)
        lines = stream.splitlines(keepends=True)
        random.Random(5).shuffle(lines)
        other = self.store("shuffled.db")
        run("track", "--store", other, given=b"".join(lines))
        self.assertEqual(self.reports(other), expected)

    def test_refused_events_are_told(self):
        path = self.path("in.jsonl", b'{"id":"e1","verb":"View","actor":"x:a","time":1}\n'
                         b'{"id":"e2","verb":"View","actor":"x:a"}\nnonsense\n'
                         b'{"id":"e3","verb":"View","actor":"a","time":"never"}\n\n'
                         b'{"id":"e4","verb":"View","actor":"x:a","time":2}\n')
        (counts,) = rows("track", "--json", "--store", self.store(), path, status=1)
        self.assertEqual((counts["read"], counts["applied"], counts["refused"]), (5, 2, 3))
        self.assertEqual([line.split(": ")[0] for line in run.errors.splitlines()],
                         [f"{path}:{n}" for n in (2, 3, 4)])

    def test_lines_of_white_space_are_passed_over(self):
        event = lines_of({"id": "1", "verb": "View", "actor": "x:a", "time": 1})
        (counts,) = rows("track", "--store", self.store(), "--json", given=b"\r\n \t\n\n" + event)
        self.assertEqual((counts["read"], counts["applied"], counts["refused"]), (1, 1, 0))
        for command in ("tokens", "score"):
            given = b"\n\r\n" + lines_of({"id": "a", "text": "hi"})
            self.assertEqual([row["id"] for row in rows(command, given=given)], ["a"])
            self.assertEqual(len(rows(command, "--lines", given=b"\n \nhi\n")), 3)

    def test_the_future_is_refused_where_now_is_given(self):
        day = 86400000
        given = lines_of(*({"id": f"e{i}", "verb": "View", "actor": "x:a", "time": t}
                           for i, t in enumerate((0, day, day + 1))))
        (counts,) = rows("track", "--json", "--now", "1970-01-01T00:00:00Z", "--store",
                         self.store(), given=given, status=1)
        self.assertEqual((counts["read"], counts["applied"], counts["refused"]), (3, 2, 1))
        self.assertRegex(run.errors, r"^<stdin>:3: ")

    def test_states_add_up_elsewhere(self):
        stream = list(events(400, 9))
        whole = self.store("whole.db")
        run("track", "--store", whole, given=lines_of(*stream))
        lines = run("state", "--all", "--store", whole)
        for line in lines.splitlines():
            row = json.loads(line)
            self.assertEqual(list(row), ["batch", "brand", "account", "state", "open_undo"])
            self.assertRegex(row["batch"] + row["state"], "^[0-9a-f]+$")
            one = run("state", row["account"], "--store", whole)
            self.assertEqual(one, line + b"\n")
        path = self.path("states.jsonl", lines)
        other = self.store("other.db")
        (counts,) = rows("merge", "--json", "--store", other, path)
        count = len(lines.splitlines())
        self.assertEqual(counts, {"read": count, "merged": count, "repeated": 0, "refused": 0})
        (counts,) = rows("merge", "--json", "--store", other, path)
        self.assertEqual(counts, {"read": count, "merged": 0, "repeated": count, "refused": 0})

        def stages(store):
            return [(row["id"], row["stage"], row["score"])
                    for account in sorted({json.loads(line)["account"]
                                           for line in lines.splitlines()})
                    for row in rows("customer", account, "--json", "--now",
                                    "2026-12-01T00:00:00Z", "--store", store)]

        self.assertEqual(stages(other), stages(whole))
        self.path("bad.jsonl", b"nonsense\n" + lines.replace(b'"state":"', b'"state":"ff', 1))
        bad = self.store("bad.db")
        (counts,) = rows("merge", "--json", "--store", bad, self.path("bad.jsonl"), status=1)
        self.assertEqual((counts["refused"], counts["merged"]), (2, count - 1))

    def test_killed_at_any_moment(self):
        stream = lines_of(*events(6000, 11))
        path = self.path("in.jsonl", stream)
        calm = self.store("calm.db")
        begun = time.monotonic()
        run("track", "--store", calm, path)
        spent = time.monotonic() - begun
        expected = self.reports(calm)
        source = random.Random(13)
        for attempt in range(int(os.environ.get("ENGAGE_TEST_ROUNDS", "4"))):
            store = self.store(f"killed{attempt}.db")
            for _ in range(3):
                child = subprocess.Popen([ENGAGE, "track", "--store", store, path],
                                         stdout=subprocess.DEVNULL)
                time.sleep(source.random() * spent)
                child.send_signal(signal.SIGKILL)
                child.wait()
            run("track", "--store", store, path)
            self.assertEqual(self.reports(store), expected)


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
        given = b"do you have vegan milk here\nthe train was late\n"
        (yes, no) = rows("score", "--lines", "--addon", addon, given=given)
        self.assertIn("asks_for_vegan", yes["labels"])
        self.assertNotIn("asks_for_vegan", no["labels"])
        self.assertEqual(list(yes["intents"])[-1], "asks_for_vegan")
        for plain, row in zip(rows("score", "--lines", given=given), (yes, no)):
            row["intents"].pop("asks_for_vegan")
            row["labels"] = [label for label in row["labels"] if label != "asks_for_vegan"]
            self.assertEqual(row, plain)

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
        run("model", "promise", "--miss", "0.001", path, "--addon", addon, status=3)
        self.assertIn("needed", run.errors)

    def test_what_is_wrong_is_told(self):
        few = self.posts("few", [("oat milk", {"vegan": True})])
        run("model", "teach", few, status=3)
        self.assertIn("fewer than 20", run.errors)
        run("model", "teach", self.posts("bad", [("oat milk", {"Not a name": True})]), status=3)
        self.assertIn("bad:1:", run.errors)
        run("model", "teach", self.posts("worse", [("oat milk", {"vegan": 1})]), status=3)
        self.assertIn("worse:1:", run.errors)
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
