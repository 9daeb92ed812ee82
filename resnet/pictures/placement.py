"""Where a map's cells lie on the image, and the map drawn at the image's resolution. No torch.

With torchvision's padding, cell i of a stage is centred on pixel `centre + jump * i`: on 32 i for
layer4. Upsampling that stretches the map from edge to edge puts it at 32 i + 15.5 instead, half a
cell down and to the right. Both are here, since the difference is worth showing.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray


class Cells(Protocol):
    """A layer of which cell i is centred on pixel `centre + jump * i` of what the model saw."""

    @property
    def name(self) -> str:
        """What the layer is called."""

    @property
    def centre(self) -> float:
        """The pixel in the middle of the first cell."""

    @property
    def jump(self) -> float:
        """Pixels from one cell to the next."""


PLACEMENTS = ("receptive-field", "conventional")


def place(
    maps: ArrayLike, centre: float, jump: float, size: int, placement: str = "receptive-field"
) -> NDArray[np.float32]:
    """Maps (…, h, w) interpolated linearly to (…, size, size), held constant past the outer cells.

    `centre` and `jump` are those of the stage in the Graph; "conventional" placement ignores them
    and equals `F.interpolate(mode="bilinear", align_corners=False)`.
    """
    values = np.asarray(maps, dtype=np.float32)
    rows, columns = (cell_weights(n, centre, jump, size, placement) for n in values.shape[-2:])
    return np.asarray(rows @ values @ columns.T, dtype=np.float32)


def cell_weights(
    cells: int, centre: float, jump: float, size: int, placement: str = "receptive-field"
) -> NDArray[np.float32]:
    """How much each cell (columns) says about each pixel (rows): (size, cells), rows sum to 1."""
    if placement not in PLACEMENTS:
        raise ValueError(f"placement is {placement!r}; it can be {' or '.join(PLACEMENTS)}")
    pixels = np.arange(size)
    true = (pixels - centre) / jump
    stretched = (pixels + 0.5) * cells / size - 0.5
    at = np.clip(true if placement == "receptive-field" else stretched, 0, cells - 1)
    distance = np.abs(at[:, None] - np.arange(cells)[None, :])
    return np.maximum(0, 1 - distance).astype(np.float32)
