"""Shortcuts where the shape changes: what each option costs, and what it lets through."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from resnet.experiments.registry import setting
from resnet.model.module import Block, add
from resnet.model.progress import Progress, seeded
from resnet.network.fields.plans import BlockPlan
from resnet.network.fields.rules import SHORTCUTS
from resnet.network.spec import ResNetSpec
from resnet.network.tracing import trace

NETS = ("resnet34", "resnet50", "resnet101", "resnet152", "preact_resnet164")
_SIDE = 8  # of the map that the measured block reads


@dataclass(frozen=True)
class Settings:
    """Every option of every network; bottlenecks with the stride in either place."""

    nets: tuple[str, ...] = setting(NETS, "Networks.", choices=NETS)
    seed: int = setting(0, "Of the weights and the input of the block that is measured.", 0)


@dataclass(frozen=True)
class Reading:
    """What a lane reads of a block's input: the inputs that a gradient comes back to.

    `share` is of all inputs; `seen` says where, in any channel: a line a row, `#` for yes.
    """

    share: float
    seen: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One network, and what the lanes of its first block of stride 2 read, and their sum.

    `bare` counts the blocks whose shortcut is the identity.
    """

    net: str
    shortcut: str
    stride_on: str
    query: str
    params: int
    macs: int
    blocks: int
    bare: int
    shortcut_reads: Reading
    branch_reads: Reading
    block_reads: Reading


def run(settings: Settings) -> Generator[Progress[tuple[Row, ...]], None, None]:
    """Count each network and measure its block. Yields after each, with the rows so far."""
    specs = [(net, spec) for net in settings.nets for spec in variants(ResNetSpec.preset(net))]
    rows: tuple[Row, ...] = ()
    for net, spec in specs:
        rows += (_row(net, spec, settings.seed),)
        yield Progress(len(rows), len(specs), rows)


def variants(spec: ResNetSpec) -> list[ResNetSpec]:
    """The network with every shortcut, and v1 and v1.5 of it where it has bottlenecks."""
    strides = ("1x1", "3x3") if spec.block == "bottleneck" else ("3x3",)
    return [
        replace(spec, shortcut=option, stride_on=stride)
        for option in SHORTCUTS
        for stride in strides
    ]


def conditions(settings: Settings) -> dict[str, Any]:
    """What is measured."""
    return {"measured": f"the first block of stride 2, on a map of {_SIDE}×{_SIDE}"}


def _row(net: str, spec: ResNetSpec, seed: int) -> Row:
    graph = trace(spec)
    plans = [block.plan for block in graph.blocks]
    halving = next(plan for plan in plans if plan.stride == 2)
    bare = sum(plan.shortcut == "identity" for plan in plans)
    readings = map(_reading, lane_gradients(spec, halving, seed))
    counts = (graph.params, graph.macs, len(plans), bare)
    return Row(net, spec.shortcut, spec.stride_on, spec.to_query(), *counts, *readings)


def lane_gradients(spec: ResNetSpec, plan: BlockPlan, seed: int) -> tuple[Tensor, Tensor, Tensor]:
    """What reaches a block's input (C, 8, 8) from its shortcut, from its branch and from their sum.

    The input is positive, as it is after a ReLU; the weights are drawn from the seed.
    """
    with seeded(seed, torch.device("cpu")):
        block = Block(spec, plan).eval()
        x = torch.rand(1, plan.in_channels, _SIDE, _SIDE).requires_grad_()
    shortcut, branch = block.lanes(x)
    lanes = (0 * x if shortcut is None else shortcut, branch, add(shortcut, branch))
    first, second, third = (torch.autograd.grad(lane.sum(), x, retain_graph=True) for lane in lanes)
    return first[0][0], second[0][0], third[0][0]


def _reading(gradient: Tensor) -> Reading:
    """Of a gradient (C, H, W)."""
    reached = gradient != 0
    lines = reached.any(0).int().tolist()
    seen = tuple("".join(".#"[on] for on in line) for line in lines)
    return Reading(float(reached.double().mean()), seen)
