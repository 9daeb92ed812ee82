"""The mean map of each group of images: where a class is seen on the whole, whatever one shows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Maps = NDArray[np.float32]  # (N, h, w), signed, in logits


class MeanMap(NamedTuple):
    """A group, how many images it has, and the mean of their maps (h, w)."""

    group: int
    images: int
    values: NDArray[np.float32]


def mean_maps(maps: Maps, groups: NDArray[np.integer]) -> tuple[MeanMap, ...]:
    """The mean over the images of each group (N,), the largest group first; -1 is in none.

    Maps are of each image's predicted class, so groups are best made of answers: then a mean is of
    one class, and where the maps are complete its sum is the mean logit less the bias.
    """
    known = groups >= 0
    names, places, counts = np.unique(groups[known], return_inverse=True, return_counts=True)
    sums = np.zeros((len(names), *maps.shape[1:]), dtype=np.float64)
    np.add.at(sums, places, maps[known])
    means = sums / counts.reshape(-1, *[1] * (maps.ndim - 1))
    return tuple(
        MeanMap(int(names[i]), int(counts[i]), means[i].astype(np.float32))
        for i in np.argsort(-counts, kind="stable")
    )
