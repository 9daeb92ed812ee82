"""Scales of a chart: where values and their ticks stand, linear or logarithmic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log2, log10
from statistics import median

TALLEST = 50  # times the median: beyond, half of all bars would be too short to read


@dataclass(frozen=True)
class Scale:
    """Values from `low` to `high` upwards from `bottom` to `top`; `base` is 0 where linear."""

    low: float
    high: float
    bottom: float
    top: float
    base: int = 0

    def at(self, value: float) -> float:
        """Where a value stands, on a picture's y axis, which points down."""
        return self.bottom - (self.bottom - self.top) * self._share(value)

    def _share(self, value: float) -> float:
        if not self.base:
            return (value - self.low) / (self.high - self.low)
        return log2(value / self.low) / log2(self.high / self.low)

    @property
    def ticks(self) -> tuple[float, ...]:
        """Every power of the base, or two to four round steps, zero among them."""
        if self.base:
            steps = log2(self.high / self.low) / log2(self.base)
            return tuple(self.low * self.base**i for i in range(floor(steps + 0.01) + 1))
        step = _round_step(self.high - self.low)
        return tuple(step * i for i in range(ceil(self.low / step), floor(self.high / step) + 1))


def doublings(values: Sequence[int], bottom: float, top: float) -> Scale:
    """Base 2, from the power below the smallest value to the largest."""
    low = 2.0 ** floor(log2(min(values)))
    return Scale(low, max(max(values), 2 * low), bottom, top, base=2)


def amounts(values: Sequence[int], bottom: float, top: float) -> Scale:
    """From zero, or in decades where most values would vanish beside the largest."""
    nonzero = [value for value in values if value] or [1]
    if max(nonzero) <= TALLEST * median(nonzero):
        return Scale(0, max(nonzero), bottom, top)
    low, high = 10.0 ** floor(log10(min(nonzero))), 10.0 ** ceil(log10(max(nonzero)))
    return Scale(low, high, bottom, top, base=10)


def levels(values: Sequence[float], bottom: float, top: float) -> Scale:
    """Linear, from the smallest to the largest of the values and zero."""
    low, high = min((0.0, *values)), max((0.0, *values))
    return Scale(low, high if high > low else low + 1.0, bottom, top)


def _round_step(high: float) -> float:
    """1, 2 or 5 times a power of ten, of which two to four fit."""
    power = 10.0 ** floor(log10(high / 2))
    return power * max(step for step in (1, 2, 5) if step * power <= high / 2)
