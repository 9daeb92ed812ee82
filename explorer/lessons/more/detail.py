"""More of a lesson, for those who ask: closed until it is opened, and drawn only then."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st


def on_demand(title: str, key: str, draw: Callable[[], None]) -> None:
    """What `draw` draws, below a `title` that opens it."""
    with st.expander(title, on_change="rerun", key=key) as opened:
        if opened.open:
            draw()
