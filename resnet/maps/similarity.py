"""How alike two maps are: correlation of values, of ranks, and structural similarity. No torch."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

_WINDOW = 7


def pearson(one: ArrayLike, other: ArrayLike) -> float:
    """Correlation of the values, -1 to 1; NaN where either is constant."""
    a, b = (_centred(values) for values in (one, other))
    norm = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / norm if norm > 0 else float("nan")


def spearman(one: ArrayLike, other: ArrayLike) -> float:
    """Correlation of the ranks, ties sharing their mean rank; NaN where either is constant."""
    return pearson(_ranks(one), _ranks(other))


def ssim(one: ArrayLike, other: ArrayLike) -> float:
    """Mean structural similarity of two maps (H, W), each divided by its largest magnitude.

    Wang et al. 2004 (doi:10.1109/TIP.2003.819861) on uniform windows of 7 × 7, K1 = 0.01,
    K2 = 0.03, unbiased variances and a range of 2, since signed maps then lie in [-1, 1].
    """
    a, b = (_unit(values) for values in (one, other))
    unbiased = _WINDOW**2 / (_WINDOW**2 - 1)
    mean_a, mean_b = _local(a), _local(b)
    var_a = unbiased * (_local(a * a) - mean_a**2)
    var_b = unbiased * (_local(b * b) - mean_b**2)
    both = unbiased * (_local(a * b) - mean_a * mean_b)
    c1, c2 = (0.01 * 2) ** 2, (0.03 * 2) ** 2
    above = (2 * mean_a * mean_b + c1) * (2 * both + c2)
    return float((above / ((mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2))).mean())


def _centred(values: ArrayLike) -> NDArray[np.float64]:
    """Flat, with mean 0; exactly 0 where the values are constant, whatever rounding says."""
    flat = np.asarray(values, np.float64).ravel()
    return np.zeros_like(flat) if flat.min() == flat.max() else flat - flat.mean()


def _ranks(values: ArrayLike) -> NDArray[np.float64]:
    flat = np.asarray(values).ravel()
    _, places, counts = np.unique(flat, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[places]


def _unit(values: ArrayLike) -> NDArray[np.float64]:
    array = np.asarray(values, np.float64)
    return array / (np.abs(array).max() or 1.0)


def _local(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Means over all whole windows (H - 6, W - 6)."""
    return sliding_window_view(values, (_WINDOW, _WINDOW)).mean((-2, -1))
