"""Train any network on a small data set: a generator of steps by the paper's CIFAR-10 recipe."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from resnet.network.spec import ResNetSpec
from resnet.training.datasets import Dataset, Examples


@dataclass(frozen=True)
class PaperRecipe:
    """SGD with momentum; the rate is divided by ten at two points of the run.

    As in He et al. 2015 (arXiv:1512.03385), section 4.2: rate 0.1, momentum 0.9, weight decay
    0.0001, batch 128, divided at a half and three quarters of the run; a first epoch at a tenth of
    the rate, as the authors warm up their 110 layers.
    """

    epochs: int = 30
    batch: int = 128
    rate: float = 0.1
    momentum: float = 0.9
    decay: float = 1e-4
    warm: int = 1  # epochs at a tenth of the rate
    seed: int = 0  # of the order of the images

    def rate_at(self, epoch: int) -> float:
        """The learning rate of an epoch, which counts from 0."""
        tenths = (epoch < self.warm) + (epoch >= self.epochs / 2) + (epoch >= self.epochs * 0.75)
        return self.rate / 10**tenths


@dataclass(frozen=True)
class Score:
    """Mean cross-entropy, and the share of images whose class was not named."""

    loss: float
    error: float


@dataclass(frozen=True)
class Step:
    """One update: how far the run is, and the batch's loss before it.

    `train` and `test` come with the last step of an epoch, measured in eval mode after it.
    """

    done: int  # 1 to total
    total: int
    epoch: int  # from 0
    loss: float
    train: Score | None = None
    test: Score | None = None


def network_for(data: Dataset, depth: int, **changes: Any) -> ResNetSpec:
    """The paper's CIFAR-10 network of this depth for the data's channels, side and classes.

    Raises `DepthError`, and `SpecError` for changes that cannot be.
    """
    _, channels, side, _ = data.train.images.shape
    shape = {"in_channels": channels, "image_size": side, "num_classes": len(data.classes)}
    return ResNetSpec.of_depth(depth, "cifar", **shape, **changes)


def fit(model: nn.Module, data: Dataset, recipe: PaperRecipe) -> Generator[Step, None, None]:
    """Train the model in place; it is in eval mode whenever a step is yielded.

    Close the generator to stop. Raises ValueError where a batch is larger than the data.
    """
    steps = len(data.train) // recipe.batch
    if not steps:
        raise ValueError(f"A batch of {recipe.batch} does not fit {len(data.train)} images.")
    rng = torch.Generator().manual_seed(recipe.seed)
    optimiser = torch.optim.SGD(
        model.parameters(), recipe.rate, recipe.momentum, weight_decay=recipe.decay
    )
    total = recipe.epochs * steps
    for epoch in range(recipe.epochs):
        optimiser.param_groups[0]["lr"] = recipe.rate_at(epoch)
        order = torch.randperm(len(data.train), generator=rng)
        for i in range(steps):
            batch = order[i * recipe.batch : (i + 1) * recipe.batch]
            loss = _update(model, optimiser, data.train.images[batch], data.train.labels[batch])
            scores = (score(model, data.train), score(model, data.test)) if i + 1 == steps else ()
            yield Step(epoch * steps + i + 1, total, epoch, loss, *scores)


def _update(
    model: nn.Module, optimiser: torch.optim.Optimizer, images: Tensor, labels: Tensor
) -> float:
    model.train()
    loss = F.cross_entropy(model(images), labels)
    optimiser.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    optimiser.step()
    model.eval()
    return loss.item()


@torch.inference_mode()
def score(model: nn.Module, examples: Examples, batch: int = 512) -> Score:
    """Loss and error on examples; the model must be in eval mode and is left as it was."""
    logits = torch.cat([model(images) for images in torch.split(examples.images, batch)])
    wrong = (logits.argmax(1) != examples.labels).double().mean()
    return Score(F.cross_entropy(logits, examples.labels).item(), float(wrong))
