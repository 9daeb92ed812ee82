"""Errors after lesions: without each block, without several, and with blocks in another order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import mean
from typing import Any

import altair as alt
import pandas

from explorer.figures.charts.colours import BLUE, GREY, ORANGE
from resnet.text.language import tr

Row = Mapping[str, Any]
Rows = Sequence[Row]


def errors_without_one(rows: Rows) -> alt.LayerChart:
    """A bar for each block; orange where it changes the shape, a dashed line at the intact net."""
    bars = [
        {
            "block": row["blocks"],
            "error": 100 * row["error"],
            "is": tr("changes the shape") if row["changes"] else tr("keeps the shape"),
        }
        for row in rows
        if row["kind"] == "one"
    ]
    colours = alt.Scale(
        domain=[tr("keeps the shape"), tr("changes the shape")], range=[BLUE, ORANGE]
    )
    chart = alt.Chart(pandas.DataFrame(bars)).mark_bar().encode(
        x=alt.X("block:N", sort=None, title=tr("block taken out"), axis=alt.Axis(labelAngle=-60)),
        y=_error(),
        color=alt.Color("is:N", scale=colours, title=None, legend=_legend()),
        tooltip=["block:N", _percent("error")],
    )  # fmt: skip
    return alt.LayerChart(layer=[chart, _intact(rows)]).properties(height=260)


def errors_by_number(rows: Rows) -> alt.LayerChart:
    """Every draw as a dot and their means as a line, against how many blocks are out."""
    return _draws(
        rows, "several", "amount", 1, alt.X("amount:Q", title=tr("blocks out"),
        axis=alt.Axis(format="d", tickMinStep=1, grid=False)),
    )  # fmt: skip


def errors_by_order(rows: Rows) -> alt.LayerChart:
    """Every draw as a dot and their means as a line, against Kendall's tau; 1 is the own order."""
    taus = [row["tau"] for row in rows if row["kind"] == "order"]
    scale = alt.Scale(domain=[1, min(taus, default=0)])
    return _draws(
        rows, "order", "tau", 0.05, alt.X("tau:Q", title=tr("Kendall’s τ with its own order"),
        scale=scale, axis=alt.Axis(format=".2f", grid=False, tickCount=6)),
    )  # fmt: skip


def _draws(rows: Rows, kind: str, by: str, step: float, x: alt.X) -> alt.LayerChart:
    """Every draw, and a line through the means of those within a step of each other."""
    drawn = [row for row in rows if row["kind"] == kind]
    dots = [{by: row[by], "error": 100 * row["error"]} for row in drawn]
    near: dict[int, list[dict[str, float]]] = defaultdict(list)
    for dot in dots:
        near[round(dot[by] / step)].append(dot)
    means = [
        {name: mean(dot[name] for dot in group) for name in (by, "error")}
        for group in near.values()
    ]
    y = _error()
    points = alt.Chart(pandas.DataFrame(dots)).mark_circle(color=BLUE, opacity=0.45, size=45)
    line = alt.Chart(pandas.DataFrame(means)).mark_line(color=BLUE, strokeWidth=2.5)
    return alt.LayerChart(
        layer=[
            points.encode(
                x=x, y=y, tooltip=[alt.Tooltip(f"{by}:Q", format=".3g"), _percent("error")]
            ),
            line.encode(x=x, y=y),
            _intact(rows),
        ]
    ).properties(height=240)


def _intact(rows: Rows) -> alt.Chart:
    whole = [{"error": 100 * row["error"]} for row in rows if row["kind"] == "intact"]
    line = alt.Chart(pandas.DataFrame(whole)).mark_rule(color=GREY, strokeDash=[5, 4], size=1.5)
    return line.encode(y=_error(), tooltip=[_percent("error")])


def _error() -> alt.Y:
    """One axis for all lesions of a network, so that they can be compared."""
    return alt.Y(
        "error:Q",
        title=tr("error, %"),
        scale=alt.Scale(domain=[0, 100]),
        axis=alt.Axis(tickCount=5),
    )


def _legend() -> alt.Legend:
    return alt.Legend(orient="top", labelLimit=400)


def _percent(name: str) -> alt.Tooltip:
    return alt.Tooltip(f"{name}:Q", title=tr("error, %"), format=".1f")
