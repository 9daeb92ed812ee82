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
class Window:
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


def draw_receptive_fields(graph: Graph, fields: Sequence[ReceptiveField], image: str = "") -> str:
    """The picture as one SVG element, over an image's URL or over a plain grid.

    Raises `SpecError` where images are no squares.
    """
    size = graph.spec.side
    window = window_around(size, fields)
    parts = [
        tag("defs", _hatch()),
        *_around(window, fields),
        *_input(graph, window, image),
        *(part for field in reversed(fields) for part in _box(window, field)),
        *(part for field in fields for part in _centre(window, field)),
        *_labels(window, fields, size),
    ]
    return tag(
        "svg", *parts, viewBox=f"0 0 {WIDTH:g} {SIDE + 2 * MARGIN:g}", class_="field", role="img",
        aria_label=alt(fields, size), style=f"min-width:600px;max-width:{WIDTH:g}px",
    )  # fmt: skip


def alt(fields: Sequence[ReceptiveField], size: int) -> str:
    """The picture in words, from its values."""
    last = fields[-1]
    listed = tr(", ").join(f"{field.stage.paper_name} {field.side} px" for field in fields)
    return tr(
        "What cell {row}, {column} of {stage} sees of an image of {size} px, and the nearest cell "
        "of every stage: {fields}.",
        row=last.row,
        column=last.column,
        stage=last.stage.paper_name,
        size=size,
        fields=listed,
    )


def window_around(size: int, fields: Sequence[ReceptiveField]) -> Window:
    """The smallest square around the image and every box that lies within reach.

    Where a box does not, half of the square is left for what lies around.
    """
    middle = (size - 1) / 2
    near = [field.box for field in fields if _reach(field, middle) <= REACH * size / 2]
    half = size / 2 if len(near) == len(fields) else size
    boxes = [(middle - half, middle - half, middle + half, middle + half), *near]
    left, top = (min(box[i] for box in boxes) for i in (0, 1))
    right, bottom = (max(box[i] for box in boxes) for i in (2, 3))
    side = max(right - left, bottom - top)
    return Window((left + right - side) / 2, (top + bottom - side) / 2, side)


def _reach(field: ReceptiveField, middle: float) -> float:
    """From the image's middle to the box's furthest edge."""
    return max(abs(edge - middle) for edge in field.box)


def _hatch() -> str:
    stripe = tag("path", d="M0 0V7", class_="rule")
    return tag(
        "pattern", stripe, id="around", width=7, height=7, patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )  # fmt: skip


def _around(window: Window, fields: Sequence[ReceptiveField]) -> Iterator[str]:
    """What is seen of the padding: hatched, where the largest box reaches past the image."""
    x, y, width, height = window.square(fields[-1].box)
    left, top = max(x, MARGIN), max(y, MARGIN)
    right, bottom = (min(edge, MARGIN + SIDE) for edge in (x + width, y + height))
    yield rect(left, top, right - left, bottom - top, "around", style="fill:url(#around)")


def _input(graph: Graph, window: Window, image: str) -> Iterator[str]:
    size = graph.spec.side
    x, y, width, height = window.square((-0.5, -0.5, size - 0.5, size - 0.5))
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
            (across, _), (_, down) = window.at(at - 0.5, 0), window.at(0, at - 0.5)
            yield path(((across, y), (across, y + height)), "rule")
            yield path(((x, down), (x + width, down)), "rule")
    yield rect(x, y, width, height, "frame")


def _box(window: Window, field: ReceptiveField) -> Iterator[str]:
    if window.holds(field.box):
        box = window.square(field.box)
        yield rect(*box, "halo") + rect(*box, "seen")


def _centre(window: Window, field: ReceptiveField) -> Iterator[str]:
    x, y = window.at(field.x, field.y)
    yield tag("circle", cx=x, cy=y, r=3, class_="centre")


def _labels(window: Window, fields: Sequence[ReceptiveField], size: int) -> Iterator[str]:
    """Every stage beside its box, the largest on top, so that no leader crosses another."""
    y = MARGIN + 14.0 - STEP
    lowest = SIDE - 14
    for left, field in zip(range(len(fields) - 1, -1, -1), reversed(fields), strict=True):
        x, top, width, _ = window.square(field.box)
        y = min(max(y + STEP, top), lowest - left * STEP)
        if window.holds(field.box):
            line = ((x + width, top), (LABEL - 12, y))
            yield path(line, "halo") + path(line, "leader")
        sees = tr("{stage} sees {n:,} px", stage=field.stage.paper_name, n=field.side)
        cell = tr("cell {at.row}, {at.column} of {at.cells}×{at.cells}", at=field)
        where = tr(_CENTRE if window.holds(field.box) else _BEYOND, at=field)
        yield words(LABEL, y - 9, sees + _share(field.side / size), "title large start")
        yield words(LABEL, y + 10, f"{cell} · {where}", "start")


def _share(share: float) -> str:
    """How large a field is beside the image, where that can be told."""
    return tr(", {share:.1f} × the image", share=share) if share >= 0.1 else ""


def draw_cell_grid(side: int) -> str:
    """A small grid of the last stage's cells, each a button that carries its row and column."""
    parts = [_cell(row, column, 180 / side) for row in range(side) for column in range(side)]
    return tag(
        "svg", *parts, viewBox="0 0 180 180", class_="cells", role="group", data_across=side,
        aria_label=tr("cells of the last stage"), style="min-width:0;max-width:180px",
    )  # fmt: skip


def _cell(row: int, column: int, step: float) -> str:
    label = tr("row {row}, column {column}", row=row, column=column)
    return tag(
        "g", rect(column * step + 1, row * step + 1, step - 2, step - 2, "hit cell", rx=2),
        class_="block", data_name=f"{row}.{column}", data_count=1, role="button", tabindex=-1,
        data_tip=label, aria_label=label,
    )  # fmt: skip
