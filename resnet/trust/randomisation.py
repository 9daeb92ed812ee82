"""Cascading randomisation: does a map change when the network forgets what it learned?

Adebayo et al. 2018 (arXiv:1810.03292). From the classifier downwards one part after the other is
given fresh weights, on a copy. A map that stays as it was does not depend on them.
"""

from __future__ import annotations

from collections.abc import Generator
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from resnet.maps.attribute import Question
from resnet.maps.similarity import spearman, ssim
from resnet.model.module import ResNet
from resnet.model.progress import Progress, seeded


@dataclass(frozen=True)
class Randomised:
    """The map after `part` and all above it were made fresh, against the trained network's."""

    part: str
    rank_correlation: float
    ssim: float
    values: NDArray[np.float32]


def cascade(
    model: ResNet, image: Tensor, question: Question, seed: int = 0
) -> Generator[Progress[tuple[Randomised, ...]]]:
    """Ask of one image (1, C, H, W) after each part, the classifier first; yields all steps so far.

    Maps are compared on the pixels, where they are placed, with their signs. Fresh means as a new
    network of this spec begins: each module's own initialisation, with running statistics of mean 0
    and variance 1. The model itself is not touched.
    """
    trained = question.on_pixels(model, image)
    copy, fresh = deepcopy(model), _fresh(model, seed)
    so_far: tuple[Randomised, ...] = ()
    names = randomised_parts(model)
    for done, name in enumerate(names, start=1):
        copy.get_submodule(name).load_state_dict(fresh.get_submodule(name).state_dict())
        values = question.on_pixels(copy, image)
        likeness = spearman(trained, values), ssim(trained, values)
        so_far = (*so_far, Randomised(name, *likeness, values))
        yield Progress(done, len(names), so_far)


def randomised_parts(model: ResNet) -> tuple[str, ...]:
    """The modules with parameters from the classifier down: fc, every block, the stem."""
    stages = [(name, model.get_submodule(name)) for name in reversed(model.spec.stage_names)]
    blocks = [
        f"{name}.{i}" for name, stage in stages for i, _ in reversed([*stage.named_children()])
    ]
    names = ["fc", "norm", *blocks, "bn1", "conv1"]
    return tuple(
        name for name in names if any(True for _ in model.get_submodule(name).parameters())
    )


def _fresh(model: ResNet, seed: int) -> ResNet:
    where = model.fc.weight.device
    with seeded(seed, torch.device("cpu")):
        fresh = ResNet(model.spec)
    return fresh.to(where, model.fc.weight.dtype)
