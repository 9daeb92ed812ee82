"""How much of each method's evidence lies in the patch of a tag, by how often it was learned."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas

from explorer.figures.charts.colours import GREY
from resnet.text.language import tr

_SHADES = (GREY, "#efb96f", "#e08a2a", "#b3481a")


def shares_chart(points: Sequence[tuple[str, int, int, float]], suspect: float) -> alt.LayerChart:
    """A dot for each network: `points` are method, strength in per cent, seed and share.

    A dashed line is drawn at the share that makes a corner suspect.
    """
    table = pandas.DataFrame(points, columns=["method", "strength", "seed", "share"])
    strengths = sorted({strength for _, strength, *_ in points})
    colour = alt.Color(
        "strength:O",
        title=tr("tagged, of the class"),
        scale=alt.Scale(domain=strengths, range=[*_SHADES[: len(strengths) - 1], _SHADES[-1]]),
        legend=alt.Legend(orient="top", labelExpr="datum.value + ' %'"),
    )
    share = alt.X(
        "share:Q",
        title=tr("share of the evidence in the tag’s patch"),
        axis=alt.Axis(format="%", tickCount=5),
    )
    dots = (
        alt.Chart(table)
        .mark_circle(size=80, opacity=0.9)
        .encode(
            x=share,
            y=alt.Y("method:N", sort=None, title=None, axis=alt.Axis(labelLimit=240, grid=True)),
            yOffset=alt.YOffset("strength:O", sort=strengths),
            color=colour,
            tooltip=[
                alt.Tooltip("method:N", title=tr("method")),
                alt.Tooltip("strength:O", title=tr("tagged, of the class")),
                alt.Tooltip("seed:O", title=tr("seed")),
                alt.Tooltip("share:Q", format=".1%"),
            ],
        )
    )
    line = alt.Chart(pandas.DataFrame([{"x": suspect}])).mark_rule(color=GREY, strokeDash=[5, 4])
    return alt.LayerChart(layer=[line.encode(x="x:Q"), dots]).properties(height=440)
