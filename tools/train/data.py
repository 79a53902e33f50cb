# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""The data sets behind the built-in model: where they are, what may train, and what only judges.

Every set is read by path from the directory in ENGAGE_SHARED (default ../shared). Two rules hold
for whoever trains on what this module yields:

* A text of any judging file never trains, neither as a labelled row nor as unlabelled text. Texts
  are compared by letters and digits alone, casefolded, with handles, links and a leading "RT"
  removed; a long text also counts as the same when its first or last 40 letters and digits agree,
  which finds retweets, cut copies and copies with a tail.
* A fixed fifth of goemotions_reddit (first byte of the text's SHA-256 below 0x33) judges as well.

`python3 data.py` prints what each set gives.
"""

import hashlib
import html
import os
import re
import sys
from collections import namedtuple

SENTIMENT = ("negative", "neutral", "positive")
INTENTS = ("question", "help_request", "complaint", "defect", "billing", "suggestion",
           "purchase_intent", "churn_risk", "praise", "recommendation", "warning", "peer_answer",
           "comparison", "safety_risk", "spam")
NEEDS_REPLY = ("question", "help_request", "complaint", "defect", "billing", "purchase_intent",
               "churn_risk", "safety_risk")

Row = namedtuple("Row", "set label text")

# licence: "stated" where the data itself carries a permissive licence, "own" for the project's own
# labels, "none" where the collection states no licence for its data. use: "train", "NC" or
# "judge"; the last two never train. label and text are columns; text counts from the end.
Set = namedtuple("Set", "name path task licence source use label text")


def _set(name, path, task, licence, source, use="train", label=0, text=-1):
    return Set(name, path, task, licence, source, use, label, text)


SETS = (
    _set("semeval", "sentiment/semeval_train.tsv", "sentiment", "none",
         "SemEval-2013 to 2016 Task 4-A"),
    _set("entity", "sentiment/entity.tsv", "sentiment", "none", "Kaggle Twitter entity sentiment"),
    _set("extraction", "sentiment/extraction.tsv", "sentiment", "none",
         "Tweet Sentiment Extraction"),
    _set("sanders", "sentiment/sanders.tsv", "sentiment", "none", "Sanders"),
    _set("apple", "sentiment/apple.tsv", "sentiment", "none", "CrowdFlower, Apple"),
    _set("brand_emotion", "sentiment/brand_emotion.tsv", "sentiment", "none",
         "CrowdFlower, brands and product emotions"),
    _set("dong2014", "sentiment/dong2014.tsv", "sentiment", "none",
         "Dong 2014 (MIT code, data unstated)"),
    _set("sts_gold", "sentiment/sts_gold.tsv", "sentiment", "none", "STS-Gold"),
    _set("s140_manual", "sentiment/sentiment140_manual.tsv", "sentiment", "none",
         "Sentiment140, hand-labelled"),
    _set("goemotions", "sentiment/goemotions_reddit.tsv", "sentiment", "stated",
         "GoEmotions, Apache-2.0"),
    _set("s140_distant", "sentiment/sentiment140_distant.tsv", "distant", "none",
         "Sentiment140, labelled by emoticon"),
    _set("app_sentiment", "intents/app-reviews-vu_sentiment.tsv", "app_sentiment", "none",
         "app reviews, Vu"),
    _set("topic5_train", "aspect/topic5_2016train.tsv", "topic", "none",
         "SemEval-2016 Task 4 C/E"),
    _set("topic5_dev", "aspect/topic5_2016dev.tsv", "topic", "none", "SemEval-2016 Task 4 C/E"),
    _set("topic5_devtest", "aspect/topic5_2016devtest.tsv", "topic", "none",
         "SemEval-2016 Task 4 C/E"),
    _set("topic5_test", "aspect/topic5_2016test.tsv", "topic", "none", "SemEval-2016 Task 4 C/E"),
    _set("gold_train", "intents/gold_train.tsv", "intent", "own",
         "read by the project's guideline", label=2),
    _set("complaints", "intents/complaints.tsv", "complaint", "none", "Preotiuc-Pietro 2019"),
    _set("rigaut", "intents/complaints_rigaut.tsv", "complaint", "none", "Rigaut complaints"),
    _set("tweet_acts", "intents/tweet_acts.tsv", "act", "stated", "Saha 2019, BSD-2"),
    _set("purchase", "intents/purchase.tsv", "purchase", "stated", "purchase intent, MIT"),
    _set("app_balanced", "intents/app-reviews-huang_dataset_balanced_8000.tsv", "app", "none",
         "app reviews, Huang"),
    _set("app_unbalanced", "intents/app-reviews-huang_dataset_unbalanced_4000.tsv", "app", "none",
         "app reviews, Huang"),
    _set("app_category", "intents/app-reviews-vu_category.tsv", "app_category", "none",
         "app reviews, Vu"),
    _set("sms_spam", "intents/sms_spam.tsv", "spam", "none", "SMS Spam Collection"),
    _set("banking77", "intents/banking77_train.tsv", "assistant", "stated",
         "Banking77, CC BY 4.0"),
    _set("clinc150", "intents/clinc150_train.tsv", "assistant", "stated", "CLINC150, CC BY 3.0"),
    _set("hwu64", "intents/hwu64_kfold1_train.tsv", "assistant", "stated", "HWU64, CC BY 4.0"),
    _set("emotion", "signals/emotion_train.tsv", "emotion", "none", "TweetEval emotion"),
    _set("irony", "signals/irony_train.tsv", "irony", "none", "TweetEval irony"),
    _set("offensive", "signals/offensive_train.tsv", "offensive", "none", "TweetEval offensive"),
    _set("unlabelled", "text/tweets_unlabelled.txt", "text", "none",
         "union of the sets not marked non-commercial", label=None),
    _set("tweeteval_val", "sentiment/tweeteval_val.tsv", "sentiment", "none",
         "TweetEval validation", use="judge"),
    _set("gold_dev", "intents/gold_dev.tsv", "intent", "own",
         "read by the project's guideline, adjudicated", use="judge", label=2),
    _set("airline", "sentiment/airline_NC.tsv", "sentiment", "stated",
         "Twitter US Airline, CC BY-NC-SA 4.0", use="NC"),
    _set("suggestion", "intents/suggestion_train_NC.tsv", "suggestion", "stated",
         "SemEval-2019 Task 9, CC BY-NC-SA 4.0", use="NC"),
    _set("absa_laptop14", "aspect/absa_laptop14_train_NC.tsv", "absa", "stated",
         "SemEval-2014 ABSA, non-commercial", use="NC"),
    _set("absa_rest14", "aspect/absa_rest14_train_NC.tsv", "absa", "stated",
         "SemEval-2014 ABSA, non-commercial", use="NC"),
    _set("absa_rest15", "aspect/absa_rest15_train_NC.tsv", "absa", "stated",
         "SemEval-2015 ABSA, non-commercial", use="NC"),
    _set("absa_rest16", "aspect/absa_rest16_train_NC.tsv", "absa", "stated",
         "SemEval-2016 ABSA, non-commercial", use="NC"),
)
BY_NAME = {s.name: s for s in SETS}

_LINK = re.compile(r"(?:https?://|www\.|\bpic\.twitter\.com/|\bt\.co/)\S+", re.I)
_HANDLE = re.compile(r"@\w+")
_RETWEET = re.compile(r"^\W*rt\b", re.I)
_END = 40


def shared():
    """The directory with the data sets."""
    root = os.environ.get("ENGAGE_SHARED", os.path.join("..", "shared"))
    return os.path.join(root, "data")


def key(text):
    """What two copies of a post have in common: its letters and digits, casefolded."""
    text = _HANDLE.sub(" ", _LINK.sub(" ", html.unescape(text)))
    return "".join(c for c in _RETWEET.sub(" ", text).casefold() if c.isalnum())


def ends(k):
    """The parts of a key by which a longer or shorter copy is known; none for a short key."""
    return (k[:_END], "$" + k[-_END:]) if len(k) >= _END else ()


def held_out(text):
    """Whether a goemotions_reddit text belongs to the fold that judges."""
    return hashlib.sha256(text.encode()).digest()[0] < 0x33


def read(name):
    """All rows of a set as they stand in its file."""
    s = BY_NAME[name]
    with open(os.path.join(shared(), s.path), encoding="utf-8", newline="\n") as f:
        for line in f:
            columns = line.rstrip("\r\n").split("\t")
            text = columns[s.text].replace("\r", " ")
            yield Row(name, None if s.label is None else columns[s.label], text)


def judge(name):
    """The rows by which a model is judged: of a judging file, or goemotions' held-out fold."""
    s = BY_NAME[name]
    if s.use == "train" and name != "goemotions":
        raise ValueError(name + " does not judge")
    return [r for r in read(name) if s.use != "train" or held_out(r.text)]


class Hygiene:
    """Knows every judging text, and tells whether a text may train."""

    def __init__(self):
        self.keys = set()
        self.ends = set()
        for s in SETS:
            if s.use != "train" or s.name == "goemotions":
                for row in judge(s.name):
                    k = key(row.text)
                    self.keys.add(k)
                    self.ends.update(ends(k))

    def allows(self, k):
        """Whether a text with this key may train; one without letters and digits may not."""
        return bool(k) and k not in self.keys and self.ends.isdisjoint(ends(k))


def train(names=None, licence="all", hygiene=None):
    """Yield (set, label, text) of the named sets, or of all that may train.

    Judging texts and repetitions within a set are left out. licence "stated" keeps the sets whose
    data carries a permissive licence and the project's own labels.
    """
    if licence not in ("all", "stated"):
        raise ValueError("licence is all or stated")
    hygiene = hygiene or Hygiene()
    for name in names or [s.name for s in SETS if s.use == "train"]:
        s = BY_NAME[name]
        if s.use != "train":
            raise ValueError(name + " never trains")
        if licence == "stated" and s.licence == "none":
            continue
        seen = set()
        for row in read(name):
            k = key(row.text)
            # One text may carry several topics, so there a repetition is another label.
            once = (k, row.label) if s.task == "topic" else k
            if once not in seen and hygiene.allows(k):
                seen.add(once)
                yield row


def own_labels(prefix):
    """The columns of each row of the project's own labels/PREFIX*.tsv."""
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "labels")
    for name in sorted(os.listdir(folder), key=lambda name: (len(name), name)):  # 10 after 9
        if name.startswith(prefix) and name.endswith(".tsv"):
            with open(os.path.join(folder, name), encoding="utf-8", newline="\n") as f:
                for line in f:
                    if line.strip() and not line.startswith("# "):
                        yield line.rstrip("\n").split("\t")


def _labels(prefix):
    """Text key to (sentiment, intents) of labels/PREFIX*.tsv.

    The key is that of text_key(): the posts themselves stand in the sets.
    """
    return {k: (sentiment, intents) for k, sentiment, intents, *_ in own_labels(prefix)}


def labels_read():
    """The project's own later labels in labels/read*.tsv: text key to (sentiment, intents)."""
    return _labels("read")


def corrections():
    """What a second reading settled otherwise in gold_train: text key to intents."""
    return {k: intents for k, (_, intents) in _labels("corrected").items()}


def text_key(text):
    """By what the files in labels/ name a post that they do not hold."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def intent_row(label):
    """A comma-separated list of intents as a tuple of fifteen zeros and ones."""
    wanted = set() if label == "none" else set(label.split(","))
    if not wanted <= set(INTENTS):
        raise ValueError("unknown intent in " + label)
    return tuple(int(i in wanted) for i in INTENTS)


def groups(texts):
    """A group number for each text; near-duplicates share one, to stay on one side of a split."""
    parent = list(range(len(texts)))

    def root(i):
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    first = {}
    for i, text in enumerate(texts):
        k = key(text)
        for part in (k,) + ends(k):
            parent[root(i)] = root(first.setdefault(part, i))
    return [root(i) for i in range(len(texts))]


def main():
    hygiene = Hygiene()
    print("%-16s %-8s %-7s %8s %8s" % ("set", "use", "licence", "rows", "trains"))
    for s in SETS:
        rows = sum(1 for _ in read(s.name))
        kept = sum(1 for _ in train([s.name], hygiene=hygiene)) if s.use == "train" else 0
        print("%-16s %-8s %-7s %8d %8d" % (s.name, s.use, s.licence, rows, kept))
    print("goemotions held-out fold: %d rows" % len(judge("goemotions")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
