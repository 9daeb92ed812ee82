"""What a class's logit owes to each block's shortcut and branch: signed maps on one logit scale.

The gradient g of the logit is taken at each block's sum, where shortcut s and branch f meet, so
g⊙s + g⊙f = g⊙(s + f). At the last block g is W_c/(h w) through the open ReLUs, and the map's sum is
the logit less its bias (and, before a final BN, less that BN's shift). A network without
squeeze-and-excitation is piecewise linear behind any block: there the logit is the map's sum plus
what the shifts and biases behind add, exactly, as long as no ReLU switches. Read as the effect of
removing a part it is first order. With gates, which multiply, it is first order throughout.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import torch
from PIL import Image
from torch import Tensor

from resnet.maps.answers import check_finite
from resnet.maps.explain import as_batch
from resnet.model.module import Block, ResNet, add
from resnet.residual.flow.block_flow import ratio

if TYPE_CHECKING:
    from resnet.weights.classifiers.residual_classifier import ResidualClassifier

TWICE = 4  # times the energy: twice the norm


@dataclass(frozen=True)
class Channels:
    """The shares of a block's channels by which part has more energy, Σ over cells of squares.

    Kept where |s| ≥ 2|f| (the shortcut has at least 4/5 of the energy), overwritten where
    |f| ≥ 2|s|, mixed between; silent where both are zero.
    """

    kept: float
    mixed: float
    overwritten: float
    silent: float


@dataclass(frozen=True)
class Anatomy:
    """What one block's parts contribute to a logit, cell by cell: (h, w), float32, on the CPU.

    `shortcut` is None in a plain net. `ratio` is ‖F(x)‖₂ / ‖shortcut‖₂ over all values, None where
    no finite ratio is.
    """

    shortcut: Tensor | None
    branch: Tensor
    total: Tensor
    ratio: float | None
    channels: Channels

    @property
    def sums(self) -> tuple[float, float, float]:
        """The maps' sums over cells: shortcut (0 where there is none), branch and their sum."""
        carried = 0.0 if self.shortcut is None else float(self.shortcut.double().sum())
        return carried, float(self.branch.double().sum()), float(self.total.double().sum())

    @property
    def carried(self) -> float | None:
        """The shortcut's share of the map's sum; None where the parts pull in opposite ways."""
        shortcut, branch, total = self.sums
        return shortcut / total if shortcut * branch >= 0 and total else None


@dataclass(frozen=True)
class Dissection:
    """Every block's anatomy for one class of one image, by one forward and one backward.

    `view` is what the model saw; `bias` is the classifier's for the class.
    """

    view: Image.Image
    target: int
    logit: float
    bias: float
    blocks: dict[str, Anatomy]
    seconds: float

    def behind(self, name: str) -> float:
        """The logit less the sum of a block's map: what the shifts and biases behind it add."""
        return self.logit - self.blocks[name].sums[2]


def dissect(classifier: ResidualClassifier, image: Image.Image, target: int) -> Dissection:
    """Take one class's logit apart at every block, in float32, and leave the model as it is.

    Raises `ExplainError` for an answer that is no number.
    """
    start, model = time.perf_counter(), classifier.model
    view = classifier.transform.view(image)
    blocks, logits = anatomies(model, as_batch(classifier, [view]), target)
    check_finite(classifier.name, logits, *(part.total for part in blocks.values()))
    bias = float(model.fc.bias.detach()[target])
    seconds = time.perf_counter() - start
    return Dissection(view, target, float(logits[0, target]), bias, blocks, seconds)


def anatomies(model: ResNet, images: Tensor, target: int) -> tuple[dict[str, Anatomy], Tensor]:
    """Every block's anatomy for one image (1, C, H, W) and a class, and the logits (1, K).

    The parameters must be frozen and the model in eval mode; it is left as it was.
    """
    lanes: dict[str, tuple[Tensor | None, Tensor]] = {}
    totals: list[Tensor] = []
    with torch.enable_grad():
        x = model.stem(images)
        for plan in model.spec.blocks():
            block = cast(Block, model.get_submodule(plan.name))
            lanes[plan.name] = block.lanes(x)
            total = add(*lanes[plan.name])
            totals.append(total if total.requires_grad else total.requires_grad_())
            x = block.finish(total)
        logits = model.classify(model.finish(x))
        gradients = torch.autograd.grad(logits[0, target], totals)
    with torch.no_grad():
        gathered = zip(lanes.items(), totals, gradients, strict=True)
        blocks = {name: _anatomy(*parts, total, grad) for (name, parts), total, grad in gathered}
    return blocks, logits.detach()


def channel_shares(shortcut: Tensor | None, branch: Tensor) -> Channels:
    """Which part each channel of (1, C, h, w) owes its energy to; a plain net keeps nothing."""
    written = _energy(branch)  # (C,)
    carried = torch.zeros_like(written) if shortcut is None else _energy(shortcut)
    silent = (carried == 0) & (written == 0)
    kept = (carried >= TWICE * written) & ~silent
    overwritten = (written >= TWICE * carried) & ~silent
    mixed = ~(kept | overwritten | silent)
    masks = (kept, mixed, overwritten, silent)  # (C,) each
    return Channels(*(float(mask.cpu().double().mean()) for mask in masks))


def _anatomy(shortcut: Tensor | None, branch: Tensor, total: Tensor, gradient: Tensor) -> Anatomy:
    return Anatomy(
        shortcut=None if shortcut is None else _attributed(gradient, shortcut),
        branch=_attributed(gradient, branch),
        total=_attributed(gradient, total),
        ratio=ratio(shortcut, branch),
        channels=channel_shares(shortcut, branch),
    )


def _attributed(gradient: Tensor, values: Tensor) -> Tensor:
    return (gradient * values).sum(1)[0].cpu()  # (h, w)


def _energy(values: Tensor) -> Tensor:
    return values.square().sum((0, 2, 3))  # (C,)
