"""One thread that forgets visitors who have left, and tells the operator what is held for whom.

Streamlit forgets them only when another leaves, and the collector does not look through what was
set aside for good.
"""

from __future__ import annotations

import time
from contextlib import suppress
from threading import Thread

import psutil
import streamlit as st

from explorer.resources.server import collector, shelves, workers
from explorer.state import visitor
from explorer.streamlit_joints import forget_ended_sessions, logger

EVERY = 5.0  # seconds between two looks at who is here
PATIENCE = 120.0  # seconds between two looks through everything, while somebody is here to wait
_MB = 1 << 20


@st.cache_resource(max_entries=1, show_spinner=False)
def start() -> Thread:
    """Start the thread, with the first visitor."""
    thread = Thread(target=_keep_house, name="housekeeping", daemon=True)
    thread.start()
    return thread


def _keep_house() -> None:
    house, here = House(), forget_ended_sessions()
    while here is not None:
        try:
            house.tidy(here)
            time.sleep(EVERY)
            here = forget_ended_sessions()
        except Exception:  # a full disk, say: the house is kept nevertheless
            logger(__name__).exception("The house could not be tidied.")
            time.sleep(EVERY)


class House:
    """Who is here, and how many have left since everything was looked through."""

    def __init__(self) -> None:
        self._here: frozenset[str] = frozenset()
        self._left = 0
        self._looked = -PATIENCE

    def tidy(self, here: frozenset[str]) -> None:
        """Free what nobody holds: at once where somebody has left and nobody is here to wait."""
        visitor.sweep()
        self._left += len(self._here - here)
        self._here = here
        due = self._left or collector.much_set_aside()
        if due and (not here or time.monotonic() - self._looked > PATIENCE):
            collector.look_through()
            if not here:
                workers.rest()
            logger(__name__).info("%d sessions have ended. %s", self._left, ledger(len(here)))
            self._left, self._looked = 0, time.monotonic()


def ledger(sessions: int) -> str:
    """What is held for so many sessions, in a line for the operator."""
    answers, weight = shelves.weighed(shelves.everybodys())
    return (
        f"Held: {sessions} sessions, {answers} answers of {weight / _MB:.0f} MB, "
        f"files of {visitor.store().used() / _MB:.0f} MB on disk; "
        f"{resident() / _MB:.0f} MB of memory in all."
    )


def resident(pid: int | None = None) -> int:
    """Bytes of memory in which a server and its workers reside; what they share counts once."""
    server, total = psutil.Process(pid), 0
    for process in (server, *server.children(recursive=True)):
        with suppress(psutil.Error):  # it has ended
            memory = process.memory_full_info()
            total += getattr(memory, "pss", memory.uss)
    return total
