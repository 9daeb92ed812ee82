"""The collector's work after every run of a script, which Streamlit asks for, kept small."""

from __future__ import annotations

import atexit
import ctypes
import gc
import sys
from contextlib import suppress

_seen = 0  # modules, when what they hold was set aside
atexit.register(gc.unfreeze)  # some libraries warn of what is left at the end


def set_aside() -> None:
    """Let the collector no longer look through what has been imported, which stays for good.

    PyTorch alone is 400,000 objects: to go through them takes a quarter of a second, in which no
    visitor is answered. Called when a page is drawn, and does something only after an import. What
    visitors hold at that moment is set aside as well, until all is looked through.
    """
    global _seen
    if len(sys.modules) != _seen:
        _seen = len(sys.modules)
        gc.collect()
        gc.freeze()


def look_through() -> None:
    """Free what nobody refers to, of all that there is, and give the memory back to the system."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    with suppress(OSError, TypeError, AttributeError):  # glibc's alone, which else keeps it
        ctypes.CDLL(None).malloc_trim(0)
