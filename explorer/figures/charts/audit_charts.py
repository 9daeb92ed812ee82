"""Charts of an audit: calibration, how a column is spread, embeddings in the plane."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from explorer.figures.charts.colours import BLUE, ORANGE
from resnet.audit.findings.calibration import Bin
from resnet.text.language import mark, tr

_RIGHT, _WRONG, _UNKNOWN = BLUE, ORANGE, "#808080"
_COLOURS = {"right": _RIGHT, "wrong": _WRONG, "unknown": _UNKNOWN}
_WORDS = {"right": mark("right"), "wrong": mark("wrong"), "unknown": mark("truth not known")}
_SYMBOLS = {"right": "circle", "wrong": "x", "unknown": "circle-open"}
_BINS = 40


def reliability(bins: Sequence[Bin]) -> go.Figure:
    """Accuracy against confidence, and the diagonal where they are one."""
    figure = go.Figure()
    figure.add_bar(
        x=[(each.low + each.high) / 2 for each in bins],
        y=[each.accuracy for each in bins],
        width=[each.high - each.low for each in bins],
        marker={"color": _RIGHT, "line": {"width": 1, "color": "rgba(128,128,128,0.6)"}},
        customdata=[(each.images, each.confidence) for each in bins],
        hovertemplate=tr(
            "{n} images, mean confidence {confidence}, right {accuracy}",
            n="%{customdata[0]:,}",
            confidence="%{customdata[1]:.1%}",
            accuracy="%{y:.1%}",
        )
        + "<extra></extra>",
        showlegend=False,
    )
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", line={"color": _WRONG, "dash": "dash"},
        hoverinfo="skip", showlegend=False,
    )  # fmt: skip
    figure.update_xaxes(range=[0, 1], dtick=0.25, tickformat=".0%", title=tr("confidence"))
    figure.update_yaxes(range=[0, 1], dtick=0.25, tickformat=".0%", title=tr("right"))
    return _framed(figure)


def spread(values: NDArray[np.floating], verdicts: NDArray[np.str_], title: str) -> go.Figure:
    """How many images have which value, by verdict; the bins are shared."""
    known = values[np.isfinite(values)]
    edges = np.histogram_bin_edges(known, _BINS) if len(known) else np.array([0.0, 1.0])
    figure = go.Figure()
    for verdict in _WORDS:
        counts, _ = np.histogram(values[(verdicts == verdict) & np.isfinite(values)], edges)
        if counts.any():
            figure.add_bar(
                x=((edges[:-1] + edges[1:]) / 2).tolist(),
                y=counts.tolist(),
                width=np.diff(edges).tolist(),
                name=tr(_WORDS[verdict]),
                marker={"color": _COLOURS[verdict]},
            )
    figure.update_layout(barmode="stack", bargap=0)
    figure.update_xaxes(title=title)
    figure.update_yaxes(title=tr("images"))
    return _framed(figure)


def plane(
    points: NDArray[np.floating],
    groups: NDArray[np.str_],
    titles: Sequence[str],
    numbers: Sequence[int],
) -> go.Figure:
    """Points (n, 2) by group; a point carries its image's number, and shows its title."""
    figure = go.Figure()
    words: Mapping[str, str] = {name: tr(word) for name, word in _WORDS.items()}
    for group in dict.fromkeys(groups.tolist()):
        at = np.flatnonzero(groups == group).tolist()
        marker = {"size": 5, "opacity": 0.7, "symbol": _SYMBOLS.get(group, "circle")}
        if group in _COLOURS:
            marker["color"] = _COLOURS[group]
        figure.add_scatter(
            x=points[at, 0].tolist(),
            y=points[at, 1].tolist(),
            mode="markers",
            name=words.get(group, group),
            marker=marker,
            customdata=[numbers[i] for i in at],
            text=[titles[i] for i in at],
            hovertemplate="%{text}<extra></extra>",
        )
    figure.update_xaxes(showticklabels=False, zeroline=False)
    figure.update_yaxes(showticklabels=False, zeroline=False)
    figure.update_layout(height=520)
    return _framed(figure)


def _framed(figure: go.Figure) -> go.Figure:
    figure.update_layout(
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        height=figure.layout.height or 320,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"},
    )
    return figure
