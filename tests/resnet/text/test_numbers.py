"""Numbers as people write them."""

import re

import pytest

from resnet.text.numbers import count, decimal, percent, read_number, signed, signed_whole


@pytest.mark.parametrize(
    ("number", "unit", "words"),
    [
        (25557032, "", "25.56 M"),
        (4089184256, "MACs", "4.09 GMACs"),
        (950, "", "950"),
        (950, " params", "950 params"),
        (1376, " params", "1.38 k params"),
    ],
)
def test_counts(number, unit, words):
    assert count(number, unit) == words


def test_differences_carry_their_sign():
    assert [signed(n, "MACs") for n in (231_211_008, -56, 0)] == [
        "+231.21 MMACs",
        "−56 MACs",
        "±0 MACs",
    ]
    assert [signed_whole(n) for n in (231_211_008, -1152, 0)] == ["+231,211,008", "−1,152", "±0"]


def test_decimals_and_shares_have_true_minus_signs_and_no_signed_zero():
    assert [decimal(n) for n in (-1.254, 0.5, -0.001)] == ["−1.25", "0.50", "0.00"]
    assert [decimal(n, 1, sign=True) for n in (-1.26, 0.5, 0.04)] == ["−1.3", "+0.5", "0.0"]
    assert [percent(n) for n in (0.254, -0.0001)] == ["25.4%", "0.0%"]
    assert percent(0.254, sign=True) == "+25.4%"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("25,557,032", 25_557_032),
        ("25.56 M", 25.56e6),
        ("4.09G", 4.09e9),
        ("12k", 12_000),
        ("12 K", 12_000),
        ("2,5", 2.5),
        ("1,234.5", 1234.5),
        ("−3 %", -3),
        ("1 234", 1234),
    ],
)
def test_a_number_is_read_as_people_type_it(typed, value):
    assert read_number(typed) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize("typed", ["", "a", "1,5,6", "1.2.3", "nan", "inf", "1e5", "٣", "M", "--1"])
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(ValueError, match=f"^{re.escape(typed)}$"):
        read_number(typed)
