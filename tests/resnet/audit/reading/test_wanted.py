"""Filters and orders, held to plain Python over the same rows."""

import math

import pytest

from resnet.audit.reading.columns import COLUMNS
from resnet.audit.reading.opened import Opened
from resnet.audit.reading.wanted import KINDS, Wanted
from tests.resnet.audit.generated import write

QUESTIONS = [
    Wanted(),
    Wanted(verdict="wrong"),
    Wanted(verdict="right", order="margin", falling=False),
    Wanted(verdict="unread"),
    Wanted(verdict="unknown"),
    Wanted(truth=3, predicted=3, order="border"),
    Wanted(path="CLASS_7/", order="entropy"),
    Wanted(column="centre", low=0.2, high=0.6, order="gap", falling=False),
    Wanted(verdict="wrong", column="margin", low=1.0, order="box"),
    Wanted(path="%_[", order="number", falling=False),
]


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    return Opened.at(write(tmp_path_factory.mktemp("audits") / "one", 300)).rows


def _verdict(row) -> str:
    if row["error"] is not None:
        return "unread"
    if row["truth"] is None:
        return "unknown"
    return "right" if row["truth"] == row["predicted"] else "wrong"


def plainly(rows, asked: Wanted) -> list[int]:
    found = []
    for place, row in enumerate(rows.to_pylist()):
        value = row[asked.column]
        bounded = asked.low is not None or asked.high is not None
        fits = [
            asked.truth in (None, row["truth"]),
            asked.predicted in (None, row["predicted"]),
            asked.verdict in ("all", _verdict(row)),
            asked.path.lower() in row["path"].lower(),
            not bounded or value is not None,
            asked.low is None or value is None or value >= asked.low,
            asked.high is None or value is None or value <= asked.high,
        ]
        if all(fits):
            found.append((row[asked.order], place))
    sign = -1 if asked.falling else 1
    order = sorted(found, key=lambda one: (math.inf if one[0] is None else sign * one[0], one[1]))
    return [place for _, place in order]


@pytest.mark.parametrize("asked", QUESTIONS)
def test_places_are_those_of_a_plain_loop(rows, asked):
    assert asked.places(rows).tolist() == plainly(rows, asked)


def test_the_questions_leave_some_rows_and_others_none(rows):
    sizes = [len(asked.places(rows)) for asked in QUESTIONS]
    assert sizes[0] == len(rows)
    assert sizes[-1] == sizes[4] == 0
    assert all(0 < size < len(rows) for size in (*sizes[1:4], *sizes[5:-1]))


def test_every_column_can_be_ordered_by_and_every_verdict_asked_for(rows):
    for name in COLUMNS:
        assert len(Wanted(order=name).places(rows)) == len(rows)
    assert sum(len(Wanted(verdict=name).places(rows)) for name in KINDS if name != "all") == len(
        rows
    )
