"""What comes back along the paths of a residual network: one path at a time, and all of a length.

Backward, a block passes on the gradient by its shortcut and by its branch, and the gradient of the
whole is the sum over all 2ⁿ choices. The forward is always the whole one, so that every ReLU after
a sum is as open as it is in the network.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, cast

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from resnet.model.module import Block, ResNet, add
from resnet.training.datasets import Examples


def gradients_along_path(model: ResNet, examples: Examples, taken: Sequence[bool]) -> Tensor:
    """The gradients (N, C, H, W) of each image's own loss along one path of Veit et al. 2016.

    The path goes back through the branches of the blocks that are `taken` and through the
    shortcuts of all others. The model must be in eval mode. Raises ValueError for a plain network.
    """
    _check(model)
    with torch.enable_grad():
        images = examples.images.detach().requires_grad_()
        x = model.stem(images)
        for plan, branch_only in zip(model.spec.blocks(), taken, strict=True):
            block = cast(Block, model.get_submodule(plan.name))
            shortcut, branch = block.lanes(x)
            assert shortcut is not None
            lanes = (shortcut.detach(), branch) if branch_only else (shortcut, branch.detach())
            x = block.finish(add(*lanes))
        loss = _loss(model, x, examples.labels)
        return torch.autograd.grad(loss, images)[0]


class _Passed(NamedTuple):
    """One block of a forward: what entered it, its lanes, their sum and what left it."""

    x: Tensor
    shortcut: Tensor
    branch: Tensor
    total: Tensor
    out: Tensor


def gradients_by_length(model: ResNet, examples: Examples) -> Tensor:
    """The sum over all paths of each length, exactly: (n + 1, N, C, H, W) for n blocks.

    Going back, a block turns k sums into k + 1: each goes on by the shortcut, and by the branch to
    the next length. The sum of the result is the gradient. As `gradients_along_path` otherwise.
    """
    _check(model)
    with torch.enable_grad():
        images = examples.images.detach().requires_grad_()
        stem = x = model.stem(images)
        passed = []
        for plan in model.spec.blocks():
            passed.append(_pass(cast(Block, model.get_submodule(plan.name)), x))
            x = passed[-1].out
        end = x.detach().requires_grad_()
        sums = torch.autograd.grad(_loss(model, end, examples.labels), end)[0][None]
        for step in reversed(passed):
            sums = _back(step, sums)
        return _pulled_back(stem, images, sums)


def magnitude(gradients: Tensor) -> Tensor:
    """The root mean square over images of ‖gradient‖₂, for gradients (…, N, C, H, W)."""
    return gradients.double().square().sum((-3, -2, -1)).mean(-1).sqrt()


def _pass(block: Block, x: Tensor) -> _Passed:
    x = x.detach().requires_grad_()
    shortcut, branch = block.lanes(x)
    assert shortcut is not None
    total = add(shortcut, branch)
    return _Passed(x, shortcut, branch, total, block.finish(total))


def _back(step: _Passed, sums: Tensor) -> Tensor:
    """Sums (k, N, …) of the paths behind a block to those (k + 1, N, …) before it."""
    sums = _pulled_back(step.out, step.total, sums)
    by_shortcut, by_branch = (
        _pulled_back(lane, step.x, sums) for lane in (step.shortcut, step.branch)
    )
    none = torch.zeros_like(by_shortcut[:1])
    return torch.cat([by_shortcut, none]) + torch.cat([none, by_branch])


def _pulled_back(of: Tensor, to: Tensor, sums: Tensor) -> Tensor:
    """Several gradients (k, N, …) of one tensor, brought back to another."""
    pulled = torch.autograd.grad(of, to, sums, retain_graph=True, is_grads_batched=True)
    return pulled[0]


def _loss(model: ResNet, x: Tensor, labels: Tensor) -> Tensor:
    return F.cross_entropy(model.classify(model.finish(x)), labels, reduction="sum")


def _check(model: ResNet) -> None:
    if model.spec.shortcut == "none":
        raise ValueError("A plain network has one path, through every block.")
