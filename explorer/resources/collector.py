"""The collector's work after every run of a script, which Streamlit asks for, kept small."""

from __future__ import annotations

import atexit
import gc
import sys

_seen = 0  # modules, when what they hold was set aside
atexit.register(gc.unfreeze)  # some libraries warn of what is left at the end


def set_aside() -> None:
    """Let the collector no longer look through what has been imported, which stays for good.

    PyTorch alone is 400,000 objects: to go through them takes a quarter of a second, in which no
    visitor is answered. Called when a page is drawn, and does something only after an import.
    """
    global _seen
    if len(sys.modules) != _seen:
        _seen = len(sys.modules)
        gc.collect()
        gc.freeze()
