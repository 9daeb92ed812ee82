"""Operations as boxes on a lane: convolutions, pools, BN, ReLU, and the gates of attention."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, zip_longest
from typing import NamedTuple

from resnet.drawing.svg import path, rect, tag, words
from resnet.network.graph import NORMS, Op
from resnet.text.language import tr
from resnet.text.numbers import count, shape

PILL = 24.0
_HALF = 34.0  # of a box's height
_PILLS = {"bn": "BN", "gn": "GN", "relu": "ReLU"}
_OPENING = (
    "conv", "avgpool", "stillpool", "pad", "skip", "mean", "blur", "maxpool", "ceilpool", "zeropad",
    "linear",
)  # fmt: skip
_OPENING_NORMED = (*NORMS, "avgpool", "linear")  # before activation, and in its head
_RISE, _LOW = 44.0, 17.0  # of a gate's path above its lane, and half of its boxes' height
_AIR, _TIMES = 7.0, 10.0  # between a gate's boxes, and the radius of its product

Step = tuple[Op, ...]  # operations without a shape between them: a convolution, its BN, its ReLU


class Sizes(NamedTuple):
    """How wide a box is and the gap behind a step, and whether boxes say what they cost."""

    box: float
    gap: float
    whole: bool


SCREEN, PROJECTED = Sizes(118.0, 86.0, whole=True), Sizes(84.0, 78.0, whole=False)


class Box(NamedTuple):
    """What is drawn as one: an operation, or all those of a gate."""

    ops: Step
    x: float
    width: float


def boxes(ops: Step, x: float, sizes: Sizes) -> list[Box]:
    """Every operation of a lane from left to right, with a gap for the shape between steps."""
    placed = []
    for step in _steps(ops):
        gate = _is_gate(step)
        for part in [step] if gate else [(op,) for op in step]:
            width = _gate_width(step) if gate else PILL if part[0].kind in _PILLS else sizes.box
            placed.append(Box(part, x, width))
            x += width + 3
        x += sizes.gap
    return placed


def draw_boxes(lane: list[Box], y: float, sizes: Sizes) -> Iterator[str]:
    """The boxes of a lane at height `y`, each edge with its shape."""
    for box, after in zip_longest(lane, lane[1:]):
        yield _drawn(box, y, sizes.whole)
        edge = box.x + box.width
        to = after.x if after else edge + sizes.gap
        if to - edge > PILL:
            yield words((edge + to) / 2, y - 17, shape(box.ops[-1].out_shape), "caption tiny")


def draw_pill(op: Op, x: float, y: float) -> str:
    """BN or ReLU, which keep the shape."""
    look = "bn" if op.kind in NORMS else op.kind
    box = rect(x, y - 26, PILL, 52, f"pill {look}", rx=6)
    text = words(x + PILL / 2, y, _PILLS[op.kind], f"on {look}-ink", upright=False)
    return tag("g", box, text, data_tip=_tip((op,)))


def _is_gate(step: Step) -> bool:
    return ".se" in step[0].path


def _steps(ops: Step) -> list[Step]:
    """Operations gathered so that each step begins with a convolution, or with the BN before it."""
    opening = _OPENING_NORMED if ops and ops[0].kind in NORMS else _OPENING
    steps: list[Step] = []
    gated = False
    for op in ops:
        before, gated = gated, ".se" in op.path
        opens = not before if gated else op.kind in opening
        if opens or not steps:
            steps.append(())
        steps[-1] += (op,)
    return steps


def _drawn(box: Box, y: float, whole: bool) -> str:
    if _is_gate(box.ops):
        return _gate(box, y)
    if box.width == PILL:
        return draw_pill(box.ops[0], box.x, y)
    op, x = box.ops[0], box.x
    changes = op.stride > 1 or op.lane == "shortcut"
    shown = rect(x, y - _HALF, box.width, 2 * _HALF, "gate" if changes else "conv", rx=5)
    ink = "on change" if changes else "on"
    title, *facts = _lines(op) if whole else _few(op)
    top = y - 7 * len(facts)
    lines = [words(x + box.width / 2, top, title, f"{ink} bold")]
    lines += [
        words(x + box.width / 2, top + 1 + 14.5 * i, fact, ink)
        for i, fact in enumerate(facts, start=1)
    ]
    if op.kind == "conv" and whole:
        sees = tr("sees {n} px", n=op.receptive_field)
        lines.append(words(x + box.width / 2, y + _HALF + 11, sees, "caption tiny"))
    return tag("g", shown, *lines, data_tip=_tip(box.ops))


def _few(op: Op) -> list[str]:
    """The name alone, and by how much it lowers the resolution."""
    title = _lines(op)[0].partition(", /")[0]
    return [title, tr("stride {n}", n=op.stride)] if op.stride > 1 else [title]


def _lines(op: Op) -> list[str]:
    """What a box says: its name, how it moves over the map, its parameters and its MACs."""
    cost = [tr("{n} params", n=count(op.params)), count(op.macs, "MACs")] if op.params else []
    every = [tr("every 2nd pixel")] if op.stride > 1 else []
    size = {"n": op.kernel, "stride": op.stride}
    average = tr("{n}×{n} average, /{stride}", **size)
    pool = tr("{n}×{n} max pool, /{stride}", **size)
    over_all = [tr("average"), tr("over {n}×{n}", **size)]
    without_weights = {
        "avgpool": [average] if op.lane == "shortcut" else over_all,
        "stillpool": [average],
        "mean": [average],
        "blur": [tr("binomial {n}×{n}, /{stride}", **size)],
        "pad": [tr("zero channels"), *every],
        "skip": every,
        "maxpool": [pool, tr("padding {n}", n=op.padding)],
        "ceilpool": [pool, tr("without a border")],
        "zeropad": [tr("border of zeros")],
        "linear": ["fc", f"{op.in_shape[0]} → {op.out_shape[0]}", *cost],
    }
    if op.kind in without_weights:
        return without_weights[op.kind]
    stride = f", /{op.stride}" if op.stride > 1 else ""
    groups = tr(", {n} groups", n=op.groups) if op.groups > 1 else ""
    dilated = tr(", dilation {n}", n=op.dilation) if op.dilation > 1 else ""
    how = tr("padding {n}", n=op.padding) + groups + dilated
    return [f"{op.kernel}×{op.kernel}, {op.out_shape[0]}{stride}", how, *cost]


def _tip(ops: Step) -> str:
    return "\n".join(
        tr(
            "{op.path}: {op.kind}, {into} → {out}, kernel {op.kernel}, stride {op.stride}, "
            "padding {op.padding}, groups {op.groups}, {op.params:,} params, {op.macs:,} MACs, "
            "sees {op.receptive_field} px",
            op=op,
            into=shape(op.in_shape),
            out=shape(op.out_shape),
        )
        for op in ops
    )


def _gate(box: Box, y: float) -> str:
    """One number a channel, computed on a path of its own, multiplies what stays on the lane."""
    *computed, _ = box.ops
    widths = [_small(op)[1] for op in computed]
    lefts = [
        box.x + _AIR + at + i * _AIR for i, at in enumerate(accumulate(widths[:-1], initial=0))
    ]
    above, product = y - _RISE, box.x + box.width - _TIMES
    arm = 0.5 * _TIMES
    parts = [
        path(((box.x, y), (box.x, above), (product, above), (product, y - _TIMES)), "wire"),
        *(_small_box(op, x, above) for op, x in zip(computed, lefts, strict=True)),
        tag("circle", cx=product, cy=y, r=_TIMES, class_="plus"),
        path(((product - arm, y - arm), (product + arm, y + arm)), "arm"),
        path(((product - arm, y + arm), (product + arm, y - arm)), "arm"),
        words(box.x + box.width / 2, y + 13, _gate_title(box.ops), "caption tiny"),
    ]
    return tag("g", *parts, data_tip=_tip(box.ops))


def _gate_width(step: Step) -> float:
    return sum(_small(op)[1] + _AIR for op in step[:-1]) + _AIR + 2 * _TIMES


def _small(op: Op) -> tuple[str, float]:
    """What a small box of a gate says, and how wide it is."""
    texts = {
        "avgpool": tr("pool"),
        "conv": f"fc {op.out_shape[0]}",
        "conv1d": tr("conv {n}", n=op.kernel),
        "relu": "ReLU",
        "sigmoid": "σ",
    }
    text = texts[op.kind]
    return text, max(22.0, 6.2 * len(text) + 10)


def _small_box(op: Op, x: float, y: float) -> str:
    text, width = _small(op)
    look = "relu" if op.kind == "relu" else "conv"
    ink = "on relu-ink small" if op.kind == "relu" else "on small"
    box = rect(x, y - _LOW, width, 2 * _LOW, look, rx=4)
    return box + words(x + width / 2, y, text, ink)


def _gate_title(ops: Step) -> str:
    """The gate's name, from how many channels each of its weights comes, and its cost."""
    channels, cost = ops[0].in_shape[0], tr("{n} params", n=count(sum(op.params for op in ops)))
    along = next((op.kernel for op in ops if op.kind == "conv1d"), None)
    if along is not None:
        each = tr("{n} of {channels} means each", n=along, channels=channels)
        return tr("{gate}: {each}, {cost}", gate=tr("ECA gate"), each=each, cost=cost)
    return tr("{gate}: {each}, {cost}", gate=tr("SE gate"), each=_squeezed(ops), cost=cost)


def _squeezed(ops: Step) -> str:
    first = next(op for op in ops if op.kind == "conv")
    return f"{first.in_shape[0]} → {first.out_shape[0]} → {first.in_shape[0]}"
