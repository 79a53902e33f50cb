# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""The neural teacher on neighbouring words: a convolution over word vectors."""

import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import features
import vectors

PASSES, INTENT_PASSES, SEED = 2, 6, 11
# How many of the models judge a text that no set labels.
MODELS_A_TEXT = 3
BATCH, INTENT_BATCH = 256, 64
MOST_TOKENS = 56
WIDTH, WINDOW, FILTERS, HIDDEN = 128, 4, 256, 160


def _windows(e, width):
    """Each token with its neighbours beside it: [texts, tokens, width * features]."""
    reach = width - 1
    e = F.pad(e, (0, 0, reach // 2, reach - reach // 2))
    most = e.shape[1] - reach
    return torch.cat([e[:, i:i + most] for i in range(width)], 2)


class Net(nn.Module):
    """The largest answer of each filter to a window of words, the largest and the mean of the
    projected words, a hidden layer, and heads. What lies between the word vectors and the heads
    computes in bfloat16, which recent processors multiply fast."""

    def __init__(self, table, scores, sets, heads):
        super().__init__()
        self.words = nn.Embedding.from_pretrained(table, freeze=False, sparse=True)
        self.register_buffer("scores", scores)
        self.register_buffer("bits", torch.tensor([1, 2, 4, 8, 16], dtype=torch.uint8))
        self.project = nn.Linear(table.shape[1] + scores.shape[1] + 5, WIDTH)
        self.conv = nn.Linear(WINDOW * WIDTH, FILTERS)
        self.hidden = nn.Linear(FILTERS + 2 * WIDTH, HIDDEN)
        self.origin = nn.Embedding(sets, 3)
        self.origin.weight.data.zero_()
        self.heads = nn.Linear(HIDDEN, heads)

    def forward(self, ids, marks):
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
            pooled = [torch.relu(self.conv(_windows(e, WINDOW)).max(1)[0]), e.max(1)[0], mean]
            h = F.dropout(torch.cat(pooled, 1), 0.35, self.training)
            h = torch.relu(self.hidden(h))
        return self.heads(F.dropout(h.float(), 0.25, self.training))


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


def loss(net, rows, z, chosen):
    """The weighted loss of a batch; each row is of one task, which reads its own heads alone."""
    total = 0
    batch = rows.rows[chosen]
    for k, (start, count, kind) in enumerate(rows.tasks):
        mine = np.flatnonzero(batch["task"] == k)
        if not len(mine):
            continue
        here = batch[mine]
        logits = z[torch.from_numpy(mine), start:start + count]
        target = torch.from_numpy(here["target"][:, :count].copy())
        if kind:
            each = F.binary_cross_entropy_with_logits(logits, target, reduction="none").sum(1)
        else:
            if k == 0:
                logits = logits + net.origin(torch.from_numpy(here["set"].astype(np.int64)))
            each = F.cross_entropy(logits, target, reduction="none")
        total = total + (each * torch.from_numpy(here["weight"].copy())).sum()
    return total / len(chosen)


def _learn(net, rows, batches, plan, rates, log, what):
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
        cost = loss(net, rows, net(*batches.pad(rows.rows["text"][chosen])), chosen)
        sparse.zero_grad()
        dense.zero_grad()
        cost.backward()
        nn.utils.clip_grad_norm_(others, 2.0)
        sparse.step()
        dense.step()
        if time.time() - last > 30:
            last = time.time()
            log(what, "step", step, "of", len(plan), "loss %.4f" % cost.item())


def judge(net, batches, texts, home):
    net.eval()
    out = np.zeros((len(texts), net.heads.out_features), np.float32)
    with torch.no_grad():
        for b in batches.split(texts, None):
            z = net(*batches.pad(texts[b]))
            z[:, :3] += net.origin.weight[home]
            out[b] = z.numpy()
    return out


def train(corpus, work, rows, fold, texts, log):
    """The logits of the model without a fold for each text, before and after the intents' own
    passes."""
    torch.set_num_threads(1)
    torch.manual_seed(SEED + fold)
    table = torch.from_numpy(vectors.svd(corpus, work, log) * np.float32(0.5))
    scores = torch.from_numpy(np.stack([features.valences(corpus), features.distant(corpus)], 1))
    batches = Batches(corpus)
    names = rows.sentiment.names
    net = Net(table, scores, len(names), int(rows.tasks[:, 1].sum()))
    order = np.random.default_rng(SEED + fold)
    plan = []
    for _ in range(PASSES):
        drawn = rows.draw(fold, order)
        plan += [drawn[b] for b in batches.split(rows.rows["text"][drawn], order)]
    _learn(net, rows, batches, plan, (6e-4, 2e-3), log, "wide fold %d" % fold)
    before = judge(net, batches, texts, names.index("semeval"))
    plan = []
    for _ in range(INTENT_PASSES):
        drawn = rows.draw_intents(fold, order)
        plan += [drawn[b] for b in batches.split(rows.rows["text"][drawn], order, INTENT_BATCH)]
    _learn(net, rows, batches, plan, (6e-4, 1.5e-3), log, "wide fold %d intents" % fold)
    return before, judge(net, batches, texts, names.index("semeval"))
