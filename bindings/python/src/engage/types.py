# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""The dicts that go in and come out, for those who check types.

    from engage.types import Opportunity

What their members mean: engage-reports(7) and engage-events(7). A member may join them
later, none goes away. Nothing here is needed to use the library.
"""

from datetime import datetime
from os import PathLike
from typing import Literal, NotRequired, Required, TypedDict

Text = str | bytes
Path = str | bytes | PathLike[str] | PathLike[bytes]
Time = datetime | int  # with a zone; milliseconds since 1970
Unit = Literal["codepoints", "bytes", "utf16"]
Format = Literal["native", "x-v2", "mastodon", "bluesky", "activitystreams"]
Polarity = Literal["negative", "neutral", "positive"]
Verdict = Literal["few", "holds", "watch", "lapsed"]
Stage = Literal["none", "consumption", "curation", "creation", "collaboration"]
Group = Literal["intent", "platform", "product", "department", "month"]
Settling = Literal["claim", "dismiss", "resolve"]
Deciding = Literal["hold", "release", "suspend", "reinstate", "flag", "link", "unlink", "object",
                   "resume", "withhold", "restore"]


# Texts

class Token(TypedDict):
    kind: Literal["word", "number", "mention", "hashtag", "cashtag", "url", "email", "phone",
                  "emoji", "emoticon", "punct", "symbol"]
    start: int
    end: int
    text: str
    norm: str


class Sentiment(TypedDict):
    label: Polarity
    negative: float
    neutral: float
    positive: float
    valence: float


class Promised(TypedDict):
    label: str
    score: float
    given: bool
    uncertain: bool


class Aspect(TypedDict):
    target: str
    start: int
    end: int
    polarity: Polarity
    valence: float


Evidence = TypedDict("Evidence", {"for": str, "start": int, "end": int, "rule": str,
                                  "contribution": float})


class Analysis(TypedDict):
    language: str
    sentiment: Sentiment
    intents: dict[str, float]
    labels: list[str]
    needs_reply: bool
    promises: NotRequired[list[Promised]]
    aspects: list[Aspect]
    logits: NotRequired[dict[str, float]]
    evidence: NotRequired[list[Evidence]]


class Signals(TypedDict):
    irony: float
    anger: float
    confidence: float


# Add-ons

class AddonHead(TypedDict):
    name: str
    kind: Literal["intent", "correction"]
    positives: int
    negatives: int
    threshold: float | None
    f1: float | None


class AddonPromise(TypedDict):
    label: str
    asked: float
    expected: float
    least: float
    most: float
    low: float
    high: float
    uncertain: float
    positives: int
    negatives: int


class Addon(TypedDict):
    id: str
    model: str
    heads: list[AddonHead]
    promises: list[AddonPromise]


class Drift(TypedDict):
    index: float | None
    chance: float | None
    verdict: Verdict


class LabelDrift(Drift):
    label: str


class Gauged(TypedDict):
    posts: int
    verdict: Verdict
    promises: list[LabelDrift]
    unknown_words: Drift


# What a tracker takes

class Event(TypedDict, total=False):
    id: Required[str]
    verb: Required[str]
    actor: Required[str]
    time: Required[Time | str]
    brand: str | None
    post: str | None
    text: str | None
    html: str | None
    in_reply_to: str | None
    quote_of: str | None
    conversation: str | None
    object: str | None
    target: str | None
    to: list[str] | None
    type: str | None
    media: int | None
    rating: float | None
    product: str | None
    role: Literal["customer", "staff", "partner", "bot"] | None
    kind: Literal["human", "bot", "macro", "note", "dm"] | None
    agent: str | None
    visibility: Literal["public", "unlisted", "dm"] | None
    followers: int | None
    name: str | None
    lang: str | None
    crm_id: str | None
    created: Time | str | None
    verified: bool | None
    metrics: dict[str, int] | None
    received: Time | str | None
    source: str | None
    sentiment: float | None
    intents: dict[str, float] | None


class State(TypedDict):
    batch: str
    brand: str
    account: str
    state: str
    open_undo: int


# What it reports

class Counts(TypedDict):
    read: int
    applied: int
    duplicate: int
    conflict: int
    late: int
    refused: int
    opened: int
    closed: int
    transitions: int
    unknown: int


class Refused(TypedDict):
    number: int  # in the list that was applied, from 0
    why: str


class FunnelStage(TypedDict):
    stage: Stage
    touched: int
    sustained: int
    conversion: float | None
    median_days: float | None


class Month(TypedDict):
    new: int
    through_advocates: int
    share: float | None
    bought: int
    spoke: int
    median_days_to_word: float | None
    gravity: float | None


class Withheld(TypedDict):
    month: str
    platform: str
    intent: str
    posts: int


class Funnel(TypedDict):
    brand: str
    now: str
    customers: int
    stages: list[FunnelStage]
    trial: int
    buyer: int
    advocate: int
    detractor: int
    by: NotRequired[dict[str, Month]]
    withheld: NotRequired[list[Withheld]]


class Gate(TypedDict):
    stage: Stage
    gate: str
    value: int
    threshold: int
    passed: bool


class GateNow(Gate):
    next_change: str | None


Transition = TypedDict("Transition", {
    "at": str, "from": Stage, "to": Stage, "cause": str | None, "revised": bool,
    "model": NotRequired[str | None], "policy": NotRequired[str | None],
    "policy_id": NotRequired[str | None], "gates": NotRequired[list[Gate]]})


class Taste(TypedDict):
    target: str
    posts: int


class Fact(TypedDict):
    time: str
    kind: str
    account: str
    actor: str
    event: str
    count: int
    person: int | None
    object: int | None
    content: int | None


class Identity(TypedDict):
    account: str
    name: str | None
    crm_id: str | None
    followers: int | None
    created: str | None
    verified: bool | None
    linked: Literal["explicit", "asserted"] | None
    basis: str | None


class Survey(TypedDict):
    event: str
    time: str
    type: str | None
    rating: float


class Customer(TypedDict):
    id: str
    brand: str
    accounts: list[str]
    stage: Stage
    since: str | None
    valid_until: str | None
    score: float
    presence: Literal["cooling", "steady", "warming"] | None
    outcome: Literal["none", "trial", "buyer", "repeat", "lapsed"]
    standing: Literal["passive", "advocate", "detractor", "divided"]
    gates: list[GateNow]
    transitions: list[Transition]
    likes: list[Taste] | None  # and the next two: not known behind merged states
    dislikes: list[Taste] | None
    open: list[str] | None
    facts: NotRequired[list[Fact]]
    identities: NotRequired[list[Identity]]
    survey: NotRequired[Survey | None]
    inferred_trial: NotRequired[float]
    inferred_purchase: NotRequired[float]


class Part(TypedDict):
    part: str
    points: int
    reason: str


class ReceiptEvent(TypedDict):
    post: str | None
    actor: str
    event: str
    model: str | None


class Receipt(TypedDict):
    policy: str | None
    policy_id: str | None
    events: list[ReceiptEvent]


class Opportunity(TypedDict):
    id: str
    brand: str
    customers: list[str]
    posts: list[str | None]  # None: one that was given no id
    intents: list[str]
    priority: int
    band: Literal["urgent", "high", "medium", "low"]
    parts: list[Part]
    department: str | None
    opened: str
    due: str | None
    missed: bool
    state: Literal["open", "claimed", "answered", "resolved", "dismissed", "expired"]
    receipt: NotRequired[Receipt]


class Waits(TypedDict):
    mean_ms: int | None
    median_ms: int | None
    km_median_ms: int | None
    km_p90_ms: int | None
    business_km_median_ms: int | None


class ReplyFigures(TypedDict):
    episodes: int
    answered: int
    first_response: Waits
    bot_first_response: Waits
    reply_rate_24h: float | None
    negative_never_answered: float | None
    recovered: float | None
    clamped: int


class Replies(ReplyFigures):
    brand: str
    by: NotRequired[dict[str, ReplyFigures]]


class Person(TypedDict):
    brand: str
    customer: str
    standing: Literal["advocate", "ambassador", "detractor", "divided"]
    advocacy: float
    detraction: float
    wilson_low: float | None
    reach: float | None  # and its parts: not known behind merged states
    since: str | None
    contacts: NotRequired[float | None]  # where asked for: what reach is made of
    audience: NotRequired[float | None]


class Agent(TypedDict):
    brand: str
    agent: str
    replies: int
    answers: int
    fast: int
    days: int
    median_ms: int | None
    points: int
    badges: list[str]


class Decision(TypedDict):
    id: str
    brand: str
    decision: Deciding
    account: str | None
    customer: str | None
    value: str | None
    joined: NotRequired[bool]  # of a link
    by: str
    time: str


class Forgotten(TypedDict):
    brand: str
    customer: str
    accounts: int
    events: int
    left: int
    left_as: str | None
    objections_kept: int
    until: str


class Retained(TypedDict):
    brand: str
    texts: int


class Compacted(TypedDict):
    floor: str | None
    states: int
    facts: int


class Damage(TypedDict):
    brand: str
    id: str
    damage: str


class Checked(TypedDict):
    accounts: int
    facts: int
    damaged: int


class Change(TypedDict):
    brand: str
    what: Literal["curation", "creation", "collaboration", "stage", "standing", "missed", "place"]
    id: str
    before: str | int | bool | None
    after: str | int | bool | None
