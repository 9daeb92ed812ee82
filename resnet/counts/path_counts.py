"""A residual network unravelled: every way through it, and how many blocks each goes through.

Each block is taken by its branch or passed by its shortcut, so that n blocks make 2ⁿ paths (Veit et
al. 2016, arXiv:1605.06431). No torch here.
"""

from __future__ import annotations

from math import comb


def path_counts(blocks: int) -> tuple[int, ...]:
    """How many paths go through k branches, for k from 0 to `blocks`; together 2 ** blocks."""
    return tuple(comb(blocks, k) for k in range(blocks + 1))


def path_share(blocks: int, low: int, high: int) -> float:
    """The share of all paths that go through `low` to `high` branches, both included."""
    return sum(path_counts(blocks)[low : high + 1]) / 2**blocks


def central_lengths(blocks: int, most: float = 0.95) -> tuple[int, int]:
    """The narrowest lengths around the mean, blocks / 2, that at least this share of paths has."""
    low, high = blocks // 2, (blocks + 1) // 2
    while path_share(blocks, low, high) < most:
        low, high = low - 1, high + 1
    return low, high
