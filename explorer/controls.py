"""Controls of the Attention page: each shows a choice of the session's and records a new one."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from explorer import state


def record(field: str, forget: str = "") -> Callable[[], None]:
    """A callback that records a control's value; a new model or picture forgets the class."""

    def keep() -> None:
        value = st.session_state[f"control_{field}"]
        if value is not None:
            state.ask(field, str(value))
            if forget:
                state.ask(forget, "")

    return keep


def select(
    field: str,
    label: str,
    options: tuple[str, ...],
    value: str,
    words: dict[str, str] | None = None,
) -> None:
    """A list to choose one of `options` from, shown by their `words`."""
    shown = words or {}
    st.session_state[f"control_{field}"] = value if value in options else options[0]
    st.selectbox(
        label,
        options,
        key=f"control_{field}",
        format_func=lambda option: shown.get(option, option),
        on_change=record(field),
    )


def segments(field: str, label: str, options: tuple[str, ...], value: str) -> None:
    """A row of buttons, one of which is chosen."""
    st.session_state[f"control_{field}"] = value
    st.segmented_control(label, options, key=f"control_{field}", on_change=record(field))
