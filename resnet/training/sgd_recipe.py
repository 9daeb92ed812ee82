"""Train any network on a small data set by SGD: a generator of steps."""

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
class SgdRecipe:
    """SGD with momentum; the rate is divided by ten at a half and at three quarters of the run.

    Momentum, weight decay, batch and the division are those of He et al. 2015 (arXiv:1512.03385),
    section 4.2, for CIFAR-10. They trained 64,000 updates at rate 0.1 on images that were padded,
    cropped and mirrored, and began 110 layers at 0.01 until the training error was below 80 %,
    about 400 updates. Here nothing is augmented, a run is some hundred updates, and the rate is a
    tenth of theirs, so that none need be warmed up.
    """

    epochs: int = 30
    batch: int = 128
    rate: float = 0.01
    momentum: float = 0.9
    decay: float = 1e-4
    warm: int = 0  # epochs at a tenth of the rate
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


def network_for(data: Dataset, depth: int, width: int = 16, **changes: Any) -> ResNetSpec:
    """The paper's CIFAR-10 network of this depth for the data's channels, side and classes.

    Its stages have `width`, 2 · `width` and 4 · `width` channels. Raises `DepthError`, and
    `SpecError` for changes that cannot be.
    """
    _, channels, side, _ = data.train.images.shape
    shape = {"in_channels": channels, "image_size": side, "num_classes": len(data.classes)}
    widths = {"stem_width": width, "planes": (width, 2 * width, 4 * width)}
    return ResNetSpec.of_depth(depth, "cifar", **shape, **widths, **changes)


def fit(model: nn.Module, data: Dataset, recipe: SgdRecipe) -> Generator[Step, None, None]:
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
    """Loss and error on examples, in the mode that the model is in.

    In eval mode it is left as it was; else its running statistics move.
    """
    logits = torch.cat([model(images) for images in torch.split(examples.images, batch)])
    wrong = (logits.argmax(1) != examples.labels).double().mean()
    return Score(F.cross_entropy(logits, examples.labels).item(), float(wrong))
