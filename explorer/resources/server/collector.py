"""The collector's work after every run of a script, which Streamlit asks for, kept small."""

from __future__ import annotations

import atexit
import ctypes
import gc
from contextlib import suppress

MUCH = 400_000  # objects, of about 0.5 kB each, that may be set aside before all is looked through
_frozen = 0  # when everything was looked through
atexit.register(gc.unfreeze)  # some libraries warn of what is left at the end


def set_aside() -> None:
    """Let the collector look through no more than what comes from now on.

    Called when a run begins: what its end then goes through is what the run made. PyTorch alone is
    400,000 objects, a quarter of a second in which no visitor is answered; the pages of thirty
    visitors are 18 ms, after every run of any of them.
    """
    gc.freeze()


def much_set_aside() -> bool:
    """Whether circles of what was set aside, which nobody sees, may have become many."""
    return gc.get_freeze_count() - _frozen > MUCH


def look_through() -> None:
    """Free what nobody refers to, of all that there is, and give the memory back to the system."""
    global _frozen
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    _frozen = gc.get_freeze_count()
    with suppress(OSError, TypeError, AttributeError):  # glibc's alone, which else keeps it
        ctypes.CDLL(None).malloc_trim(0)
