"""Captum's Grad-CAM for torchvision's other classifiers, at a layer of their own.

Captum hooks the model while it looks at it, and takes its hooks off again; a lock lets one caller
at a time do so.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from threading import Lock

import torch
from PIL import Image
from torch import Tensor, nn

from resnet.answers import ExplainError, Prediction, class_index, top
from resnet.families import OtherClassifier
from resnet.overlay import blend, heat, strength
from resnet.placement import place

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

    The map is signed: no ReLU is applied to it. Raises `ExplainError` for a class or a layer that
    the model has not.
    """
    start = time.perf_counter()
    where = _layer(classifier, layer)
    see = classifier.transform
    x = see.tensor(see.view(image))[None].to(classifier.device)  # (1, 3, crop, crop)
    with torch.inference_mode():
        logits = classifier.model(x)[0].cpu()
    chosen = int(logits.argmax()) if target is None else class_index(classifier, target)
    found = None if where is None else _gradcam(classifier.model, x, chosen, where)
    seconds = time.perf_counter() - start
    refused = "" if where else _refusal(classifier)
    return OtherExplanation(logits, chosen, classifier.labels, where, found, refused, seconds)


def overlay(
    classifier: OtherClassifier, image: Image.Image, values: Tensor, side: int
) -> Image.Image:
    """A map over what the model saw, `side` pixels wide.

    The map is stretched from edge to edge, since the receptive fields of these layers are not known
    here.
    """
    view = classifier.transform.view(image)
    placed = place(values.numpy(), 0, 1, view.width, "conventional")
    pictures = view, heat(placed, strength(values.numpy()))
    photo, hot = (p.resize((side, side), Image.Resampling.BICUBIC) for p in pictures)
    return blend(photo, hot)


def _layer(classifier: OtherClassifier, asked: str | None) -> str | None:
    names = [layer.name for layer in classifier.layers]
    if asked is None:
        return names[-1] if names else None
    if not names:
        raise ExplainError(_refusal(classifier))
    if asked not in names:
        raise ExplainError(f"{classifier.name} has no “{asked}”. Choose: {', '.join(names)}.")
    return asked


def _refusal(classifier: OtherClassifier) -> str:
    return (
        f"{classifier.name} has no convolutional layer with a map of the picture: it works on "
        "tokens, so Grad-CAM has no place to look."
    )


def _gradcam(model: nn.Module, x: Tensor, target: int, layer: str) -> Tensor:
    from captum.attr import LayerGradCam  # slow to import, and seldom needed

    with _HOOKED, torch.enable_grad():
        found = LayerGradCam(model, model.get_submodule(layer)).attribute(x.clone(), target)
    return found[0, 0].detach().cpu()  # (h, w)
