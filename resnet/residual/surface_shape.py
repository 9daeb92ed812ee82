"""A loss surface in numbers: its dips, and how much of it lies low. No torch here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

Grid = Sequence[Sequence[float]]  # losses, a line for each y


def dips(grid: Grid) -> int:
    """Local minima: points inside the grid that are lower than all eight around them."""
    lines = range(1, len(grid) - 1)
    return sum(
        grid[i][j] < min(_around(grid, i, j)) for i in lines for j in range(1, len(grid[i]) - 1)
    )


def _around(grid: Grid, i: int, j: int) -> Iterator[float]:
    for di, dj in product((-1, 0, 1), repeat=2):
        if di or dj:
            yield grid[i + di][j + dj]


def share_below(grid: Grid, level: float) -> float:
    """The share of the grid's points whose loss is below a level."""
    points = [loss for line in grid for loss in line]
    return sum(loss < level for loss in points) / len(points)
