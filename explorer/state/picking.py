"""What is picked in the pictures, and the keys of their components."""

from __future__ import annotations

import streamlit as st

OVERLAY = "overlay"  # the component with the photograph; its opacity is read
FLOWING = "flowing"  # that with the values of every operation; which one is on show is read

# Picture components; their picks are read.
STREAM, FLOW, CELLS, DEPTH, RANKS = "stream", "flow", "cells", "depth", "ranks"
GRID, CONFUSED = "grid", "confused"

_PICKED = "picked"  # when something was last chosen in each component


def picked(key: str) -> str:
    """What was chosen in a picture, once: nothing where a run hands an old choice on again."""
    choice = st.session_state[key].pick
    return choice["what"] if _new(key, choice["at"]) else ""


def slid(key: str) -> tuple[int, bool] | None:
    """The depth at which a slider over depths is, and whether it rests there; once, as a pick."""
    slide = st.session_state[key].slide
    return (int(slide["to"]), bool(slide["rests"])) if _new(key, slide["at"]) else None


def revealed(key: str) -> list[int] | None:
    """What was drawn by hand when its answer is asked for, once; nothing where that was skipped."""
    sketch = st.session_state[key].reveal
    return [int(place) for place in sketch["places"]] if _new(key, sketch["at"]) else None


def boxed(key: str) -> str | None:
    """The box that was drawn in a picture, in per cent of its side; once, as a pick."""
    box = st.session_state[key].box
    return ",".join(str(int(edge)) for edge in box["to"]) if _new(key, box["at"]) else None


def followed(key: str) -> tuple[str, int] | None:
    """The lesson and the step that another window of a lecture has come to; once, as a pick."""
    follow = st.session_state[key].follow
    name, step = follow["to"]
    return (str(name), int(step)) if _new(key, follow["at"]) else None


def _new(key: str, at: float) -> bool:
    """Whether what was done at this time is later than all that is known of a component."""
    known = st.session_state.setdefault(_PICKED, {})
    if at <= known.get(key, 0):
        return False
    known[key] = at
    return True


def opacity() -> str:
    """The percents at which the slider under the photograph was let go."""
    return str(st.session_state[OVERLAY].opacity)


def flow_shown() -> dict[str, str]:
    """Which operation's arithmetic is on show, and of which scale its colours are."""
    return {name: str(value) for name, value in st.session_state[FLOWING].shown.items()}
