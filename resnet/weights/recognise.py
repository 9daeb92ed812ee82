"""A user's checkpoint of any family: a residual network, or what a builder of torchvision makes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor
from torchvision.models import get_model_weights

from resnet.pictures.transform import Transform
from resnet.text.file_names import shown_name
from resnet.text.language import tr
from resnet.weights.checkpoint import CheckpointError, read_state_dict
from resnet.weights.classifier import as_given, load_classifier, sha256_of
from resnet.weights.labels import GivenError
from resnet.weights.owner_says import Given
from resnet.weights.torchvision_families import (
    AnyClassifier,
    OtherClassifier,
    empty,
    filled,
    map_layers,
    modern,
    others,
)

_HEADS = ("classifier.", "fc.", "head.", "heads.")
_NEAR = math.log(3)  # how far another number of classes can take a network's parameters


class Reads(NamedTuple):
    """What a network of another family reads, and how many classes it tells apart."""

    num_classes: int
    in_channels: int
    image_size: int


def load_own(
    path: Path, data: bytes | None = None, device: str | torch.device = "cpu"
) -> AnyClassifier:
    """The classifier in a user's file, which `data` are the bytes of; nothing else is known of it.

    Raises `CheckpointError` where it fits no network, as `load_classifier` says it.
    """
    try:
        return load_classifier(path, data=data, device=device)
    except CheckpointError:
        name = shown_name(str(path))
        state = modern(read_state_dict(path if data is None else data, name))
        found = recognise(state)
        if found is None:
            raise
    builder, classes = found
    return described(
        OtherClassifier(
            name=builder,
            title=f"{name} ({builder})",
            model=filled(empty(builder, classes), state).to(device),
            labels=tuple(map(str, range(classes))),
            transform=_usual(builder),
            source=f"file {name}",
            sha256=sha256_of(path if data is None else data),
            layers=(),
            family="file",
        ),
        Given(),
    )


def recognise(state: Mapping[str, Tensor]) -> tuple[str, int] | None:
    """The builder whose every weight this state dict has, in name and shape, and its classes."""
    heads = [key for key in sorted(state) if key.startswith(_HEADS) and state[key].ndim]
    if not heads:
        return None
    classes, size = len(state[heads[-1]]), sum(tensor.numel() for tensor in state.values())
    sizes = {builder: _params(builder) for builder in _builders()}
    far = {builder: abs(math.log(size / params)) for builder, params in sizes.items()}
    near = (builder for builder in sorted(far, key=far.__getitem__) if far[builder] < _NEAR)
    return next(((builder, classes) for builder in near if _fits(builder, classes, state)), None)


def described(classifier: OtherClassifier, given: Given) -> OtherClassifier:
    """A user's network with what its owner says of its classes and input.

    What nobody says is as torchvision's own weights have it. Raises `GivenError` where that does
    not fit the network.
    """
    see = _usual(classifier.name)
    reads = Reads(len(classifier.labels), 3, see.crop)
    silent = replace(given, labels=None) == Given()
    transform = see if silent else given.transform(reads)
    try:
        layers = map_layers(classifier.name, transform.crop)
    except (RuntimeError, ValueError):  # a map of no cells
        raise GivenError(
            tr(
                "{name} cannot read {crop}×{crop} pixels; give a larger crop, as {usual}.",
                name=classifier.name,
                crop=transform.crop,
                usual=see.crop,
            )
        ) from None
    return replace(
        classifier,
        labels=given.named(reads),
        transform=transform,
        layers=layers,
        assumed=tuple(given.assumed(reads)),
    )


def as_said(classifier: AnyClassifier, given: Given) -> AnyClassifier:
    """A user's network of any family as its owner describes it. Raises `GivenError`."""
    if isinstance(classifier, OtherClassifier):
        return described(classifier, given)
    return as_given(classifier, given)


def _builders() -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.partition(".")[0] for name in others()))


def _params(builder: str) -> int:
    return get_model_weights(builder).DEFAULT.meta["num_params"]


def _usual(builder: str) -> Transform:
    return Transform.of_weights(get_model_weights(builder).DEFAULT)


def _fits(builder: str, classes: int, state: Mapping[str, Tensor]) -> bool:
    expected = empty(builder, classes).state_dict()
    return expected.keys() == state.keys() and all(
        tensor.shape == state[key].shape for key, tensor in expected.items()
    )
