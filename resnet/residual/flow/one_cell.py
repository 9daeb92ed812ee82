"""One cell of one block, forward and backward: the numbers of every operation there, to be read.

Two channels are followed, one of the stream and one inside of the branch, so that a convolution's
kernel between them is met twice: as it is on the way there, and turned by 180° on the way back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from resnet.model.module import ResNet
from resnet.network.graph import Block
from resnet.network.tracing import trace
from resnet.residual.flow.arithmetic import Normalised, normalised
from resnet.residual.flow.backward import Backward, arriving, backward
from resnet.residual.flow.op_values import Flow, OpValues, op_values, through


class Place(NamedTuple):
    """A channel of the stream, one inside of the branch, and a cell."""

    outer: int
    inner: int
    row: int
    column: int


class Windows(NamedTuple):
    """A convolution between the two channels, in 9 numbers each, row by row.

    `values` is what the kernel lies on at the cell, `gradients` ∂L/∂out around it; zeros beyond the
    edge.
    """

    kernel: tuple[float, ...]
    values: tuple[float, ...]
    gradients: tuple[float, ...]


class OpAtCell(NamedTuple):
    """One operation at the cell: what it reads and writes, ∂L/∂out, and what it hands back to each.

    `channel` is the one it writes.
    """

    path: str
    kind: str
    channel: int
    reads: tuple[float, ...]
    out: float
    arrived: float
    returned: tuple[float, ...]
    windows: Windows | None = None
    normalised: Normalised | None = None


@dataclass(frozen=True)
class Walk:
    """A block at one cell: x and its gradient, and every operation in the graph's order."""

    x: float
    gradient: float
    ops: tuple[OpAtCell, ...]


class Twins(NamedTuple):
    """A block and the same one without its shortcut, given the same x and the same ∂L/∂y."""

    place: Place
    residual: Walk
    plain: Walk


class Pair(NamedTuple):
    """A block and the same one without its shortcut, forward and backward, at all cells."""

    residual: Backward
    plain: Backward


def both_ways(model: ResNet, images: Tensor, name: str, target: int) -> Pair:
    """A block and its plain twin for images (N, C, H, W), with ∂(logit of `target`)/∂y.

    Only a basic block with an identity shortcut, its ReLU after the sum and BN is walked through.
    Raises ValueError for another, and in training mode; KeyError for one that the network has not.
    """
    block = trace(model.spec).block(name)
    if [op.kind for op in block.ops] != ["conv", "bn", "relu", "conv", "bn", "add", "relu"]:
        raise ValueError(f"{name} is no basic block with an identity shortcut.")
    flow = op_values(model, images, block)
    plain = trace(replace(model.spec, shortcut="none")).block(name)
    arrived = arriving(model, flow, target)
    return Pair(
        backward(model, flow, arrived),
        backward(model, through(model, flow.entered, plain), arrived),
    )


def walk_through(model: ResNet, pair: Pair, cell: tuple[int, int] | None = None) -> Twins:
    """The numbers of a row and column, or of where both terms of the gradient are largest together.

    Of the channels those are taken whose terms are: see `telling`. Raises IndexError beyond the
    map.
    """
    place = telling(model, pair.residual, cell)
    return Twins(place, *(_walk(model, each, place) for each in pair))


@torch.inference_mode()
def telling(model: ResNet, back: Backward, cell: tuple[int, int] | None = None) -> Place:
    """Where the identity's and the branch's share of ∂L/∂x have the largest product.

    Inside of the branch the channel with an open ReLU there that gives most to the second
    convolution.
    """
    by_branch, by_shortcut = (part[0] for part in back.parts[0])
    product = (by_branch * by_shortcut).abs()  # (C, h, w)
    if cell is None:
        outer, row, column = _argmax(product)
    else:
        row, column = cell
        outer = int(product[:, row, column].argmax())
    second = _convs(back.flow.section)[1]
    kernels = _weight(model, back.flow.ops[second])[outer]  # (I, 3, 3)
    inner = back.flow.values[second][0]
    given = (_around(inner, row, column) * kernels).sum((1, 2)).abs()
    is_open = inner[:, row, column] > 0
    return Place(outer, int((given * is_open).argmax()), row, column)


def _argmax(values: Tensor) -> tuple[int, int, int]:
    channel, row, column = torch.unravel_index(values.argmax(), values.shape)
    return int(channel), int(row), int(column)


def _convs(section: Any) -> tuple[int, ...]:
    """The numbers of a block's convolutions among its operations, from 0."""
    assert isinstance(section, Block)
    return tuple(number for number, op in enumerate(section.ops) if op.kind == "conv")


@torch.inference_mode()
def _walk(model: ResNet, back: Backward, place: Place) -> Walk:
    gradients, flow = back.gradients, back.flow
    x = (0, place.outer, place.row, place.column)
    ops = tuple(_at_cell(model, back, gradients, place))
    return Walk(flow.entered[x].item(), gradients[0][x].item(), ops)


def _at_cell(
    model: ResNet, back: Backward, gradients: tuple[Tensor, ...], place: Place
) -> Iterator[OpAtCell]:
    flow = back.flow
    channels = _channels(flow, place)
    seen = [0] * len(flow.values)  # how many have read each value
    for number, each in enumerate(flow.ops, start=1):
        at = [(0, channels[value], place.row, place.column) for value in (*each.reads, number)]
        returned = []
        for value, index in zip(each.reads, at, strict=False):
            returned.append(back.parts[value][seen[value]][index].item())
            seen[value] += 1
        yield OpAtCell(
            each.op.path,
            each.op.kind,
            channels[number],
            tuple(flow.values[v][i].item() for v, i in zip(each.reads, at, strict=False)),
            each.out[at[-1]].item(),
            gradients[number][at[-1]].item(),
            tuple(returned),
            _windows(model, flow, each, gradients[number], channels, place)
            if each.op.kind == "conv"
            else None,
            normalised(model, flow, each, channels[number]) if each.op.kind == "bn" else None,
        )


def _channels(flow: Flow, place: Place) -> tuple[int, ...]:
    """Of every value the channel that is followed: inside of the branch up to its second conv."""
    first, second = _convs(flow.section)
    return tuple(
        place.inner if first < number <= second else place.outer
        for number in range(len(flow.values))
    )


def _windows(
    model: ResNet,
    flow: Flow,
    each: OpValues,
    gradient: Tensor,
    channels: tuple[int, ...],
    at: Place,
) -> Windows:
    number = flow.ops.index(each) + 1
    read, written = channels[each.reads[0]], channels[number]
    value = flow.values[each.reads[0]][0, read][None]
    return Windows(
        _nine(_weight(model, each)[written, read]),
        _nine(_around(value, at.row, at.column)),
        _nine(_around(gradient[0, written][None], at.row, at.column)),
    )


def _weight(model: ResNet, each: OpValues) -> Tensor:
    weight = model.get_submodule(each.op.path).weight
    assert isinstance(weight, Tensor)
    return weight


def _around(maps: Tensor, row: int, column: int) -> Tensor:
    """The 3×3 cells around one of maps (C, h, w), zeros beyond the edge."""
    return F.pad(maps, (1, 1, 1, 1))[:, row : row + 3, column : column + 3]


def _nine(values: Tensor) -> tuple[float, ...]:
    return tuple(values.flatten().tolist())
