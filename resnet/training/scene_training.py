"""Train a network on drawn scenes.

Training is a generator: every step yields a `TrainingStep`, and closing the generator stops it. The
model learns in place, so that whoever passed it in has it at any moment.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from resnet.model.module import ResNet
from resnet.training.evaluate import as_seen
from resnet.training.scenes.drawn_shapes import TRAINING_SEEDS, Scene


@dataclass(frozen=True)
class SceneRecipe:
    """What decides a training run on drawn scenes, whatever they show.

    `sizes` is the side of the images in each epoch: a scene's own, or a part of it, by averages.
    AdamW (arXiv:1711.05101) with weight decay `decay`; the learning rate runs in straight lines
    through `rates`, pairs of (epoch, rate).
    """

    seed: int
    scenes: int
    sizes: tuple[int, ...]
    batch: int
    rates: tuple[tuple[float, float], ...]
    decay: float

    @property
    def steps_per_epoch(self) -> int:
        """Full batches; what is left over waits for another epoch's shuffle."""
        return self.scenes // self.batch

    @property
    def steps(self) -> int:
        """Batches over all epochs."""
        return len(self.sizes) * self.steps_per_epoch

    def rate(self, step: int) -> float:
        """The learning rate in the middle of a step, which counts from 0."""
        epochs, rates = np.array(self.rates).T
        return float(np.interp((step + 0.5) / self.steps_per_epoch, epochs, rates))


@dataclass(frozen=True)
class TrainingStep:
    """One step of `phase` "drawing" (one step a scene) or "training" (one step a batch).

    `loss` and `accuracy` are of this batch before its update, `rate` is the learning rate.
    """

    phase: str
    step: int  # 1 to steps
    steps: int
    epoch: int = 0  # from 0
    loss: float = float("nan")
    accuracy: float = float("nan")
    rate: float = 0.0
    images_per_second: float = 0.0


def check(model: ResNet, recipe: SceneRecipe, classes: int) -> None:
    """Raise ValueError unless the model reads colours, names the classes, and a batch fits."""
    if (model.spec.in_channels, model.spec.num_classes) != (3, classes):
        raise ValueError(f"The scenes need 3 channels and {classes} classes; got {model.spec}.")
    if not 2 <= recipe.batch <= recipe.scenes <= len(TRAINING_SEEDS):
        raise ValueError(f"A batch of {recipe.batch} does not fit {recipe.scenes} scenes.")


def draw(
    scene: Callable[[int], Scene], scenes: int, classes: int
) -> Generator[TrainingStep, None, tuple[Tensor, Tensor]]:
    """The first training scenes (n, 3, H, W) uint8 and their targets (n, classes).

    A target's row sums to 1, by equal parts for each object.
    """
    images, targets = [], torch.zeros(scenes, classes)
    start = time.perf_counter()
    for i, seed in enumerate(TRAINING_SEEDS[:scenes]):
        drawn = scene(seed)
        images.append(torch.from_numpy(drawn.image).permute(2, 0, 1).contiguous())
        targets[i, list(drawn.labels)] = 1 / len(drawn.labels)
        speed = (i + 1) / (time.perf_counter() - start)
        yield TrainingStep("drawing", i + 1, scenes, images_per_second=speed)
    return torch.stack(images), targets


def fit(
    model: ResNet,
    images: Tensor,
    targets: Tensor,
    recipe: SceneRecipe,
    epochs: range,
    varied: Callable[[Tensor, torch.Generator], Tensor],
) -> Iterator[TrainingStep]:
    """Some epochs of a recipe, with an optimiser of their own; in eval mode between steps.

    `images` are (n, 3, H, W) uint8, the rows of `targets` (n, classes) sum to 1; `varied` makes
    other normalised images (batch, 3, h, w) of a batch, which keep their classes.
    """
    rng = torch.Generator().manual_seed(recipe.seed + epochs.start)
    model.to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(model.parameters(), weight_decay=recipe.decay)
    first = epochs.start * recipe.steps_per_epoch
    for step, (epoch, batch) in enumerate(_batches(recipe, epochs, rng), start=first):
        start = time.perf_counter()
        rate = optimiser.param_groups[0]["lr"] = recipe.rate(step)
        inputs = varied(as_seen(images[batch], recipe.sizes[epoch]), rng)
        loss, accuracy = _step(model, optimiser, inputs, targets[batch])
        speed = len(batch) / (time.perf_counter() - start)
        yield TrainingStep("training", step + 1, recipe.steps, epoch, loss, accuracy, rate, speed)


def _batches(
    recipe: SceneRecipe, epochs: range, rng: torch.Generator
) -> Iterator[tuple[int, Tensor]]:
    """The epoch and the examples (batch,) of every step, shuffled anew in each epoch."""
    for epoch in epochs:
        order = torch.randperm(recipe.scenes, generator=rng)
        for first in range(0, recipe.scenes - recipe.batch + 1, recipe.batch):
            yield epoch, order[first : first + recipe.batch]


def _step(
    model: ResNet, optimiser: torch.optim.Optimizer, images: Tensor, targets: Tensor
) -> tuple[float, float]:
    """Loss and accuracy before one update; the model is left in eval mode."""
    model.train()
    logits = model(images)
    loss = F.cross_entropy(logits, targets)
    optimiser.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    optimiser.step()
    model.eval()
    right = targets.gather(1, logits.argmax(1, keepdim=True)) > 0
    return loss.item(), float(right.float().mean())
