"""`explore`: a user's own module as what it is, with its maps, or why it is not read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice, product
from pathlib import Path
from typing import NamedTuple

import torch
from PIL import Image
from torch import Tensor, nn

from resnet.maps.explain import Targets, as_batch, explain, views_of
from resnet.modules.borrowed import ExploreError
from resnet.modules.exploration import Exploration
from resnet.modules.matching import Agreement, answers, compare, pairs, tolerance
from resnet.modules.other_module import OtherModule, map_layers
from resnet.modules.photo import Photo
from resnet.text.language import tr
from resnet.weights.classifiers import residual_classifier
from resnet.weights.classifiers.residual_classifier import ResidualClassifier
from resnet.weights.given.assumptions import Choice
from resnet.weights.given.labels import GivenError
from resnet.weights.given.owner_says import NOTHING, Given
from resnet.weights.probe import MOST
from resnet.weights.reading.infer_spec import CheckpointError
from resnet.weights.reading.translating import translated

Picture = Image.Image | str | Path
_NOISE = 2  # images, where none are given
_OFFERED = 5  # layers that a refusal names


def explore(
    model: nn.Module,
    images: Sequence[Picture] | Picture = (),
    labels: Sequence[str] | None = None,
    *,
    layer: str | None = None,
    targets: Targets = None,
    given: Given = NOTHING,
) -> Exploration:
    """Match a module to a spec by its weights, and hold its layers and logits to it on one batch.

    `images` are photographs or their files; without any, the batch is noise. `labels` are its
    classes' names in order, and `given` what else is known of it, as of a checkpoint. `targets`
    and `layer` are asked as `explain` asks; of a module that is no residual network, `layer` is one
    of its own, where Captum takes Grad-CAM. The module is left as it was found. Raises
    `ExploreError` that names the first difference, `GivenError`, `ImageError` or `ExplainError`.
    """
    taken = [Photo.of(each) for each in ([images] if isinstance(images, Picture) else images)]
    photos = [photo.image for photo in taken]
    said = given if labels is None else replace(given, labels=tuple(labels))
    try:
        found: _Match | _Other = _matched(model, photos, said)
    except ExploreError as difference:
        found = _Other(_other(model, layer, said, difference))
    shown = explain(found.classifier, photos, targets, layer) if photos else None
    return Exploration(found.classifier, shown, tuple(taken), *found[1:])


class _Match(NamedTuple):
    """The network that a module is, how that was held to it, and what its layers settled."""

    classifier: ResidualClassifier
    agreement: Agreement
    settled: tuple[Choice, ...]


class _Other(NamedTuple):
    """A module that is no residual network."""

    classifier: OtherModule


def _matched(model: nn.Module, photos: Sequence[Image.Image], given: Given) -> _Match:
    """The residual network that a module is. Raises `ExploreError` where it is none, and why."""
    kind = type(model).__name__
    classifier, names = _read(model, kind, given)
    batch, paired = _batch(classifier, photos), pairs(classifier.model, model, names)
    theirs, near = answers(model, paired.values(), batch), tolerance(model)
    differences = []
    for candidate, settled in islice(_candidates(classifier, given), MOST):
        agreement = compare(answers(candidate.model, paired, batch), theirs, paired, near)
        if not agreement.first:
            known = tuple(given.assumed(candidate.spec))  # its layers have told the rest
            source = tr("module {kind}", kind=kind)
            return _Match(replace(candidate, source=source, assumed=known), agreement, settled)
        differences.append(agreement.first)
    raise ExploreError(
        tr(
            "{kind} has the weights of {name}, and is not that network, however what they leave "
            "open is read. The first difference: {first}.",
            kind=kind,
            name=classifier.spec.name,
            first=differences[0],
        )
    )


def _read(
    model: nn.Module, kind: str, given: Given
) -> tuple[ResidualClassifier, Mapping[str, str]]:
    """The network of a module's weights, and what it calls their names."""
    state = {name: tensor.detach().cpu() for name, tensor in model.state_dict().items()}
    try:
        read = translated({"": state}, kind, given.part)
        classifier = residual_classifier.recognised(read, kind, "").as_given(given)
    except CheckpointError as error:
        raise ExploreError(
            tr("{kind} is no residual network that is known here. {error}", kind=kind, error=error)
        ) from None
    return classifier, read.names


def _candidates(
    classifier: ResidualClassifier, given: Given
) -> Iterator[tuple[ResidualClassifier, tuple[Choice, ...]]]:
    """The network by every value of what its weights leave open, the usual ones first."""
    unsaid = given.unsaid(classifier.spec)
    for choices in product(*((each.taken, *each.others) for each in unsaid)):
        fields = filter(None, (given.network, *(choice.fields for choice in choices)))
        with suppress(GivenError, CheckpointError):  # two that do not go together
            yield classifier.as_given(replace(given, network="&".join(fields))), choices


def _batch(classifier: ResidualClassifier, photos: Sequence[Image.Image]) -> Tensor:
    """The photographs as the module's input (N, C, H, W), or noise from a seed."""
    if photos:
        return as_batch(classifier, views_of(classifier, photos))
    size, channels = classifier.transform.crop, classifier.spec.in_channels
    rng = torch.Generator().manual_seed(0)
    return torch.randn(_NOISE, channels, size, size, generator=rng)


def _other(
    model: nn.Module, layer: str | None, given: Given, difference: ExploreError
) -> OtherModule:
    """The module with a map at a layer of its own; `difference` again where none is named."""
    layers = map_layers(model, given)
    if layer in layers:
        return OtherModule.of(model, layers[layer], given)
    if not layers:
        raise difference
    offer = tr(
        "Captum's Grad-CAM can be had at a layer of its own: explore(model, images=…, "
        "layer=“{last}”). There are, the last first: {layers}.",
        last=next(reversed(layers)),
        layers=", ".join([*reversed(layers)][:_OFFERED]),
    )
    raise ExploreError(f"{difference} {offer}") from None
