"""Where gradients go: the gradient of every convolution's weights in a network not yet trained."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from resnet.experiments.degradation import KINDS
from resnet.experiments.registry import setting
from resnet.model.fresh_weights import fresh
from resnet.model.module import ResNet
from resnet.model.progress import Progress, seeded
from resnet.training.datasets import load_dataset
from resnet.training.sgd_recipe import network_for

_kaiming = partial(nn.init.kaiming_normal_, nonlinearity="relu")
INITS: dict[str, Callable[[Tensor], Any]] = {
    "he-fan-out": partial(_kaiming, mode="fan_out"),  # as this project and torchvision
    "he-fan-in": partial(_kaiming, mode="fan_in"),
    "xavier": nn.init.xavier_normal_,
    "normal-0.01": partial(nn.init.normal_, std=0.01),
    "normal-0.1": partial(nn.init.normal_, std=0.1),
}
_IMAGES = 32


@dataclass(frozen=True)
class Settings:
    """One depth, plain and residual, whose convolutions are drawn anew in the same way."""

    depth: int = setting(56, "Layers: 6n + 2.", 8, 1202)
    norm: str = setting("on", "Batch normalisation, or none.", choices=("on", "off"))
    init: str = setting("he-fan-out", "Of the convolutions.", choices=tuple(INITS))
    seed: int = setting(0, "Of the weights.", 0)


@dataclass(frozen=True)
class Row:
    """One convolution's weights: `number` counts layers from 1, the stem's, at the input.

    `gradient` is the Euclidean norm of the loss's gradient by them, `weight` their own.
    """

    kind: str
    number: int
    layer: str
    gradient: float
    weight: float


def run(settings: Settings) -> Generator[Progress[tuple[Row, ...]], None, None]:
    """Both kinds, one backward pass each. Yields after each, with all rows so far."""
    data = load_dataset("digits", train=_IMAGES)
    images, labels = data.train.images.double(), data.train.labels
    rows: tuple[Row, ...] = ()
    for done, (kind, shortcut) in enumerate(KINDS.items(), start=1):
        model = fresh(network_for(data, settings.depth, shortcut=shortcut), settings.seed)
        prepared = prepare(model, settings.norm, settings.init, settings.seed)
        rows += norms(prepared, kind, images, labels)
        yield Progress(done, len(KINDS), rows)


def conditions(settings: Settings) -> dict[str, Any]:
    """What the gradients are of."""
    return {
        "images": f"the first {_IMAGES} digits",
        "loss": "mean cross-entropy",
        "mode": "training, float64",
    }


def prepare(model: ResNet, norm: str, init: str, seed: int) -> ResNet:
    """The model in float64 and training mode, its convolutions drawn by `init`, BN kept or not."""
    convs = [module for module in model.modules() if isinstance(module, nn.Conv2d)]
    with seeded(seed, torch.device("cpu")):
        for conv in convs:
            INITS[init](conv.weight)
    if norm == "off":
        without_norm(model)
    return model.double().train()


def without_norm(model: nn.Module) -> None:
    """Put an identity in the place of every batch normalisation."""
    for parent in model.modules():
        for name, child in parent.named_children():
            if isinstance(child, nn.BatchNorm2d):
                setattr(parent, name, nn.Identity())


def norms(model: nn.Module, kind: str, images: Tensor, labels: Tensor) -> tuple[Row, ...]:
    """A row for each convolution, in the order from the input to the output."""
    weights = {n: m.weight for n, m in model.named_modules() if isinstance(m, nn.Conv2d)}
    loss = F.cross_entropy(model(images), labels)
    gradients = torch.autograd.grad(loss, [*weights.values()])
    layers = enumerate(zip(weights.items(), gradients, strict=True), start=1)
    return tuple(
        Row(kind, number, name, gradient.norm().item(), weight.detach().norm().item())
        for number, ((name, weight), gradient) in layers
    )
