"""A photograph as a value: where it is, and its pixels when they are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageOps

from resnet.pictures.reading import read_image
from resnet.training import drawn_shapes

SAMPLES = 8


@dataclass(frozen=True)
class Photo:
    """An image to look at: in a file, or a scene that is drawn by its number.

    `key` tells it from every other.
    """

    name: str
    key: str
    path: Path | None = None
    number: int = 0

    @property
    def drawn(self) -> bool:
        """Whether it is a sample."""
        return self.path is None

    @property
    def image(self) -> Image.Image:
        """Its pixels; of 12 megapixels in 36 MB the last are kept, so workers alone ask for them.

        Raises `OSError` where the file is gone, and `ImageError`.
        """
        return _pixels(self)


@lru_cache(maxsize=1)
def _pixels(photo: Photo) -> Image.Image:
    if photo.path is None:
        return drawn_shapes.sample(photo.number)
    return read_image(photo.path.read_bytes(), photo.name)


def sample(number: int) -> Photo:
    """A drawn scene: those of odd number hold one object, the others two."""
    return Photo(f"Sample {number}", f"sample {number}", number=number)


def judge(data: bytes, name: str) -> None:
    """Raise `ImageError` for what is no picture to work with."""
    read_image(data, name)


class Reduced(NamedTuple):
    """A photograph as it is shown, and the width and height that it has."""

    image: Image.Image
    size: tuple[int, int]


def reduced(photo: Photo, side: int) -> Reduced:
    """The whole of it, its longer side at most so many pixels."""
    image, size = photo.image.copy(), photo.image.size
    image.thumbnail((side, side))
    return Reduced(image, size)


def middle(photo: Photo, side: int) -> Image.Image:
    """The square in its middle."""
    return ImageOps.fit(photo.image, (side, side))
