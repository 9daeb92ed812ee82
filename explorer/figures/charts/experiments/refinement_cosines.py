"""The cosine of a block's update with the way down the loss, along the depth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas

from explorer.figures.charts.colours import BLUE, DARK_BLUE, GREY, PALE_BLUE, TEAL
from resnet.text.language import tr

_COLOURS = (PALE_BLUE, BLUE, DARK_BLUE, TEAL)


def cosine_chart(rows_by_name: Mapping[str, Sequence[Mapping[str, Any]]]) -> alt.LayerChart:
    """A line for each network over the share of its blocks that lie behind; zero is drawn."""
    points = [
        {
            "net": name,
            "depth": row["number"] / rows[-1]["number"],
            **{key: row[key] for key in ("block", "cosine", "low", "high", "positive")},
        }
        for name, rows in rows_by_name.items()
        for row in rows
    ]
    names = [*rows_by_name]
    colours = alt.Scale(domain=names, range=[*_COLOURS])
    legend = alt.Legend(orient="top", title=None, columns=1, labelLimit=400)
    base = alt.Chart(pandas.DataFrame(points)).encode(
        x=alt.X(
            "depth:Q",
            title=tr("share of the blocks, from the input"),
            axis=alt.Axis(format="%", grid=False),
            scale=alt.Scale(domain=[0, 1]),
        ),
        y=alt.Y("cosine:Q", title=tr("cosine of F(x) with −∂L/∂x"), axis=alt.Axis(tickCount=5)),
        color=alt.Color("net:N", scale=colours, legend=legend),
        tooltip=[
            alt.Tooltip("net:N", title=tr("network")),
            alt.Tooltip("block:N", title=tr("block")),
            alt.Tooltip("cosine:Q", title=tr("mean"), format=".3f"),
            alt.Tooltip("low:Q", title=tr("a tenth"), format=".3f"),
            alt.Tooltip("high:Q", title=tr("nine tenths"), format=".3f"),
            alt.Tooltip("positive:Q", title=tr("above zero"), format=".0%"),
        ],
    )
    zero = alt.Chart(pandas.DataFrame([{"y": 0}])).mark_rule(color=GREY, strokeDash=[5, 4])
    line = base.mark_line(strokeWidth=2.2, point={"size": 40})
    return alt.LayerChart(layer=[zero.encode(y="y:Q"), line]).properties(height=340)
