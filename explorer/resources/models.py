"""Models to look with, as values: workers load them."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from explorer.tasks.answers import Asked, precision_of
from explorer.tasks.inputs.photos import Photo
from explorer.tasks.inputs.sources import Source

if TYPE_CHECKING:
    from resnet.weights.classifiers.classifier import Classifier


@dataclass(frozen=True)
class Model:
    """A model to look with: where it comes from, and what its forward runs on and in."""

    source: Source
    device: str
    precision: str

    @property
    def key(self) -> str:
        """What tells it from every other model."""
        return self.source.key

    @property
    def told_apart_by(self) -> Hashable:
        """What its answers depend on: its precision is its first forward's, all others fp32."""
        return self.key, self.device

    def on(self, device: str) -> Model:
        """The same model on another device."""
        return replace(self, device=device)

    def asked(self, photo: Photo) -> Asked:
        """A question about a photograph, where the model is."""
        return Asked(self.source, photo, self.device)

    def precision_of(self, classifier: Classifier) -> str:
        """What a forward runs in: the precision asked for, unless the classifier lacks it."""
        return precision_of(classifier.lacks, self.precision)
