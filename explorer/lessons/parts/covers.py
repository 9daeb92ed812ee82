"""Charts that a teacher's link covers, each until the class has asked for it."""

from __future__ import annotations

import streamlit as st

from explorer.state.choices import lessons_choices
from explorer.state.choices.page_choices import hidden
from resnet.text.language import tr


def lifted(chart: str) -> bool:
    """Whether a chart may be drawn; where it is covered, draws a button that uncovers it."""
    if "charts" not in hidden() or lessons_choices.uncovered(chart):
        return True
    st.button(
        tr("Show the chart"),
        key=f"cover_{chart}",
        icon=":material/visibility:",
        on_click=lessons_choices.uncover,
        args=(chart,),
    )
    return False
