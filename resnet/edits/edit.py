"""Edits of what a model sees: what is shown instead, and where. No torch.

An edit is made on the view, after resize and crop, so that nothing else of the input changes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from resnet.edits.areas import EVERYWHERE, Area, outlined
from resnet.edits.boxes import WHOLE, Box
from resnet.edits.changes import Blurred, Change, Colour, Cropped, Grey, Turned, colour
from resnet.edits.shapes import Carton, Letters
from resnet.text.language import mark

_WHITE = colour("white")
# 36 of 224 pixels high, 1 % from the left, where letters that begin at 40 % of the height lie.
_CARTON = Box(0.01, 0.43, 6 * 36 / 224, 36 / 224)
_CORNER = 1 / 8  # of the side of a corner's tag

TITLES = {
    "erase": mark("Erase"),
    "blur": mark("Blur"),
    "patch": mark("Patch"),
    "text": mark("Text"),
    "carton": mark("Carton watermark"),
    "background": mark("Background"),
    "grey": mark("Grey"),
    "rotate": mark("Rotate"),
    "crop": mark("Centre crop"),
    "tag top left": mark("Tag, top left"),
    "tag top right": mark("Tag, top right"),
    "tag bottom left": mark("Tag, bottom left"),
    "tag bottom right": mark("Tag, bottom right"),
}


@dataclass(frozen=True)
class Edit:
    """A picture's change within an area; `name` is one of `TITLES`."""

    name: str
    change: Change
    area: Area = EVERYWHERE

    def __call__(self, view: Image.Image) -> Image.Image:
        """The edited view, square and RGB as the view is."""
        side = view.width
        changed = self.change.of(view, self.area.span(side))
        return Image.composite(changed, view, self.area.opacity(side))

    def controls(self, side: int, count: int, seed: int = 0) -> tuple[Edit, ...]:
        """The same edit, of equal area, at random places that share a quarter of its box at most.

        None where its area has no room beside itself, as the whole picture.
        """
        return tuple(replace(self, area=area) for area in self.area.elsewhere(side, count, seed))


def erase(box: Box, fill: Colour) -> Edit:
    """A box in one colour, as `changes.mean_colour` of the model."""
    return Edit("erase", fill, Area(box))


def blur(box: Box = WHOLE) -> Edit:
    """A box out of focus, or the whole."""
    return Edit("blur", Blurred(), Area(box))


def patch(box: Box, shown: Change) -> Edit:
    """A colour or another picture in a box."""
    return Edit("patch", shown, Area(box))


def text(words: str, box: Box) -> Edit:
    """White words, half transparent. Raises `EditError`."""
    return Edit("text", _WHITE, Area(box, Letters(words)))


def carton() -> Edit:
    """The watermark of ImageNet-W, where it stands there."""
    return Edit("carton", _WHITE, Area(_CARTON, Carton()))


def background(mask: NDArray[np.bool_], shown: Change) -> Edit:
    """Something else around what a mask (side, side) of the view keeps. Raises `EditError`."""
    return Edit("background", shown, outlined(mask, outside=True))


def around(box: Box, shown: Change) -> Edit:
    """Something else around a box."""
    return Edit("background", shown, Area(box, outside=True))


def grey() -> Edit:
    """No colours."""
    return Edit("grey", Grey())


def rotate(degrees: float) -> Edit:
    """Turned to the left."""
    return Edit("rotate", Turned(degrees))


def crop() -> Edit:
    """The middle alone."""
    return Edit("crop", Cropped())


def battery() -> tuple[Edit, ...]:
    """The fixed edits that any photograph is asked with: the same for all, and none looks at it."""
    far = 1 - _CORNER
    corners = {"top left": (0, 0), "top right": (far, 0), "bottom left": (0, far),
               "bottom right": (far, far)}  # fmt: skip
    tags = (
        Edit(f"tag {where}", colour("red"), Area(Box(*at, _CORNER, _CORNER)))
        for where, at in corners.items()
    )
    return (carton(), *tags, crop(), grey(), blur())
