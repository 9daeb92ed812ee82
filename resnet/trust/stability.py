"""Does a map stay on its object when the photograph is moved, mirrored, compressed or relit?

Also how far half precision takes it. Each change is one that keeps the class.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from io import BytesIO

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, ImageOps
from torch import Tensor

from resnet.counts.hardware import PRECISIONS
from resnet.maps.attribute import Question
from resnet.maps.similarity import pearson
from resnet.maps.stage_maps import class_maps
from resnet.model.module import ResNet
from resnet.model.progress import Progress

Map = NDArray[np.float32]
See = Callable[[Image.Image], Tensor]  # a view as the model's input (C, H, W)


@dataclass(frozen=True)
class Change:
    """What happens to a view, and how a map of the result is laid on the original's again.

    `shift` pixels on the left of the original have left the view and are not compared.
    """

    name: str
    apply: Callable[[Image.Image], Image.Image]
    mirrored: bool = False
    shift: int = 0

    def aligned(self, original: Map, changed: Map) -> tuple[Map, Map]:
        """Both maps (H, W) where both show the same part of the scene."""
        back = changed[:, ::-1] if self.mirrored else changed
        side = back.shape[1]
        return original[:, : side - self.shift], back[:, self.shift :]


@dataclass(frozen=True)
class Stability:
    """Correlation of the values of both maps, moved back, and the class's probability after."""

    change: str
    correlation: float
    probability: float


@dataclass(frozen=True)
class Rounding:
    """The last stage's map and logit in half precision less those in float32.

    `map_error` is the largest over cells as a share of the float32 map's largest magnitude.
    """

    precision: str
    map_error: float
    logit_error: float


def view_changes(side: int) -> tuple[Change, ...]:
    """Shifts by a 64th to an 8th of the side, a flip, JPEG and brightness."""
    shifts = sorted({max(1, side // part) for part in (64, 32, 16, 8)})
    return (
        *(Change(f"shift {n} px", _shifted(n), shift=n) for n in shifts),
        Change("flip", ImageOps.mirror, mirrored=True),
        *(Change(f"JPEG {quality}", _jpeg(quality)) for quality in (90, 50, 20)),
        *(Change(f"brightness × {factor}", _lit(factor)) for factor in (0.6, 0.8, 1.25, 1.5)),
    )


def stability(
    model: ResNet, view: Image.Image, see: See, question: Question
) -> Generator[Progress[tuple[Stability, ...]]]:
    """The map of each changed view against the view's own, on pixels; yields all rows so far."""
    original, _ = _map_and_probability(model, view, see, question)
    tried = view_changes(view.width)
    so_far: tuple[Stability, ...] = ()
    for done, change in enumerate(tried, start=1):
        values, probability = _map_and_probability(model, change.apply(view), see, question)
        likeness = pearson(*change.aligned(original, values))
        so_far = (*so_far, Stability(change.name, likeness, probability))
        yield Progress(done, len(tried), so_far)


def _map_and_probability(
    model: ResNet, view: Image.Image, see: See, question: Question
) -> tuple[Map, float]:
    image = see(view)[None].to(model.fc.weight.device)
    with torch.inference_mode():
        probability = float(model(image).softmax(1)[0, question.target])
    return question.on_pixels(model, image), probability


def _shifted(pixels: int) -> Callable[[Image.Image], Image.Image]:
    """To the right; the left edge is repeated."""

    def apply(view: Image.Image) -> Image.Image:
        array = np.asarray(view)
        left = np.repeat(array[:, :1], pixels, axis=1)
        return Image.fromarray(np.concatenate([left, array[:, :-pixels]], axis=1))

    return apply


def _jpeg(quality: int) -> Callable[[Image.Image], Image.Image]:
    def apply(view: Image.Image) -> Image.Image:
        buffer = BytesIO()
        view.save(buffer, "JPEG", quality=quality)
        return Image.open(buffer).convert("RGB")

    return apply


def _lit(factor: float) -> Callable[[Image.Image], Image.Image]:
    return lambda view: ImageEnhance.Brightness(view).enhance(factor)


def rounding(
    model: ResNet, image: Tensor, target: int
) -> Generator[Progress[tuple[Rounding, ...]]]:
    """What bf16 and fp16 change of one image (1, C, H, W); the trunk alone runs in them.

    Yields after each forward, all rows so far.
    """
    so_far: tuple[Rounding, ...] = ()
    maps, logits = class_maps(model, image)
    full = maps[0, target]
    yield Progress(1, len(PRECISIONS))
    for done, precision in enumerate([name for name in PRECISIONS if name != "fp32"], start=2):
        halves, half_logits = class_maps(model, image, precision)
        error = (halves[0, target] - full).abs().max() / full.abs().max().clamp_min(1e-30)
        logit_error = (half_logits - logits)[0, target]
        so_far = (*so_far, Rounding(precision, float(error), float(logit_error)))
        yield Progress(done, len(PRECISIONS), so_far)
