"""Iterative refinement: the angle between what a block adds and the way down the loss."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np

from resnet.experiments import dissected_nets
from resnet.experiments.registry import setting
from resnet.model.progress import Progress
from resnet.residual.lesion_sweep import check_has_shortcuts
from resnet.residual.refinement import Update, update_cosines
from resnet.weights.loading import load_residual

NETS = ("digits_residual20", "digits_residual56", "digits_residual110", "shapes_resnet20")


@dataclass(frozen=True)
class Settings:
    """Each network, on its first test images."""

    nets: tuple[str, ...] = setting(NETS, "Trained networks by name.")
    images: int = setting(100, "Held-out images.", 2, 10_000)


@dataclass(frozen=True)
class Row:
    """One block that keeps the shape; `number` counts all blocks, from 1.

    Of the cosines of F(x) with −∂L/∂x, one of each image: their mean, a tenth and nine tenths, and
    the share above zero. `other` is the mean cosine with the gradient of another image, `chance`
    the standard deviation of a cosine of two random directions, one over the root of their size.
    """

    net: str
    block: str
    number: int
    cosine: float
    low: float
    high: float
    positive: float
    other: float
    chance: float


def run(settings: Settings) -> Generator[Progress[tuple[Row, ...]], None, None]:
    """One network after another. Yields with the rows of each.

    Raises `ExplainError` for a plain network.
    """
    rows: tuple[Row, ...] = ()
    for done, net in enumerate(settings.nets, start=1):
        classifier = load_residual(net)
        check_has_shortcuts(classifier.model)
        examples = dissected_nets.held_out(classifier, settings.images)
        names = [plan.name for plan in classifier.spec.blocks()]
        for update in update_cosines(classifier.model, examples):
            rows += (_row(net, names.index(update.block) + 1, update),)
        yield Progress(done, len(settings.nets), rows)


def conditions(settings: Settings) -> dict[str, Any]:
    """The networks' weights."""
    return dissected_nets.conditions(settings.nets)


def _row(net: str, number: int, update: Update) -> Row:
    own = update.own.numpy()
    return Row(
        net=net,
        block=update.block,
        number=number,
        cosine=float(own.mean()),
        low=float(np.quantile(own, 0.1)),
        high=float(np.quantile(own, 0.9)),
        positive=float((own > 0).mean()),
        other=float(update.other.mean()),
        chance=update.size**-0.5,
    )
