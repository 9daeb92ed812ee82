"""Correlations and structural similarity against scipy, numpy and scikit-image."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from skimage.metrics import structural_similarity

from resnet.maps.similarity import pearson, spearman, ssim


def noise(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape)


@given(st.lists(st.integers(-3, 3), min_size=2, max_size=30), st.integers(0, 99))
def test_rank_correlation_is_scipys_also_with_ties(values, seed):
    other = np.random.default_rng(seed).integers(0, 4, len(values))
    if len(set(values)) == 1 or len(set(other.tolist())) == 1:
        assert np.isnan(spearman(values, other))
        return
    assert spearman(values, other) == pytest.approx(stats.spearmanr(values, other).statistic)


def test_rank_correlation_by_hand():
    assert spearman([1, 2, 3, 4], [10, 20, 30, 1000]) == pytest.approx(1)
    assert spearman([1, 2, 3, 4], [4, 3, 2, 1]) == pytest.approx(-1)
    assert spearman([1, 2, 2, 3], [1, 2, 3, 4]) == pytest.approx(0.9486833)
    assert np.isnan(spearman([0.1] * 7, range(7)))


def test_correlation_is_numpys():
    a, b = noise(0, 9, 9), noise(1, 9, 9)
    assert pearson(a, b) == pytest.approx(np.corrcoef(a.ravel(), b.ravel())[0, 1])


@pytest.mark.parametrize("size", [7, 32, 65])
def test_structural_similarity_is_scikit_images(size):
    a, b = (
        values / np.abs(values).max() for values in (noise(1, size, size), noise(2, size, size))
    )
    b = (a + b) / np.abs(a + b).max()
    assert ssim(a, b) == pytest.approx(structural_similarity(a, b, data_range=2))


def test_structural_similarity_knows_a_map_from_noise():
    a = noise(1, 40, 40)
    assert ssim(a, 5 * a) == pytest.approx(1)
    assert abs(ssim(a, noise(2, 40, 40))) < 0.1
