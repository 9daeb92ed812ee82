"""Rows of text, each column as wide as its widest cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence


def columns(
    rows: Sequence[Sequence[str]], justify: Callable[[str, int], str] = str.ljust
) -> list[str]:
    """A line for each row, which all have as many cells."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(justify, row, widths)).rstrip() for row in rows]
