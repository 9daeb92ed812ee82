"""Train a network on Solids."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from resnet.model.fresh_weights import fresh
from resnet.model.module import ResNet
from resnet.network.spec import ResNetSpec
from resnet.training.evaluate import evaluate, pointing_game
from resnet.training.scene_training import SceneRecipe, TrainingStep, check, draw, fit
from resnet.training.scenes.drawn_shapes import HELD_OUT_SEEDS
from resnet.training.scenes.drawn_solids import SIZE, SOLIDS, scene, scenes
from resnet.training.shapes_recipe import save


@dataclass(frozen=True)
class SolidsRecipe(SceneRecipe):
    """All that decides a training run; the defaults made the bundled checkpoint.

    Most epochs see the scenes averaged two by two, which cost a quarter. The optimiser is made anew
    where the size changes.
    """

    seed: int = 0
    scenes: int = 8000
    sizes: tuple[int, ...] = (SIZE // 2,) * 16 + (SIZE,) * 4
    batch: int = 64
    rates: tuple[tuple[float, float], ...] = (
        *((0, 0), (0.5, 0.003), (16, 0.0005), (16.2, 0.001), (20, 0)),
    )
    decay: float = 0.05


BUNDLED = SolidsRecipe()
_WIDTHS = {"stem_width": 16, "planes": (16, 32, 64, 128)}
SPEC = ResNetSpec.preset("resnet18", **_WIDTHS, num_classes=len(SOLIDS), image_size=SIZE)


def train(model: ResNet, recipe: SolidsRecipe) -> Iterator[TrainingStep]:
    """Render the scenes, then train the model in place; it is in eval mode between steps.

    Raises ValueError unless the model reads three channels, names the ten solids, and a batch fits.
    """
    check(model, recipe, len(SOLIDS))
    rendered = yield from draw(scene, recipe.scenes, len(SOLIDS))
    for epochs in spans(recipe.sizes):
        yield from fit(model, *rendered, recipe, epochs, _varied)


def spans(sizes: Sequence[int]) -> Iterator[range]:
    """The epochs of each size in turn."""
    changes = [epoch for epoch in range(1, len(sizes)) if sizes[epoch] != sizes[epoch - 1]]
    return (range(first, end) for first, end in pairwise((0, *changes, len(sizes))))


def _varied(images: Tensor, rng: torch.Generator) -> Tensor:
    """Normalised images (N, 3, h, w), each as it is or mirrored, the batch in other colours."""
    images = images[:, torch.randperm(3, generator=rng)]
    mirrored = torch.randint(2, (len(images), 1, 1, 1), generator=rng) > 0
    images = torch.where(mirrored, images.flip(3), images)
    return images.contiguous(memory_format=torch.channels_last)


def train_bundled(path: Path, recipe: SolidsRecipe = BUNDLED) -> Iterator[TrainingStep]:
    """Train the bundled ResNet-18 of a quarter's width, measure it, and only then save it."""
    model = fresh(SPEC, recipe.seed)
    yield from train(model, recipe)
    round_weights(model)
    save(model, path, recipe, **_metadata(path), measured=measure(model))


def measure(model: ResNet, n: int = 2000) -> dict[str, Any]:
    """Accuracy and pointing game on the first `n` held-out seeds."""
    shown = list(scenes(HELD_OUT_SEEDS[:n]))
    pointing = pointing_game(model, shown)
    accuracy = evaluate(model, shown).accuracy
    return {
        "n": n,
        "held_out_accuracy": accuracy,
        "pointing_game": pointing.rates | {"n": pointing.n},
    }


@torch.no_grad()
def round_weights(model: ResNet) -> None:
    """Round all weights to bfloat16's eight significant bits, which halves them in a wheel."""
    for value in model.state_dict().values():
        if value.is_floating_point():
            value.copy_(value.bfloat16())


def _metadata(path: Path) -> dict[str, Any]:
    return {
        "title": "ResNet-18 ×¼, Solids (bundled)",
        "command": f"python -m resnet train --data solids --out assets/{path.name}",
        "data": "solids",
        "labels": SOLIDS,
        **{"resize": SIZE, "crop": SIZE},
    }
