"""torchvision's builders of classifiers: those of other families, and their layers with a map."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import FlopCounterMode
from torchvision import models
from torchvision.ops import Permute

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
TOKENS = "vit_"  # builders whose networks classify by one token, not by an average over places
_AFTER = (nn.BatchNorm2d, nn.ReLU, nn.ReLU6, nn.SiLU, nn.Hardswish)  # what ends a bare convolution
# What torchvision's own loading asks of these builders.
_AS_TRAINED = {"transform_input": True, "aux_logits": True, "init_weights": False}
_EXTRAS = {"googlenet": _AS_TRAINED, "inception_v3": _AS_TRAINED}
# What an average over places and a linear layer are made of, in PyTorch's own operations.
_AVERAGE, _LINEAR = "mean.dim", ("addmm.default", "linear.default")
_AS_IT_IS = ("view.default", "t.default", "as_strided_.default")


def other_builders() -> tuple[str, ...]:
    """Those of every other family, by name."""
    return tuple(name for name in models.list_models(module=models) if name not in RESNETS)


@dataclass(frozen=True)
class StretchedLayer:
    """A layer whose output (C, h, w) is a map of the picture: its name in the model, its shape.

    Its receptive field is not known here, so its cells are taken to lie evenly over the `size`
    pixels on each side of the picture, from edge to edge. It is `complete` where the average over
    its places follows and at most one linear layer: there a class's map sums to its logit less the
    bias.
    """

    name: str
    out_shape: tuple[int, int, int]
    size: int
    complete: bool = False

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
    nobody else has; so is whether the last one is complete, by the operations that follow it.
    """
    if builder.startswith(TOKENS):
        return ()
    model, layers, follows = empty(builder), list[StretchedLayer](), _Operations()
    for name, module in _candidates(model):
        module.register_forward_hook(_noting(name, layers, follows, crop))
    with torch.no_grad(), follows:
        model(torch.empty(1, 3, crop, crop, device="meta"))
    *others, last = layers
    return *others, replace(last, complete=_classifies_by_average(follows.names))


class _Operations(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Names of all that PyTorch computes while it is on, until they are cleared."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.names: list[str] = []

    def __torch_dispatch__(
        self, operation: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        self.names.append(str(operation).removeprefix("aten."))
        return operation(*args, **(kwargs or {}))


def _classifies_by_average(operations: Sequence[str]) -> bool:
    """Whether they are the average over all places and at most one linear layer."""
    kinds = [name for name in operations if name not in _AS_IT_IS]
    return kinds[:1] == [_AVERAGE] and (not kinds[1:] or kinds[1:] in ([end] for end in _LINEAR))


def _candidates(model: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    children = [*model.named_children()]
    if any(isinstance(child, Permute) for _, child in children):  # before it channels come last
        yield from ((name, child) for name, child in children if isinstance(child, Permute))
        return
    for name, child in children:
        inner = [*_in_sequence(child)] if isinstance(child, nn.Sequential | nn.ModuleList) else []
        yield from ((f"{name}.{within}", module) for within, module in inner)
        repeated = inner and _repeats([*child.children()][-1], inner[-1][1])
        if isinstance(child, _AFTER) or (_convolves(child) and not repeated):
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


def _noting(name: str, layers: list[StretchedLayer], follows: _Operations, crop: int) -> Any:
    """A hook that notes a layer where its output is a map, and forgets what was before it."""

    def note(_module: nn.Module, _inputs: Any, output: Any) -> None:
        if isinstance(output, Tensor) and output.ndim == 4 and output.shape[2] > 1:
            channels, height, width = output.shape[1:]
            layers.append(StretchedLayer(name, (channels, height, width), crop))
            follows.names.clear()

    return note


@cache
def macs(builder: str, side: int) -> int:
    """Multiply-adds of one forward of a picture of so many pixels on each side, by PyTorch."""
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        empty(builder, side=side)(torch.empty(1, 3, side, side, device="meta"))
    return counter.get_total_flops() // 2


def empty(builder: str, classes: int = 1000, side: int = 0) -> nn.Module:
    """The module without weights, which takes no memory; nothing in it works in place.

    A network of tokens reads pictures of `side` pixels and no others; 0 is what is usual.
    """
    device = "cpu" if builder.startswith("regnet") else "meta"  # it reckons widths in tensors
    extras = {"num_classes": classes} | _EXTRAS.get(builder, {})
    if side and builder.startswith(TOKENS):
        extras["image_size"] = side
    with torch.device(device):
        model = models.get_model(builder, weights=None, **extras).to("meta")
    if isinstance(model, models.DenseNet):
        model = ActivatedDenseNet(model)
    for module in model.modules():
        if getattr(module, "inplace", False):
            module.inplace = False  # what a layer gave would otherwise change after it was kept
    return model.eval().requires_grad_(False)


class ActivatedDenseNet(nn.Module):
    """torchvision's DenseNet with its last ReLU as a layer, so that what is averaged has a name.

    The names of its parameters are torchvision's.
    """

    def __init__(self, made: models.DenseNet):
        super().__init__()
        self.features, self.relu, self.classifier = made.features, nn.ReLU(), made.classifier

    def forward(self, images: Tensor) -> Tensor:
        """The logits (N, K) of images (N, 3, H, W)."""
        return self.classifier(self.relu(self.features(images)).mean((2, 3)))


def filled(model: nn.Module, state: Mapping[str, Tensor]) -> nn.Module:
    """The module with all of its weights."""
    model.load_state_dict(state, strict=True, assign=True)
    for tensor in chain(model.parameters(), model.buffers()):
        assert not tensor.is_meta, "every weight comes from the file"
    return model.eval().requires_grad_(False)
