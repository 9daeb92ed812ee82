"""A few residual blocks unravelled: every path from x to y drawn out, as in Veit et al. 2016.

Each row begins with x. Where two rows meet, the upper one is the shortcut and the lower one has
passed the block's branch: y₁ = x + f₁(x) needs two rows, y₂ = y₁ + f₂(y₁) two copies of those.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from resnet.drawing.palette import SHADES
from resnet.drawing.svg import path, polygon, rect, tag, words
from resnet.text.language import tr

WIDTH, LEFT, RIGHT, TOP, FOOT = 1000.0, 150.0, 60.0, 34.0, 10.0
_ROWS = {1: 60.0, 2: 54.0, 3: 44.0, 4: 27.0}  # the height of one, by the number of blocks
MOST = max(_ROWS)


@dataclass(frozen=True)
class _Layout:
    """Where things stand; `out` are the blocks taken out, which count from 1."""

    blocks: int
    out: frozenset[int]

    @property
    def column(self) -> float:
        return (WIDTH - LEFT - RIGHT) / self.blocks

    @property
    def thickness(self) -> float:
        """Of the stream, in units of the picture."""
        return 0.3 * _ROWS[self.blocks]

    def y(self, row: int) -> float:
        return TOP + (row + 0.5) * _ROWS[self.blocks]

    def meets(self, block: int) -> float:
        """Where a block's branch comes back to its shortcut."""
        return LEFT + block * self.column - 16

    def gone(self, row: int) -> bool:
        """Whether the path of a row goes through a block that was taken out."""
        return any(block in self.out for block in blocks_on_path(row, self.blocks))


def blocks_on_path(row: int, blocks: int) -> tuple[int, ...]:
    """The blocks, from 1, whose branches the path of a row goes through."""
    return tuple(block for block in range(1, blocks + 1) if row >> (block - 1) & 1)


def draw_unravelled(blocks: int, out: Collection[int] = ()) -> str:
    """The picture as one SVG element; each copy of a block is a button “f NUMBER”.

    Blocks in `out` are taken out, and the paths through them are faint. Raises ValueError for
    more than `MOST` blocks.
    """
    if not 1 <= blocks <= MOST:
        raise ValueError(f"1 to {MOST} blocks can be drawn; got {blocks}.")
    layout = _Layout(blocks, frozenset(out))
    rows = range(2**blocks)
    height = layout.y(rows[-1]) + _ROWS[blocks] / 2 + FOOT
    parts = [
        *(part for row in rows for part in _row(layout, row)),
        *(_sum(layout, row, block) for row in rows for block in _sums(layout, row)),
        *(_branch(layout, row) for row in rows[1:]),
        *(_heading(layout, block) for block in range(1, blocks + 1)),
        *_end(layout),
    ]
    left = sum(not layout.gone(row) for row in rows)
    label = tr("{n} blocks unravelled into {total} paths, {left} left",
               n=blocks, total=len(rows), left=left)  # fmt: skip
    return tag("svg", *parts, viewBox=f"0 0 {WIDTH:g} {height:g}", class_="unravelled",
               role="group", aria_label=label)  # fmt: skip


def _faint(layout: _Layout, row: int) -> str:
    return " faint" if layout.gone(row) else ""


def _first(row: int) -> int:
    """The block whose branch a row ends in."""
    return (row & -row).bit_length()


def _row(layout: _Layout, row: int) -> Iterator[str]:
    """The stream of a row, in its shades, and what its path goes through."""
    y, high, faint = layout.y(row), layout.thickness, _faint(layout, row)
    last = _first(row) if row else layout.blocks
    for column in range(1, last + 1):
        x = LEFT + (column - 1) * layout.column - (16 if column > 1 else 0)
        end = layout.meets(column) if column < last or not row else x + layout.column / 2
        end += 16 + RIGHT / 3 if column == last and not row else 0
        shade = f"shade-{round((SHADES - 1) * (column - 0.5) / layout.blocks)}"
        yield rect(x, y - high / 2, end - x, high, f"{shade}{faint}")
    taken = blocks_on_path(row, layout.blocks)
    names = " ".join(f"f{_small(block)}" for block in taken) or tr("no block")
    yield words(8, y, names, f"start tiny{faint}")
    yield words(LEFT - 14, y, "x", f"symbol{faint}")


def _small(number: int) -> str:
    return chr(ord("₀") + number)


def _sums(layout: _Layout, row: int) -> range:
    """The blocks whose sums stand on a row."""
    return range(1, _first(row) if row else layout.blocks + 1)


def _sum(layout: _Layout, row: int, block: int) -> str:
    x, y, radius = layout.meets(block), layout.y(row), min(0.26 * _ROWS[layout.blocks], 10)
    arm = 0.55 * radius
    return tag(
        "g",
        tag("circle", cx=x, cy=y, r=radius, class_="plus"),
        path(((x - arm, y), (x + arm, y)), "arm") + path(((x, y - arm), (x, y + arm)), "arm"),
        class_=_faint(layout, row).strip() or "on",
    )


def _branch(layout: _Layout, row: int) -> str:
    """The block that a row ends in, and its way up to the sum."""
    block, faint = _first(row), _faint(layout, row)
    target = row - (1 << block - 1)
    y, x = layout.y(row), layout.meets(block)
    wide, high = min(0.34 * layout.column, 92), 0.74 * _ROWS[layout.blocks]
    left = LEFT + (block - 0.5) * layout.column - 16 - wide / 2
    up = layout.y(target) + min(0.26 * _ROWS[layout.blocks], 10)
    out = block in layout.out
    name = f"f{_small(block)}"
    label = tr("Put {name} back", name=name) if out else tr("Take {name} out", name=name)
    return path(((left + wide, y), (x, y), (x, up)), f"wire{faint}") + tag(
        "g",
        rect(left, y - high / 2, wide, high, "cut" if out else f"conv{faint}", rx=4),
        words(left + wide / 2, y, name, "bold" if out else "on bold"),
        rect(left - 3, y - high / 2 - 2, wide + 6, high + 4, "hit", rx=5),
        class_="block", data_name=f"f {block}", data_count=1, data_tip=label,
        role="button", tabindex=-1, aria_label=label,
    )  # fmt: skip


def _heading(layout: _Layout, block: int) -> str:
    copies = 2 ** (layout.blocks - block)
    text = tr("block {n}", n=block) + (f" · {copies}×" if copies > 1 else "")
    return words(LEFT + (block - 0.5) * layout.column - 16, 14, text, "caption")


def _end(layout: _Layout) -> Iterator[str]:
    x, y, half = WIDTH - 40, layout.y(0), layout.thickness
    tip = ((x - 2, y - half), (x + 12, y), (x - 2, y + half))
    yield polygon(tip, f"shade-{SHADES - 1}")
    yield words(WIDTH - 16, y, "y", "symbol")
