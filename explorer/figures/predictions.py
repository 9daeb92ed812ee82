"""The most probable classes as bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas  # noqa: F401  (plotly looks for it, and fails where a thread has half imported it)
import plotly.graph_objects as go

if TYPE_CHECKING:
    from resnet.explaining import Prediction


def bars(predictions: Sequence[Prediction]) -> go.Figure:
    """Probability of each class, most probable first; a bar carries its class's index."""
    texts = [f"{p.probability:.1%} · logit {p.logit:.2f}" for p in predictions]
    common = {
        "y": [_short(p.label) for p in predictions],
        "customdata": [str(p.index) for p in predictions],
        "orientation": "h",
        "unselected": {"marker": {"opacity": 1}},
        "hoverinfo": "none",
    }
    # A class of probability zero has no bar to click, so each stands on a track.
    track = go.Bar(x=[1] * len(predictions), marker={"color": "rgba(128,128,128,0.15)"}, **common)
    bar = go.Bar(
        x=[p.probability for p in predictions],
        text=texts,
        textposition=["inside" if p.probability > 0.5 else "outside" for p in predictions],
        insidetextanchor="start",
        marker={"color": "#2f7fc1"},
        **common,
    )
    figure = go.Figure([track, bar])
    figure.update_layout(
        barmode="overlay",
        showlegend=False,
        height=44 * len(predictions) + 24,
        margin={"l": 0, "r": 8, "t": 4, "b": 20},
        xaxis={"range": [0, 1], "tickformat": ".0%", "fixedrange": True, "nticks": 5},
        yaxis={"autorange": "reversed", "fixedrange": True, "automargin": True},
    )
    return figure


def _short(label: str) -> str:
    return label if len(label) <= 22 else label[:21] + "…"
