"""Names at the ends of lines, moved apart where lines end together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import exp, log
from typing import Any, cast

import altair as alt
import pandas

ENDS = "ends"  # by which the page's style knows them: the ink of either theme
_LINE = 1.2  # of a name's height, from one to the next


def end_names(
    lines: pandas.DataFrame, axes: tuple[alt.X, alt.Y], letters: int, share: float
) -> alt.Chart:
    """A name beside the last point of each line, in letters of so many pixels.

    `lines` has `kind`, `depth` and what the axes read. A line is called by its kind, and by its
    depth where the kind has several. Letters are `share` of what is drawn between the axes high.
    """
    several = lines.groupby("kind")["depth"].nunique()
    ends = ends_apart(lines, axes, share)
    ends["name"] = [
        f"{kind} {depth}" if several[kind] > 1 else kind
        for kind, depth in zip(ends["kind"], ends["depth"], strict=True)
    ]
    return written(ends, axes, letters)


def ends_apart(
    lines: pandas.DataFrame, axes: tuple[alt.X, alt.Y], share: float
) -> pandas.DataFrame:
    """The last row of each line, moved up or down until names of that height have room."""
    x, y = (axis.shorthand.split(":")[0] for axis in axes)
    ends = lines.sort_values(x).groupby(["kind", "depth"], as_index=False).last()
    place, value = _scale(axes[1], lines[y])
    ends[y] = [*map(value, apart([*map(place, ends[y])], _LINE * share))]
    return ends


def written(ends: pandas.DataFrame, axes: tuple[alt.X, alt.Y], letters: int) -> alt.Chart:
    """The `name` of each row, beside its point."""
    return (
        alt.Chart(ends)
        .mark_text(align="left", dx=8, fontSize=letters)
        .encode(axes[0], axes[1], alt.Text("name:N"))
        .properties(name=ENDS)
    )


def apart(places: Sequence[float], gap: float) -> list[float]:
    """Places from 0 to 1 with `gap` between them, each as near to where it was as room lets it."""
    order = sorted(range(len(places)), key=lambda number: places[number])
    moved = list(places)
    for before, number in pairwise(order):
        moved[number] = max(moved[number], moved[before] + gap)
    ceiling = 1.0
    for number in reversed(order):
        moved[number] = min(moved[number], ceiling)
        ceiling = moved[number] - gap
    return moved


def _scale(axis: alt.Y, values: Sequence[float]) -> tuple[Any, Any]:
    """From a value to its place on an axis, from 0 to 1, and back."""
    scale = cast(dict[str, Any], axis.to_dict()).get("scale", {})
    low, high = scale.get("domain", (min(0.0, *values), max(values)))
    if scale.get("type") == "log":
        span = log(high / low)
        return lambda value: log(value / low) / span, lambda place: low * exp(span * place)
    return lambda value: (value - low) / (high - low), lambda place: low + (high - low) * place
