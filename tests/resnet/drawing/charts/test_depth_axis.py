"""Widths along the depth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet.drawing.charts.depth_axis import share_width


@given(st.lists(st.tuples(st.integers(1, 200), st.floats(0, 30)), min_size=1, max_size=9))
def test_widths_fill_the_room_and_nothing_gets_less_than_its_least(pairs):
    units, least = zip(*pairs, strict=True)
    found = share_width(units, least, 300)
    assert sum(found) == pytest.approx(300)
    assert all(width >= floor - 1e-9 for width, floor in zip(found, least, strict=True))
