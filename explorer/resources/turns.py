"""Who may compute now: a few at a time, the others wait in line and are told their place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

import streamlit as st


class Turns:
    """At most `seats` tickets at a time have none ahead of them. Shared by all visitors."""

    def __init__(self, seats: int):
        self._seats = seats
        self._line: list[object] = []
        self._lock = Lock()

    @contextmanager
    def ticket(self) -> Iterator[Callable[[], int]]:
        """Stand in line; yields a function that tells how many must end first, 0 for one's turn.

        Whoever leaves, by whatever way, makes room.
        """
        mine = object()
        with self._lock:
            self._line.append(mine)
        try:
            yield lambda: self._ahead(mine)
        finally:
            with self._lock:
                self._line.remove(mine)

    def _ahead(self, ticket: object) -> int:
        with self._lock:
            return max(0, self._line.index(ticket) + 1 - self._seats)


@st.cache_resource(max_entries=1, show_spinner=False)
def turns() -> Turns:
    """The line before the experiments: two run at a time, whoever asks."""
    return Turns(2)
