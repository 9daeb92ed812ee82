"""The collector's work after every run of a script, which Streamlit asks for, kept small."""

from __future__ import annotations

import atexit
import gc
import sys
from threading import Event
from time import monotonic

import streamlit as st

PATIENCE = 120.0  # seconds; for as long Streamlit keeps who has left, in case they come back
_left = Event()  # whether a visitor has left since everything was looked through
_looked = -PATIENCE  # when that was
_seen = 0  # modules, when what they hold was set aside
atexit.register(gc.unfreeze)  # some libraries warn of what is left at the end


def set_aside() -> None:
    """Let the collector no longer look through what has been imported, which stays for good.

    PyTorch alone is 400,000 objects: to go through them takes a quarter of a second, in which no
    visitor is answered. Called when a page is drawn, and does something only after an import or
    once a visitor has left. What was theirs may be set aside as well: all is looked through then.
    """
    global _looked, _seen
    _leaving()
    thaw = _left.is_set() and monotonic() - _looked > PATIENCE
    if thaw:
        _left.clear()
        _looked = monotonic()
        gc.unfreeze()
    if thaw or len(sys.modules) != _seen:
        _seen = len(sys.modules)
        gc.collect()
        gc.freeze()


@st.cache_resource(scope="session", show_spinner=False, on_release=Event.set)
def _leaving() -> Event:
    """What Streamlit sets when the visitor who is asking leaves."""
    return _left
