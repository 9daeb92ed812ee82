"""Ask a classifier about photographs: its predictions, and maps of one class at its stages."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from PIL import Image
from torch import Tensor

from resnet.maps.answers import ExplainError, Explanation, Look, class_index
from resnet.maps.methods import SIGNED_CAMS
from resnet.maps.stage_maps import class_maps, features_of, maps_of_features, stage_maps
from resnet.model.module import ResNet
from resnet.text.language import tr

if TYPE_CHECKING:
    from resnet.weights.classifier import Classifier


def explain(
    classifier: Classifier,
    images: Sequence[Image.Image],
    targets: str | int | Sequence[str | int] | None = None,
    layer: str | None = None,
    method: str = "gradcam",
    precision: str = "fp32",
) -> Explanation:
    """Explain RGB images of any size at one layer; the last stage if none is named.

    `targets` is a class for all (index or label), one index for each image, or None for each
    image's most probable class. `precision` is the trunk's at the last stage; gradients for other
    stages are taken in float32. Raises `ExplainError` for a layer, method or class that is not.
    """
    spec = classifier.spec
    layer = layer or spec.stage_names[-1]
    if layer != spec.stage_names[-1]:
        return explain_stages(classifier, images, targets, [layer], method)[layer]
    asked = _checked(classifier, images, targets, [layer], method)
    model, start = classifier.serving, time.perf_counter()
    batch = as_batch(classifier, images)
    found = _closed_form(model, batch, asked, precision)
    return explanation(classifier, layer, method, start, *found)


def explain_stages(
    classifier: Classifier,
    images: Sequence[Image.Image],
    targets: str | int | Sequence[str | int] | None = None,
    layers: Sequence[str] | None = None,
    method: str = "gradcam",
) -> dict[str, Explanation]:
    """`explain` at several stages, all of them by default, for the price of one backward pass."""
    layers = layers or classifier.spec.stage_names
    asked = _checked(classifier, images, targets, layers, method)
    model, start = classifier.serving, time.perf_counter()
    batch = as_batch(classifier, images)
    asked = asked if asked is None else asked.to(batch.device)
    found, logits, chosen = stage_maps(model, batch, asked, layers, method)
    return {
        layer: explanation(classifier, layer, method, start, maps, logits, chosen)
        for layer, maps in found.items()
    }


def _checked(
    classifier: Classifier,
    images: Sequence[Image.Image],
    targets: str | int | Sequence[str | int] | None,
    layers: Sequence[str],
    method: str,
) -> Tensor | None:
    """The classes asked for (N,), once it is sure that the question can be answered."""
    names = classifier.spec.stage_names
    unknown = next((layer for layer in layers if layer not in names), None)
    if unknown is not None:
        raise ExplainError(
            tr(
                "{name} has no “{unknown}”. Choose: {names}.",
                name=classifier.name,
                unknown=unknown,
                names=", ".join(names),
            )
        )
    if method not in SIGNED_CAMS:
        raise ExplainError(
            tr(
                "There is no method “{method}”. Choose: {methods}.",
                method=method,
                methods=", ".join(SIGNED_CAMS),
            )
        )
    if not images:
        raise ExplainError(tr("There is no image to explain; give at least one."))
    return _asked(classifier, targets, len(images))


def look(
    classifier: Classifier, images: Sequence[Image.Image], precision: str = "fp32"
) -> tuple[Look, ...]:
    """One forward: logits and the last stage's maps of all classes, so that any can be shown."""
    model, start = classifier.serving, time.perf_counter()
    batch = as_batch(classifier, images)
    maps, logits = class_maps(model, batch, precision)
    maps, logits = maps.cpu(), logits.cpu()  # waits for the device
    each = (time.perf_counter() - start) / len(images)
    views = (classifier.transform.view(image) for image in images)
    return tuple(Look(*found, each) for found in zip(views, logits, maps, strict=True))


def _closed_form(
    model: ResNet, batch: Tensor, targets: Tensor | None, precision: str
) -> tuple[Tensor, Tensor, Tensor]:
    with torch.inference_mode():
        features = features_of(model, batch, precision)
        logits = model.classify(features)
        chosen = logits.argmax(1) if targets is None else targets.to(batch.device)
        return maps_of_features(model, features, chosen)[:, 0], logits, chosen


def as_batch(classifier: Classifier, images: Sequence[Image.Image]) -> Tensor:
    """What the model sees of RGB images: (N, C, crop, crop), normalised, on the model's device."""
    see = classifier.transform
    batch = torch.stack([see.tensor(see.view(image)) for image in images])
    return batch.to(classifier.model.fc.weight.device)


def explanation(
    classifier: Classifier, layer: str, method: str, start: float,
    maps: Tensor, logits: Tensor, chosen: Tensor,
) -> Explanation:  # fmt: skip
    """What was found at one layer, brought to the CPU; `start` is when the work began."""
    return Explanation(
        maps=maps.cpu(),
        logits=logits.cpu(),
        targets=chosen.cpu(),
        biases=classifier.model.fc.bias.detach()[chosen].cpu(),
        labels=classifier.labels,
        stage=classifier.graph.stage(layer),
        method=method,
        seconds=time.perf_counter() - start,
    )


def _asked(
    classifier: Classifier, targets: str | int | Sequence[str | int] | None, count: int
) -> Tensor | None:
    if targets is None:
        return None
    each = [targets] * count if isinstance(targets, str | int) else list(targets)
    if len(each) != count:
        raise ExplainError(
            tr(
                "{n} classes are named for {images} images; name one for each.",
                n=len(each),
                images=count,
            )
        )
    return torch.tensor([class_index(classifier, target) for target in each])
