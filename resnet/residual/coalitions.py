"""What blocks are worth together: every set of them, whose value is known. No torch here.

A network of n blocks has 2ⁿ sets of blocks that work. Their values stand in the order of binary
numbers with a digit for each block, 1 where it works. Shapley 1953 shares out among the blocks what
all are worth more than none; the Walsh-Hadamard transform splits the variance over all sets by how
many blocks act together.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

import numpy as np
from numpy.typing import NDArray

Cube = NDArray[np.float64]  # (2, …, 2): an axis for each block


def shapley(values: Sequence[float]) -> list[float]:
    """Each block's gain, the mean over all orders in which blocks are put to work.

    They add up to the value of all blocks less that of none. Raises ValueError for a number of
    values that is no power of two.
    """
    cube = _cube(values)
    n = cube.ndim
    sizes = _sizes(n - 1)  # of the sets without the block
    weights = np.array([1 / (n * comb(n - 1, k)) for k in range(n)])[sizes]
    return [float((weights * np.diff(cube, axis=i).squeeze(i)).sum()) for i in range(n)]


def single_losses(values: Sequence[float]) -> list[float]:
    """What is lost where one block alone does not work. Raises ValueError as `shapley`."""
    cube = _cube(values)
    n = cube.ndim
    out = [tuple(int(j != i) for j in range(n)) for i in range(n)]
    return [float(cube[(1,) * n] - cube[works]) for works in out]


def variance_by_order(values: Sequence[float]) -> list[float]:
    """The shares of the variance over all sets that take 1, 2, … n blocks together.

    Where each block adds its own, whatever the others do, the first is 1. All are 0 where no set
    differs from another. Raises ValueError as `shapley`.
    """
    cube = _cube(values)
    for axis in range(cube.ndim):
        without, within = np.split(cube, 2, axis)
        cube = np.concatenate([without + within, without - within], axis) / 2
    by_order = np.bincount(_sizes(cube.ndim).ravel(), weights=(cube**2).ravel())[1:]
    return [float(share) for share in by_order / (by_order.sum() or 1.0)]


def _cube(values: Sequence[float]) -> Cube:
    n = len(values).bit_length() - 1
    return np.asarray(values, float).reshape((2,) * n)


def _sizes(n: int) -> NDArray[np.int64]:
    return np.indices((2,) * n).sum(0)
