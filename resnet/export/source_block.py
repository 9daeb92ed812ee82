"""A network's block as PyTorch source, with the modules that its shortcut and gate need."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from textwrap import indent
from typing import NamedTuple

from resnet.export.source_modules import (
    blur,
    channel_attention,
    squeeze_excitation,
    still_pool,
    zero_pad,
)
from resnet.export.source_text import TAB, call, module
from resnet.network.fields.axes import ANTIALIAS, GROUPS, NORMS
from resnet.network.fields.plans import BlockPlan, ConvPlan
from resnet.network.fields.shortcuts import KINDS, OPTIONS
from resnet.network.graph import Graph
from resnet.network.spec import ResNetSpec


class _Gate(NamedTuple):
    """A module of gates: its name, and what its class is written by."""

    name: str
    written: Callable[[ResNetSpec], str]


_GATES = {
    "se": _Gate("SqueezeExcitation", squeeze_excitation),
    "eca": _Gate("ChannelAttention", lambda _: channel_attention()),
}
_NORMS = {"batch": "nn.BatchNorm2d({})", "group": f"nn.GroupNorm({GROUPS}, {{}})"}
_RAW = {name for name, kind in KINDS.items() if kind.raw}


@dataclass(frozen=True)
class BlockSource:
    """The parts of the file that are about one block; what no block uses is not written."""

    graph: Graph

    @property
    def spec(self) -> ResNetSpec:
        """The network's spec."""
        return self.graph.spec

    @cached_property
    def plans(self) -> tuple[BlockPlan, ...]:
        """Every block's."""
        return tuple(block.plan for block in self.graph.blocks)

    @cached_property
    def convs(self) -> tuple[ConvPlan, ...]:
        """Every convolution of the network."""
        spec, steps = self.spec, self.spec.stem_pool_steps()
        pool = (spec.pool_conv(step) for step in steps if step.kind == "conv")
        branches = (conv for plan in self.plans for conv in plan.convs)
        shortcuts = (plan.projection for plan in self.plans if plan.projection)
        return (*spec.stem_convs(), *pool, *branches, *shortcuts)

    @cached_property
    def kinds(self) -> set[str]:
        """The kinds of shortcut that occur."""
        return {plan.shortcut for plan in self.plans}

    @cached_property
    def steps(self) -> set[str]:
        """The operations of all shortcuts."""
        return {step for kind in self.kinds for step in KINDS[kind].steps}

    @property
    def strided(self) -> bool:
        """Whether any block lowers the resolution."""
        return max(self.spec.stage_strides) > 1

    @property
    def strides_last(self) -> bool:
        """Whether it is a stage's last block that does."""
        return self.strided and self.spec.strided_block == "last"

    @property
    def dilated(self) -> bool:
        """Whether any convolution may be."""
        return max(self.spec.stage_dilations) > 1

    @cached_property
    def filters(self) -> set[int]:
        """The strides of the filters behind convolutions, in place of theirs."""
        return {conv.filtered for conv in self.convs} - {0}

    @property
    def basic(self) -> bool:
        """Whether it is the block of two 3×3."""
        return self.spec.block == "basic"

    @property
    def name(self) -> str:
        """The name of the block's class."""
        return "BasicBlock" if self.basic else "Bottleneck"

    @property
    def expansion(self) -> int:
        """Channels of a block's output for one of its planes."""
        return self.spec.stage_channels[0] // self.spec.planes[0]

    @property
    def planes(self) -> str:
        """What a block calls the width it is given: a basic block's is its output's."""
        return "out_channels" if self.basic and self.expansion == 1 else "planes"

    @property
    def out(self) -> str:
        """The channels of its output, of the width it is given."""
        return f"{self.planes} * {self.expansion}" if self.expansion > 1 else self.planes

    @cached_property
    def told(self) -> dict[str, str]:
        """What a block is told beside channels, by the name that its stage has for the value.

        A bottleneck has one 3×3. It asks for its stage's dilation besides where it pools or filters
        by it.
        """
        told = {"stride": "stride"} if self.strided else {}
        if not self.dilated:
            return told
        if self.basic or "still pool" in self.steps or 1 in self.filters:
            return told | {"first_dilation": "first_dilation", "dilation": "dilation"}
        return told | {"dilation": "first_dilation"}

    @property
    def norm_name(self) -> str:
        """What its normalisation is called for short."""
        return NORMS[self.spec.norm].kind.upper()

    def norm(self, channels: int | str) -> str:
        """The normalisation of so many channels."""
        return _NORMS[self.spec.norm].format(channels)

    def bias(self, conv: ConvPlan) -> list[str]:
        """The argument for a bias, where some convolutions have one and others have not."""
        return ["bias=True"] * (conv.bias and len(self.biases) > 1)

    @cached_property
    def biases(self) -> set[bool]:
        """Whether convolutions have a bias."""
        return {conv.bias for conv in self.convs}

    def parts(self) -> Iterator[str]:
        """The block's class, after the modules that it uses."""
        if "pad" in self.steps:
            yield zero_pad(self.strided)
        if "still pool" in self.steps:
            yield still_pool()
        if self.spec.antialias == "binomial":
            yield blur()
        if self.spec.gate in _GATES:
            yield _GATES[self.spec.gate].written(self.spec)
        yield self._block()

    def _block(self) -> str:
        branch = "3×3, 3×3" if self.basic else "1×1, 3×3, 1×1"
        order = "{} and ReLU before each" if self.spec.preact else "{} after each"
        around = "a plain block" if self.kinds == {"none"} else "the shortcut is added"
        return module(
            self.name,
            f"Convolutions {branch}, {order.format(self.norm_name)}; {around}.",
            [
                "in_channels: int",
                f"{self.planes}: int",
                *(f"{name}: int = 1" for name in self.told),
            ],
            self._block_init(),
            self._block_forward(),
        )

    def _convs(self) -> tuple[tuple[str, str, list[str]], ...]:
        """What goes into each convolution of the branch, what comes out, and the rest."""
        spec, plans = self.spec, self.plans[0].convs
        stride = ["stride"] * (self.strided and not self.filters)
        first = [f"dilation={'first_' * ('first_dilation' in self.told)}dilation"] * self.dilated
        own = ["dilation=dilation"] * self.dilated
        biases = [self.bias(plan) for plan in plans]
        if self.basic:
            return (
                ("in_channels", self.planes, ["3", *stride, *first, *biases[0]]),
                (self.planes, "out_channels", ["3", *own, *biases[1]]),
            )
        width = "planes" if (spec.groups, spec.width_per_group) == (1, 64) else "width"
        reduced, middle = (stride, []) if spec.stride_on == "1x1" else ([], stride)
        groups = [f"groups={spec.groups}"] * (spec.groups > 1)
        return (
            ("in_channels", width, ["1", *reduced, *biases[0]]),
            (width, width, ["3", *middle, *groups, *first, *biases[1]]),
            (width, "out_channels", ["1", *biases[2]]),
        )

    def _block_init(self) -> Iterator[str]:
        spec, convs = self.spec, self._convs()
        if self.planes == "planes":
            yield f"out_channels = {self.out}"
        if convs[0][1] == "width":
            yield f"width = {_width(spec)}"
        for i, (into, out, rest) in enumerate(convs, start=1):
            yield call(f"self.conv{i} = conv", [into, out, *rest], depth=2 * len(TAB))
            yield f"self.bn{i} = {self.norm(into if spec.preact else out)}"
        if spec.zero_init_residual:
            yield f"nn.init.zeros_(self.bn{len(convs)}.weight)  # at first, F(x) is zero"
        yield "self.relu = nn.ReLU()"
        if self.filters:
            yield from self._filter()
        if spec.gate in _GATES:
            yield f"self.se = {_GATES[spec.gate].name}(out_channels)"
        yield from self._downsample()

    def _filter(self) -> Iterator[str]:
        kind = {"mean": "nn.AvgPool2d", "blur": "Blur"}[ANTIALIAS[self.spec.antialias].kind]
        when = "stride > 1"
        if 1 in self.filters:  # where a dilation stands for a stride
            yield f"filtered = {'stride > 1 or ' * self.strided}dilation != first_dilation"
            when = "filtered"
        yield f"self.aa = {kind}({'stride' if self.strided else 1}) if {when} else nn.Identity()"

    def _downsample(self) -> Iterator[str]:
        """The shortcut, where it is more than x or some pixels of it."""
        if "skip" in self.steps:
            yield "self.stride = stride"
        if not self.steps - {"skip"}:
            return
        if self.kinds.isdisjoint(_RAW):
            yield from self._reshape(2 * len(TAB))
            return
        yield "self.downsample = None"
        strides = self.strided and "skip" not in self.steps
        yield "if " + "stride != 1 or " * strides + "in_channels != out_channels:"
        yield from (indent(line, TAB) for line in self._reshape(3 * len(TAB)))

    def _reshape(self, depth: int) -> Iterator[str]:
        """The projection or the padding; option D keeps place 0 for its pool, as in timm."""
        ends = ["in_channels", "out_channels"]
        if "pad" in self.steps:
            yield call("self.downsample = ZeroPad", ends + ["stride"] * self.strided)
            return
        unknown = self.steps - {"conv", "pool", "still pool", "skip"}
        if unknown:
            raise NotImplementedError(f"No source is written for {unknown} on a shortcut.")
        projections = [plan.projection for plan in self.plans if plan.projection]
        stride = ["stride"] * any(conv.stride > 1 for conv in projections)
        steps = [call("conv", [*ends, "1", *stride, *self.bias(projections[0])])]
        steps += [] if self.spec.preact else [self.norm("out_channels")]
        if OPTIONS[self.spec.shortcut].keeps_place:
            pools = [pool for kind, pool in _POOLED.items() if kind in self.kinds]
            yield from _chosen(pools)
            steps.insert(0, pools[0].text if len(pools) == 1 else "pool")
        yield call("self.downsample = nn.Sequential", steps, depth=depth)

    def _block_forward(self) -> Iterator[str]:
        spec, steps = self.spec, range(1, len(self._convs()) + 1)
        if spec.preact:
            yield "activated = self.relu(self.bn1(x))"
            yield "out = self.conv1(activated)"
            yield from (f"out = self.conv{i}(self.relu(self.bn{i}(out)))" for i in steps[1:])
        else:
            taken = ("x", *["out"] * (len(steps) - 1))
            pairs = [f"self.bn{i}(self.conv{i}({x}))" for i, x in zip(steps, taken, strict=True)]
            at = 1 if not self.basic and spec.stride_on == "3x3" else 0
            for i, pair in enumerate(pairs[:-1]):
                out = f"self.relu({pair})"
                yield f"out = {f'self.aa({out})' if self.filters and i == at else out}"
            yield f"out = {pairs[-1]}"
        if spec.gate in _GATES:
            yield "out = self.se(out)"
        yield from self._added()

    def _added(self) -> Iterator[str]:
        """The sum, and the ReLU behind it unless that comes first."""
        around = "x"
        if "skip" in self.steps:
            around = "shortcut"
            yield "shortcut = x[:, :, :: self.stride, :: self.stride]"
        if self.steps - {"skip"}:  # reads x; in a pre-activation net, x after BN and ReLU
            changed = f"self.downsample({'activated' if self.spec.preact else 'x'})"
            if "skip" in self.steps:
                yield "if self.downsample is not None:"
                yield f"{TAB}shortcut = {changed}"
            elif "identity" in self.kinds:
                around = "shortcut"
                yield f"shortcut = x if self.downsample is None else {changed}"
            else:
                around = changed
        total = "out" if self.kinds == {"none"} else f"out + {around}"
        yield f"return {total}" if self.spec.preact else f"return self.relu({total})"


class _Pool(NamedTuple):
    """What stands before a pooled projection, and when it does among others."""

    text: str
    when: str


_POOLED = {
    "pool-projection": _Pool("nn.AvgPool2d(2, ceil_mode=True)", "stride > 1"),
    "still-pool-projection": _Pool("StillPool()", "dilation > 1"),
    "projection": _Pool("nn.Identity()", ""),
}


def _chosen(pools: Sequence[_Pool]) -> Iterator[str]:
    """The pool of this block, where the network has several: two in a line, three in six."""
    if len(pools) == 2:
        yield f"pool = {pools[0].text} if {pools[0].when} else {pools[1].text}"
    elif len(pools) > 2:
        for word, pool in zip(("if", "elif", "else"), pools, strict=True):
            yield f"{word} {pool.when}".rstrip() + ":"
            yield f"{TAB}pool = {pool.text}"


def _width(spec: ResNetSpec) -> str:
    """The width of a bottleneck's 3×3: a multiple of `planes`, or ResNeXt's formula."""
    factor, rest = divmod(spec.width_per_group * spec.groups, 64)
    exact = all(planes * spec.width_per_group % 64 == 0 for planes in spec.planes)
    if exact and not rest:
        return f"planes * {factor}" if factor > 1 else "planes"
    groups = f" * {spec.groups}" if spec.groups > 1 else ""
    return f"planes * {spec.width_per_group} // 64{groups}"
