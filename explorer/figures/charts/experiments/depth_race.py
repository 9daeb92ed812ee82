"""Plain and residual networks learning, at a depth that a slider scrubs through in the browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import altair as alt
import pandas

from explorer.figures.charts.experiments.training_curves import (
    DRAWN,
    HEIGHT,
    LineStyle,
    kind_codes,
    medians,
)
from explorer.figures.charts.line_ends import ends_apart, written

_BEGINS = 56  # layers, where the two have parted


def race_chart(
    points: Sequence[Mapping[str, Any]],
    styles: Mapping[str, LineStyle],
    axes: tuple[alt.X, alt.Y],
    layers: str,
    letters: int = 12,
) -> alt.LayerChart:
    """The curves of one depth, bold over faint ones of all, and a slider that `layers` names.

    Each of `points` has `kind`, `depth`, `seed` and what the axes read. Between depths the slider
    stays with the shallower. Names stand at the curves' ends, `letters` pixels high.
    """
    table = pandas.DataFrame(points)
    depths = sorted(table["depth"].unique().tolist())
    reach = dict(pairwise([*depths, depths[-1] + 1]))
    table["until"] = table["depth"].map(reach)
    bound = alt.binding_range(min=depths[0], max=depths[-1], step=1, name=layers)
    asked = alt.param(name="depth", value=_BEGINS, bind=bound)
    chosen = "datum.depth <= depth && depth < datum.until"
    x, y = axes
    colour, dash = kind_codes(table["kind"], styles, None)
    base = alt.Chart(table)
    every = base.mark_line(strokeWidth=1, opacity=0.18).encode(
        x, y, colour, detail=["depth:O", "seed:N"]
    )
    now = (
        base.mark_line(strokeWidth=3.5)
        .encode(x, y, colour, dash, detail="seed:N")
        .transform_filter(chosen)
    )
    of_depths = medians(table, axes).groupby("depth")
    ends = [ends_apart(lines, axes, letters / (DRAWN * HEIGHT)) for _, lines in of_depths]
    named = pandas.concat(ends)
    named["until"] = named["depth"].map(reach)
    names = (
        written(named, axes, letters)
        .transform_calculate(name="datum.kind + ' ' + datum.depth")
        .transform_filter(chosen)
    )
    return alt.LayerChart(layer=[every, now, names]).add_params(asked).properties(height=HEIGHT)
