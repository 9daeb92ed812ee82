"""What the owner of a checkpoint says of its classes and input; the rest is assumed. No torch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from resnet.images import Transform
from resnet.labels import GivenError
from resnet.spec import ResNetSpec

_Numbers = tuple[float, ...]
_SMALLEST, _LARGEST = 8, 1024  # pixels; of the longest strip that is a picture, still a 100 million

# In words, mean and deviation by channel. CIFAR-10's are those of its 50,000 training images.
NORMALISATIONS: dict[str, tuple[str, _Numbers, _Numbers]] = {
    "imagenet": ("ImageNet's", (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    "cifar10": ("CIFAR-10's", (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)),
    "half": ("0.5 and 0.5", (0.5,), (0.5,)),
}


class Reader(Protocol):
    """A network by what it reads and tells apart: a `ResNetSpec`, or one of another family."""

    @property
    def num_classes(self) -> int:
        """Classes."""

    @property
    def in_channels(self) -> int:
        """Channels of a picture."""

    @property
    def image_size(self) -> int:
        """Pixels on each side that it is usually given."""


@dataclass(frozen=True)
class Given:
    """What is known of a checkpoint beside its weights; what is None is assumed.

    A mean or deviation of one number holds for every channel. `resize` is the short side in pixels
    before the middle `crop` × `crop` is cut out. Raises `GivenError` for a size that cannot be.
    """

    labels: tuple[str, ...] | None = None
    mean: _Numbers | None = None
    std: _Numbers | None = None
    resize: int | None = None
    crop: int | None = None

    def __post_init__(self) -> None:
        for side, what in ((self.resize, "resize"), (self.crop, "crop")):
            if side is not None:
                check_size(side, what)

    def sized(self, spec: ResNetSpec) -> ResNetSpec:
        """The spec at this input size."""
        return replace(spec, image_size=self.crop or spec.image_size)

    def named(self, spec: Reader) -> tuple[str, ...]:
        """A label for each class. Raises `GivenError` where there are more or fewer."""
        if self.labels is None:
            return tuple(f"class {i}" for i in range(spec.num_classes))
        if len(self.labels) != spec.num_classes:
            raise GivenError(
                f"There are {len(self.labels)} labels, and the network tells {spec.num_classes} "
                "classes apart. Give one label for each, in the network's order."
            )
        return self.labels

    def transform(self, spec: Reader) -> Transform:
        """What happens to a photograph. Raises `GivenError` where numbers do not fit the spec."""
        mean, std = self._normalisation(spec)
        crop = self.crop or spec.image_size
        resize = self.resize or (crop * 256 // 224 if crop >= 224 else crop)
        try:
            return Transform(resize, crop, mean, std)
        except ValueError as error:
            raise GivenError(str(error)) from None

    def assumed(self, spec: Reader) -> Iterator[str]:
        """In words, what of the input nobody said."""
        if self.crop is None:
            yield f"input {spec.image_size}×{spec.image_size}"
        if self.mean is None:
            grey = spec.in_channels == 1
            said = "mean 0.5, deviation 0.5" if grey else "ImageNet's mean and deviation"
            yield f"input normalised with {said}"

    def _normalisation(self, spec: Reader) -> tuple[_Numbers, _Numbers]:
        if (self.mean is None) != (self.std is None):
            raise GivenError("Give the mean and the deviation, or neither.")
        if self.mean is None or self.std is None:
            _, mean, std = NORMALISATIONS["half" if spec.in_channels == 1 else "imagenet"]
            return mean, std
        return _each(self.mean, spec, "mean"), _each(self.std, spec, "deviation")


def _each(values: _Numbers, spec: Reader, what: str) -> _Numbers:
    if len(values) not in (1, spec.in_channels):
        raise GivenError(
            f"The {what} has {len(values)} numbers, and the network reads {spec.in_channels} "
            "channels. Give one for each, or one for all."
        )
    return values * (spec.in_channels // len(values))


def read_numbers(text: str, what: str) -> _Numbers:
    """Numbers with commas between them. Raises `GivenError` for anything else."""
    try:
        values = tuple(float(part) for part in text.split(","))
    except ValueError:
        raise GivenError(
            f"The {what} is “{text[:40]}”; write numbers, as 0.485, 0.456, 0.406."
        ) from None
    return check_numbers(values, what)


def check_numbers(values: _Numbers, what: str) -> _Numbers:
    """The same, if each is one that pixels can have. Raises `GivenError`."""
    if not values or not all(abs(value) <= 1000 for value in values):  # nor is NaN
        raise GivenError(f"The {what} has a number beyond ±1000; pixels are taken as 0 to 1.")
    return values


def check_size(side: int, what: str) -> int:
    """The same, if a network can look at so many pixels. Raises `GivenError`."""
    if not _SMALLEST <= side <= _LARGEST:
        raise GivenError(f"The {what} is {side} pixels; it can be {_SMALLEST} to {_LARGEST}.")
    return side


def read_size(text: str, what: str) -> int:
    """A side in pixels. Raises `GivenError` for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and int(text)):
        raise GivenError(f"The {what} is “{text[:40]}”; write a number of pixels, as 224.")
    return int(text)
