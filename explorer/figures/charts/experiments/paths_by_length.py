"""Paths by length: how many there are, what comes back along one, and along all of a length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas

from explorer.figures.charts.colours import BLUE, GREY
from resnet.text.language import tr

Rows = Sequence[Mapping[str, Any]]
_EDGE = 48  # pixels left of every chart, so that their lengths stand under one another


def path_charts(rows: Rows) -> dict[str, alt.LayerChart]:
    """Three charts over the same lengths, one above the other, by their headings."""
    return {
        tr("How many paths have this length, % of all"): _shares(rows),
        tr("Gradient along one path (log scale)"): _magnitudes(rows),
        tr("Gradient along all paths of this length together"): _together(rows),
    }


def _x(rows: Rows, title: str | None) -> alt.X:
    most = max(row["length"] for row in rows)
    step = 1 if most < 12 else 3
    axis = alt.Axis(values=[*range(0, most + 1, step)], format="d", grid=False, labelAngle=0)
    scale = alt.Scale(domain=[-0.6, most + 0.6], nice=False)
    return alt.X("length:Q", axis=axis, scale=scale, title=title)


def _chart(rows: Rows, fields: Sequence[str], title: str | None = None) -> alt.Chart:
    columns = [{name: row[name] for name in ("length", *fields)} for row in rows]
    return alt.Chart(pandas.DataFrame(columns)).encode(x=_x(rows, title))


def _shares(rows: Rows) -> alt.LayerChart:
    percentages = [{**row, "share": 100 * row["share"]} for row in rows]
    tips = [_tip("length", tr("length"), "d"), _tip("paths", tr("paths"), ",d")]
    chart = _chart(percentages, ("share", "paths"))
    bars = chart.mark_bar(color=GREY, size=_width(rows)).encode(
        y=_y("share"), tooltip=[*tips, _tip("share", tr("% of all"), ".2g")]
    )
    return alt.LayerChart(layer=[bars]).properties(height=110)


def _magnitudes(rows: Rows) -> alt.LayerChart:
    """Medians as dots between a tenth and nine tenths; a diamond is the mean."""
    chart = _chart(rows, ("low", "median", "high", "mean", "draws"))
    y: Any = {
        "scale": alt.Scale(type="log"),
        "axis": alt.Axis(format=".0e", tickCount=5, minExtent=_EDGE),
    }
    labels = {"median": tr("median"), "mean": tr("mean"), "low": "10 %", "high": "90 %"}
    tips = [_tip("length", tr("length"), "d")]
    tips += [_tip(name, word, ".2e") for name, word in labels.items()]
    span = chart.mark_rule(color=BLUE, strokeWidth=3, opacity=0.4).encode(
        y=alt.Y("low:Q", title=None, **y), y2="high:Q"
    )
    dots = chart.mark_circle(color=BLUE, size=60, opacity=1).encode(y="median:Q", tooltip=tips)
    means = chart.mark_point(color=GREY, shape="diamond", size=45, opacity=1).encode(
        y="mean:Q", tooltip=tips
    )
    return alt.LayerChart(layer=[span, means, dots]).properties(height=170)


def _together(rows: Rows) -> alt.LayerChart:
    title = tr("length: blocks gone through")
    chart = _chart(rows, ("together", "summed"), title)
    tips = [_tip("length", tr("length"), "d"), _tip("together", tr("together"), ".3g")]
    bars = chart.mark_bar(color=BLUE, size=_width(rows)).encode(
        y=_y("together"), tooltip=[*tips, _tip("summed", tr("paths × mean"), ".3g")]
    )
    return alt.LayerChart(layer=[bars]).properties(height=160)


def _width(rows: Rows) -> float:
    return max(5.0, 260 / len(rows))


def _y(name: str) -> alt.Y:
    return alt.Y(f"{name}:Q", title=None, axis=alt.Axis(tickCount=4, minExtent=_EDGE))


def _tip(name: str, title: str, how: str) -> alt.Tooltip:
    return alt.Tooltip(f"{name}:Q", title=title, format=how)
