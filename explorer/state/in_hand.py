"""Which of a page's controls a hand has moved.

With every message the browser says what all of its controls show, and that may be late: what a run
sets is drawn some time after, and what a run sets that is cut short may never be. So each run has a
number, in a control behind the others, which comes back with them: what was set up to that run is
drawn, and of what was set since nobody knows. A control that shows what it may was not moved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

STAMP = "stamp"
_HAND = "hand"


@dataclass
class _Hand:
    """The number of the last run, that of the last one known to be drawn, and what was set when."""

    run: int = 0
    drawn: int = 0
    values: dict[str, list[tuple[int, object]]] = field(default_factory=dict)

    def late(self, key: str) -> list[tuple[int, object]]:
        """What a control was set to of late, which it may show or not."""
        return [one for one in self.values.get(key, []) if one[0] > self.drawn]

    def may_show(self, key: str) -> list[tuple[int, object]]:
        """All that a control may show by itself, in order."""
        drawn = [one for one in self.values.get(key, []) if one[0] <= self.drawn]
        return drawn[-1:] + self.late(key)


def begin() -> None:
    """A run begins to set the controls."""
    hand = _hand()
    hand.run += 1
    st.session_state[STAMP] = str(hand.run)


def fill(key: str, value: object) -> None:
    """Have a control show a value, unless it surely does.

    What is put there goes to the browser, over what a hand that is quicker has made of it since.
    """
    hand = _hand()
    may_show = hand.may_show(key)
    values = [one for _, one in may_show]
    there = key in st.session_state and st.session_state[key] == value
    if not there or any(one != value for one in values):
        st.session_state[key] = value
    if values[-1:] != [value]:
        hand.values[key] = [*may_show, (hand.run, value)]


def when_moved(key: str, act: Callable[..., None], *given: Any) -> Callable[[], None]:
    """A callback of a control that does this if a hand has moved it."""

    def moved() -> None:
        hand, value = _hand(), st.session_state[key]
        hand.drawn = int(st.session_state.get(STAMP, hand.run))
        if all(value != one for _, one in hand.may_show(key)):
            hand.values[key] = [(hand.drawn, value), *hand.late(key)]
            act(*given)

    return moved


def _hand() -> _Hand:
    hand: _Hand = st.session_state.setdefault(_HAND, _Hand())
    return hand
