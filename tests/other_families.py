"""Networks of torchvision's other families, as files that a test puts where a download would."""

import hashlib
import re
from dataclasses import replace

import torch
from torch import nn
from torchvision import models

from resnet.weights.catalogue import catalogue
from resnet.weights.loading import find


def old_style(state):
    """DenseNet's published files are older than its parameters' names."""
    return {
        re.sub(r"(denselayer\d+\.(?:norm|conv))([12])\.", r"\1.\2.", k): v for k, v in state.items()
    }


def cached(monkeypatch, folder, builder):
    """torchvision's model with random weights, and an entry for which they are the cached file."""
    torch.manual_seed(0)
    theirs = models.get_model(builder, weights=None).eval()
    for module in theirs.modules():
        if isinstance(module, nn.BatchNorm2d):  # as after training, and not all alike
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
    entry = find(builder)
    path = folder / entry.path.name
    torch.save(old_style(theirs.state_dict()), path)
    prefix = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
    made = replace(entry, path=path, sha256_prefix=prefix)
    monkeypatch.setitem(catalogue(), entry.name, made)
    return theirs, made


class Tokens(nn.Module):
    """Answers without a spatial map, as a transformer does."""

    def __init__(self):
        super().__init__()
        self.head = nn.Linear(3, 2)

    def forward(self, x):
        return self.head(x.mean((2, 3)))
