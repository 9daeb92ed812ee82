"""Train a network on a data set by name, and keep it with what it is: the command `train`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from resnet.model.fresh_weights import fresh
from resnet.model.module import ResNet
from resnet.network.spec import ResNetSpec
from resnet.training import sgd_recipe, shapes_recipe, solids_recipe
from resnet.training.datasets import Dataset, load_dataset
from resnet.training.scene_training import SceneRecipe, TrainingStep
from resnet.training.shapes_recipe import save

# by data that have a recipe of their own: the usual file, the training, and what decides it
DRAWN: dict[str, tuple[str, Callable[[Path, Any], Iterator[TrainingStep]], SceneRecipe]] = {
    "shapes": ("shapes_resnet20.safetensors", shapes_recipe.train_bundled, shapes_recipe.BUNDLED),
    "solids": ("solids_resnet18.safetensors", solids_recipe.train_bundled, solids_recipe.BUNDLED),
}


def plan_training(
    data: str, out: Path | None, seed: int, **options: Any
) -> tuple[Path, Iterator[TrainingStep]]:
    """Where the weights will be, and the training, which writes them when it has ended.

    `options` may say depth, shortcut, width and epochs, unless the data are of `DRAWN`. Raises
    `DatasetError`, `SpecError`, and `click.UsageError` for a file of another kind.
    """
    if data in DRAWN:
        usual, train_bundled, bundled = DRAWN[data]
        path = _file(out or Path(usual))
        return path, train_bundled(path, replace(bundled, seed=seed))
    recipe = sgd_recipe.SgdRecipe(epochs=options.pop("epochs", 30), seed=seed)
    loaded = load_dataset(data)
    spec = _spec(loaded, **options)
    path = _file(out or Path(f"{data}_{kind(spec)}{spec.depth}.safetensors"))
    return path, train_and_save(path, spec, loaded, recipe)


def train_and_save(
    path: Path, spec: ResNetSpec, data: Dataset, recipe: sgd_recipe.SgdRecipe
) -> Iterator[TrainingStep]:
    """Train a fresh network of `spec` by a recipe, measure it, and only then save it."""
    model = fresh(spec, recipe.seed)
    for step in sgd_recipe.fit(model, data, recipe):
        yield TrainingStep("training", step.done, step.total, step.epoch, step.loss)
    save(model, path, recipe, **_metadata(spec, data, recipe, path), measured=measure(model, data))


def measure(model: ResNet, data: Dataset) -> dict[str, Any]:
    """Errors as shares of all images of both parts. Needs eval mode."""
    return {
        "n_train": len(data.train),
        "train_error": sgd_recipe.score(model, data.train).error,
        "n_test": len(data.test),
        "test_error": sgd_recipe.score(model, data.test).error,
    }


def kind(spec: ResNetSpec) -> str:
    """A net without shortcuts is plain."""
    return "plain" if spec.shortcut == "none" else "residual"


def _spec(data: Dataset, depth: int = 20, shortcut: str = "A", width: int = 16) -> ResNetSpec:
    return sgd_recipe.network_for(data, depth, width, shortcut=shortcut)


def _file(out: Path) -> Path:
    if out.suffix != ".safetensors":
        raise click.UsageError(f"--out is {out}; its name must end in .safetensors.")
    return out


def _metadata(
    spec: ResNetSpec, data: Dataset, recipe: sgd_recipe.SgdRecipe, path: Path
) -> dict[str, Any]:
    return {
        "title": f"{kind(spec).title()} {spec.depth}, {data.name}",
        "command": _command(spec, data, recipe, path),
        "data": data.name,
        "labels": data.classes,
        "mean": data.mean,
        "std": data.std,
        "resize": spec.side,
        "crop": spec.side,
    }


def _command(spec: ResNetSpec, data: Dataset, recipe: sgd_recipe.SgdRecipe, path: Path) -> str:
    return (
        f"python -m resnet train --data {data.name} --depth {spec.depth} "
        f"--shortcut {spec.shortcut} --width {spec.stem_width} --epochs {recipe.epochs} "
        f"--seed {recipe.seed} --out assets/{path.name}"
    )
