# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""Runs twitter-text's conformance suites through tests/text_probe, and those that the
command has words for through the command as well.

The suites are read from ENGAGE_SHARED and are no part of this project; where they or
PyYAML are absent, the test is skipped.
"""
import json
import os
import subprocess
import sys

try:
    import yaml
except ImportError:
    print("left out, since there is no PyYAML")
    sys.exit(77)

FOLDER = os.path.join(os.environ.get("ENGAGE_SHARED", "../shared"), "conformance", "twitter-text")
BUILT = os.environ.get("ENGAGE_BUILDDIR", ".")
PROBE = os.path.join(BUILT, "tests", "text_probe")
COMMAND = os.path.join(BUILT, "tools", "engage", "engage")
MENTIONS, LISTS, HASHTAGS, CASHTAGS, URLS, TRUSTED = 1, 2, 4, 8, 16, 32


def load(name):
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        return yaml.safe_load(file)["tests"]


def ask(requests):
    """The answers of the probe to a list of requests."""
    lines = "".join(json.dumps(request) + "\n" for request in requests)
    run = subprocess.run([PROBE], input=lines.encode(), stdout=subprocess.PIPE, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def ask_command(requests):
    """The command's answers to requests that differ in nothing but their text; None where
    it has no words for them."""
    words = {"entities": ["--offsets", "codepoints"],
             "length": ["--rules", requests[0].get("rules")],
             "valid": ["--kind", requests[0].get("kind")]}.get(requests[0]["do"])
    if words is None:
        return None
    lines = "".join(json.dumps({"id": str(i), "text": request["text"]}) + "\n"
                    for i, request in enumerate(requests))
    run = subprocess.run([COMMAND, requests[0]["do"]] + words, input=lines.encode(),
                         stdout=subprocess.PIPE, check=True)
    answers = run.stdout.splitlines()
    assert [json.loads(answer)["id"] for answer in answers] == [
        str(i) for i in range(len(requests))], "an answer to each, in order"
    return answers


def pick(rows, value, *more):
    """Rows of entities in the form of the suite, with indices where it has them."""
    return [dict({name: row[name] for name in (value,) + more},
                 indices=[row["start"], row["end"]]) for row in rows]


EXTRACT = {
    "mentions": lambda a: [row["screen_name"] for row in a["mentions"]],
    "mentions_with_indices": lambda a: pick(a["mentions"], "screen_name"),
    "mentions_or_lists_with_indices": lambda a: pick(a["mentions"], "screen_name", "list_slug"),
    "replies": lambda a: a["replied_to"],
    "urls": lambda a: [row["url"] for row in a["urls"]],
    "urls_with_indices": lambda a: pick(a["urls"], "url"),
    "urls_with_directional_markers": lambda a: pick(a["urls"], "url"),
    "tco_urls_with_params": lambda a: [row["url"] for row in a["urls"]],
    "hashtags": lambda a: [row["hashtag"] for row in a["hashtags"]],
    "hashtags_from_astral": lambda a: [row["hashtag"] for row in a["hashtags"]],
    "hashtags_with_indices": lambda a: pick(a["hashtags"], "hashtag"),
    "cashtags": lambda a: [row["cashtag"] for row in a["cashtags"]],
    "cashtags_with_indices": lambda a: pick(a["cashtags"], "cashtag"),
}


def entities(case):
    return {"do": "entities", "text": case["text"], "unit": 1}


def length(rules):
    return lambda case: {"do": "length", "text": case["text"], "rules": rules}


def weighted(answer):
    return {"weightedLength": answer["length"], "valid": answer["valid"],
            "permillage": answer["permillage"],
            "displayRangeStart": answer["display"][0], "displayRangeEnd": answer["display"][1],
            "validRangeStart": answer["valid_range"][0],
            "validRangeEnd": answer["valid_range"][1]}


def valid(kind):
    return lambda case: {"do": "valid", "text": case["text"], "kind": kind}


def is_valid(answer):
    return answer["valid"]


VALIDATE = {
    "tweets": (length("x1"), is_valid),
    "usernames": (valid("username"), is_valid),
    "lists": (valid("list"), is_valid),
    "hashtags": (valid("hashtag"), is_valid),
    "urls": (valid("url"), is_valid),
    "urls_without_protocol": (valid("url-bare"), is_valid),
    "WeightedTweetsCounterTest": (length("x2"), weighted),
    "WeightedTweetsWithDiscountedEmojiCounterTest": (length("x3"), weighted),
    "UnicodeDirectionalMarkerCounterTest": (length("x3"), weighted),
}

AUTOLINK = {"usernames": MENTIONS | LISTS, "lists": MENTIONS | LISTS, "hashtags": HASHTAGS,
            "urls": URLS, "cashtags": CASHTAGS,
            "all": MENTIONS | LISTS | HASHTAGS | CASHTAGS | URLS}


def autolink(what):
    return lambda case: {"do": "autolink", "text": case["text"], "what": what | TRUSTED}


def link(case):
    told = json.loads(case["json"])
    rows = []
    for kind, name, value in ((0, "user_mentions", "screen_name"), (1, "hashtags", "text"),
                              (3, "urls", "url")):
        for row in told[name]:
            rows.append({"kind": kind, "start": row["indices"][0], "end": row["indices"][1],
                         "value": row[value], "expanded": row.get("expanded_url"),
                         "display": row.get("display_url")})
    rows.sort(key=lambda row: row["start"])
    return {"do": "link", "text": case["text"], "links": rows, "what": AUTOLINK["all"] | TRUSTED}


def highlight(case):
    return {"do": "highlight", "text": case["text"], "hits": case["hits"]}


def sections():
    """Yields (file, section, cases, request, view of the answer)."""
    suite = load("extract.yml")
    for name, cases in suite.items():
        yield "extract", name, cases, entities, lambda a, n=name: EXTRACT[n](json.loads(a))
    for name, cases in load("tlds.yml").items():
        yield "tlds", name, cases, entities, lambda a: EXTRACT["urls"](json.loads(a))
    for name, cases in load("validate.yml").items():
        request, view = VALIDATE[name]
        yield "validate", name, cases, request, lambda a, v=view: v(json.loads(a))
    for name, cases in load("autolink.yml").items():
        request = link if name == "json" else autolink(AUTOLINK[name])
        yield "autolink", name, cases, request, lambda a: a
    for name, cases in load("hit_highlighting.yml").items():
        yield "hit_highlighting", name, cases, highlight, lambda a: a


def main():
    if not os.path.isdir(FOLDER):
        print("left out, since there is no " + FOLDER)
        return 77
    totals = {}
    for file, name, cases, request, view in sections():
        requests = [request(case) for case in cases]
        for way, asked in (("", ask), ("engage: ", ask_command)):
            answers = asked(requests)
            if answers is None:
                continue
            assert len(answers) == len(cases), (file, name)
            good = 0
            for case, answer in zip(cases, answers):
                found = view(answer)
                if found == case["expected"]:
                    good += 1
                else:
                    print("{}{} {}: {}\n  found {!r}\n  not   {!r}".format(
                        way, file, name, case["description"], found, case["expected"]))
            done, all_of = totals.get(way + file, (0, 0))
            totals[way + file] = (done + good, all_of + len(cases))
    for file, (done, all_of) in totals.items():
        print("{}: {} of {}".format(file, done, all_of))
    return 0 if all(done == all_of > 0 for done, all_of in totals.values()) else 1


sys.exit(main())
