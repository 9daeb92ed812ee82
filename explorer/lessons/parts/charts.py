"""Charts of a lesson, on its page or in a lecture: there, in letters for the last row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from explorer.figures.charts.letters import Drawn, in_letters
from explorer.state.choices import lessons_choices

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_USUAL, _LECTURE = 12, 20  # pixels


def letters() -> int:
    """How high the letters of a chart are, in pixels."""
    return _LECTURE if lessons_choices.lecturing() else _USUAL


def show(chart: Drawn, **options: Any) -> None:
    """Draw a chart; `options` are of `st.altair_chart`, which takes its alternative text too."""
    large = lessons_choices.lecturing()
    st.altair_chart(in_letters(chart, _LECTURE) if large else chart, **options)


def show_plotly(figure: Figure, **options: Any) -> None:
    """Draw a figure; `options` are of `st.plotly_chart`."""
    if lessons_choices.lecturing():
        figure = _in_letters(figure, {"size": _LECTURE})
    st.plotly_chart(figure, **options)


def _in_letters(figure: Figure, font: dict[str, int]) -> Figure:
    """The same with all that is written in this font."""
    large = type(figure)(figure).update_layout(font=font, legend={"font": font})
    for axes in (large.update_xaxes, large.update_yaxes):
        axes(tickfont=font, title={"font": font})
    for kind in ("scatter", "bar"):
        large.update_traces(textfont=font, selector={"type": kind})
    return large
