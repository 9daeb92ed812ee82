"""A photograph under a map, as the browser colours it: cells, where they lie, and the colours."""

from __future__ import annotations

import base64
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Heat(NamedTuple):
    """A map (h, h) over a photograph `side` pixels wide, as `resnet.pictures.overlay` draws it."""

    photo: str  # a URL
    bands: NDArray[np.float32]  # (side, 1 + n): a pixel's first cell of a row, what it takes of n
    values: NDArray[np.float32]
    colours: NDArray[np.uint8]  # (shares, 4): RGBA from -1 to 1 of full
    full: float
    sequence: bool  # colours for positive evidence alone, drawn where there is any

    def lasting(self) -> dict[str, Any]:
        """What another class leaves as it is, so that it is sent once, as JSON can hold it."""
        return {
            "photo": self.photo,
            "side": len(self.bands),
            "bands": packed(self.bands),
            "colours": packed(self.colours),
        }

    def changing(self) -> dict[str, Any]:
        """The rest as JSON can hold it."""
        values, full = packed(self.values), self.full or 1.0
        return {"values": values, "full": full, "sequence": self.sequence}


def banded(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """The bands of a matrix (side, h) of which every row is 0 but for a few neighbours."""
    first = (rows != 0).argmax(1)
    most = int((rows.shape[1] - (rows != 0)[:, ::-1].argmax(1) - first).max())
    first = np.minimum(first, rows.shape[1] - most)[:, None]
    weights = np.take_along_axis(rows, first + np.arange(most), 1)
    return np.concatenate([first.astype(np.float32), weights], 1)


def packed(array: NDArray[np.float32] | NDArray[np.uint8]) -> str:
    """An array's little-endian bytes, by rows, in base64."""
    return base64.b64encode(array.astype(array.dtype.newbyteorder("<")).tobytes()).decode()
