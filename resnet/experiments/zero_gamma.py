"""Starting as the identity: with the last γ of each block at 0, a deep net begins as a shallow one.

Goyal et al. 2017 (arXiv:1706.02677), section 5.1.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from copy import deepcopy
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn

from resnet.experiments.registry import setting
from resnet.model.fresh_weights import fresh
from resnet.model.module import Block, ResNet
from resnet.model.progress import Progress
from resnet.training.datasets import load_dataset
from resnet.training.sgd_recipe import SgdRecipe, fit, network_for

_SHOWN = 4  # updates between two results
_IMAGES = 256  # on which the deep net and the shallow one are compared


@dataclass(frozen=True)
class Settings:
    """Two trainings that differ in the last γ of each block: 1 or 0 at the start."""

    depth: int = setting(56, "Layers: 6n + 2.", 8, 1202)
    epochs: int = setting(1, "Over all digits.", 1, 100)
    batch: int = setting(32, "Images a step.", 2, 1024)
    seed: int = setting(0, "Of the weights and of the order of the images.", 0)


@dataclass(frozen=True)
class Row:
    """Before update `step`, which counts from 0: the batch's loss, with γ = `gamma` at the start.

    `away` tells of the start: the largest difference between a logit of the network and of the one
    that is made of its stem, shortcuts and head, in training mode.
    """

    gamma: int
    step: int
    loss: float
    away: float


def run(settings: Settings) -> Generator[Progress[tuple[Row, ...]], None, None]:
    """First γ = 0, then γ = 1. Yields after each update, at some of them with all rows so far."""
    data = load_dataset("digits")
    rows: tuple[Row, ...] = ()
    images = data.train.images[:_IMAGES]
    for gamma in (0, 1):
        spec = network_for(data, settings.depth, zero_init_residual=not gamma)
        model = fresh(spec, settings.seed)
        away = difference(model, images)
        with closing(fit(model, data, recipe(settings))) as steps:
            for step in steps:
                rows += (Row(gamma, step.done - 1, step.loss, away),)
                shown = step.done % _SHOWN == 0 or step.done == step.total
                yield Progress(
                    gamma * step.total + step.done, 2 * step.total, rows if shown else None
                )


def recipe(settings: Settings) -> SgdRecipe:
    """At the rate of He et al. 2015 from the first update on: nothing is warmed up."""
    return SgdRecipe(settings.epochs, settings.batch, rate=0.1, seed=settings.seed)


def conditions(settings: Settings) -> dict[str, Any]:
    """The recipe, and how many layers with weights the network begins with."""
    return {"data": "digits", "recipe": asdict(recipe(settings))}


def shallow(model: ResNet) -> nn.Sequential:
    """The network of the same modules: stem, the shortcuts that change the shape, and head."""
    first = (model.conv1, model.bn1, model.relu, model.maxpool)
    last = (model.avgpool, nn.Flatten(1), model.fc)
    return nn.Sequential(*first, *_shortcuts(model), *last).train(model.training)


@torch.no_grad()
def difference(model: ResNet, images: Tensor) -> float:
    """The largest difference between a logit of the model and of `shallow(model)`.

    By the statistics of the batch, as in training: the running ones of an untrained network
    normalise nothing, and its stream grows from block to block. The model is left as it was.
    """
    trained = deepcopy(model).train()
    return (trained(images) - shallow(trained)(images)).abs().max().item()


def _shortcuts(model: ResNet) -> Iterator[nn.Module]:
    for block in model.modules():
        if isinstance(block, Block) and block.shortcut != "identity":
            yield from (block.downsample, nn.ReLU())
