"""How sure a share of so many is."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist


def wilson(share: float, n: int, sure: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval of a share of `n`, each counted or not (Wilson 1927)."""
    z = NormalDist().inv_cdf((1 + sure) / 2)
    middle = share + z * z / (2 * n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    whole = 1 + z * z / n
    return (middle - half) / whole, (middle + half) / whole
