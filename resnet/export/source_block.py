"""A network's block as PyTorch source, with the modules that its shortcut and gate need."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from textwrap import indent

from resnet.export.source_text import TAB, call, module
from resnet.network.graph import Graph
from resnet.network.shortcuts import KINDS, OPTIONS
from resnet.network.spec import ResNetSpec

_GATES = {"se": "SqueezeExcitation", "eca": "ChannelAttention"}


@dataclass(frozen=True)
class BlockSource:
    """The parts of the file that are about one block; what no block uses is not written."""

    graph: Graph

    @property
    def spec(self) -> ResNetSpec:
        """The network's spec."""
        return self.graph.spec

    @cached_property
    def kinds(self) -> set[str]:
        """The kinds of shortcut that occur."""
        return {block.plan.shortcut for block in self.graph.blocks}

    @cached_property
    def steps(self) -> set[str]:
        """The operations of all shortcuts."""
        return {step for kind in self.kinds for step in KINDS[kind].steps}

    @property
    def strided(self) -> bool:
        """Whether any block lowers the resolution."""
        return len(self.spec.layers) > 1

    @property
    def filtered(self) -> bool:
        """Whether a filter stands behind the strided convolution, in place of its stride."""
        return self.strided and self.spec.antialias != "none"

    @property
    def basic(self) -> bool:
        """Whether it is the block of two 3×3."""
        return self.spec.block == "basic"

    @property
    def name(self) -> str:
        """The name of the block's class."""
        return "BasicBlock" if self.basic else "Bottleneck"

    @property
    def planes(self) -> str:
        """What a block calls the width it is given: a basic block's is its output's."""
        return "out_channels" if self.basic else "planes"

    def parts(self) -> Iterator[str]:
        """The block's class, after the modules that it uses."""
        if "pad" in self.steps:
            yield self._zero_pad()
        if self.spec.gate in self._gates:
            yield self._gates[self.spec.gate]()
        yield self._block()

    @property
    def _gates(self) -> dict[str, Callable[[], str]]:
        return {"se": self._squeeze_excitation, "eca": self._channel_attention}

    def _zero_pad(self) -> str:
        stride = self.strided
        steps = "every stride-th pixel, zero channels" if stride else "zero channels"
        init = ["self.stride = stride"] * stride + ["more = out_channels - in_channels"]
        init += ["self.padding = (0, 0, 0, 0, more // 2, more - more // 2)"]
        forward = ["x = x[:, :, :: self.stride, :: self.stride]"] * stride
        return module(
            "ZeroPad",
            f"A shortcut without parameters: {steps} on both sides.",
            ["in_channels: int", "out_channels: int"] + ["stride: int"] * stride,
            init,
            [*forward, "return F.pad(x, self.padding)"],
        )

    def _squeeze_excitation(self) -> str:
        ratio = self.spec.se_reduction
        least = min(block.plan.out_channels for block in self.graph.blocks)
        squeezed = f"channels // {ratio}" if least >= ratio else f"max(1, channels // {ratio})"
        if (step := self.spec.se_divisor) > 1:
            squeezed = f"max({step}, (channels // {ratio} + {step // 2}) // {step} * {step})"
        return module(
            "SqueezeExcitation",
            "A gate for each channel, computed from the means of all (arXiv:1709.01507).",
            ["channels: int"],
            [
                f"squeezed = {squeezed}",
                "self.fc1 = nn.Conv2d(channels, squeezed, 1)",
                "self.fc2 = nn.Conv2d(squeezed, channels, 1)",
            ],
            [
                "means = F.adaptive_avg_pool2d(x, 1)  # (N, C, 1, 1)",
                "gates = torch.sigmoid(self.fc2(F.relu(self.fc1(means))))",
                "return x * gates",
            ],
        )

    def _channel_attention(self) -> str:
        return module(
            "ChannelAttention",
            "A gate for each channel, from the means of its neighbours (arXiv:1910.03151).",
            ["channels: int"],
            [
                "kernel = max(channels.bit_length() // 2 | 1, 3)",
                "self.conv = nn.Conv1d(1, 1, kernel, padding=kernel // 2, bias=False)",
            ],
            [
                "means = x.mean((2, 3)).unsqueeze(1)  # (N, 1, C)",
                "gates = torch.sigmoid(self.conv(means))",
                "return x * gates[:, 0, :, None, None]",
            ],
        )

    def _block(self) -> str:
        branch = "3×3, 3×3" if self.basic else "1×1, 3×3, 1×1"
        order = "BN and ReLU before each" if self.spec.preact else "BN after each"
        around = "a plain block" if self.kinds == {"none"} else "the shortcut is added"
        return module(
            self.name,
            f"Convolutions {branch}, {order}; {around}.",
            ["in_channels: int", f"{self.planes}: int"] + ["stride: int = 1"] * self.strided,
            self._block_init(),
            self._block_forward(),
        )

    def _convs(self) -> tuple[tuple[str, str, str], ...]:
        """What goes into each convolution of the branch, what comes out, and the rest."""
        stride = ", stride" * (self.strided and not self.filtered)
        if self.basic:
            return (
                ("in_channels", "out_channels", f"3{stride}"),
                ("out_channels", "out_channels", "3"),
            )
        spec = self.spec
        width = "planes" if (spec.groups, spec.width_per_group) == (1, 64) else "width"
        first, second = (stride, "") if spec.stride_on == "1x1" else ("", stride)
        groups = f", groups={spec.groups}" if spec.groups > 1 else ""
        return (
            ("in_channels", width, f"1{first}"),
            (width, width, f"3{second}{groups}"),
            (width, "out_channels", "1"),
        )

    def _block_init(self) -> Iterator[str]:
        spec, convs = self.spec, self._convs()
        if not self.basic:
            yield "out_channels = planes * 4"
        if convs[0][1] == "width":
            yield f"width = {_width(spec)}"
        for i, (into, out, rest) in enumerate(convs, start=1):
            yield f"self.conv{i} = conv({into}, {out}, {rest})"
            yield f"self.bn{i} = nn.BatchNorm2d({into if spec.preact else out})"
        if spec.zero_init_residual:
            yield f"nn.init.zeros_(self.bn{len(convs)}.weight)  # at first, F(x) is zero"
        yield "self.relu = nn.ReLU()"
        if self.filtered:
            yield "self.aa = nn.AvgPool2d(stride) if stride > 1 else nn.Identity()"
        if spec.gate in _GATES:
            yield f"self.se = {_GATES[spec.gate]}(out_channels)"
        yield from self._downsample()

    def _downsample(self) -> Iterator[str]:
        """The shortcut, where it is more than the identity."""
        if not self.steps:
            return
        if "identity" not in self.kinds:
            yield from self._reshape(2 * len(TAB))
            return
        yield "self.downsample = None"
        yield "if " + "stride != 1 or " * self.strided + "in_channels != out_channels:"
        yield from (indent(line, TAB) for line in self._reshape(3 * len(TAB)))

    def _reshape(self, depth: int) -> Iterator[str]:
        """The projection or the padding; option D keeps place 0 for its pool, as in timm."""
        ends = ["in_channels", "out_channels"]
        stride = ["stride"] * self.strided
        if "pad" in self.steps:
            yield call("self.downsample = ZeroPad", ends + stride)
            return
        unknown = self.steps - {"conv", "pool"}
        if unknown:
            raise NotImplementedError(f"No source is written for {unknown} on a shortcut.")
        pooled = OPTIONS[self.spec.shortcut].keeps_place
        steps = [call("conv", [*ends, "1"] + ([] if pooled else stride))]
        steps += [] if self.spec.preact else ["nn.BatchNorm2d(out_channels)"]
        if pooled:
            pool, keep = "nn.AvgPool2d(2, ceil_mode=True)", "nn.Identity()"
            if {"projection", "pool-projection"} <= self.kinds:
                yield f"pool = {pool} if stride > 1 else {keep}"
                pool = "pool"
            steps.insert(0, pool if "pool" in self.steps else keep)
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
                yield f"out = {f'self.aa({out})' if self.filtered and i == at else out}"
            yield f"out = {pairs[-1]}"
        if spec.gate in _GATES:
            yield "out = self.se(out)"
        around = "x" if self.kinds == {"identity"} else self._changed()
        if self.kinds > {"identity"}:
            yield f"shortcut = x if self.downsample is None else {around}"
            around = "shortcut"
        total = "out" if self.kinds == {"none"} else f"out + {around}"
        yield f"return {total}" if spec.preact else f"return self.relu({total})"

    def _changed(self) -> str:
        """What changes the shape reads x; in a pre-activation net, x after BN and ReLU."""
        return f"self.downsample({'activated' if self.spec.preact else 'x'})"


def _width(spec: ResNetSpec) -> str:
    """The width of a bottleneck's 3×3: a multiple of `planes`, or ResNeXt's formula."""
    factor, rest = divmod(spec.width_per_group * spec.groups, 64)
    exact = all(planes * spec.width_per_group % 64 == 0 for planes in spec.planes)
    if exact and not rest:
        return f"planes * {factor}" if factor > 1 else "planes"
    groups = f" * {spec.groups}" if spec.groups > 1 else ""
    return f"planes * {spec.width_per_group} // 64{groups}"
