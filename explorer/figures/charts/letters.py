"""A chart in larger letters, for a projector."""

from __future__ import annotations

from typing import Any, TypeVar

import altair as alt

Drawn = TypeVar("Drawn", alt.Chart, alt.LayerChart, alt.FacetChart, alt.VConcatChart)


def in_letters(chart: Drawn, size: int) -> Drawn:
    """The same with all that is written on its axes, legends and headings in `size` pixels."""
    sizes: Any = {"labelFontSize": size, "titleFontSize": size}
    return (
        chart.configure_axis(**sizes)
        .configure_legend(**sizes)
        .configure_header(**sizes)
        .configure_title(fontSize=size)
    )
