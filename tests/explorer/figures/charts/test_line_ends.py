"""Names at the ends of lines: what they say, and that none lies on another."""

from itertools import pairwise

import altair as alt
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.figures.charts.line_ends import apart, end_names

GAP = 0.05


@given(places=st.lists(st.floats(0, 1), min_size=1, max_size=15))
def test_no_two_are_nearer_than_the_gap_and_their_order_stays(places):
    moved = apart(places, GAP)
    order = sorted(range(len(places)), key=lambda number: places[number])
    gaps = [moved[b] - moved[a] for a, b in pairwise(order)]
    assert all(gap >= GAP - 1e-9 for gap in gaps)
    assert max(moved) <= 1


@given(places=st.lists(st.integers(0, 10), min_size=1, max_size=8, unique=True))
def test_what_is_apart_already_stays_where_it_is(places):
    assert apart([place / 10 for place in places], GAP) == [place / 10 for place in places]


def names(values: dict[tuple[str, int], list[float]], y: alt.Y) -> dict[str, float]:
    rows = [
        {"kind": kind, "depth": depth, "epoch": number, "error": value}
        for (kind, depth), line in values.items()
        for number, value in enumerate(line)
    ]
    chart = end_names(pandas.DataFrame(rows), (alt.X("epoch:Q"), y), 12, GAP / 1.2)
    return dict(zip(chart.data["name"], chart.data["error"], strict=True))


def test_a_name_stands_where_its_line_ends_and_has_a_depth_where_its_kind_has_several():
    lines = {("plain", 20): [0.9, 0.1], ("plain", 56): [0.9, 0.5], ("noise", 56): [0.2, 0.8]}
    assert names(lines, alt.Y("error:Q", scale=alt.Scale(domain=[0, 1]))) == {
        "plain 20": pytest.approx(0.1),
        "plain 56": pytest.approx(0.5),
        "noise": pytest.approx(0.8),
    }


def test_on_powers_of_ten_a_gap_is_a_factor():
    lines = {("plain", 20): [1.0, 10.0], ("plain", 56): [1.0, 10.0]}
    found = names(lines, alt.Y("error:Q", scale=alt.Scale(type="log", domain=[1, 100])))
    low, high = sorted(found.values())
    assert low == pytest.approx(10)
    assert high / low == pytest.approx(100**GAP)
