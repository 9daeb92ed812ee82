"""What a lesson asks before it shows: values that are drawn first and measured afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, log
from statistics import fmean

from explorer.figures.sketch import STEPS, Scale, Sketch
from resnet.text.language import tr

SKIPPED = "x"  # for a lesson whose answer was looked at without a guess


@dataclass(frozen=True)
class Prediction:
    """A question, in English, the chart that its answer is drawn in, and the measured values."""

    question: str
    sketch: Sketch
    measure: Callable[[], Sequence[float]]


def distance(sketch: Sketch, places: Sequence[int], measured: Sequence[float]) -> str:
    """In words: how far what was drawn lies from what was measured, and where the most."""
    scale = sketch.scale
    drawn = [scale.value(place) for place in places]
    gaps = [abs(scale.place(value) - place) for place, value in zip(places, measured, strict=True)]
    worst = gaps.index(max(gaps))
    name = sketch.said[worst]
    where = tr(
        "Furthest at {name}: {drawn} expected, {measured} measured.",
        name=f"{tr(sketch.across)} {name}" if sketch.joined else name,
        drawn=scale.written(drawn[worst]),
        measured=scale.written(measured[worst]),
    )
    return f"{_off(scale, drawn, measured)} {where}"


def _off(scale: Scale, drawn: Sequence[float], measured: Sequence[float]) -> str:
    pairs = [*zip(drawn, measured, strict=True)]
    if scale.by_factors:
        factor = exp(fmean(abs(log(guess / max(truth, scale.low))) for guess, truth in pairs))
        return tr("On average off by a factor of **{factor}**.", factor=scale.written(factor))
    off = fmean(abs(guess - truth) for guess, truth in pairs)
    said = (
        tr("{n} points", n=f"{off:.{scale.digits}f}") if "%" in scale.unit else scale.written(off)
    )
    return tr("On average off by **{off}**.", off=said)


def read_places(word: str, number: int) -> tuple[int, ...] | None:
    """The places that a word of an address holds, or None if it does not hold `number` of them."""
    parts = word.split(".")
    if len(parts) != number or not all(part.isdecimal() and len(part) < 4 for part in parts):
        return None
    return tuple(min(int(part), STEPS) for part in parts)


def write_places(places: Sequence[int]) -> str:
    """The places as a word: “12.40.7”."""
    return ".".join(map(str, places))
