"""A block and its plain twin from x to y, with the numbers of one cell on every wire, both ways."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from resnet.drawing.svg import path, polygon, rect, tag, words
from resnet.text.language import tr

WIDTH, HEIGHT = 340.0, 466.0
_ENTERS, _FORK = 40.0, 64.0  # where the wire begins, and where the shortcut leaves it
_TOP, _STEP, _BOX = 104.0, 46.0, (74.0, 24.0)  # of the first operation, between two, of one
_ROWS = 7  # operations of a residual block, its sum among them
_SUM = 6  # which of them is the sum, from 1
_SHORTCUT = 18.0
_BACK = 4.0  # units between a wire and the way back beside it


class Wire(NamedTuple):
    """A value's number and its gradient, as they are written; empty while they are not known."""

    forward: str
    back: str


class Box(NamedTuple):
    """One operation: what it is called, the class of its colour, and the value it writes."""

    name: str
    kind: str
    wire: Wire


@dataclass(frozen=True)
class Lane:
    """One network's block: what enters it, its operations, and the shortcut's numbers if any.

    `now` is the number of the operation on show, 0 for x, and None where this block has none.
    `branch` is what comes back to x by the branch, where something else does too.
    """

    title: str
    enters: Wire
    boxes: tuple[Box, ...]
    now: int | None
    shortcut: Wire | None = None
    branch: str = ""


def draw_walk(residual: Lane, plain: Lane, label: str, unit: str) -> str:
    """Both blocks as one SVG element; `unit` is what gradients are counted in, if not in ones."""
    parts = [
        *_lane(residual, 134.0),
        *_lane(plain, 274.0),
        words(WIDTH / 2, HEIGHT - 8, unit, "caption tiny"),
    ]
    return tag(
        "svg", *parts, viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}", class_="walk", role="img",
        aria_label=label,
    )  # fmt: skip


def _y(row: int) -> float:
    """The height of an operation by its row, which counts from 1."""
    return _TOP + (row - 1) * _STEP


def _rows(lane: Lane) -> list[int]:
    """The row of each operation: a plain block has none where the sum stands."""
    return [row for row in range(1, _ROWS + 1) if lane.shortcut is not None or row != _SUM]


def _lane(lane: Lane, x: float) -> Iterator[str]:
    rows = _rows(lane)
    yield words(x, 8, lane.title, "bold")
    yield words(x, _ENTERS - 15, "x", "symbol")
    yield from _wires(lane, x, [_y(row) for row in rows])
    if lane.shortcut is not None:
        yield from _shortcut(lane.shortcut, x)
        yield words(x + 12, (_FORK + _TOP - _BOX[1] / 2) / 2 + 2, lane.branch, "start value back")
    for number, (row, box) in enumerate(zip(rows, lane.boxes, strict=True), start=1):
        yield from _box(box, x, _y(row), lane.now == number)
    if lane.now == 0:
        yield rect(x - 54, _ENTERS - 2, 108, 22, "now", rx=6)


def _wires(lane: Lane, x: float, at: list[float]) -> Iterator[str]:
    """The line through all operations, and beside every free piece of it its numbers."""
    leaves = at[-1] + 46
    yield path(((x, _ENTERS), (x, leaves)), "wire")
    yield polygon(((x - 5, leaves), (x, leaves + 9), (x + 5, leaves)), "tip-of-wire")
    yield words(x + 16, leaves + 6, "y", "symbol")
    pieces = [(_ENTERS, _FORK - 6), *zip(at, [*at[1:], leaves], strict=True)]
    for wire, (start, end) in zip(
        (lane.enters, *(box.wire for box in lane.boxes)), pieces, strict=True
    ):
        middle = (start + end) / 2
        yield words(x - 8, middle, wire.forward, "end value")
        yield words(x + 12, middle, wire.back, "start value back")
        if wire.back:
            yield path(((x + _BACK, start), (x + _BACK, end)), "way-back")


def _box(box: Box, x: float, y: float, now: bool) -> Iterator[str]:
    wide, high = _BOX
    if box.kind == "add":
        yield tag("circle", cx=x, cy=y, r=12, class_="plus")
        yield path(((x - 6, y), (x + 6, y)), "arm") + path(((x, y - 6), (x, y + 6)), "arm")
    else:
        yield rect(x - wide / 2, y - high / 2, wide, high, box.kind, rx=5)
        yield words(x, y, box.name, f"on bold {box.kind}-ink")
    if now:
        across = 16.0 if box.kind == "add" else wide / 2 + 4
        yield rect(x - across, y - high / 2 - 4, 2 * across, high + 8, "now", rx=8)


def _shortcut(wire: Wire, x: float) -> Iterator[str]:
    """The identity, from above the first operation to the sum, with its own numbers."""
    down = _y(_SUM)
    yield path(((x, _FORK), (_SHORTCUT, _FORK), (_SHORTCUT, down), (x - 12, down)), "identity")
    if wire.back:
        yield path(((x - 12, down), (_SHORTCUT, down), (_SHORTCUT, _FORK), (x, _FORK)), "way-back")
    middle = _y(3)  # beside an operation, where the branch has no numbers
    yield words(_SHORTCUT + 13, _y(1), tr("identity"), "start tiny caption")
    yield words(_SHORTCUT + 13, middle - 8, wire.forward, "start value")
    yield words(_SHORTCUT + 13, middle + 8, wire.back, "start value back")


def draw_place(image: str, side: int, cell: tuple[int, int], label: str) -> str:
    """A picture, given as a URL, with a frame around a cell of a map of `side`² over it."""
    row, column = cell
    size = 160 / side
    parts = [
        tag("image", href=image, x=0, y=0, width=160, height=160),
        *(
            rect(size * (column - 1), size * (row - 1), 3 * size, 3 * size, class_)
            for class_ in ("halo", "seen")
        ),
    ]
    return tag("svg", *parts, viewBox="0 0 160 160", class_="field place", role="img",
               aria_label=label)  # fmt: skip
