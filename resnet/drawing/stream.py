"""The residual stream: identity is the road, blocks are detours, projections are the only gates.

The picture is a function of the graph alone. Thickness is log₂ of the channels; a stage's tint
deepens and its grid coarsens as resolution falls. Orange is whatever changes the stream's shape.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import log2

from resnet.drawing.layout import (
    CLASSIFIER,
    HEIGHT,
    IMAGE,
    LANE,
    MARGIN,
    POOL,
    ROW,
    STEM,
    WIDTH,
    Column,
    Slot,
    columns,
)  # fmt: skip
from resnet.drawing.palette import SHADES
from resnet.drawing.svg import path, polygon, rect, tag, words
from resnet.graph import Graph, Stage
from resnet.spec import ConvPlan
from resnet.words import conv, count, shape, shortcut


def stream(graph: Graph, fold: bool = True, beside: tuple[Graph, ...] = ()) -> str:
    """The picture as one SVG element. Each block is a button that carries its name and numbers.

    Stages stand where they do in the pictures of the networks `beside` it.
    """
    placed = columns(graph, fold, beside)
    plain = graph.spec.shortcut == "none"
    parts = [
        tag("defs", _hatch(), *(_grid(stage) for stage in graph.stages)),
        *_ends(graph, placed, plain),
        *([] if plain else _lanes(graph, placed)),
        *(_slot(graph, slot, plain) for column in placed for slot in column.slots),
        *(part for column in placed for part in _heading(column.x, column.width, column.stage)),
    ]
    label = f"{graph.spec.name}: {count(graph.params)} parameters, {len(graph.blocks)} blocks"
    box = f"0 0 {WIDTH:g} {HEIGHT:g}"
    return tag("svg", *parts, viewBox=box, class_="stream", role="group", aria_label=label)


def thickness(channels: int) -> float:
    """Of the lane, in units of the picture: 13 for each doubling of the channels."""
    return 10 + 13 * log2(channels + 1)


def _tint(graph: Graph, stage: Stage) -> str:
    place = graph.stages.index(stage) / (len(graph.stages) - 1)
    return f"shade-{round(place * (SHADES - 1))}"


def _lanes(graph: Graph, placed: tuple[Column, ...]) -> Iterator[str]:
    """The road between the gates, each stretch in its stage's tint and grid."""
    before = graph.stages[0]
    for column in placed:
        start, first = column.x, column.slots[0]
        if first.block.plan.shortcut != "identity":
            end, start = _gate_edges(first)
            yield _stretch(graph, before, column.x, end)
        yield _stretch(graph, column.stage, start, column.x + column.width)
        before = column.stage


def _stretch(graph: Graph, stage: Stage, left: float, right: float) -> str:
    high = thickness(stage.out_shape[0])
    room = (left, LANE - high / 2, right - left, high)
    return rect(*room, _tint(graph, stage)) + rect(
        *room, "grid", style=f"fill:url(#grid-{stage.name})"
    )


def _grid(stage: Stage) -> str:
    size = min(3 * 1.5 ** log2(max(stage.jump, 1)), 40.0)
    line = tag("path", d=f"M{size:.1f} 0H0V{size:.1f}", class_="line")
    return tag(
        "pattern",
        line,
        id=f"grid-{stage.name}",
        width=size,
        height=size,
        patternUnits="userSpaceOnUse",
    )


def _hatch() -> str:
    stripe = tag("path", d="M0 0V6", class_="stripe")
    return tag(
        "pattern",
        stripe,
        id="hatch",
        width=6,
        height=6,
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )


def _ends(graph: Graph, placed: tuple[Column, ...], plain: bool) -> Iterator[str]:
    """Image and stem on the left; pool and classifier on the right."""
    stem, head, last = graph.stages[0], graph.stages[-1], placed[-1].stage
    image, left = thickness(stem.in_shape[0]), MARGIN + IMAGE
    yield rect(MARGIN + 8, LANE - image / 2, IMAGE - 8, image, "shade-0")
    yield from _caption(MARGIN + IMAGE / 2, "image", shape(stem.in_shape))
    if not plain:
        yield _stretch(graph, stem, left + 30, left + STEM)
    yield from _stem_boxes(graph, left + 4)
    yield from _caption(left + STEM / 2, "stem", shape(stem.out_shape))
    right = placed[-1].x + placed[-1].width
    pooled = thickness(last.out_shape[0]) * 0.45
    yield rect(right, LANE - pooled / 2, POOL, pooled, _tint(graph, last))
    yield from _caption(right + POOL / 2, "pool", shape((last.out_shape[0], 1, 1)))
    classes = thickness(head.out_shape[0])
    place = (right + POOL + 4, LANE - classes / 4, CLASSIFIER - 12, classes / 2)
    yield rect(*place, "conv", rx=3)
    yield from _caption(right + POOL + CLASSIFIER / 2, "fc", shape(head.out_shape))
    if plain:
        yield _plain_line(left + STEM, right)


def _plain_line(left: float, right: float) -> str:
    points = ((left - 6, LANE), (left, LANE), (left, ROW), (right, ROW), (right, LANE))
    return path(points, "wire")


def _stem_boxes(graph: Graph, x: float) -> Iterator[str]:
    convs = graph.spec.stem_convs()
    width = 54 / len(convs)
    for plan in convs:
        high = max(thickness(plan.out_channels), 70)
        yield _box(plan, x, LANE, width - 3, high)
        x += width
    if graph.spec.stem != "cifar":
        high = thickness(graph.spec.stem_width)
        yield rect(x, LANE - high / 2, 14, high, "gate")
        yield words(x + 7, LANE, "max pool, /2", "on small", upright=False)


def _slot(graph: Graph, slot: Slot, plain: bool) -> str:
    """One block, or a folded run: a button with its fork, detour, sum and gate."""
    block, parts = slot.block, [rect(slot.x, 48, slot.width, HEIGHT - 60, "hit")]
    if not plain:
        parts += _detour_wires(slot)
    parts += _folded_shadow(slot) if len(slot.blocks) > 1 else []
    parts += list(_boxes(graph, slot))
    if not plain:
        parts += [_gate(slot), *_sum(graph, slot)]
    name, tip = block.name, _tip(slot)
    return tag(
        "g",
        *parts,
        class_="block",
        data_name=name,
        data_count=len(slot.blocks),
        data_tip=tip,
        role="button",
        tabindex=-1,
        aria_label=tip.replace("\n", ", "),
    )


def _tip(slot: Slot) -> str:
    block, more = slot.block, len(slot.blocks)
    name = block.name if more == 1 else f"{block.name} to {slot.blocks[-1].plan.number}, {more} ×"
    steps = " → ".join(conv(plan) for plan in block.plan.convs)
    numbers = f"{count(block.params, ' params')}, {count(block.macs, 'MACs')}"
    into, out = shape(block.in_shape), shape(block.out_shape)
    around = shortcut(block.plan, block.in_shape[1])
    return f"{name}\n{into} → {out}\nF(x): {steps}\n{around}\n{numbers} each"


def _edge(channels: int) -> float:
    """The lower edge of the lane."""
    return LANE + thickness(channels) / 2


def _detour_wires(slot: Slot) -> list[str]:
    plan = slot.block.plan
    fork, back = slot.at(0.06), slot.at(0.88)
    down = ((fork, _edge(plan.in_channels)), (fork, ROW), (slot.at(0.2), ROW))
    up = ((slot.at(0.78), ROW), (back, ROW), (back, _edge(plan.out_channels)))
    return [path(down, "wire"), path(up, "wire")]


def _boxes(graph: Graph, slot: Slot) -> Iterator[str]:
    convs = slot.block.plan.convs
    steps = len(convs) + bool(graph.spec.se_reduction)
    left, room = slot.at(0.13), 0.68 * slot.width / steps
    width = min(room * 0.86, 46)
    for i, plan in enumerate(convs):
        x = left + i * room + (room - width) / 2
        high = 26 + 4.4 * log2(plan.out_channels + 1)
        yield _box(plan, x, ROW, width, high)
        last = i == len(convs) - 1
        yield from _strips(x, width, high, graph.spec.preact, relu=graph.spec.preact or not last)
    if graph.spec.se_reduction:
        x = left + len(convs) * room + room / 2
        yield tag("circle", cx=x, cy=ROW, r=min(room * 0.42, 11), class_="excite")
        yield words(x, ROW, "SE", "on small") if room > 16 else ""


def _strips(x: float, width: float, high: float, preact: bool, relu: bool) -> Iterator[str]:
    """BN and ReLU as thin strips: behind their convolution, or in front (pre-activation)."""
    if width < 7:
        return
    thin = min(width / 8, 3.0)
    names = ["bn", "relu"] if relu else ["bn"]
    start = x if preact else x + width - thin * len(names)
    for i, name in enumerate(names):
        yield rect(start + i * thin, ROW - high / 2, thin, high, name)


def _box(plan: ConvPlan, x: float, y: float, width: float, high: float) -> str:
    parts = [rect(x, y - high / 2, width, high, "conv", rx=min(3.0, width / 4))]
    if plan.stride > 1:  # what lowers the resolution is orange, so v1 and v1.5 differ at a glance
        parts.append(rect(x, y - high / 2 - 5, width, 4, "gate"))
    if plan.groups > 1 and width > 5:
        lines = (y + high * (share - 0.5) for share in (0.2, 0.4, 0.6, 0.8))
        parts += [path(((x, line), (x + width, line)), "split") for line in lines]
    if width >= 10:
        text = f"{plan.kernel}×{plan.kernel}, {plan.out_channels}"
        parts.append(words(x + width / 2, y, text, "on" if width > 13 else "on small", False))
    return "".join(parts)


def _folded_shadow(slot: Slot) -> list[str]:
    room = (slot.at(0.13) + 4, ROW - 36, 0.68 * slot.width, 80)
    text = words(slot.at(0.5), HEIGHT - 8, f"× {len(slot.blocks)}", "times")
    return [rect(*room, "shadow", rx=4), text]


def _gate(slot: Slot) -> str:
    """Where the shortcut is more than the identity, the lane passes through a gate."""
    plan = slot.block.plan
    if plan.shortcut == "identity":
        return ""
    left, right = _gate_edges(slot)
    before, after = thickness(plan.in_channels) / 2, thickness(plan.out_channels) / 2
    outline = (
        (left, LANE - before),
        (right, LANE - after),
        (right, LANE + after),
        (left, LANE + before),
    )
    shape_ = polygon(outline, "gate")
    if plan.shortcut == "padding":
        return shape_ + polygon(outline, "hatched", style="fill:url(#hatch)")
    if right - left < 11:
        return shape_
    return shape_ + words((left + right) / 2, LANE, _gate_text(slot), "on small", upright=False)


def _gate_edges(slot: Slot) -> tuple[float, float]:
    half = min(0.26 * slot.width, 13.0)
    return slot.at(0.5) - half, slot.at(0.5) + half


def _gate_text(slot: Slot) -> str:
    plan = slot.block.plan
    step = ConvPlan(plan.in_channels, plan.out_channels, 1, plan.stride)
    return ("pool, " if plan.shortcut == "pool-projection" else "") + conv(step)


def _sum(graph: Graph, slot: Slot) -> Iterator[str]:
    x, y = slot.at(0.88), _edge(slot.block.plan.out_channels)
    radius = max(min(8.0, 0.3 * slot.width), 2.0)
    arm = radius * 0.55
    if not graph.spec.preact:  # the ReLU after the sum stands across the road
        high = thickness(slot.block.plan.out_channels)
        yield path(((slot.at(0.97), LANE - high / 2), (slot.at(0.97), LANE + high / 2)), "after")
    yield tag("circle", cx=x, cy=y, r=radius, class_="plus")
    if radius > 3:
        yield path(((x - arm, y), (x + arm, y)), "arm") + path(((x, y - arm), (x, y + arm)), "arm")


def _heading(x: float, width: float, stage: Stage) -> Iterator[str]:
    yield from _caption(x + width / 2, stage.paper_name, shape(stage.out_shape))


def _caption(x: float, title: str, text: str) -> Iterator[str]:
    yield words(x, 16, title, "title")
    yield words(x, 35, text, "caption")
