"""The serving form of a network: the same function with fewer passes over memory.

`FORMS` says how it lies on each device. Where no gradient is asked of it, a CPU runs its trunk in
oneDNN's blocked layout: activations stay in it from the stem to the last stage, and weights are
laid out for it once and not at every call.

In eval mode batch normalisation is an affine map, y = γ (x − μ) / √(σ² + ε) + β, so one that alone
reads a convolution is part of it: w' = w γ / √(σ² + ε), b' = β − μ γ / √(σ² + ε), exactly. Where
activation comes after, that is every BN but one behind a stem's filter. Where it comes before, it
is those between two convolutions of a branch; a block's first and the network's last read the
residual stream, whose other readers must not see them, and stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn
from torch.nn.utils import fuse_conv_bn_eval

from resnet.model.module import Block, ResNet, alike
from resnet.network.graph import Graph
from resnet.network.tracing import trace

# What a CPU's kernels compute in the blocked layout, by its instructions; elsewhere it is not used.
BLOCKED = {"AVX2": (torch.float32,), "AVX512": (torch.float32, torch.bfloat16)}
_LARGEST = 1e6  # of a folded weight; a trained network's are below 100
# What oneDNN has not: slices and zeros, gates' products, group normalisation, fixed filters.
_PLAIN = {"pad", "skip", "stillpool", "zeropad", "ceilpool", "scale", "gn", "blur"}


def serving(model: ResNet) -> ResNet:
    """A frozen network that computes what `model` does in eval mode, faster; `model` is left alone.

    Stages, classifier and gradients with respect to activations are the model's, up to rounding. It
    shares the tensors that are not folded, and costs the memory of the weights that are; on a CPU
    once more for each precision it has run in. Convolutions have biases and lie channels-last in
    memory, ReLUs and sums write in place: what `stages` hands out never changes afterwards, what
    `Block.lanes` hands out does. Threads may share it. Where what is folded is no number or beyond
    all measure, it is the model itself: oneDNN's ReLU makes 0 of NaN, which then nobody sees.
    Raises ValueError in training mode, where the function depends on the batch.
    """
    if model.training:
        raise ValueError("The model is in training mode; call eval() first.")
    form = alike(model, model.spec)
    form.load_state_dict(model.state_dict(), assign=True)
    form.eval().requires_grad_(False)
    graph = trace(model.spec)
    for conv, bn in foldable(graph):
        pair = form.get_submodule(conv), form.get_submodule(bn)
        form.set_submodule(conv, fuse_conv_bn_eval(*cast(tuple[nn.Conv2d, nn.BatchNorm2d], pair)))
        form.set_submodule(bn, nn.Identity())
    if not all(bool((weight.abs() < _LARGEST).all()) for weight in form.parameters()):  # nor is NaN
        return model
    for module in form.modules():
        if isinstance(module, nn.ReLU):
            module.inplace = True  # its input is always fresh: a convolution's, a BN's or a sum
        elif isinstance(module, Block):
            module.__class__ = _InPlace
        elif isinstance(module, nn.Conv2d):
            module.__class__ = _Convolution
    laid = FORMS.get(form.device.type, FORMS["cuda"])
    has_onednn = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
    if has_onednn and _PLAIN.isdisjoint(op.kind for op in graph.ops):
        form.__class__ = laid.trunk
    return form.to(memory_format=laid.layout)


class _Blocked(ResNet):
    """A network whose trunk keeps the blocked layout from its first convolution to its end."""

    def features(self, x: Tensor) -> Tensor:
        """The last stage's output (N, C, h, w), in the precision of autocast where that is on."""
        kind = x.device.type
        dtype = torch.get_autocast_dtype(kind) if torch.is_autocast_enabled(kind) else x.dtype
        computed = BLOCKED.get(torch.backends.cpu.get_cpu_capability(), ())
        if kind != "cpu" or dtype not in computed or torch.is_grad_enabled():
            return super().features(x)
        return super().features(x.to_mkldnn(dtype)).to_dense()


class Laid(NamedTuple):
    """How the serving form lies in a device's memory, and the trunk that computes in it."""

    layout: torch.memory_format
    trunk: type[ResNet]


# The whole choice of a form by device; every other GPU is served as CUDA's.
FORMS = {
    "cpu": Laid(torch.channels_last, _Blocked),
    "cuda": Laid(torch.channels_last, ResNet),
}


class _Convolution(nn.Conv2d):
    """A convolution that also reads the blocked layout."""

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to (N, C', H', W'), in the layout that it is given."""
        if not x.is_mkldnn:
            return super().forward(x)
        weight, bias = self._blocked(x.dtype)
        padding = cast(tuple[int, int], self.padding)
        return torch.mkldnn_convolution(
            x, weight, bias, padding, self.stride, self.dilation, self.groups
        )

    def _blocked(self, dtype: torch.dtype) -> tuple[Tensor, Tensor | None]:
        if dtype not in self._laid_out:  # two threads may lay it out; either will do
            bias = None if self.bias is None else self.bias.to_mkldnn()
            self._laid_out[dtype] = self.weight.to_mkldnn(dtype), bias
        return self._laid_out[dtype]

    @cached_property
    def _laid_out(self) -> dict[torch.dtype, tuple[Tensor, Tensor | None]]:
        return {}


class _InPlace(Block):
    """A block whose sum takes the place of its branch, which nobody else reads."""

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to (N, C', H / stride, W / stride)."""
        shortcut, branch = self.lanes(x)
        return self.finish(branch if shortcut is None else branch.add_(shortcut))


def foldable(graph: Graph) -> Iterator[tuple[str, str]]:
    """Module paths of each convolution and the BN that alone reads it.

    Within a stem or a block operations stand in the order of the forward, and a BN that follows a
    convolution there reads it. Across blocks it reads the stream.
    """
    for part in (
        *(stage.own_ops for stage in graph.stages),
        *(block.ops for block in graph.blocks),
    ):
        for one, then in pairwise(part):
            if (one.kind, then.kind) == ("conv", "bn"):
                yield one.path, then.path
