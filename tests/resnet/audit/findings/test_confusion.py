"""Counts against scikit-learn's, and what is read off them against its definition."""

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix, precision_score, recall_score

from resnet.audit.findings.confusion import Confusion, Pair, confusion


@pytest.fixture(scope="module")
def drawn():
    rng = np.random.default_rng(0)
    truths = rng.integers(0, 6, 400)
    predicted = np.where(rng.random(400) < 0.7, truths, rng.integers(0, 6, 400))
    return truths, predicted


def test_counts_are_those_of_scikit_learn(drawn):
    found = confusion(*drawn)
    assert (found.matrix(range(6)) == confusion_matrix(*drawn)).all()
    assert found.accuracy == pytest.approx((drawn[0] == drawn[1]).mean())
    assert found.images == 400
    scores = {score.class_index: score for score in found.scores()}
    recall, precision = (score(*drawn, average=None) for score in (recall_score, precision_score))
    assert [scores[i].recall for i in range(6)] == pytest.approx(recall.tolist())
    assert [scores[i].precision for i in range(6)] == pytest.approx(precision.tolist())


def test_mistakes_are_ordered_by_how_many_there_are(drawn):
    counts = [pair.images for pair in confusion(*drawn).mistakes]
    assert counts == sorted(counts, reverse=True)
    assert all(pair.truth != pair.predicted for pair in confusion(*drawn).mistakes)


def test_the_class_with_most_mistakes_comes_first():
    found = confusion(np.array([0, 0, 1, 1, 1, 2]), np.array([0, 0, 2, 2, 1, 2]))
    assert found.pairs[0] == Pair(0, 0, 2)
    assert found.mistakes == (Pair(1, 2, 2),)
    assert [score.class_index for score in found.scores()] == [1, 2, 0]
    assert found.matrix([2, 1]).tolist() == [[1, 0], [2, 1]]


def test_what_is_not_known_is_not_counted():
    found = confusion(np.array([-1, 3, 3]), np.array([3, -1, 3]))
    assert found == Confusion((Pair(3, 3, 1),))
    low, high = found.interval
    assert 0 < low < high == pytest.approx(1)


def test_nothing_is_no_accuracy():
    none = np.array([], dtype=int)
    assert np.isnan(confusion(none, none).accuracy)
    assert np.isnan(confusion(none, none).interval).all()
    assert confusion(none, none).scores() == ()


def test_a_class_that_is_never_said_has_no_precision():
    (score, _) = confusion(np.array([1]), np.array([0])).scores()
    assert {score.class_index: np.isnan(score.recall)} == {0: True}
