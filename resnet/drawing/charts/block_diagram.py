"""One block, operation by operation: the shortcut above, F(x) below, the sum with its shapes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import NamedTuple

from resnet.drawing.svg import path, polygon, rect, tag, words
from resnet.network.graph import Block, Op
from resnet.network.shortcuts import KINDS
from resnet.text.language import tr
from resnet.text.numbers import count, shape

UP, DOWN, HEIGHT = 62.0, 186.0, 292.0  # the two lanes' centre lines
BOX, PILL, GAP, EDGE, FORK, EXIT = 118.0, 24.0, 86.0, 84.0, 26.0, 190.0
_HALF = 40.0  # of a box's height
_PILLS = {"bn": "BN", "gn": "GN", "relu": "ReLU"}
_NORMS = ("bn", "gn")
_OPENING = ("conv", "avgpool", "stillpool", "pad", "skip", "mean", "blur")

Step = tuple[Op, ...]  # operations without a shape between them: a convolution, its BN, its ReLU


class _Part(NamedTuple):
    """What is drawn as one: an operation, or all those of an SE gate."""

    ops: Step
    x: float
    width: float


def draw_block(block: Block) -> str:
    """The block as one SVG element, with kernel, stride, params, MACs and receptive field."""
    plain = block.plan.shortcut == "none"
    shared, branch = _shared(block)
    fork = EDGE + FORK + (2 * PILL + 30 if shared else 0)
    lower = _place(_steps(branch), fork + FORK)
    upper = _place(_steps(block.lane("shortcut")), fork + FORK + 20)
    end = max(part.x + part.width for part in (*lower, *upper)) + GAP
    parts = [
        *_entrance(block, shared, fork, plain),
        *([] if plain else _shortcut_lane(block, upper, fork, end)),
        *_branch_lane(lower, fork, end, plain),
        *_exit(block, end, plain),
        words((EDGE + end + EXIT - 60) / 2, HEIGHT - 14, sum_text(block), "formula"),
    ]
    width, top = end + EXIT, DOWN - 84 if plain else 0.0
    return tag(
        "svg",
        *parts,
        viewBox=f"0 {top:g} {width:g} {HEIGHT - top:g}",
        class_="detail",
        role="img",
        aria_label=f"{block.name}: {sum_text(block)}",
        style=f"max-width:{width:g}px;min-width:{0.75 * width:g}px",
    )


def sum_text(block: Block) -> str:
    """The sum written out with its shapes."""
    out = shape(block.out_shape)
    relu = any(op.kind == "relu" for op in block.lane("main"))
    if block.plan.shortcut == "none":
        return f"y = ReLU(F(x)): {out}" if relu else f"y = F(x): {out}"
    reads_x = KINDS[block.plan.shortcut].raw or not block.plan.activates
    left = "x" if block.plan.shortcut == "identity" else "S(x)" if reads_x else "S(a)"
    total = f"{left} + F(x)"
    where = ", a = ReLU(BN(x))" if left == "S(a)" else ""
    shapes = f"{out} + {out} → {out}{where}"
    return f"y = ReLU({total}): {shapes}" if relu else f"y = {total}: {shapes}"


def _shared(block: Block) -> tuple[Step, Step]:
    """BN and ReLU that both lanes read (pre-activation where the shape changes), and the rest."""
    branch = block.lane("branch")
    both = block.plan.activates and not KINDS[block.plan.shortcut].raw
    both = both and block.plan.shortcut != "none"
    return (branch[:2], branch[2:]) if both else ((), branch)


def _steps(ops: Step) -> list[Step]:
    """Operations gathered so that each step begins with a convolution, or with the BN before it."""
    opening = _NORMS if ops and ops[0].kind in _NORMS else _OPENING
    steps: list[Step] = []
    gated = False
    for op in ops:
        before, gated = gated, ".se" in op.path
        opens = not before if gated else op.kind in opening
        if opens or not steps:
            steps.append(())
        steps[-1] += (op,)
    return steps


def _place(steps: list[Step], x: float) -> list[_Part]:
    """Every part of a lane from left to right, with a gap for the shape between steps."""
    placed = []
    for step in steps:
        gate = ".se" in step[0].path
        for ops in [step] if gate else [(op,) for op in step]:
            width = BOX if gate or ops[0].kind not in _PILLS else PILL
            placed.append(_Part(ops, x, width))
            x += width + 3
        x += GAP
    return placed


def _entrance(block: Block, shared: Step, fork: float, plain: bool) -> Iterator[str]:
    y = DOWN if plain else UP
    yield words(EDGE / 2, y - 12, "x", "symbol")
    yield words(EDGE / 2, y + 12, shape(block.in_shape), "caption")
    if shared:
        yield path(((EDGE, y), (fork, y)), "wire")
        for i, op in enumerate(shared):
            yield _pill(op, EDGE + 14 + i * (PILL + 3), y)
        yield words(fork - 8, y - 16, "a", "symbol")


def _branch_lane(lane: list[_Part], fork: float, end: float, plain: bool) -> Iterator[str]:
    """F(x): down from the fork, through its parts, up to the sum, the shapes on its edges."""
    start, stop = (EDGE, end + FORK) if plain else (fork, end)
    down = [(start, DOWN)] if plain else [(start, UP + 9), (start, DOWN)]
    up = [(stop, DOWN)] if plain else [(stop, DOWN), (stop, UP + 14)]
    yield path((*down, *up), "wire")
    yield from _parts(lane, DOWN, end)


def _shortcut_lane(block: Block, lane: list[_Part], fork: float, end: float) -> Iterator[str]:
    """The shortcut: bare, or what stands on it."""
    start = EDGE if fork == EDGE + FORK else fork
    yield rect(start, UP - 9, end - start, 18, "shade-4")
    yield from _parts(lane, UP, end)
    if not lane:
        yield words((fork + end) / 2, UP - 22, tr("identity: x unchanged"), "caption")


def _parts(lane: list[_Part], y: float, end: float) -> Iterator[str]:
    for part, after in zip_longest(lane, lane[1:]):
        yield _part(part, y)
        edge = part.x + part.width
        to = after.x if after else edge + GAP
        if to - edge > PILL:
            yield words((edge + to) / 2, y - 17, shape(part.ops[-1].out_shape), "caption tiny")


def _part(part: _Part, y: float) -> str:
    if part.width == PILL:
        return _pill(part.ops[0], part.x, y)
    first, x = part.ops[0], part.x
    changes = (first.stride > 1 and ".se" not in first.path) or first.lane == "shortcut"
    box = rect(x, y - _HALF, part.width, 2 * _HALF, "gate" if changes else "conv", rx=5)
    ink = "on change" if changes else "on"
    title, *facts = _lines(part)
    top = y - 7 * len(facts)
    lines = [words(x + part.width / 2, top, title, f"{ink} bold")]
    lines += [
        words(x + part.width / 2, top + 2 + 14.5 * i, fact, ink)
        for i, fact in enumerate(facts, start=1)
    ]
    if first.kind == "conv":
        sees = tr("sees {n} px", n=first.receptive_field)
        lines.append(words(x + part.width / 2, y + _HALF + 13, sees, "caption tiny"))
    return tag("g", box, *lines, data_tip=_tip(part.ops))


def _pill(op: Op, x: float, y: float) -> str:
    look = "bn" if op.kind in _NORMS else op.kind
    box = rect(x, y - 26, PILL, 52, f"pill {look}", rx=6)
    text = words(x + PILL / 2, y, _PILLS[op.kind], f"on {look}-ink", upright=False)
    return tag("g", box, text, data_tip=_tip((op,)))


def _lines(part: _Part) -> list[str]:
    """What a box says: its name, how it moves over the map, its parameters and its MACs."""
    op = part.ops[0]
    params, macs = (sum(getattr(o, field) for o in part.ops) for field in ("params", "macs"))
    cost = [tr("{n} params", n=count(params)), count(macs, "MACs")] if params else []
    if ".se" in op.path:
        return [*_gate(part.ops), *cost]
    every = [tr("every 2nd pixel")] if op.stride > 1 else []
    without_weights = {
        "avgpool": [tr("2×2 average, /2")],
        "stillpool": [tr("2×2 average, /1")],
        "mean": [tr("2×2 average, /2")],
        "blur": [tr("binomial 3×3, /{n}", n=op.stride)],
        "pad": [tr("zero channels"), *every],
        "skip": every,
    }
    if op.kind in without_weights:
        return without_weights[op.kind]
    stride = f", /{op.stride}" if op.stride > 1 else ""
    groups = tr(", {n} groups", n=op.groups) if op.groups > 1 else ""
    dilated = tr(", dilation {n}", n=op.dilation) if op.dilation > 1 else ""
    how = tr("padding {n}", n=op.padding) + groups + dilated
    return [f"{op.kernel}×{op.kernel}, {op.out_shape[0]}{stride}", how, *cost]


def _gate(ops: Step) -> list[str]:
    """The name of a gate, and from how many channels each of its weights comes."""
    channels = ops[0].in_shape[0]
    along = next((op.kernel for op in ops if op.kind == "conv1d"), None)
    if along is not None:
        return [tr("ECA gate"), tr("{n} of {channels} means each", n=along, channels=channels)]
    squeezed = next(op.out_shape[0] for op in ops if op.kind == "conv")
    return [tr("SE gate"), f"{channels} → {squeezed} → {channels}"]


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


def _exit(block: Block, x: float, plain: bool) -> Iterator[str]:
    """The sum, the ReLU after it where there is one, and y."""
    relus = [op for op in block.lane("main") if op.kind == "relu"]
    y, right = (DOWN if plain else UP), x + EXIT - 84
    yield path(((x, y), (right, y)), "wire")
    if not plain:
        yield tag("circle", cx=x, cy=UP, r=14, class_="plus")
        yield path(((x - 7, UP), (x + 7, UP)), "arm") + path(((x, UP - 7), (x, UP + 7)), "arm")
    for op in relus:
        yield _pill(op, x + 44, y)
    yield polygon(((right, y - 5), (right + 9, y), (right, y + 5)), "tip-of-wire")
    yield words(x + EXIT - 40, y - 12, "y", "symbol")
    yield words(x + EXIT - 40, y + 12, shape(block.out_shape), "caption")
