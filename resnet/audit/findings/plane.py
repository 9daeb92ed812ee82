"""Embeddings in the plane: principal components, by scikit-learn. No torch."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Plane(NamedTuple):
    """Points (n, 2), and the share of the variance that each axis has."""

    points: NDArray[np.float32]
    shares: tuple[float, float]


def plane(embeddings: NDArray[np.float32]) -> Plane:
    """The two directions in which embeddings (n, C) differ most, n and C at least 2."""
    from sklearn.decomposition import PCA

    found = PCA(2, svd_solver="randomized", random_state=0)
    points = found.fit_transform(embeddings)
    one, other = (float(np.nan_to_num(share)) for share in found.explained_variance_ratio_)
    return Plane(points.astype(np.float32), (one, other))


def sample(places: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """At most so many of them, at random but ever the same, in their order."""
    if len(places) <= most:
        return places
    return places[np.sort(np.random.default_rng(0).choice(len(places), most, replace=False))]
