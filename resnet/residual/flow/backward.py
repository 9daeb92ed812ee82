"""How a gradient comes back through a block, operation by operation, each by its own rule.

What autograd does, written out: a ReLU lets through what was above zero, normalisation in eval mode
multiplies by γ/σ, a convolution runs its kernels backwards, a sum hands the gradient to both of its
terms, and where a value was read twice, what comes back is added up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn.grad import conv2d_input

from resnet.model.module import ResNet
from resnet.residual.flow.op_values import Flow


@dataclass(frozen=True)
class Backward:
    """∂L/∂v for every value v of a flow, by its number, each of the value's own shape.

    `parts` has for each value what came back along every operation that read it, in the graph's
    order; their sum is in `gradients`. Of the last value it is what arrived.
    """

    flow: Flow
    parts: tuple[tuple[Tensor, ...], ...]

    @property
    def gradients(self) -> tuple[Tensor, ...]:
        """The sums of the parts."""
        return tuple(torch.stack(each).sum(0) for each in self.parts)


@torch.inference_mode()
def backward(model: ResNet, flow: Flow, arriving: Tensor) -> Backward:
    """Bring ∂L/∂y (N, C, H, W) of what leaves a section back to all of its values.

    The model is in eval mode, as it was for the flow. Raises KeyError for an operation that has no
    rule here: pooling, a gate, padding with zeros.
    """
    parts: list[list[Tensor]] = [[] for _ in flow.values]
    parts[-1].append(arriving)
    for number in range(len(flow.ops), 0, -1):
        each = flow.ops[number - 1]
        gradient = torch.stack(parts[number]).sum(0)
        module = model.get_submodule(each.op.path) if each.op.kind != "add" else None
        for read in each.reads:
            parts[read].insert(0, _RULES[each.op.kind](module, flow.values[read], gradient))
    return Backward(flow, tuple(map(tuple, parts)))


def arriving(model: ResNet, flow: Flow, target: int) -> Tensor:
    """∂(logit of a class)/∂y, for the y that leaves the block of a flow, through all that follows.

    The model is in eval mode and left as it was.
    """
    names = [plan.name for plan in model.spec.blocks()]
    after = names[names.index(flow.section.name) + 1 :]
    with torch.enable_grad():
        y = flow.values[-1].detach().clone().requires_grad_()
        x = y
        for name in after:
            x = model.get_submodule(name)(x)
        logits = model.classify(model.finish(x))
        return torch.autograd.grad(logits[:, target].sum(), y)[0]


def _back_through_conv(conv: Any, read: Tensor, gradient: Tensor) -> Tensor:
    return conv2d_input(  # type: ignore[no-untyped-call]
        read.shape, conv.weight, gradient, conv.stride, conv.padding, conv.dilation, conv.groups
    )


def _back_through_norm(norm: Any, read: Tensor, gradient: Tensor) -> Tensor:
    factor = norm.weight / (norm.running_var + norm.eps).sqrt()
    return gradient * factor[:, None, None]


_RULES: dict[str, Callable[[Any, Tensor, Tensor], Tensor]] = {
    "conv": _back_through_conv,
    "bn": _back_through_norm,
    "relu": lambda _, read, gradient: gradient * (read > 0),
    "add": lambda _, read, gradient: gradient,
}
