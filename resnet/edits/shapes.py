"""Shapes that fill a box: all of it, letters, the carton watermark, an outline. No torch.

The watermark is that of ImageNet-W (Li et al. 2023, A Whac-A-Mole Dilemma, arXiv:2212.04825): six
letters, 捷径 three times, which carton factories print on photographs of their goods. There it is
set in Source Han Serif's thinnest weight; here its strokes are drawn, so that no font is needed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from resnet.edits.boxes import EditError
from resnet.text.file_names import shown_words
from resnet.text.language import tr

Size = tuple[int, int]  # width and height in pixels
HALF = 128  # of 255: the opacity of a watermark
_FINE = 4  # strokes are drawn so many times as large
_STROKE = 0.035  # of a letter's height
_NOT_THERE = "\uffff"  # no font has a letter for it

# Polylines in a square of 100, from the top left corner.
_SHORTCUT = (
    # 捷
    ("6,30 38,27", "22,8 22,86 12,80", "5,62 40,48", "46,22 92,20", "52,34 86,33 85,58",
     "44,46 96,45", "52,58 85,57", "68,6 68,88", "68,72 88,71", "54,66 40,94",
     "50,76 64,88 97,93"),
    # 径
    ("30,8 8,30", "34,30 6,56", "22,46 22,92", "42,16 84,15 66,36 40,54", "54,26 72,42 96,52",
     "46,62 90,61", "67,62 67,88", "38,89 97,88"),
)  # fmt: skip


class Shape(Protocol):
    """What fills a box of any size."""

    def opacity(self, size: Size) -> Image.Image:
        """How much of an edit each pixel of the box takes, as a grey picture."""

    def covers(self, size: Size) -> Image.Image:
        """White where the shape is, for what is counted there."""


@dataclass(frozen=True)
class Rectangle:
    """All of the box."""

    def opacity(self, size: Size) -> Image.Image:
        """All of it."""
        return Image.new("L", size, 255)

    covers = opacity


RECTANGLE = Rectangle()


@dataclass(frozen=True)
class Outline:
    """A mask (height, width), stretched to the box."""

    mask: NDArray[np.bool_] = field(compare=False)

    def opacity(self, size: Size) -> Image.Image:
        """The mask."""
        return Image.fromarray(self.mask).convert("L").resize(size, Image.Resampling.NEAREST)

    covers = opacity


@dataclass(frozen=True)
class Carton(Rectangle):
    """The six letters of the carton watermark, in the squares that the box has room for."""

    def opacity(self, size: Size) -> Image.Image:
        """Thin strokes, half transparent."""
        width, height = (_FINE * side for side in size)
        drawn = Image.new("L", (width, height))
        pen = ImageDraw.Draw(drawn)
        for number in range(6):
            for stroke in _SHORTCUT[number % 2]:
                points = [tuple(map(float, point.split(","))) for point in stroke.split()]
                across = [((number + x / 100) * width / 6, y / 100 * height) for x, y in points]
                pen.line(across, HALF, round(_STROKE * height) or 1, joint="curve")
        return drawn.resize(size, Image.Resampling.BOX)


@dataclass(frozen=True)
class Letters(Rectangle):
    """A line of words, as large as the box has room for, in Pillow's own font.

    Raises `EditError` for no words, and for letters that the font has not.
    """

    words: str

    def __post_init__(self) -> None:
        font = ImageFont.load_default(16)
        unknown = [letter for letter in self.words if _same(font, letter, _NOT_THERE)]
        if not self.words.strip() or unknown:
            raise EditError(
                tr(
                    "The font has no letter for “{letters}”; write in Latin letters.",
                    letters=shown_words("".join(dict.fromkeys(unknown))),
                )
                if unknown
                else tr("The watermark has no words; write some.")
            )

    def opacity(self, size: Size) -> Image.Image:
        """The letters, half transparent, in the middle of the box."""
        drawn = Image.new("L", size)
        font = ImageFont.load_default(_fitting(self.words, size))
        middle = (size[0] / 2, size[1] / 2)
        ImageDraw.Draw(drawn).text(middle, self.words, HALF, font, anchor="mm")
        return drawn


def _same(font: ImageFont.FreeTypeFont | ImageFont.ImageFont, one: str, other: str) -> bool:
    return bytes(font.getmask(one)) == bytes(font.getmask(other))


def _fitting(words: str, size: Size) -> float:
    """The size of letters that fills a box of this size with the words, by its nearer side."""
    left, top, right, bottom = ImageFont.load_default(100).getbbox(words)
    return max(1, 100 * min(size[0] / (right - left), size[1] / (bottom - top)))
