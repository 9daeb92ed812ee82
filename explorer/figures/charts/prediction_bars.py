"""The most probable classes of two models as bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from explorer.figures.charts.unformatted import unformatted

if TYPE_CHECKING:
    from resnet.maps.ranking import Standing

# Mid-tones that stand out on light and on dark; explicit colours do not follow the theme.
_BAR, _OTHER = "#2f7fc1", "#667085"


def prediction_bars(
    left: Sequence[Standing], right: Sequence[Standing], titles: tuple[str, str]
) -> go.Figure:
    """Probabilities of the same classes by two models, on one scale."""
    figure = go.Figure(
        [
            go.Bar(
                x=[p.probability for p in standings],
                y=[unformatted(_short(p.label)) for p in left],
                text=[f"{p.probability:.1%} · #{p.rank}" for p in standings],
                textposition=["inside" if p.probability > 0.7 else "outside" for p in standings],
                insidetextanchor="start",
                name=unformatted(title),
                orientation="h",
                marker={"color": colour},
                insidetextfont={"color": "#ffffff"},
                hoverinfo="none",
            )
            for standings, title, colour in zip((left, right), titles, (_BAR, _OTHER), strict=True)
        ]
    )
    layout: dict[str, Any] = {
        "barmode": "group",
        "legend": {
            "orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"
        },
        "height": 56 * len(left) + 90,
        "margin": {"l": 0, "r": 24, "t": 56, "b": 20},
        "xaxis": {"range": [0, 1], "tickformat": ".0%", "fixedrange": True, "dtick": 0.5},
        "yaxis": {"autorange": "reversed", "fixedrange": True, "automargin": True},
    }  # fmt: skip
    return figure.update_layout(layout)


def _short(label: str) -> str:
    return label if len(label) <= 20 else label[:19] + "…"
