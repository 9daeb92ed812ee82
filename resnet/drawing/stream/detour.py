"""A branch as a detour: it leaves the stream, passes its convolutions, and returns at the sum."""

from __future__ import annotations

from collections.abc import Iterator
from math import log2

from resnet.drawing.stream.layout import DETOUR, STREAM, Slot
from resnet.drawing.svg import path, rect, tag, words
from resnet.network.fields.plans import ConvPlan
from resnet.network.spec import ResNetSpec

FORK, LEFT, RIGHT, BACK, AFTER = 0.05, 0.1, 0.86, 0.915, 0.98  # places in a slot
_SKETCH = 5.0  # narrower blocks are drawn as one bar


def thickness(channels: int) -> float:
    """Of the stream, in units of the picture: 8.5 for each doubling of the channels."""
    return 8 + 8.5 * log2(channels + 1)


def _height(channels: int) -> float:
    return 38 + 4.4 * log2(channels + 1)


def detour(spec: ResNetSpec, slot: Slot) -> Iterator[str]:
    """The detour of one block, or of the first of a folded run with the others behind it."""
    if slot.width < _SKETCH:
        high = _height(slot.block.plan.out_channels)
        yield rect(slot.at(0.15), DETOUR - high / 2, slot.width * 0.7, high, "conv")
        return
    if spec.shortcut != "none":
        yield _wire(slot)
    if len(slot.blocks) > 1:
        yield from _shadows(spec, slot)
    yield from _boxes(spec, slot)
    if spec.shortcut != "none":
        yield from _sum(spec, slot)


def stem_box(plan: ConvPlan, x: float, width: float, activated: bool) -> str:
    """A convolution of the stem, across the stream."""
    high = max(thickness(plan.out_channels), 56.0)
    box = _box(plan, x, STREAM, width, high)
    return (
        box
        if not activated
        else box + "".join(_strips(x, STREAM, width, high, ("bn", "relu"), False))
    )


def _wire(slot: Slot) -> str:
    plan = slot.block.plan
    fork, back = slot.at(FORK), slot.at(BACK)
    leaves, returns = (STREAM + thickness(c) / 2 for c in (plan.in_channels, plan.out_channels))
    return path(((fork, leaves), (fork, DETOUR), (back, DETOUR), (back, returns)), "wire")


def _pitch(spec: ResNetSpec, slot: Slot) -> tuple[float, float]:
    """Left end of the boxes, and the distance of their left edges."""
    steps = len(slot.block.plan.convs) + (spec.gate != "none")
    pitch = min((RIGHT - LEFT) * slot.width / steps, 50.0)
    return slot.at((LEFT + RIGHT) / 2) - pitch * steps / 2, pitch


def _shadows(spec: ResNetSpec, slot: Slot) -> Iterator[str]:
    """The folded blocks, as sheets behind the first."""
    left, pitch = _pitch(spec, slot)
    high = _height(slot.block.plan.out_channels)
    for i in (3, 2, 1):
        for step in range(len(slot.block.plan.convs)):
            at = (left + (step + 0.035) * pitch + 3.5 * i, DETOUR - high / 2 + 3.5 * i)
            yield rect(*at, pitch * 0.93, high, "shadow", rx=3)


def _boxes(spec: ResNetSpec, slot: Slot) -> Iterator[str]:
    convs = slot.block.plan.convs
    left, pitch = _pitch(spec, slot)
    width = pitch * 0.93
    ends_in_relu = spec.preact or spec.shortcut == "none"
    for i, plan in enumerate(convs):
        x = left + i * pitch + (pitch - width) / 2
        high, last = _height(plan.out_channels), i == len(convs) - 1
        yield _box(plan, x, DETOUR, width, high)
        zero = last and spec.zero_init_residual and not spec.preact
        names = ["bn zero" if zero else "bn", *(["relu"] if not last or ends_in_relu else [])]
        if not i and spec.preact and not slot.block.plan.activates:
            names = []
        yield from _strips(x, DETOUR, width, high, names, spec.preact)
        if plan.filtered:
            yield rect(x + width - 1, DETOUR - high / 2, 3, high, "gate")
    if spec.gate != "none":
        yield from _excite(spec.gate.upper(), left + len(convs) * pitch + pitch / 2, pitch)


def _excite(name: str, x: float, width: float) -> Iterator[str]:
    """Attention to channels: a gate of weights between 0 and 1 on each."""
    half = min(width * 0.44, 13)
    top, bottom = (x, DETOUR - 20), (x, DETOUR + 20)
    points = (top, (x + half, DETOUR), bottom, (x - half, DETOUR), top)
    yield path(points, "excite")
    if half > 8:
        yield words(x, DETOUR, name, "small")


def _strips(
    x: float, y: float, width: float, high: float, names: tuple[str, ...] | list[str], before: bool
) -> Iterator[str]:
    """BN and ReLU as thin strips: behind their convolution, or in front (pre-activation)."""
    if width < 6:
        return
    thin = min(width / 7, 3.4)
    start = x if before else x + width - thin * len(names)
    for i, name in enumerate(names):
        yield rect(start + i * thin, y - high / 2, thin, high, name)


def _box(plan: ConvPlan, x: float, y: float, width: float, high: float) -> str:
    parts = [rect(x, y - high / 2, width, high, "conv", rx=min(3.0, width / 4))]
    if (
        plan.stride > 1 or plan.filtered
    ):  # what lowers the resolution is orange, so v1 and v1.5 differ at a glance
        parts.append(rect(x, y - high / 2 - 7, width, 5, "gate"))
    if plan.groups > 1 and width > 5:
        lines = (y + high * (share - 0.5) for share in (0.125, 0.25, 0.375, 0.625, 0.75, 0.875))
        parts += [path(((x, line), (x + width, line)), "split") for line in lines]
    if width >= 10.5:
        text = f"{plan.kernel}×{plan.kernel}, {plan.out_channels}"
        size = "on" if width > 14 else "on small"
        parts.append(words(x + width * 0.44, y, text, size, upright=False))
    return "".join(parts)


def _sum(spec: ResNetSpec, slot: Slot) -> Iterator[str]:
    high = thickness(slot.block.plan.out_channels)
    x, y = slot.at(BACK), STREAM + high / 2
    radius = max(min(8.0, 0.3 * slot.width), 2.0)
    arm = radius * 0.55
    if not spec.preact:  # the ReLU after the sum stands across the stream
        line = slot.at(AFTER)
        yield path(((line, STREAM - high / 2), (line, STREAM + high / 2)), "after")
    yield tag("circle", cx=x, cy=y, r=radius, class_="plus")
    if radius > 3:
        yield path(((x - arm, y), (x + arm, y)), "arm") + path(((x, y - arm), (x, y + arm)), "arm")
