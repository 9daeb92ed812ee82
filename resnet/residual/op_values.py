"""The value that leaves every operation of a block, of the stem or of the head.

One real forward computes them, operation by operation as the graph lists them, each by the model's
own module.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from resnet.model.module import ResNet, add
from resnet.network.graph import HEAD, STEM, Block, Graph, Op, Stage
from resnet.network.shortcuts import KINDS

Part = Block | Stage


@dataclass(frozen=True)
class OpValues:
    """What one operation read and wrote: (N, C, H, W), the classifier's (N, classes).

    `reads` has the number of each value that it read: 0 is what enters the part, n what its n-th
    operation wrote. A sum reads the shortcut before the branch, a gated map the map before its
    gate.
    """

    op: Op
    reads: tuple[int, ...]
    out: Tensor


@dataclass(frozen=True)
class Flow:
    """What entered a part, and what each of its operations made of it, in the graph's order."""

    part: Part
    entered: Tensor
    ops: tuple[OpValues, ...]

    @property
    def values(self) -> tuple[Tensor, ...]:
        """Every value by its number."""
        return (self.entered, *(each.out for each in self.ops))

    @property
    def finite(self) -> bool:
        """Whether no value went beyond float32: a deep untrained network doubles block by block."""
        return all(bool(value.isfinite().all()) for value in self.values)


def part_of(graph: Graph, name: str) -> Part:
    """The stem, the head, or the block of that name. Raises KeyError."""
    return graph.stage(name) if name in (STEM, HEAD) else graph.block(name)


@torch.inference_mode()
def op_values(model: ResNet, images: Tensor, part: Part) -> Flow:
    """What flows through a part of the model for images (N, C, H, W).

    The model must be in eval mode, or BN's running statistics would move; it is left as it was.
    Raises ValueError in training mode.
    """
    x = entering(model, images, part.name)
    values, ops = [x], []
    for op, reads in zip(part.ops, wiring(part), strict=True):
        out = _compute(model, op, *(values[number] for number in reads))
        values.append(out)
        ops.append(OpValues(op, reads, out))
    return Flow(part, x, tuple(ops))


@torch.inference_mode()
def entering(model: ResNet, images: Tensor, name: str) -> Tensor:
    """What enters the stem, a block or the head: (N, C, h, w) of images (N, C, H, W).

    Raises ValueError in training mode, KeyError for a block that the network has not.
    """
    if model.training:
        raise ValueError("The model is in training mode; call eval() first.")
    if name == STEM:
        return images
    names = [plan.name for plan in model.spec.blocks()]
    if name not in (*names, HEAD):
        raise KeyError(name)
    before = names if name == HEAD else names[: names.index(name)]
    x = model.stem(images)
    for block in before:
        x = model.get_submodule(block)(x)
    return x


def wiring(part: Part) -> tuple[tuple[int, ...], ...]:
    """The numbers of the values that each operation of a part reads, as `OpValues` has them."""
    last = {"main": 0, "branch": 0, "shortcut": _fork(part)}
    read: list[tuple[int, ...]] = []
    gated = 0  # the map that a gate weighs
    for number, op in enumerate(part.ops, start=1):
        if op.kind == "avgpool" and op.path.endswith(".se.avgpool"):
            gated = last[op.lane]
        if op.kind == "add":
            read.append((last["shortcut"], last["branch"]))
        elif op.kind == "scale":
            read.append((gated, last[op.lane]))
        elif op.lane == "main" and not last["main"]:
            read.append((last["branch"],))  # of a plain block; of stem and head what enters
        else:
            read.append((last[op.lane],))
        last[op.lane] = number
    return tuple(read)


def _fork(part: Part) -> int:
    """The value that the shortcut reads: x, or what the first ReLU before activation wrote."""
    if isinstance(part, Stage) or KINDS[part.plan.shortcut].raw or not part.plan.activates:
        return 0
    return 2


def _compute(model: ResNet, op: Op, *reads: Tensor) -> Tensor:
    if op.kind in _BESIDES:
        return _BESIDES[op.kind](model.get_submodule(op.path), *reads)
    return model.get_submodule(op.path)(*reads)


# Operations that are more than a call of their module.
_BESIDES: dict[str, Callable[..., Any]] = {
    "add": lambda _, shortcut, branch: add(shortcut, branch),
    "scale": lambda _, values, gates: values * gates,
    "relu": lambda _, values: values.relu(),  # the head's is a function, not a module
    "linear": lambda module, pooled: module(pooled.flatten(1)),
    "conv1d": lambda module, means: (
        module(means.flatten(2).transpose(1, 2)).transpose(1, 2).unsqueeze(3)
    ),
}
