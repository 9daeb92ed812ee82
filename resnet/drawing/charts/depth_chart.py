"""Shapes and costs against depth: five rows over one axis, in which every block is a button.

Levels on the logarithmic rows, bars from zero on the linear ones. Bands are the stages' tints;
orange is what changes the stream's shape, as in the picture of the stream.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from resnet.counts.along_depth import Part, Step, bytes_written, parts_along_depth
from resnet.drawing.charts.depth_axis import PlacedPart, place_parts
from resnet.drawing.charts.scales import Scale, amounts, doublings
from resnet.drawing.palette import SHADES
from resnet.drawing.svg import path, rect, tag, words
from resnet.network.describing import describe_costs, describe_run
from resnet.network.graph import Graph, Stage
from resnet.text.language import mark, tr
from resnet.text.numbers import count, shape

WIDTH, HEIGHT, LEFT, TOP, ROW, GAP = 1200.0, 492.0, 196.0, 44.0, 74.0, 16.0
_SCALES = {0: mark("linear, from 0"), 2: mark("log₂, a line doubles"), 10: mark("log₁₀")}
_BESIDE = {"shortcut": mark("{name}, on the shortcut"), "gate": mark("{name}, in the gate")}


@dataclass(frozen=True)
class _Row:
    """One quantity: how it is called, read off a step, summed up, and where it is drawn."""

    title: str
    read: Callable[[Step], int]
    total: str
    scale: Scale
    unit: str = ""
    enters: int = 0  # a level that the stream has from the input on, not an amount that adds up

    @property
    def levels(self) -> bool:
        return self.enters > 0


def draw_depth_chart(graph: Graph, by: str = "block") -> str:
    """The chart as one SVG element, by "block", "op" or "stage"."""
    parts = parts_along_depth(graph, by)
    places = tuple(place_parts(parts, LEFT, WIDTH - 4))
    rows = _rows(graph, [step for part in parts for step in part.steps])
    drawn = [
        *(part for stage in graph.stages for part in _band(graph, stage, places)),
        *(part for row in rows for part in _axis(row)),
        *(_stair(row, places) for row in rows if row.levels),
        *(_part(place, rows) for place in places),
        *(part for row in rows if row.levels for part in _values(graph, row, places)),
    ]
    box = f"0 0 {WIDTH:g} {HEIGHT:g}"
    label = alt(graph)
    return tag("svg", *drawn, viewBox=box, class_="flow", role="group", aria_label=label)


def alt(graph: Graph) -> str:
    """The chart in words, from its values."""
    first, last = graph.stages[0], graph.stages[-2]
    heavy, busy, wide = (
        max(graph.stages, key=cost).paper_name
        for cost in (lambda s: s.params, lambda s: s.macs, lambda s: bytes_written(s.ops))
    )
    return tr(
        "{name} along its depth. Resolution {first[1]} to {last[1]} px, channels {first[0]} to "
        "{last[0]}. Outputs take {memory}, most in {wide}; {params} params, most in {heavy}; "
        "{macs}, most in {busy}.",
        name=graph.spec.name,
        first=first.in_shape,
        last=last.out_shape,
        memory=count(bytes_written(graph.ops), "B"),
        wide=wide,
        params=count(graph.params),
        heavy=heavy,
        macs=count(graph.macs, "MACs"),
        busy=busy,
    )


def _side(step: Step) -> int:
    return step.out_shape[1] if len(step.out_shape) > 1 else 1


def _channels(step: Step) -> int:
    return step.out_shape[0]


def _rows(graph: Graph, steps: list[Step]) -> tuple[_Row, ...]:
    (size, across), colours = graph.spec.input_size, graph.spec.in_channels
    px = tr("px, from {n}", n=size) if size == across else tr("px high, from {n}", n=size)
    tops = [TOP + i * (ROW + GAP) for i in range(5)]

    def levels(title: str, read: Callable[[Step], int], start: int, total: str) -> _Row:
        top = tops.pop(0)
        scale = doublings([start, *map(read, steps)], top + ROW, top + 10)
        return _Row(title, read, total, scale, enters=start)

    def sums(title: str, read: Callable[[Step], int], total: str, unit: str) -> _Row:
        top = tops.pop(0)
        scale = amounts([*map(read, steps)], top + ROW, top)
        return _Row(title, read, total, scale, unit)

    return (
        levels(tr("Resolution"), _side, size, px),
        levels(tr("Channels"), _channels, colours, tr("from {n}", n=colours)),
        sums(tr("Activations"), lambda s: s.memory, count(bytes_written(graph.ops), "B"), "B"),
        sums(tr("Parameters"), lambda s: s.params, count(graph.params), ""),
        sums("MACs", lambda s: s.macs, count(graph.macs), ""),
    )


def _band(graph: Graph, stage: Stage, places: tuple[PlacedPart, ...]) -> Iterator[str]:
    of_stage = [place for place in places if place.part.stage is stage]
    left, right = of_stage[0].x, of_stage[-1].x + of_stage[-1].width
    tint = round(graph.stages.index(stage) / (len(graph.stages) - 1) * (SHADES - 1))
    yield rect(left, TOP - 6, right - left - 2, HEIGHT - TOP + 2, f"band shade-{tint}", rx=3)
    yield words((left + right) / 2 - 1, 14, stage.paper_name, "title")


def _axis(row: _Row) -> Iterator[str]:
    scale = row.scale
    middle = (scale.top + scale.bottom) / 2
    kind = tr(_SCALES[scale.base])
    total = row.total if row.levels else tr("{total} in all", total=row.total)
    for i, (text, class_) in enumerate(
        ((row.title, "title start"), (total, "start tiny"), (kind, "start tiny quiet"))
    ):
        yield words(2, middle - 17 + 17 * i, text, class_)
    for tick in scale.ticks:
        y = scale.at(tick)
        yield path(((LEFT, y), (WIDTH - 6, y)), "rule")
        if not row.levels:
            yield words(LEFT - 6, y, _short(tick, row.unit), "end tiny quiet")


def _short(value: float, unit: str) -> str:
    return count(value, unit).replace(".00", "") if value else "0"


def _part(place: PlacedPart, rows: tuple[_Row, ...]) -> str:
    """Everything of one part: a button where it has blocks."""
    part = place.part
    hit = rect(place.x, TOP - 6, place.width, HEIGHT - TOP + 2, "hit")
    several = len(part.steps) > 1
    marks = [
        _slot(step, x, width, rows, several=several, times=part.times)
        for step, x, width in place.slots
    ]
    if part.times > 1:
        marks.append(words(place.x + place.width / 2, 30, f"× {part.times}", "tiny bold"))
    tip = _tip(part.steps[0], part) if not several else _summary(part)
    if not part.blocks:
        return tag("g", hit, *marks, data_tip=tip)
    return tag(
        "g", hit, *marks,
        class_="block", data_name=part.blocks[0].name, data_count=len(part.blocks), data_tip=tip,
        role="button", tabindex=-1, aria_label=tip.replace("\n", tr(", ")),
    )  # fmt: skip


def _slot(
    step: Step, x: float, width: float, rows: tuple[_Row, ...], *, several: bool, times: int
) -> str:
    """One step's marks in every row; with a tip of its own where its part has several."""
    colour = "gate" if step.changes else "excite" if step.role == "gate" else "conv"
    gap = min(width * 0.14, 1.5) if times == 1 or several else 0.0
    marks = [
        mark
        for row in rows
        if not row.levels or step.role != "main"
        for mark in _mark(row, step, x + gap / 2, width - gap, colour)
    ]
    if not several:
        return "".join(marks)
    over = rect(x, TOP - 6, width, HEIGHT - TOP + 2, "hit")
    return tag("g", over, *marks, data_tip=_tip(step))


def _mark(row: _Row, step: Step, x: float, width: float, colour: str) -> Iterator[str]:
    """A bar from zero, or a level on a logarithmic scale; nothing where there is nothing."""
    value, scale = row.read(step), row.scale
    if not value:
        return
    y = scale.at(value)
    if scale.base:
        yield rect(x, y - 1.5, width, 3.0, colour)
    else:
        high = max(scale.bottom - y, 1.0)
        yield rect(x, scale.bottom - high, width, high, colour)


def _stair(row: _Row, places: tuple[PlacedPart, ...]) -> str:
    """The main path's level, step by step, from what enters the network."""
    points = [(LEFT - 8, row.scale.at(row.enters))]
    for step, x, _ in (slot for place in places for slot in place.slots):
        y = row.scale.at(row.read(step))
        if step.role == "main" and y != points[-1][1]:
            points += [(x, points[-1][1]), (x, y)]
    return path([*points, (places[-1].x + places[-1].width, points[-1][1])], "stair")


def _values(graph: Graph, row: _Row, places: tuple[PlacedPart, ...]) -> Iterator[str]:
    """What leaves every stage, over the level."""
    for stage in graph.stages:
        slots = [slot for place in places if place.part.stage is stage for slot in place.slots]
        value = row.read(slots[-1][0])
        level = [(x, x + width) for step, x, width in slots if row.read(step) == value]
        middle = (level[0][0] + level[-1][1]) / 2
        yield words(middle, row.scale.at(value) - 9, str(value), "tiny bold halo")


def _tip(step: Step, part: Part | None = None) -> str:
    name = step.name if part is None else _name_of(part)
    kind = f"{name}: {step.kind}" if part is None else name
    title = kind if step.role == "main" else tr(_BESIDE[step.role], name=kind)
    shapes = f"{shape(step.in_shape)} → {shape(step.out_shape)}"
    return f"{title}\n{shapes}\n{_takes((step,), bool(part and part.times > 1))}"


def _name_of(part: Part) -> str:
    if part.times > 1:
        return describe_run(part.blocks)
    return part.blocks[0].name if len(part.blocks) == 1 else part.stage.paper_name


def _summary(part: Part) -> str:
    """A part of several steps, summed up."""
    title = tr("{name}: {n} operations", name=_name_of(part), n=len(part.steps))
    return f"{title}\n{_takes(part.steps, part.times > 1)}"


def _takes(steps: tuple[Step, ...], per_block: bool) -> str:
    """What these steps take together, or those of each block of a run."""
    held, params, macs = (
        sum(getattr(step, name) for step in steps) for name in ("memory", "params", "macs")
    )
    activations = tr("{n} of activations", n=count(held, "B"))
    return f"{activations}\n{describe_costs(params, macs, per_block)}"
