"""The residual stream: identity goes straight on, branches are detours, projections are the gates.

The picture is a function of the graph alone. Thickness is log₂ of the channels; a stage's shade
deepens and its grid coarsens as resolution falls. Orange is whatever changes the stream's shape.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from resnet.drawing.palette import SHADES
from resnet.drawing.stream.detour import detour, stem_box, thickness
from resnet.drawing.stream.gate import gate, gate_edges
from resnet.drawing.stream.layout import (  # fmt: skip
    CLASSIFIER,
    DETOUR,
    HEIGHT,
    IMAGE,
    LEGEND,
    MARGIN,
    POOL,
    STEM,
    STREAM,
    WIDTH,
    Column,
    Run,
    Slot,
    columns,
)
from resnet.drawing.stream.legend import legend
from resnet.drawing.svg import letters, path, polygon, rect, tag, words
from resnet.network.describing import (
    describe,
    describe_conv,
    describe_costs,
    describe_pool,
    describe_run,
    describe_shortcut,
)
from resnet.network.graph import Graph, Stage
from resnet.text.language import mark, tr
from resnet.text.numbers import shape

_FOLD = mark("Fold the {n} equal blocks from {name} on")
_UNFOLD = mark("Unfold the {n} equal blocks from {name} on")


def draw_stream(
    graph: Graph,
    unfold: Collection[str] = (),
    explained: bool = True,
    beside: tuple[Graph, ...] = (),
) -> str:
    """The picture as one SVG element, with its legend where it is to be `explained`.

    Each block is a button that carries its name and numbers. `unfold` names the folded runs of
    equal blocks that are drawn one by one. Stages stand where they do in the pictures of the
    networks `beside` it.
    """
    placed = columns(graph, unfold, beside)
    parts = [
        tag("desc", describe(graph)),
        tag("defs", _hatch(), *(_grid(stage) for stage in graph.stages)),
        *_ends(graph, placed),
        *_stream(graph, placed),
        *(_button(graph, slot) for column in placed for slot in column.slots),
        *(part for column in placed for part in _folds(column)),
        *(part for column in placed for part in _heading(column)),
        *(legend(graph, HEIGHT) if explained else ()),
    ]
    box = f"0 0 {WIDTH:g} {HEIGHT + LEGEND * explained:g}"
    label = tr("{name}, the residual stream", name=graph.spec.name)
    return tag("svg", *parts, viewBox=box, class_="stream", role="group", aria_label=label)


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
            yield _stretch(graph, before, column.x, end)
        yield _stretch(graph, column.stage, start, column.x + column.width)
        before = column.stage


def _stretch(graph: Graph, stage: Stage, left: float, right: float) -> str:
    high = thickness(stage.out_shape[0])
    box = (left, STREAM - high / 2, right - left, high)
    grid = rect(*box, "grid", style=f"fill:url(#grid-{stage.name})")
    return rect(*box, f"lane {_shade(graph, stage)}") + grid


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


def _ends(graph: Graph, placed: tuple[Column, ...]) -> Iterator[str]:
    """Image and stem on the left; pool and classifier on the right."""
    right = placed[-1].x + placed[-1].width
    yield from _image(graph.stages[0])
    yield from _stem(graph)
    yield from _head(graph, placed[-1].stage, right)
    if graph.spec.shortcut == "none":  # detours joined end to end
        left = MARGIN + IMAGE + STEM
        down, up = ((left, STREAM), (left, DETOUR)), ((right, DETOUR), (right, STREAM))
        points = ((left - 18, STREAM), *down, *up)
        yield path(points, "wire")
        note = tr("no shortcuts: x passes through every F")
        yield words((left + right) / 2, STREAM, note, "caption")


def _image(stem: Stage) -> Iterator[str]:
    high = thickness(stem.in_shape[0])
    yield rect(MARGIN + 6, STREAM - high / 2, IMAGE - 6, high, "shade-0")
    yield from _caption(MARGIN + IMAGE / 2, tr("image"), shape(stem.in_shape))


def _stem(graph: Graph) -> Iterator[str]:
    spec, stem = graph.spec, graph.stages[0]
    x, convs = MARGIN + IMAGE, spec.stem_convs()
    if spec.shortcut != "none":
        yield _stretch(graph, stem, x + 30, x + STEM)
    width, boxes = 48 / len(convs), []
    for plan in convs:
        activated = spec.activates_stem or plan is not convs[-1]
        boxes.append(stem_box(plan, x + 3, width - 2, activated))
        x += width
    steps = [describe_conv(plan) for plan in convs]
    if spec.stem_pool != "none":
        high = thickness(spec.stem_width)
        name, step = describe_pool(spec)
        boxes.append(rect(x + 3, STREAM - high / 2, 15, high, "gate"))
        boxes.append(words(x + 10.5, STREAM, name, "on change small", upright=False))
        steps.append(step)
    yield tag("g", *boxes, data_tip=_part_tip(tr("stem"), stem, " → ".join(steps)))
    yield from _caption(MARGIN + IMAGE + STEM / 2, tr("stem"), shape(stem.out_shape))


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
    yield tag("g", *parts, data_tip=_part_tip(tr("pool and classifier"), head, steps))
    yield from _caption(x + POOL / 2, tr("pool"), shape((last.out_shape[0], 1, 1)))
    yield from _caption(x + POOL + CLASSIFIER / 2 - 8, "fc", shape(head.out_shape))


def _button(graph: Graph, slot: Slot) -> str:
    """One block, or a folded run: a button with its fork, detour, sum and gate."""
    tip = _tip(slot)
    return tag(
        "g",
        rect(slot.x, 48, slot.width, HEIGHT - 74, "hit"),
        *detour(graph.spec, slot),
        gate(slot),
        class_="block",
        data_name=slot.block.name,
        data_count=len(slot.blocks),
        data_tip=tip,
        role="button",
        tabindex=-1,
        aria_label=tip.replace("\n", tr(", ")),
    )


def _tip(slot: Slot) -> str:
    block, repeats = slot.block, len(slot.blocks)
    name = block.name if repeats == 1 else describe_run(slot.blocks)
    steps = " → ".join(describe_conv(plan) for plan in block.plan.convs)
    numbers = describe_costs(block.params, block.macs, per_block=repeats > 1)
    into, out = shape(block.in_shape), shape(block.out_shape)
    around = describe_shortcut(block.plan, block.in_shape[1:])
    return f"{name}\n{into} → {out}\nF(x): {steps}\n{around}\n{numbers}"


def _folds(column: Column) -> Iterator[str]:
    """Under each long run a button that unfolds it, or folds it again."""
    for slot in column.slots:
        if len(slot.blocks) > 1:
            yield _fold_button(slot.blocks, slot.x, slot.width, f"× {len(slot.blocks)}", _UNFOLD)
    for equal in column.unfolded:
        slots = [slot for slot in column.slots if slot.block in equal]
        left, right = slots[0].x, slots[-1].x + slots[-1].width
        yield path(((left + 2, DETOUR + 60), (right - 2, DETOUR + 60)), "bracket")
        text = tr("fold × {n}", n=len(equal))
        yield _fold_button(equal, left, right - left, text, _FOLD)


def _fold_button(equal: Run, x: float, width: float, text: str, message: str) -> str:
    middle, wide = x + width / 2, 8.0 * letters(text) + 14
    label = tr(message, n=len(equal), name=equal[0].name)
    return tag(
        "g",
        rect(middle - wide / 2, HEIGHT - 24, wide, 22, "badge", rx=11),
        words(middle, HEIGHT - 12.5, text, "times"),
        class_="fold",
        data_name=f"fold {equal[0].name}",
        data_tip=label,
        role="button",
        tabindex=-1,
        aria_label=label,
    )


def _heading(column: Column) -> Iterator[str]:
    stage = column.stage
    yield from _caption(column.x + column.width / 2, stage.paper_name, shape(stage.out_shape))


def _caption(x: float, title: str, text: str) -> Iterator[str]:
    yield words(x, 14, title, "title")
    yield words(x, 33, text, "caption")
