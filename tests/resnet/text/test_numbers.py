"""Numbers as people write them."""

import pytest

from resnet.text.numbers import count, decimal, percent, signed, signed_whole


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
