"""Curves of several networks in one chart: a kind has its colour and dash, a depth its width."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import ceil, floor, log10
from typing import Any, NamedTuple

import altair as alt
import pandas

from explorer.figures.charts.colours import BLUE, GREY
from explorer.figures.charts.line_ends import end_names
from resnet.text.numbers import power_of_ten


class LineStyle(NamedTuple):
    """How a kind of network is drawn."""

    colour: str
    dash: tuple[int, ...] = (1, 0)


# Mid-tones, seen on light and on dark.
RESIDUAL, PLAIN = LineStyle(BLUE), LineStyle(GREY, (7, 4))
NOISE = LineStyle(GREY, (1, 4))
_SYMBOL: dict[str, Any] = {"symbolType": "stroke", "symbolSize": 350, "symbolStrokeWidth": 2.5}
_KINDS = alt.Legend(title=None, orient="top", columns=2, **_SYMBOL)  # fits a telephone
HEIGHT = 400
DRAWN = 0.7  # of the height, beside the axis' names and the legend
_FEW = 12  # points of a line that are drawn one by one: a run begins with one


def curve_chart(
    points: Sequence[Mapping[str, Any]],
    styles: Mapping[str, LineStyle],
    axes: tuple[alt.X, alt.Y],
    letters: int = 12,
) -> alt.LayerChart:
    """A line for each kind, a key of `styles`, and each depth, with its name at its end.

    Each of `points` has `kind`, `depth` and what the axes read. Deeper networks stand out more.
    Where points have a `seed` too, a line is the median over seeds, before a thin one of each.
    Names are `letters` pixels high.
    """
    runs = pandas.DataFrame(points)
    table = medians(runs, axes) if "seed" in runs else runs
    colour, dash = kind_codes(table["kind"], styles, _KINDS)
    x, y = axes
    few = table.groupby(["kind", "depth"]).size().max() <= _FEW
    depths = sorted(table["depth"].unique().tolist())
    lines = (
        alt.Chart(table)
        .mark_line(point={"size": 28} if few else False)
        .encode(
            x,
            y,
            colour,
            dash,
            alt.StrokeWidth("depth:O", scale=_growing(depths, 1.5, 3.5), legend=None),
            alt.Opacity("depth:O", scale=_growing(depths, 0.6, 1), legend=None),
            tooltip=[alt.Tooltip("kind:N"), alt.Tooltip("depth:O"), x.shorthand, y.shorthand],
        )
    )
    names = end_names(table, axes, letters, letters / (DRAWN * HEIGHT))
    layers = [lines, names]
    if "seed" in runs:
        thin = alt.Chart(runs).mark_line(strokeWidth=0.8, opacity=0.6)
        layers = [thin.encode(x, y, colour, dash, detail=["depth:O", "seed:N"]), *layers]
    return alt.LayerChart(layer=layers).properties(height=HEIGHT)


def medians(runs: pandas.DataFrame, axes: tuple[alt.X, alt.Y]) -> pandas.DataFrame:
    """Of what is on the upright axis, over seeds, for each kind and depth."""
    x, y = (axis.shorthand.split(":")[0] for axis in axes)
    return runs.groupby(["kind", "depth", x], as_index=False)[y].median()


def kind_codes(
    named: Iterable[str], styles: Mapping[str, LineStyle], legend: alt.Legend | None
) -> tuple[alt.Color, alt.StrokeDash]:
    """The colour and the dash of each kind that is named, in the order of `styles`."""
    there = {*named}
    kinds = [kind for kind in styles if kind in there]
    colours = alt.Scale(domain=kinds, range=[styles[kind].colour for kind in kinds])
    dashes = alt.Scale(domain=kinds, range=[list(styles[kind].dash) for kind in kinds])
    return (
        alt.Color("kind:N", scale=colours, legend=legend),
        alt.StrokeDash("kind:N", scale=dashes, legend=legend),
    )


def decade_axis(values: Sequence[float], title: str, field: str) -> alt.Y:
    """A logarithmic axis with a line at each power of ten, or at some where there are many."""
    low, high = floor(log10(min(values))), ceil(log10(max(values)))
    powers = range(low, high + 1, 1 + (high - low) // 8)
    words = {str(power): power_of_ten(power) for power in powers}
    axis = alt.Axis(
        values=[10.0**power for power in powers],
        labelExpr=f"({words})[round(log(datum.value) / LN10)]",
    )
    scale = alt.Scale(type="log", domain=[10.0**low, 10.0**high], nice=False)
    return alt.Y(f"{field}:Q", title=title, scale=scale, axis=axis)


def count_axis(title: str, field: str, most: int | None = None) -> alt.X:
    """An axis of whole numbers, without lines; from 0 to `most`, so that a run does not move it."""
    axis = alt.Axis(format="d", tickMinStep=1, grid=False)
    scale = alt.Scale() if most is None else alt.Scale(domain=[0, most], nice=False)
    return alt.X(f"{field}:Q", title=title, axis=axis, scale=scale)


def _growing(depths: Sequence[int], least: float, most: float) -> alt.Scale:
    """From the shallowest to the deepest, which alone has the most."""
    share = [number / max(1, len(depths) - 1) for number in range(len(depths))]
    steps = [most - (most - least) * (1 - part) for part in share] if len(depths) > 1 else [most]
    return alt.Scale(type="ordinal", domain=depths, range=steps)
