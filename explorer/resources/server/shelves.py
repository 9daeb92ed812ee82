"""Who keeps which answers, and for how long.

A visitor has a shelf, bounded in bytes, which lives as long as their session: what they have not
asked for longest leaves it first, and nobody else can empty it. What stands on anybody's shelf is
handed to whoever asks, so nothing is computed twice; when the last who held it leaves, it goes.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from weakref import WeakSet, WeakValueDictionary

import streamlit as st

from explorer.resources.server.weights import weight
from explorer.state.limits import limits
from explorer.streamlit_joints import draws_a_page

_PATIENCE = 0.05  # seconds between two looks at whether a script that waits was told to stop
_NAME = "shelf"  # in a session


@dataclass(eq=False)
class Held:
    """An answer with its bytes; it lives as long as it stands on a shelf."""

    answer: Any
    weight: int = field(init=False)

    def __post_init__(self) -> None:
        self.weight = weight(self.answer)


class Shelf:
    """Answers by what was asked, of at most so many bytes; the newest stays, whatever it weighs."""

    def __init__(self, most: int):
        self.most = most
        self._held: OrderedDict[Hashable, Held] = OrderedDict()
        self._lock = Lock()

    def once(self, key: Hashable, compute: Callable[[], Any]) -> Any:
        """The answer that anybody holds, or what `compute` returns: for one who asks at a time.

        A script that is stopped leaves the line; where it was computing, the next one computes.
        """
        held = self.find(key)
        if held is None:
            with _turn(key):
                held = self.find(key) or self.hold(key, compute())
        return held.answer

    def find(self, key: Hashable) -> Held | None:
        """What anybody holds, which is now held here as well."""
        held = _shared.get(key)
        if held is not None:
            self._put(key, held)
        return held

    def hold(self, key: Hashable, answer: Any) -> Held:
        """Hold an answer, for others as well."""
        held = _shared[key] = Held(answer)
        self._put(key, held)
        return held

    @property
    def held(self) -> list[Held]:
        """Its answers, the one asked for last at the end."""
        with self._lock:
            return list(self._held.values())

    def _put(self, key: Hashable, held: Held) -> None:
        with self._lock:
            new = self._held.get(key) is not held
            self._held[key] = held
            self._held.move_to_end(key)
            if new:
                self._bound()

    def _bound(self) -> None:
        total = sum(held.weight for held in self._held.values())
        while total > self.most and len(self._held) > 1:
            _, oldest = self._held.popitem(last=False)
            total -= oldest.weight


_everybodys: WeakSet[Shelf] = WeakSet()
_shared: WeakValueDictionary[Hashable, Held] = WeakValueDictionary()
_turns: WeakValueDictionary[Hashable, Lock] = WeakValueDictionary()
_turning = Lock()
_nobodys = Shelf(limits().answer_bytes)  # for threads that draw no visitor's page


def visitors() -> Shelf:
    """The shelf of the visitor who is asking."""
    if not draws_a_page():
        return _nobodys
    if _NAME not in st.session_state:
        st.session_state[_NAME] = new = Shelf(limits().answer_bytes)
        _everybodys.add(new)
    shelf: Shelf = st.session_state[_NAME]
    return shelf


def everybodys() -> list[Shelf]:
    """The shelves of all visitors."""
    return list(_everybodys)


def weighed(shelves: Iterable[Shelf]) -> tuple[int, int]:
    """How many answers stand on shelves, and their bytes; what stands on several counts once."""
    answers = {id(held): held.weight for shelf in shelves for held in shelf.held}
    return len(answers), sum(answers.values())


@contextmanager
def _turn(key: Hashable) -> Iterator[None]:
    with _turning:
        lock = _turns.setdefault(key, Lock())
    while not lock.acquire(timeout=_PATIENCE):
        visitors()  # where Streamlit ends a script that was told to stop
    try:
        yield
    finally:
        lock.release()
