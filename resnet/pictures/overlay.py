"""Maps as pictures: signed values to colours, over the photograph that the model saw. No torch."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from resnet.pictures.colours import SIGNED, colours
from resnet.pictures.placement import Cells, cell_weights, place

_RANGES = {"both": (-1, 1), "positive": (0, 1), "negative": (-1, 0)}
SIGNS = tuple(_RANGES)
SIDE = 448  # pixels of an overlay that is written to a file
_STEPS = 33  # of a legend
_SHARES = 1021  # of a table of colours, of which every tenth of full is one


class Style(NamedTuple):
    """Which signs are drawn, in which colours, and from what share of the fullest value."""

    signs: str = "both"
    palette: str = SIGNED
    threshold: float = 0.0

    @property
    def range(self) -> tuple[int, int]:
        """The least and the greatest share that is drawn; a sequence knows positive ones only."""
        return _RANGES[self.signs if self.palette == SIGNED else "positive"]


USUAL = Style()


def strength(maps: ArrayLike, share: float = 1) -> float:
    """The largest magnitude of one or more maps: the value drawn in full colour.

    With a `share` below 1, that of the share of values that it is not less than: of 0.99, a
    hundredth of the values is drawn as if it were no larger, so that a few do not hide the rest.
    """
    sizes = np.abs(np.asarray(maps))
    return float(np.quantile(sizes, share)) if sizes.size else 0.0


def heat(
    placed: NDArray[np.float32],
    full: float,
    style: Style = USUAL,
) -> Image.Image:
    """A placed map (H, W) as RGBA: the palette says the share of `full`.

    In signed colours, depth and opacity grow together and 0 is transparent, so that weak evidence
    is never stretched to full contrast. A sequence knows positive evidence only, and is opaque
    where the map has any, so that its colours can be read. What is below the threshold is
    transparent.
    """
    share = np.clip(placed / (full or 1.0), *style.range)
    signed = style.palette == SIGNED
    depth = np.abs(share) if signed else np.full_like(share, share.max(initial=0) > 0)
    alpha = 255 * depth * (np.abs(share) >= style.threshold)
    pixels = np.concatenate([colours(share, style.palette), alpha[..., None]], axis=-1)  # (H, W, 4)
    return Image.fromarray(pixels.round().astype(np.uint8))


def colour_bar(style: Style = USUAL) -> Image.Image:
    """The colours of `heat` from the least to the greatest value that it shows: one row, RGBA."""
    return heat(np.linspace(*style.range, _STEPS, dtype=np.float32)[None], 1, style)


def colour_table(style: Style = USUAL) -> NDArray[np.uint8]:
    """The colours of `heat` from -1 to 1 of the fullest value, in equal steps: RGBA (shares, 4)."""
    shares = np.linspace(-1, 1, _SHARES, dtype=np.float32)
    return np.asarray(heat(shares[None], 1, style))[0]


def heat_by_table(
    values: NDArray[np.float32],
    rows: NDArray[np.float32],
    table: NDArray[np.uint8],
) -> Image.Image:
    """A map (h, w) by its `row_weights` and a `colour_table`, as the page draws it.

    What `photo_and_heat` computes for each pixel is looked up here, for many maps of one kind; a
    share is told to half a step of the table.
    """
    middle = len(table) // 2
    steps = values * np.float32(middle / (strength(values) or 1.0))
    nearest = (rows @ steps @ rows.T + np.float32(middle + 0.5)).astype(np.int16)
    return Image.fromarray(table.take(nearest, axis=0, mode="clip"))


def row_weights(
    cells: int, stage: Cells, size: int, side: int, placement: str = "receptive-field"
) -> NDArray[np.float32]:
    """What each pixel of a row takes of each of its cells (side, cells) in `photo_and_heat`.

    `size` is the width of what the model saw. Placing and resizing are linear, so that the map of
    pixels, before it is coloured, is rows · values · rowsᵀ.
    """
    placed = Image.fromarray(cell_weights(cells, stage.centre, stage.jump, size, placement))
    return np.asarray(placed.resize((cells, side), Image.Resampling.BICUBIC))


def photo_and_heat(
    view: Image.Image,
    values: NDArray[np.float32],
    stage: Cells,
    side: int,
    placement: str = "receptive-field",
    style: Style = USUAL,
    full: float | None = None,
) -> tuple[Image.Image, Image.Image]:
    """What the model saw and a stage's map (h, w) as heat over it, both `side` pixels wide.

    `full` is the value in full colour, where it is not the map's own strength.
    """
    placed = place(values, stage.centre, stage.jump, view.width, placement)
    full = strength(values) if full is None else full
    return photo_and_pixel_heat(view, placed, full, side, style)


def photo_and_pixel_heat(
    view: Image.Image,
    placed: NDArray[np.float32],
    full: float,
    side: int,
    style: Style = USUAL,
) -> tuple[Image.Image, Image.Image]:
    """What the model saw and a map of its pixels (H, W) as heat over it, both `side` wide."""
    fine, photo = (  # values first, colours after, so that a threshold has a smooth edge
        p.resize((side, side), Image.Resampling.BICUBIC) for p in (Image.fromarray(placed), view)
    )
    return photo, heat(np.asarray(fine), full, style)


def over_grey(
    view: Image.Image,
    placed: NDArray[np.float32],
    full: float,
    side: int,
    style: Style = USUAL,
) -> Image.Image:
    """A map of the view's pixels (H, W) over the faded view: fine maps need a pale ground."""
    photo, hot = photo_and_pixel_heat(view, placed, full, side, style)
    return blend(faded(photo), hot, 0.9)


def faded(photo: Image.Image) -> Image.Image:
    """The photograph in light grey, on which fine lines of colour can be seen."""
    grey = photo.convert("L").convert("RGB")
    return Image.blend(grey, Image.new("RGB", grey.size, "white"), 0.6)


def blend(photo: Image.Image, heat: Image.Image, opacity: float = 0.7) -> Image.Image:
    """The heat over the photograph (RGB, same size), its alpha scaled by `opacity` in 0..1."""
    alpha = heat.getchannel("A").point(_scaled(opacity))
    return Image.composite(heat.convert("RGB"), photo, alpha)


@lru_cache(maxsize=8)
def _scaled(opacity: float) -> list[int]:
    return [round(alpha * opacity) for alpha in range(256)]
