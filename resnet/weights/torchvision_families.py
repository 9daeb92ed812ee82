"""torchvision's other classifiers: their weights by name, and the layers that have a spatial map.

They are no residual networks of a spec: nothing here draws, counts or lesions them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any

import torch
from torch import Tensor, nn
from torchvision import models
from torchvision.models import get_model_weights

from resnet.pictures.transform import Transform
from resnet.weights.catalogue import TORCHVISION, Trained, said_by_torchvision
from resnet.weights.classifier import Classifier, fetch, sha256_of, state_of

# Families that turn a picture into tokens: their only convolution cuts it into patches.
_TOKENS = ("vit_", "swin_")
_AFTER = (nn.BatchNorm2d, nn.ReLU, nn.ReLU6, nn.SiLU, nn.Hardswish)  # what ends a bare convolution
# Families whose last layer goes through an average and one linear layer, or is the classes already:
# there Grad-CAM's map is complete.
_COMPLETE = (
    "efficientnet", "googlenet", "inception", "mnasnet", "mobilenet_v2", "regnet", "shufflenet",
    "squeezenet",
)  # fmt: skip
# What torchvision's own loading asks of these builders.
_AS_TRAINED = {"transform_input": True, "aux_logits": True, "init_weights": False}
_EXTRAS = {"googlenet": _AS_TRAINED, "inception_v3": _AS_TRAINED}
_OLD_DENSENET = re.compile(r"(denselayer\d+\.(?:norm|conv))\.([12])\.")


@dataclass(frozen=True)
class Layer:
    """A layer whose output (C, h, w) is a map of the picture: its name in the model, its shape.

    Its receptive field is not known here, so its cells are taken to lie evenly over the `size`
    pixels on each side of the picture, from edge to edge.
    """

    name: str
    shape: tuple[int, int, int]
    size: int

    @property
    def jump(self) -> float:
        """Pixels from one cell to the next."""
        return self.size / self.shape[-1]

    @property
    def centre(self) -> float:
        """The pixel in the middle of the first cell."""
        return (self.jump - 1) / 2


@dataclass(frozen=True)
class OtherClassifier:
    """A trained classifier that is no residual network of a spec.

    `model` is in eval mode, without gradients to its parameters and without in-place operations;
    `layers` are in the order in which they are computed, none where a family has no spatial map;
    `family` is "file" where a user brought it, and `assumed` says what could not be read from that.
    """

    name: str
    title: str
    model: nn.Module
    labels: tuple[str, ...]
    transform: Transform
    source: str
    sha256: str
    layers: tuple[Layer, ...]
    family: str = "imagenet"
    assumed: tuple[str, ...] = ()

    @property
    def device(self) -> torch.device:
        """Where its parameters are."""
        return next(self.model.parameters()).device

    def bias(self, layer: str, target: int) -> float | None:
        """What a class's Grad-CAM at a layer leaves of its logit; None where that is not known."""
        if not self.name.startswith(_COMPLETE) or layer != self.layers[-1].name:
            return None
        linear = [part for part in self.model.modules() if isinstance(part, nn.Linear)]
        return float(linear[-1].bias[target]) if linear else 0.0  # SqueezeNet ends in convolutions


AnyClassifier = Classifier | OtherClassifier


@cache
def others() -> dict[str, Trained]:
    """The weights of every torchvision classifier that the catalogue does not have, by name."""
    builders = (b for b in models.list_models(module=models) if b not in TORCHVISION)
    pairs = ((builder, weights) for builder in builders for weights in get_model_weights(builder))
    classify = (pair for pair in pairs if pair[1].meta["categories"])  # VGG-16 has bare features
    entries = (Trained(**said_by_torchvision(*pair)) for pair in classify)
    return {entry.name: entry for entry in entries}


def other(name: str) -> Trained | None:
    """The entry of that name, or of a builder's default weights; None if there is neither."""
    if name in models.list_models(module=models) and name not in TORCHVISION:
        name = f"{name}.{get_model_weights(name).DEFAULT.name}"
    return others().get(name)


def load_other(entry: Trained, device: str | torch.device = "cpu") -> OtherClassifier:
    """The classifier of an entry of `others`, downloaded unless it is cached.

    Raises `DownloadError`.
    """
    for _ in fetch(entry):
        pass
    builder = entry.name.partition(".")[0]
    model = filled(empty(builder), modern(state_of(entry)))
    return OtherClassifier(
        name=entry.name,
        title=entry.title,
        model=model.to(device),
        labels=entry.labels,
        transform=entry.transform,
        source=entry.url or "",
        sha256=sha256_of(entry.path),
        layers=map_layers(builder, entry.transform.crop),
    )


@cache
def map_layers(builder: str, crop: int) -> tuple[Layer, ...]:
    """The layers with convolutions in them and a spatial output, as they end in one forward.

    The model's own children, and those of its sequences, each output once: a bare convolution goes
    with the norm and the activation behind it, and no sequence is named besides its own last layer.
    So the last one is what is usually asked. Found on the meta device, by hooks on a model that
    nobody else has.
    """
    if builder.startswith(_TOKENS):
        return ()
    model, found = empty(builder), list[Layer]()
    for name, module in _parts(model):
        module.register_forward_hook(_noting(name, found, crop))
    with torch.inference_mode():
        model(torch.empty(1, 3, crop, crop, device="meta"))
    return tuple(found)


def _parts(model: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    for name, child in model.named_children():
        ends = [*_ends(child)] if isinstance(child, nn.Sequential | nn.ModuleList) else []
        yield from ((f"{name}.{inner}", part) for inner, part in ends)
        if _convolves(child) and not (ends and _told([*child.children()][-1], ends[-1][1])):
            yield name, child


def _told(last: nn.Module, end: nn.Module) -> bool:
    """Whether a sequence's output is its last layer's, or only a pooled one."""
    return last is end or isinstance(last, nn.MaxPool2d | nn.AdaptiveAvgPool2d)


def _ends(parts: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """What convolves in a sequence; of a bare convolution, what ends it."""
    run: tuple[str, nn.Module] | None = None
    for name, part in parts.named_children():
        follows = run is not None and isinstance(part, _AFTER)
        if run is not None and not follows:
            yield run
        bare = follows or isinstance(part, nn.Conv2d)
        run = (name, part) if bare else None
        if not bare and _convolves(part):
            yield name, part
    if run is not None:
        yield run


def _convolves(module: nn.Module) -> bool:
    return any(isinstance(part, nn.Conv2d) for part in module.modules())


def _noting(name: str, found: list[Layer], crop: int) -> Any:
    def note(_module: nn.Module, _inputs: Any, output: Any) -> None:
        if isinstance(output, Tensor) and output.ndim == 4 and output.shape[2] > 1:
            channels, height, width = output.shape[1:]
            found.append(Layer(name, (channels, height, width), crop))

    return note


def empty(builder: str, classes: int = 1000) -> nn.Module:
    """The module without weights, which takes no memory; nothing in it works in place."""
    on = "cpu" if builder.startswith("regnet") else "meta"  # RegNet reckons its widths in tensors
    extras = {"num_classes": classes} | _EXTRAS.get(builder, {})
    with torch.device(on):
        model = models.get_model(builder, weights=None, **extras).to("meta")
    for module in model.modules():
        if getattr(module, "inplace", False):
            module.inplace = False  # what a layer gave would otherwise change after it was kept
    return model.eval().requires_grad_(False)


def filled(model: nn.Module, state: Mapping[str, Tensor]) -> nn.Module:
    """The module with all of its weights."""
    model.load_state_dict(state, strict=True, assign=True)
    for tensor in chain(model.parameters(), model.buffers()):
        assert not tensor.is_meta, "every weight comes from the file"
    return model.eval().requires_grad_(False)


def modern(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """A state dict by today's names: DenseNet's published files are older than those."""
    return {_OLD_DENSENET.sub(r"\1\2.", key): tensor for key, tensor in state.items()}
