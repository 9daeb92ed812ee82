"""What the owner of a checkpoint says of it, as they wrote it; read where that can do no harm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from resnet.text.language import tr
from resnet.weights.given.configured import read_config
from resnet.weights.given.labels import imagenet_names, read_labels
from resnet.weights.given.owner_says import (
    NORMALISATIONS,
    Given,
    read_network,
    read_numbers,
    read_size,
)

NUMBERS = "numbers"  # a normalisation that is written out
_FIELDS = (
    "normalise",
    "mean",
    "std",
    "resize",
    "crop",
    "read_as",
    "part",
    "interpolation",
    "names",
)


@dataclass(frozen=True)
class Said:
    """A file of labels with its name, and the controls' fields; what is empty is not said."""

    normalise: str = ""
    mean: str = ""
    std: str = ""
    resize: str = ""
    crop: str = ""
    labels: Path | None = None
    labels_name: str = ""
    read_as: str = ""
    part: str = ""  # of several networks in a file
    interpolation: str = ""
    names: str = ""  # "1" where the classes are said to be ImageNet's

    @classmethod
    def of(cls, asked: Callable[[str], str], labels: Path | None, labels_name: str) -> Said:
        """What an address says, which is asked by field, and a file of labels that it names."""
        return cls(
            **{name: asked(name) for name in _FIELDS}, labels=labels, labels_name=labels_name
        )

    def given(self) -> Given:
        """What that is. Raises `GivenError`."""
        mean, std = self._normalisation()
        config = self._config()
        said = Given(
            None if config.config else self._names(),
            mean,
            std,
            read_size(self.resize, tr("resize")) if self.resize else None,
            read_size(self.crop, tr("crop")) if self.crop else None,
            read_network(self.read_as),
            part=self.part or None,
            interpolation=self.interpolation or None,
        )
        return said.over(config)

    def _config(self) -> Given:
        """What a config.json says that was given for the labels."""
        return read_config(self.labels.read_bytes()) if self.labels else Given()

    def _names(self) -> tuple[str, ...] | None:
        if self.labels is not None:
            return read_labels(self.labels.read_bytes(), self.labels_name)
        return imagenet_names() if self.names == "1" else None

    def _normalisation(self) -> tuple[tuple[float, ...] | None, ...]:
        if self.normalise in NORMALISATIONS:
            return NORMALISATIONS[self.normalise][1:]
        if self.normalise != NUMBERS:
            return None, None
        written = (self.mean, tr("mean")), (self.std, tr("deviation"))
        return tuple(read_numbers(text, name) if text else None for text, name in written)
