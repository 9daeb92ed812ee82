"""Where a model comes from, as a value; each process loads it once and keeps the last few."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.tasks.inputs.bounded import Bounded
from explorer.tasks.inputs.mapped import mapped
from resnet.network.spec import ResNetSpec
from resnet.weights.given.owner_says import Given
from resnet.weights.given.said import Said

if TYPE_CHECKING:
    from torch import nn

    from resnet.weights.classifiers.classifier import Classifier
    from resnet.weights.classifiers.residual_classifier import ResidualClassifier
    from resnet.weights.inspecting import Inspection

_NOTHING = Said()
_MOST = 10**9  # bytes of weights that a process keeps; the last model in any case


@dataclass(frozen=True)
class Catalogued:
    """A model of the catalogue, by its name."""

    name: str

    @property
    def key(self) -> str:
        """What tells it from every other source."""
        return self.name

    def read(self, device: str) -> Classifier:
        """The classifier, from its verified file: a page downloads where somebody asks, alone.

        Raises what `load_classifier` does.
        """
        from resnet.weights.loading import load_classifier

        return mapped(load_classifier(self.name, device=device, offline=True), self.key)


@dataclass(frozen=True)
class Own:
    """A visitor's file: where it is, what they call it, its SHA-256, and what they say of it."""

    path: Path
    name: str
    sha256: str
    said: Said = _NOTHING

    @property
    def key(self) -> str:
        """What tells it from every other source."""
        said = sha256(repr((self.name, self.said)).encode()).hexdigest()
        return f"own {self.sha256} {said[:16]}"

    def read(self, device: str) -> Classifier:
        """The classifier. Raises `CheckpointError`, and `GivenError` where what is said differs."""
        said = Said(part=self.said.part)
        bare = replace(self, said=said)  # whatever else is said of the same weights shares them
        if self == bare:
            return mapped(self.bare(device), self.key)
        return classifier(bare, device).as_given(self.said.given())

    def bare(self, device: str = "cpu") -> Classifier:
        """The same, of which nothing is said but which network of the file it is."""
        from resnet.weights.loading import load_classifier

        part = Given(part=self.said.part or None)
        return load_classifier(Path(self.name), data=self.path, device=device, given=part)


@dataclass(frozen=True)
class Untrained:
    """The network of a spec with random weights, seed 0."""

    spec: ResNetSpec

    @property
    def key(self) -> str:
        """What tells it from every other source."""
        return f"random {self.spec.to_query()}"

    def read(self, device: str) -> Classifier:
        """The classifier. Raises `CheckpointError` where a picture has not its channels."""
        from resnet.weights.classifiers.residual_classifier import untrained

        made = untrained(self.spec)
        made.model.to(device)
        return made


Source = Catalogued | Own | Untrained


def keep(most: int) -> None:
    """Let this process keep models of so many bytes."""
    _loaded.most = most


def classifier(source: Source, device: str) -> Classifier:
    """The classifier of a source on a device. Raises what loading it does."""
    return _loaded.once((source, device), lambda: source.read(device))


def residual(source: Source, device: str) -> ResidualClassifier:
    """The same, of a residual network."""
    from resnet.weights.classifiers import residual_classifier

    return residual_classifier.residual(classifier(source, device))


def judge(own: Own) -> None:
    """Raise what loading a visitor's file does, and keep nothing of it."""
    own.bare().as_given(own.said.given())


def inspected(own: Own) -> Inspection:
    """What is in a visitor's file, by names and shapes. Raises `GivenError`."""
    from resnet.weights.inspecting import inspect

    return inspect(own.path, own.name, own.said.given())


def described(source: Source, device: str) -> Classifier:
    """All that is known of a classifier but its weights, for a page; it is loaded all the same.

    Its model has the biases of linear layers, and lies on the meta device else. Raises what loading
    it does, and `DoesNotFit`.
    """
    from resnet.model.devices import adaptively

    found = next(adaptively(lambda _, on: classifier(source, on), [None], device, size=1)).result
    return replace(found, model=_hollow(found.model))  # type: ignore[type-var]


def _hollow(model: nn.Module) -> nn.Module:
    from torch import nn

    kept = {id(part.bias) for part in model.modules() if isinstance(part, nn.Linear)}
    parts = [*model.parameters(), *model.buffers()]
    places = {
        id(part): nn.Parameter(part.to("cpu" if id(part) in kept else "meta"), requires_grad=False)
        for part in parts
    }
    return deepcopy(model, places)


def weight(found: Classifier) -> int:
    """Bytes of its parameters."""
    return sum(part.nbytes for part in found.model.parameters())


_loaded: Bounded[tuple[Source, str], Classifier] = Bounded(_MOST, weight)
