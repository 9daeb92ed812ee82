"""From a spec to its graph: one image is followed through the network by arithmetic. No torch."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import NamedTuple

from resnet.network.fields.axes import ANTIALIAS, NORMS, eca_kernel
from resnet.network.fields.plans import BlockPlan, ConvPlan
from resnet.network.fields.shortcuts import KINDS, OPTIONS
from resnet.network.fields.stems import PoolStep
from resnet.network.graph import HEAD, STEM, Block, Graph, Op, Stage
from resnet.network.spec import ResNetSpec


def trace(spec: ResNetSpec) -> Graph:
    """Follow one image of `spec.input_size` through the network by arithmetic alone."""
    tape = _Tape(spec, STEM)
    cursor = _stem(tape, _Cursor(spec.in_channels, *spec.input_size, 0, 0, 1))
    stages = [Stage(STEM, own_ops=tuple(tape.ops))]
    for name, plans in groupby(spec.blocks(), key=lambda plan: plan.stage):
        blocks: list[Block] = []
        for _, run in groupby(plans, key=lambda plan: plan[2:]):  # all but stage and index
            repeats, cursor = _repeats(spec, tuple(run), cursor)
            blocks += repeats
        stages.append(Stage(name, blocks=tuple(blocks)))
    tape = _Tape(spec, HEAD)
    _head(tape, cursor)
    stages.append(Stage(HEAD, own_ops=tuple(tape.ops)))
    return Graph(spec, tuple(stages))


def _repeats(
    spec: ResNetSpec, run: tuple[BlockPlan, ...], x: _Cursor
) -> tuple[list[Block], _Cursor]:
    """Blocks of one plan: the first is followed, the others only see further than it."""
    tape = _Tape(spec, run[0].stage, run[0])
    after = _block(tape, run[0], x)
    low, high = after.low - x.low, after.high - x.high
    first, grown, moved = tuple(tape.ops), high - low, (high + low) / 2
    blocks = [Block(plan, first, i * grown, i * moved) for i, plan in enumerate(run)]
    repeats = len(run) - 1
    return blocks, after._replace(low=after.low + repeats * low, high=after.high + repeats * high)


class _Cursor(NamedTuple):
    """A map on its way: cell 0 sees the input's pixels from `low` to `high` along each side."""

    channels: int
    height: int
    width: int
    low: int
    high: int
    jump: int

    @property
    def shape(self) -> tuple[int, int, int]:
        return self.channels, self.height, self.width

    def step(
        self, channels: int, kernel: int, stride: int, before: int, after: int, dilation: int = 1,
        ceil: bool = False,
    ) -> _Cursor:  # fmt: skip
        """Through a window: `before` and `after` are what pads the map at its two ends."""
        reach = (kernel - 1) * dilation
        missing = before + after - reach + (stride - 1) * ceil
        height, width = ((side + missing - 1) // stride + 1 for side in self[1:3])
        low = self.low - before * self.jump
        high = self.high + (reach - before) * self.jump
        return _Cursor(channels, height, width, low, high, self.jump * stride)


class _Tape:
    """Writes the operations of one stem, block or head."""

    def __init__(self, spec: ResNetSpec, stage: str, block: BlockPlan | None = None):
        self.spec = spec
        self.ops: list[Op] = []
        self.lane = "main"
        self._stage, self._block = stage, block.number if block else None
        self.prefix = f"{block.name}." if block else ""
        self.norm = NORMS[spec.norm]

    def write(
        self, path: str, kind: str, before: _Cursor, after: _Cursor,
        kernel: int = 1, stride: int = 1, padding: int = 0, groups: int = 1, dilation: int = 1,
        params: int = 0, buffers: int = 0, macs: int = 0,
    ) -> _Cursor:  # fmt: skip
        name = (self.prefix + path).rstrip(".")
        self.ops.append(
            Op(
                name, self._block, kind, self._stage, self.lane, before.shape, after.shape,
                kernel, stride, padding, groups, dilation, params, buffers, macs,
                after.jump, after.high - after.low + 1, (after.low + after.high) / 2,
            )
        )  # fmt: skip
        return after

    def conv(self, path: str, plan: ConvPlan, x: _Cursor) -> _Cursor:
        out, kernel, stride, dilation = plan.out_channels, plan.kernel, plan.stride, plan.dilation
        after = x.step(out, kernel, stride, plan.padding, plan.padding, dilation)
        weights = out * (plan.in_channels // plan.groups) * kernel * kernel
        return self.write(
            path, "conv", x, after, kernel, stride, plan.padding, plan.groups, dilation,
            weights + out * plan.bias, 0, weights * after.height * after.width,
        )  # fmt: skip

    def bn(self, path: str, x: _Cursor) -> _Cursor:
        kept = self.norm.per_channel * x.channels + self.norm.besides
        return self.write(path, self.norm.kind, x, x, params=2 * x.channels, buffers=kept)

    def relu(self, x: _Cursor, path: str = "relu") -> _Cursor:
        return self.write(path, "relu", x, x)

    def global_pool(self, path: str, x: _Cursor) -> _Cursor:
        longer = max(x.height, x.width)
        after = x.step(x.channels, longer, longer, 0, 0)._replace(height=1, width=1)
        return self.write(path, "avgpool", x, after, longer, longer)

    def blur(self, path: str, x: _Cursor, stride: int) -> _Cursor:
        """A binomial 3×3 of fixed weights for each channel, counted as the convolution it is."""
        after = x.step(x.channels, 3, stride, 1, 1)
        macs = 9 * x.channels * after.height * after.width
        return self.write(path, "blur", x, after, 3, stride, 1, x.channels, macs=macs)

    def mean(self, path: str, x: _Cursor, stride: int) -> _Cursor:
        """An average pool of the stride's side."""
        return self.write(path, "mean", x, x.step(x.channels, stride, stride, 0, 0), stride, stride)


def _stem(tape: _Tape, x: _Cursor) -> _Cursor:
    convs = tape.spec.stem_convs()
    for i, plan in enumerate(convs):
        # A deep stem is a Sequential of conv, bn, relu, conv, bn, relu, conv, as in timm.
        x = tape.conv(f"conv1.{3 * i}" if len(convs) > 1 else "conv1", plan, x)
        if i < len(convs) - 1:
            x = tape.relu(tape.bn(f"conv1.{3 * i + 1}", x), f"conv1.{3 * i + 2}")
    if tape.spec.activates_stem:
        x = tape.relu(tape.bn("bn1", x))
    steps = tape.spec.stem_pool_steps()
    for i, step in enumerate(steps):
        x = _POOL_STEPS[step.kind](tape, f"maxpool.{i}" if len(steps) > 1 else "maxpool", step, x)
    return x


def _maxpool(tape: _Tape, path: str, step: PoolStep, x: _Cursor) -> _Cursor:
    _, kernel, stride, padding = step
    after = x.step(x.channels, kernel, stride, padding, padding)
    return tape.write(path, "maxpool", x, after, kernel, stride, padding)


def _ceilpool(tape: _Tape, path: str, step: PoolStep, x: _Cursor) -> _Cursor:
    after = x.step(x.channels, step.kernel, step.stride, 0, 0, ceil=True)
    return tape.write(path, "ceilpool", x, after, step.kernel, step.stride)


def _zeropad(tape: _Tape, path: str, step: PoolStep, x: _Cursor) -> _Cursor:
    border = step.padding
    after = x.step(x.channels, 1, 1, border, border)
    return tape.write(path, "zeropad", x, after, padding=border)


_POOL_STEPS: dict[str, Callable[[_Tape, str, PoolStep, _Cursor], _Cursor]] = {
    "maxpool": _maxpool,
    "ceilpool": _ceilpool,
    "zeropad": _zeropad,
    "conv": lambda tape, path, step, x: tape.conv(path, tape.spec.pool_conv(step), x),
    "mean": lambda tape, path, step, x: tape.mean(path, x, step.stride),
    "blur": lambda tape, path, step, x: tape.blur(path, x, step.stride),
    "bn": lambda tape, path, step, x: tape.bn(path, x),
    "relu": lambda tape, path, step, x: tape.relu(x, path),
}


def _block(tape: _Tape, plan: BlockPlan, x: _Cursor) -> _Cursor:
    tape.lane = "branch"
    entrance, out = (_preact_branch if tape.spec.preact else _branch)(tape, plan, x)
    out = _ATTENTIONS[tape.spec.gate](tape, out)
    tape.lane = "shortcut"
    around = _shortcut(tape, plan, x if KINDS[plan.shortcut].raw else entrance)
    tape.lane = "main"
    if plan.shortcut != "none":
        low, high = min(out.low, around.low), max(out.high, around.high)
        out = tape.write("", "add", out, out._replace(low=low, high=high))
    return out if tape.spec.preact else tape.relu(out)


def _branch(tape: _Tape, plan: BlockPlan, x: _Cursor) -> tuple[_Cursor, _Cursor]:
    """Convolution, BN, ReLU, the last ReLU left to the sum. Returns x and F(x)."""
    out = x
    for i, conv in enumerate(plan.convs, start=1):
        out = tape.bn(f"bn{i}", tape.conv(f"conv{i}", conv, out))
        out = tape.relu(out) if i < len(plan.convs) else out
        out = _filter(tape, conv, out)
    return x, out


def _filter(tape: _Tape, conv: ConvPlan, x: _Cursor) -> _Cursor:
    """The anti-aliasing filter behind a convolution's activation, where it has one."""
    if not conv.filtered:
        return x
    return _FILTERS[ANTIALIAS[tape.spec.antialias].kind](tape, "aa", x, conv.filtered)


_FILTERS = {"mean": _Tape.mean, "blur": _Tape.blur}


def _preact_branch(tape: _Tape, plan: BlockPlan, x: _Cursor) -> tuple[_Cursor, _Cursor]:
    """BN, ReLU, convolution. Returns what the first ReLU wrote, which shortcuts read, and F(x)."""
    out = activated = tape.relu(tape.bn("bn1", x)) if plan.activates else x
    for i, conv in enumerate(plan.convs, start=1):
        out = out if i == 1 else tape.relu(tape.bn(f"bn{i}", out))
        out = tape.conv(f"conv{i}", conv, out)
    return activated, out


def _squeeze_excite(tape: _Tape, x: _Cursor) -> _Cursor:
    squeezed = tape.spec.squeezed(x.channels)
    gate = tape.global_pool("se.avgpool", x)
    gate = tape.conv("se.fc1", ConvPlan(x.channels, squeezed, 1, bias=True), gate)
    gate = tape.relu(gate, "se.activation")
    gate = tape.conv("se.fc2", ConvPlan(squeezed, x.channels, 1, bias=True), gate)
    tape.write("se.scale_activation", "sigmoid", gate, gate)
    return tape.write("se", "scale", x, x)


def _channel_attention(tape: _Tape, x: _Cursor) -> _Cursor:
    """A convolution along the channels' means, whose weights all gates share."""
    kernel = eca_kernel(x.channels)
    gate = tape.global_pool("se.avgpool", x)
    tape.write(
        "se.conv", "conv1d", gate, gate, kernel, padding=kernel // 2,
        params=kernel, macs=kernel * x.channels,
    )  # fmt: skip
    tape.write("se.gate", "sigmoid", gate, gate)
    return tape.write("se", "scale", x, x)


_ATTENTIONS: dict[str, Callable[[_Tape, _Cursor], _Cursor]] = {
    "none": lambda tape, x: x,
    "se": _squeeze_excite,
    "eca": _channel_attention,
}


def _shortcut(tape: _Tape, plan: BlockPlan, x: _Cursor) -> _Cursor:
    for step in KINDS[plan.shortcut].steps:
        x = _STEPS[step](tape, plan, x)
    return x


def _pad(tape: _Tape, plan: BlockPlan, x: _Cursor) -> _Cursor:
    after = x.step(plan.out_channels, 1, plan.stride, 0, 0)
    return tape.write("downsample", "pad", x, after, 1, plan.stride)


def _skip(tape: _Tape, plan: BlockPlan, x: _Cursor) -> _Cursor:
    after = x.step(x.channels, 1, plan.stride, 0, 0)
    return tape.write("downsample", "skip", x, after, 1, plan.stride)


def _pool(tape: _Tape, plan: BlockPlan, x: _Cursor) -> _Cursor:
    return tape.write("downsample.0", "avgpool", x, x.step(x.channels, 2, 2, 0, 0, ceil=True), 2, 2)


def _still_pool(tape: _Tape, plan: BlockPlan, x: _Cursor) -> _Cursor:
    """The mean of a cell and its neighbours to the right and below; zeros are beyond the edge."""
    return tape.write("downsample.0", "stillpool", x, x.step(x.channels, 2, 1, 0, 1), 2)


def _project(tape: _Tape, plan: BlockPlan, x: _Cursor) -> _Cursor:
    assert plan.projection is not None
    first = int(OPTIONS[tape.spec.shortcut].keeps_place)
    x = tape.conv(f"downsample.{first}", plan.projection, x)
    return x if tape.spec.preact else tape.bn(f"downsample.{first + 1}", x)


_STEPS = {"pad": _pad, "skip": _skip, "pool": _pool, "still pool": _still_pool, "conv": _project}


def _head(tape: _Tape, x: _Cursor) -> None:
    if tape.spec.preact:
        x = tape.relu(tape.bn("norm", x))
    x = tape.global_pool("avgpool", x)
    out, into = tape.spec.num_classes, x.channels
    after = x._replace(channels=out)
    tape.write("fc", "linear", x, after, params=into * out + out, macs=into * out)
    tape.ops[-1] = tape.ops[-1]._replace(in_shape=(into,), out_shape=(out,))
