"""Scales: where amounts, doublings and levels stand."""

from itertools import pairwise

import pytest

from resnet.drawing.charts.scales import amounts, doublings, levels


def test_amounts_stand_from_zero_unless_most_would_vanish():
    assert amounts([0, 5, 10], 100, 0).base == 0
    assert amounts([0, 5, 10], 100, 0).at(5) == 50
    wide = amounts([0, 10, 10, 100_000], 100, 0)
    assert (wide.base, wide.low, wide.high) == (10, 10, 100_000)
    assert wide.at(1000) == pytest.approx(50)
    assert wide.ticks == (10, 100, 1000, 10_000, 100_000)


def test_doublings_are_evenly_spaced():
    scale = doublings([7, 224], 100, 0)
    steps = {round(a - b, 6) for a, b in pairwise(map(scale.at, scale.ticks))}
    assert len(steps) == 1


def test_levels_hold_zero_and_every_value_with_round_steps():
    scale = levels([-2.2, 0.4, 3.1], 100, 0)
    assert (scale.low, scale.high) == (-2.2, 3.1)
    assert scale.at(-2.2) == 100
    assert scale.at(3.1) == 0
    assert scale.ticks == (-2, 0, 2)
    assert levels([0.0], 100, 0).at(0) == 100
