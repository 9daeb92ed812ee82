"""Controls of the Attention page: each shows a choice of the session's and records a new one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from explorer import state


def record(field: str) -> Callable[[], None]:
    """A callback that records a control's value, unless it was emptied."""

    def keep() -> None:
        value = st.session_state[f"control_{field}"]
        if value is not None:
            state.ask(field, str(value))

    return keep


def select(
    field: str,
    label: str,
    options: Sequence[str],
    words: Mapping[str, str] | None = None,
    usual: str | None = None,
) -> str:
    """A list to choose one of `options` from, shown by their `words`; returns the choice."""
    shown, chosen = words or {}, state.asked(field, options, usual)
    st.session_state[f"control_{field}"] = chosen
    st.selectbox(
        label,
        options,
        key=f"control_{field}",
        format_func=lambda option: shown.get(option, option),
        on_change=record(field),
    )
    return chosen


def segments(field: str, label: str, options: Sequence[str], usual: str) -> str:
    """A row of buttons, one of which is chosen; returns it."""
    chosen = state.asked(field, options, usual)
    st.session_state[f"control_{field}"] = chosen
    st.segmented_control(label, options, key=f"control_{field}", on_change=record(field))
    return chosen
