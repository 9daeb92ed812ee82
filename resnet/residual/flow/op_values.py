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
from resnet.network.fields.shortcuts import KINDS
from resnet.network.graph import HEAD, STEM, Block, Op, Stage

Section = Block | Stage


@dataclass(frozen=True)
class OpValues:
    """What one operation read and wrote: (N, C, H, W), the classifier's (N, classes).

    `reads` has the number of each value that it read: 0 is what enters the section, n what its n-th
    operation wrote. A sum reads the shortcut before the branch, a gated map the map before its
    gate.
    """

    op: Op
    reads: tuple[int, ...]
    out: Tensor


@dataclass(frozen=True)
class Flow:
    """What entered a section, and what each of its operations made of it, in the graph's order."""

    section: Section
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


@torch.inference_mode()
def op_values(model: ResNet, images: Tensor, section: Section) -> Flow:
    """What flows through a section of the model for images (N, C, H, W).

    The model must be in eval mode, or BN's running statistics would move; it is left as it was.
    Raises ValueError in training mode.
    """
    return through(model, entering(model, images, section.name), section)


@torch.inference_mode()
def through(model: ResNet, x: Tensor, section: Section) -> Flow:
    """What the operations of a section make of the x (N, C, h, w) that enters it, in eval mode.

    The section may be the plain twin's, whose operations are those of the branch.
    """
    values, ops = [x], []
    for op, reads in zip(section.ops, wiring(section), strict=True):
        out = _compute(model, op, *(values[number] for number in reads))
        values.append(out)
        ops.append(OpValues(op, reads, out))
    return Flow(section, x, tuple(ops))


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


def wiring(section: Section) -> tuple[tuple[int, ...], ...]:
    """The numbers of the values that each operation of a section reads, as `OpValues` has them."""
    last = {"main": 0, "branch": 0, "shortcut": _fork(section)}
    read: list[tuple[int, ...]] = []
    gated = 0  # the map that a gate weighs
    for number, op in enumerate(section.ops, start=1):
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


def _fork(section: Section) -> int:
    """The value that the shortcut reads: x, or what the first ReLU before activation wrote."""
    if isinstance(section, Stage) or KINDS[section.plan.shortcut].raw or not section.plan.activates:
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
