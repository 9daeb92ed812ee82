"""How one number of one channel comes about, operation by operation of a section.

Channels are followed backwards from one of what leaves the section: through a convolution to the
in-channel that gives it most, else straight on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import sqrt
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from resnet.model.module import ResNet
from resnet.network.graph import MIXING, Block, Op
from resnet.residual.flow.op_values import Flow, OpValues

SHOWN = 3  # in-channels of a convolution that are written out at every cell
NOTHING_CHOSEN: Mapping[int, int] = MappingProxyType({})


@dataclass(frozen=True)
class Mixed:
    """One channel of a convolution or a linear layer, as a sum over its in-channels.

    `kernels` (I, k, k) are of the in-channels from `first` on, and there are no others; out of
    them `top` (h, w, S) names, cell by cell and counted from `first`, those that give the most,
    the largest first, and `windows` (h, w, S, k, k) holds what the kernel lies on there, zeros
    beyond the edge.
    """

    first: int
    kernels: Tensor
    bias: float
    top: Tensor
    windows: Tensor


@dataclass(frozen=True)
class Normalised:
    """γ (v − μ) / σ + β of one channel, σ = √(variance + ε); a group's μ and σ are the image's."""

    gamma: float
    beta: float
    mean: float
    variance: float
    epsilon: float

    @property
    def sigma(self) -> float:
        """What is divided by."""
        return sqrt(self.variance + self.epsilon)


@dataclass(frozen=True)
class Followed:
    """The channels on show: `written` of each value by its number, `read` of those each op reads.

    None is the mean over all channels, of which nothing is one channel's arithmetic; a channel
    that the shortcut pads with zeros has no source, so that x is then shown where the branch
    reads it.
    """

    written: tuple[int | None, ...]
    read: tuple[tuple[int | None, ...], ...]


@torch.inference_mode()
def follow(
    model: ResNet, flow: Flow, channel: int | None, chosen: Mapping[int, int] = NOTHING_CHOSEN
) -> Followed:
    """Which channel of every value to show, for one of what leaves the section, or their mean.

    `chosen` names channels of values, by number, in place of those that give the most.
    """
    written: dict[int, int | None] = {**chosen, len(flow.ops): channel}
    read: dict[int, tuple[int | None, ...]] = {}
    for number in range(len(flow.ops), 0, -1):
        each = flow.ops[number - 1]
        own = written.get(number)
        came = None if own is None else _source(model, flow, each, own)
        read[number] = (came,) * len(each.reads)
        for value in each.reads:
            if came is not None or channel is None:
                written.setdefault(value, came)
    numbers = range(len(flow.ops) + 1)
    return Followed(tuple(map(written.get, numbers)), tuple(read[n] for n in numbers[1:]))


@torch.inference_mode()
def mixed(model: ResNet, flow: Flow, each: OpValues, channel: int) -> Mixed:
    """How an operation that mixes channels makes one of its own, for the first of the images."""
    first, kernels, bias = _kernels(model, each.op, channel)
    x = _in_channels(flow, each)[first : first + len(kernels)]
    given = _given(each.op, x, kernels)  # (I, h, w)
    top = given.abs().topk(min(SHOWN, len(given)), dim=0).indices  # (S, h, w)
    height, width = given.shape[1:]
    rows, columns = torch.arange(height)[:, None], torch.arange(width)
    windows = _windows(each.op, x, kernels.shape[-1])[top, rows, columns]  # (S, h, w, k, k)
    return Mixed(first, kernels, bias, top.permute(1, 2, 0), windows.permute(1, 2, 0, 3, 4))


@torch.inference_mode()
def normalised(model: ResNet, flow: Flow, each: OpValues, channel: int) -> Normalised:
    """How a normalisation makes one channel, for the first of the images."""
    norm = model.get_submodule(each.op.path)
    assert isinstance(norm, nn.BatchNorm2d | nn.GroupNorm)
    gamma, beta = norm.weight[channel].item(), norm.bias[channel].item()
    if isinstance(norm, nn.GroupNorm):
        size = norm.num_channels // norm.num_groups
        start = channel // size * size
        group = flow.values[each.reads[0]][0][start : start + size].double()
        mean, variance = float(group.mean()), float(group.var(correction=0))
        return Normalised(gamma, beta, mean, variance, norm.eps)
    assert norm.running_mean is not None
    assert norm.running_var is not None
    mean, variance = float(norm.running_mean[channel]), float(norm.running_var[channel])
    return Normalised(gamma, beta, mean, variance, norm.eps)


def _source(model: ResNet, flow: Flow, each: OpValues, channel: int) -> int | None:
    """The channel of what an operation reads that its own channel comes from, first of all."""
    if each.op.kind in MIXING:
        first, kernels, _ = _kernels(model, each.op, channel)
        x = _in_channels(flow, each)[first : first + len(kernels)]
        return first + int(_given(each.op, x, kernels).abs().sum((1, 2)).argmax())
    if each.op.kind == "pad":
        assert isinstance(flow.section, Block)
        return flow.section.plan.source(channel)
    return channel


def _in_channels(flow: Flow, each: OpValues) -> Tensor:
    """What it reads of the first image, (C, H, W)."""
    read = flow.values[each.reads[0]][0]
    return read if read.ndim == 3 else read[:, None, None]


def _kernels(model: ResNet, op: Op, channel: int) -> tuple[int, Tensor, float]:
    """The first in-channel of one channel, the kernels (I, k, k) from it on, and the bias."""
    module: Any = model.get_submodule(op.path)
    own = 0 if op.kind == "conv1d" else channel
    bias = 0.0 if module.bias is None else module.bias[own].item()
    return *_KERNELS[op.kind](op, module.weight.detach(), channel), bias


def _grouped(op: Op, weight: Tensor, channel: int) -> tuple[int, Tensor]:
    size = op.in_shape[0] // op.groups
    return channel // (op.out_shape[0] // op.groups) * size, weight[channel]


def _linear(op: Op, weight: Tensor, channel: int) -> tuple[int, Tensor]:
    return 0, weight[channel][:, None, None]


def _along_channels(op: Op, weight: Tensor, channel: int) -> tuple[int, Tensor]:
    """Of a kernel that lies on neighbouring channels, what lies within them."""
    start = channel - op.padding
    inside = slice(max(0, -start), op.in_shape[0] - start)
    return max(0, start), weight[0, 0, inside][:, None, None]


_KERNELS: dict[str, Callable[[Op, Tensor, int], tuple[int, Tensor]]] = {
    "conv": _grouped,
    "linear": _linear,
    "conv1d": _along_channels,
}


def _geometry(op: Op) -> tuple[int, int, int]:
    """Stride, padding and dilation over the map; a kernel along channels does not move over it."""
    return (op.stride, op.padding, op.dilation) if op.kind == "conv" else (1, 0, 1)


def _given(op: Op, x: Tensor, kernels: Tensor) -> Tensor:
    """What each in-channel of x (I, H, W) gives to every cell, (I, h, w)."""
    stride, padding, dilation = _geometry(op)
    depthwise = F.conv2d(x[None], kernels[:, None], None, stride, padding, dilation, len(kernels))
    return depthwise[0]


def _windows(op: Op, x: Tensor, kernel: int) -> Tensor:
    """What a kernel lies on at every cell of every channel, (I, h, w, k, k); memory is x's own."""
    stride, padding, dilation = _geometry(op)
    padded, span = F.pad(x, (padding,) * 4), (kernel - 1) * dilation + 1
    return padded.unfold(1, span, stride).unfold(2, span, stride)[..., ::dilation, ::dilation]


def of_channel(flow: Flow, followed: Followed) -> Iterator[Tensor]:
    """The map (h, w) of each value of the first image: one channel, or the mean over all."""
    for value, channel in zip(flow.values, followed.written, strict=True):
        yield one_channel(value, channel)


def one_channel(value: Tensor, channel: int | None) -> Tensor:
    """One channel (h, w) of the first image of a value, or the mean over all."""
    maps = value[0] if value.ndim == 4 else value[0][:, None, None]
    return maps.double().mean(0).float() if channel is None else maps[channel]
