"""Maps as pictures: signed values to colours, over the photograph that the model saw. No torch."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from resnet.graph import Stage
from resnet.placement import place

# Blue against, orange for, told apart by colour-blind eyes; each from its faintest to its fullest.
AGAINST = ((120, 180, 225), (8, 60, 130))
FOR = ((255, 190, 90), (190, 50, 0))
Colour = tuple[int, int, int]
SIGNS = ("both", "positive")


def strength(maps: ArrayLike, share: float = 1) -> float:
    """The largest magnitude of one or more maps: the value drawn in full colour.

    With a `share` below 1, that of the share of values that it is not less than: of 0.99, a
    hundredth of the values is drawn as if it were no larger, so that a few do not hide the rest.
    """
    sizes = np.abs(np.asarray(maps))
    return float(np.quantile(sizes, share)) if sizes.size else 0.0


def heat(placed: NDArray[np.float32], full: float, signs: str = "both") -> Image.Image:
    """A placed map (H, W) as RGBA: hue says the sign, depth and opacity the share of `full`.

    Pixels at 0 are transparent, so that weak evidence is never stretched to full contrast.
    """
    share = np.clip(placed / (full or 1.0), -1, 1)
    share = np.maximum(share, 0) if signs == "positive" else share
    depth = np.abs(share)[..., None]  # (H, W, 1)
    colour = np.where(share[..., None] < 0, _between(*AGAINST, depth), _between(*FOR, depth))
    pixels = np.concatenate([colour, 255 * depth], axis=-1)  # (H, W, 4)
    return Image.fromarray(pixels.round().astype(np.uint8))


def layers(
    view: Image.Image,
    values: NDArray[np.float32],
    stage: Stage,
    side: int,
    placement: str = "receptive-field",
    signs: str = "both",
) -> tuple[Image.Image, Image.Image]:
    """What the model saw and a stage's map (h, w) as heat over it, both `side` pixels wide."""
    placed = place(values, stage.centre, stage.jump, view.width, placement)
    return over(view, placed, strength(values), side, signs)


def over(
    view: Image.Image, placed: NDArray[np.float32], full: float, side: int, signs: str = "both"
) -> tuple[Image.Image, Image.Image]:
    """What the model saw and a placed map (H, W) as heat over it, both `side` pixels wide."""
    pictures = view, heat(placed, full, signs)
    photo, hot = (p.resize((side, side), Image.Resampling.BICUBIC) for p in pictures)
    return photo, hot


def _between(faint: Colour, dark: Colour, depth: NDArray[np.float32]) -> NDArray[np.float32]:
    start, end = np.array(faint, np.float32), np.array(dark, np.float32)
    return start + depth * (end - start)


def faded(photo: Image.Image) -> Image.Image:
    """The photograph in light grey, on which fine lines of colour can be seen."""
    grey = photo.convert("L").convert("RGB")
    return Image.blend(grey, Image.new("RGB", grey.size, "white"), 0.6)


def blend(photo: Image.Image, heat: Image.Image, opacity: float = 0.7) -> Image.Image:
    """The heat over the photograph (RGB, same size), its alpha scaled by `opacity` in 0..1."""
    layer = heat.copy()
    layer.putalpha(heat.getchannel("A").point(lambda a: round(a * opacity)))
    return Image.alpha_composite(photo.convert("RGBA"), layer).convert("RGB")
