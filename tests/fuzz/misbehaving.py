"""A kind whose cases do what they say: with it the runner itself is tested."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import strategies as st

from tests.fuzz.stored import Case

NAME, ENDS = "misbehaving", (ValueError,)


def corpus() -> Iterator[Case]:
    """One that ends well."""
    yield {"does": "pass"}


def cases() -> st.SearchStrategy[Case]:
    """The same."""
    return st.just({"does": "pass"})


def ready() -> None:
    """Nothing."""


def run(case: Case) -> None:
    """Do what it says."""
    exec("import os\n" + case["does"])
