"""The steps from ResNet-50 to ConvNeXt: accuracy and multiply-adds, one line a step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from explorer.figures.charts.colours import BLUE, ORANGE

_LINE, _PATH = BLUE, "rgba(47,127,193,0.35)"
_BAR, _ON_BAR, _MARK = "#9aa0a8", "#0e1117", ORANGE


def ladder_chart(
    steps: Sequence[tuple[str, float, float]], counted: Mapping[int, float], words: Sequence[str]
) -> go.Figure:
    """Each step's name, top-1 accuracy in percent and 10⁹ multiply-adds, from the top down.

    `counted` are multiply-adds of our own, by the number of the step. `words` name the accuracy,
    the published multiply-adds and ours.
    """
    names = [f"{number}. {name}" for number, (name, _, _) in enumerate(steps)]
    accuracy, published, ours = words
    figure = make_subplots(cols=2, shared_yaxes=True, horizontal_spacing=0.06)
    figure.add_trace(_path(names, [top1 for _, top1, _ in steps], accuracy), row=1, col=1)
    figure.add_trace(_bars(names, [gmacs for _, _, gmacs in steps], published), row=1, col=2)
    figure.add_trace(_marks(names, counted, ours), row=1, col=2)
    tops = [top1 for _, top1, _ in steps]
    figure.update_layout(
        height=110 + 30 * len(steps),
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        xaxis={"title": "%", "range": [min(tops) - 0.4, max(tops) + 2.6], "fixedrange": True},
        xaxis2={"title": "GMACs", "fixedrange": True},
        yaxis={"autorange": "reversed", "fixedrange": True},
        yaxis2={"autorange": "reversed", "fixedrange": True},
    )
    return figure


def _path(names: list[str], tops: list[float], word: str) -> go.Scatter:
    """The accuracies, from step to step."""
    return go.Scatter(
        x=tops,
        y=names,
        name=word,
        mode="lines+markers+text",
        text=[f"{top1:.2f}" for top1 in tops],
        textposition="middle right",
        cliponaxis=False,
        line={"color": _PATH, "width": 2},
        marker={"color": _LINE, "size": 9},
        hovertemplate="%{y}<br>%{x:.2f} %<extra></extra>",
    )


def _bars(names: list[str], gmacs: list[float], word: str) -> go.Bar:
    """The multiply-adds that were published."""
    return go.Bar(
        x=gmacs,
        y=names,
        name=word,
        orientation="h",
        marker={"color": _BAR},
        text=[f"{each:.2f}" for each in gmacs],
        textposition="inside",
        insidetextanchor="start",
        textfont={"color": _ON_BAR},
        hovertemplate="%{y}<br>%{x:.2f} GMACs<extra></extra>",
    )


def _marks(names: list[str], counted: Mapping[int, float], word: str) -> go.Scatter:
    """Those that were counted here."""
    return go.Scatter(
        x=[*counted.values()],
        y=[names[number] for number in counted],
        name=word,
        mode="markers",
        marker={"symbol": "diamond-open", "size": 12, "color": _MARK, "line": {"width": 3}},
        hovertemplate="%{y}<br>%{x:.3f} GMACs<extra></extra>",
    )
