"""Strength of the layers' responses along the depth, a line for each network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import altair as alt
import pandas

from explorer.figures.charts.colours import BLUE, DARK_BLUE, GREY, PALE_BLUE, PALE_GREY, TEAL
from resnet.text.language import tr

_BLUES, _GREYS = (BLUE, PALE_BLUE, DARK_BLUE, TEAL), (GREY, PALE_GREY)


class Line(NamedTuple):
    """One network's values along its depth."""

    name: str
    values: Sequence[float]
    plain: bool = False


def to_lines(rows_by_name: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[Line]:
    """A line for each name of its rows, which have `number`, `value` and `net`."""
    return [
        Line(name, [row["value"] for row in rows], "plain" in rows[0]["net"])
        for name, rows in rows_by_name.items()
        if rows
    ]


def line_chart(lines: Sequence[Line], title: str, number: str) -> alt.LayerChart:
    """Values along the depth of each network; plain networks are grey and dashed."""
    points = [
        {"number": i, "value": value, "net": line.name}
        for line in lines
        for i, value in enumerate(line.values, start=1)
    ]
    names = [line.name for line in lines]
    blues, greys = iter(_BLUES * len(lines)), iter(_GREYS * len(lines))
    colours = [next(greys) if line.plain else next(blues) for line in lines]
    dashes = [[5, 4] if line.plain else [1, 0] for line in lines]
    legend = alt.Legend(
        orient="top", title=None, columns=2, labelLimit=400, symbolType="stroke", symbolSize=300
    )
    base = alt.Chart(pandas.DataFrame(points)).encode(
        x=alt.X("number:Q", title=number, axis=alt.Axis(format="d", grid=False, tickMinStep=1)),
        y=alt.Y("value:Q", title=title, axis=alt.Axis(tickCount=5)),
        color=alt.Color("net:N", scale=alt.Scale(domain=names, range=colours), legend=legend),
        strokeDash=alt.StrokeDash(
            "net:N", scale=alt.Scale(domain=names, range=dashes), legend=legend
        ),
    )
    dots = base.mark_point(filled=True, size=90, opacity=0).encode(
        tooltip=[
            alt.Tooltip("net:N", title=tr("network")),
            alt.Tooltip("number:Q", title=number, format="d"),
            alt.Tooltip("value:Q", title=title, format=".3f"),
        ]
    )
    return alt.LayerChart(layer=[base.mark_line(strokeWidth=2.2), dots]).properties(height=320)
