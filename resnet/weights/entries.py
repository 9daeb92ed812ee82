"""Files of trained weights that can be had by name: what each is, and the classifier it makes."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, TypeVar

from torch import Tensor
from torchvision.models import WeightsEnum

from resnet.network.spec import ResNetSpec
from resnet.network.tracing import trace
from resnet.pictures.transform import Transform
from resnet.text.language import Later, tr
from resnet.weights.classifiers import residual_classifier, torchvision_classifier
from resnet.weights.classifiers.classifier import Classifier
from resnet.weights.classifiers.residual_classifier import ResidualClassifier, ready_to_answer
from resnet.weights.classifiers.torchvision_builders import empty, filled, map_layers
from resnet.weights.classifiers.torchvision_classifier import TorchvisionClassifier, modern
from resnet.weights.given.owner_says import Given
from resnet.weights.reading.checkpoint import read_state_dict

Made = TypeVar("Made", bound=Classifier, covariant=True)


@dataclass(frozen=True, kw_only=True)
class Entry(ABC, Generic[Made]):
    """One file of trained weights of a classifier.

    `path` is where the file is, or will be once downloaded from `url` (None: it is bundled).
    `bytes` is its size, a rounded one unless `exact`. `note` gives the accuracy with its source
    and protocol; `weights` is torchvision's own enum member where there is one.
    """

    name: str
    title: str
    family: str
    url: str | None
    path: Path
    bytes: int
    sha256_prefix: str
    labels: tuple[str, ...]
    transform: Transform
    note: str | Later

    exact: bool = False
    weights: WeightsEnum | None = None

    @property
    @abstractmethod
    def params(self) -> int:
        """Learnable parameters."""

    @property
    @abstractmethod
    def lacks(self) -> Mapping[str, str]:
        """What its classifier lacks, each with the reason, a marked sentence."""

    @abstractmethod
    def classifier(self, state: Mapping[str, Tensor], sha256: str) -> Made:
        """The classifier with these weights, which are the file's, on the CPU."""

    @property
    def known(self) -> Given:
        """All that is known of the weights but what they tell."""
        see = self.transform
        sizes = see.resize, see.crop
        return Given(self.labels, see.mean, see.std, *sizes, interpolation=see.interpolation)

    @property
    def cached(self) -> bool:
        """Whether it can be loaded without a network."""
        return self.url is None or os.path.isfile(self.path)  # False where nobody may look

    @property
    def source(self) -> str:
        """Where the weights are from."""
        return self.url or f"{self.path.parent.name}/{self.path.name}"

    @property
    def size(self) -> str:
        """Its size in words, "1.1 MB" or "about 102 MB"."""
        return self.megabytes if self.exact else tr("about {size}", size=self.megabytes)

    @property
    def megabytes(self) -> str:
        """Its size, rounded: "1.1 MB"."""
        number = self.bytes / 1e6
        return f"{number:.{0 if number >= 10 else 1}f} MB"

    def state(self) -> Mapping[str, Tensor]:
        """The tensors in the file, which is there; code in it is not run."""
        if self.weights is None:
            return read_state_dict(self.path)
        return self.weights.get_state_dict(
            model_dir=str(self.path.parent),
            map_location="cpu",
            check_hash=True,
            weights_only=True,
            progress=False,
        )


@dataclass(frozen=True, kw_only=True)
class ResidualEntry(Entry[ResidualClassifier]):
    """Those of a residual network."""

    spec: ResNetSpec

    @property
    def params(self) -> int:
        """Learnable parameters, counted."""
        return trace(self.spec).params

    @property
    def known(self) -> Given:
        """The network as well: weights leave some of it open."""
        return replace(super().known, network=self.spec.to_query())

    @property
    def lacks(self) -> Mapping[str, str]:
        """Nothing."""
        return residual_classifier.LACKS

    def classifier(self, state: Mapping[str, Tensor], sha256: str) -> ResidualClassifier:
        """The network with these weights."""
        return ResidualClassifier(
            name=self.name,
            title=self.title,
            model=ready_to_answer(self.spec, state),
            spec=self.spec,
            labels=self.labels,
            transform=self.transform,
            source=self.source,
            sha256=sha256,
            family=self.family,
        )


@dataclass(frozen=True, kw_only=True)
class TorchvisionEntry(Entry[TorchvisionClassifier]):
    """torchvision's of another family. Its name begins with the builder's."""

    weights: WeightsEnum

    @property
    def params(self) -> int:
        """Learnable parameters, as torchvision counts them."""
        return self.weights.meta["num_params"]

    @property
    def lacks(self) -> Mapping[str, str]:
        """What only residual networks have."""
        return torchvision_classifier.lacks(self._builder)

    def classifier(self, state: Mapping[str, Tensor], sha256: str) -> TorchvisionClassifier:
        """The network with these weights."""
        return TorchvisionClassifier(
            name=self.name,
            title=self.title,
            model=filled(empty(self._builder, side=self.transform.crop), modern(state)),
            labels=self.labels,
            transform=self.transform,
            source=self.source,
            sha256=sha256,
            layers=map_layers(self._builder, self.transform.crop),
        )

    @property
    def _builder(self) -> str:
        return self.name.partition(".")[0]
