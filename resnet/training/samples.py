"""Pictures to try a model on, of the kind that it knows. No torch here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from resnet.pictures.photographs import Photograph, photographs
from resnet.pictures.reading import read_image
from resnet.training.scenes import drawn_shapes, drawn_solids


def _digit(number: int) -> Image.Image:
    """One of scikit-learn's digits that no network learned from, in its own 8×8 pixels."""
    from sklearn.datasets import load_digits

    grey = load_digits().images[-number] * (255 / 16)
    return Image.fromarray(grey.astype("uint8")).convert("RGB")


_SCENES: dict[str, Callable[[int], Image.Image]] = {
    "shapes": drawn_shapes.sample,
    "solids": drawn_solids.sample,
    "digits": _digit,
}
_EACH = 8  # scenes of a kind
_PHOTOGRAPHIC = ("imagenet", "cifar10")


@dataclass(frozen=True)
class Sample:
    """A scene or a digit by its number, or a photograph."""

    kind: str  # of scene
    number: int
    photograph: Photograph | None = None

    @property
    def image(self) -> Image.Image:
        """Its pixels, RGB. Raises `OSError` where a photograph is gone."""
        if self.photograph is None:
            return _SCENES[self.kind](self.number)
        path = self.photograph.path
        if path is None:
            raise FileNotFoundError(self.photograph.file)
        return read_image(path.read_bytes(), path.name)


def samples(family: str) -> dict[str, Sample]:
    """By number, what to try on a model of a family: what it has learned, else drawn scenes."""
    if family in _PHOTOGRAPHIC and photographs():
        return {str(n): Sample("", n, one) for n, one in photographs().items()}
    kind = family if family in _SCENES else "solids"
    return {str(n): Sample(kind, n) for n in range(1, _EACH + 1)}
