"""What is picked in the pictures, and the keys of their components."""

from __future__ import annotations

import streamlit as st

OVERLAY = "overlay"  # the component with the photograph; its opacity is read

# Picture components; their picks are read.
STREAM, FLOW, CELLS, DEPTH, RANKS = "stream", "flow", "cells", "depth", "ranks"

_PICKED = "picked"  # when each picture was last picked in


def picked(key: str) -> str:
    """What was chosen in a picture, once: nothing where a run hands an old choice on again."""
    choice = st.session_state[key].pick
    if choice["at"] == st.session_state.get(_PICKED, {}).get(key):
        return ""
    st.session_state.setdefault(_PICKED, {})[key] = choice["at"]
    return choice["what"]


def opacity() -> str:
    """The percents at which the slider under the photograph was let go."""
    return str(st.session_state[OVERLAY].opacity)
