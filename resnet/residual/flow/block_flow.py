"""What flows through one block: x, the shortcut, F(x), their sum and y, from one real forward."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite, prod
from typing import cast

import torch
from torch import Tensor

from resnet.counts.hardware import FLOAT32
from resnet.model.fits_in_memory import TooLarge, weight_bytes
from resnet.model.module import Block, ResNet, add
from resnet.network.graph import Graph
from resnet.residual.flow.op_values import entering

# Bytes in float32: of all weights, and of all that one block computes for one image.
LIMITS = {"weights": 10**9, "activations of a block": 10**8}


@dataclass(frozen=True)
class BlockFlow:
    """The values of one block for N images, float32.

    `x` (N, C, H, W) enters; `shortcut` (None in a plain net), `branch` = F(x), `total` and `out`
    are (N, C', H', W'). Where the shortcut is the identity it is `x` itself. `total` is shortcut +
    branch, `out` its ReLU; in a pre-activation block, whose branch reads ReLU(BN(x)), `out` is
    `total`.
    """

    x: Tensor
    shortcut: Tensor | None
    branch: Tensor
    total: Tensor
    out: Tensor

    @property
    def ratio(self) -> float | None:
        """That of the branch to the shortcut."""
        return ratio(self.shortcut, self.branch)

    @property
    def below_zero(self) -> float:
        """The share of the sum's values that a ReLU sets to zero."""
        return float((self.total < 0).double().mean())

    @property
    def finite(self) -> bool:
        """Whether no value went beyond float32: a deep untrained network doubles block by block."""
        return all(bool(t.isfinite().all()) for t in (self.x, self.branch, self.total, self.out))


def block_flow(model: ResNet, images: Tensor, block_name: str) -> BlockFlow:
    """What `block_name` ("layer1.0") makes of images (N, C, H, W), by one forward that ends there.

    The model must be in eval mode, or BN's running statistics would move; it is left as it was.
    Raises ValueError in training mode, KeyError for a block that the network has not.
    """
    with torch.inference_mode():
        x = entering(model, images, block_name)
        block = cast(Block, model.get_submodule(block_name))
        shortcut, branch = block.lanes(x)
        total = add(shortcut, branch)
        return BlockFlow(x, shortcut, branch, total, block.finish(total))


@torch.inference_mode()
def ratios(model: ResNet, images: Tensor) -> Iterator[tuple[str, float | None]]:
    """Each block's name and ‖F(x)‖₂ / ‖shortcut‖₂ over all values, None where no finite one is.

    By one forward of images (N, C, H, W); the model must be in eval mode.
    """
    x = model.stem(images)
    for plan in model.spec.blocks():
        block = cast(Block, model.get_submodule(plan.name))
        shortcut, branch = block.lanes(x)
        yield plan.name, ratio(shortcut, branch)
        x = block.finish(add(shortcut, branch))


def channel(values: Tensor, which: int | None) -> Tensor:
    """One channel (N, H, W) of values (N, C, H, W), or their mean over channels for None."""
    return values.double().mean(1).float() if which is None else values[:, which]


def check_size(graph: Graph) -> None:
    """Raise `TooLarge` for a network beyond `LIMITS`, before anything is built."""
    parts = [stage.own_ops for stage in graph.stages] + [block.first for block in graph.blocks]
    widest = max(sum(prod(op.out_shape) for op in ops) for ops in parts)
    needs = {"weights": weight_bytes(graph), "activations of a block": FLOAT32 * widest}
    for what, needed in needs.items():
        if needed > LIMITS[what]:
            raise TooLarge(
                f"The {what} of this network take {needed / 1e9:.2f} GB in float32, and at most "
                f"{LIMITS[what] / 1e9:g} GB is computed here; choose a smaller network or image."
            )


def macs_until(graph: Graph, name: str) -> int:
    """The multiply-adds, for one image, of a forward that ends with the stem, a block or the head.

    Raises KeyError for a block that is not.
    """
    total = 0
    for stage in graph.stages:
        for part in stage.blocks or (stage,):
            total += part.macs
            if part.name == name:
                return total
    raise KeyError(name)


def ratio(shortcut: Tensor | None, branch: Tensor) -> float | None:
    """‖F(x)‖₂ / ‖shortcut‖₂ over all values; None where no finite ratio is."""
    if shortcut is None:
        return None
    quotient = float(_norm(branch) / _norm(shortcut))
    return quotient if isfinite(quotient) else None


def _norm(values: Tensor) -> Tensor:
    return torch.linalg.vector_norm(values.cpu().double())  # Apple's GPUs have no float64
