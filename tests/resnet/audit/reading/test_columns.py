import numpy as np
import pytest

from resnet.audit.reading.columns import ordered, verdicts


@pytest.mark.parametrize(("greatest", "order"), [(True, [2, 0, 3, 1, 4]), (False, [1, 0, 3, 2, 4])])
def test_numbers_come_in_order_and_what_is_none_last(greatest, order):
    values = np.array([2.0, 1.0, 3.0, 2.0, np.nan])
    assert ordered(values, greatest).tolist() == order


def test_an_answer_is_right_or_wrong_where_its_truth_is_known():
    truths, predicted = np.array([1, 1, -1, 2]), np.array([1, 0, 1, -1])
    assert verdicts(truths, predicted).tolist() == ["right", "wrong", "unknown", "unknown"]
