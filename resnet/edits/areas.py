"""Where an edit acts: a shape within a box of what the model sees, or all around that shape."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from resnet.edits.boxes import WHOLE, Box, EditError, Pixels
from resnet.edits.shapes import RECTANGLE, Outline, Shape
from resnet.text.language import tr

if TYPE_CHECKING:
    from resnet.pictures.transform import Transform

SHARED = 0.25  # of a box: what a control may have in common with it


@dataclass(frozen=True)
class Area:
    """A shape that fills a box; `outside` is all of the picture that the shape leaves."""

    box: Box = WHOLE
    shape: Shape = RECTANGLE
    outside: bool = False

    def opacity(self, side: int) -> Image.Image:
        """How much of the edit each pixel takes, as a grey picture of this side."""
        return self._laid(self.shape.opacity(self.box.pixels(side).size), side)

    def covers(self, side: int) -> NDArray[np.bool_]:
        """The pixels that it is about (side, side): of letters, all of their box."""
        laid = self._laid(self.shape.covers(self.box.pixels(side).size), side)
        return np.asarray(laid) > 127

    def span(self, side: int) -> Pixels:
        """What a picture that is pasted here is fitted to."""
        return (WHOLE if self.outside else self.box).pixels(side)

    def elsewhere(self, side: int, count: int, seed: int) -> tuple[Area, ...]:
        """The same shape at so many places, drawn evenly from those that hardly touch its box.

        They share at most a quarter of it. Fewer where there are no more such places, and none
        where there is no room for one.
        """
        here = self.box.pixels(side)
        width, height = here.size
        tops, lefts = np.mgrid[: side - height + 1, : side - width + 1]
        across = np.maximum(0, width - abs(lefts - here.left))
        down = np.maximum(0, height - abs(tops - here.top))
        places = np.argwhere(across * down <= SHARED * width * height)  # top and left
        rng = np.random.default_rng(seed)
        chosen = rng.choice(len(places), min(count, len(places)), replace=False)
        return tuple(self._at(places[i], here, side) for i in chosen)

    def _at(self, place: NDArray[np.int64], here: Pixels, side: int) -> Area:
        top, left = map(int, place)
        width, height = here.size
        box = Box(left / side, top / side, width / side, height / side)
        return replace(self, box=box)

    def _laid(self, shape: Image.Image, side: int) -> Image.Image:
        """A shape in its box, on a picture of this side that is empty around it."""
        laid = Image.new("L", (side, side))
        laid.paste(shape, self.box.pixels(side)[:2])
        return Image.eval(laid, lambda value: 255 - value) if self.outside else laid


EVERYWHERE = Area()


def outlined(mask: NDArray[np.bool_], outside: bool = False) -> Area:
    """The area of a mask (side, side) of the view. Raises `EditError` for an empty one."""
    rows, columns = (np.flatnonzero(mask.any(axis)) for axis in (1, 0))
    if not len(rows):
        raise EditError(tr("The mask is empty: nothing in it is brighter than middle grey."))
    top, left, bottom, right = rows[0], columns[0], rows[-1] + 1, columns[-1] + 1
    side = len(mask)
    box = Box(*(float(n) / side for n in (left, top, right - left, bottom - top)))
    return Area(box, Outline(mask[top:bottom, left:right]), outside)


def seen_mask(mask: Image.Image, transform: Transform, size: tuple[int, int]) -> NDArray[np.bool_]:
    """What of the view lies within a mask of the whole photograph: what is brighter than grey.

    `size` is the photograph's width and height. Raises `EditError` where the mask has others.
    """
    if mask.size != size:
        raise EditError(
            tr(
                "The mask has {mask} pixels and its photograph {photo}; they must be the same.",
                mask="×".join(map(str, mask.size)),
                photo="×".join(map(str, size)),
            )
        )
    return np.asarray(transform.view(mask).convert("L")) > 127
