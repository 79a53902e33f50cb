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
not seen them. One of the nets begins as all-MiniLM-L6-v2 (Wang et al. 2020, arXiv:2002.10957; Reimers
and Gurevych 2019, arXiv:1908.10084; weights under Apache-2.0), a transformer of six layers that read
a thousand million pairs of sentences, and learns on from there; none of its weights are in the model.
The student (`student.c`) learns from these judgements and from the labels themselves. What it can learn
from is short: with twice as many posts it comes a sixth nearer to the teachers. So it also hears what
that net says of 2,700,000 altered posts (`altered.py`): parts of posts, joined ones, ones with words left
out or exchanged. It has
features of the library's own code, hashed; 506,800 rows of 28 columns of four bits for the features that matter most, and a vocabulary of 30,000 words;
one ramp layer; all of it rounded to integers while it still trains. Each labelled set has intercepts
of its own, so that its habits of labelling stay with it. Sentiment is calibrated at a uniform prior
(labels on semeval, and half as much on goemotions; how surely they are told, twice as much on goemotions),
intents at the rates of gold_train, both on posts that the calibrated student had not trained on;
thresholds are chosen there too, never on a judging set: half of the best F1 of each intent. The teachers knew the labels of those posts,
and something of them may have come to the student by what they said of posts like these: the figures
by source are somewhat hopeful for that reason; those of the sets that never train are not.
"""

LIMITS = """
## Limits

- English only. Other languages get a result that means little; the language is told beside it.
- Irony is mostly judged by its words. A post may be negative towards one thing and positive towards
  another: look at both probabilities, not at the label alone.
- The irony told beside it rises with praise, as ironic posts of its set praise by their words: plain
  praise has 0.6 to 0.8. It hardly tells mocked praise from meant praise, and lowers confidence little.
- The newest posts behind it are of 2020, and most are from Twitter: words and habits that came later
  are known by their letters at best.
- It learnt from brief posts. Intents of longer texts are read by passages, and letters without their
  letterhead in English, see engage_analyzer_new(3); the sentiment of a long text is of its sum,
  tempered by length, and still less sure than its probability says: of app reviews of more than 64
  words 0.78 is told and 0.66 is right, of those up to 64 words 0.82 and 0.68.
- peer_answer is hardly to be told from a text alone; warning, recommendation, churn_risk, safety_risk
  and billing are rare, so that their figures are uncertain.
- The labels of gold_train and of labels/ were given by single readers.
- It learnt from posts in which the names of labels/brands.txt are others, so that a firm's name has no
  tone of its own: in posts of Twitter that name one, another name in its place leaves the label of
  sentiment as it was in 98 % and all intents in 97 to 98 %; of 344 posts that name firms which that file
  lacks, in 97 and 94 %. A name that is a common word too, such as Target, has the tone of that word;
  those of persons, places and teams were learnt with what is said of them.
- It judges words, not people: it must not decide alone over anyone.

## Data

Weights are shipped, texts are not. "none stated" means that the collection states no licence for its
data. Every text of a judging set, and near copies of it, were kept out of training, by letters and
digits alone. `--licence stated` trains on the sets with a stated permissive licence only.

| set | origin and licence | licence stated | used |
|---|---|---|---|
"""


def keep_figures(path, figures):
    """In full, so that no card rounds what was rounded before."""
    with open(path, "w", encoding="utf-8") as f:
        f.writelines("%s\t%.17g\n" % (name, value) for name, value, _ in figures)


def read_figures(path):
    with open(path, encoding="utf-8") as f:
        return {name: float(value) for name, value in (line.split("\t") for line in f)}


def lines_of(figures, beside):
    yield "\n## Figures\n"
    yield ("On sets that never train, with 95 % bootstrap intervals. The last column is a model made "
           "with `--licence stated`.\n")
    yield "| figure | value | interval | stated licences alone |"
    yield "|---|---|---|---|"
    for name, value, (low, high) in figures:
        other = "%.3f" % beside[name] if name in beside else ""
        yield "| %s | %.3f | %.3f to %.3f | %s |" % (name, value, low, high, other)


# Where the sets' posts are from and when they were written, as far as is known.
PERIOD = {"semeval": "Twitter, 2013 to 2016", "entity": "Twitter, to 2020",
          "extraction": "Twitter, 2009", "sanders": "Twitter, 2011", "apple": "Twitter, 2014",
          "brand_emotion": "Twitter, 2011 to 2013", "dong2014": "Twitter, to 2014",
          "sts_gold": "Twitter, 2009", "s140_manual": "Twitter, 2009",
          "goemotions": "Reddit, to 2019"}


def by_source(sources, figures):
    worst = min(sources, key=lambda s: s[2])
    judged = [f for f in figures if f[0].endswith("macro recall")]
    lowest = min(judged, key=lambda f: f[1])
    yield "\n## Headline\n"
    yield ("Worst source: macro recall %.3f (%.3f to %.3f) on %s. Worst set that never trains: %.3f "
           "(%.3f to %.3f), %s.\n" % (worst[2], *worst[3], worst[0], lowest[1], *lowest[2], lowest[0]))
    yield ("\n## By source and period\n\nSentiment of labelled posts as students see them that were "
           "trained without these posts and copies of them.\n")
    yield "| source | platform and period | posts | macro recall | interval | macro F1 |"
    yield "|---|---|---|---|---|---|"
    for name, count, recall, (low, high), f in sources:
        yield "| %s | %s | %d | %.3f | %.3f to %.3f | %.3f |" % (
            name, PERIOD.get(name, ""), count, recall, low, high, f)


def write(path, figures, sources, beside, licence):
    rows = []
    for s in data.SETS:
        if s.use == "train" and licence == "stated" and s.licence == "none":
            continue
        rows.append("| %s | %s | %s | %s |" % (
            s.name, s.source, {"stated": "yes", "own": "own labels"}.get(s.licence, "none stated"),
            {"train": "trains", "NC": "judges only (non-commercial)"}.get(s.use, "judges only")))
    with open(path, "w", encoding="utf-8") as f:
        parts = list(by_source(sources, figures)) + list(lines_of(figures, beside))
        f.write(HEAD + "\n".join(parts) + "\n" + LIMITS + "\n".join(rows) + "\n")


CAREFUL = """<!--
SPDX-FileCopyrightText: the libengage maintainers
SPDX-License-Identifier: MIT
-->

# Model card: the careful model

`lib/data/models/careful.model` stands on the built-in model (CARD.md) and adds an encoder, which
reads tokens in their order: a token is the sum of 192 numbers each for its word or its letters, its
group, its tone and its marks; two convolutions over three tokens add to it what its neighbours make
of it; means and maxima over the post go through a hidden layer of 192 to the eighteen heads, which
add to the logits of the built-in model. Weights are of 8 bits, and all arithmetic is of integers, the
same on every machine. It judges better and takes about fifty times as long.

How it is made: `tools/train/careful.py`, which writes this page, out of the same rows as the
built-in model: the judgements of the same teachers, the labels, altered posts. What its heads count
beside those of the built-in model, its calibration and its thresholds come from posts that neither
had trained on. What CARD.md says of data, licences and limits holds here too.

A cascade (ENGAGE_ANALYZE_CASCADE) asks the encoder about posts in doubt alone: by two margins, which
are set so that 15 % of the first 20,000 of tweets_unlabelled.txt are asked.

## Figures

On sets that never train, with 95 % bootstrap intervals. The last columns are a cascade's, and the
built-in model's.

| figure | value | interval | cascade | built-in |
|---|---|---|---|---|
"""


def write_careful(path, figures, cascade, builtin):
    """The last two: figures by name, as read_figures() gives them."""
    with open(path, "w", encoding="utf-8") as f:
        f.write(CAREFUL)
        for name, value, (low, high) in figures:
            f.write("| %s | %.3f | %.3f to %.3f | %.3f | %.3f |\n" % (
                name, value, low, high, cascade[name], builtin[name]))


def short_careful(figures, seed):
    """Key and value pairs for the careful model's file."""
    return {**short(figures, "all", seed),
            "about": "the built-in model with an encoder; see tools/train/CAREFUL.md"}


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
