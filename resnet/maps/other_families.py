"""Captum's Grad-CAM for torchvision's other classifiers, at a layer of their own.

Captum hooks the model while it looks at it, and takes its hooks off again; a lock lets one caller
at a time run it, since any forward would fire them.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import torch
from PIL import Image
from torch import Tensor

from resnet.maps.answers import ExplainError, Look, Prediction, class_index, top
from resnet.pictures.overlay import blend, photo_and_heat
from resnet.text.language import tr
from resnet.weights.torchvision_families import OtherClassifier

_HOOKED = Lock()


@dataclass(frozen=True)
class OtherExplanation:
    """What a classifier says of one image: logits (K,), and one class's signed map (h, w).

    `map` and `layer` are None, with the reason as `refused`, where the family has no spatial map.
    """

    logits: Tensor
    target: int
    labels: tuple[str, ...]
    layer: str | None
    map: Tensor | None
    refused: str
    seconds: float

    def top(self, k: int = 5) -> tuple[Prediction, ...]:
        """The k most probable classes."""
        return top(self.logits, self.labels, k)


def explain_other(
    classifier: OtherClassifier,
    image: Image.Image,
    target: str | int | None = None,
    layer: str | None = None,
) -> OtherExplanation:
    """Predictions for an RGB image, and Grad-CAM at a layer, the last one if none is named.

    Raises `ExplainError` for a class or a layer that the model has not.
    """
    start = time.perf_counter()
    where = _layer(classifier, layer)
    (seen,) = look_other(classifier, [image])
    chosen = int(seen.logits.argmax()) if target is None else class_index(classifier, target)
    found = None if where is None else map_at(classifier, image, chosen, where)
    why = "" if where else refusal(classifier)
    seconds = time.perf_counter() - start
    return OtherExplanation(seen.logits, chosen, classifier.labels, where, found, why, seconds)


def look_other(classifier: OtherClassifier, images: Sequence[Image.Image]) -> tuple[Look, ...]:
    """One forward of RGB images of any size: their logits, and no maps yet."""
    start, see = time.perf_counter(), classifier.transform
    views = [see.view(image) for image in images]
    batch = torch.stack([see.tensor(view) for view in views]).to(classifier.device)
    with _HOOKED, torch.inference_mode():
        logits = classifier.model(batch).cpu()  # (N, K)
    each, none = (time.perf_counter() - start) / len(images), torch.empty(0, 0, 0)
    return tuple(Look(*seen, none, each) for seen in zip(views, logits, strict=True))


def map_at(classifier: OtherClassifier, image: Image.Image, target: int, layer: str) -> Tensor:
    """One class's map (h, w) at one of the model's layers, on the CPU.

    Signed: no ReLU is applied to it.
    """
    from captum.attr import LayerGradCam  # slow to import, and seldom needed

    see, model = classifier.transform, classifier.model
    x = see.tensor(see.view(image))[None].to(classifier.device)  # (1, 3, crop, crop)
    with _HOOKED, torch.enable_grad():
        found = LayerGradCam(model, model.get_submodule(layer)).attribute(x, target)
    return found[0, 0].detach().cpu()


def overlay(
    classifier: OtherClassifier, image: Image.Image, layer: str, values: Tensor, side: int
) -> Image.Image:
    """A layer's map over what the model saw, `side` pixels wide."""
    cells = next(found for found in classifier.layers if found.name == layer)
    return blend(*photo_and_heat(classifier.transform.view(image), values.numpy(), cells, side))


def _layer(classifier: OtherClassifier, asked: str | None) -> str | None:
    names = [layer.name for layer in classifier.layers]
    if asked is None:
        return names[-1] if names else None
    if not names:
        raise ExplainError(refusal(classifier))
    if asked not in names:
        raise ExplainError(
            tr(
                "{name} has no “{asked}”. Choose: {names}.",
                name=classifier.name,
                asked=asked,
                names=", ".join(names),
            )
        )
    return asked


def refusal(classifier: OtherClassifier) -> str:
    """Why a classifier without layers has no map."""
    return tr(
        "{name} has no convolutional layer with a map of the picture: it works on "
        "tokens, so Grad-CAM has no place to look.",
        name=classifier.name,
    )
