"""Train a network on Shapes.

Training is a generator: every step yields a `TrainingStep`, and closing the generator stops it. The
model learns in place, so that whoever passed it in has it at any moment.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from safetensors.torch import save_file
from torch import Tensor

from resnet.model.fresh_weights import fresh
from resnet.model.module import ResNet
from resnet.network.spec import ResNetSpec
from resnet.training.drawn_shapes import SHAPES, SIZE, TRAINING_SEEDS, scene
from resnet.training.evaluate import MEAN, STD, as_seen, measure


@dataclass(frozen=True)
class ShapesRecipe:
    """All that decides a training run; the defaults made the bundled checkpoint.

    `sizes` is the side of the images in each epoch: 64, or 32 for scenes averaged two by two, which
    cost a quarter. The first `bare` epochs see the scenes without clutter and texture: starting
    with all of it, training can stay at chance for hundreds of steps. Every third scene holds two
    objects, whose target is ½ and ½. AdamW (arXiv:1711.05101) with weight decay `decay`; the
    learning rate runs in straight lines through `rates`, pairs of (epoch, rate). The optimiser is
    made anew after the bare epochs and at each epoch of `restarts`.
    """

    seed: int = 0
    scenes: int = 16_000
    sizes: tuple[int, ...] = (32,) * 6 + (64,) * 4
    bare: int = 1
    restarts: tuple[int, ...] = (8,)
    batch: int = 64
    rates: tuple[tuple[float, float], ...] = ((0, 0), (0.25, 0.003), (8, 0), (8.2, 0.0015), (10, 0))
    decay: float = 0.05

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


BUNDLED = ShapesRecipe()


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


def train(model: ResNet, recipe: ShapesRecipe) -> Iterator[TrainingStep]:
    """Draw the scenes, then train the model in place; it is in eval mode between steps.

    Raises ValueError unless the model reads three channels, names the ten shapes, and a batch fits.
    """
    if (model.spec.in_channels, model.spec.num_classes) != (3, len(SHAPES)):
        raise ValueError(f"Shapes needs 3 channels and {len(SHAPES)} classes; got {model.spec}.")
    if not 2 <= recipe.batch <= recipe.scenes <= len(TRAINING_SEEDS):
        raise ValueError(f"A batch of {recipe.batch} does not fit {recipe.scenes} scenes.")
    if recipe.bare:
        yield from _fit(model, *(yield from _draw(recipe, bare=True)), recipe, range(recipe.bare))
    images, targets = yield from _draw(recipe, bare=False)
    for first, end in pairwise((recipe.bare, *recipe.restarts, len(recipe.sizes))):
        yield from _fit(model, images, targets, recipe, range(first, end))


def _draw(recipe: ShapesRecipe, bare: bool) -> Generator[TrainingStep, None, tuple[Tensor, Tensor]]:
    """The scenes (n, 3, H, W) uint8 and their targets (n, classes), whose rows sum to 1."""
    images = torch.empty(recipe.scenes, 3, SIZE, SIZE, dtype=torch.uint8)
    targets = torch.zeros(recipe.scenes, len(SHAPES))
    start = time.perf_counter()
    for i, seed in enumerate(TRAINING_SEEDS[: recipe.scenes]):
        drawn = scene(seed, objects=2 if i % 3 == 2 else 1, bare=bare)
        images[i] = torch.from_numpy(drawn.image).permute(2, 0, 1)
        targets[i, list(drawn.labels)] = 1 / len(drawn.labels)
        speed = (i + 1) / (time.perf_counter() - start)
        yield TrainingStep("drawing", i + 1, recipe.scenes, images_per_second=speed)
    return images, targets


def _fit(
    model: ResNet, images: Tensor, targets: Tensor, recipe: ShapesRecipe, epochs: range
) -> Iterator[TrainingStep]:
    rng = torch.Generator().manual_seed(recipe.seed + epochs.start)
    model.to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(model.parameters(), weight_decay=recipe.decay)
    first = epochs.start * recipe.steps_per_epoch
    for step, (epoch, batch) in enumerate(_batches(recipe, epochs, rng), start=first):
        start = time.perf_counter()
        rate = optimiser.param_groups[0]["lr"] = recipe.rate(step)
        inputs = _varied(as_seen(images[batch], recipe.sizes[epoch]), rng)
        loss, accuracy = _step(model, optimiser, inputs, targets[batch])
        speed = len(batch) / (time.perf_counter() - start)
        yield TrainingStep("training", step + 1, recipe.steps, epoch, loss, accuracy, rate, speed)


def _batches(
    recipe: ShapesRecipe, epochs: range, rng: torch.Generator
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


def _varied(images: Tensor, rng: torch.Generator) -> Tensor:
    """Normalised images (N, 3, h, w) that keep their classes in other colours and orientations.

    Channels are permuted and the batch is turned and flipped as a whole, which is quick; which
    channels are inverted is drawn for each image, so that batch statistics stay alike.
    """
    turns, flip = torch.randint(4, (2,), generator=rng).tolist()
    signs = torch.randint(2, (len(images), 3, 1, 1), generator=rng) * 2 - 1
    images = torch.rot90(images[:, torch.randperm(3, generator=rng)] * signs, turns, (2, 3))
    images = images.flip(3) if flip % 2 else images
    return images.contiguous(memory_format=torch.channels_last)


def train_bundled(path: Path, recipe: ShapesRecipe = BUNDLED) -> Iterator[TrainingStep]:
    """Train the bundled ResNet-20, measure it, and only then save it to `path`."""
    model = fresh(ResNetSpec.preset("cifar_resnet20", image_size=SIZE), recipe.seed)
    metadata = {
        "title": "ResNet-20, Shapes (bundled)",
        "command": f"python -m resnet train --out assets/{path.name}",
    }
    yield from train(model, recipe)
    save(model, path, recipe, **metadata, measured=measure(model))


def save(model: ResNet, path: Path, recipe: Any, **overrides: Any) -> None:
    """Write the weights as `path` (.safetensors) and what they are as JSON beside it.

    `recipe` is a dataclass with a seed; `overrides` go over what is said of Shapes.
    """
    state = {name: value.contiguous() for name, value in model.state_dict().items()}
    save_file(state, path)
    metadata = {
        "name": path.stem,
        "data": "shapes",
        "spec": model.spec.to_query(),
        "labels": SHAPES,
        **{"mean": MEAN, "std": STD, "resize": SIZE, "crop": SIZE},
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "seed": recipe.seed,
        "recipe": asdict(recipe),
        "versions": {"torch": torch.__version__, "numpy": np.__version__},
        "threads": torch.get_num_threads(),
    }
    path.with_suffix(".json").write_text(json.dumps(metadata | overrides, indent=2) + "\n")
