# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
import copy
import ctypes
import gc
import json
import os
import pathlib
import pickle
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from datetime import datetime, timedelta, timezone

import engage

try:
    import sqlite3
except ImportError:  # a Python may come without
    sqlite3 = None


def post(number, text, **more):
    event = {"id": f"e{number}", "verb": "Create", "actor": "x:ann", "post": f"x:p{number}",
             "time": f"2026-11-{number:02d}T10:00:00Z", "text": text}
    event.update(more)
    return event


# Posts of each label, some angry; of the positive ones some may be ironic.
POSTS = ("I love my new dock", "Great, another delay. Thanks a lot, Kestrel Air.", "",
         "Nice job charging me twice", "the parcel came on Monday", "thieves, this is a scandal!!",
         b"\xff\xfe bytes", "\ud800 half a pair")


def signals_of_c(texts):
    """What the functions of C say of texts, in millionths: irony, anger and confidence of each."""
    c = ctypes.CDLL(os.path.join(os.environ["ENGAGE_BUILDDIR"], "lib/.libs/libengage.so"))
    c.engage_analyzer_free.argtypes = [ctypes.c_void_p]
    c.engage_analyzer_run.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t,
                                      ctypes.c_void_p]
    c.engage_analysis_signal.argtypes = [ctypes.c_void_p, ctypes.c_int]
    c.engage_analysis_confidence.argtypes = [ctypes.c_void_p]
    analyzer, analysis = ctypes.c_void_p(), ctypes.c_void_p()
    if c.engage_analyzer_new(ctypes.byref(analyzer), None) != 0:
        raise MemoryError
    for text in texts:
        c.engage_analyzer_run(analyzer, text, len(text), ctypes.byref(analysis))
        yield (c.engage_analysis_signal(analysis, 0), c.engage_analysis_signal(analysis, 1),
               c.engage_analysis_confidence(analysis))
    c.engage_analyzer_free(analyzer)


def bytes_in_use():
    """What malloc has given out in this process; None where only other C libraries tell."""
    class Told(ctypes.Structure):  # struct mallinfo2
        _fields_ = [(name, ctypes.c_size_t) for name in (
            "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks",
            "fordblks", "keepcost")]
    tell = getattr(ctypes.CDLL(None), "mallinfo2", None)
    if tell is None:
        return None
    tell.restype = Told
    told = tell()
    return told.uordblks + told.hblkhd


# Makes three interpreters, one after another, each of which uses a module of its own.
INTERPRETERS = """
import sys
try:
    import _interpreters as interpreters  # of Python 3.13
except ImportError:
    import _xxsubinterpreters as interpreters
for _ in range(3):
    other = interpreters.create()  # since 3.12 with a lock of its own
    failed = interpreters.run_string(other, f"import sys; sys.path[:] = {sys.path!r}" '''
before = set(sys.modules)
import engage
assert "datetime" not in sys.modules.keys() - before  # of which not each may have one
with engage.Tracker() as tracker:
    try:
        tracker.customer("x:nobody")
    except engage.Error:
        pass
assert engage.analyze("hello")["labels"] == []
print("done", flush=True)
''')
    assert failed is None, failed
    interpreters.destroy(other)
import engage
try:
    engage.Tracker().customer("x:nobody")
except engage.Error:
    pass
"""


class TokenizerTest(unittest.TestCase):
    def test_offsets_index_the_string(self):
        text = "Hi @jo 👍🏽 é!"
        tokens = engage.Tokenizer().tokens(text)
        self.assertEqual([t["kind"] for t in tokens],
                         ["word", "mention", "emoji", "word", "punct"])
        for token in tokens:
            self.assertEqual(text[token["start"]:token["end"]], token["text"])

    def test_wrong_calls(self):
        tokenizer = engage.Tokenizer()
        with self.assertRaises(ValueError):
            tokenizer.tokens("x", offsets="words")
        with self.assertRaises(TypeError):
            tokenizer.tokens(3)
        with self.assertRaises(engage.Error) as caught:
            tokenizer.tokens("x" * 100000)
        self.assertEqual(caught.exception.name, "ENGAGE_ELIMIT")
        self.assertLess(caught.exception.code, 0)
        self.assertEqual(caught.exception.rows, [])


class AnalyzerTest(unittest.TestCase):
    def test_says_what_a_post_says(self):
        result = engage.Analyzer().analyze("I love my new dock, best thing I bought this year")
        self.assertEqual(result["sentiment"]["label"], "positive")
        self.assertEqual(len(result["intents"]), 15)
        self.assertNotIn("evidence", result)

    def test_explains(self):
        result = engage.Analyzer(explain=True).analyze("terrible service")
        heads = {row["for"] for row in result["evidence"]}
        self.assertIn("negative", heads)

    def test_signals_go_with_the_analysis(self):
        analyzer = engage.Analyzer()
        labels = set()
        for text in POSTS:
            with self.subTest(text):
                sentiment, signals = analyzer.analyze(text)["sentiment"], analyzer.signals(text)
                self.assertEqual(list(signals), ["irony", "anger", "confidence"])
                for share in signals.values():
                    self.assertTrue(0 <= share <= 1)
                label = sentiment["label"]
                labels.add(label)
                self.assertLessEqual(signals["confidence"], sentiment[label])
                if label != "positive":  # irony leaves the others as they are
                    self.assertEqual(signals["confidence"], sentiment[label])
        self.assertEqual(len(labels), 3)
        self.assertGreater(analyzer.signals("thieves, this is a scandal!!")["anger"],
                           analyzer.signals("I love my new dock")["anger"])

    @unittest.skipIf("ENGAGE_BUILDDIR" not in os.environ, "not beside the library's build")
    def test_signals_are_those_of_c(self):
        texts = [text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
                 for text in POSTS]
        analyzer = engage.Analyzer()
        for text, told in zip(texts, signals_of_c(texts), strict=True):
            self.assertEqual([round(share * 1e6) for share in analyzer.signals(text).values()],
                             list(told), text)

    def test_signals_of_what_is_no_post(self):
        analyzer = engage.Analyzer()
        for wrong in (None, 3, ["a"]):
            with self.assertRaises(TypeError):
                analyzer.signals(wrong)
        with self.assertRaises(engage.Error) as caught:
            analyzer.signals("x" * 100000)
        self.assertEqual(caught.exception.name, "ENGAGE_ELIMIT")
        self.assertEqual(analyzer.signals("so it goes"), engage.Analyzer().signals("so it goes"))

    @unittest.skipIf("ENGAGE_SRCDIR" not in os.environ, "without the sources no careful model")
    def test_a_cascade_asks_where_there_is_doubt(self):
        careful = os.path.join(os.environ["ENGAGE_SRCDIR"], "lib/data/models/careful.model")
        ways = (engage.Analyzer(), engage.Analyzer(careful, cascade=True), engage.Analyzer(careful))
        doubtful = "The food was good and the service was bad"
        for text, asked in (("I love it", False), (doubtful, True)):
            plain, cascade, both = (way.analyze(text)["sentiment"] for way in ways)
            self.assertNotEqual(plain, both)
            self.assertEqual(cascade, both if asked else plain)

    def test_bytes_and_lone_surrogates(self):
        analyzer = engage.Analyzer()
        analyzer.analyze(b"\xff\xfe bytes")
        analyzer.analyze("\ud800 half a pair")
        text = "\ud83d half \udc4d a \U0001f44d pair"
        for token in engage.tokenize(text):
            cut = text[token["start"]:token["end"]]
            self.assertEqual(token["text"], cut.encode("utf-16-le", "surrogatepass")
                             .decode("utf-16-le", "replace"))

    def test_lone_surrogates_in_events(self):
        event = {"id": "e1", "verb": "Create", "actor": "x:a", "post": "x:p1",
                 "time": "2026-11-20T10:00:00Z", "text": "half \ud83d of it"}
        with engage.Tracker("memory:") as tracker:
            tracker.apply([event, json.dumps({**event, "id": "e2", "post": "x:p2"},
                                             ensure_ascii=False)])
            texts = [row["text"] for row in tracker.export("x:a") if row.get("text")]
            self.assertEqual(texts, ["half \ufffd of it"] * 2)

    def test_functions_of_the_module(self):
        text = "worst support ever \N{CRYING FACE}"
        self.assertEqual(engage.analyze(text), engage.Analyzer().analyze(text))
        self.assertEqual(engage.tokenize(text, "bytes"), engage.Tokenizer().tokens(text, "bytes"))
        with self.assertRaises(TypeError):
            engage.analyze(None)
        found = []
        threads = [threading.Thread(target=lambda: found.append(engage.analyze(text)))
                   for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(found, [engage.analyze(text)] * 4)

    def test_lexicons(self):
        plain = engage.Analyzer().analyze("the new dock slaps")["sentiment"]
        analyzer = engage.Analyzer(explain=True, lexicons={"house": "slaps\t3.5\n", "b": b""})
        result = analyzer.analyze("the new dock slaps")
        self.assertGreater(result["sentiment"]["valence"], plain["valence"])
        self.assertEqual({(row["for"], row["start"], row["end"]) for row in result["evidence"]
                          if row["rule"] == "lexicon:house"},
                         {("negative", 13, 18), ("positive", 13, 18)})
        for wrong, name in (({"a": "slaps 3"}, "ENGAGE_ELEXICON"), ({"a b": ""}, "ENGAGE_ERANGE"),
                            ({str(i): "" for i in range(9)}, "ENGAGE_ELIMIT")):
            with self.assertRaises(engage.Error) as caught:
                engage.Analyzer(lexicons=wrong)
            self.assertEqual(caught.exception.name, name)
        with self.assertRaises(TypeError):
            engage.Analyzer(lexicons={"a": 1})

    def test_no_such_model(self):
        for path in ("/nowhere/model", pathlib.Path("/nowhere/model"), b"/nowhere/\xff\xe9",
                     pathlib.Path(os.fsdecode(b"/nowhere/\xff\xe9"))):
            with self.assertRaises(engage.Error) as caught:
                engage.Analyzer(model=path)
            self.assertEqual(caught.exception.name, "ENGAGE_ENOENT")
            self.assertIn("No such file or directory", str(caught.exception))
        with self.assertRaises(TypeError):
            engage.Analyzer(model=3)
        for path in ("/nowhere\0", b"/nowhere\0"):
            with self.assertRaises(ValueError):
                engage.Analyzer(model=path)

    @unittest.skipIf("ENGAGE_SRCDIR" not in os.environ, "without the sources no other model")
    def test_a_path_need_not_be_utf_8(self):
        model = pathlib.Path(os.environ["ENGAGE_SRCDIR"], "lib/data/models/de.model").read_bytes()
        with tempfile.TemporaryDirectory() as folder:
            path = os.fsencode(folder) + b"/\xff\xe9.model"
            try:
                pathlib.Path(os.fsdecode(path)).write_bytes(model)
            except OSError as error:
                self.skipTest(f"files have no such names here: {error}")
            for way in (path, os.fsdecode(path), pathlib.Path(os.fsdecode(path))):
                engage.Analyzer(way).analyze("gut")
                engage.Promise(way)
                store = os.fsencode(folder) + b"/\xe9.db"
                with engage.Tracker("sqlite:" + os.fsdecode(store), model=way) as tracker:
                    self.assertEqual(tracker.whatif(model=way), [])
                self.assertTrue(os.path.exists(store))

    def test_one_thread_at_a_time(self):
        # Either every call succeeds, or it is refused as concurrent: never another way.
        analyzer = engage.Analyzer()
        wrong = []

        def work():
            for _ in range(300):
                try:
                    analyzer.analyze("is it me or is the sync broken again? " * 20)
                except engage.ConcurrentUseError:
                    pass
                except Exception as error:  # noqa: BLE001
                    wrong.append(error)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])


class LearningTest(unittest.TestCase):
    def test_an_add_on_is_taught_and_promised(self):
        lesson = engage.Lesson()
        for i in range(30):
            what = ("oat", "soy", "vegan", "almond")[i % 4]
            ask = ("do you have", "is there any", "please add")[i % 3]
            lesson.add(f"{ask} {what} milk word{chr(97 + i % 26)}{chr(97 + i // 26)}",
                       "asks_for_vegan")
        lesson.add("is it", "question", False)
        lesson.add_ordinary("good morning")
        addon = lesson.learn()
        info = engage.addon_info(addon)
        self.assertEqual([h["name"] for h in info["heads"]], ["asks_for_vegan", "question"])
        again = engage.Lesson()
        again.add_addon(addon)
        self.assertEqual(again.learn(), addon)
        promise = engage.Promise(addons=[addon])
        for i in range(60):
            promise.add(f"post number {chr(97 + i % 26)}", "needs_reply", i % 2 == 0)
        promised = promise.make()
        self.assertEqual(engage.addon_info(promised)["promises"][0]["positives"], 30)
        row = engage.Analyzer(addons=[promised, addon]).analyze("do you have soy milk")
        self.assertIn("asks_for_vegan", row["labels"])
        self.assertEqual(row["promises"][0]["given"], row["needs_reply"])
        gauge = engage.Gauge(promised, addons=[addon])
        self.assertEqual(gauge.read()["verdict"], "few")
        for _ in range(100):
            gauge.add("where on earth is my parcel, it never came, please help")
        state = gauge.read()
        self.assertEqual((state["posts"], state["verdict"]), (100, "lapsed"))
        self.assertEqual(state["promises"][0]["label"], "needs_reply")
        gauge.clear()
        self.assertEqual(gauge.read()["posts"], 0)
        with self.assertRaises(engage.Error) as caught:
            engage.Gauge(addon)
        self.assertEqual(caught.exception.name, "ENGAGE_EADDON_KIND")
        with self.assertRaises(engage.Error) as caught:
            engage.Promise(addons=[promised, addon])
        self.assertEqual(caught.exception.name, "ENGAGE_EADDON_KIND")

    def test_failures(self):
        lesson = engage.Lesson()
        for call, name in ((lambda: lesson.add("a", "No name"), "ENGAGE_ERANGE"),
                           (lambda: lesson.add_addon(b"none"), "ENGAGE_EMODEL_MAGIC"),
                           (lambda: engage.Analyzer(addons=[b"none"]), "ENGAGE_EMODEL_MAGIC"),
                           *((lambda make=make, wrong=wrong: make(wrong), "ENGAGE_EOPTIONS")
                             for wrong in (0, 1, -1, 1e-9, 4294.967346, float("nan"))
                             for make in (lambda share: engage.Promise(miss=share),
                                          lambda share: engage.Lesson(share=share))),
                           (lambda: engage.Promise().make(), "ENGAGE_EMISUSE"),
                           (lambda: engage.addon_info(b""), "ENGAGE_EMODEL_MAGIC")):
            with self.assertRaises(engage.Error) as caught:
                call()
            self.assertEqual(caught.exception.name, name)
        lesson.add("a", "few")
        with self.assertRaises(engage.Error) as caught:
            lesson.learn()
        self.assertEqual(caught.exception.name, "ENGAGE_EFEW")
        self.assertRaises(TypeError, engage.Analyzer, addons=["path"])
        for made in (lesson, engage.Promise()):  # a label that is missing makes no ordinary post
            self.assertRaises(TypeError, made.add, "a", None)


class TrackerTest(unittest.TestCase):
    def test_formats_of_platforms(self):
        like = {"id": "a:1", "type": "Like", "actor": "a:n", "object": "a:2",
                "published": "2026-11-20T10:00:00Z"}
        with engage.Tracker() as tracker:
            counts = tracker.apply([like], format="activitystreams", brand="acme")
            self.assertEqual(counts["applied"], 1)
            (customer,) = tracker.customer("activitystreams:a:n")
            self.assertEqual(customer["brand"], "acme")
            with self.assertRaises(ValueError):
                tracker.apply([like], format="telegram")

    def test_tracks(self):
        with engage.Tracker() as tracker:
            counts = tracker.apply([post(1, "my dock is dead, please help")])
            self.assertEqual(counts["applied"], 1)
            self.assertEqual(tracker.apply([post(1, "my dock is dead, please help")])["duplicate"],
                             1)
            (customer,) = tracker.customer("x:ann")
            self.assertEqual(customer["id"], "x:ann")
            (funnel,) = tracker.funnel()
            self.assertEqual(funnel["customers"], 1)
            queue = tracker.queue(now=datetime(2026, 11, 2, tzinfo=timezone.utc), top=1)
            self.assertEqual(queue[0]["posts"], ["x:p1"])
            self.assertNotIn("receipt", queue[0])
            for wrong, error in ((-1, ValueError), (1 << 63, OverflowError),
                                 (1 << 70, OverflowError)):
                with self.assertRaises(error):
                    tracker.queue(top=wrong)
                with self.assertRaises(error):
                    tracker.retain(wrong)
            for wrong in (1.0, None, "1", float("nan")):
                self.assertRaisesRegex(TypeError, "^top must be", tracker.queue, top=wrong)

            class One:  # as the integers of other modules are
                def __index__(self):
                    return 1
            self.assertEqual(tracker.queue(top=One()), tracker.queue())
            self.assertEqual(tracker.retain(One(), now=0), tracker.retain(1, now=0))
            self.assertEqual(tracker.retain((1 << 63) - 1)[0]["texts"], 0)
            for call in (tracker.customer, tracker.export, tracker.forget):
                with self.assertRaises(TypeError):
                    call(None)
            receipt = tracker.queue(top=1, explain=True)[0]["receipt"]
            self.assertEqual(receipt["events"][0]["post"], "x:p1")
            (replies,) = tracker.replies(by="platform")
            self.assertEqual(replies["episodes"], 1)

    def test_what_is_kept(self):
        with engage.Tracker("memory:") as tracker:
            counts = tracker.apply([
                {"id": "e1", "verb": "Create", "actor": "x:ann", "post": "x:p1", "text": "how?",
                 "time": 1700006400000, "sentiment": 0, "intents": {"question": 0.9}},
                {"id": "e2", "verb": "Dance", "actor": "x:bob", "time": 1700006400000}])
            self.assertEqual((counts["applied"], counts["unknown"]), (2, 1))
            self.assertEqual(tracker.check()[-1]["damaged"], 0)
            self.assertEqual(tracker.retain(0, now=1700096400000),
                             [{"brand": "default", "texts": 1}])
            self.assertIn("event", {row.get("what") for row in tracker.export("x:ann")})
            (done,) = tracker.forget("x:ann")
            self.assertEqual((done["customer"], done["events"]), ("x:ann", 1))
            with self.assertRaises(engage.Error):
                tracker.export("x:ann")
            self.assertEqual(tracker.compact(now=1900000000000)[0]["facts"], 0)

    @unittest.skipIf(sqlite3 is None, "a Python without sqlite3")
    def test_tells_what_was_done_although_it_failed(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "a.db")
            with engage.Tracker("sqlite:" + path) as tracker:
                tracker.apply([post(1, "my dock is dead"), post(2, "hello", actor="x:bob")])
                other = sqlite3.connect(path)
                self.addCleanup(other.close)
                other.execute("BEGIN")
                other.execute("SELECT count(*) FROM event").fetchall()
                with self.assertRaises(engage.Error) as caught:
                    tracker.forget("x:ann")
                for error in (caught.exception, pickle.loads(pickle.dumps(caught.exception))):
                    self.assertEqual(error.name, "ENGAGE_EBUSY")
                    (done,) = error.rows
                    self.assertEqual((done["customer"], done["events"]), ("x:ann", 1))
                other.rollback()
                with self.assertRaises(engage.Error) as caught:
                    tracker.forget("x:ann")
                self.assertEqual((caught.exception.name, caught.exception.rows),
                                 ("ENGAGE_ENOTFOUND", []))

    def test_a_line_ends_at_a_newline_alone(self):
        # What str.splitlines takes for a line's end besides may stand inside a JSON string.
        text = "why\u2028 is\x85 it\x1c\x0b\r\nnot working?"
        with engage.Tracker() as tracker:
            tracker.apply([post(1, text)])
            held = [row["text"] for row in tracker.export("x:ann")
                    if row.get("what") == "event"]
        self.assertEqual(held, [text])

    def test_catalogue_of_an_analyzer(self):
        text = "the Glow is great"
        analyzer = engage.Analyzer(catalogue="[product glow]\nnames = Glow\n")
        (found,) = [row for row in analyzer.analyze(text)["aspects"] if row["target"] == "glow"]
        self.assertEqual((text[found["start"]:found["end"]], found["polarity"]),
                         ("Glow", "positive"))
        self.assertNotIn("glow", str(engage.analyze(text).get("aspects")))
        with self.assertRaises(engage.Error) as caught:
            engage.Analyzer(catalogue="[product glow]\nnonsense\n")
        self.assertEqual(caught.exception.name, "ENGAGE_ECATALOGUE")

    def test_texts_of_half_a_pair(self):
        shop = "[product glow]\nnames = Glow \ud800\n"
        found = engage.Analyzer(catalogue=shop).analyze("the Glow \ud800 is great")["aspects"]
        self.assertIn("glow", [row["target"] for row in found])
        with self.assertRaises(TypeError):
            engage.Analyzer(catalogue=3)
        with engage.Tracker(policy="# \ud800\n", catalogue=shop) as tracker:
            tracker.whatif("# \ud800\n")
        with self.assertRaises(TypeError):
            engage.Tracker(policy=3)

    def test_people_decide(self):
        catalogue = "[product glow]\nnames = Glow\n"
        with engage.Tracker(catalogue=catalogue) as tracker:
            tracker.apply([{"id": f"e{day}", "verb": "Create", "actor": "x:ann",
                            "post": f"x:p{day}", "text": f"I love the Glow, day {day}",
                            "time": day * 86400000, "sentiment": 0.9,
                            "intents": {"recommendation": 0.9}} for day in range(1, 4)])
            (customer,) = tracker.customer("x:ann")
            self.assertEqual(customer["likes"], [{"target": "glow", "posts": 3}])
            (row,) = tracker.people()
            self.assertEqual((row["customer"], row["standing"]), ("x:ann", "advocate"))
            self.assertNotIn("contacts", row)
            (row,) = tracker.people(explain=True)
            self.assertAlmostEqual(row["contacts"] + row["audience"], row["reach"])
            self.assertEqual(tracker.people(staff=True), [])
            (done,) = tracker.decide("hold", "x:ann", "collaboration")
            self.assertEqual((done["decision"], done["account"]), ("hold", "x:ann"))
            self.assertEqual(tracker.customer("x:ann")[0]["stage"], "collaboration")
            with self.assertRaises(engage.Error) as raised:
                tracker.decide("hold", "x:nobody", "creation")
            self.assertEqual(raised.exception.name, "ENGAGE_ENOTFOUND")
            self.assertEqual(tracker.funnel(by="month")[0]["by"]["1970-01"]["new"], 1)
            other = "[standing]\nadvocate_least = 9\n"
            fallen = {"brand": "default", "what": "standing", "id": "x:ann",
                      "before": "advocate", "after": "passive"}
            self.assertIn(fallen, tracker.whatif(other))
            self.assertIn(fallen, tracker.whatif(policy=other, brand="default"))
            self.assertEqual(tracker.whatif(other, brand="none"), [])
            early = datetime(1970, 1, 3, tzinfo=timezone.utc)
            self.assertNotIn(fallen, tracker.whatif(other, now=early))
            self.assertEqual(tracker.whatif(), [])
            with self.assertRaises(engage.Error) as raised:
                tracker.whatif(model="/nowhere/model")
            self.assertEqual(raised.exception.name, "ENGAGE_ENOENT")

    def test_keeps_and_merges(self):
        with tempfile.TemporaryDirectory() as folder:
            uri = "sqlite:" + os.path.join(folder, "a.db")
            with engage.Tracker(uri) as tracker:
                tracker.apply([post(1, "hello"), post(2, "again")])
            with engage.Tracker(uri, readonly=True) as tracker:
                states = tracker.states()
            self.assertEqual(len(states), 1)
            with engage.Tracker() as other:
                self.assertTrue(other.merge(states[0]))
                self.assertFalse(other.merge(states[0]))

    def test_secret_and_now_and_existing(self):
        at = datetime(2026, 11, 1, tzinfo=timezone.utc)
        with tempfile.TemporaryDirectory() as folder:
            uri = "sqlite:" + os.path.join(folder, "a.db")
            with self.assertRaises(engage.Error) as caught:
                engage.Tracker(uri, existing=True)
            self.assertEqual(caught.exception.name, "ENGAGE_ENOENT")
            with engage.Tracker(uri, secret="sésame", now=at) as tracker:
                counts = tracker.apply([post(1, "hello"), post(2, "a day later, and more")])
                self.assertEqual((counts["applied"], counts["refused"]), (1, 1))
                (state,) = tracker.states()
            with engage.Tracker(uri, secret="sésame".encode(), existing=True,
                                now=1793620800000) as tracker:
                self.assertEqual(tracker.apply([post(2, "that day")])["applied"], 1)
            for wrong in (None, "sesame", "sésame\0", b"s\xe9same"):
                for how in ({}, {"readonly": True}, {"existing": True}):
                    with self.subTest(wrong), self.assertRaises(engage.Error) as caught:
                        engage.Tracker(uri, secret=wrong, **how)
                    self.assertEqual(caught.exception.name, "ENGAGE_EKEY")
            with engage.Tracker() as other, self.assertRaises(engage.Error) as caught:
                other.merge(state)
            self.assertEqual(caught.exception.name, "ENGAGE_EKEY")
            with engage.Tracker(secret=b"s\xc3\xa9same") as other:
                self.assertTrue(other.merge(state))
        for empty in ("", b""):
            with self.assertRaises(engage.Error) as caught:
                engage.Tracker(secret=empty)
            self.assertEqual(caught.exception.name, "ENGAGE_EOPTIONS")
        for wrong in ({"secret": 7}, {"secret": ["a"]}, {"secret": bytearray(b"a")},
                      {"now": "2026-11-01"}, {"now": 1.5}):
            with self.subTest(wrong), self.assertRaises(TypeError):
                engage.Tracker(**wrong)
        for wrong in ({"secret": "\ud800"}, {"now": datetime(2026, 11, 1)}):
            with self.subTest(wrong), self.assertRaises(ValueError):
                engage.Tracker(**wrong)
        self.assertRaises(OverflowError, engage.Tracker, now=1 << 64)

    def test_policy_in_force(self):
        with tempfile.TemporaryDirectory() as folder:
            uri = "sqlite:" + os.path.join(folder, "a.db")
            with engage.Tracker(uri, policy="version = mine\n[curation]\nacts = 9\n") as tracker:
                self.assertIsNone(tracker.policy())
                tracker.apply([post(1, "hello")])
                text = tracker.policy()
            self.assertIn("version = mine\n", text)
            self.assertIn("acts = 9\n", text)
            with engage.Tracker(uri, readonly=True) as tracker:
                self.assertEqual(tracker.policy(), text)
                self.assertEqual(tracker.whatif(text), [])

    def test_says_which_events_were_refused(self):
        with engage.Tracker(now=datetime(2026, 11, 1, 10, tzinfo=timezone.utc)) as tracker:
            self.assertEqual(tracker.refused(), [])
            counts = tracker.apply([post(5, "later"), post(1, "hello"), post(6, "later still")])
            self.assertEqual(counts["refused"], 2)
            why = "more than a day after the given now"
            self.assertEqual(tracker.refused(), [{"number": 0, "why": why},
                                                 {"number": 2, "why": why}])
            tracker.apply([post(2, "hello")])
            self.assertEqual(tracker.refused(), [])
            for wrong in ([post(3, "x"), "{"], [{"id": {1}}], {}, (1 // 0 for _ in "a")):
                tracker.apply([post(5, "later")])
                self.assertEqual(len(tracker.refused()), 1)
                with self.assertRaises((engage.Error, TypeError, ZeroDivisionError)):
                    tracker.apply(wrong)
                self.assertEqual(tracker.refused(), [])
        for call in (tracker.refused, tracker.policy):
            with self.assertRaises(ValueError):
                call()

    def test_refuses(self):
        tracker = engage.Tracker()
        with self.assertRaises(engage.Error) as caught:
            tracker.apply([{"id": "e1"}])
        self.assertEqual(caught.exception.name, "ENGAGE_EEVENT")
        with self.assertRaises(engage.Error):
            tracker.apply(["{"])
        with self.assertRaises(engage.Error) as caught:
            tracker.customer("x:nobody")
        self.assertEqual(caught.exception.name, "ENGAGE_ENOTFOUND")
        with self.assertRaises(engage.Error) as caught:
            engage.Tracker("nosuch:store")
        self.assertEqual(caught.exception.name, "ENGAGE_EURI")
        with self.assertRaises(engage.Error) as caught:
            engage.Tracker(policy="nonsense here")
        self.assertEqual(caught.exception.name, "ENGAGE_EPOLICY")
        with self.assertRaises(ValueError):
            tracker.funnel(now=datetime(2026, 1, 1))
        tracker.close()
        tracker.close()
        with self.assertRaises(ValueError):
            tracker.funnel()

    def test_what_an_event_may_hold(self):
        view = {"id": "e1", "verb": "View", "actor": "x:ann", "object": "web:page"}
        with engage.Tracker() as tracker:
            at = datetime(2026, 11, 1, 10, tzinfo=timezone.utc)
            self.assertEqual(tracker.apply([view | {"time": at}])["applied"], 1)
            self.assertEqual(tracker.apply([view | {"time": "2026-11-01T10:00:00Z"}])["duplicate"],
                             1)
            loop = {}
            loop["loop"] = loop
            for wrong in (float("nan"), float("inf"), datetime(2026, 11, 1), loop):
                with self.subTest(wrong), self.assertRaises(ValueError):
                    tracker.apply([view | {"time": wrong}])
            for wrong in (object(), at.date(), b"2026"):
                with self.subTest(wrong), self.assertRaises(TypeError):
                    tracker.apply([view | {"time": wrong}])
            for wrong in (10 ** 30, 1.5, True, "\ud800"):
                with self.subTest(wrong), self.assertRaises(engage.Error):
                    tracker.apply([view | {"time": wrong}])
            for wrong in (view, '{"id":"e1"}', b"{}", bytearray(b"{}"), memoryview(b"{}"), None):
                with self.subTest(wrong), self.assertRaises(TypeError):
                    tracker.apply(wrong)
            with self.assertRaises(engage.Error) as caught:
                tracker.apply([view | {"id": "e2", "time": at}, {"id": "e3"}])
            self.assertIn("events[1]: ", str(caught.exception))
            deep = {}
            for _ in range(100000):
                deep = {"a": deep}
            for wrong, kind in ((datetime(2026, 11, 1), ValueError), ({1}, TypeError),
                                (float("nan"), ValueError), (deep, ValueError)):
                with self.assertRaisesRegex(kind, r"^events\[1\]: "):
                    tracker.apply([view | {"id": "e2", "time": at}, view | {"time": wrong}])
            with self.assertRaisesRegex(TypeError, "^JSON holds no set"):
                tracker.merge({"a": {1}})
            with self.assertRaises(KeyError):
                tracker.apply({}[event] for event in (1, 2))
            self.assertEqual(tracker.funnel()[0]["customers"], 1)
            self.assertEqual(len([row for row in tracker.export("x:ann")
                                  if row.get("what") == "event"]), 1)

    def test_a_datetime_is_the_time_of_its_text(self):
        view = {"verb": "View", "actor": "x:ann", "object": "web:page"}
        east = timezone(timedelta(hours=5, minutes=30))
        with engage.Tracker() as tracker:
            for year in (1583, 1969, 2026, 9999):
                for part in (0, 499, 500, 501, 999, 123500, 999999):
                    for zone in (timezone.utc, east):
                        at = datetime(year, 11, 20, 23, 59, 59, part, zone)
                        event = view | {"id": str(at)}
                        tracker.apply([event | {"time": at}])
                        counts = tracker.apply([event | {"time": at.isoformat()}])
                        self.assertEqual(counts["duplicate"], 1, at)

    def test_others_run_while_a_batch_is_read(self):
        # The last line is no JSON, so that reading is all that is done; a call that is refused
        # meanwhile shows that its thread ran.
        lines = [json.dumps(post(1, "why? " * 20, id=f"e{i}")).encode() for i in range(5000)]
        lines.append(b"{")
        tracker = engage.Tracker()
        ran = threading.Event()
        done = threading.Event()

        def call():
            while not (ran.is_set() or done.is_set()):
                try:
                    tracker.check()
                except engage.ConcurrentUseError:
                    ran.set()
                # Who asked again at once would be inside whenever the reader may run.
                time.sleep(0.001)

        other = threading.Thread(target=call)
        self.addCleanup(other.join)
        self.addCleanup(done.set)
        other.start()
        for _ in range(1000):
            try:
                tracker.apply(lines)
            except (engage.Error, engage.ConcurrentUseError):
                pass  # all was read, or nothing: the other one was first
            if ran.is_set():
                break
        self.assertTrue(ran.is_set())

    def test_others_run_while_objects_are_made_and_closed(self):
        # So long an interval that others run only where a thread lets them.
        self.addCleanup(sys.setswitchinterval, sys.getswitchinterval())
        turns = 0
        done = False

        def count():
            nonlocal turns
            while not done:
                turns += 1
                time.sleep(0)

        def filled():
            tracker = engage.Tracker()
            tracker.apply([post(1, "hi", id=f"e{i}", actor=f"x:a{i}", post=f"x:p{i}", sentiment=0,
                                intents={}) for i in range(500)])
            return tracker

        lexicon = "".join(f"w{chr(97 + i % 26)}{i}\t1.5\n" for i in range(5000))
        catalogue = "".join(f"[product p{i}]\nnames = Glow{i}\n" for i in range(1000))
        other = threading.Thread(target=count)
        other.start()
        try:
            sys.setswitchinterval(1000)
            for make, call in ((dict, lambda _: engage.Analyzer(lexicons={"a": lexicon})),
                               (dict, lambda _: engage.Analyzer(catalogue=catalogue)),
                               (filled, engage.Tracker.close)):
                for _ in range(200):  # the other one may be late for its turn
                    made = make()
                    before = turns
                    call(made)
                    if turns > before:
                        break
                self.assertGreater(turns, before)
        finally:
            done = True
            other.join()

    @unittest.skipIf(bytes_in_use() is None, "nobody tells how much memory is in use")
    def test_a_tracker_keeps_no_batch(self):
        lines = [json.dumps(post(1, "why? " * 400, id=f"e{i}")) for i in range(2000)]
        with engage.Tracker() as tracker:
            before = bytes_in_use()
            with self.assertRaises(engage.Error):
                tracker.apply([*lines, "{"])  # all was read, and nothing applied
            self.assertLess(bytes_in_use() - before, 1000000)

    def test_messages_name_the_argument(self):
        with engage.Tracker() as tracker:
            for name, call in (("uri", lambda: engage.Tracker(None)),
                               ("policy", lambda: engage.Tracker(policy=3)),
                               ("catalogue", lambda: engage.Analyzer(catalogue=3)),
                               ("secret", lambda: engage.Tracker(secret=3)),
                               ("now", lambda: engage.Tracker(now="2026-11-01")),
                               ("format", lambda: tracker.apply([], format=None)),
                               ("brand", lambda: tracker.apply([], brand=3)),
                               ("brand", lambda: tracker.queue(brand=3)),
                               ("by", lambda: tracker.replies(by=3)),
                               ("now", lambda: tracker.queue(now="2026-11-01")),
                               ("account", lambda: tracker.customer(None)),
                               ("account", lambda: tracker.states(3)),
                               ("days", lambda: tracker.retain("3")),
                               ("subject", lambda: tracker.decide("hold", None)),
                               ("reason", lambda: tracker.decide("hold", "x:ann", reason=3)),
                               ("time", lambda: tracker.decide("hold", "x:ann", time="now")),
                               ("policy", lambda: tracker.whatif(3))):
                with self.subTest(name):
                    self.assertRaisesRegex(TypeError, f"^{name} must be ", call)

    def test_times_of_a_query(self):
        with engage.Tracker() as tracker:
            for wrong in (1.5, "2026-11-01T10:00:00Z", float("nan"), datetime.now().date()):
                with self.subTest(wrong), self.assertRaises(TypeError):
                    tracker.queue(now=wrong)
            for wrong in (1 << 64, -(1 << 64)):
                with self.subTest(wrong), self.assertRaises(OverflowError):
                    tracker.queue(now=wrong)
            with self.assertRaises(engage.Error) as caught:
                tracker.queue(now=(1 << 63) - 1)
            self.assertEqual(caught.exception.name, "ENGAGE_ERANGE")

    def test_no_copies(self):
        for made in (engage.Tokenizer(), engage.Analyzer(), engage.Lesson(), engage.Tracker()):
            for way in (copy.copy, copy.deepcopy, pickle.dumps):
                with self.subTest(made), self.assertRaises(TypeError):
                    way(made)
                with self.subTest(made), self.assertRaises(TypeError):
                    way(made._handle)
        error = pickle.loads(pickle.dumps(engage.Error("why", -1, "ENGAGE_EX")))
        self.assertEqual((str(error), error.code), ("why (ENGAGE_EX)", -1))
        made = engage.Error("of somebody's own")
        self.assertFalse(hasattr(made, "code") or hasattr(made, "name"))
        self.assertEqual(made.rows, [])

    def test_a_message_says_where(self):
        with self.assertRaises(engage.Error) as caught:
            engage.Tracker(policy="[stages]\nhold = x\n")
        self.assertRegex(str(caught.exception), r"^2:8: .* \(ENGAGE_EPOLICY\)$")

    def test_each_interpreter_has_its_own(self):
        # In a process of its own, since what goes wrong ends it.
        done = subprocess.run([sys.executable, "-c", INTERPRETERS], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout), (0, "done\n" * 3), done.stderr)

    def test_many_come_and_go(self):
        for _ in range(50):
            engage.Tracker().apply([post(1, "hi")])
        gc.collect()


if __name__ == "__main__":
    unittest.main()
