"""A map as the browser colours it: its cells, where they lie among the pixels, and the colours."""

from __future__ import annotations

import base64
import json
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from explorer.figures.tiles import Scale
from resnet.language import tr


class Heat(NamedTuple):
    """A map (h, h) and what makes it a picture `side` pixels wide, as `resnet.overlay` draws it."""

    values: NDArray[np.float32]
    rows: NDArray[np.float32]  # (side, h): what a pixel takes of each cell of a row
    colours: NDArray[np.uint8]  # (shares, 4): RGBA from -1 to 1 of full
    full: float
    sequence: bool  # colours for positive evidence alone, drawn where there is any

    def encoded(self, alt: str, scale: Scale) -> str:
        """All but the rows as JSON; numbers are base64 of little-endian values, by rows."""
        said: dict[str, Any] = {
            "values": packed(self.values),
            "colours": packed(self.colours),
            "full": self.full or 1.0,
            "sequence": self.sequence,
            "alt": alt,
            "scale": scale._asdict(),
            "bar": tr(
                "Colours from {low} to {high} {unit}",
                low=scale.low,
                high=scale.high,
                unit=scale.unit,
            ),
        }
        # What a label says must not look like the end of a comment to whoever cleans the HTML.
        return json.dumps(said).replace("<", "\\u003c").replace(">", "\\u003e")


def packed(array: NDArray[np.float32] | NDArray[np.uint8]) -> str:
    """An array's bytes in base64."""
    return base64.b64encode(array.astype(array.dtype.newbyteorder("<")).tobytes()).decode()
