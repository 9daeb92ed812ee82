"""Rank and margin of a class, and which labels two models share."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from resnet.maps.ranking import best, counterparts, standing, standings

LOGITS = torch.tensor([1.0, 4.0, -2.0, 3.5])
LABELS = ("ant", "bee", "crab", "dog")


def test_the_best_is_ahead_of_the_runner_up_and_the_others_behind_the_best():
    found = standings(LOGITS, LABELS, range(4))
    assert [one.rank for one in found] == [3, 1, 4, 2]
    assert [one.margin for one in found] == [-3.0, 0.5, -6.0, -0.5]
    assert [one.label for one in found] == list(LABELS)


@given(st.lists(st.floats(-20, 20, width=32), min_size=2, max_size=12))
def test_the_odds_against_the_nearest_are_the_exponential_of_the_margin(values):
    logits = torch.tensor(values, dtype=torch.float64)
    found = standings(logits, [str(i) for i in range(len(values))], range(len(values)))
    for one in found:
        rival = max(p.probability for p in found if p.index != one.index)
        expected = pytest.approx(torch.tensor(one.margin).double().exp().item(), rel=1e-4)
        assert one.probability / rival == expected


def test_a_network_of_one_class_has_no_rival():
    (only,) = standings(torch.tensor([2.0]), ["it"], best(torch.tensor([2.0]), 5))
    assert (only.rank, only.margin, only.probability) == (1, float("inf"), 1)


def test_the_best_come_first_and_never_more_than_there_are():
    assert best(LOGITS, 2) == (1, 3)
    assert best(LOGITS, 9) == (1, 3, 0, 2)


@pytest.mark.parametrize(
    ("others", "found"),
    [
        (("ant", "bee", "crab", "dog"), (0, 1, 2, 3)),
        (("dog", "crab", "bee", "ant"), (3, 2, 1, 0)),
        (("ant", "bee", "crab"), None),
        (("ant", "bee", "crab", "eel"), None),
    ],
)
def test_two_models_share_labels_or_they_do_not(others, found):
    assert counterparts(LABELS, others) == found


def test_a_label_that_occurs_twice_is_told_apart_by_order_alone():
    cranes = ("crane", "ox", "crane")
    assert counterparts(cranes, cranes) == (0, 1, 2)
    assert counterparts(cranes, ("ox", "crane", "crane")) is None


def test_standing_is_worked_by_hand():
    logits, labels = torch.tensor([1.0, 3.0, 2.0]), LABELS[:3]
    found = standing(logits, labels, 1)
    assert found.margin == pytest.approx(1.0)
    assert found.probability == pytest.approx(0.665241, abs=1e-6)
    assert standing(logits, labels, 0).margin == pytest.approx(-2.0)
