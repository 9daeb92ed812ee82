"""Maps as pictures: signed values to colours, over the photograph that the model saw. No torch."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

# Blue against, orange for: told apart by colour-blind eyes, and by lightness in neither direction.
AGAINST, FOR = (33, 102, 172), (230, 97, 1)
SIGNS = ("both", "positive")


def strength(maps: ArrayLike) -> float:
    """The largest magnitude of one or more maps: the value drawn in full colour."""
    return float(np.abs(np.asarray(maps)).max(initial=0.0))


def heat(placed: NDArray[np.float32], full: float, signs: str = "both") -> Image.Image:
    """A placed map (H, W) as RGBA: colour says the sign, opacity the magnitude relative to `full`.

    Pixels at 0 are transparent, so that weak evidence is never stretched to full contrast.
    """
    share = np.clip(placed / (full or 1.0), -1, 1)
    share = np.maximum(share, 0) if signs == "positive" else share
    pixels = np.empty((*share.shape, 4), np.uint8)
    pixels[..., :3] = np.where(share[..., None] < 0, AGAINST, FOR)
    pixels[..., 3] = np.round(255 * np.sqrt(np.abs(share)))  # the eye reads it as about linear
    return Image.fromarray(pixels, "RGBA")


def blend(photo: Image.Image, heat: Image.Image, opacity: float = 0.7) -> Image.Image:
    """The heat over the photograph (RGB, same size), its alpha scaled by `opacity` in 0..1."""
    layer = heat.copy()
    layer.putalpha(heat.getchannel("A").point(lambda a: round(a * opacity)))
    return Image.alpha_composite(photo.convert("RGBA"), layer).convert("RGB")
