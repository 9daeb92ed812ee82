"""Which of the controls of a network a hand has moved.

A run that is cut short has given controls values of which the browser has not heard. The next run
finds the browser's old ones in them, as if somebody had set them. So what the browser shows is
noted: by whoever moves a control, and when a run has drawn them all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

CONTROLS = "network_"  # how their keys begin
_SHOWN = "shown_controls"


def when_moved(key: str, act: Callable[..., None], *given: Any) -> Callable[[], None]:
    """A callback of a control that does this unless the browser showed the same before."""

    def moved() -> None:
        shown, value = st.session_state.setdefault(_SHOWN, {}), st.session_state[key]
        if key not in shown or shown[key] != value:
            shown[key] = value
            act(*given)

    return moved


def drawn() -> None:
    """Note that the browser is shown every control as it is now."""
    keys = [str(key) for key in st.session_state]
    st.session_state[_SHOWN] = {
        key: st.session_state[key] for key in keys if key.startswith(CONTROLS)
    }
