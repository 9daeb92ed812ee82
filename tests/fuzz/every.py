"""Some of every kind in one worker, for the tests; pages take seconds each and have their own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from hypothesis import strategies as st

from tests.fuzz import arguments, bundles, checkpoints, images, labels, sessions
from tests.fuzz.stored import Case

NAME = "every"
_KINDS = {kind.NAME: kind for kind in (images, labels, checkpoints, bundles, sessions, arguments)}
ENDS = tuple(error for kind in _KINDS.values() for error in kind.ENDS)
_BY_HAND = 30  # of each kind's corpus


def corpus() -> Iterator[Case]:
    """The first of each kind."""
    for name, kind in _KINDS.items():
        yield from ({"kind": name, "of": case} for case in islice(kind.corpus(), _BY_HAND))


def cases() -> st.SearchStrategy[Case]:
    """Any of any kind."""
    kinds = (
        st.fixed_dictionaries({"kind": st.just(n), "of": k.cases()}) for n, k in _KINDS.items()
    )
    return st.one_of(*kinds)


def ready() -> None:
    """What each kind needs."""
    for kind in _KINDS.values():
        kind.ready()


def run(case: Case) -> Any:
    """Run it as its kind does."""
    return _KINDS[case["kind"]].run(case["of"])
