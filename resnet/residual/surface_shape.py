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


def thinned(grid: Grid, side: int) -> Grid:
    """Every n-th point of every n-th line, so that `side` of each are left, edges and centre too.

    So grids of different fineness are compared on the points that both have. A grid that has fewer,
    or whose steps are not a multiple, keeps more than `side`.
    """
    n = max(1, (len(grid) - 1) // (side - 1))
    return [line[::n] for line in grid[::n]]
