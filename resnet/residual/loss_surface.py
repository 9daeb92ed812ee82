"""The loss on a plane through a model's weights, along filter-normalised random directions.

Li et al. 2018 (arXiv:1712.09913), section 4: a Gaussian direction in which each filter is scaled to
the norm of the weights' own filter, so that networks of other scales can be compared; biases and
the parameters of batch normalisation stay where they are. Running statistics stay too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn
from torch.func import functional_call

from resnet.training.datasets import Examples

Direction = Mapping[str, Tensor]  # one tensor for each parameter, by its name


def random_direction(model: nn.Module, rng: torch.Generator) -> Direction:
    """A random direction whose filters are as long as the model's; zero where it has no filters."""
    return {name: _like_filters(weight.detach(), rng) for name, weight in model.named_parameters()}


def _like_filters(weight: Tensor, rng: torch.Generator) -> Tensor:
    if weight.dim() < 2:  # a bias, γ or β
        return torch.zeros_like(weight)
    noise = torch.randn(weight.shape, generator=rng)
    return noise * (_lengths(weight) / _lengths(noise))


def _lengths(weight: Tensor) -> Tensor:
    """The norm of each filter (or row of a linear layer), shaped to scale it: (out, 1, …)."""
    return weight.flatten(1).norm(dim=1).reshape(-1, *[1] * (weight.dim() - 1))


@torch.inference_mode()
def loss_at(
    model: nn.Module, examples: Examples, directions: Sequence[Direction], steps: Sequence[float]
) -> float:
    """Mean cross-entropy with the weights moved by `steps` along `directions`.

    The model, in eval mode, has its own weights again when this returns; nobody else may use it
    meanwhile.
    """
    moved = {
        name: weight
        + sum(step * along[name] for step, along in zip(steps, directions, strict=True))
        for name, weight in model.named_parameters()
    }
    logits = functional_call(model, moved, (examples.images,))
    return float(F.cross_entropy(logits, examples.labels))


def axis_steps(half: int, reach: float) -> tuple[float, ...]:
    """`half` steps on each side of 0, evenly to `reach`, and 0."""
    return tuple(reach * i / half for i in range(-half, half + 1))
