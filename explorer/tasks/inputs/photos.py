"""A photograph as a value: where it is, and its pixels when they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageOps

from resnet.pictures.reading import ImageError, read_image
from resnet.training import samples
from resnet.training.samples import Sample


@dataclass(frozen=True)
class Photo:
    """An image to look at: in a file, or a scene that is drawn.

    `key` tells it from every other.
    """

    name: str
    key: str
    path: Path | None = None
    scene: Sample | None = None

    @property
    def told_apart_by(self) -> str:
        """What its answers depend on."""
        return self.key

    @property
    def drawn(self) -> bool:
        """Whether it is a scene."""
        return self.path is None

    @property
    def image(self) -> Image.Image:
        """Its pixels; of 12 megapixels in 36 MB the last are kept, so workers alone ask for them.

        Raises `OSError` where the file is gone, and `ImageError`.
        """
        return _pixels(self)


@lru_cache(maxsize=1)
def _pixels(photo: Photo) -> Image.Image:
    if photo.scene is not None:
        return photo.scene.image
    assert photo.path is not None
    return read_image(photo.path.read_bytes(), photo.name)


def sample(number: int, family: str = "") -> Photo:
    """What is there to try on a model of a family, as `samples` has it."""
    found = samples.samples(family)[str(number)]
    if found.photograph is not None:
        title, path = found.photograph.title, found.photograph.path
        return Photo(title, f"sample {title}", path)
    return Photo(f"Sample {number}", f"sample {found.kind} {number}", scene=found)


def judge(data: bytes, name: str) -> None:
    """Raise `ImageError` for what is no picture to work with."""
    read_image(data, name)


def judge_all(given: Sequence[tuple[str, bytes]]) -> list[str]:
    """What `judge` says against each of these by name, nothing where it is a picture."""
    return [_against(name, data) for name, data in given]


def _against(name: str, data: bytes) -> str:
    try:
        judge(data, name)
    except ImageError as error:
        return str(error)
    return ""


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
