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
import os as _os
import threading as _threading
from datetime import datetime as _datetime, timedelta as _timedelta, timezone as _timezone

from . import _engage
from ._engage import ConcurrentUseError, Error, version as __version__

__all__ = ["Analyzer", "ConcurrentUseError", "Error", "Gauge", "Lesson", "Promise", "Tokenizer",
           "Tracker", "__version__", "addon_info", "analyze", "tokenize"]

_UNITS = {"bytes": 0, "codepoints": 1, "utf16": 2}
_EXPLAIN, _STAFF = 1, 2  # flags of a query
_EPOCH = _datetime(1970, 1, 1, tzinfo=_timezone.utc)


# Error.args is (message, code, name).
Error.code = property(lambda self: self.args[1], doc="The library's status code, below 0.")
Error.name = property(lambda self: self.args[2], doc='Its name, such as "ENGAGE_EEVENT".')
Error.__str__ = lambda self: "{0} ({2})".format(*self.args) if self.args[2:] else repr(self)


def _rows(text):
    return [_json.loads(line) for line in text.split("\n") if line]  # U+2028 ends no line


def _milliseconds(time):
    """A time as the library counts it: None, integer milliseconds, or a datetime."""
    if isinstance(time, _datetime):
        if time.tzinfo is None:
            raise ValueError("a datetime needs a time zone")
        return (time - _EPOCH) // _timedelta(milliseconds=1)  # cut off, as in RFC 3339
    return time


def _count(value, name):
    """A number of rows or days, which are not below 0."""
    if value < 0:
        raise ValueError(f"{name} must be from 0 to 2**63 - 1")
    if value >= 1 << 63:
        raise OverflowError(f"{name} must be from 0 to 2**63 - 1")
    return value


def _account(account):
    if not isinstance(account, (str, bytes)):
        raise TypeError(f"an account is str or bytes, not {type(account).__name__}")
    return account


def _path(model):
    return None if model is None else _os.fsdecode(model)


def _plain(value):
    if isinstance(value, _datetime):
        return _milliseconds(value)
    raise TypeError(f"an event holds no {type(value).__name__}")


def _millionths(share):
    """A share as the library counts it, to which 0 is the default and the whole is refused."""
    return (round(share * 1e6) if 0 < share < 1 else 0) or 1000000


def _addons(addons):
    if isinstance(addons, (bytes, str)):
        raise TypeError("addons must be a list of bytes")
    return list(addons)


def _line(event):
    if isinstance(event, bytes):
        return event
    if not isinstance(event, str):
        event = _json.dumps(event, ensure_ascii=False, allow_nan=False, default=_plain)
    try:
        return event.encode()
    except UnicodeEncodeError:  # half a pair counts as U+FFFD, as in texts
        return event.encode("utf-32-le", "surrogatepass").decode("utf-32-le", "replace").encode()


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
                                        _addons(addons), catalogue, cascade)

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
        told = 0 if share is None else _millionths(share)
        self._handle = _engage.Lesson(_path(model), told)

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
        self._handle = _engage.Tracker(uri, _path(model), policy, readonly, catalogue, secret,
                                       _milliseconds(now), existing)

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
        if isinstance(events, (dict, str, bytes)):
            raise TypeError("events must be a list")
        return self._handle.apply(tuple(map(_line, events)), format, brand)

    def refused(self):
        """Which events the last apply() refused, by their number in its list, and why: a list of
        dicts, to be asked before anything else is written."""
        return self._handle.refused()

    def policy(self):
        """The text of the policy by which the store was decided last; None where nothing was
        decided yet."""
        return self._handle.policy()

    def _report(self, name, operand=None, brand=None, now=None, top=0, by=None, flags=0):
        return _rows(self._handle.report(name, operand, brand, _milliseconds(now), top, by, flags))

    def funnel(self, brand=None, now=None, by=None):
        """Customers per stage: a list, one dict a brand; by="month" adds the feedback cycle."""
        return self._report("funnel", brand=brand, now=now, by=by)

    def customer(self, account, brand=None, now=None, explain=False):
        """One customer, by any account: a list, one dict a brand."""
        return self._report("customer", _account(account), brand=brand, now=now,
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
        return _rows(self._handle.decide(name, subject, value, brand, by, reason,
                                         _milliseconds(time)))

    def forget(self, account, brand=None, now=None):
        """Forgets a person, with all accounts: a list, one dict a brand."""
        return self._report("forget", _account(account), brand=brand, now=now)

    def export(self, account, brand=None, now=None):
        """Everything that is held of a person: a list of dicts, one a row."""
        return self._report("export", _account(account), brand=brand, now=now)

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
        return _rows(self._handle.whatif(policy, _path(model), brand, _milliseconds(now)))

    def states(self, account=None, brand=None):
        """Partial states, of one account or of all, for merge()."""
        return self._report("states", account, brand=brand)

    def merge(self, state):
        """Adds a partial state; False where it had been added before."""
        return self._handle.merge(_line(state))
