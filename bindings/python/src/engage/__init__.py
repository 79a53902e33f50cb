# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""What social posts say and want, and where each customer stands.

    import engage
    engage.analyze("since the update my dock is dead, any ideas?")
    with engage.Tracker("sqlite:crm.db") as tracker:
        tracker.apply(events)            # dicts, or lines of JSON
        for row in tracker.queue(top=10):
            print(row["priority"], row["posts"])

The dicts have the members of the command's JSON. An object may be used by one
thread at a time; others get ConcurrentUseError. The GIL is released meanwhile.
The page engage-bindings(7) tells more.
"""

import json as _json
import operator as _operator
import os as _os
import sys as _sys
import threading as _threading

from . import _engage
from ._engage import ConcurrentUseError, Error, version as __version__

__all__ = ["Analyzer", "ConcurrentUseError", "Error", "Gauge", "Lesson", "Promise", "Tokenizer",
           "Tracker", "__version__", "addon_info", "analyze", "tokenize"]

_UNITS = {"bytes": 0, "codepoints": 1, "utf16": 2}
_EXPLAIN, _STAFF = 1, 2  # flags of a query


def _member(place, doc):
    """A property of what the library raises: one of Error.args, which are its message, code, name
    and, where something was done before it failed, the lines on that."""
    def get(error):
        if len(error.args) <= place:
            raise AttributeError("an engage.Error that the library did not raise")
        return error.args[place]
    return property(get, doc=doc)


Error.code = _member(1, "The library's status code, below 0.")
Error.name = _member(2, 'Its name, such as "ENGAGE_EEVENT".')
Error.rows = property(lambda self: _rows(self.args[3]) if self.args[3:] else [],
                      doc="What was done before it failed: the dicts that forget(), retain() or "
                          "compact() would have returned; [] where nothing was.")
Error.__str__ = lambda self: "{0} ({2})".format(*self.args) if self.args[2:] else repr(self)


def _rows(text):
    return [_json.loads(line) for line in text.split("\n") if line]  # U+2028 ends no line


def _kind(value, name, *kinds):
    """An argument, which is of one of these kinds."""
    if not isinstance(value, kinds):
        wanted = " or ".join(kind.__name__ for kind in kinds)
        raise TypeError(f"{name} must be {wanted}, not {type(value).__name__}")
    return value


def _text(value, name):
    """An argument that may be left out, or a text."""
    return None if value is None else _kind(value, name, str, bytes)


def _whole(value, name):
    try:
        return _operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be an int, not {type(value).__name__}") from None


def _count(value, name):
    """A number of rows or days, which are not below 0."""
    value = _whole(value, name)
    if value < 0:
        raise ValueError(f"{name} must be from 0 to 2**63 - 1")
    if value >= 1 << 63:
        raise OverflowError(f"{name} must be from 0 to 2**63 - 1")
    return value


def _is_datetime(value):
    """Whoever gives one has loaded its module. This one does not: Python 3.12 and 3.13 may crash
    when a second interpreter of a process loads it."""
    module = _sys.modules.get("datetime")
    return module is not None and isinstance(value, module.datetime)


def _of_datetime(time):
    if time.utcoffset() is None:
        raise ValueError("a datetime needs a time zone")
    from datetime import datetime, timedelta, timezone
    epoch = datetime(1970, 1, 1, tzinfo=timezone.utc)
    return (time - epoch) // timedelta(milliseconds=1)  # cut off, as in RFC 3339


def _milliseconds(time, name="now"):
    """A time as the library counts it, from None, whole milliseconds or a datetime."""
    if _is_datetime(time):
        return _of_datetime(time)
    return None if time is None else _whole(time, name)


def _path(model):
    return None if model is None else _os.fsencode(model)


def _plain(value):
    if _is_datetime(value):
        return _of_datetime(value)
    raise TypeError(f"JSON holds no {type(value).__name__}")


def _millionths(share):
    """A share as the library counts it, to which 0 is the default and the whole is refused."""
    if share is None:
        return 0
    return (round(share * 1e6) if 0 < share < 1 else 0) or 1000000


def _addons(addons):
    if isinstance(addons, (bytes, str)):
        raise TypeError("addons must be a list of bytes")
    return list(addons)


def _line(event):
    if isinstance(event, bytes):
        return event
    if not isinstance(event, str):
        try:
            event = _json.dumps(event, ensure_ascii=False, allow_nan=False, default=_plain)
        except RecursionError as error:
            raise ValueError("it goes too deep") from error
    try:
        return event.encode()
    except UnicodeEncodeError:  # half a pair counts as U+FFFD, as in texts
        return event.encode("utf-32-le", "surrogatepass").decode("utf-32-le", "replace").encode()


def _lines(events):
    lines = []
    for number, event in enumerate(events):
        try:
            lines.append(_line(event))
        except (TypeError, ValueError) as error:
            kind = TypeError if isinstance(error, TypeError) else ValueError
            raise kind(f"events[{number}]: {error}") from error
    return tuple(lines)


class _Held:
    """What holds an object of the library, which has no copies."""

    def __reduce__(self):
        raise TypeError(f"{type(self).__name__} objects cannot be copied or pickled")


class Tokenizer(_Held):
    """Cuts posts into tokens."""

    def __init__(self):
        self._handle = _engage.Tokenizer()

    def tokens(self, text, offsets="codepoints"):
        """A list of {"kind","start","end","text","norm"}; offsets in "codepoints",
        so that text[start:end] is the token, or in "bytes" or "utf16"."""
        if offsets not in _UNITS:
            raise ValueError("offsets must be bytes, codepoints or utf16")
        return _json.loads(self._handle.run(text, _UNITS[offsets]))["tokens"]


class Analyzer(_Held):
    """Scores what posts say and want, with the built-in model or that of a file.

    Lexicons are words of your own on top of it: a dict of names to texts in the format
    of VADER's file. Add-ons are what Lesson and Promise made, as bytes. A catalogue is the
    text of one, engage-catalogue(5). cascade asks the encoder of a careful model about posts
    in doubt alone."""

    def __init__(self, model=None, explain=False, lexicons=None, addons=(), catalogue=None, *,
                 cascade=False):
        self._handle = _engage.Analyzer(_path(model), explain, list(dict(lexicons or {}).items()),
                                        _addons(addons), _text(catalogue, "catalogue"), cascade)

    def analyze(self, text):
        """A dict as `engage score` prints it, without the id; offsets of aspects and evidence
        are in bytes, so that text.encode()[start:end] is what they are about."""
        result = _json.loads(self._handle.run(text))
        del result["id"]
        return result

    def signals(self, text):
        """What else the words hint at: a dict of "irony" and "anger", which are probabilities,
        and "confidence", how sure the sentiment's label is; each from 0 to 1. Irony turns no
        label, it lowers the confidence in a positive one."""
        return self._handle.signals(text)


_own = _threading.local()  # a tokenizer and an analyzer of each thread


def tokenize(text, offsets="codepoints"):
    """The tokens of a text, as Tokenizer.tokens() gives them."""
    if not hasattr(_own, "tokenizer"):
        _own.tokenizer = Tokenizer()
    return _own.tokenizer.tokens(text, offsets)


def analyze(text):
    """What a text says and wants by the built-in model, as Analyzer.analyze() gives it."""
    if not hasattr(_own, "analyzer"):
        _own.analyzer = Analyzer()
    return _own.analyzer.analyze(text)


class Lesson(_Held):
    """Intents of one's own, and corrections of built-in labels, from labelled posts."""

    def __init__(self, model=None, share=None):
        self._handle = _engage.Lesson(_path(model), _millionths(share))

    def add(self, text, label, yes=True):
        """Gives a post that bears the label, or does not."""
        self._handle.add(text, label, yes)

    def add_ordinary(self, text):
        """Gives a post as it comes in."""
        self._handle.add_ordinary(text)

    def add_addon(self, addon):
        """Gives all that an add-on (bytes) was taught."""
        self._handle.add_addon(addon)

    def learn(self):
        """The bytes of an add-on."""
        return self._handle.learn()


class Promise(_Held):
    """Thresholds that miss no more than a share of a label's posts, from labelled posts."""

    def __init__(self, model=None, miss=0.05, addons=()):
        self._handle = _engage.Promise(_path(model), _millionths(miss), _addons(addons))

    def add(self, text, label, yes=True):
        """Gives a post that bears the label ("needs_reply" too), or does not."""
        self._handle.add(text, label, yes)

    def make(self):
        """The bytes of an add-on."""
        return self._handle.make()


class Gauge(_Held):
    """Whether the posts of today are still like those that a promise was made by.

    promise is the add-on (bytes) of one, addons are those that it was made with."""

    def __init__(self, promise, model=None, addons=()):
        self._handle = _engage.Gauge(_path(model), [promise, *_addons(addons)])

    def add(self, text):
        """Takes in a post of today."""
        self._handle.add(text)

    def clear(self):
        """Begins anew, for the next day or week."""
        self._handle.clear()

    def read(self):
        """A dict of "posts", "verdict" ("few", "holds", "watch" or "lapsed"), and how far each
        label's scores and the numbers of unknown words have moved."""
        return _json.loads(self._handle.read())


def addon_info(addon):
    """What an add-on (bytes) holds: a dict as `engage model info` prints it."""
    return _json.loads(_engage.addon_info(addon))


class Tracker(_Held):
    """Applies events to a store ("memory:", "sqlite:PATH") and reports on it.

    A policy and a catalogue are texts. A secret (str or bytes) is the key of the hashes of
    people: a store opens with the one it was made with, none where that is public. Events more
    than a day after now, a time, are refused. A tracker that is readonly never makes or
    changes the store; one of an existing store never makes it."""

    def __init__(self, uri="memory:", model=None, policy=None, readonly=False, catalogue=None,
                 secret=None, now=None, existing=False):
        self._handle = _engage.Tracker(_os.fsencode(_kind(uri, "uri", str)), _path(model),
                                       _text(policy, "policy"), readonly,
                                       _text(catalogue, "catalogue"), _text(secret, "secret"),
                                       _milliseconds(now), existing)
        self._applied = False  # whether the last list was, so that its refusals can be told

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def close(self):
        """Closes it; doing so twice does nothing."""
        self._handle.close()

    def apply(self, events, format="native", brand=None):
        """Applies events (dicts, whose times may be datetimes, or JSON as str or bytes), all of
        them or none; returns the counts. A format such as "mastodon" takes what that platform
        tells, filed under the brand."""
        self._applied = False
        if isinstance(events, (dict, str, bytes, bytearray, memoryview)):
            raise TypeError("events must be a list")
        _kind(format, "format", str)
        counts = self._handle.apply(_lines(events), format, _text(brand, "brand"))
        self._applied = True
        return counts

    def refused(self):
        """Which events the last apply() refused, by their number in its list, and why: a list of
        dicts, to be asked before anything else is written; none after an apply() that failed."""
        rows = self._handle.refused()
        return rows if self._applied else []

    def policy(self):
        """The text of the policy by which the store was decided last; None where nothing was
        decided yet."""
        return self._handle.policy()

    def _report(self, name, operand=None, brand=None, now=None, top=0, by=None, flags=0):
        return _rows(self._handle.report(name, operand, _text(brand, "brand"), _milliseconds(now),
                                         top, _text(by, "by"), flags))

    def _of_person(self, name, account, **options):
        return self._report(name, _kind(account, "account", str, bytes), **options)

    def funnel(self, brand=None, now=None, by=None):
        """Customers per stage: a list, one dict a brand; by="month" adds the feedback cycle."""
        return self._report("funnel", brand=brand, now=now, by=by)

    def customer(self, account, brand=None, now=None, explain=False):
        """One customer, by any account: a list, one dict a brand."""
        return self._of_person("customer", account, brand=brand, now=now,
                               flags=_EXPLAIN if explain else 0)

    def queue(self, brand=None, now=None, top=0, explain=False):
        """Who waits for an answer, most urgent first: the first `top`, or all where it is 0;
        explain adds by which policy, events and models each was found."""
        return self._report("queue", brand=brand, now=now, top=_count(top, "top"),
                            flags=_EXPLAIN if explain else 0)

    def replies(self, brand=None, now=None, by=None):
        """Reply figures: a list, one dict a brand."""
        return self._report("replies", brand=brand, now=now, by=by)

    def people(self, brand=None, now=None, top=0, staff=False, *, explain=False):
        """Advocates and detractors, the first `top` of each brand, or all where it is 0; or who
        answers, where the policy allows it. explain adds what each reach is made of."""
        return self._report("people", brand=brand, now=now, top=_count(top, "top"),
                            flags=(_STAFF if staff else 0) | (_EXPLAIN if explain else 0))

    def decide(self, name, subject, value=None, brand=None, by=None, reason=None, time=None):
        """What somebody decides: decide("hold", "x:ann", "creation"), decide("claim", id);
        returns what was done."""
        return _rows(self._handle.decide(
            _kind(name, "name", str, bytes), _kind(subject, "subject", str, bytes),
            _text(value, "value"), _text(brand, "brand"), _text(by, "by"),
            _text(reason, "reason"), _milliseconds(time, "time")))

    def forget(self, account, brand=None, now=None):
        """Forgets a person, with all accounts: a list, one dict a brand. Where that raises an
        Error whose rows are not empty, as it does with ENGAGE_EBUSY, it was done, and these are
        the list; but what was removed lies in the file until this, retain() or compact() comes
        again. The same holds of those two."""
        return self._of_person("forget", account, brand=brand, now=now)

    def export(self, account, brand=None, now=None):
        """Everything that is held of a person: a list of dicts, one a row."""
        return self._of_person("export", account, brand=brand, now=now)

    def retain(self, days=None, brand=None, now=None):
        """Removes texts as many days old, or as old as the policy allows."""
        return self._report("retain", brand=brand, now=now,
                            top=0 if days is None else _count(days, "days") + 1)

    def compact(self, now=None):
        """Drops the days that no view looks at any more."""
        return self._report("compact", now=now)

    def check(self, brand=None):
        """What is damaged, and last how much was looked at."""
        return self._report("check", brand=brand)

    def whatif(self, policy=None, model=None, brand=None, now=None):
        """What another policy (a text), or another model (of a file) that judges all texts
        anew, would have decided: a dict for each difference."""
        return _rows(self._handle.whatif(_text(policy, "policy"), _path(model),
                                         _text(brand, "brand"), _milliseconds(now)))

    def states(self, account=None, brand=None):
        """Partial states, of one account or of all, for merge()."""
        return self._report("states", _text(account, "account"), brand=brand)

    def merge(self, state):
        """Adds a partial state; False where it had been added before."""
        return self._handle.merge(_line(state))
