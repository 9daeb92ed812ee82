"""Shattered gradients: along a line of inputs, is a gradient like its neighbour's?

As Balduzzi et al. 2017 (arXiv:1702.08591) measure it, but on the paper's CIFAR-10 networks.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from resnet.experiments.degradation import KINDS
from resnet.experiments.registry import setting
from resnet.model.fresh_weights import fresh
from resnet.model.module import ResNet
from resnet.model.progress import Progress
from resnet.training.datasets import Dataset, load_dataset
from resnet.training.sgd_recipe import network_for

LAGS = 16
_IMAGES = 256  # whose statistics the batch normalisation keeps


@dataclass(frozen=True)
class Settings:
    """Every depth plain and residual; means over lines, each through a net of its own seed."""

    depths: tuple[int, ...] = setting((8, 20, 56, 110), "Layers: 6n + 2.", 8, 1202)
    points: int = setting(256, "Inputs on the line between two digits.", 32, 4096)
    lines: int = setting(8, "Lines, each with fresh weights.", 1, 1000)
    seed: int = setting(0, "The first line's.", 0)


@dataclass(frozen=True)
class Row:
    """Autocorrelation of d logit / d position, `lag` points apart, over all logits and lines.

    `depth` is 0 for the two kinds of noise that are measured beside the networks.
    """

    kind: str
    depth: int
    lag: int
    correlation: float


def run(settings: Settings) -> Generator[Progress[tuple[Row, ...]], None, None]:
    """Noise, then one network after another. Yields after each line."""
    data = load_dataset("digits")
    rows = noise_rows(settings.points, settings.seed)
    nets = [(kind, depth) for depth in settings.depths for kind in KINDS]
    total = len(nets) * settings.lines
    for number, (kind, depth) in enumerate(nets):
        spec = network_for(data, depth, shortcut=KINDS[kind])
        correlations = []
        for line in range(settings.lines):
            seed = settings.seed + line
            model = settled(fresh(spec, seed), data)
            slopes = slopes_along_line(model, *ends(data, seed), settings.points)
            correlations.append(autocorrelation(slopes.numpy()))
            done = number * settings.lines + line + 1
            if line + 1 == settings.lines:
                rows += _rows(kind, depth, np.concatenate(correlations))
            yield Progress(done, total, rows)


def conditions(settings: Settings) -> dict[str, Any]:
    """What stays the same in all lines."""
    return {"norm": f"statistics of the first {_IMAGES} digits, held still", "init": "he-fan-out"}


def settled(model: ResNet, data: Dataset) -> ResNet:
    """The model in eval mode, its normalisation by the statistics of the first digits.

    So that one input's gradient does not depend on its neighbours.
    """
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = 1.0  # the last batch alone counts
    with torch.no_grad():
        model.train()(data.train.images[:_IMAGES])
    return model.eval()


def ends(data: Dataset, seed: int) -> tuple[Tensor, Tensor]:
    """Two different training digits (C, H, W)."""
    rng = torch.Generator().manual_seed(seed)
    first, second = torch.randperm(len(data.train), generator=rng)[:2].tolist()
    return data.train.images[first], data.train.images[second]


def slopes_along_line(model: torch.nn.Module, start: Tensor, end: Tensor, points: int) -> Tensor:
    """d logit / d t (points, classes) at inputs start + t · (end − start), t from 0 to 1."""
    at = torch.linspace(0, 1, points)[:, None, None, None]
    inputs = (start + at * (end - start)).requires_grad_()
    logits = model(inputs)
    weights = torch.zeros_like(
        logits, requires_grad=True
    )  # of the logits; their values are nothing
    (sloped,) = torch.autograd.grad(logits, inputs, weights, create_graph=True)
    return torch.autograd.grad((sloped * (end - start)).sum(), weights)[0]


def autocorrelation(series: NDArray[Any]) -> NDArray[np.float64]:
    """Of each column of (n, columns) about its mean, at lags 0 to `LAGS`: (columns, lags)."""
    centred = series.astype(np.float64) - series.mean(0)
    power = (centred**2).sum(0)
    lags = [(centred[: len(centred) - k] * centred[k:]).sum(0) / power for k in range(LAGS + 1)]
    return np.stack(lags, axis=1)


def noise_rows(points: int, seed: int) -> tuple[Row, ...]:
    """White noise and its running sum, brown noise, by the same measure."""
    white = np.random.default_rng(seed).standard_normal((points, 200))
    return _rows("white noise", 0, autocorrelation(white)) + _rows(
        "brown noise", 0, autocorrelation(white.cumsum(0))
    )


def _rows(kind: str, depth: int, correlations: NDArray[np.float64]) -> tuple[Row, ...]:
    return tuple(Row(kind, depth, lag, float(r)) for lag, r in enumerate(correlations.mean(0)))
