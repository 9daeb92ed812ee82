"""The margin between two classes, cell by cell: the difference of their maps and its sum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True)
class Margin:
    """What the difference of two maps sums to, beside what the logits and biases say, in logits.

    At the last stage each map sums to its logit less its bias, so `total` is `expected`; at an
    earlier stage nothing binds them.
    """

    total: float
    logits: float
    biases: float

    @property
    def expected(self) -> float:
        """The logit margin less the difference of the biases."""
        return self.logits - self.biases


def margin(
    maps: tuple[ArrayLike, ArrayLike], logits: tuple[float, float], biases: tuple[float, float]
) -> Margin:
    """Of class A over class B, from the maps (h, w), logits and biases of both."""
    a, b = (float(np.asarray(values, np.float64).sum()) for values in maps)
    return Margin(a - b, logits[0] - logits[1], biases[0] - biases[1])
