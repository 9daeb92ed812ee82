"""PyTorch before anybody needs it: imported once a page has been painted, while none is drawn.

A run of a script and an import take turns at the interpreter. So each module waits until no page
has been drawn for a moment, unless somebody waits for PyTorch by then.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from threading import Thread, get_ident

from explorer.resources.server import spinner, workers
from explorer.streamlit_joints import pages_drawn, pages_in_drawing

_PAINTED = 2.0  # seconds after which a browser has painted what was sent
_PAUSE = 0.4  # seconds without a run in which nobody drags a slider
_LOOKS = 0.02
_MOST = 1.0  # seconds that a module waits at most
_PYTORCHS = {"torch", "torchvision", "sympy", "mpmath", "networkx"}  # no page imports these itself


def begin() -> Thread:
    """Start the thread that does it."""
    thread = Thread(target=_import, name="early import", daemon=True)
    thread.start()
    return thread


def _import() -> None:
    while not pages_drawn():
        time.sleep(_PAUSE)
    quiet = _Quiet(pages_in_drawing)
    quiet.wait(_PAINTED)
    with _giving_way(quiet):
        spinner.import_here(*spinner.TORCH)
    quiet.wait(_PAUSE)
    workers.start()


class _Quiet:
    """Waits for moments in which no page is drawn."""

    def __init__(self, drawing: Callable[[], bool]):
        self._drawing, self._drawn = drawing, time.monotonic()

    def wait(self, seconds: float, most: float = float("inf")) -> None:
        """Return once none has been for so long; at once where PyTorch is waited for."""
        began = time.monotonic()
        while not spinner.wanted.is_set() and time.monotonic() - began < most:
            now = time.monotonic()
            if self._drawing():
                self._drawn = now
            elif now - self._drawn >= seconds:
                return
            time.sleep(_LOOKS)


class _Finder(MetaPathFinder):
    """Finds nothing, but is asked for every module before it is imported."""

    def __init__(self, quiet: _Quiet):
        self._quiet, self._thread = quiet, get_ident()

    def find_spec(self, name: str, *_: object) -> None:
        """Wait, in the thread that imports early and in no other.

        Who waits holds the locks of what is half imported: so never within what a page may need.
        """
        if get_ident() == self._thread and name.partition(".")[0] in _PYTORCHS:
            self._quiet.wait(_PAUSE, _MOST)


@contextmanager
def _giving_way(quiet: _Quiet) -> Iterator[None]:
    finder = _Finder(quiet)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
