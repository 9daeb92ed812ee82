"""A block, operation by operation: the shortcut above, the residual branch F(x) below, their sum.

The stem and the head open the same way, as one lane.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from xml.sax.saxutils import escape

from resnet.drawing.charts.op_boxes import (
    PILL,
    PROJECTED,
    SCREEN,
    Box,
    Sizes,
    boxes,
    draw_boxes,
    draw_pill,
)
from resnet.drawing.svg import path, polygon, rect, tag, words
from resnet.network.describing import describe_shortcut
from resnet.network.fields.shortcuts import KINDS
from resnet.network.graph import HEAD, STEM, Block, Op, Stage
from resnet.text.language import mark, tr
from resnet.text.numbers import shape

UP, DOWN, HEIGHT = 60.0, 178.0, 260.0  # the two lanes' centre lines
TITLE, BRANCH_TITLE, FORMULA = 11.0, 125.0, 247.0  # of what is written beside them
EDGE, FORK, EXIT = 84.0, 26.0, 160.0
_TALLEST = {False: 30, True: 56}  # percent of the window's height, of two lanes
_ENDS = {STEM: (mark("image"), "x"), HEAD: ("x", mark("logits"))}
_CALLED = {"bn": "BN", "gn": "GN", "relu": "ReLU", "avgpool": "mean", "linear": "fc"}


class _Lanes(NamedTuple):
    """What is drawn: `shared` is read by both lanes, `shortcut` is None where there is one lane."""

    enters: str
    shared: tuple[Op, ...]
    branch: tuple[Op, ...]
    shortcut: tuple[Op, ...] | None
    after: tuple[Op, ...]
    leaves: str

    @property
    def line(self) -> float:
        """The height at which it enters and leaves."""
        return DOWN if self.shortcut is None else UP


def draw_block(part: Block | Stage, projected: bool = False) -> str:
    """A block, the stem or the head as one SVG element, in larger letters where it is `projected`.

    Each operation has its kernel, stride, parameters, MACs and receptive field, each edge its
    shape.
    """
    lanes, sizes = _lanes(part), PROJECTED if projected else SCREEN
    fork = EDGE + FORK + (2 * PILL + 30 if lanes.shared else 0)
    lower = boxes(lanes.branch, fork + FORK, sizes)
    upper = boxes(lanes.shortcut or (), fork + FORK + 20, sizes)
    end = max(box.x + box.width for box in (*lower, *upper)) + sizes.gap
    parts = [
        *_entrance(part, lanes, fork),
        *([] if lanes.shortcut is None else _shortcut_lane(upper, fork, end, sizes)),
        *_shortcut_title(part, lanes, fork),
        *_branch_lane(lanes, lower, fork, end, sizes),
        *_exit(part, lanes, end),
        words((EDGE + end + EXIT - 60) / 2, FORMULA, sum_text(part), "formula"),
    ]
    width, top = end + EXIT, DOWN - 60 if lanes.shortcut is None else 0.0
    return tag(
        "svg",
        *parts,
        viewBox=f"0 {top:g} {width:g} {HEIGHT - top:g}",
        class_="detail projected" if projected else "detail",
        role="img",
        aria_label=f"{part.name}: {sum_text(part)}",
        style=_size(width, projected),
    )


def _size(width: float, projected: bool) -> str:
    most = f"{_TALLEST[projected] * width / HEIGHT:.1f}vh"
    return f"max-width:{most};min-width:{0.75 * width:g}px"


def sum_text(part: Block | Stage) -> str:
    """What is computed, written out with its shapes."""
    out = shape(part.out_shape)
    if isinstance(part, Stage):
        enters, leaves = map(tr, _ENDS[part.name])
        return f"{leaves} = {_nested(part.own_ops, enters)}: {out}"
    relu = bool(_after(part))
    if part.plan.shortcut == "none":
        return f"y = ReLU(F(x)): {out}" if relu else f"y = F(x): {out}"
    reads_x = KINDS[part.plan.shortcut].raw or not part.plan.activates
    left = "x" if part.plan.shortcut == "identity" else "S(x)" if reads_x else "S(a)"
    total = f"{left} + F(x)"
    where = ", a = ReLU(BN(x))" if left == "S(a)" else ""
    shapes = f"{out} + {out} → {out}{where}"
    return f"y = ReLU({total}): {shapes}" if relu else f"y = {total}: {shapes}"


def _nested(ops: tuple[Op, ...], inner: str) -> str:
    """“maxpool(ReLU(BN(conv1(image))))”: by kind, or by the module's name."""
    for op in ops:
        inner = f"{_CALLED.get(op.kind, op.path.partition('.')[0])}({inner})"
    return inner


def _lanes(part: Block | Stage) -> _Lanes:
    if isinstance(part, Stage):
        enters, leaves = map(tr, _ENDS[part.name])
        return _Lanes(enters, (), part.own_ops, None, (), leaves)
    branch, plan = part.lane("branch"), part.plan
    plain = plan.shortcut == "none"
    both = plan.activates and not KINDS[plan.shortcut].raw and not plain
    shared, branch = (branch[:2], branch[2:]) if both else ((), branch)
    return _Lanes("x", shared, branch, None if plain else part.lane("shortcut"), _after(part), "y")


def _after(block: Block) -> tuple[Op, ...]:
    """What follows the sum."""
    return tuple(op for op in block.lane("main") if op.kind == "relu")


def _entrance(part: Block | Stage, lanes: _Lanes, fork: float) -> Iterator[str]:
    yield words(EDGE / 2, lanes.line - 12, lanes.enters, "symbol")
    yield words(EDGE / 2, lanes.line + 12, shape(part.in_shape), "caption")
    if lanes.shared:
        yield path(((EDGE, lanes.line), (fork, lanes.line)), "wire")
        for i, op in enumerate(lanes.shared):
            yield draw_pill(op, EDGE + 14 + i * (PILL + 3), lanes.line)
        yield words(fork - 8, lanes.line - 16, "a", "symbol")


def _branch_lane(
    lanes: _Lanes, lane: list[Box], fork: float, end: float, sizes: Sizes
) -> Iterator[str]:
    """F(x): down from the fork, through its parts, up to the sum, the shapes on its edges."""
    alone = lanes.shortcut is None
    start, stop = (EDGE, end) if alone else (fork, end)
    down = [(start, DOWN)] if alone else [(start, UP + 9), (start, DOWN)]
    up = [(stop, DOWN)] if alone else [(stop, DOWN), (stop, UP + 14)]
    yield path((*down, *up), "wire")
    if not alone:
        yield words(start + 8, BRANCH_TITLE, tr("residual branch F(x)"), "bold start")
    yield from draw_boxes(lane, DOWN, sizes)


def _shortcut_lane(lane: list[Box], fork: float, end: float, sizes: Sizes) -> Iterator[str]:
    """The shortcut: bare, or what stands on it."""
    yield rect(fork, UP - 9, end - fork, 18, "shade-4")
    yield from draw_boxes(lane, UP, sizes)


def _shortcut_title(part: Block | Stage, lanes: _Lanes, fork: float) -> Iterator[str]:
    """What the shortcut does, or that there is none."""
    if isinstance(part, Stage):
        return
    does = describe_shortcut(part.plan, part.in_shape[1:])
    if lanes.shortcut is None:
        yield words(EDGE, DOWN - 50, does, "start")
        return
    name = tr("shortcut, downsample branch") if lanes.shortcut else tr("shortcut")
    bold = tag("tspan", escape(f"{name} · "), class_="bold")
    yield tag("text", bold + escape(does), x=fork, y=TITLE, class_="start")


def _exit(part: Block | Stage, lanes: _Lanes, x: float) -> Iterator[str]:
    """The sum, the ReLU after it where there is one, and y."""
    y, right = lanes.line, x + EXIT - 84
    yield path(((x, y), (right, y)), "wire")
    if lanes.shortcut is not None:
        yield tag("circle", cx=x, cy=UP, r=14, class_="plus")
        yield path(((x - 7, UP), (x + 7, UP)), "arm") + path(((x, UP - 7), (x, UP + 7)), "arm")
    for op in lanes.after:
        yield draw_pill(op, x + 44, y)
    yield polygon(((right, y - 5), (right + 9, y), (right, y + 5)), "tip-of-wire")
    yield words(x + EXIT - 40, y - 12, lanes.leaves, "symbol")
    yield words(x + EXIT - 40, y + 12, shape(part.out_shape), "caption")
