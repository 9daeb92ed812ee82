"""From a spec to its graph: one image is followed through the network by arithmetic. No torch."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

from resnet.network.graph import HEAD, STEM, Block, Graph, Op, Stage
from resnet.network.shortcuts import KINDS, OPTIONS
from resnet.network.spec import BlockPlan, ConvPlan, ResNetSpec


def trace(spec: ResNetSpec) -> Graph:
    """Follow one image of `spec.image_size` through the network by arithmetic alone."""
    tape = _Tape(STEM)
    cursor = _stem(tape, spec, _Cursor(spec.in_channels, spec.image_size, 0, 0, 1))
    stages = [Stage(STEM, own_ops=tuple(tape.ops))]
    for name, plans in groupby(spec.blocks(), key=lambda plan: plan.stage):
        blocks: list[Block] = []
        for _, run in groupby(plans, key=lambda plan: plan[2:]):  # all but stage and index
            repeats, cursor = _repeats(spec, tuple(run), cursor)
            blocks += repeats
        stages.append(Stage(name, blocks=tuple(blocks)))
    tape = _Tape(HEAD)
    _head(tape, spec, cursor)
    stages.append(Stage(HEAD, own_ops=tuple(tape.ops)))
    return Graph(spec, tuple(stages))


def _repeats(
    spec: ResNetSpec, run: tuple[BlockPlan, ...], x: _Cursor
) -> tuple[list[Block], _Cursor]:
    """Blocks of one plan: the first is followed, the others only see further than it."""
    tape = _Tape(run[0].stage, run[0])
    after = _block(tape, spec, run[0], x)
    low, high = after.low - x.low, after.high - x.high
    first, grown, moved = tuple(tape.ops), high - low, (high + low) / 2
    blocks = [Block(plan, first, i * grown, i * moved) for i, plan in enumerate(run)]
    repeats = len(run) - 1
    return blocks, after._replace(low=after.low + repeats * low, high=after.high + repeats * high)


class _Cursor(NamedTuple):
    """A square map on its way: cell 0 sees the input's pixels from `low` to `high`."""

    channels: int
    side: int
    low: int
    high: int
    jump: int

    @property
    def shape(self) -> tuple[int, int, int]:
        return self.channels, self.side, self.side

    def step(self, channels: int, kernel: int, stride: int, padding: int, side: int) -> _Cursor:
        low = self.low - padding * self.jump
        high = self.high + (kernel - 1 - padding) * self.jump
        return _Cursor(channels, side, low, high, self.jump * stride)


class _Tape:
    """Writes the operations of one stem, block or head."""

    def __init__(self, stage: str, block: BlockPlan | None = None):
        self.ops: list[Op] = []
        self.lane = "main"
        self._stage, self._block = stage, block.number if block else None
        self.prefix = f"{block.name}." if block else ""

    def write(
        self, path: str, kind: str, before: _Cursor, after: _Cursor,
        kernel: int = 1, stride: int = 1, padding: int = 0, groups: int = 1,
        params: int = 0, buffers: int = 0, macs: int = 0,
    ) -> _Cursor:  # fmt: skip
        self.ops.append(
            Op(
                path, self._block, kind, self._stage, self.lane, before.shape, after.shape,
                kernel, stride, padding, groups, params, buffers, macs,
                after.jump, after.high - after.low + 1, (after.low + after.high) / 2,
            )
        )  # fmt: skip
        return after

    def conv(self, path: str, plan: ConvPlan, x: _Cursor, bias: bool = False) -> _Cursor:
        into, out, kernel, stride, groups = plan
        padding = (kernel - 1) // 2
        side = (x.side + 2 * padding - kernel) // stride + 1
        after = x.step(out, kernel, stride, padding, side)
        weights = out * (into // groups) * kernel * kernel
        return self.write(
            self.prefix + path, "conv", x, after, kernel, stride, padding, groups,
            weights + out * bias, 0, weights * side * side,
        )  # fmt: skip

    def bn(self, path: str, x: _Cursor) -> _Cursor:
        return self.write(
            self.prefix + path, "bn", x, x, params=2 * x.channels, buffers=2 * x.channels + 1
        )

    def relu(self, x: _Cursor, path: str = "relu") -> _Cursor:
        return self.write(self.prefix + path, "relu", x, x)

    def global_pool(self, path: str, x: _Cursor) -> _Cursor:
        after = x.step(x.channels, x.side, x.side, 0, 1)
        return self.write(self.prefix + path, "avgpool", x, after, x.side, x.side)


def _stem(tape: _Tape, spec: ResNetSpec, x: _Cursor) -> _Cursor:
    convs = spec.stem_convs()
    for i, plan in enumerate(convs):
        # The deep stem is a Sequential of conv, bn, relu, conv, bn, relu, conv, as in timm.
        x = tape.conv(f"conv1.{3 * i}" if len(convs) > 1 else "conv1", plan, x)
        if i < len(convs) - 1:
            x = tape.relu(tape.bn(f"conv1.{3 * i + 1}", x), f"conv1.{3 * i + 2}")
    if not spec.preact:
        x = tape.relu(tape.bn("bn1", x))
    if spec.stem == "cifar":
        return x
    after = x.step(x.channels, 3, 2, 1, (x.side - 1) // 2 + 1)
    return tape.write("maxpool", "maxpool", x, after, 3, 2, 1)


def _block(tape: _Tape, spec: ResNetSpec, plan: BlockPlan, x: _Cursor) -> _Cursor:
    tape.lane = "branch"
    entrance, out = (_preact_branch if spec.preact else _branch)(tape, plan, x)
    if spec.se_reduction:
        out = _squeeze_excite(tape, spec, out)
    tape.lane = "shortcut"
    around = _shortcut(tape, spec, plan, entrance)
    tape.lane = "main"
    if plan.shortcut != "none":
        low, high = min(out.low, around.low), max(out.high, around.high)
        out = tape.write(plan.name, "add", out, out._replace(low=low, high=high))
    return out if spec.preact else tape.relu(out)


def _branch(tape: _Tape, plan: BlockPlan, x: _Cursor) -> tuple[_Cursor, _Cursor]:
    """Convolution, BN, ReLU, the last ReLU left to the sum. Returns x and F(x)."""
    out = x
    for i, conv in enumerate(plan.convs, start=1):
        out = tape.bn(f"bn{i}", tape.conv(f"conv{i}", conv, out))
        out = tape.relu(out) if i < len(plan.convs) else out
    return x, out


def _preact_branch(tape: _Tape, plan: BlockPlan, x: _Cursor) -> tuple[_Cursor, _Cursor]:
    """BN, ReLU, convolution. A shortcut that changes shape reads what the first ReLU wrote."""
    out = activated = tape.relu(tape.bn("bn1", x))
    for i, conv in enumerate(plan.convs, start=1):
        out = out if i == 1 else tape.relu(tape.bn(f"bn{i}", out))
        out = tape.conv(f"conv{i}", conv, out)
    return x if plan.shortcut == "identity" else activated, out


def _squeeze_excite(tape: _Tape, spec: ResNetSpec, x: _Cursor) -> _Cursor:
    squeezed = max(1, x.channels // spec.se_reduction)
    gate = tape.global_pool("se.avgpool", x)
    gate = tape.conv("se.fc1", ConvPlan(x.channels, squeezed, 1), gate, bias=True)
    gate = tape.relu(gate, "se.activation")
    gate = tape.conv("se.fc2", ConvPlan(squeezed, x.channels, 1), gate, bias=True)
    tape.write(tape.prefix + "se.scale_activation", "sigmoid", gate, gate)
    return tape.write(tape.prefix + "se", "scale", x, x)


def _shortcut(tape: _Tape, spec: ResNetSpec, plan: BlockPlan, x: _Cursor) -> _Cursor:
    for step in KINDS[plan.shortcut].steps:
        x = _STEPS[step](tape, spec, plan, x)
    return x


def _pad(tape: _Tape, spec: ResNetSpec, plan: BlockPlan, x: _Cursor) -> _Cursor:
    after = x.step(plan.out_channels, 1, plan.stride, 0, (x.side - 1) // plan.stride + 1)
    return tape.write(f"{plan.name}.downsample", "pad", x, after, 1, plan.stride)


def _pool(tape: _Tape, spec: ResNetSpec, plan: BlockPlan, x: _Cursor) -> _Cursor:
    after = x.step(x.channels, 2, 2, 0, (x.side + 1) // 2)
    return tape.write(f"{plan.name}.downsample.0", "avgpool", x, after, 2, 2)


def _project(tape: _Tape, spec: ResNetSpec, plan: BlockPlan, x: _Cursor) -> _Cursor:
    first = int(OPTIONS[spec.shortcut].keeps_place)
    stride = 1 if "pool" in KINDS[plan.shortcut].steps else plan.stride
    conv = ConvPlan(plan.in_channels, plan.out_channels, 1, stride)
    x = tape.conv(f"downsample.{first}", conv, x)
    return x if spec.preact else tape.bn(f"downsample.{first + 1}", x)


_STEPS = {"pad": _pad, "pool": _pool, "conv": _project}


def _head(tape: _Tape, spec: ResNetSpec, x: _Cursor) -> None:
    if spec.preact:
        x = tape.relu(tape.bn("norm", x))
    x = tape.global_pool("avgpool", x)
    out, into = spec.num_classes, x.channels
    after = x._replace(channels=out)
    tape.write("fc", "linear", x, after, params=into * out + out, macs=into * out)
    tape.ops[-1] = tape.ops[-1]._replace(in_shape=(into,), out_shape=(out,))
