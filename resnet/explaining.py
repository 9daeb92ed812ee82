"""Class maps, Grad-CAM and HiResCAM at every stage: signed, in logit units, without a hook.

In a network that ends in global average pooling and one linear layer, the gradient of a logit at
the last stage is W_c / (h w) everywhere. There CAM, Grad-CAM and HiResCAM are one map, known in
closed form for all classes at once, and its sum over places is the logit less its bias.
CAM: arXiv:1512.04150. Grad-CAM: arXiv:1610.02391. HiResCAM: arXiv:2011.08891.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import torch
from PIL import Image
from torch import Tensor

from resnet.cams import CAMS
from resnet.graph import Stage
from resnet.model import ResNet
from resnet.tracing import trace

if TYPE_CHECKING:
    from resnet.weights import Classifier

METHODS = ("gradcam", "hirescam")
PRECISIONS = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


class ExplainError(ValueError):
    """A question that the network cannot be asked: the message says what can be."""


@dataclass(frozen=True)
class Prediction:
    """One class of one image."""

    label: str
    index: int
    probability: float
    logit: float


@dataclass(frozen=True)
class Explanation:
    """What a classifier says of N images, and where it sees it.

    `maps` (N, h, w) are signed and in logit units; `logits` is (N, classes), `targets` (N,).
    `biases` (N,) are the classifier's for the targets: at the last stage a map's sum plus its bias
    is the logit. `stage` knows where the cells lie. All tensors are float32 on the CPU.
    """

    maps: Tensor
    logits: Tensor
    targets: Tensor
    biases: Tensor
    labels: tuple[str, ...]
    stage: Stage
    method: str
    seconds: float

    def top(self, image: int, k: int = 5) -> tuple[Prediction, ...]:
        """The k most probable classes of one image."""
        return top(self.logits[image], self.labels, k)


@dataclass(frozen=True)
class Look:
    """What one forward tells of one image: logits (K,), and maps of all classes (K, h, w).

    `view` is what the model saw; `seconds` is this image's share of its batch.
    """

    view: Image.Image
    logits: Tensor
    maps: Tensor
    seconds: float


def top(logits: Tensor, labels: Sequence[str], k: int = 5) -> tuple[Prediction, ...]:
    """The k most probable classes by softmax of `logits` (classes,)."""
    probabilities = logits.softmax(0)
    best = probabilities.topk(min(k, len(labels))).indices.tolist()
    return tuple(Prediction(labels[i], i, float(probabilities[i]), float(logits[i])) for i in best)


def class_maps(model: ResNet, images: Tensor, precision: str = "fp32") -> tuple[Tensor, Tensor]:
    """The last stage's maps of all classes (N, K, h, w) and the logits (N, K), by one forward.

    `images` is (N, C, H, W). Runs under inference mode; the model must be in eval mode. Only the
    trunk runs in half precision if asked: maps and logits are made of its features in float32.
    """
    with torch.inference_mode():
        features = _features(model, images, precision)
        return maps_of_features(model, features), model.classify(features)


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

    `method` is one of `resnet.cams.CAMS`. One forward and one backward; without `targets`, those of
    the most probable classes.
    """
    kept, logits = staged(model, images, layers)
    targets = logits.argmax(1) if targets is None else targets
    return maps_from(kept, logits, targets)[method], logits.detach(), targets


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
        raise ExplainError(f"{classifier.name} has no “{unknown}”. Choose: {', '.join(names)}.")
    if method not in METHODS:
        raise ExplainError(f"There is no method “{method}”. Choose: {', '.join(METHODS)}.")
    if not images:
        raise ExplainError("There is no image to explain; give at least one.")
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
        features = _features(model, batch, precision)
        logits = model.classify(features)
        chosen = logits.argmax(1) if targets is None else targets.to(batch.device)
        return maps_of_features(model, features, chosen)[:, 0], logits, chosen


def as_batch(classifier: Classifier, images: Sequence[Image.Image]) -> Tensor:
    """What the model sees of RGB images: (N, C, crop, crop), normalised, on the model's device."""
    see = classifier.transform
    batch = torch.stack([see.tensor(see.view(image)) for image in images])
    return batch.to(classifier.model.fc.weight.device)


@contextmanager
def _autocast(device_type: str, precision: str) -> Iterator[None]:
    """Run the forward in half precision where asked; "fp32" changes nothing."""
    if precision not in PRECISIONS:
        raise ExplainError(f"There is no precision “{precision}”. Choose: {', '.join(PRECISIONS)}.")
    enabled = precision != "fp32"
    with torch.autocast(device_type, PRECISIONS[precision] if enabled else None, enabled=enabled):
        yield


class Labelled(Protocol):
    """A classifier of any family."""

    @property
    def name(self) -> str:
        """What messages call it."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of its classes, in order."""


def class_index(classifier: Labelled, target: str | int) -> int:
    """A class by index or by label. Raises `ExplainError`, naming labels that come near."""
    text = str(target).strip()
    if re.fullmatch("[0-9]{1,6}", text) and int(text) < len(classifier.labels):
        return int(text)
    names = [label.casefold() for label in classifier.labels]
    if text.casefold() in names:
        return names.index(text.casefold())
    near = [label for label in classifier.labels if text.casefold() in label.casefold()][:5]
    hint = f"Did you mean: {', '.join(near)}?" if near else "See the list of its labels."
    last = len(names) - 1
    raise ExplainError(f"{classifier.name} has no class “{text}” (0 to {last}, or a label). {hint}")


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
        stage=trace(classifier.spec).stage(layer),
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
        raise ExplainError(f"{len(each)} classes are named for {count} images; name one for each.")
    return torch.tensor([class_index(classifier, target) for target in each])


def _features(model: ResNet, images: Tensor, precision: str) -> Tensor:
    """The last stage's output (N, C, h, w) in float32, whatever the trunk ran in."""
    with _autocast(images.device.type, precision):
        for _, features in model.stages(images):  # noqa: B007
            pass
    return features.float()
