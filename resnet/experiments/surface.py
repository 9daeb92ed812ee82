"""The loss around trained weights: a plain and a residual network on a plane of weights."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from dataclasses import asdict, dataclass
from itertools import product
from typing import Any

import torch

from resnet.experiments import dissected_nets
from resnet.experiments.degradation import KINDS
from resnet.experiments.registry import setting
from resnet.model.fresh_weights import fresh
from resnet.model.progress import Progress
from resnet.residual.loss_surface import axis_steps, loss_at, random_direction
from resnet.training.datasets import DATASETS, Dataset, load_dataset
from resnet.training.sgd_recipe import SgdRecipe, fit, network_for, score
from resnet.weights.loading import load_residual


@dataclass(frozen=True)
class Settings:
    """Every depth plain and residual, alike but for that, along directions from one seed."""

    depths: tuple[int, ...] = setting((20, 56), "Layers: 6n + 2.", 8, 1202)
    weights: str = setting(
        "bundled",
        "The bundled networks, or others trained here by the same recipe.",
        choices=("bundled", "trained"),
    )
    width: int = setting(8, "Channels of the first stage, where trained here.", 1, 64)
    epochs: int = setting(30, "Over all training images, where trained here.", 1, 1000)
    half: int = setting(10, "Points from the centre to an edge; 2n + 1 on a side.", 1, 100)
    reach: float = setting(1.0, "From the centre to an edge, in lengths of the filters.", 0.001, 2)
    images: int = setting(256, "Training images that the loss is taken on: the first.", 1, 60_000)
    data: str = setting("digits", "What is learned.", choices=tuple(DATASETS))
    seed: int = setting(
        0, "Of the directions; and of weights and order of images, where trained here.", 0
    )


@dataclass(frozen=True)
class Row:
    """One line of a network's grid, from -reach to reach in x at one y; losses of the images.

    `query` is the network; `train_error` is its share of wrong answers on all training images.
    """

    kind: str
    depth: int
    query: str
    train_error: float
    reach: float
    y: float
    losses: tuple[float, ...]


def run(settings: Settings) -> Generator[Progress[tuple[Row, ...]], None, None]:
    """One network after another, each trained and then looked around.

    Yields after each batch and each point of a grid, with rows after each line of it.
    """
    data = load_dataset(settings.data)
    nets = [(kind, depth) for depth in settings.depths for kind in KINDS]
    rows: tuple[Row, ...] = ()
    for number, (kind, depth) in enumerate(nets):
        with closing(_network(data, kind, depth, settings)) as steps:
            for step in steps:
                done, total = number * step.total + step.done, len(nets) * step.total
                rows += step.result or ()
                yield Progress(done, total, rows if step.result else None)


def _network(
    data: Dataset, kind: str, depth: int, settings: Settings
) -> Generator[Progress[tuple[Row, ...]], None, None]:
    """One network; its result is only what is new, a line of its grid."""
    grid = axis_steps(settings.half, settings.reach)
    done, points = 0, len(grid) ** 2
    if settings.weights == "bundled":
        model = load_residual(_bundled(settings, kind, depth)).model
    else:
        spec = network_for(data, depth, settings.width, shortcut=KINDS[kind])
        model = fresh(spec, settings.seed)
        recipe = SgdRecipe(epochs=settings.epochs, seed=settings.seed)
        with closing(fit(model, data, recipe)) as steps:
            for step in steps:
                done = step.done
                yield Progress(done, step.total + points)
    total, examples = done + points, data.train.part(slice(settings.images))
    error = score(model, data.train).error
    rng = torch.Generator().manual_seed(settings.seed)
    plane = random_direction(model, rng), random_direction(model, rng)
    for y in grid:
        losses: tuple[float, ...] = ()
        for x in grid:
            losses += (loss_at(model, examples, plane, (x, y)),)
            done += 1
            yield Progress(done, total)
        yield Progress(
            done,
            total,
            (Row(kind, depth, model.spec.to_query(), error, settings.reach, y, losses),),
        )


def conditions(settings: Settings) -> dict[str, Any]:
    """The networks' weights, or the recipe that they are trained by."""
    if settings.weights == "trained":
        return {"recipe": asdict(SgdRecipe(epochs=settings.epochs, seed=settings.seed))}
    nets = product(KINDS, settings.depths)
    return dissected_nets.conditions(tuple(_bundled(settings, *net) for net in nets))


def _bundled(settings: Settings, kind: str, depth: int) -> str:
    return f"{settings.data}_{kind}{depth}"
