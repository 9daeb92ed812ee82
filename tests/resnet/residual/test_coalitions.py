"""Shapley values and orders of interaction: held against all orders one by one, and known games."""

from itertools import permutations
from random import Random

import pytest

from resnet.residual.coalitions import shapley, single_losses, variance_by_order


@pytest.fixture
def values():
    rng = Random(0)
    return [rng.gauss(0, 1) for _ in range(16)]


def test_shapley_is_the_mean_gain_over_all_orders(values):
    gains = [[], [], [], []]
    for order in permutations(range(4)):
        works = 0
        for block in order:
            more = works | 8 >> block
            gains[block].append(values[more] - values[works])
            works = more
    assert shapley(values) == pytest.approx([sum(gain) / 24 for gain in gains])
    assert sum(shapley(values)) == pytest.approx(values[-1] - values[0])


def test_blocks_that_add_their_own_have_one_order():
    values = [sum((number >> 2 - i & 1) * worth for i, worth in enumerate((1, 2, 5)))
              for number in range(8)]  # fmt: skip
    assert shapley(values) == single_losses(values) == [1, 2, 5]
    assert variance_by_order(values) == pytest.approx([1, 0, 0])


def test_parity_takes_all_blocks_at_once():
    parity = [number.bit_count() % 2 for number in range(16)]
    assert variance_by_order(parity) == pytest.approx([0, 0, 0, 1])
    assert variance_by_order([0.5] * 8) == [0, 0, 0]


def test_two_that_stand_in_for_each_other_lose_nothing_alone():
    either = [0, 1, 1, 1]
    assert single_losses(either) == [0, 0]
    assert shapley(either) == [0.5, 0.5]
    assert variance_by_order(either) == pytest.approx([2 / 3, 1 / 3])


def test_what_is_no_value_of_each_set_is_refused():
    with pytest.raises(ValueError, match="3"):
        shapley([1, 2, 3])
