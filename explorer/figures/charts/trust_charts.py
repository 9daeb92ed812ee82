"""Charts of trust: insertion and deletion beside their controls, and a cascade of forgetting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from explorer.figures.charts.colours import BLUE, ORANGE
from resnet.text.language import mark, tr

if TYPE_CHECKING:
    from resnet.trust.insertion_deletion import Curve
    from resnet.trust.randomisation import Randomised

_MAP, _SECOND, _CONTROL = ORANGE, BLUE, "rgba(128,128,128,0.75)"
_DASHES = {"centre": "dash", "edges": "dot", "empty": "dashdot"}
_WAYS = {
    "insertion": mark("pixels restored, the map's highest first"),
    "deletion": mark("pixels removed, the map's highest first"),
}
_CURVES = {
    "map": mark("map"),
    "random": mark("random {n}"),
    "centre": mark("centre"),
    "edges": mark("edges"),
    "empty": mark("empty"),
}


def curve_name(curve: str) -> str:
    """What a curve is called: the map's own, or a control's."""
    kind, _, number = curve.partition(" ")
    return tr(_CURVES[kind], n=number)


def score_chart(curves: Sequence[Curve], way: str) -> go.Figure:
    """Probability against the share of pixels; `way` is "insertion" or "deletion"."""
    figure = go.Figure()
    for curve in reversed(curves):  # the map's line lies on top
        values = getattr(curve, way)
        random = curve.name.startswith("random")
        figure.add_scatter(
            x=[i / (len(values) - 1) for i in range(len(values))],
            y=list(values),
            name=tr("random") if random else curve_name(curve.name),
            legendgroup="random" if random else curve.name,
            showlegend=not random or curve.name == "random 1",
            mode="lines",
            line={
                "color": _MAP if curve.name == "map" else _CONTROL,
                "width": 3 if curve.name == "map" else 1 if random else 1.6,
                "dash": _DASHES.get(curve.name, "solid"),
            },
            opacity=0.5 if random else 1,
            hovertemplate=tr(
                "{name}: {y} at {x} of the pixels",
                name=curve_name(curve.name),
                y="%{y:.1%}",
                x="%{x:.0%}",
            )
            + "<extra></extra>",
        )
    return _framed(figure, tr(_WAYS[way]), ".0%")


def cascade_chart(steps: Sequence[Randomised]) -> go.Figure:
    """Likeness to the trained network's map after each part was made fresh."""
    figure = go.Figure()
    parts = [tr("trained"), *(step.part for step in steps)]
    lines = (
        (tr("rank correlation"), [step.rank_correlation for step in steps], _MAP, "circle"),
        ("SSIM", [step.ssim for step in steps], _SECOND, "diamond"),
    )
    for name, values, colour, symbol in lines:
        figure.add_scatter(
            x=parts,
            y=[1.0, *values],
            name=name,
            mode="lines+markers",
            line={"color": colour, "width": 2.5},
            marker={"symbol": symbol, "size": 8},
            hovertemplate=tr("{name} {y} after {x}", name=name, y="%{y:.2f}", x="%{x}")
            + "<extra></extra>",
        )
    figure.add_hline(y=0, line={"color": _CONTROL, "width": 1})
    _framed(figure, tr("made fresh, from the classifier down"), ".1f")
    figure.update_layout(
        xaxis={"tickformat": None, "tickangle": -45}, legend={"traceorder": "normal"}, height=360
    )
    return figure.update_yaxes(range=[-1.05, 1.05])


def _framed(figure: go.Figure, title: str, ticks: str) -> go.Figure:
    figure.update_layout(
        height=300,
        margin={"l": 0, "r": 8, "t": 8, "b": 8},
        legend={
            "orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "reversed"
        },
        xaxis={"title": title, "tickformat": ticks, "fixedrange": True, "automargin": True},
        yaxis={"tickformat": ticks, "fixedrange": True, "rangemode": "tozero", "automargin": True},
    )  # fmt: skip
    return figure
