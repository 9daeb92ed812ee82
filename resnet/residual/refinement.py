"""Iterative refinement: does what a block adds lead down the loss?

Jastrzębski et al. 2018 (arXiv:1710.04773) expand the loss in what a block adds: where F(x) is
small, the loss changes by F(x) · ∂L/∂x, so that a network which lowers it block by block has F(x)
at an acute angle to −∂L/∂x.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, cast

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from resnet.model.module import Block, ResNet, add
from resnet.training.datasets import Examples


class Update(NamedTuple):
    """What one block adds to x, and where the loss falls, of N images.

    `own` (N,) are the cosines of F(x) with −∂L/∂x, L an image's own cross-entropy; `other` (N,)
    those with the gradient of the image after it, the last one's being the first.
    """

    block: str
    size: int  # numbers in an image's x
    own: Tensor
    other: Tensor


def update_cosines(model: ResNet, examples: Examples) -> Iterator[Update]:
    """Each block that keeps the shape, by one forward and one backward of all images.

    The model must be in eval mode. An image whose gradient is zero has cosine 0.
    """
    with torch.enable_grad():
        x = model.stem(examples.images).detach().requires_grad_()
        entered, added = [], []
        for plan in model.spec.blocks():
            block = cast(Block, model.get_submodule(plan.name))
            shortcut, branch = block.lanes(x)
            if plan.keeps_shape:
                entered.append(x)
                added.append((plan.name, branch.detach()))
            x = block.finish(add(shortcut, branch))
        logits = model.classify(model.finish(x))
        loss = F.cross_entropy(logits, examples.labels, reduction="sum")
        gradients = torch.autograd.grad(loss, entered)
    for (name, branch), gradient in zip(added, gradients, strict=True):
        update, down = _directions(branch), _directions(-gradient)
        own, other = ((update * to).sum(1) for to in (down, down.roll(-1, 0)))
        yield Update(name, update.shape[1], own, other)


def _directions(values: Tensor) -> Tensor:
    """Each image's values as a vector of length 1, float64; a zero vector stays zero."""
    flat = values.flatten(1).double()
    lengths = torch.linalg.vector_norm(flat, dim=1, keepdim=True)
    return flat / lengths.where(lengths > 0, 1.0)
