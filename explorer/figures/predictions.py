"""The most probable classes as bars, of one model or of two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas  # noqa: F401  (plotly looks for it, and fails where a thread has half imported it)
import plotly.graph_objects as go

from resnet.words import decimal

if TYPE_CHECKING:
    from resnet.ranking import Standing

# Mid-tones that stand out on light and on dark; explicit colours do not follow the theme.
_BAR, _OTHER, _TRACK = "#2f7fc1", "#667085", "rgba(128,128,128,0.15)"


def bars(standings: Sequence[Standing], chosen: int) -> go.Figure:
    """Probability of each class, most probable first; a bar carries its class's index."""
    texts = [
        f"{p.probability:.1%} · logit {decimal(p.logit)} · {decimal(p.margin, sign=True)}"
        for p in standings
    ]
    names = [_name(p, p.index == chosen) for p in standings]
    common = {
        "y": names,
        "customdata": [str(p.index) for p in standings],
        "orientation": "h",
        "unselected": {"marker": {"opacity": 1}},
        "hoverinfo": "none",
    }
    # A class of probability zero has no bar to click, so each stands on a track.
    track = go.Bar(x=[1] * len(standings), marker={"color": _TRACK}, **common)
    bar = go.Bar(
        x=[p.probability for p in standings],
        text=texts,
        textposition=["inside" if p.probability > 0.5 else "outside" for p in standings],
        insidetextanchor="start",
        marker={"color": _BAR},
        **common,
    )
    return _laid_out(go.Figure([track, bar]), 34 if len(standings) > 5 else 44, len(standings))


def side_by_side(
    one: Sequence[Standing], other: Sequence[Standing], titles: tuple[str, str]
) -> go.Figure:
    """Probabilities of the same classes by two models, on one scale."""
    figure = go.Figure(
        [
            go.Bar(
                x=[p.probability for p in found],
                y=[_short(p.label) for p in one],
                text=[f"{p.probability:.1%} · #{p.rank}" for p in found],
                textposition=["inside" if p.probability > 0.7 else "outside" for p in found],
                insidetextanchor="start",
                name=title,
                orientation="h",
                marker={"color": colour},
                insidetextfont={"color": "#ffffff"},
                hoverinfo="none",
            )
            for found, title, colour in zip((one, other), titles, (_BAR, _OTHER), strict=True)
        ]
    )
    _laid_out(figure, 56, len(one))
    legend = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"}
    figure.update_layout(
        barmode="group", showlegend=True, legend=legend, height=56 * len(one) + 90, margin_t=56
    )
    return figure


def _laid_out(figure: go.Figure, pitch: int, rows: int) -> go.Figure:
    layout: dict[str, Any] = {
        "barmode": "overlay",
        "showlegend": False,
        "height": pitch * rows + 24,
        "margin": {"l": 0, "r": 24, "t": 4, "b": 20},
        "xaxis": {"range": [0, 1], "tickformat": ".0%", "fixedrange": True, "dtick": 0.5},
        "yaxis": {"autorange": "reversed", "fixedrange": True, "automargin": True},
    }
    return figure.update_layout(layout)


def _name(standing: Standing, chosen: bool) -> str:
    """Rank and label; the class on show in bold. A rank also keeps equal labels apart."""
    text = f"{standing.rank}. {_short(standing.label)}"
    return f"<b>{text}</b>" if chosen else text


def _short(label: str) -> str:
    return label if len(label) <= 20 else label[:19] + "…"
