"""A classifier of another family that torchvision builds: what it is, shows, and lacks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import torch
from torch import Tensor, nn
from torchvision.models import get_model_weights

from resnet.pictures.transform import Transform
from resnet.text.language import mark, tr
from resnet.weights.classifiers.captum_classifier import CaptumClassifier, Reads
from resnet.weights.classifiers.recognise import recognise, side_of
from resnet.weights.classifiers.torchvision_builders import (
    TOKENS,
    StretchedLayer,
    empty,
    filled,
    map_layers,
)
from resnet.weights.given.assumptions import Assumed
from resnet.weights.given.labels import GivenError
from resnet.weights.given.owner_says import NOTHING, Given, numbered
from resnet.weights.reading.fitting import fitting

_OLD_DENSENET = re.compile(r"(denselayer\d+\.(?:norm|conv))\.([12])\.")
_FP32 = mark("{name}, which is no residual network, runs in fp32 here.")
_ONE_METHOD = mark("For {name}, which is no residual network, there is only gradcam.")
_LACKS = {
    "hirescam": _ONE_METHOD,
    "norm": _ONE_METHOD,
    "bf16": _FP32,
    "fp16": _FP32,
    "receptive-field": mark(
        "Grad-CAM by Captum, signed. It is stretched from edge to edge: where the "
        "cells of this family look is not known here."
    ),
    "stages": mark(
        "The strip sets stages side by side by what their cells see. The receptive fields "
        "of this family are not known here; choose a layer above instead."
    ),
    "anatomy": mark("This panel takes the blocks of a ResNet apart, and no other family's."),
    "lesions": mark("Lesions switch off the branches of a ResNet's blocks, and no other family's."),
    "methods": mark(
        "The other methods are made for ResNets here. This family has Grad-CAM, above."
    ),
    "trust": mark(
        "These checks are made for ResNets here, so this map is unchecked: take it as a hint."
    ),
}
_NO_MAP = mark(
    "{name} works on tokens and answers from one of them, so no map of the picture adds up to its "
    "answer. Read its predictions, set it beside another model, or ask a transformer that averages "
    "over places and has an exact map: swin_t."
)
_PANELS = ("classes", "stages", "anatomy", "lesions", "methods", "trust", "bundle")
_LACKS_WITHOUT_MAP = _LACKS | dict.fromkeys(_PANELS, _NO_MAP)


def lacks(builder: str) -> Mapping[str, str]:
    """What the classifiers of a builder have not, each with the reason, a marked sentence."""
    return _LACKS_WITHOUT_MAP if builder.startswith(TOKENS) else _LACKS


@dataclass(frozen=True)
class TorchvisionClassifier(CaptumClassifier):
    """A `Classifier` that is no residual network of a spec.

    Nothing in `model` works in place; `layers` are in the order in which they are computed, none
    where a family has no spatial map. `name` begins with the builder's.
    """

    name: str
    title: str
    model: nn.Module
    labels: tuple[str, ...]
    transform: Transform
    source: str
    sha256: str
    layers: tuple[StretchedLayer, ...]
    family: str = "imagenet"
    assumed: tuple[Assumed, ...] = ()
    known: Given = NOTHING

    @property
    def builder(self) -> str:
        """torchvision's function that makes the network."""
        return self.name.partition(".")[0]

    @property
    def lacks(self) -> Mapping[str, str]:
        """What only residual networks have, and maps where there are only tokens."""
        return lacks(self.builder)

    @cached_property
    def biases(self) -> Tensor:
        """Those of its last linear layer; zeros where that has none, as MaxViT's, or is none."""
        linear = [part for part in self.model.modules() if isinstance(part, nn.Linear)]
        if not linear or linear[-1].bias is None:
            return torch.zeros(len(self.labels), device=self.device)
        return linear[-1].bias.detach()

    def findings(self) -> Iterable[str]:
        """Its builder, and how many classes it knows."""
        yield tr("torchvision's {name}", name=self.name)
        yield tr("{n} classes", n=len(self.labels))

    def as_given(self, given: Given) -> Self:
        """A user's network with what its owner says of its classes and input.

        What nobody says is as torchvision's own weights have it. Raises `GivenError` where that
        does not fit the network.
        """
        if given.network:
            raise GivenError(
                tr("{name} is no residual network; say nothing of its stride.", name=self.name)
            )
        known = given = given.over(self.known)
        reads = Reads(len(self.labels), 3, self.transform.crop)
        silent = replace(given, labels=None) == Given()
        usual = self.transform.interpolation
        given = replace(given, interpolation=given.interpolation or usual)
        read = self if silent else self.reading(given.transform(reads))
        return replace(
            read,
            labels=given.named(reads),
            layers=read.layers or map_layers(self.builder, read.transform.crop),
            assumed=tuple(given.assumed(reads)),
            known=known,
        )

    def reading(self, transform: Transform) -> Self:
        """The same network with pictures that come to it so. Raises `GivenError`."""
        crop, usual = transform.crop, self.transform.crop
        if self.builder.startswith(TOKENS) and crop != usual:
            raise GivenError(
                tr(
                    "{name} reads {usual}×{usual} pixels and no others; leave out the crop.",
                    name=self.name,
                    usual=usual,
                )
            )
        try:
            return replace(self, transform=transform, layers=map_layers(self.builder, crop))
        except (RuntimeError, ValueError):  # a map of no cells
            raise GivenError(
                tr(
                    "{name} cannot read {crop}×{crop} pixels; give a larger crop, as {usual}.",
                    name=self.name,
                    crop=crop,
                    usual=usual,
                )
            ) from None


def recognised(state: Mapping[str, Tensor], name: str, sha256: str) -> TorchvisionClassifier | None:
    """The network of torchvision whose every weight a file has, if there is one.

    Raises `CheckpointError` where its weights are no finite decimals.
    """
    state = modern(state)
    builder_and_classes = recognise(state)
    if builder_and_classes is None:
        return None
    builder, classes = builder_and_classes
    side = side_of(state)
    model = empty(builder, classes, side)
    return TorchvisionClassifier(
        name=builder,
        title=f"{name} ({builder})",
        model=filled(model, fitting(model, state)),
        labels=numbered(classes),
        transform=_usual(builder, side),
        source=f"file {name}",
        sha256=sha256,
        layers=(),
        family="file",
    )


def modern(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """A state dict by today's names: DenseNet's published files are older than those."""
    return {_OLD_DENSENET.sub(r"\1\2.", key): tensor for key, tensor in state.items()}


def _usual(builder: str, side: int) -> Transform:
    """That of its default weights; of those that read so many pixels, where it reads no others."""
    every = [Transform.of_weights(weights) for weights in get_model_weights(builder)]
    usual = Transform.of_weights(get_model_weights(builder).DEFAULT)
    of_side = [each for each in (usual, *every) if side in (0, each.crop)]
    return of_side[0] if of_side else replace(usual, resize=side, crop=side)
