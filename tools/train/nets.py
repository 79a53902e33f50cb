# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""The neural teachers: nets on word vectors which learn sentiment, intents and neighbouring tasks.

All tasks share the encoder; sentiment has an intercept for each set. As with the linear teachers,
five models each miss one fold, so every training row is judged by a model that never saw it.
"""

import os
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import corpus as corpora
import features
import linear
import tasks
import vectors

# Each net: its encoder, its word vectors, how many passes, and the first seed.
NETS = {
    "wide": ("wide", ("svd",), 2, 11),
    "deep": ("deep", ("sg",), 2, 23),
    "wide-sg": ("wide", ("sg",), 2, 37),
    "deep-svd": ("deep", ("svd",), 2, 41),
}
BATCH = 256
MOST_TOKENS = 56
WIDTH = 128
# Rows of each task drawn for one pass; 1 is each row once, 2.5 each two and a half times.
SHARE = {"sentiment": 1, "intents": 2.5, "distant": 0.35, "assistant": 0.1, "offensive": 0.5,
         "app": 0.5, "spam": 0.5}
LOSS = {"sentiment": 1.0, "intents": 6.0, "distant": 0.4}
SIDE_LOSS = 0.25
SMOOTHING = 0.05
# Passes over the intents' rows alone at the end.
INTENT_PASSES = 6
# How many of the five models judge a text that no set labels.
MODELS_A_TEXT = 3


def _windows(e, width, step=1):
    """Each token with its neighbours beside it: [texts, tokens, width * features]."""
    reach = (width - 1) * step
    e = F.pad(e, (0, 0, reach // 2, reach - reach // 2))
    most = e.shape[1] - reach
    return torch.cat([e[:, i * step:i * step + most] for i in range(width)], 2)


class Net(nn.Module):
    """wide: one convolution over four tokens, its maxima. deep: two convolutions, the second with
    gaps, maxima and four attentions. Both add the mean of the projected words. The layers between
    the word vectors and the heads compute in bfloat16, which recent processors multiply fast."""

    def __init__(self, kind, table, scores, sets, heads):
        super().__init__()
        self.words = nn.Embedding.from_pretrained(table, freeze=False, sparse=True)
        self.register_buffer("scores", scores)
        self.register_buffer("bits", torch.tensor([1, 2, 4, 8, 16], dtype=torch.uint8))
        self.project = nn.Linear(table.shape[1] + scores.shape[1] + 5, WIDTH)
        self.kind = kind
        if kind == "wide":
            self.conv = nn.Linear(4 * WIDTH, 256)
            size = 256 + 2 * WIDTH
        else:
            self.conv = nn.Linear(3 * WIDTH, WIDTH)
            self.deep = nn.Linear(3 * WIDTH, 160)
            self.attend = nn.Linear(160, 4)
            size = 5 * 160 + WIDTH
        self.hidden = nn.Linear(size, 160)
        self.origin = nn.Embedding(sets, 3)
        self.origin.weight.data.zero_()
        self.heads = nn.ModuleDict({name: nn.Linear(160, n) for name, n in heads.items()})

    def encode(self, ids, marks):
        full = (ids > 0).unsqueeze(2)
        if self.training:
            ids = ids.masked_fill(torch.rand(ids.shape) < 0.06, 0)
        flags = ((marks.unsqueeze(2) & self.bits) > 0).float()
        v = self.words(ids)
        if self.training:
            v = v * (torch.rand(len(v), 1, v.shape[2]) > 0.15)
        with torch.autocast("cpu", torch.bfloat16):
            e = torch.relu(self.project(torch.cat([v, self.scores[ids], flags], 2))) * full
            mean = e.sum(1) / full.sum(1).clamp(min=1)
            if self.kind == "wide":
                x = self.conv(_windows(e, 4))
                pooled = [torch.relu(x.max(1)[0]), e.max(1)[0], mean]
            else:
                x = torch.relu(self.conv(_windows(e, 3))) + e
                x = torch.relu(self.deep(_windows(x, 3, 2)))
                gate = self.attend(x).float().masked_fill(~full, -1e4)
                gate = torch.softmax(gate, 1).to(x.dtype)
                pooled = [x.max(1)[0], torch.bmm(gate.transpose(1, 2), x).flatten(1), mean]
            h = F.dropout(torch.cat(pooled, 1), 0.35, self.training)
            h = torch.relu(self.hidden(h))
        return F.dropout(h.float(), 0.25, self.training)


class Batches:
    """Texts padded to the longest of their batch, drawn from batches of like length."""

    def __init__(self, corpus):
        self.ids, self.marks = torch.from_numpy(corpus.ids).long(), torch.from_numpy(corpus.marks)
        self.offsets = corpus.offsets
        self.length = np.minimum(np.diff(corpus.offsets), MOST_TOKENS)

    def pad(self, texts):
        length = self.length[texts]
        most = max(int(length.max()), 1)
        at = torch.from_numpy(self.offsets[texts])[:, None] + torch.arange(most)
        real = torch.arange(most) < torch.from_numpy(length)[:, None]
        at = at.clamp(max=len(self.ids) - 1)
        return self.ids[at] * real, self.marks[at] * real

    def split(self, texts, order, size=BATCH):
        """Batches of row numbers, alike in length, in random order if one is given."""
        length = self.length[texts]
        if order is not None:
            length = length + order.random(len(texts)) * 2
        rows = np.argsort(length, kind="stable")
        parts = [rows[i:i + size] for i in range(0, len(rows), size)]
        if order is not None:
            order.shuffle(parts)
        return parts


class Rows:
    """The training rows of all tasks in one list: text, task, label or number of the intent row."""

    def __init__(self, corpus):
        self.sentiment = tasks.Sentiment(corpus)
        self.intents = tasks.Intents(corpus)
        weight = self.sentiment.weights() * np.array(
            [linear.SET_WEIGHT.get(n, 1) for n in self.sentiment.names])[self.sentiment.set]
        sides = {t: tasks.Auxiliary(corpus, t) for t in tasks.AUXILIARY}
        self.names = ["sentiment", "intents"] + list(sides)
        self.heads = {"sentiment": 3, "intents": 15}
        self.heads.update({t: len(a.classes) for t, a in sides.items()})
        text = [self.sentiment.text, self.intents.text] + [a.text for a in sides.values()]
        label = [self.sentiment.label, np.arange(len(self.intents.text))]
        label += [a.label for a in sides.values()]
        self.task = np.repeat(np.arange(len(text)), [len(t) for t in text])
        self.text = np.concatenate(text)
        self.label = np.concatenate(label)
        self.set = np.zeros(len(self.text), np.int64)
        self.set[:len(self.sentiment.set)] = self.sentiment.set
        self.weight = np.ones(len(self.text), np.float32)
        self.weight[:len(weight)] = weight
        self.fold = corpus.fold[self.text]

    def draw(self, fold, order):
        """The rows of one pass, without those of a fold."""
        chosen = []
        for k, name in enumerate(self.names):
            rows = np.flatnonzero((self.task == k) & (self.fold != fold))
            share = SHARE.get(name, 1)
            order.shuffle(rows)
            chosen += [rows] * int(share) + [rows[:int(len(rows) * (share - int(share)))]]
        return np.concatenate(chosen)


def _loss(net, rows, h, chosen):
    total = 0
    task = rows.task[chosen]
    for k, name in enumerate(rows.names):
        mine = np.flatnonzero(task == k)
        if not len(mine):
            continue
        here = chosen[mine]
        z = net.heads[name](h[torch.from_numpy(mine)])
        if name == "intents":
            target = torch.from_numpy(rows.intents.target[rows.label[here]])
            each = F.binary_cross_entropy_with_logits(z, target, reduction="none").mean(1)
        else:
            if name == "sentiment":
                z = z + net.origin(torch.from_numpy(rows.set[here]))
            each = F.cross_entropy(z, torch.from_numpy(rows.label[here]), reduction="none",
                                   label_smoothing=SMOOTHING)
        each = each * torch.from_numpy(rows.weight[here])
        total = total + each.sum() * LOSS.get(name, SIDE_LOSS)
    return total / len(chosen)


def _steps(net, rows, batches, plan, rates, log, what):
    """Descend along the planned batches, warming up over a twelfth and then slowing to a stop."""
    sparse = torch.optim.SparseAdam([net.words.weight], lr=rates[0])
    others = [p for n, p in net.named_parameters() if n != "words.weight"]
    dense = torch.optim.AdamW(others, lr=rates[1], weight_decay=1e-4)
    last = time.time()
    net.train()
    for step, chosen in enumerate(plan):
        done = step / len(plan)
        rate = min(done / 0.08, (1 - done) / 0.92) + 0.01
        sparse.param_groups[0]["lr"] = rates[0] * rate
        dense.param_groups[0]["lr"] = rates[1] * rate
        loss = _loss(net, rows, net.encode(*batches.pad(rows.text[chosen])), chosen)
        sparse.zero_grad()
        dense.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(others, 2.0)
        sparse.step()
        dense.step()
        if time.time() - last > 30:
            last = time.time()
            log(what, "step", step, "of", len(plan), "loss %.4f" % loss.item())


def _train(net, rows, batches, fold, passes, seed, log):
    """All tasks together."""
    order = np.random.default_rng(seed)
    plan = []
    for _ in range(passes):
        drawn = rows.draw(fold, order)
        plan += [drawn[b] for b in batches.split(rows.text[drawn], order)]
    _steps(net, rows, batches, plan, (6e-4, 2e-3), log, "fold %d" % fold)


def _tune(net, rows, batches, fold, seed, log):
    """Then the intents alone, whose rows are few among the others."""
    order = np.random.default_rng(seed)
    mine = np.flatnonzero((rows.task == rows.names.index("intents")) & (rows.fold != fold))
    plan = []
    for _ in range(INTENT_PASSES):
        plan += [mine[b] for b in batches.split(rows.text[mine], order, 64)]
    _steps(net, rows, batches, plan, (6e-4, 1.5e-3), log, "fold %d intents" % fold)


def _predict(net, rows, batches, texts):
    net.eval()
    home = rows.sentiment.names.index("semeval")
    sent = np.zeros((len(texts), 3), np.float16)
    intent = np.zeros((len(texts), 15), np.float16)
    with torch.no_grad():
        for b in batches.split(texts, None):
            h = net.encode(*batches.pad(texts[b]))
            z = net.heads["sentiment"](h) + net.origin.weight[home]
            sent[b] = torch.softmax(z, 1).numpy()
            intent[b] = torch.sigmoid(net.heads["intents"](h)).numpy()
    return sent, intent


def run(corpus, work, name, log, only=()):
    """Train a net's five models, or those of some folds only, and keep their joint predictions."""
    kind, sources, passes, seed = NETS[name]
    torch.set_num_threads(1)
    made = {"svd": lambda: vectors.svd(corpus, work, log),
            "sg": lambda: vectors.skipgram(corpus, work, log)}
    table = torch.from_numpy(np.concatenate([made[s]() for s in sources], 1) * 0.5)
    scores = torch.from_numpy(np.stack([features.valences(corpus), features.distant(corpus)], 1))
    rows, batches = Rows(corpus), Batches(corpus)
    t = rows.sentiment

    def model(f):
        path = os.path.join(work, "%s-fold%d.npz" % (name, f))
        texts = linear.audience(corpus, f, MODELS_A_TEXT)
        if not os.path.exists(path):
            torch.manual_seed(seed + f)
            net = Net(kind, table.clone(), scores, len(t.names), rows.heads)
            _train(net, rows, batches, f, passes, seed + f, log)
            sent, _ = _predict(net, rows, batches, texts)
            _tune(net, rows, batches, f, seed + f, log)
            _, intent = _predict(net, rows, batches, texts)
            np.savez(path, sent=sent, intent=intent)
            log(name, "fold", f, "predicted")
        with np.load(path) as r:
            return texts, r["sent"].astype(np.float32), r["intent"].astype(np.float32)

    results = [model(f) for f in only or range(corpora.FOLDS)]
    if only:
        return
    sent = linear.crossed(corpus, lambda f: (results[f][0], results[f][1]))
    intent = linear.crossed(corpus, lambda f: (results[f][0], results[f][2]))
    np.save(os.path.join(work, name + "-sentiment.npy"), sent)
    np.save(os.path.join(work, name + "-intents.npy"), intent)
    tasks.folds(log, name, rows.sentiment, rows.intents, sent, intent)
