"""How much of a map lies in a part of the picture: at its border, in a box, under a mask. No torch.

A map is measured as it is drawn: the positive part of its cells, spread over the view's pixels by a
placement. That is linear, so a region is a mass for each cell, and a share two sums of products.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from resnet.pictures.placement import Cells, cell_weights

BORDER = 1 / 8  # of the view's side
CORNER = 1 / 4
CENTRE = 1 / 4  # left out on each side
Pixels = NDArray[np.float32]  # (crop, crop), how much of each pixel of the view is meant
Masses = NDArray[np.float32]  # (h, w), how much of each cell is drawn there


def rectangle(side: int, left: float, top: float, right: float, bottom: float) -> Pixels:
    """A box in shares of the view's side, 0 to 1; pixels at its edge by the share that is in it."""
    return _outer(_span(side, top, bottom), _span(side, left, right))


def usual(side: int) -> Mapping[str, Pixels]:
    """The border, the four corners and the centre: 44, 25 and 25 % of the view."""
    middle = rectangle(side, BORDER, BORDER, 1 - BORDER, 1 - BORDER)
    ends = _span(side, 0, CORNER) + _span(side, 1 - CORNER, 1)
    return {
        "border": np.subtract(1, middle, dtype=np.float32),
        "corners": _outer(ends, ends),
        "centre": rectangle(side, CENTRE, CENTRE, 1 - CENTRE, 1 - CENTRE),
    }


def ramps(side: int) -> Mapping[str, Pixels]:
    """Each pixel's place from left to right and from top to bottom, 0 to 1."""
    row = (np.arange(side) + 0.5) / side
    places = np.asarray(np.tile(row, (side, 1)), dtype=np.float32)
    return {"map_x": places, "map_y": places.T}


def masses(pixels: Pixels, cells: Sequence[int], layer: Cells, placement: str) -> Masses:
    """What a cell of 1 of a layer's map (h, w) draws within these pixels."""
    rows, columns = (
        cell_weights(n, layer.centre, layer.jump, len(pixels), placement) for n in cells
    )
    return np.asarray(rows.T @ pixels @ columns, dtype=np.float32)


def _outer(rows: Pixels, columns: Pixels) -> Pixels:
    return np.asarray(np.outer(rows, columns), dtype=np.float32)


def _span(side: int, start: float, end: float) -> Pixels:
    """The share of each of a row's pixels (side,) between two places of 0 to 1."""
    edges = np.clip(np.arange(side + 1) / side, start, max(start, end))
    return np.asarray(np.diff(edges) * side, dtype=np.float32)
