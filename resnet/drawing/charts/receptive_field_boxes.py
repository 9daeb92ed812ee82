"""Receptive fields over the input: a box and a centre for a cell of every stage, all at once.

Coordinates are the image's: pixel i has its centre at i. Where a box is larger than the image, the
picture grows to show what lies around it, up to `REACH` times the image's side.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from resnet.counts.receptive_field import ReceptiveField
from resnet.drawing.svg import path, rect, tag, words
from resnet.network.graph import Graph
from resnet.text.language import mark, tr

WIDTH, SIDE, MARGIN = 900.0, 540.0, 6.0  # of the picture, and of the square that shows the input
LABEL, STEP = SIDE + 44, 50.0  # where the labels stand, and how far apart at least
REACH = 8  # sides of the image; beyond it the image itself could no longer be seen
LINES = 32  # at most, on the plain grid
_CENTRE, _BEYOND = mark("centre {at.y:g}, {at.x:g}"), mark("beyond this picture")


@dataclass(frozen=True)
class View:
    """The square of the input that is shown: from `left` and `top`, `side` pixels long."""

    left: float
    top: float
    side: float

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the input is drawn."""
        scale = SIDE / self.side
        return MARGIN + (x - self.left) * scale, MARGIN + (y - self.top) * scale

    def square(self, box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        """A box of the input as x, y, width and height."""
        (left, top), (right, bottom) = self.at(*box[:2]), self.at(*box[2:])
        return left, top, right - left, bottom - top

    def holds(self, box: tuple[float, float, float, float]) -> bool:
        """Whether a box is shown whole."""
        low, high = self.at(*box[:2]), self.at(*box[2:])
        return min(low) > 0 and max(high) < SIDE + 2 * MARGIN


def field(graph: Graph, found: Sequence[ReceptiveField], image: str = "") -> str:
    """The picture as one SVG element, over an image's URL or over a plain grid."""
    size = graph.spec.image_size
    seen = view(size, found)
    parts = [
        tag("defs", _hatch()),
        *_around(seen, found),
        *_input(graph, seen, image),
        *(part for one in reversed(found) for part in _box(seen, one)),
        *(part for one in found for part in _centre(seen, one)),
        *_labels(seen, found, size),
    ]
    return tag(
        "svg", *parts, viewBox=f"0 0 {WIDTH:g} {SIDE + 2 * MARGIN:g}", class_="field", role="img",
        aria_label=alt(found, size), style=f"min-width:600px;max-width:{WIDTH:g}px",
    )  # fmt: skip


def alt(found: Sequence[ReceptiveField], size: int) -> str:
    """The picture in words, from its values."""
    last = found[-1]
    fields = tr(", ").join(f"{one.stage.paper_name} {one.side} px" for one in found)
    return tr(
        "What cell {row}, {column} of {stage} sees of an image of {size} px, and the nearest cell "
        "of every stage: {fields}.",
        row=last.row,
        column=last.column,
        stage=last.stage.paper_name,
        size=size,
        fields=fields,
    )


def view(size: int, found: Sequence[ReceptiveField]) -> View:
    """The smallest square around the image and every box that lies within reach.

    Where a box does not, half of the square is left for what lies around.
    """
    middle = (size - 1) / 2
    near = [one.box for one in found if _reach(one, middle) <= REACH * size / 2]
    half = size / 2 if len(near) == len(found) else size
    boxes = [(middle - half, middle - half, middle + half, middle + half), *near]
    left, top = (min(box[i] for box in boxes) for i in (0, 1))
    right, bottom = (max(box[i] for box in boxes) for i in (2, 3))
    side = max(right - left, bottom - top)
    return View((left + right - side) / 2, (top + bottom - side) / 2, side)


def _reach(one: ReceptiveField, middle: float) -> float:
    """From the image's middle to the box's furthest edge."""
    return max(abs(edge - middle) for edge in one.box)


def _hatch() -> str:
    stripe = tag("path", d="M0 0V7", class_="rule")
    return tag(
        "pattern", stripe, id="around", width=7, height=7, patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )  # fmt: skip


def _around(seen: View, found: Sequence[ReceptiveField]) -> Iterator[str]:
    """What is seen of the padding: hatched, where the largest box reaches past the image."""
    x, y, width, height = seen.square(found[-1].box)
    left, top = max(x, MARGIN), max(y, MARGIN)
    right, bottom = (min(edge, MARGIN + SIDE) for edge in (x + width, y + height))
    yield rect(left, top, right - left, bottom - top, "around", style="fill:url(#around)")


def _input(graph: Graph, seen: View, image: str) -> Iterator[str]:
    size = graph.spec.image_size
    x, y, width, height = seen.square((-0.5, -0.5, size - 0.5, size - 0.5))
    if image:
        yield tag(
            "image", href=image, x=x, y=y, width=width, height=height, preserveAspectRatio="none"
        )
    else:
        yield rect(x, y, width, height, "plain")
        step = graph.stages[-2].jump
        while size / step > LINES:
            step *= 2
        for at in range(step, size, step):
            (across, _), (_, down) = seen.at(at - 0.5, 0), seen.at(0, at - 0.5)
            yield path(((across, y), (across, y + height)), "rule")
            yield path(((x, down), (x + width, down)), "rule")
    yield rect(x, y, width, height, "frame")


def _box(seen: View, one: ReceptiveField) -> Iterator[str]:
    if seen.holds(one.box):
        place = seen.square(one.box)
        yield rect(*place, "halo") + rect(*place, "seen")


def _centre(seen: View, one: ReceptiveField) -> Iterator[str]:
    x, y = seen.at(one.x, one.y)
    yield tag("circle", cx=x, cy=y, r=3, class_="centre")


def _labels(seen: View, found: Sequence[ReceptiveField], size: int) -> Iterator[str]:
    """Every stage beside its box, the largest on top, so that no leader crosses another."""
    y = MARGIN + 14.0 - STEP
    room = SIDE - 14
    for left, one in zip(range(len(found) - 1, -1, -1), reversed(found), strict=True):
        x, top, width, _ = seen.square(one.box)
        y = min(max(y + STEP, top), room - left * STEP)
        if seen.holds(one.box):
            line = ((x + width, top), (LABEL - 12, y))
            yield path(line, "halo") + path(line, "leader")
        sees = tr("{stage} sees {n:,} px", stage=one.stage.paper_name, n=one.side)
        cell = tr("cell {at.row}, {at.column} of {at.cells}×{at.cells}", at=one)
        more = tr(_CENTRE if seen.holds(one.box) else _BEYOND, at=one)
        yield words(LABEL, y - 9, sees + _share(one.side / size), "title large start")
        yield words(LABEL, y + 10, f"{cell} · {more}", "start")


def _share(share: float) -> str:
    """How large a field is beside the image, where that can be told."""
    return tr(", {share:.1f} × the image", share=share) if share >= 0.1 else ""


def cells(side: int) -> str:
    """A small grid of the last stage's cells, each a button that carries its row and column."""
    parts = [_cell(row, column, 180 / side) for row in range(side) for column in range(side)]
    return tag(
        "svg", *parts, viewBox="0 0 180 180", class_="cells", role="group", data_across=side,
        aria_label=tr("cells of the last stage"), style="min-width:0;max-width:180px",
    )  # fmt: skip


def _cell(row: int, column: int, step: float) -> str:
    place = tr("row {row}, column {column}", row=row, column=column)
    return tag(
        "g", rect(column * step + 1, row * step + 1, step - 2, step - 2, "hit cell", rx=2),
        class_="block", data_name=f"{row}.{column}", data_count=1, role="button", tabindex=-1,
        data_tip=place, aria_label=place,
    )  # fmt: skip
