"""Arithmetic written out: grids of numbers, numbers over their symbols, and signs, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from resnet.drawing.svg import letters, rect, tag, words

WIDTH = 340.0
_CELL, _ROW, _GAP = 36.0, 24.0, 10.0
_LETTER, _NARROW = 8.4, 4.8  # units of width that a digit or a sign takes, and one of these
_NARROWS = ".,()· "


class Number(NamedTuple):
    """A number over what it is, underlined where it is of the way `back`."""

    text: str
    symbol: str = ""
    back: bool = False


class Grid(NamedTuple):
    """3×3 numbers, row by row, with a sign and a share of the largest each, −1 to 1."""

    texts: tuple[str, ...]
    shares: tuple[float, ...]
    symbol: str


Part = Number | Grid | str


@dataclass(frozen=True)
class Row:
    """What one of several networks computes: its name, and lines of parts."""

    title: str
    lines: tuple[tuple[Part, ...], ...]

    @property
    def spoken(self) -> str:
        """The lines without their grids, as text."""
        return ", ".join(" ".join(map(_said, line)) for line in self.lines if not _has_grid(line))


def draw_worked(rows: Sequence[Row], label: str, height: float) -> str:
    """The rows below one another as one SVG element, as high as it is said to be."""
    parts, y = [], 12.0
    for row in rows:
        parts.append(words(0, y, row.title, "bold start"))
        y += 14
        for line in row.lines:
            tall = max(_height(part) for part in line)
            parts.extend(_line(line, y + tall / 2))
            y += tall + _GAP
        y += 6
    return tag(
        "svg",
        *parts,
        viewBox=f"0 0 {WIDTH:g} {height:g}",
        class_="worked-numbers",
        role="img",
        aria_label=label,
    )


def _has_grid(line: tuple[Part, ...]) -> bool:
    return any(isinstance(part, Grid) for part in line)


def _said(part: Part) -> str:
    if isinstance(part, Number):
        return f"{part.symbol} {part.text}".strip()
    return part if isinstance(part, str) else part.symbol


def _line(line: tuple[Part, ...], y: float) -> Iterator[str]:
    x = 0.0
    for part in line:
        wide = _width(part)
        if isinstance(part, Grid):
            yield from _grid(part, x, y)
        elif isinstance(part, Number):
            centre = x + wide / 2
            yield words(centre, y - 8, part.text, "number")
            yield words(centre, y + 11, part.symbol, "caption tiny")
            if part.back:
                yield rect(x + 4, y + 1, wide - 8, 2, "under")
        else:
            yield words(x + wide / 2, y - 8, part, "sign")
        x += wide


def _grid(grid: Grid, x: float, y: float) -> Iterator[str]:
    top = y - 1.5 * _ROW - 8
    for i, (text, share) in enumerate(zip(grid.texts, grid.shares, strict=True)):
        row, column = divmod(i, 3)
        left, upper = x + 1 + column * _CELL, top + row * _ROW
        side = "for" if share > 0 else "against"
        opacity = f"{0.55 * abs(share):.2f}"
        yield rect(left, upper, _CELL, _ROW, f"term {side}", fill_opacity=opacity)
        yield words(left + _CELL / 2, upper + _ROW / 2, text, "cell-number")
    middle = x + 1 + 1.5 * _CELL, top + 1.5 * _ROW
    yield rect(middle[0] - _CELL / 2, middle[1] - _ROW / 2, _CELL, _ROW, "at-cell")
    yield words(middle[0], top + 3 * _ROW + 9, grid.symbol, "caption tiny")


def _height(part: Part) -> float:
    return 3 * _ROW + 18 if isinstance(part, Grid) else 38.0


def _width(part: Part) -> float:
    if isinstance(part, Grid):
        return 3 * _CELL + 2
    if isinstance(part, str):
        return max(14.0, 7.0 * letters(part) + 4)
    narrow = sum(letter in _NARROWS for letter in part.text)
    text = _LETTER * (len(part.text) - narrow) + _NARROW * narrow
    return max(text, 5.6 * letters(part.symbol)) + 6
