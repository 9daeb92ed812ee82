"""Is a model as sure as it is right? Confidence against accuracy, by bins. No torch.

Guo et al. 2017, arXiv:1706.04599.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

BINS = 15  # as in the paper


class Bin(NamedTuple):
    """Images whose confidence lies between two bounds, its mean, and the share that is right."""

    low: float
    high: float
    images: int
    confidence: float
    accuracy: float


def calibration(
    confidences: NDArray[np.floating], right: NDArray[np.bool_], bins: int = BINS
) -> tuple[Bin, ...]:
    """Bins of equal width over confidences (N,), 0 to 1; those without images are left out."""
    places = np.clip(np.ceil(confidences * bins).astype(int) - 1, 0, bins - 1)
    return tuple(
        Bin(
            place / bins,
            (place + 1) / bins,
            int(inside.sum()),
            float(confidences[inside].mean()),
            float(right[inside].mean()),
        )
        for place in np.unique(places).tolist()
        for inside in [places == place]
    )


def expected_error(found: tuple[Bin, ...]) -> float:
    """Expected calibration error: the mean distance of confidence and accuracy, by images."""
    images = sum(each.images for each in found)
    lacking = sum(each.images * abs(each.accuracy - each.confidence) for each in found)
    return lacking / images if images else float("nan")
