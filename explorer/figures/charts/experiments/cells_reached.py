"""Which places of a map reach a block's output, by its shortcut, its branch and their sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas

from explorer.figures.charts.colours import BLUE

_SEEN, _UNSEEN = BLUE, "rgba(128,128,128,0.18)"


def reach_chart(lanes: Mapping[str, Sequence[str]]) -> alt.FacetChart:
    """One small map for each lane, by its title: filled where `#`, pale elsewhere."""
    cells: list[dict[str, Any]] = [
        {"lane": lane, "row": row, "column": column, "seen": mark == "#"}
        for lane, lines in lanes.items()
        for row, line in enumerate(lines)
        for column, mark in enumerate(line)
    ]
    cell: dict[str, Any] = {"axis": None, "scale": alt.Scale(paddingInner=0.12)}
    colour = alt.condition("datum.seen", alt.value(_SEEN), alt.value(_UNSEEN))
    return (
        alt.Chart(pandas.DataFrame(cells))
        .mark_rect(cornerRadius=1.5)
        .encode(alt.X("column:O", **cell), alt.Y("row:O", **cell), color=colour)
        .properties(width=104, height=104)
        .facet(
            facet=alt.Facet(
                "lane:N", title=None, sort=[*lanes], header=alt.Header(labelFontSize=14)
            ),
            columns=len(lanes),
            spacing=14,
        )
    )
