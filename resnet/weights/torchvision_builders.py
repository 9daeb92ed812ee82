"""torchvision's builders of classifiers: those of other families, and their layers with a map."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any

import torch
from torch import Tensor, nn
from torchvision import models

RESNETS = (
    "resnet18",
    "resnet34",
    "resnet50",
    "resnet101",
    "resnet152",
    "resnext50_32x4d",
    "resnext101_32x8d",
    "resnext101_64x4d",
    "wide_resnet50_2",
    "wide_resnet101_2",
)
# Families that turn a picture into tokens: their only convolution cuts it into patches.
TOKENS = ("vit_", "swin_")
_AFTER = (nn.BatchNorm2d, nn.ReLU, nn.ReLU6, nn.SiLU, nn.Hardswish)  # what ends a bare convolution
# What torchvision's own loading asks of these builders.
_AS_TRAINED = {"transform_input": True, "aux_logits": True, "init_weights": False}
_EXTRAS = {"googlenet": _AS_TRAINED, "inception_v3": _AS_TRAINED}


def other_builders() -> tuple[str, ...]:
    """Those of every other family, by name."""
    return tuple(name for name in models.list_models(module=models) if name not in RESNETS)


@dataclass(frozen=True)
class StretchedLayer:
    """A layer whose output (C, h, w) is a map of the picture: its name in the model, its shape.

    Its receptive field is not known here, so its cells are taken to lie evenly over the `size`
    pixels on each side of the picture, from edge to edge.
    """

    name: str
    out_shape: tuple[int, int, int]
    size: int

    @property
    def receptive_field(self) -> int:
        """Not known."""
        return 0

    @property
    def jump(self) -> float:
        """Pixels from one cell to the next."""
        return self.size / self.out_shape[-1]

    @property
    def centre(self) -> float:
        """The pixel in the middle of the first cell."""
        return (self.jump - 1) / 2


@cache
def map_layers(builder: str, crop: int) -> tuple[StretchedLayer, ...]:
    """The layers with convolutions in them and a spatial output, as they end in one forward.

    The model's own children, and those of its sequences, each output once: a bare convolution goes
    with the norm and the activation behind it, and no sequence is named besides its own last layer.
    So the last one is what is usually asked. Found on the meta device, by hooks on a model that
    nobody else has.
    """
    if builder.startswith(TOKENS):
        return ()
    model, layers = empty(builder), list[StretchedLayer]()
    for name, module in _candidates(model):
        module.register_forward_hook(_noting(name, layers, crop))
    with torch.inference_mode():
        model(torch.empty(1, 3, crop, crop, device="meta"))
    return tuple(layers)


def _candidates(model: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    for name, child in model.named_children():
        inner = [*_in_sequence(child)] if isinstance(child, nn.Sequential | nn.ModuleList) else []
        yield from ((f"{name}.{within}", module) for within, module in inner)
        if _convolves(child) and not (inner and _repeats([*child.children()][-1], inner[-1][1])):
            yield name, child


def _repeats(end: nn.Module, last: nn.Module) -> bool:
    """Whether a sequence's output is that of its last layer, or only pooled from it."""
    return end is last or isinstance(end, nn.MaxPool2d | nn.AdaptiveAvgPool2d)


def _in_sequence(sequence: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """What convolves in a sequence; of a bare convolution, what ends it."""
    bare: tuple[str, nn.Module] | None = None  # a convolution, or what followed it so far
    for name, module in sequence.named_children():
        follows = bare is not None and isinstance(module, _AFTER)
        if bare is not None and not follows:
            yield bare
        bare = (name, module) if follows or isinstance(module, nn.Conv2d) else None
        if bare is None and _convolves(module):
            yield name, module
    if bare is not None:
        yield bare


def _convolves(module: nn.Module) -> bool:
    return any(isinstance(part, nn.Conv2d) for part in module.modules())


def _noting(name: str, layers: list[StretchedLayer], crop: int) -> Any:
    """A hook that notes a layer where its output is a map."""

    def note(_module: nn.Module, _inputs: Any, output: Any) -> None:
        if isinstance(output, Tensor) and output.ndim == 4 and output.shape[2] > 1:
            channels, height, width = output.shape[1:]
            layers.append(StretchedLayer(name, (channels, height, width), crop))

    return note


def empty(builder: str, classes: int = 1000) -> nn.Module:
    """The module without weights, which takes no memory; nothing in it works in place."""
    device = "cpu" if builder.startswith("regnet") else "meta"  # it reckons widths in tensors
    extras = {"num_classes": classes} | _EXTRAS.get(builder, {})
    with torch.device(device):
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
