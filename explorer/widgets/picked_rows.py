"""A table of which one row can be picked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st


def picked_rows(
    columns: Mapping[str, list[Any]],
    key: str,
    on_pick: Callable[[int], None],
    titles: Mapping[str, Any] | None = None,
    height: int = 420,
) -> None:
    """Draw columns by name, or by their `titles`; `on_pick` gets the place of the row picked."""

    def picked() -> None:
        rows = st.session_state[key].selection.rows
        if rows:
            on_pick(rows[0])

    st.dataframe(
        dict(columns),
        hide_index=True,
        column_config=titles,
        height=height,
        key=key,
        on_select=picked,
        selection_mode="single-row",
    )
