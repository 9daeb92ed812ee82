"""Captum's Grad-CAM for any module, at layers of its own.

Captum hooks the model while it looks at it, and takes its hooks off again; a lock lets one caller
at a time run it, since any forward would fire them.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from threading import Lock

import torch
from torch import Tensor, nn

from resnet.maps.answers import Survey

_HOOKED = Lock()


def ready() -> None:
    """Import Captum, which takes seconds once."""
    import_module("captum.attr")


def unhooked_logits(model: nn.Module, images: Tensor) -> Tensor:
    """The logits (N, K) of images (N, C, H, W), while nobody's hooks are on the model."""
    with _HOOKED, torch.inference_mode():
        return model(images)


def surveyed(model: nn.Module, images: Tensor, layers: Sequence[str]) -> Survey:
    """Each image's Grad-CAM at the last of these layers, or no map where there is none."""
    maps, logits, targets = layer_gradcams(model, images, None, layers[-1:])
    none = logits.new_empty(len(images), 0)
    return Survey(next(iter(maps.values()), none[..., None]), logits, targets, none)


def layer_gradcams(
    model: nn.Module, images: Tensor, targets: Tensor | None, layers: Sequence[str]
) -> tuple[dict[str, Tensor], Tensor, Tensor]:
    """Grad-CAM (N, h, w) of one class of each image by layer, the logits (N, K), the classes (N,).

    Signed: no ReLU is applied. A forward and a backward for each layer, and one more forward
    without `targets`, to know the most probable classes.
    """
    if targets is None or not layers:
        logits = unhooked_logits(model, images)
        targets = logits.argmax(1) if targets is None else targets
    maps = {}
    for layer in layers:
        maps[layer], logits = _gradcam(model, images, targets, layer)
    return maps, logits, targets


def _gradcam(
    model: nn.Module, images: Tensor, targets: Tensor, layer: str
) -> tuple[Tensor, Tensor]:
    """One layer's map, and the logits that it is taken from."""
    from captum.attr import LayerGradCam  # see `ready`

    answers: list[Tensor] = []

    def answer(images: Tensor) -> Tensor:
        answers.append(model(images))
        return answers[-1]

    with _HOOKED, torch.enable_grad():
        maps = LayerGradCam(answer, model.get_submodule(layer)).attribute(images, targets)
    return maps[:, 0].detach(), answers[-1].detach()
