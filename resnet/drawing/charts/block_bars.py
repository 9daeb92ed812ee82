"""A value of every block along the depth: rows of bars over one axis, each block a button.

Bands are the stages' tints; orange is a block whose shortcut changes the stream's shape.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from resnet.drawing.charts.depth_axis import STAGE, share_width
from resnet.drawing.charts.scales import Scale, levels
from resnet.drawing.palette import SHADES
from resnet.drawing.svg import path, rect, tag, words
from resnet.network.graph import Block, Graph, Stage
from resnet.text.language import mark, tr
from resnet.text.numbers import decimal, percent

WIDTH, LEFT, TOP, ROW, GAP, STRIP = 1200.0, 176.0, 40.0, 120.0, 26.0, 34.0
WIDE = 34.0  # the room that a bar needs for its value in words
_OFF, _ON = mark(", switched off"), mark(", on")
Segments = tuple[tuple[float, str], ...]  # heights, each with its CSS class


@dataclass(frozen=True)
class Row:
    """One quantity: its title, notes, and each block's segments, stacked from zero.

    A block without segments has no such value. Where the segments' classes differ, `keys` says each
    in words: they are named beside the axis, and no sum is written at the bars.
    """

    title: str
    notes: tuple[str, ...]
    segments: Mapping[str, Segments]
    percent: bool = False
    keys: Mapping[str, str] = field(default_factory=dict)

    def write(self, value: float) -> str:
        """A bar's value."""
        return percent(value) if self.percent else decimal(value)

    def tick(self, value: float) -> str:
        """A round value of the axis."""
        return (f"{value:.0%}" if self.percent else f"{value:g}").replace("-", "−")


def draw_block_bars(
    graph: Graph,
    rows: tuple[Row, ...],
    tips: Mapping[str, str],
    label: str,
    off: Collection[str] | None = None,
) -> str:
    """The chart as one SVG element; with `off`, a strip shows which blocks are switched off."""
    height = TOP + len(rows) * (ROW + GAP) + (STRIP if off is not None else 0)
    scales = [_scale(row, TOP + i * (ROW + GAP)) for i, row in enumerate(rows)]
    placed = [*zip(rows, scales, strict=True)]
    stages = [stage for stage in graph.stages if stage.blocks]
    units = [len(stage.blocks) for stage in stages]
    band_widths = share_width(units, [STAGE] * len(stages), WIDTH - 4 - LEFT)
    parts, x = [axis for row, scale in placed for axis in _axis(row, scale)], LEFT
    for number, (stage, band_width) in enumerate(zip(stages, band_widths, strict=True)):
        parts.append(_band(stage, x, band_width, height, number / max(len(stages) - 1, 1)))
        bar_width = (band_width - 6) / len(stage.blocks)
        for i, block in enumerate(stage.blocks):
            at = x + 2 + i * bar_width
            parts.append(_button(block, at, bar_width, height, placed, tips[block.name], off))
        x += band_width
    if off is not None:
        parts.append(words(2, height - STRIP / 2 - 4, tr("Blocks"), "title start"))
    return tag(
        "svg", *parts, viewBox=f"0 0 {WIDTH:g} {height:g}", class_="flow bars", role="group",
        aria_label=label,
    )  # fmt: skip


def bar_class(block: Block) -> str:
    """The class of a block's bar: orange where its shortcut changes the stream's shape."""
    return "conv" if block.plan.shortcut in ("identity", "none") else "gate"


def _scale(row: Row, top: float) -> Scale:
    sums = [sum(height for height, _ in segments) for segments in row.segments.values()]
    return levels(sums, top + ROW, top + 14)


def _axis(row: Row, scale: Scale) -> Iterator[str]:
    lines = 1 + len(row.notes) + len(row.keys)
    y = (scale.top + scale.bottom) / 2 - 8.5 * (lines - 1)
    yield words(2, y, row.title, "title start")
    for i, text in enumerate(row.notes, start=1):
        yield words(2, y + 17 * i, text, "start tiny quiet")
    for i, (key, word) in enumerate(row.keys.items(), start=1 + len(row.notes)):
        yield rect(2, y + 17 * i - 5, 10, 10, key) + words(18, y + 17 * i, word, "start tiny")
    for tick in scale.ticks:
        yield path(((LEFT, scale.at(tick)), (WIDTH - 4, scale.at(tick))), "rule")
        yield words(LEFT - 6, scale.at(tick), row.tick(tick), "end tiny quiet")


def _band(stage: Stage, x: float, width: float, height: float, depth: float) -> str:
    tint = f"band shade-{1 + round(depth * (SHADES - 2))}"
    return rect(x, TOP - 8, width - 2, height - TOP + 6, tint, rx=3) + words(
        x + width / 2 - 1, 14, stage.paper_name, "title"
    )


def _button(
    block: Block,
    x: float,
    width: float,
    height: float,
    placed: list[tuple[Row, Scale]],
    tip: str,
    off: Collection[str] | None,
) -> str:
    gap = min(width * 0.2, 8)
    marks = [rect(x, TOP - 8, width, height - TOP + 6, "hit", rx=3)]
    for row, scale in placed:
        marks += _bar(row, scale, block.name, x + gap / 2, width - gap)
    if off is not None:
        side = min(width - gap, 18)
        marks.append(_mark(block, x + width / 2, height - STRIP / 2 - 4, side, block.name in off))
    state = "" if off is None else tr(_OFF if block.name in off else _ON)
    return tag(
        "g", *marks, class_="block", data_name=block.name, data_count=1, data_tip=tip,
        role="button", tabindex=-1, aria_label=tip.replace("\n", tr(", ")) + state,
    )  # fmt: skip


def _bar(row: Row, scale: Scale, name: str, x: float, width: float) -> Iterator[str]:
    reached = 0.0
    for value, class_ in row.segments.get(name, ()):
        ends = scale.at(reached), scale.at(reached + value)
        yield rect(x, min(ends), width, max(abs(ends[0] - ends[1]), 0.8 if value else 0), class_)
        reached += value
    if not row.keys and width >= WIDE:
        label = row.write(reached) if row.segments.get(name) else "–"
        y = min(scale.at(reached), scale.at(0)) - 8
        yield words(x + width / 2, y, label, "tiny bold halo")


def _mark(block: Block, x: float, y: float, side: float, off: bool) -> str:
    """A block as a square: full where it is on, an empty one crossed out where it is off."""
    half = side / 2
    if not off:
        return rect(x - half, y - half, side, side, bar_class(block), rx=2)
    cross = [path(((x - half, y + d * half), (x + half, y - d * half)), "cross") for d in (1, -1)]
    return rect(x - half, y - half, side, side, "cut", rx=2) + "".join(cross)
