"""Measure a network on scenes: does it name the objects, and do its class maps point at them?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from numpy.typing import NDArray
from torch import Tensor

from resnet.maps.stage_maps import class_maps
from resnet.model.module import ResNet
from resnet.network.tracing import trace
from resnet.pictures.placement import PLACEMENTS, place
from resnet.training.scenes.drawn_shapes import HELD_OUT_SEEDS, Scene, scenes

MEAN, STD = (0.5, 0.5, 0.5), (0.25, 0.25, 0.25)


@dataclass(frozen=True)
class Evaluation:
    """How many of `n` scenes were named right: the k highest logits are the k objects."""

    n: int
    accuracy: float


@dataclass(frozen=True)
class Pointing:
    """Of `n` objects, the share whose own class map is highest on them, under each placement."""

    n: int
    rates: dict[str, float]


def as_seen(images: Tensor, size: int) -> Tensor:
    """uint8 images (N, 3, H, W) as the network sees them: averaged to `size` and normalised."""
    mean, std = (torch.tensor(value)[:, None, None] for value in (MEAN, STD))
    averaged = F.avg_pool2d(images.float(), images.shape[-1] // size)
    return (averaged / 255 - mean) / std


def evaluate(model: ResNet, scenes: Sequence[Scene]) -> Evaluation:
    """Accuracy on scenes; draw them from `HELD_OUT_SEEDS`. Needs eval mode."""
    answers = ((scene.labels, logits) for scene, _, logits in _answers(model, scenes))
    right = [set(logits.argsort()[-len(labels) :]) == set(labels) for labels, logits in answers]
    return Evaluation(len(right), float(np.mean(right)))


def pointing_game(model: ResNet, scenes: Sequence[Scene]) -> Pointing:
    """Does the last stage's map of an object's class have its maximum on the visible object?

    The map is W A / (h w), signed, placed on the image's pixels in both ways of `PLACEMENTS`.
    """
    stage = trace(model.spec).stage(model.spec.stage_names[-1])
    hits: dict[str, list[bool]] = {how: [] for how in PLACEMENTS}
    for scene, maps, _ in _answers(model, scenes):
        for label, mask in zip(scene.labels, scene.masks, strict=True):
            for how in PLACEMENTS:
                placed = place(maps[label], stage.centre, stage.jump, len(mask), how)  # (H, W)
                hits[how].append(bool(mask.flat[placed.argmax()]))
    return Pointing(len(hits[PLACEMENTS[0]]), {how: float(np.mean(hits[how])) for how in hits})


def _answers(
    model: ResNet, scenes: Sequence[Scene], batch: int = 64
) -> Iterator[tuple[Scene, NDArray[np.float32], NDArray[np.float32]]]:
    """Each scene with the maps (classes, h, w) and logits (classes,) that it is given."""
    rest = iter(scenes)
    while part := list(islice(rest, batch)):
        images = torch.from_numpy(np.stack([scene.image for scene in part])).permute(0, 3, 1, 2)
        maps, logits = class_maps(model, as_seen(images, images.shape[-1]))
        yield from zip(part, maps.numpy(), logits.numpy(), strict=True)


def measure(model: ResNet, n: int = 2000) -> dict[str, Any]:
    """Accuracy and pointing game on the first `n` held-out seeds, with one and with two objects."""
    measured: dict[str, Any] = {"n": n}
    for objects, prefix in ((1, ""), (2, "two_object_")):
        shown = list(scenes(HELD_OUT_SEEDS[:n], objects))
        pointing = pointing_game(model, shown)
        measured[f"{prefix}held_out_accuracy"] = evaluate(model, shown).accuracy
        measured[f"{prefix}pointing_game"] = pointing.rates | {"n": pointing.n}
    return measured
