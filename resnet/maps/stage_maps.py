"""Class maps, Grad-CAM and HiResCAM at every stage: signed, in logit units, without a hook.

In a network that ends in global average pooling and one linear layer, the gradient of a logit at
the last stage is W_c / (h w) everywhere. There CAM, Grad-CAM and HiResCAM are one map, known in
closed form for all classes at once, and its sum over places is the logit less its bias.
CAM: arXiv:1512.04150. Grad-CAM: arXiv:1610.02391. HiResCAM: arXiv:2011.08891.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor

from resnet.counts.hardware import PRECISIONS
from resnet.maps.answers import ExplainError, Survey
from resnet.maps.cams import CAMS
from resnet.model.module import ResNet


def class_maps(model: ResNet, images: Tensor, precision: str = "fp32") -> tuple[Tensor, Tensor]:
    """The last stage's maps of all classes (N, K, h, w) and the logits (N, K), by one forward.

    `images` is (N, C, H, W). Runs under inference mode; the model must be in eval mode. Only the
    trunk runs in half precision if asked: maps and logits are made of its features in float32.
    """
    with torch.inference_mode():
        features = features_of(model, images, precision)
        return maps_of_features(model, features), model.classify(features)


def final_maps(
    model: ResNet, images: Tensor, targets: Tensor | None, precision: str = "fp32"
) -> tuple[Tensor, Tensor, Tensor]:
    """The last stage's map (N, h, w) of one class of each image, the logits (N, K), the classes.

    As `class_maps`, for `targets` alone, or for the most probable classes.
    """
    with torch.inference_mode():
        features = features_of(model, images, precision)
        logits = model.classify(features)
        targets = logits.argmax(1) if targets is None else targets
        return maps_of_features(model, features, targets)[:, 0], logits, targets


def surveyed(model: ResNet, images: Tensor, precision: str) -> Survey:
    """Each most probable class's map at the last stage, and what it is made of, by one forward."""
    with torch.inference_mode():
        features = features_of(model, images, precision)
        logits = model.classify(features)
        targets = logits.argmax(1)
        maps = maps_of_features(model, features, targets)[:, 0]
        return Survey(maps, logits, targets, features.mean((2, 3)))


def surveyed_norms(model: ResNet, images: Tensor, precision: str) -> Survey:
    """As `surveyed`, of a trunk: the norm of the last stage's features, and no logits."""
    with torch.inference_mode():
        features = features_of(model, images, precision)
        none = features.new_empty(len(images), 0)
        pooled = features.mean((2, 3))
        return Survey(features.norm(dim=1), none, none.new_empty(0).long(), pooled)


def maps_of_features(model: ResNet, features: Tensor, classes: Tensor | None = None) -> Tensor:
    """W A / (h w): (N, K, h, w) for all classes, (N, 1, h, w) for one class (N,) of each image."""
    weight = model.fc.weight if classes is None else model.fc.weight[classes]  # (K or N, C)
    features = features / (features.shape[-2] * features.shape[-1])
    if classes is None:
        return torch.einsum("kc,nchw->nkhw", weight, features)
    return torch.einsum("nc,nchw->nhw", weight, features).unsqueeze(1)


def stage_maps(
    model: ResNet, images: Tensor, targets: Tensor | None, layers: Iterable[str], method: str
) -> tuple[dict[str, Tensor], Tensor, Tensor]:
    """Maps (N, h, w) at each of `layers`, the logits (N, K) and the targets (N,).

    `method` is one of `cams.CAMS`. One forward and one backward; without `targets`, those of
    the most probable classes.
    """
    kept, logits = staged(model, images, layers)
    targets = logits.argmax(1) if targets is None else targets
    return maps_from(kept, logits, targets)[method], logits.detach(), targets


def norm_maps(
    model: ResNet, images: Tensor, layers: Iterable[str], precision: str = "fp32"
) -> dict[str, Tensor]:
    """The L2 norm over channels of each layer's output (N, h, w), which asks for no class.

    Its square is the attention map of Zagoruyko and Komodakis (arXiv:1612.03928).
    """
    wanted = set(layers)
    with torch.inference_mode(), _autocast(images.device.type, precision):
        stages = ((name, out) for name, out in model.stages(images) if name in wanted)
        return {name: out.float().norm(dim=1) for name, out in stages}


def staged(
    model: ResNet, images: Tensor, layers: Iterable[str]
) -> tuple[dict[str, Tensor], Tensor]:
    """The output (N, C, h, w) of each of `layers` and the logits (N, K), with the graph between.

    The parameters must be frozen, so that no gradient is spent on them. Always in float32:
    gradients through a whole trunk in half precision leave the first stages' maps wrong by a
    quarter.
    """
    wanted = set(layers)
    kept: dict[str, Tensor] = {}
    with torch.enable_grad():
        for name, features in model.stages(images):
            if name in wanted:
                kept[name] = features if features.requires_grad else features.requires_grad_()
        return kept, model.classify(features)


def maps_from(
    kept: dict[str, Tensor], logits: Tensor, targets: Tensor, again: bool = False
) -> dict[str, dict[str, Tensor]]:
    """Each of `CAMS` as maps (N, h, w) at each layer that was `staged`, by one `autograd.grad`.

    With `again` the graph stays, so that another class costs one more backward and no forward.
    """
    with torch.enable_grad():
        chosen = logits.gather(1, targets[:, None]).sum()
    gradients = torch.autograd.grad(chosen, list(kept.values()), retain_graph=again)
    pairs = dict(zip(kept, zip(kept.values(), gradients, strict=True), strict=True))
    return {
        method: {layer: weigh(a.detach(), g) for layer, (a, g) in pairs.items()}
        for method, weigh in CAMS.items()
    }


def features_of(model: ResNet, images: Tensor, precision: str) -> Tensor:
    """The last stage's output (N, C, h, w) in float32, whatever the trunk ran in."""
    with _autocast(images.device.type, precision):
        return model.features(images).float()


@contextmanager
def _autocast(device_type: str, precision: str) -> Iterator[None]:
    """Run the forward in half precision where asked; "fp32" changes nothing."""
    if precision not in PRECISIONS:
        raise ExplainError(f"There is no precision “{precision}”. Choose: {', '.join(PRECISIONS)}.")
    dtype, enabled = getattr(torch, PRECISIONS[precision].dtype), precision != "fp32"
    with torch.autocast(device_type, dtype if enabled else None, enabled=enabled):
        yield
