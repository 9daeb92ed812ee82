"""What the owner of a checkpoint says of its classes and input; the rest is assumed.

Neither torch nor numpy is imported before a `Transform` is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from resnet.network.fields.rules import SpecError
from resnet.network.naming import query
from resnet.network.spec import ResNetSpec
from resnet.text.file_names import shown_words
from resnet.text.language import later, mark, tr
from resnet.weights.given.assumptions import Assumed, Choice, assumptions
from resnet.weights.given.labels import GivenError

if TYPE_CHECKING:
    from resnet.pictures.transform import Transform

_Numbers = tuple[float, ...]
FARTHEST = 1000  # from 0, of a mean or a deviation
SMALLEST, LARGEST = 8, 1024  # pixels; of the longest strip that is a picture, still a 100 million

# In words, mean and deviation by channel. CIFAR-10's are those of its 50,000 training images.
NORMALISATIONS: dict[str, tuple[str, _Numbers, _Numbers]] = {
    "imagenet": (mark("ImageNet's"), (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    "cifar10": (mark("CIFAR-10's"), (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)),
    "half": (mark("0.5 and 0.5"), (0.5,), (0.5,)),
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
    def image_size(self) -> int | tuple[int, ...]:
        """Pixels on each side that it is usually given, or height and width."""


@dataclass(frozen=True)
class Given:
    """What is known of a checkpoint beside its weights; what is None is assumed.

    A mean or deviation of one number holds for every channel. `resize` is the short side in pixels
    before the middle `crop` × `crop` is cut out, by this `interpolation`. `network` says what the
    network is by fields of a link: those that weights leave open, `stride_on=1x1`, or all of them,
    `net=resnet50`. `part` is one of several networks in the file, by its name there, and `config`
    what a config.json that says some of this calls it. Raises `GivenError` for a size that cannot
    be, or a field that means nothing.
    """

    labels: tuple[str, ...] | None = None
    mean: _Numbers | None = None
    std: _Numbers | None = None
    resize: int | None = None
    crop: int | None = None
    network: str = ""
    part: str | None = None
    interpolation: str | None = None
    config: str = ""

    def __post_init__(self) -> None:
        _ = self._fields
        for side, what in ((self.resize, tr("resize")), (self.crop, tr("crop"))):
            if side is not None:
                _check_size(side, what)

    @property
    def _fields(self) -> dict[str, Any]:
        """Those of the network that are said."""
        try:
            return query.changes(query.split(self.network))
        except SpecError as error:
            raise GivenError(str(error)) from None

    def over(self, known: Given) -> Given:
        """The same, where nothing is said with what is known already."""
        said = {name: value for name, value in vars(self).items() if value}
        if "net" not in query.split(self.network):  # some fields, and no whole network
            said["network"] = known.with_network(self.network).network
        return replace(known, **said)

    def read_as(self, spec: ResNetSpec) -> ResNetSpec:
        """The network that is said, where `spec` was read. Raises `GivenError` if there is none."""
        try:
            return replace(spec, **self._fields)
        except SpecError as error:
            raise GivenError(
                tr("What is said of the network cannot be. {error}", error=error)
            ) from None

    def sized(self, spec: ResNetSpec) -> ResNetSpec:
        """The spec at this input size."""
        return replace(spec, image_size=self.crop or spec.image_size)

    def named(self, spec: Reader) -> tuple[str, ...]:
        """A label for each class. Raises `GivenError` where there are more or fewer."""
        if self.labels is None:
            return numbered(spec.num_classes)
        if len(self.labels) != spec.num_classes:
            raise GivenError(
                tr(
                    "There are {n} labels, and the network tells {classes} classes "
                    "apart. Give one label for each, in the network's order.",
                    n=len(self.labels),
                    classes=spec.num_classes,
                )
            )
        return self.labels

    def transform(self, spec: Reader) -> Transform:
        """What happens to a photograph. Raises `GivenError` where numbers do not fit the spec.

        Those are a mean's or a deviation's, and an image's that is no square.
        """
        from resnet.pictures.transform import Transform

        mean, std = self._normalisation(spec)
        crop = self.crop or _side(spec)
        resize = self.resize or (crop * 256 // 224 if crop >= 224 else crop)
        try:
            return Transform(resize, crop, mean, std, self.interpolation or "bilinear")
        except ValueError as error:
            raise GivenError(str(error)) from None

    def with_network(self, fields: str) -> Given:
        """The same, with these fields of a link said of the network besides, or instead."""
        return replace(self, network=query.join(query.split(self.network) | query.split(fields)))

    def unsaid(self, spec: ResNetSpec) -> Iterator[Assumed]:
        """What weights leave open of this network, and nobody said."""
        said = self._fields.keys()
        return (each for each in assumptions(spec) if not said & each.fields)

    def assumed(self, spec: Reader) -> Iterator[Assumed]:
        """What of the input nobody said."""
        if self.crop is None:
            yield input_size(spec)
        if self.mean is None:
            usual = "half" if spec.in_channels == 1 else "imagenet"
            taken, *others = sorted(_NORMALISED, key=lambda choice: choice.fields != usual)
            yield Assumed(
                "normalise", mark("Normalisation"), taken, tuple(others), later(_NO_PIXELS)
            )

    def _normalisation(self, spec: Reader) -> tuple[_Numbers, _Numbers]:
        if (self.mean is None) != (self.std is None):
            raise GivenError(tr("Give the mean and the deviation, or neither."))
        if self.mean is None or self.std is None:
            _, mean, std = NORMALISATIONS["half" if spec.in_channels == 1 else "imagenet"]
            return mean, std
        return _each(self.mean, spec, tr("mean")), _each(self.std, spec, tr("deviation"))


_NO_PIXELS = mark("weights do not say what pixels they learned from")
_NORMALISED = [
    Choice("imagenet", later(mark("input normalised with ImageNet's mean and deviation"))),
    Choice("cifar10", later(mark("input normalised with CIFAR-10's mean and deviation"))),
    Choice("half", later(mark("input normalised with mean 0.5, deviation 0.5"))),
]


NOTHING = Given()


def input_size(spec: Reader) -> Assumed:
    """The side of a picture, which convolutions leave open."""
    size = spec.image_size
    words = later(mark("input {size}×{size}"), size=size)
    return Assumed(
        "image_size", mark("Input"), Choice(f"image_size={size}", words), (), later(_NO_PIXELS)
    )


def nameless(labels: tuple[str, ...]) -> bool:
    """Whether nobody has named these classes."""
    return labels == numbered(len(labels))


def numbered(classes: int) -> tuple[str, ...]:
    """The labels of classes that nobody has named."""
    return tuple(f"class {i}" for i in range(classes))


def _side(spec: Reader) -> int:
    if not isinstance(spec.image_size, int):
        message = mark(
            "A photograph is cropped to a square, and the network reads {height}×{width}. Give "
            "one side."
        )
        height, width = spec.image_size
        raise GivenError(tr(message, height=height, width=width))
    return spec.image_size


def _each(values: _Numbers, spec: Reader, what: str) -> _Numbers:
    if len(values) not in (1, spec.in_channels):
        raise GivenError(
            tr(
                "The {what} has {n} numbers, and the network reads {channels} channels. "
                "Give one for each, or one for all.",
                what=what,
                n=len(values),
                channels=spec.in_channels,
            )
        )
    return values * (spec.in_channels // len(values))


def read_network(text: str) -> str:
    """Fields of a link that say a network, from these or from a preset's name.

    Raises `GivenError` for anything else.
    """
    given = text.strip().lstrip("?")
    fields = given if "=" in given or not given else f"net={given}"
    return Given(network=fields).network


def read_numbers(text: str, what: str) -> _Numbers:
    """Numbers with commas between them. Raises `GivenError` for anything else."""
    try:
        values = tuple(float(part) for part in text.split(","))
    except ValueError:
        raise GivenError(
            tr(
                "The {what} is “{text}”; write numbers, as 0.485, 0.456, 0.406.",
                what=what,
                text=shown_words(text),
            )
        ) from None
    return _check_numbers(values, what)


def _check_numbers(values: _Numbers, what: str) -> _Numbers:
    """The same, if each is one that pixels can have. Raises `GivenError`."""
    if not values or not all(abs(value) <= FARTHEST for value in values):  # nor is NaN
        raise GivenError(
            tr(
                "The {what} has a number beyond ±{farthest}; pixels are taken as 0 to 1.",
                what=what,
                farthest=FARTHEST,
            )
        )
    return values


def _check_size(side: int, what: str) -> int:
    """The same, if a network can look at so many pixels. Raises `GivenError`."""
    if not SMALLEST <= side <= LARGEST:
        raise GivenError(
            tr(
                "The {what} is {side} pixels; it can be {smallest} to {largest}.",
                what=what,
                side=side,
                smallest=SMALLEST,
                largest=LARGEST,
            )
        )
    return side


def read_size(text: str, what: str) -> int:
    """A side in pixels. Raises `GivenError` for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and int(text)):
        raise GivenError(
            tr(
                "The {what} is “{text}”; write a number of pixels, as 224.",
                what=what,
                text=shown_words(text),
            )
        )
    return int(text)
