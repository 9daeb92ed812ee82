"""The loss around trained weights: a plain and a residual network on a plane of weights."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import Any

import torch

from resnet.datasets import DATASETS, load
from resnet.experiments import setting
from resnet.experiments.degradation import KINDS
from resnet.fitting import Recipe, fit, network
from resnet.progress import Progress
from resnet.surface import direction, line, places
from resnet.train import fresh


@dataclass(frozen=True)
class Settings:
    """Both networks are trained alike and looked at along directions from the same seed."""

    depth: int = setting(56, "Layers: 6n + 2.", 8, 1202)
    epochs: int = setting(30, "Over all training images.", 1, 1000)
    half: int = setting(20, "Points from the centre to an edge; 2n + 1 on a side.", 1, 100)
    reach: float = setting(1.0, "From the centre to an edge, in lengths of the filters.", 0.001, 10)
    images: int = setting(256, "Training images that the loss is taken on: the first.", 1, 60_000)
    data: str = setting("digits", "What is learned.", choices=tuple(DATASETS))
    seed: int = setting(0, "Of the weights, the order of the images and the directions.", 0)


@dataclass(frozen=True)
class Row:
    """One line of a network's grid, from -reach to reach in x at one y; losses of the images.

    `train_error` is the trained network's, a share of all training images.
    """

    kind: str
    depth: int
    train_error: float
    reach: float
    y: float
    losses: tuple[float, ...]


def run(settings: Settings) -> Generator[Progress[tuple[Row, ...]], None, None]:
    """Train both, then look around each. Yields after each batch and point, rows after a line."""
    data = load(settings.data)
    examples = data.train.first(settings.images)
    recipe = Recipe(epochs=settings.epochs, seed=settings.seed)
    grid = places(settings.half, settings.reach)
    rows: tuple[Row, ...] = ()
    for number, (kind, shortcut) in enumerate(KINDS.items()):
        model = fresh(network(data, settings.depth, shortcut=shortcut), settings.seed)
        with closing(fit(model, data, recipe)) as steps:
            for step in steps:
                each = step.total + len(grid) ** 2
                done = number * each + step.done
                yield Progress(done, len(KINDS) * each)
        assert step.train is not None
        dice = torch.Generator().manual_seed(settings.seed)
        plane = direction(model, dice), direction(model, dice)
        for y in grid:
            losses: tuple[float, ...] = ()
            for loss in line(model, examples, plane, y, grid):
                losses, done = (*losses, loss), done + 1
                yield Progress(done, len(KINDS) * each)
            row = Row(kind, settings.depth, step.train.error, settings.reach, y, losses)
            rows += (row,)
            yield Progress(done, len(KINDS) * each, rows)


def about(settings: Settings) -> dict[str, Any]:
    """The recipe, which is the paper's but for its length."""
    return {"recipe": asdict(Recipe(epochs=settings.epochs, seed=settings.seed))}
