"""Train a network on Shapes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor

from resnet.model.fresh_weights import fresh
from resnet.model.module import ResNet
from resnet.network.spec import ResNetSpec
from resnet.training.evaluate import MEAN, STD, measure
from resnet.training.scene_training import SceneRecipe, TrainingStep, check, draw, fit
from resnet.training.scenes.drawn_shapes import SHAPES, SIZE, Scene, scene


@dataclass(frozen=True)
class ShapesRecipe(SceneRecipe):
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


BUNDLED = ShapesRecipe()


def train(model: ResNet, recipe: ShapesRecipe) -> Iterator[TrainingStep]:
    """Draw the scenes, then train the model in place; it is in eval mode between steps.

    Raises ValueError unless the model reads three channels, names the ten shapes, and a batch fits.
    """
    check(model, recipe, len(SHAPES))
    epochs = (recipe.bare, *recipe.restarts, len(recipe.sizes))
    if recipe.bare:
        drawn = yield from draw(partial(_learned, bare=True), recipe.scenes, len(SHAPES))
        yield from fit(model, *drawn, recipe, range(recipe.bare), _varied)
    drawn = yield from draw(partial(_learned, bare=False), recipe.scenes, len(SHAPES))
    for first, end in pairwise(epochs):
        yield from fit(model, *drawn, recipe, range(first, end), _varied)


def _learned(seed: int, bare: bool) -> Scene:
    """Every third scene holds two objects."""
    return scene(seed, objects=2 if seed % 3 == 2 else 1, bare=bare)


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
