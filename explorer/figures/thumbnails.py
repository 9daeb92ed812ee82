"""Maps as small images for a drawing: of any theme, since they are painted over its paper."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.figures.data_urls import data_url
from explorer.tasks.travels import Travelled
from resnet.drawing.stream.travel import ENTERS

_INK = (205, 92, 8)  # orange, as what is above zero in the maps of values
_SIDE = 104  # pixels of what enters: twice as many as it takes in the drawing


def thumbnails(travelled: Travelled) -> dict[str, str]:
    """What enters and every map as data URLs."""
    view = travelled.view.resize((_SIDE, _SIDE), Image.Resampling.BICUBIC)
    return {ENTERS: data_url(view, "JPEG")} | {
        name: data_url(painted(values)) for name, values in travelled.maps.items()
    }


def painted(values: NDArray[np.float32]) -> Image.Image:
    """A map (h, w) as RGBA: from its smallest value, clear, to its largest, opaque."""
    least, most = float(values.min()), float(values.max())
    rgba = np.empty((*values.shape, 4), np.uint8)
    rgba[..., :3] = _INK
    rgba[..., 3] = np.rint(255 * ((values.astype(float) - least) / ((most - least) or 1.0)))
    return Image.fromarray(rgba)
