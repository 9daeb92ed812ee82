"""A number as it is now, with its change beside it."""

from __future__ import annotations

import streamlit as st

from resnet.text.language import tr


def changed_metric(word: str, now: str, change: str, hint: str | None = None) -> None:
    """Draw it: an arrow for a change that is not 0, per cent of it as points."""
    points = change.replace("%", tr(" points")).replace("−", "-")  # arrows take an ASCII minus
    moved = points[0] in "+-"
    st.metric(
        word,
        now,
        points,
        delta_color="normal" if moved else "off",
        delta_arrow="auto" if moved else "off",
        help=hint,
        width="content",
    )
