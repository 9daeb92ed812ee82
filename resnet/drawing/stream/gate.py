"""The gates: the only places where the stream changes its width.

A projection is orange; with an average pool before it (option D), the pool is a band of its own.
Option A lets the identity through as it is and puts hatched zeros on both of its sides.
"""

from __future__ import annotations

from collections.abc import Iterator

from resnet.drawing.stream.detour import thickness
from resnet.drawing.stream.layout import STREAM, Slot
from resnet.drawing.svg import fitting, polygon, rect, words
from resnet.network.describing import describe_conv
from resnet.network.fields.shortcuts import KINDS


def gate_edges(slot: Slot) -> tuple[float, float]:
    """Left and right of a gate."""
    half = min(0.28 * slot.width, 12.0)
    return slot.at(0.5) - half, slot.at(0.5) + half


def gate(slot: Slot) -> str:
    """The gate of a block, or nothing where its shortcut is the identity or there is none."""
    steps = KINDS[slot.block.plan.shortcut].steps
    return "".join(_DRAWN[steps](slot)) if steps else ""


def _halves(slot: Slot) -> tuple[float, float]:
    plan = slot.block.plan
    return thickness(plan.in_channels) / 2, thickness(plan.out_channels) / 2


def _wedge(left: float, right: float, before: float, after: float) -> list[tuple[float, float]]:
    edges = ((left, before), (right, after))
    upper = [(x, STREAM - half) for x, half in edges]
    lower = [(x, STREAM + half) for x, half in reversed(edges)]
    return upper + lower


def _projection(slot: Slot) -> Iterator[str]:
    left, right = gate_edges(slot)
    yield polygon(_wedge(left, right, *_halves(slot)), "gate")
    yield from _text(slot, (left + right) / 2, right - left)


def _pooled(slot: Slot) -> Iterator[str]:
    left, right = gate_edges(slot)
    before, after = _halves(slot)
    band = (right - left) / 4
    yield rect(left - band - 2, STREAM - before, band, 2 * before, "gate")
    yield polygon(_wedge(left, right, before, after), "gate")
    yield from _text(slot, (left + right) / 2, right - left)


def _padding(slot: Slot) -> Iterator[str]:
    """The identity goes on in the middle, every second pixel of it; zeros join it outside."""
    left, right = gate_edges(slot)
    before, after = _halves(slot)
    through = min(before, after)
    yield rect(left, STREAM - through, right - left, 2 * through, "through")
    yield rect(left, STREAM - through, 4, 2 * through, "gate")
    for side in (-1, 1):
        near, far = STREAM + side * through, STREAM + side * after
        corner = ((left, near), (right, near), (right, far), (left, near))
        yield polygon(corner, "gate")
        yield polygon(corner, "hatched", style="fill:url(#hatch)")


def _text(slot: Slot, x: float, width: float) -> Iterator[str]:
    projection = slot.block.plan.projection
    if width >= 12 and projection is not None:
        size, look = (12.0, "on change") if width > 16 else (10.0, "on change small")
        room, whole = 2 * max(_halves(slot)), describe_conv(projection)
        text = fitting(room, size, whole, whole.partition(", /")[0])
        yield words(x, STREAM, text, look, upright=False)


# By the steps of a kind: one that is drawn by none of these is an error.
_DRAWN = {
    ("conv",): _projection,
    ("pool", "conv"): _pooled,
    ("still pool", "conv"): _pooled,
    ("pad",): _padding,
    ("skip",): _padding,
}
