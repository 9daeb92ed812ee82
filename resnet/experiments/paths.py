"""Many short paths: how large a gradient comes back along paths of each length (Veit et al. 2016).

As they did, paths of a length are drawn at random and measured one by one. Beside that stands what
they could not sample: the sum over all paths of the length, exactly.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from resnet.counts.path_counts import path_counts
from resnet.experiments import dissected_nets
from resnet.experiments.registry import setting
from resnet.model.module import ResNet
from resnet.model.progress import Progress
from resnet.residual.path_gradients import gradients_along_path, gradients_by_length, magnitude
from resnet.training.datasets import Examples
from resnet.weights.loading import load_residual

NETS = ("digits_residual20", "digits_residual56", "shapes_resnet20")


@dataclass(frozen=True)
class Settings:
    """Each network, on its first test images; the same images for every path."""

    nets: tuple[str, ...] = setting(NETS, "Trained residual networks by name.")
    images: int = setting(32, "Held-out images.", 1, 360)
    draws: int = setting(50, "Paths drawn of each length.", 1, 10_000)
    seed: int = setting(0, "Of the paths.", 0)


@dataclass(frozen=True)
class Row:
    """All paths of one length, which is the number of branches that they go through.

    A magnitude is the root mean square over images of the 2-norm of the gradient of an image's loss
    by its pixels. `median`, `low`, `high` (a tenth and nine tenths) and `mean` are over the `draws`
    drawn paths; `summed` is `paths` × `mean`, what they would add up to if none cancelled another.
    `together` is the magnitude of their sum, over all `paths`, and `whole` that of the gradient.
    """

    net: str
    length: int
    paths: int
    share: float
    draws: int
    median: float
    low: float
    high: float
    mean: float
    summed: float
    together: float
    whole: float


def run(settings: Settings) -> Generator[Progress[tuple[Row, ...]], None, None]:
    """One network after another: first the exact sums, then one path of every length by turns.

    Yields after each path, with rows after each turn.
    """
    finished: tuple[Row, ...] = ()
    sizes = [sum(load_residual(net).spec.layers) + 1 for net in settings.nets]
    done, total = 0, sum(sizes) * settings.draws
    for net in settings.nets:
        for rows in _measured(net, settings):
            done += 1
            yield Progress(done, total, finished + rows if rows else None)
        finished += rows


def conditions(settings: Settings) -> dict[str, Any]:
    """The networks' weights."""
    return dissected_nets.conditions(settings.nets)


def _measured(net: str, settings: Settings) -> Generator[tuple[Row, ...], None, None]:
    """The rows of one network after each turn; nothing between."""
    classifier = load_residual(net)
    examples = dissected_nets.held_out(classifier, settings.images)
    sums = gradients_by_length(classifier.model, examples)
    together, whole = magnitude(sums).tolist(), float(magnitude(sums.sum(0)))
    drawn: list[list[float]] = [[] for _ in together]
    rng = torch.Generator().manual_seed(settings.seed)
    for _ in range(settings.draws):
        for length, magnitudes in enumerate(drawn):
            magnitudes.append(_drawn(classifier.model, examples, length, rng))
            if length + 1 < len(drawn):
                yield ()
        yield _rows(net, drawn, together, whole)


def _drawn(model: ResNet, examples: Examples, length: int, rng: torch.Generator) -> float:
    """The magnitude along one path of this length, drawn from all of them alike."""
    blocks = sum(model.spec.layers)
    taken = set(torch.randperm(blocks, generator=rng)[:length].tolist())
    return float(
        magnitude(gradients_along_path(model, examples, [i in taken for i in range(blocks)]))
    )


def _rows(
    net: str, drawn: Sequence[Sequence[float]], together: Sequence[float], whole: float
) -> tuple[Row, ...]:
    paths = path_counts(len(drawn) - 1)
    return tuple(
        Row(
            net=net,
            length=length,
            paths=paths[length],
            share=paths[length] / sum(paths),
            draws=len(magnitudes),
            median=float(np.median(magnitudes)),
            low=float(np.quantile(magnitudes, 0.1)),
            high=float(np.quantile(magnitudes, 0.9)),
            mean=float(np.mean(magnitudes)),
            summed=paths[length] * float(np.mean(magnitudes)),
            together=together[length],
            whole=whole,
        )
        for length, magnitudes in enumerate(drawn)
    )
