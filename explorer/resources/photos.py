"""Photographs to look at: a visitor's, kept as the files that they came in, and drawn samples."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from explorer.uploads.store import Upload
from resnet.pictures.reading import read_image
from resnet.training.drawn_shapes import scene

SAMPLES = 8
_FIRST_SAMPLE = 1_900_000  # held out, and far from the scenes that measure the model


@dataclass(frozen=True)
class Photo:
    """An image to look at: in a file, or a scene that is drawn by its number.

    `key` tells it from every other. `image` reads or draws it each time: 12 megapixels that come in
    a file of 4 MB take 36 MB, so nobody keeps them for longer than they are looked at.
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
        """Its pixels. Raises `OSError` where the file is gone, and `ImageError`."""
        if self.path is None:
            objects = 2 - self.number % 2  # one in those of odd number
            return Image.fromarray(scene(_FIRST_SAMPLE + self.number, objects=objects).image)
        return read_image(self.path.read_bytes(), self.name)


def photo(upload: Upload) -> Photo:
    """A visitor's photograph."""
    return Photo(upload.name, upload.sha256, upload.path)


def sample(number: int) -> Photo:
    """A drawn scene: those of odd number hold one object, the others two."""
    return Photo(f"Sample {number}", f"sample {number}", number=number)


def judge(data: bytes, name: str) -> None:
    """Raise `ImageError` for what is no picture to work with."""
    read_image(data, name)
