"""Deeper can be worse: plain and residual networks of several depths on the same data."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import Any

from resnet.experiments.registry import setting
from resnet.model.fresh_weights import fresh
from resnet.model.progress import Progress
from resnet.training.datasets import DATASETS, load_dataset
from resnet.training.paper_recipe import PaperRecipe, Step, fit, network_for

KINDS = {"plain": "none", "residual": "A"}  # the shortcut that makes the kind


@dataclass(frozen=True)
class Settings:
    """Every depth is trained plain and residual, from the same seed on the same batches."""

    depths: tuple[int, ...] = setting((20, 32, 56, 110), "Layers: 6n + 2.", 8, 1202)
    epochs: int = setting(30, "Over all training images.", 1, 1000)
    data: str = setting("digits", "What is learned.", choices=tuple(DATASETS))
    train: int = setting(0, "Training images; 0 for all.", 0, 60_000)
    test: int = setting(0, "Test images; 0 for all.", 0, 10_000)
    size: int = setting(0, "Side that images are resized to; 0 for their own.", 0, 64)
    seed: int = setting(0, "Of the weights and of the order of the images.", 0)


@dataclass(frozen=True)
class Row:
    """One network after one epoch, which counts from 1; errors are shares of all images."""

    kind: str
    depth: int
    epoch: int
    train_loss: float
    train_error: float
    test_error: float


def run(settings: Settings) -> Generator[Progress[tuple[Row, ...]], None, None]:
    """Train one network after another. Yields after each batch, with rows after each epoch."""
    data = load_dataset(settings.data, settings.train, settings.test, settings.size)
    rows: tuple[Row, ...] = ()
    nets = [(kind, depth) for depth in settings.depths for kind in KINDS]
    recipe = PaperRecipe(epochs=settings.epochs, seed=settings.seed)
    for number, (kind, depth) in enumerate(nets):
        model = fresh(network_for(data, depth, shortcut=KINDS[kind]), settings.seed)
        with closing(fit(model, data, recipe)) as steps:
            for step in steps:
                done = number * step.total + step.done
                new = _rows(kind, depth, step)
                rows += new
                yield Progress(done, len(nets) * step.total, rows if new else None)


def conditions(settings: Settings) -> dict[str, Any]:
    """The recipe, which is the paper's but for its length."""
    return {"recipe": asdict(PaperRecipe(epochs=settings.epochs, seed=settings.seed))}


def _rows(kind: str, depth: int, step: Step) -> tuple[Row, ...]:
    if step.train is None or step.test is None:
        return ()
    scores = step.train.loss, step.train.error, step.test.error
    return (Row(kind, depth, step.epoch + 1, *scores),)
