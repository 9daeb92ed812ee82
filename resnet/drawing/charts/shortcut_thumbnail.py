"""A shortcut option in small: a block that keeps its shape, and one that halves the side."""

from __future__ import annotations

from collections.abc import Iterator

from resnet.drawing.svg import path, rect, tag, words
from resnet.network.fields.shortcuts import KINDS, OPTIONS
from resnet.text.language import mark, tr

WIDTH, HEIGHT = 210.0, 88.0
_UP, _DOWN, _TITLE = 18.0, 52.0, 78.0  # the lanes' centre lines, and what is written below
_FORK, _SUM, _END = 9.0, 88.0, 101.0  # of a block, from its left edge
_STEP = 32.0  # the width of a box
_STEPS = {
    "conv": "1×1",
    "pool": mark("pool"),
    "still pool": mark("pool"),
    "pad": mark("zeros"),
    "skip": "1/2",
}


def draw_shortcut(option: str) -> str:
    """One of `OPTIONS` as SVG, as wide as a sidebar's control."""
    chosen = OPTIONS[option]
    parts = [
        *_block(chosen.same, 0.0, tr("same shape")),
        *_block(chosen.smaller, WIDTH / 2, tr("other shape")),
    ]
    return tag(
        "svg",
        *parts,
        viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}",
        class_="thumbnail",
        role="img",
        aria_label=tr(chosen.title),
        style=f"min-width:0;max-width:{WIDTH:g}px",
    )


def _block(kind: str, x: float, title: str) -> Iterator[str]:
    """A block from its left edge: the shortcut above, F(x) below, and their sum."""
    fork, total, end = x + _FORK, x + _SUM, x + _END
    if kind == "none":
        yield path(((x, _DOWN), (end, _DOWN)), "wire")
    else:
        yield rect(x, _UP - 5, _END, 10, "shade-4")
        yield path(((fork, _UP + 6), (fork, _DOWN), (total, _DOWN), (total, _UP + 8)), "wire")
        yield from _steps(KINDS[kind].steps, (fork + total) / 2)
        yield tag("circle", cx=total, cy=_UP, r=8, class_="plus")
        yield path(((total - 4, _UP), (total + 4, _UP)), "arm")
        yield path(((total, _UP - 4), (total, _UP + 4)), "arm")
    yield _box((fork + total) / 2, _DOWN, "F(x)", "conv", "on tiny")
    yield words(x + _END / 2, _TITLE, title, "caption tiny")


def _steps(steps: tuple[str, ...], middle: float) -> Iterator[str]:
    """What stands on a shortcut, from left to right."""
    for i, step in enumerate(steps):
        at = middle + (i - (len(steps) - 1) / 2) * (_STEP + 2)
        yield _box(at, _UP, tr(_STEPS[step]), "gate", "on change tiny")


def _box(x: float, y: float, text: str, look: str, ink: str) -> str:
    return rect(x - _STEP / 2, y - 11, _STEP, 22, look, rx=4) + words(x, y, text, ink)
