"""Calibration against scikit-learn's curve and against arithmetic by hand."""

import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from resnet.audit.findings.calibration import calibration, expected_error


def test_bins_have_the_means_of_scikit_learn():
    rng = np.random.default_rng(0)
    confidences = rng.uniform(0.1, 1, 2000)
    right = rng.random(2000) < confidences**2
    found = calibration(confidences, right)
    accuracies, means = calibration_curve(right, confidences, n_bins=15)
    assert np.allclose([each.accuracy for each in found], accuracies)
    assert np.allclose([each.confidence for each in found], means)
    assert sum(each.images for each in found) == 2000


def test_the_expected_error_is_the_mean_distance_by_images():
    found = calibration(np.array([0.95, 0.95, 0.95, 0.55]), np.array([True, True, False, False]))
    assert [each.images for each in found] == [1, 3]
    assert expected_error(found) == pytest.approx((3 * abs(2 / 3 - 0.95) + 0.55) / 4)
    assert np.isnan(expected_error(()))


def test_the_ends_lie_in_the_first_and_the_last_bin():
    low, high = calibration(np.array([0.0, 1.0]), np.array([False, True]), bins=10)
    assert (low.low, high.high) == (0, 1)
    assert low.high == pytest.approx(0.1)
