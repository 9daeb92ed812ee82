"""Dips of a surface and how much of it lies low."""

import pytest

from resnet.residual.surface_shape import dips, share_below, thinned


def test_dips_and_shares_of_a_relief_that_is_drawn():
    bowl = [[x * x + y * y for x in range(-3, 4)] for y in range(-3, 4)]
    assert dips(bowl) == 1
    assert share_below(bowl, 1.5) == pytest.approx(5 / 49)
    eggs = [[(x % 2) + (y % 2) for x in range(7)] for y in range(7)]  # low where both are even
    assert dips(eggs) == 4
    assert dips([[0.0] * 5] * 5) == 0


def test_a_finer_grid_is_thinned_to_the_points_of_a_coarser():
    fine, coarse = ([[(x / n, y / n) for x in range(-n, n + 1)] for y in range(-n, n + 1)]
                    for n in (20, 5))  # fmt: skip
    assert thinned(fine, 11) == coarse == thinned(coarse, 11)
    assert thinned([[1.0] * 3] * 3, 11) == [[1.0] * 3] * 3
