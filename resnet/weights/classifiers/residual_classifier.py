"""A residual network as a classifier: every stage has a map, and the last stage's is complete."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Self, TypeVar

import torch
from torch import Tensor

from resnet.maps.answers import Survey
from resnet.maps.methods import CAM_AT_THE_LAST
from resnet.maps.stage_maps import class_maps, final_maps, stage_maps, surveyed
from resnet.model.fits_in_memory import free_bytes, weight_bytes
from resnet.model.fresh_weights import fresh
from resnet.model.module import ResNet
from resnet.model.serving import serving
from resnet.network.graph import Graph, Stage
from resnet.network.spec import ResNetSpec
from resnet.network.tracing import trace
from resnet.pictures.transform import Transform
from resnet.text.language import mark, tr
from resnet.weights.classifiers.classifier import Classifier
from resnet.weights.given.assumptions import Assumed
from resnet.weights.given.owner_says import NOTHING, Given
from resnet.weights.reading.fitting import load_into, reread
from resnet.weights.reading.infer_spec import CheckpointError, findings, infer_spec
from resnet.weights.reading.refusals import no_head
from resnet.weights.reading.translating import Translation

_DOUBLED = 10**9  # bytes of weights; beyond, a model is not kept in a second form
_Made = TypeVar("_Made", bound="ResidualClassifier")
LACKS: Mapping[str, str] = MappingProxyType(  # it has every panel, precision and map of a class
    {"norm": mark("{name} has a classifier: ask for a map of a class, as gradcam is.")}
)


@dataclass(frozen=True)
class ResidualClassifier:
    """A `Classifier` that is a residual network of a spec."""

    name: str
    title: str
    model: ResNet
    spec: ResNetSpec
    labels: tuple[str, ...]
    transform: Transform
    source: str
    sha256: str
    family: str
    assumed: tuple[Assumed, ...] = ()
    noted: tuple[Assumed, ...] = ()  # what is assumed of it, whatever its owner says
    known: Given = NOTHING

    @property
    def lacks(self) -> Mapping[str, str]:
        """Nothing but what asks for no class."""
        return LACKS

    @property
    def builder(self) -> str:
        """None: it is of its spec."""
        return ""

    @property
    def device(self) -> torch.device:
        """Where its parameters are."""
        return self.model.device

    @cached_property
    def graph(self) -> Graph:
        """What `spec` computes, traced once."""
        return trace(self.spec)

    @cached_property
    def layers(self) -> tuple[Stage, ...]:
        """The stages."""
        return tuple(map(self.graph.stage, self.spec.stage_names))

    @property
    def biases(self) -> Tensor:
        """Those of the linear layer."""
        return self.model.fc.bias.detach()

    @property
    def head(self) -> Tensor:
        """The linear layer's weights (K, C)."""
        return self.model.fc.weight.detach()

    @cached_property
    def serving(self) -> ResNet:
        """`model` in the form that answers fastest, made once; it may take thrice its memory more.

        Beyond 1 GB of weights, or where as much is not free, it is the model itself.
        """
        room = min(_DOUBLED, free_bytes(str(self.device)) // 3)
        return serving(self.model) if weight_bytes(self.graph) <= room else self.model

    def ready(self) -> None:
        """Make the serving form."""
        _ = self.serving

    def look(self, images: Tensor, precision: str) -> tuple[Tensor, Tensor]:
        """The last stage's maps of all classes follow from the forward."""
        return class_maps(self.serving, images, precision)

    def survey(self, images: Tensor, precision: str) -> Survey:
        """All of it follows from one forward."""
        return surveyed(self.serving, images, precision)

    def maps(
        self,
        images: Tensor,
        targets: Tensor | None,
        layers: Sequence[str],
        method: str,
        precision: str,
    ) -> tuple[dict[str, Tensor], Tensor, Tensor]:
        """The last stage's by one forward; with others, all by one backward in float32.

        So is what is not one map with CAM there.
        """
        last = self.spec.stage_names[-1]
        if [*layers] != [last] or method not in CAM_AT_THE_LAST:
            return stage_maps(self.serving, images, targets, layers, method)
        values, logits, targets = final_maps(self.serving, images, targets, precision)
        return {last: values}, logits, targets

    def complete(self, layer: str) -> bool:
        """At the last stage, which an average and one linear layer follow."""
        return layer == self.spec.stage_names[-1]

    def findings(self) -> Iterable[str]:
        """Its architecture."""
        return findings(self.spec)

    def as_given(self, given: Given) -> Self:
        """A user's network with what its owner says of it, of its classes and of its input.

        Raises `GivenError`, and `CheckpointError` where the weights do not fit what is said.
        """
        given = given.over(self.known)
        spec = given.read_as(self.spec)
        return replace(
            self,
            model=self.model if spec == self.spec else reread(self.model, spec),
            title=self.title if spec == self.spec else f"{self.name} ({spec.name})",
            spec=given.sized(spec),
            labels=self.named(spec, given),
            transform=given.transform(spec),
            assumed=(*self.noted, *given.unsaid(spec), *given.assumed(spec)),
            known=given,
        )

    def named(self, spec: ResNetSpec, given: Given) -> tuple[str, ...]:
        """A label for each class of the network. Raises `GivenError` for more or fewer."""
        return given.named(spec)


def residual(classifier: Classifier) -> ResidualClassifier:
    """A classifier that has blocks, as what it is: all such are residual networks."""
    assert isinstance(classifier, ResidualClassifier), f"{classifier.name} is of another family"
    return classifier


def recognised(read: Translation, name: str, sha256: str) -> ResidualClassifier:
    """The residual network whose weights a file has; nothing else is known of it.

    Raises `CheckpointError` where they are no such network's, or a trunk's.
    """
    if read.trunk:
        raise no_head(name)
    return read_as_file(ResidualClassifier, load_into, read, name, sha256)


def read_as_file(
    made: type[_Made],
    load: Callable[[ResNetSpec, Mapping[str, Tensor]], ResNet],
    read: Translation,
    name: str,
    sha256: str,
) -> _Made:
    """A classifier of a file's weights, by what they tell. Raises `CheckpointError`."""
    spec = read.said_of(infer_spec(read.state, read.trunk).spec)
    _check_channels(spec)
    return made(
        name=name,
        title=f"{name} ({spec.name})",
        model=load(spec, read.state).eval().requires_grad_(False),
        spec=spec,
        labels=(),
        transform=Given().transform(spec),
        source=f"file {name}",
        sha256=sha256,
        family="file",
        noted=read.assumed,
    )


def untrained(spec: ResNetSpec, seed: int = 0) -> ResidualClassifier:
    """The network with random weights from a seed: it has learned nothing, and shows it.

    Raises `CheckpointError` where a picture has not the channels that it reads.
    """
    _check_channels(spec)
    given = Given()
    *_, normalised = given.assumed(spec)  # the size is the spec's own
    return ResidualClassifier(
        name=spec.name,
        title=f"random weights, seed {seed}",
        model=fresh(spec, seed).eval().requires_grad_(False),
        spec=spec,
        labels=given.named(spec),
        transform=given.transform(spec),
        source=f"seed {seed}",
        sha256="",
        family="random",
        assumed=(normalised,),
    )


def ready_to_answer(spec: ResNetSpec, state: Mapping[str, Tensor]) -> ResNet:
    """The network with these weights, in eval mode, without gradients to its parameters."""
    return load_into(spec, state).eval().requires_grad_(False)


def _check_channels(spec: ResNetSpec) -> None:
    if spec.in_channels not in (1, 3):
        raise CheckpointError(
            tr(
                "This network reads {channels} channels; a picture has 3, or 1 if grey.",
                channels=spec.in_channels,
            )
        )
