"""Plans: the convolutions of a stem and of every block, before any shape is known. No torch.

Graph and module share nothing of a network but these.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from resnet.network.fields.axes import ANTIALIAS, FIRST_ACTIVATIONS
from resnet.network.fields.resolved import activates_stem, resolved, stage_channels
from resnet.network.fields.rules import Fields
from resnet.network.fields.shortcuts import KINDS, OPTIONS
from resnet.network.fields.stems import STEMS, PoolStep


class ConvPlan(NamedTuple):
    """One square convolution, padded by dilation · (kernel - 1) // 2.

    `filtered` is the stride of the anti-aliasing filter behind its activation, 0 for none.
    """

    in_channels: int
    out_channels: int
    kernel: int
    stride: int = 1
    groups: int = 1
    dilation: int = 1
    bias: bool = False
    filtered: int = 0

    @property
    def padding(self) -> int:
        """Pixels on each side."""
        return self.dilation * (self.kernel - 1) // 2


class BlockPlan(NamedTuple):
    """What one residual block is made of, before any shape is known.

    `shortcut` is one of `shortcuts.KINDS`, `projection` its 1×1 convolution where it has one.
    `activates`: it begins with a BN and a ReLU of its own, as before activation most do.
    """

    stage: str
    number: int
    in_channels: int
    out_channels: int
    stride: int
    convs: tuple[ConvPlan, ...]
    shortcut: str
    projection: ConvPlan | None = None
    activates: bool = False

    @property
    def name(self) -> str:
        """Module path, as in torchvision: `layer1.0`."""
        return f"{self.stage}.{self.number}"

    @property
    def keeps_shape(self) -> bool:
        """Whether its output has the shape of its input."""
        return self.stride == 1 and self.in_channels == self.out_channels

    def source(self, channel: int) -> int | None:
        """The channel of x that the shortcut adds alone to this channel of y.

        None where there is none: a projection mixes all, and zero padding adds nothing outside.
        Where the shortcut of a pre-activation block pads, it adds that channel of ReLU(BN(x)).
        """
        if self.shortcut not in ("identity", "padding"):
            return None
        before = (self.out_channels - self.in_channels) // 2
        return channel - before if 0 <= channel - before < self.in_channels else None


def stem_convs(net: Fields) -> tuple[ConvPlan, ...]:
    """The convolutions before the first stage and its pool."""
    made, channels, convs = [], net["in_channels"], STEMS[net["stem"]].convs
    for number, (kernel, stride, eighths) in enumerate(convs, start=1):
        out = net["stem_width"] * eighths // 8
        bias = _has_bias(net, number < len(convs) or activates_stem(net))
        made.append(ConvPlan(channels, out, kernel, stride, bias=bias))
        channels = out
    return tuple(made)


def pool_conv(net: Fields, step: PoolStep) -> ConvPlan:
    """The convolution that a step behind the stem is."""
    width = net["stem_width"]
    return ConvPlan(width, width, step.kernel, step.stride, bias=net["conv_bias"])


class _Stage(NamedTuple):
    """One stage, with its values resolved."""

    number: int
    planes: int
    out: int
    stride: int
    dilation: int


def blocks(net: Fields) -> Iterator[BlockPlan]:
    """Every block from input to output."""
    stages = map(
        _Stage, range(len(net["layers"])), net["planes"], stage_channels(net),
        resolved(net, "strides"), resolved(net, "dilations"),
    )  # fmt: skip
    x = _Entering(net["stem_width"], 1)
    for count, stage in zip(net["layers"], stages, strict=True):
        strided = {"first": 0, "last": count - 1}[net["strided_block"]]
        made: dict[tuple[bool, bool], BlockPlan] = {}
        for number in range(count):
            place = number == 0, number == strided
            if place not in made:
                made[place] = _block(net, stage, *place, x)
                x = _Entering(stage.out, stage.dilation)
            yield made[place]._replace(number=number)


class _Entering(NamedTuple):
    """What a block is given: channels, and the dilation of the block before it."""

    channels: int
    dilation: int


def _block(net: Fields, stage: _Stage, first: bool, strided: bool, x: _Entering) -> BlockPlan:
    stride = stage.stride if strided else 1
    option = OPTIONS[net["shortcut"]]
    kind = option.kind(x.channels, stage.out, stride, stage.dilation, first)
    steps, bias = KINDS[kind].steps, net["conv_bias"]
    own = ConvPlan(x.channels, stage.out, 1, stride if steps[:1] == ("conv",) else 1, bias=bias)
    opens = first and stage.number == 0
    return BlockPlan(
        f"layer{stage.number + 1}", 0, x.channels, stage.out, stride,
        _branch(net, stage, stride, x),
        kind,
        own if "conv" in steps else None,
        net["preact"] and (not opens or FIRST_ACTIVATIONS[net["first_activation"]].block),
    )  # fmt: skip


def _branch(net: Fields, stage: _Stage, stride: int, x: _Entering) -> tuple[ConvPlan, ...]:
    planes, out = stage.planes, stage.out
    inner, last = _has_bias(net, True), _has_bias(net, not net["preact"])
    own, filtered = _strided(net, stride, widens=x.dilation != stage.dilation)
    if net["block"] == "basic":
        return (
            ConvPlan(x.channels, planes, 3, own, 1, x.dilation, inner, filtered),
            ConvPlan(planes, out, 3, dilation=stage.dilation, bias=last),
        )
    width = planes * net["width_per_group"] // 64 * net["groups"]
    convs = [
        ConvPlan(x.channels, width, 1, bias=inner),
        ConvPlan(width, width, 3, 1, net["groups"], x.dilation, inner),
        ConvPlan(width, out, 1, bias=last),
    ]
    at = ("1x1", "3x3").index(net["stride_on"])
    convs[at] = convs[at]._replace(stride=own, filtered=filtered)
    return tuple(convs)


def _strided(net: Fields, stride: int, widens: bool) -> tuple[int, int]:
    """The stride of the convolution that has one, and that of the filter behind it, 0 for none.

    `widens`: the dilation grows here, where it stands for a stride.
    """
    chosen = ANTIALIAS[net["antialias"]]
    if chosen.kind and (stride > 1 or (widens and chosen.still)):
        return 1, stride
    return stride, 0


def _has_bias(net: Fields, normalised: bool) -> bool:
    return net["conv_bias"] and not (net["preact"] and normalised)
