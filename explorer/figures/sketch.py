"""A chart that is drawn by hand before it is measured, and how its script is told of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log, log10
from typing import Any

from resnet.text.language import mark, tr, translated
from resnet.text.numbers import power_of_ten

STEPS = 100  # of a scale, from its low end to its high one
WORDS = {
    "hint": mark("Draw here what you expect"),
    "label": mark("What you expect. Up and down set a height, left and right go on."),
    "open": mark("not drawn yet"),
    "reveal": mark("Reveal"),
    "skip": mark("Show without a guess"),
    "yours": mark("expected"),
    "measured": mark("measured"),
}
_PARTS = 5  # of the scale, between the lines of the grid


@dataclass(frozen=True)
class Scale:
    """What a place from 0 to `STEPS` means: a value between two, evenly or by equal factors."""

    low: float
    high: float
    unit: str = ""
    digits: int = 0
    by_factors: bool = False

    def value(self, place: float) -> float:
        """The value at a place."""
        share = place / STEPS
        if self.by_factors:
            return self.low * (self.high / self.low) ** share
        return self.low + (self.high - self.low) * share

    def place(self, value: float) -> float:
        """Where a value lies, at an end if it is beyond that."""
        inside = min(max(value, self.low), self.high)
        if self.by_factors:
            return STEPS * log(inside / self.low) / log(self.high / self.low)
        return STEPS * (inside - self.low) / (self.high - self.low)

    def written(self, value: float) -> str:
        """A value with its unit, as short as the scale lets it be."""
        return _rounded(value) if self.by_factors else f"{value:.{self.digits}f}{self.unit}"

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """Places of a grid, and what stands beside them: powers of ten on a scale of factors."""
        if self.by_factors:
            low, high = round(log10(self.low)), round(log10(self.high))
            powers = range(low, high + 1, 1 + (high - low) // _PARTS)
            return [(self.place(10.0**power), power_of_ten(power)) for power in powers]
        places = [STEPS * part / _PARTS for part in range(_PARTS + 1)]
        return [(place, self.written(self.value(place))) for place in places]


@dataclass(frozen=True)
class Sketch:
    """Bars over `names`, in English, or a curve along `across` where they are `joined`.

    Of “residual 20” the last word stands below its bar, the rest below that of equal neighbours.
    """

    names: tuple[str, ...]
    scale: Scale
    joined: bool = False
    across: str = ""

    @property
    def said(self) -> list[str]:
        """The names in the language that is read, word by word."""
        return [" ".join(map(tr, name.split(" "))) for name in self.names]


def encoded_sketch(
    sketch: Sketch, label: str, drawn: Sequence[int] | None, measured: Sequence[float] | None
) -> dict[str, Any]:
    """What the script reads: `drawn` are places, `measured` values, and None until told."""
    scale = sketch.scale
    return {
        "question": label,
        "names": sketch.said,
        "ticks": scale.ticks,
        "labels": [scale.written(scale.value(place)) for place in range(STEPS + 1)],
        "joined": sketch.joined,
        "across": tr(sketch.across) if sketch.across else "",
        "drawn": drawn,
        "measured": measured and [scale.place(value) for value in measured],
        "values": measured and [scale.written(value) for value in measured],
        "words": translated(WORDS),
    }


def _rounded(value: float) -> str:
    """Two digits that count: 0.031, 2.8, 2,400, and 7.1·10⁶."""
    power = floor(log10(value)) if value > 0 else 0
    if not -3 <= power < 5:
        return f"{value / 10.0**power:.1f}·{power_of_ten(power)}"
    return f"{value:.2g}" if value < 100 else f"{float(f'{value:.2g}'):,.0f}"
