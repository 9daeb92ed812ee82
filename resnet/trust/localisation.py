"""Does a map lie on its object? Three scores against a mask whose truth is known. No torch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Localisation:
    """`hit`: the highest pixel lies on the object (pointing game, Zhang et al. 2016).

    `energy`: the share of the positive values on the object (Wang et al. 2020, Score-CAM); 0 where
    there are none. `iou`: of the object and as many of the highest pixels as it has.
    """

    hit: bool
    energy: float
    iou: float


def localisation(values: NDArray[np.float32], mask: NDArray[np.bool_]) -> Localisation:
    """A placed map (H, W) against an object's visible pixels (H, W); equals go row by row."""
    positive = np.maximum(values, 0)
    whole = float(positive.sum())
    order = np.argsort(-values, axis=None, kind="stable")
    area = int(mask.sum())
    common = int(mask.flat[order[:area]].sum())
    return Localisation(
        hit=bool(mask.flat[order[0]]),
        energy=float(positive[mask].sum()) / whole if whole else 0.0,
        iou=common / (2 * area - common),
    )
