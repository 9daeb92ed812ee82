"""What each block of a network does to the size of the gradient that comes back through it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, cast

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from resnet.model.module import Block, ResNet, add
from resnet.training.datasets import Examples


class Gain(NamedTuple):
    """Norms of gradients of one block, each over that of ∂L/∂y, which arrives.

    `whole` is that of ∂L/∂x. `gate` is that of ∂L/∂(sum), behind the ReLU after it, which is what
    an identity hands on as it is; `branch` what F′ makes of it. The last two are vectors that add
    up, their norms do not.
    """

    name: str
    whole: float
    gate: float
    branch: float


def block_gains(model: ResNet, examples: Examples) -> Iterator[Gain]:
    """The gain of every block for each image's own loss, from the last block to the first.

    Norms are root mean squares over images of 2-norms. The model must be in eval mode, or one
    image's gradient would depend on the others. Raises ValueError in training mode.
    """
    if model.training:
        raise ValueError("The model is in training mode; call eval() first.")
    with torch.no_grad():
        x = model.stem(examples.images)
        entered = []
        for plan in model.spec.blocks():
            entered.append((plan.name, x))
            x = model.get_submodule(plan.name)(x)
    arrived = _at_the_end(model, x, examples.labels)
    for name, x in reversed(entered):
        gain, arrived = _through(name, cast(Block, model.get_submodule(name)), x, arrived)
        yield gain


def _at_the_end(model: ResNet, x: Tensor, labels: Tensor) -> Tensor:
    with torch.enable_grad():
        end = x.requires_grad_()
        logits = model.classify(model.finish(end))
        return torch.autograd.grad(F.cross_entropy(logits, labels, reduction="sum"), end)[0]


def _through(name: str, block: Block, x: Tensor, arrived: Tensor) -> tuple[Gain, Tensor]:
    """The gain of one block, and ∂L/∂x."""
    with torch.enable_grad():
        x = x.detach().requires_grad_()
        shortcut, branch = block.lanes(x)
        total = add(shortcut, branch)
        out = block.finish(total)
    at_sum = torch.autograd.grad(out, total, arrived, retain_graph=True)[0]
    by_branch = torch.autograd.grad(branch, x, at_sum, retain_graph=True)[0]
    at_x = torch.autograd.grad(total, x, at_sum)[0]
    shares = (_norm(each) / _norm(arrived) for each in (at_x, at_sum, by_branch))
    return Gain(name, *shares), at_x


def _norm(gradients: Tensor) -> float:
    return gradients.double().square().sum((1, 2, 3)).mean().sqrt().item()
