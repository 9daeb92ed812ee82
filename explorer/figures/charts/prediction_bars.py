"""The most probable classes of two models as bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from explorer.figures.charts.colours import BLUE
from explorer.figures.charts.unformatted import unformatted

if TYPE_CHECKING:
    from resnet.maps.ranking import Standing

# Mid-tones that stand out on light and on dark; explicit colours do not follow the theme.
_BAR, _OTHER = BLUE, "#667085"
_LETTERS = 20


def prediction_bars(
    left: Sequence[Standing], right: Sequence[Standing], titles: tuple[str, str]
) -> go.Figure:
    """Probabilities of the same classes by two models, on one scale."""
    places, words = list(range(len(left))), _short([p.label for p in left])
    figure = go.Figure(
        [
            go.Bar(
                x=[p.probability for p in standings],
                y=places,  # two classes of one name are two bars
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
        "yaxis": {
            "autorange": "reversed", "fixedrange": True, "automargin": True,
            "tickvals": places, "ticktext": [unformatted(word) for word in words],
        },
    }  # fmt: skip
    return figure.update_layout(layout)


def _short(labels: Sequence[str]) -> list[str]:
    """Each label in some 20 letters: its first, or its first and last where others begin so."""
    begun = [_first(label) for label in labels]
    return [_first(label) if begun.count(_first(label)) == 1 else _ends(label) for label in labels]


def _first(label: str) -> str:
    return label if len(label) <= _LETTERS else label[: _LETTERS - 1] + "…"


def _ends(label: str) -> str:
    half = _LETTERS // 2
    return label if len(label) <= _LETTERS else f"{label[: half - 1]}…{label[-half:]}"
