"""The residual stream: identity goes straight on, branches are detours, projections are the gates.

The picture is a function of the graph alone. Thickness is log₂ of the channels; a stage's shade
deepens and its grid coarsens as resolution falls. Orange is whatever changes the stream's shape.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from resnet.drawing.palette import SHADES
from resnet.drawing.stream.detour import detour, stem_box, thickness
from resnet.drawing.stream.gate import gate, gate_edges
from resnet.drawing.stream.layout import (  # fmt: skip
    BADGE,
    BY_ITSELF,
    CLASSIFIER,
    DETOUR,
    HEIGHT,
    IMAGE,
    MARGIN,
    POOL,
    STEM,
    STREAM,
    WIDTH,
    Column,
    Folding,
    Run,
    Slot,
    columns,
    picture_width,
)
from resnet.drawing.stream.legend import LEGEND, legend
from resnet.drawing.stream.travel import travelling
from resnet.drawing.svg import fitting, letters, path, polygon, rect, tag, words
from resnet.network.describing import (
    describe,
    describe_conv,
    describe_costs,
    describe_pool,
    describe_run,
    describe_shortcut,
)
from resnet.network.graph import Block, Graph, Stage
from resnet.text.language import mark, tr
from resnet.text.numbers import shape

_FOLDING = {
    "fold": mark("Fold the {n} equal blocks from {name} on"),
    "unfold": mark("Unfold the {n} equal blocks from {name} on"),
}

NOTHING: Mapping[str, str] = MappingProxyType({})


def draw_stream(
    graph: Graph,
    folding: Folding = BY_ITSELF,
    explained: bool = True,
    beside: tuple[Graph, ...] = (),
    wide: float = WIDTH,
    maps: Mapping[str, str] = NOTHING,
) -> str:
    """The picture as one SVG element, with its legend where it is to be `explained`.

    Each block, the stem and the head are buttons that carry their name and numbers. Stages stand
    where they do in the pictures of the networks `beside` it. The picture is `wide` units across:
    in fewer, letters are larger. `maps`, data URLs of square images by "image", "stem" and names of
    blocks, lie on the stream where each was made.
    """
    placed = columns(graph, folding, beside, wide)
    width = picture_width(graph, folding, beside, wide)
    rows = legend(graph, HEIGHT, width) if explained else ()
    parts = [
        tag("desc", describe(graph)),
        tag("defs", _hatch(), *(_grid(stage) for stage in graph.stages)),
        *_image(graph.stages[0]),
        *_stem(graph),
        *_stream(graph, placed),
        *(_button(graph, slot) for column in placed for slot in column.slots),
        *_head(graph, placed[-1].stage, placed[-1].end),
        *_chain(graph, placed),
        *travelling(graph, placed, maps),
        *(part for column in placed for part in _folds(column)),
        *(part for column in placed for part in _heading(column)),
        *rows,
    ]
    box = f"0 0 {width:g} {HEIGHT + LEGEND * len(rows):g}"
    kind = "stream" if wide == WIDTH else "stream projected"
    label = tr("{name}, the residual stream", name=graph.spec.name)
    size = {"style": f"min-width:{0.75 * width:g}px"} if width > wide else {}
    return tag("svg", *parts, viewBox=box, class_=kind, role="group", aria_label=label, **size)


def _shade(graph: Graph, stage: Stage) -> str:
    depth = graph.stages.index(stage) / (len(graph.stages) - 1)
    return f"shade-{round(depth * (SHADES - 1))}"


def _stream(graph: Graph, placed: tuple[Column, ...]) -> Iterator[str]:
    """The stream between the gates, each stretch in its stage's shade and grid."""
    if graph.spec.shortcut == "none":
        return
    before = graph.stages[0]
    for column in placed:
        start, first = column.x, column.slots[0]
        if first.block.plan.shortcut != "identity":
            end, start = gate_edges(first)
            yield _stretch(graph, before, column.stage.name, column.x, end)
        yield _stretch(graph, column.stage, column.stage.name, start, column.end)
        before = column.stage


def _stretch(graph: Graph, stage: Stage, place: str, left: float, right: float) -> str:
    high = thickness(stage.out_shape[0])
    box = (left, STREAM - high / 2, right - left, high)
    grid = rect(*box, "grid", style=f"fill:url(#grid-{stage.name})")
    lane = rect(*box, f"lane {_shade(graph, stage)}") + grid
    return tag("g", lane, data_part=f"{stage.name} to {place}")


def _grid(stage: Stage) -> str:
    size = min(3.0 * 1.5 ** (max(stage.jump, 1).bit_length() - 1), 40.0)
    line = tag("path", d=f"M{size:.1f} 0H0V{size:.1f}", class_="line")
    return _pattern(f"grid-{stage.name}", line, size)


def _hatch() -> str:
    stripe = tag("path", d="M0 0V6", class_="stripe")
    return _pattern("hatch", stripe, 6, patternTransform="rotate(45)")


def _pattern(name: str, mark: str, size: float, **attributes: str) -> str:
    units = "userSpaceOnUse"
    return tag("pattern", mark, id=name, width=size, height=size, patternUnits=units, **attributes)


def _chain(graph: Graph, placed: tuple[Column, ...]) -> Iterator[str]:
    """A plain network has no stream: its detours are joined end to end."""
    if graph.spec.shortcut != "none":
        return
    left, right = placed[0].x, placed[-1].end
    down, up = ((left, STREAM), (left, DETOUR)), ((right, DETOUR), (right, STREAM))
    yield path(((left - 18, STREAM), *down, *up), "wire")
    note = tr("no shortcuts: x passes through every F")
    yield words((left + right) / 2, STREAM, note, "caption")


def _image(stem: Stage) -> Iterator[str]:
    high = thickness(stem.in_shape[0])
    yield rect(MARGIN + 6, STREAM - high / 2, IMAGE - 6, high, "shade-0")
    yield from _caption(MARGIN + IMAGE / 2, tr("image"), shape(stem.in_shape))


def _stem(graph: Graph) -> Iterator[str]:
    """The convolutions and the pool, each with the shape that leaves it."""
    spec, stem = graph.spec, graph.stages[0]
    x, convs = MARGIN + IMAGE, spec.stem_convs()
    pooled = spec.stem_pool != "none"
    convolved = STEM / 2 if pooled else STEM
    if spec.shortcut != "none":
        yield _stretch(graph, stem, stem.name, x + 30, x + STEM)
    width, boxes = 58 / len(convs), []
    for i, plan in enumerate(convs):
        activated = spec.activates_stem or plan is not convs[-1]
        boxes.append(stem_box(plan, x + 6 + i * width, width - 2, activated))
    steps = [describe_conv(plan) for plan in convs]
    yield from _caption(x + convolved / 2, "conv1", shape(stem.convolved_shape))
    if pooled:
        high, left = thickness(spec.stem_width), x + STEM - 46
        name, step = describe_pool(spec)
        boxes.append(rect(left, STREAM - high / 2, 18, high, "gate"))
        shown = fitting(high, 10, name, tr("pool"))
        boxes.append(words(left + 9, STREAM, shown, "on change small", upright=False))
        steps.append(step)
        yield from _caption(x + 1.5 * convolved, tr("pool"), shape(stem.out_shape))
    yield _opens(stem, x, STEM, _part_tip(tr("stem"), stem, " → ".join(steps)), *boxes)


def _opens(
    part: Stage | Block, x: float, width: float, tip: str, *marks: str, count: int = 1
) -> str:
    """A button over the whole height, which opens a part of the network."""
    return tag(
        "g",
        rect(x, 40, width, HEIGHT - 66, "hit"),
        *marks,
        class_="block",
        data_name=part.name,
        data_part=part.name,
        data_count=count,
        data_tip=tip,
        role="button",
        tabindex=-1,
        aria_label=tip.replace("\n", tr(", ")),
    )


def _part_tip(name: str, part: Stage, steps: str) -> str:
    shapes = f"{shape(part.in_shape)} → {shape(part.out_shape)}"
    return f"{name}\n{shapes}\n{steps}\n{describe_costs(part.params, part.macs)}"


def _head(graph: Graph, last: Stage, x: float) -> Iterator[str]:
    """The last stage's map is pooled to one number a channel, from which the classes follow."""
    head, high = graph.stages[-1], thickness(last.out_shape[0])
    parts = []
    if graph.spec.preact:  # after the last sum of a pre-activation network
        parts += [rect(x + 3, STREAM - high / 2, 3, high, "bn")]
        parts += [rect(x + 6, STREAM - high / 2, 3, high, "relu")]
    left, right, thin = x + 10, x + POOL - 4, high / 10
    funnel = (
        (left, STREAM - high / 2), (right - 18, STREAM - thin), (right, STREAM - thin),
        (right, STREAM + thin), (right - 18, STREAM + thin), (left, STREAM + high / 2),
    )  # fmt: skip
    parts.append(polygon(funnel, _shade(graph, last)))
    classes = 40 + 5 * thickness(head.out_shape[0]) / 10
    box = (x + POOL, STREAM - classes / 2, 26, classes)
    parts += [rect(*box, "conv", rx=3)]
    parts += [words(x + POOL + 13, STREAM, f"fc, {head.out_shape[0]}", "on", upright=False)]
    steps = tr("average over every position → linear layer")
    tip = _part_tip(tr("pool and classifier"), head, steps)
    yield _opens(head, x, POOL + 30, tip, *parts)
    yield from _caption(x + POOL / 2, tr("pool"), shape((last.out_shape[0], 1, 1)))
    yield from _caption(x + POOL + CLASSIFIER / 2 - 8, "fc", shape(head.out_shape))


def _button(graph: Graph, slot: Slot) -> str:
    """One block, or a folded run, with its fork, detour, sum and gate."""
    marks = (*detour(graph.spec, slot), gate(slot))
    return _opens(slot.block, slot.x, slot.width, _tip(slot), *marks, count=len(slot.blocks))


def _tip(slot: Slot) -> str:
    block, repeats = slot.block, len(slot.blocks)
    name = block.name if repeats == 1 else describe_run(slot.blocks)
    steps = " → ".join(describe_conv(plan) for plan in block.plan.convs)
    numbers = describe_costs(block.params, block.macs, per_block=repeats > 1)
    into, out = shape(block.in_shape), shape(block.out_shape)
    around = describe_shortcut(block.plan, block.in_shape[1:])
    return f"{name}\n{into} → {out}\nF(x): {steps}\n{around}\n{numbers}"


def _folds(column: Column) -> Iterator[str]:
    """Under each run of equal blocks a button that unfolds it, or folds it."""
    for slot in column.slots:
        if len(slot.blocks) > 1:
            yield _fold_button("unfold", slot.blocks, slot.x, slot.width, f"× {len(slot.blocks)}")
    for equal in column.unfolded:
        slots = [slot for slot in column.slots if slot.block in equal]
        left, right = slots[0].x, slots[-1].x + slots[-1].width
        yield path(
            ((left + 3, BADGE - 9), (left + 3, BADGE), (right - 3, BADGE), (right - 3, BADGE - 9)),
            "bracket",
        )
        yield _fold_button("fold", equal, left, right - left, f"× {len(equal)}")


def _fold_button(does: str, equal: Run, x: float, width: float, text: str) -> str:
    middle, wide = x + width / 2, 8.0 * letters(text) + 14
    label = tr(_FOLDING[does], n=len(equal), name=equal[0].name)
    return tag(
        "g",
        rect(middle - wide / 2, BADGE - 10, wide, 20, "badge", rx=10),
        words(middle, BADGE + 0.5, text, "times"),
        class_=f"fold {does}s",
        data_name=f"{does} {equal[0].name}",
        data_part=f"run {equal[0].name}",
        data_tip=label,
        role="button",
        tabindex=-1,
        aria_label=label,
    )


def _heading(column: Column) -> Iterator[str]:
    stage = column.stage
    words = _caption(column.x + column.width / 2, stage.paper_name, shape(stage.out_shape))
    yield tag("g", *words, data_part=f"heading {stage.name}")


def _caption(x: float, title: str, text: str) -> Iterator[str]:
    yield words(x, 14, title, "title")
    yield words(x, 33, text, "caption")
