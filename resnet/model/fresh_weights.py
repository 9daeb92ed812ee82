"""A network as it begins: weights drawn from a seed."""

from __future__ import annotations

import torch

from resnet.model.module import ResNet, build
from resnet.model.progress import seeded
from resnet.network.spec import ResNetSpec


def fresh(spec: ResNetSpec, seed: int = 0) -> ResNet:
    """A network whose initial weights follow from the seed; the global generator is left alone."""
    with seeded(seed, torch.device("cpu")):
        return build(spec)
