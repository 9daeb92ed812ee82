"""A box within what a model sees, by shares of its side or by pixels. No torch."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import NamedTuple

from resnet.text.file_names import shown_words
from resnet.text.language import tr

_ROUNDING = 1e-9  # of sums of shares


class EditError(ValueError):
    """An edit that cannot be made: the message says how to mend it."""


class Pixels(NamedTuple):
    """A box in pixels: columns from `left` up to `right`, rows from `top` up to `bottom`."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.right - self.left, self.bottom - self.top


@dataclass(frozen=True)
class Box:
    """A box within a square picture, as shares of its side. Raises `EditError`."""

    left: float
    top: float
    width: float
    height: float

    def __post_init__(self) -> None:
        ends = (self.left, self.top, self.left + self.width, self.top + self.height)
        inside = all(-_ROUNDING <= end <= 1 + _ROUNDING for end in ends)
        if not (inside and self.width > 0 and self.height > 0):
            raise EditError(
                tr(
                    "A box lies inside of what the model sees: {box} does not. It is left, top, "
                    "width and height in per cent.",
                    box=", ".join(f"{100 * share:.4g}" for share in astuple(self)),
                )
            )

    @classmethod
    def read(cls, text: str) -> Box:
        """Of “left,top,width,height” in per cent. Raises `EditError`."""
        try:
            left, top, width, height = (float(part) / 100 for part in text.split(","))
        except ValueError:
            raise EditError(
                tr(
                    "“{text}” is no box; write left, top, width and height in per cent of what "
                    "the model sees, as 40,40,20,20.",
                    text=shown_words(text),
                )
            ) from None
        return cls(left, top, width, height)

    def pixels(self, side: int) -> Pixels:
        """The same on a picture of this side: at least one pixel each way, all inside."""
        (left, right), (top, bottom) = (
            _span(start, length, side)
            for start, length in ((self.left, self.width), (self.top, self.height))
        )
        return Pixels(left, top, right, bottom)


def _span(start: float, length: float, side: int) -> tuple[int, int]:
    pixels = min(side, max(1, round(length * side)))
    first = min(round(start * side), side - pixels)
    return first, first + pixels


WHOLE = Box(0, 0, 1, 1)
