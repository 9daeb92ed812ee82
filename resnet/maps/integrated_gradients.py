"""Integrated Gradients whose sum is held to what was gained: steps go where it falls short.

Over any piece of the path the integral is known beforehand: it is by how much the logit rises
there. So the piece whose sum is farthest from that is halved, until the whole is near enough. With
equal steps a network of ReLUs needs hundreds, most of them where its gradient hardly turns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import captum.attr as attr
import torch
from torch import Tensor

from resnet.maps.methods import HALF, Settings
from resnet.model.progress import Forward


@dataclass(frozen=True)
class Gain:
    """What a map should add up to, what it does add up to, in logits, and the steps taken."""

    gained: float
    total: float
    steps: int

    @property
    def gap(self) -> float:
        """What is lacking, as a share of what is gained; infinite where nothing is gained."""
        lacking = abs(self.gained - self.total)
        return lacking / abs(self.gained) if self.gained else float("inf") if lacking else 0.0


@dataclass(frozen=True)
class _Piece:
    """The path of one image from `start` to `end` of the way from grey, and what it gives.

    `values` (C, H, W) are of the image's pixels; the logit is `before` at its start, `after` at its
    end.
    """

    start: float
    end: float
    before: float
    after: float
    values: Tensor

    @property
    def lacking(self) -> float:
        return abs(self.after - self.before - float(self.values.double().sum()))


def integrated_gradients(
    forward: Forward, images: Tensor, targets: Tensor, settings: Settings, batch: int
) -> tuple[Tensor, tuple[Gain, ...]]:
    """Maps (N, H, W) of images (N, C, H, W) from grey, summed over the channels, by Captum.

    Takes `settings.steps`; then halves pieces, `settings.halvings` at most, of an image whose gap
    is not below `settings.gap`. `batch` images go into a forward.
    """
    grey, seen = (_logits(forward, ends, targets) for ends in (torch.zeros_like(images), images))
    whole = _integrate(forward, images, 0, 1, targets, settings.steps, batch)
    found = []
    for i, (before, after, values) in enumerate(zip(grey, seen, whole, strict=True)):
        path = [_Piece(0, 1, before, after, values)]
        one = images[i : i + 1], targets[i : i + 1]
        found.append(_refined(forward, *one, path, settings, batch))
    return torch.stack([values.sum(0) for values, _ in found]), tuple(gain for _, gain in found)


@torch.no_grad()
def _logits(forward: Forward, images: Tensor, targets: Tensor) -> list[float]:
    logits: list[float] = forward(images).gather(1, targets[:, None])[:, 0].tolist()
    return logits


def _refined(
    forward: Forward,
    image: Tensor,
    target: Tensor,
    path: list[_Piece],
    settings: Settings,
    batch: int,
) -> tuple[Tensor, Gain]:
    """The sum over a path (C, H, W), halved where it lacks most; and what it comes to."""
    gained, steps = path[0].after - path[0].before, settings.steps
    for halvings in range(settings.halvings + 1):
        values = torch.stack([piece.values for piece in path]).sum(0)
        gain = Gain(gained, float(values.double().sum()), steps)
        if gain.gap < settings.gap or halvings == settings.halvings:
            break
        worst = max(path, key=lambda piece: piece.lacking)
        path.remove(worst)
        path.extend(_halves(forward, image, target, worst, batch))
        steps += 2 * HALF
    return values, gain


def _halves(
    forward: Forward, image: Tensor, target: Tensor, piece: _Piece, batch: int
) -> Iterator[_Piece]:
    middle = (piece.start + piece.end) / 2
    (between,) = _logits(forward, middle * image, target)
    sides = (
        (piece.start, middle, piece.before, between),
        (middle, piece.end, between, piece.after),
    )
    for start, end, before, after in sides:
        (values,) = _integrate(forward, image, start, end, target, HALF, batch)
        yield _Piece(start, end, before, after, values)


def _integrate(
    forward: Forward,
    images: Tensor,
    start: float,
    end: float,
    targets: Tensor,
    steps: int,
    batch: int,
) -> Tensor:
    """By Gauss–Legendre quadrature over a part of the way from grey: (N, C, H, W)."""
    return attr.IntegratedGradients(forward).attribute(
        end * images,
        baselines=start * images,
        target=targets,
        n_steps=steps,
        internal_batch_size=max(batch, len(images)),
    )
