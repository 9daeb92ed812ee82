"""A chart that is drawn by hand: what its places mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.figures.sketch import STEPS, Scale, Sketch, encoded_sketch

EVEN, FACTORS = Scale(-2, 6, " %", digits=1), Scale(0.01, 10_000, by_factors=True)


@pytest.mark.parametrize("scale", [EVEN, FACTORS])
@given(place=st.floats(0, STEPS))
def test_a_place_has_one_value_and_a_value_one_place(scale, place):
    assert scale.place(scale.value(place)) == pytest.approx(place, abs=1e-6)


def test_the_middle_is_half_the_way_or_half_the_factors():
    assert EVEN.value(STEPS / 2) == pytest.approx(2)
    assert FACTORS.value(STEPS / 2) == pytest.approx(10)


def test_what_is_beyond_the_scale_lies_at_its_end():
    assert EVEN.place(-100) == FACTORS.place(0) == 0
    assert EVEN.place(100) == FACTORS.place(1e9) == STEPS


def test_values_are_written_short():
    assert EVEN.written(1.25) == "1.2 %"
    written = [FACTORS.written(value) for value in (7e-8, 0.0312, 2.75, 2423.4, 7.13e6)]
    assert written == ["7.0·10⁻⁸", "0.031", "2.8", "2,400", "7.1·10⁶"]


def test_a_grid_has_round_numbers_on_a_scale_of_factors_powers_of_ten():
    assert [words for _, words in EVEN.ticks] == [
        "-2.0 %", "-0.4 %", "1.2 %", "2.8 %", "4.4 %", "6.0 %",
    ]  # fmt: skip
    places, words = zip(*FACTORS.ticks, strict=True)
    assert words == ("10⁻²", "10⁰", "10²", "10⁴")
    assert places == pytest.approx((0, 100 / 3, 200 / 3, 100))


def test_nothing_measured_leaves_before_it_is_told():
    sketch = Sketch(("plain 20", "residual 20"), EVEN)
    asked = encoded_sketch(sketch, "How many?", None, None)
    assert asked["drawn"] is asked["measured"] is asked["values"] is None
    assert len(asked["labels"]) == STEPS + 1
    told = encoded_sketch(sketch, "How many?", [10, 90], [-2, 2])
    assert told["measured"] == [0, 50]
    assert told["values"] == ["-2.0 %", "2.0 %"]
