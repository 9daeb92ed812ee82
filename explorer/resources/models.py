"""Models to look with, lent to all visitors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.resources.library import lent
from explorer.uploads.store import Upload
from resnet.network.spec import ResNetSpec

if TYPE_CHECKING:
    from resnet.weights.classifier import Classifier
    from resnet.weights.residual_classifier import ResidualClassifier


@dataclass(frozen=True)
class Model:
    """A model to look with: how it is loaded on a device, and what tells it from every other."""

    load: Callable[[str], Classifier]
    key: str
    device: str
    precision: str

    def on(self, device: str) -> Model:
        """The same model on another device."""
        return replace(self, device=device)

    def residual(self, device: str) -> ResidualClassifier:
        """The model where it is known to be a residual network."""
        from resnet.weights.residual_classifier import residual

        return residual(self.load(device))

    def precision_of(self, classifier: Classifier) -> str:
        """What a forward runs in: the precision asked for, unless the classifier lacks it."""
        return "fp32" if self.precision in classifier.lacks else self.precision


@lent
def classifier(name: str, device: str) -> Classifier:
    """A classifier of the catalogue on a device, loaded once for all visitors."""
    from resnet.weights.loading import load_classifier

    return load_classifier(name, device=device)


@lent
def own_classifier(file: Upload, device: str) -> Classifier:
    """A classifier of a visitor's own file."""
    from resnet.weights.loading import load_classifier

    return load_classifier(Path(file.name), data=file.path.read_bytes(), device=device)


@lent
def untrained(spec: ResNetSpec) -> Classifier:
    """The network of a spec with random weights, seed 0. Raises `CheckpointError`."""
    from resnet.weights.residual_classifier import untrained

    return untrained(spec)
