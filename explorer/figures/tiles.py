"""Maps side by side, as the browser reads them: pictures, values, and where the cells lie."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.figures.images import url
from resnet.overlay import legend
from resnet.placement import Cells


class Scale(NamedTuple):
    """The colours from the least to the greatest value shown, and both values in words."""

    bar: str
    low: str
    high: str
    unit: str = "logits a cell"


def scale(full: float | str, signs: str, palette: str, threshold: float) -> Scale:
    """The scale of maps drawn in these colours, `full` in full colour."""
    value = full if isinstance(full, str) else f"{full:.3g}"
    low = "0" if signs == "positive" else f"−{value}"
    high = "0" if signs == "negative" else f"+{value}"
    return Scale(url(legend(signs, palette, threshold)), low, high)


@dataclass(frozen=True)
class Tile:
    """One map (h, w) over what the model saw of a picture; `values` are in logits."""

    title: str
    note: str
    photo: Image.Image
    heat: Image.Image
    values: NDArray[np.float32]
    cells: Cells
    field: int  # pixels on each side of what a cell sees; 0 where that is not known
    size: int  # pixels on each side of what the model saw
    none: str  # said where no value is above 0

    def encoded(self) -> dict[str, Any]:
        """Everything as JSON can hold it: values as base64 of little-endian float32, by rows."""
        values = np.ascontiguousarray(self.values, "<f4")
        return {
            "title": self.title,
            "note": self.note,
            "none": self.none if self.values.max() <= 0 else "",
            "photo": url(self.photo, "JPEG"),
            "heat": url(self.heat),
            "values": base64.b64encode(values.tobytes()).decode(),
            "cells": self.values.shape[-1],
            "jump": self.cells.jump,
            "centre": self.cells.centre,
            "field": self.field,
            "size": self.size,
        }
