"""What an edit makes of a picture before it is laid in its area. No torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from PIL import Image, ImageFilter, ImageOps

from resnet.edits.boxes import EditError, Pixels
from resnet.text.language import tr

if TYPE_CHECKING:
    from resnet.pictures.transform import Transform

BLUR = 1 / 16  # of the side: the deviation of the Gaussian
MIDDLE = 0.7  # of the side: what a centre crop leaves
RGB = tuple[int, int, int]


class Change(Protocol):
    """A square RGB picture to another of the same size."""

    def of(self, view: Image.Image, span: Pixels) -> Image.Image:
        """What the edit shows wherever its area is; `span` is the box of that."""


@dataclass(frozen=True)
class Colour:
    """One colour everywhere."""

    rgb: RGB

    def of(self, view: Image.Image, span: Pixels) -> Image.Image:
        """The colour."""
        return Image.new("RGB", view.size, self.rgb)


@dataclass(frozen=True)
class Blurred:
    """A Gaussian's, so strong that no detail is left."""

    share: float = BLUR

    def of(self, view: Image.Image, span: Pixels) -> Image.Image:
        """The view, blurred."""
        return view.filter(ImageFilter.GaussianBlur(self.share * view.width))


@dataclass(frozen=True)
class Grey:
    """Lightness alone."""

    def of(self, view: Image.Image, span: Pixels) -> Image.Image:
        """The view without its colours."""
        return view.convert("L").convert("RGB")


@dataclass(frozen=True)
class Turned:
    """Turned to the left by an angle in degrees; corners take the view's mean colour."""

    degrees: float

    def of(self, view: Image.Image, span: Pixels) -> Image.Image:
        """The view, turned about its middle."""
        mean = view.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
        return view.rotate(self.degrees, Image.Resampling.BILINEAR, fillcolor=mean)


@dataclass(frozen=True)
class Cropped:
    """Its middle, as large as the whole was."""

    share: float = MIDDLE

    def of(self, view: Image.Image, span: Pixels) -> Image.Image:
        """The middle of the view."""
        edge = view.width * (1 - self.share) / 2
        box = (edge, edge, view.width - edge, view.width - edge)
        return view.resize(view.size, Image.Resampling.BICUBIC, box)


@dataclass(frozen=True)
class Picture:
    """Another picture, cut and resized to the span."""

    image: Image.Image

    def of(self, view: Image.Image, span: Pixels) -> Image.Image:
        """The view with the other over it."""
        laid = view.copy()
        laid.paste(ImageOps.fit(self.image.convert("RGB"), span.size), span[:2])
        return laid


COLOURS: dict[str, RGB] = {
    "red": (255, 0, 0),
    "green": (0, 160, 0),
    "blue": (0, 0, 255),
    "yellow": (255, 220, 0),
    "black": (0, 0, 0),
    "white": (255, 255, 255),
}


def colour(name: str) -> Colour:
    """One of `COLOURS`. Raises `EditError`."""
    if name not in COLOURS:
        raise EditError(
            tr(
                "There is no colour “{name}”; take {names}.",
                name=name,
                names=", ".join(COLOURS),
            )
        )
    return Colour(COLOURS[name])


def mean_colour(transform: Transform) -> Colour:
    """The mean of a network's training images: what its normalisation makes 0."""
    channels = [round(255 * value) for value in transform.mean]
    red, green, blue = channels * (3 // len(channels))
    return Colour((red, green, blue))
