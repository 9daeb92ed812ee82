"""Loss surfaces: in three dimensions, as contours, and as far as a run has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, floor, isfinite, log10
from typing import Any

import altair as alt
import pandas
import plotly.graph_objects as go

_SCALE = ("#0b2a4a", "#1f6fb2", "#7db4e2", "#e9f2fa")  # from low to high
_INK, _MARK = "rgba(11,28,43,0.55)", "#e39a3f"
_HOVER = "x %{x:.2f}, y %{y:.2f}<br>LOSS %{customdata:.3g}<extra></extra>"
_LEAST = 1e-6  # float32 rounds a smaller mean cross-entropy to nothing
Rows = Sequence[Mapping[str, Any]]  # lines of one network's grid, from low y to high
Range = tuple[float, float]  # of log₁₀ of the loss


def heights(rows: Rows) -> list[list[float | None]]:
    """log₁₀ of the losses; None where one is not finite."""
    return [[_height(loss) for loss in row["losses"]] for row in rows]


def _height(loss: float) -> float | None:
    return log10(max(loss, _LEAST)) if isfinite(loss) else None


def height_range(rows: Rows) -> Range:
    """The lowest and the highest of all heights, to whole powers of ten."""
    all_heights = [height for line in heights(rows) for height in line if height is not None]
    return floor(min(all_heights)), ceil(max(all_heights))


def _grid(rows: Rows, loss: str) -> dict[str, Any]:
    """The points of a surface or of contours, their heights, what they say and their colours."""
    xs, ys = _axes(rows)
    return {
        "x": xs,
        "y": ys,
        "z": heights(rows),
        "customdata": [row["losses"] for row in rows],
        "hovertemplate": _HOVER.replace("LOSS", loss),
        "colorscale": [*_SCALE],
    }


def hills(rows: Rows, scale: Range, loss: str) -> go.Figure:
    """One network's surface, height and colour log₁₀ of the loss on a scale; `loss` is its word."""
    surface = go.Surface(
        **_grid(rows, loss),
        cmin=scale[0],
        cmax=scale[1],
        showscale=False,
        contours={
            "z": {"show": True, "start": scale[0], "end": scale[1], "size": 1, "color": _INK}
        },
        lighting={"ambient": 0.75, "diffuse": 0.5, "specular": 0.05},
    )
    figure = go.Figure(surface)
    plain = {"showbackground": False, "gridcolor": "rgba(128,128,128,0.35)", "nticks": 5}
    figure.update_layout(
        height=400,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        scene={
            "xaxis": {"title": "x", **plain},
            "yaxis": {"title": "y", **plain},
            "zaxis": {"title": "", "range": [*scale], **plain, **_ticks(scale, lowest=1)},
            "aspectratio": {"x": 1, "y": 1, "z": 0.8},
            "camera": {
                "eye": {"x": 1.45, "y": -1.65, "z": 1.0},
                "center": {"x": -0.05, "y": -0.045, "z": -0.12},
            },
        },
    )
    return figure


def contours(rows: Rows, scale: Range, loss: str) -> go.Figure:
    """The same as contours, two to each power of ten, the trained weights marked."""
    contour = go.Contour(
        **_grid(rows, loss),
        zmin=scale[0],
        zmax=scale[1],
        contours={"start": scale[0], "end": scale[1], "size": 0.5},
        line={"width": 0.7, "color": _INK},
        colorbar={"title": loss, "thickness": 12, **_ticks(scale)},
    )
    centre = go.Scatter(
        x=[0],
        y=[0],
        mode="markers",
        marker={"symbol": "cross-thin", "size": 13, "line": {"width": 2.5, "color": _MARK}},
        hoverinfo="skip",
    )
    figure = go.Figure([contour, centre])
    figure.update_layout(
        height=380,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        showlegend=False,
        xaxis={"title": "x", "fixedrange": True, "constrain": "domain", "zeroline": False},
        yaxis={"title": "y", "fixedrange": True, "scaleanchor": "x", "zeroline": False},
    )
    return figure


def unfinished_chart(networks: Mapping[str, Rows], loss: str) -> alt.Chart:
    """Every point that a run has computed, networks by name side by side; updated in place."""
    title = f"log₁₀ {loss}"
    points = [
        {"network": name, "x": x, "y": row["y"], title: height}
        for name, rows in networks.items()
        for row, line in zip(rows, heights(rows), strict=True)
        for x, height in zip(_steps(row), line, strict=True)
    ]
    axis: dict[str, Any] = {"axis": alt.Axis(format=".1f", labelOverlap=True)}
    return (
        alt.Chart(pandas.DataFrame(points))
        .mark_rect()
        .encode(
            alt.X("x:O", **axis),
            alt.Y("y:O", sort="descending", **axis),
            alt.Color(f"{title}:Q", scale=alt.Scale(range=[*_SCALE])),
            alt.Column("network:N", title=None, sort=[*networks]),
        )
        .properties(width=220, height=220)
    )


def _axes(rows: Rows) -> tuple[list[float], list[float]]:
    return _steps(rows[0]), [row["y"] for row in rows]


def _steps(row: Mapping[str, Any]) -> list[float]:
    """Where the losses of a line are in x: evenly from -reach to reach."""
    last = len(row["losses"]) - 1
    return [row["reach"] * (2 * i / last - 1) for i in range(last + 1)]


def _ticks(scale: Range, lowest: int = 0) -> dict[str, Any]:
    """Powers of ten; those from `lowest` on, where the first would meet another axis."""
    values = range(int(scale[0]), int(scale[1]) + 1, 1 + int(scale[1] - scale[0]) // 8)[lowest:]
    return {"tickvals": [*values], "ticktext": [f"10<sup>{value}</sup>" for value in values]}
