# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""The engage command over a store, held against its contract."""

import html.parser
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
import unittest

from command import DEMO, ENGAGE, Folder, SHARED, SOURCE, lines_of, rows, run


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

    def test_a_store_is_made_only_to_be_filled(self):
        nowhere = os.path.join(self.folder, "no", "where")
        state = self.path("state.jsonl", b"")
        for arguments, status in (
                [(["track", DEMO, nowhere], 3), (["track", self.folder], 3),
                 (["merge", state, nowhere], 3), (["track", "--output", nowhere, DEMO], 3),
                 (["merge", "--output", nowhere, state], 3),
                 (["track", "--policy", nowhere, DEMO], 3)]
                + [([name, "x:ann"], 3) for name in ("claim dismiss resolve release suspend unlink "
                                                     "reinstate object resume forget").split()]
                + [(["hold", "x:ann", "creation"], 3), (["link", "x:ann", "x:bob"], 3),
                   (["retain"], 3), (["compact"], 3), (["check"], 3)]):
            with self.subTest(arguments):
                self.assertEqual(run(*arguments, "--store", self.store(), status=status), b"")
                self.assertNotEqual(run.errors, "")
                self.assertEqual(os.listdir(self.folder), ["state.jsonl"])

    def test_nothing_is_done_that_cannot_be_told(self):
        run("track", "--store", self.store(), DEMO)
        nowhere = os.path.join(self.folder, "no", "where")
        run("forget", "x:maya_k", "--output", nowhere, "--store", self.store(), status=3)
        self.assertEqual(len(rows("customer", "x:maya_k", "--json", "--store", self.store())), 1)

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
        plain = run("people", "--store", store).decode().splitlines()
        more = run("people", "--explain", "--store", store).decode().splitlines()
        self.assertEqual([plain[0].split()[-1], more[0].split()[-3:]],
                         ["reach", ["reach", "contacts", "audience"]])
        for line in more[1:]:
            self.assertAlmostEqual(float(line.split()[-3]),
                                   float(line.split()[-2]) + float(line.split()[-1]), delta=0.11)
        self.assertEqual([line.split() for line in plain[1:]],
                         [line.split()[:-2] for line in more[1:]])
        plain = run("queue", "--store", store).decode().splitlines()
        more = run("queue", "--explain", "--store", store).decode().splitlines()
        self.assertEqual([plain[0].split()[-1], more[0].split()[-3:]],
                         ["why", ["why", "policy", "events"]])
        self.assertRegex(more[1], r" open-social-1  e\d+(, e\d+)*$")
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
        (done,) = rows("link", "x:maya_k", "x:rob_quiet", "--json", "--store", store)
        self.assertIs(done["joined"], True)
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
        self.assertEqual(run.errors, "engage: x:maya_k: a hold names a stage: consumption, "
                                     "curation, creation or collaboration\n")
        run("link", "x:maya_k", "x:maya_k", "--store", store, status=2)
        self.assertEqual(run.errors, "engage: x:maya_k: a link names two accounts\n")

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
        for line in (b"zone = Europe/Paris", b"offset = 2026-03-29T01:00:00Z +02:00"):
            for both in ((b"zone = Europe/Berlin", line), (line, b"zone = Europe/Berlin")):
                given = b"[hours]\n\n  " + b"\n  ".join(both) + b"\n"
                run("policy", "check", given=given, status=1)
                self.assertIn("<stdin>:4:3: a zone stands alone", run.errors)
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
        # What was done is told even where somebody keeps it from being overwritten.
        reader = sqlite3.connect(path, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM event").fetchone()
        (done,) = rows("forget", "x:kira_p", "--json", "--store", store, status=3)
        self.assertEqual(done["customer"], "x:kira_p")
        self.assertIn("not overwritten yet", run.errors)
        reader.close()
        run("compact", "--store", store)
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
        run("link", "x:rob_quiet", "x:rob_quiet", "--store", store, status=2)
        self.assertIn("two accounts", run.errors)
        run("link", "x:rob_quiet", "mastodon:iris_v", "--reason", "both names are on the receipt",
            "--store", store)

    def test_a_damaged_database_is_told_on_one_line(self):
        store = self.store()
        run("track", "--store", store, DEMO)
        with open(store.removeprefix("sqlite:"), "r+b") as file:
            file.seek(3 * 4096)
            file.write(b"\xff" * 4 * 4096)
        run("check", "--store", store, status=3)
        self.assertRegex(run.errors, r"^engage: sqlite:\S+: the database is damaged: [^*?\n]+\n$")

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
        bad = self.path("bad.policy", b"nonsense\n")
        for option in ("--policy", "--model", "--catalogue"):
            for wrong in (bad, self.path("absent")):
                run("whatif", "--policy", new, option, wrong, "--store", store, status=3)
                self.assertIn(wrong, run.errors)
        catalogue = os.path.join(SOURCE, "examples", "ohmbrook.catalogue")
        self.assertEqual(rows("whatif", "--policy", new, "--catalogue", catalogue, "--json",
                              "--store", store), lines)
        # With a model alone the store's own policy stands, whatever the defaults are.
        own = os.path.join(SOURCE, "lib", "data", "engage.model")
        self.assertEqual(rows("whatif", "--model", own, "--json", "--store", other), [])
        self.assertNotEqual(rows("whatif", "--model", own, "--policy", old, "--json", "--store",
                                 other), [])

    def test_top_none_is_none(self):
        store = self.store()
        run("track", "--store", store, DEMO)
        for command in ("queue", "people"):
            self.assertEqual(run(command, "--top", "0", "--json", "--store", store), b"")
            self.assertEqual(len(rows(command, "--top", "1", "--json", "--store", store)), 1)

    def test_top_of_several_brands(self):
        store = self.store()
        ask = {"verb": "Create", "brand": "aardvark", "actor": "x:pat", "post": "x:q", "id": "q",
               "time": "2026-11-20T10:00:00Z", "text": "how do I reset it"}
        run("track", "--store", store, DEMO)
        run("track", "--store", store, given=lines_of(ask))
        queue = rows("queue", "--json", "--store", store)
        self.assertEqual(queue[0]["brand"], "aardvark")
        best = sorted(queue, key=lambda row: (-row["priority"], row["opened"], row["id"]))
        for top in range(1, len(queue) + 1):
            self.assertEqual(rows("queue", "--top", str(top), "--json", "--store", store),
                             [row for row in queue if row in best[:top]])

    def test_a_post_without_an_id_has_none(self):
        store = self.store()
        ask = {"verb": "Create", "actor": "x:pat", "id": "q", "time": "2026-11-20T10:00:00Z",
               "text": "how do I reset it"}
        run("track", "--store", store, given=lines_of(ask))
        (row,) = rows("queue", "--json", "--explain", "--store", store)
        self.assertEqual(row["posts"], [None])
        self.assertEqual([(one["post"], one["actor"], one["event"])
                          for one in row["receipt"]["events"]], [(None, "x:pat", "q")])

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
        self.assertEqual(run("state", "", "--store", store, status=1), b"")
        self.assertEqual(run.errors, "engage: '': no such account\n")
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

    def test_ids_that_are_empty_are_told_from_missing_ones(self):
        event = {"verb": "View", "actor": "x:a", "time": 1}
        run("track", "--store", self.store(), given=lines_of({"id": ""} | event, event), status=1)
        self.assertEqual(run.errors, '<stdin>:1: event: "id" is empty\n'
                                     '<stdin>:2: event: "id" is missing\n')

    def test_what_the_store_refuses_is_told(self):
        def view(number, actor):
            return {"id": f"e{number}", "verb": "View", "actor": actor, "time": number}

        def told(*arguments, given=b""):
            (counts,) = rows("track", "--json", "--store", store, *arguments, given=given, status=1)
            lines = run.errors.splitlines()
            self.assertEqual(counts["refused"], len(lines))
            return [line.split(": ")[0] for line in lines]

        store = self.store()
        policy = self.path("policy", b"[duties]\nrefuse_objected = 1\n")
        run("track", "--store", store, given=lines_of(*(view(1, f"x:{name}") for name in "abc")))
        run("forget", "x:a", "--store", store)
        run("object", "x:b", "--store", store)
        link = {"id": "l", "verb": "Link", "role": "staff", "actor": "x:desk", "time": 3,
                "target": "x:c", "object": "m:c"}
        given = lines_of(view(2, "x:c"), link, view(5, "x:b"), view(1, "x:a"), {}, view(7, "x:c"))
        self.assertEqual(sorted(told("--policy", policy, given=given)),
                         [f"<stdin>:{n}" for n in (2, 3, 4, 5)])
        # Places stay right over batches of a thousand, and from file to file.
        many = self.path("many", b"\n" + lines_of(*(view(n, "x:c") for n in range(10, 2010)), link))
        last = self.path("last", lines_of(view(1, "x:c"), link))
        self.assertEqual(told(many, last), [f"{many}:2002", f"{last}:2"])

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

    def test_what_lies_behind_merged_states_is_not_known(self):
        whole = self.store("whole.db")
        other = self.store("other.db")
        run("track", "--store", whole, DEMO)
        states = self.path("states.jsonl", run("state", "--all", "--store", whole))
        run("merge", "--store", other, states)

        def people(*options):
            return {row["customer"]: row for row in
                    rows("people", "--explain", "--json", "--store", other, *options)}

        for row in people().values():
            self.assertEqual([row["reach"], row["contacts"], row["audience"]], [None] * 3)
            self.assertIn(row["standing"], ("advocate", "detractor", "divided"))
        asked = ("customer", "x:rob_quiet", "--store", other)
        (row,) = rows(*asked, "--json")
        self.assertEqual([row["likes"], row["dislikes"], row["open"]], [None] * 3)
        told = run(*asked).decode()
        self.assertEqual(told.count("not known"), 3)
        told = run("people", "--store", other).decode().splitlines()
        self.assertEqual({line.split()[-1] for line in told[1:]}, {"-"})
        # Of whoever writes here, what is written here is known; of others, all.
        post = {"verb": "Create", "brand": "ohmbrook",
                "text": "worst dock ever, it is broken, please help me"}
        run("track", "--store", other, given=lines_of(
            *(post | {"id": f"{who}{day}", "actor": f"x:{who}", "post": f"x:{who}{day}",
                      "time": f"2026-11-{day}T10:00:00Z"}
              for who in ("rob_quiet", "anew") for day in range(20, 26))))
        for who, known in (("rob_quiet", False), ("anew", True)):
            (row,) = rows("customer", f"x:{who}", "--json", "--store", other)
            self.assertNotEqual(row["open"], [])
            self.assertIsInstance(row["dislikes"], list)
            self.assertEqual(people()[f"x:{who}"]["reach"] is not None, known)

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


if __name__ == "__main__":
    unittest.main()
