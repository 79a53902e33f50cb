# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""What type checkers are told is what there is: each name, each parameter, each member."""

import importlib.util
import inspect
import pathlib
import types
import typing
import unittest
from datetime import datetime, timezone
from importlib import machinery

import engage

DAY = 86400000
PLACE = pathlib.Path(engage.__file__).parent


def load_stub():
    loader = machinery.SourceFileLoader("engage", str(PLACE / "__init__.pyi"))
    stub = importlib.util.module_from_spec(importlib.util.spec_from_loader("engage", loader))
    stub.__path__ = [str(PLACE)]
    loader.exec_module(stub)
    return stub


STUB = load_stub()


def ways(function, *, of):
    """The overloads of a method of the stub, or itself: they are filed under its name."""
    named = types.SimpleNamespace(__module__="engage", __qualname__=of)
    return typing.get_overloads(named) or [function]


def parameters(function):
    return [(p.name, p.kind, p.default) for p in inspect.signature(function).parameters.values()]


def methods(kind):
    """The methods and properties of a class that its users see."""
    return {name: value for name, value in vars(kind).items()
            if not name.startswith("_") or name in ("__init__", "__enter__", "__exit__")}


def wrong(value, hint, where="value"):
    """What keeps a value from being of a type: a list of sentences."""
    origin, given = typing.get_origin(hint), typing.get_args(hint)
    if hint is typing.Any:
        return []
    if origin in (typing.Union, types.UnionType):
        ways = [wrong(value, way, where) for way in given]
        return [] if [] in ways else [f"{where}: {value!r} is none of {hint}", *min(ways, key=len)]
    if origin is typing.Literal:
        return [] if value in given else [f"{where}: {value!r} is none of {given}"]
    if origin is list and type(value) is list:
        return [w for i, item in enumerate(value) for w in wrong(item, given[0], f"{where}[{i}]")]
    if origin is dict and type(value) is dict:
        return [w for name, item in value.items() for w in wrong(item, given[1], f"{where}.{name}")]
    if typing.is_typeddict(hint) and type(value) is dict:
        hints = typing.get_type_hints(hint)
        return [f"{where}: no {name} is in {hint.__name__}" for name in value.keys() - hints] \
            + [f"{where}: {hint.__name__} without {name}"
               for name in hint.__required_keys__ - value.keys()] \
            + [w for name in value.keys() & hints
               for w in wrong(value[name], hints[name], f"{where}.{name}")]
    if hint is float and type(value) is int or type(value) is hint or \
            hint is types.NoneType and value is None:
        return []
    return [f"{where}: {value!r} is no {hint}"]


class StubTest(unittest.TestCase):
    def test_names(self):
        public = {name for name, value in vars(STUB).items()
                  if getattr(value, "__module__", None) == "engage" and not name.startswith("_")}
        self.assertEqual(STUB.__all__, engage.__all__)
        self.assertEqual(public | {"__version__"}, set(engage.__all__))
        self.assertIs(type(engage.__version__), STUB.__annotations__["__version__"])
        self.assertTrue((PLACE / "py.typed").exists())

    def test_signatures(self):
        for name in engage.__all__:
            stub, real = getattr(STUB, name, None), getattr(engage, name)
            if not isinstance(real, type):
                if callable(real):
                    self.assertEqual(parameters(stub), parameters(real), name)
                continue
            self.assertEqual(stub.__bases__[0].__name__.replace("object", "_Held"),
                             real.__bases__[0].__name__)
            self.assertEqual(methods(stub).keys(), methods(real).keys(), name)
            for method in methods(stub):
                with self.subTest(name, method=method):
                    told, found = getattr(stub, method), getattr(real, method)
                    self.assertEqual(type(told), type(found))
                    if isinstance(told, types.FunctionType):
                        self.check(ways(told, of=f"{name}.{method}"), found)

    def check(self, told, found):
        for way in told:
            # An overload may need by name what has a default otherwise.
            needed = {(p[0], inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.empty)
                      for p in parameters(way) if len(told) > 1}
            for one, other in zip(parameters(way), parameters(found), strict=True):
                self.assertTrue(one == other or one in needed, one)
            self.assertEqual(typing.get_type_hints(way).keys(),
                             {name for name, _, _ in parameters(found)[1:]} | {"return"})


class RowsTest(unittest.TestCase):
    """What comes back has the members that its type has, and no others."""

    def fits(self, value, function):
        hint = typing.get_type_hints(function)["return"]
        self.assertTrue(value)  # else nothing was looked at
        self.assertEqual(wrong(value, hint), [])

    def test_a_wrong_row_is_told(self):
        counts = engage.Tracker().apply([])
        hint = typing.get_type_hints(STUB.Tracker.apply)["return"]
        self.assertEqual(wrong(counts, hint), [])
        for row in (counts | {"new": 1}, counts | {"read": "1"}, counts | {"read": None}, [],
                    {name: counts[name] for name in list(counts)[1:]}):
            self.assertNotEqual(wrong(row, hint), [])

    def test_texts(self):
        text = "I love the Glow \N{WHITE HEAVY CHECK MARK} but @acme, when will it charge? a.b@c.de"
        self.fits(engage.tokenize(text), STUB.tokenize)
        self.fits(engage.analyze(text), STUB.analyze)
        analyzer = engage.Analyzer(explain=True, catalogue="[product glow]\nnames = Glow\n")
        result = analyzer.analyze(text)
        self.fits(result, STUB.Analyzer.analyze)
        self.fits(analyzer.signals(text), STUB.Analyzer.signals)
        self.assertTrue(result["aspects"] and result["evidence"] and result["logits"])

    def test_addons(self):
        lesson = engage.Lesson()
        for i in range(30):
            lesson.add(f"is there any oat milk w{chr(97 + i % 26)}{chr(97 + i // 26)}", "vegan")
        lesson.add("is it", "question", False)
        addon = lesson.learn()
        promise = engage.Promise(addons=[addon])
        for i in range(60):
            promise.add(f"post number {chr(97 + i % 26)}", "needs_reply", i % 2 == 0)
        promised = promise.make()
        for made in (addon, promised):
            self.fits(engage.addon_info(made), STUB.addon_info)
        result = engage.Analyzer(addons=[promised, addon]).analyze("any oat milk")
        self.assertTrue(result["promises"])
        self.fits(result, STUB.Analyzer.analyze)
        gauge = engage.Gauge(promised, addons=[addon])
        self.fits(gauge.read(), STUB.Gauge.read)
        for _ in range(100):
            gauge.add("where on earth is my parcel")
        self.fits(gauge.read(), STUB.Gauge.read)

    def events(self):
        now = 20000 * DAY
        for day in range(0, 60, 3):
            at = now + day * DAY
            for i, (actor, post, text, answered, intents) in enumerate((
                    ("x:ann", f"x:a{day}", f"I love the Glow {day}", None, {"recommendation": 0.9}),
                    ("x:cat", f"x:c{day}", f"my dock is dead since {day}, help", None, None),
                    ("x:ann", f"x:h{day}", "try holding the button", f"x:c{day}", None),
                    ("x:cat", f"x:t{day}", "thank you, that works", f"x:h{day}", None))):
                yield {"id": f"{post}!", "verb": "Create", "actor": actor, "time": at + i * 1000,
                       "post": post, "text": text, "in_reply_to": answered, "intents": intents,
                       "sentiment": intents and 0.9}
        after = {"verb": "Create", "time": now + 60 * DAY}
        yield after | {"id": "1", "actor": "x:desk", "role": "staff", "agent": "joe",
                       "post": "x:s", "text": "sorry", "in_reply_to": "x:d"}
        yield after | {"id": "2", "actor": "x:dan", "post": "x:d", "created": 1, "verified": True,
                       "text": "where is my parcel? it never came", "name": "Dan", "crm_id": "7",
                       "time": datetime.fromtimestamp(after["time"] / 1000 - 9, timezone.utc),
                       "followers": 3, "metrics": {"views": 2}, "lang": "en", "brand": None,
                       "intents": {"question": 0.9}}
        yield after | {"id": "3", "actor": "x:eve", "post": "x:e", "sentiment": -0.5,
                       "intents": {"complaint": 0.9}, "media": 1}
        yield after | {"id": "4", "actor": "x:ann", "verb": "Rate", "object": "x:s", "type": "nps",
                       "rating": 9.5}
        yield after | {"id": "5", "actor": "x:ann", "verb": "Buy", "product": "glow"}
        yield after | {"id": "6", "actor": "x:desk", "verb": "Link", "role": "staff",
                       "target": "x:ann", "object": "mastodon:ann", "text": "she said so"}

    def test_rows(self):
        tracker = engage.Tracker(policy="[staff]\nfigures = 1\n",
                                 catalogue="[product glow]\nnames = Glow\n")
        events = list(self.events())
        hint = typing.get_type_hints(STUB._t.Event)
        for event in events:
            self.assertLessEqual(event.keys(), hint.keys())
        self.fits(tracker.apply(events), STUB.Tracker.apply)
        for explain in (False, True):
            for account in ("x:ann", "x:cat", "x:dan"):
                rows = tracker.customer(account, explain=explain)
                self.fits(rows, STUB.Tracker.customer)
            self.fits(tracker.queue(explain=explain), STUB.Tracker.queue)
        (ann,) = tracker.customer("x:ann", explain=True)
        self.assertTrue(all(ann[name] for name in ("identities", "survey", "facts", "likes")))
        for by in (None, "month"):
            self.fits(tracker.funnel(by=by), STUB.Tracker.funnel)
        for by in (None, *typing.get_args(STUB._t.Group)):
            self.fits(tracker.replies(by=by), STUB.Tracker.replies)
        person, agent, either = ways(STUB.Tracker.people, of="Tracker.people")
        for explain in (False, True):
            self.fits(tracker.people(explain=explain), person)
        self.fits(tracker.people(staff=True), agent)
        self.fits(tracker.people(None, None, 0, True), either)
        settle, decide = ways(STUB.Tracker.decide, of="Tracker.decide")
        waiting = tracker.queue()[0]["id"]
        for name in typing.get_args(STUB._t.Settling):
            self.fits(tracker.decide(name, waiting), settle)
        for name in typing.get_args(STUB._t.Deciding):
            value = {"hold": "creation", "link": "x:fay"}.get(name)
            self.fits(tracker.decide(name, "x:eve", value), decide)
        self.fits(tracker.whatif("[curation]\nacts = 9\n"), STUB.Tracker.whatif)
        states = tracker.states()
        self.fits(states, STUB.Tracker.states)
        self.fits(tracker.check(), STUB.Tracker.check)
        self.fits(tracker.policy(), STUB.Tracker.policy)
        self.fits(tracker.retain(1), STUB.Tracker.retain)
        self.fits(tracker.forget("x:dan"), STUB.Tracker.forget)
        self.fits(tracker.compact(), STUB.Tracker.compact)
        self.fits(tracker.export("x:ann"), STUB.Tracker.export)
        self.assertIs(engage.Tracker().merge(states[0]), True)
        # What lies behind merged states is not known, and a post may have no id.
        merged = engage.Tracker()
        for state in states:
            merged.merge(state)
        self.fits(merged.customer("x:ann", explain=True), STUB.Tracker.customer)
        self.fits(merged.people(explain=True), person)
        self.assertIsNone(merged.people()[0]["reach"])
        merged.apply([{"id": "8", "verb": "Create", "actor": "x:gus", "time": 20061 * DAY,
                       "text": "where is it", "intents": {"question": 0.9}}])
        self.assertEqual(merged.queue()[0]["posts"], [None])
        self.fits(merged.queue(explain=True), STUB.Tracker.queue)
        dan = [event for event in events if event["actor"] == "x:dan"]
        self.assertEqual(tracker.apply(dan)["refused"], 1)
        self.fits(tracker.refused(), STUB.Tracker.refused)


if __name__ == "__main__":
    unittest.main()
