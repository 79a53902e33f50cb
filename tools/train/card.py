# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""The model card: CARD.md in full, and the short form that the model file carries."""

import data

HEAD = """<!--
SPDX-FileCopyrightText: the libengage maintainers
SPDX-License-Identifier: MIT
-->

# Model card: the built-in model

English public posts in; out come sentiment (negative, neutral, positive) and fifteen intents, each
with a probability, in integers that are the same on every machine.

How it is made: `tools/train/train.py`, which writes this page. Teachers (`teacher.py`: linear models
with word vectors, and neural nets) judge all training texts, labelled texts only by models that had
not seen them. The student (`student.c`) learns from these judgements and from the labels themselves:
features of the library's own code, hashed; 260,000 rows of 30 bytes for the features that matter most;
one ramp layer; all of it rounded to integers while it still trains. Each labelled set has intercepts
of its own, so that its habits of labelling stay with it. Sentiment is calibrated at a uniform prior,
intents at the rates of gold_train, both on posts that the calibrated student had not trained on;
thresholds are chosen there too, never on a judging set.
"""

LIMITS = """
## Limits

- English only. Other languages get a result that means little; the language is told beside it.
- Irony is mostly judged by its words. A post may be negative towards one thing and positive towards
  another: look at both probabilities, not at the label alone.
- The newest posts behind it are of 2020, and most are from Twitter: words and habits that came later
  are known by their letters at best.
- peer_answer is hardly to be told from a text alone; warning, recommendation, churn_risk, safety_risk
  and billing are rare, so that their figures are uncertain.
- The labels of gold_train and of labels/ were given by single readers.
- It judges words, not people: it must not decide alone over anyone.

## Data

Weights are shipped, texts are not. "none stated" means that the collection states no licence for its
data. Every text of a judging set, and near copies of it, were kept out of training, by letters and
digits alone. `--licence stated` trains on the sets with a stated permissive licence only.

| set | origin and licence | licence stated | used |
|---|---|---|---|
"""


def lines_of(figures):
    yield "\n## Figures\n"
    yield "On sets that never train, with 95 % bootstrap intervals.\n"
    yield "| figure | value | interval |"
    yield "|---|---|---|"
    for name, value, (low, high) in figures:
        yield "| %s | %.3f | %.3f to %.3f |" % (name, value, low, high)


def write(path, figures, licence):
    rows = []
    for s in data.SETS:
        if s.use == "train" and licence == "stated" and s.licence == "none":
            continue
        rows.append("| %s | %s | %s | %s |" % (
            s.name, s.source, {"stated": "yes", "own": "own labels"}.get(s.licence, "none stated"),
            {"train": "trains", "NC": "judges only (non-commercial)"}.get(s.use, "judges only")))
    with open(path, "w", encoding="utf-8") as f:
        f.write(HEAD + "\n".join(lines_of(figures)) + "\n" + LIMITS + "\n".join(rows) + "\n")


def short(figures, licence, seed):
    """Key and value pairs for the model file."""
    pairs = {"about": "English sentiment and fifteen intents of public posts; see tools/train/CARD.md",
             "licence": "MIT; trained on " + ("sets with a stated permissive licence"
                                              if licence == "stated" else
                                              "the sets that the card lists with their licences"),
             "seed": str(seed)}
    for name, value, (low, high) in figures:
        pairs["figure " + name] = "%.4f (%.4f to %.4f)" % (value, low, high)
    return pairs
