"""Dips of a surface and how much of it lies low."""

import pytest

from resnet.residual.surface_shape import dips, share_below


def test_dips_and_shares_of_a_relief_that_is_drawn():
    bowl = [[x * x + y * y for x in range(-3, 4)] for y in range(-3, 4)]
    assert dips(bowl) == 1
    assert share_below(bowl, 1.5) == pytest.approx(5 / 49)
    eggs = [[(x % 2) + (y % 2) for x in range(7)] for y in range(7)]  # low where both are even
    assert dips(eggs) == 4
    assert dips([[0.0] * 5] * 5) == 0
