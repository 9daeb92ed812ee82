"""What of an address is a number, and what is not."""

import pytest

from explorer.state.choices.numbers import number, whole


def test_whole_numbers_are_read():
    assert [whole(text) for text in ("0", "007", "999999999")] == [0, 7, 999_999_999]


@pytest.mark.parametrize("text", ["", "abc", "-1", "1.5", "²", "٣", "9" * 5000, " 1"])
def test_what_is_no_whole_number_is_none(text):
    assert whole(text) is None


def test_finite_numbers_are_read():
    assert [number(text) for text in ("-1.5", "0", "1e3")] == [-1.5, 0.0, 1000.0]


@pytest.mark.parametrize("text", ["", "abc", "nan", "inf", "-inf", "1e999"])
def test_what_is_no_finite_number_is_none(text):
    assert number(text) is None
