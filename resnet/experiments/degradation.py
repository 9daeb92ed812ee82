"""Deeper can be worse: plain and residual networks of several depths on the same data."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from copy import deepcopy
from dataclasses import asdict, dataclass
from itertools import product
from typing import Any

from resnet.experiments.registry import setting
from resnet.model.fresh_weights import fresh
from resnet.model.module import ResNet
from resnet.model.progress import Progress
from resnet.training.datasets import DATASETS, Examples, load_dataset
from resnet.training.sgd_recipe import SgdRecipe, Step, fit, network_for, score

KINDS = {"plain": "none", "residual": "A"}  # the shortcut that makes the kind


@dataclass(frozen=True)
class Settings:
    """Every depth is trained of each kind, from each seed, on the same batches."""

    depths: tuple[int, ...] = setting((20, 56, 110), "Layers: 6n + 2.", 8, 1202)
    kinds: tuple[str, ...] = setting(
        tuple(KINDS), "Without shortcuts, and with.", choices=(*KINDS,)
    )
    width: int = setting(8, "Channels of the first stage; 16 in the paper.", 1, 64)
    epochs: int = setting(30, "Over all training images.", 1, 1000)
    rate: float = setting(0.01, "Learning rate at the beginning; 0.1 in the paper.", 1e-6, 10)
    warm: int = setting(0, "First epochs at a tenth of the rate.", 0, 100)
    data: str = setting("digits", "What is learned.", choices=tuple(DATASETS))
    train: int = setting(0, "Training images; 0 for all.", 0, 60_000)
    test: int = setting(0, "Test images; 0 for all.", 0, 10_000)
    size: int = setting(0, "Side that images are resized to; 0 for their own.", 0, 64)
    seeds: tuple[int, ...] = setting((0, 1, 2), "Of weights and of the order of the images.", 0)


@dataclass(frozen=True)
class Row:
    """One network after one epoch, which counts from 1; errors are shares of all images.

    `train_error` and `test_error` are measured as a network is used, in eval mode, where BN
    normalises by the running statistics of its training. `batch_error` is of the same weights on
    the same training images, where BN normalises by the batch at hand, as while they learn.
    """

    kind: str
    depth: int
    seed: int
    epoch: int
    train_loss: float
    train_error: float
    batch_error: float
    test_error: float


def run(settings: Settings) -> Generator[Progress[tuple[Row, ...]], None, None]:
    """Train one network after another. Yields after each batch, with rows after each epoch."""
    data = load_dataset(settings.data, settings.train, settings.test, settings.size)
    rows: tuple[Row, ...] = ()
    nets = [*product(settings.depths, settings.kinds, settings.seeds)]
    for number, (depth, kind, seed) in enumerate(nets):
        spec = network_for(data, depth, settings.width, shortcut=KINDS[kind])
        model = fresh(spec, seed)
        with closing(fit(model, data, recipe(settings, seed))) as steps:
            for step in steps:
                done = number * step.total + step.done
                new = _rows((kind, depth, seed), step, model, data.train)
                rows += new
                yield Progress(done, len(nets) * step.total, rows if new else None)


def recipe(settings: Settings, seed: int) -> SgdRecipe:
    """How the networks of one seed are trained."""
    return SgdRecipe(settings.epochs, rate=settings.rate, warm=settings.warm, seed=seed)


def conditions(settings: Settings) -> dict[str, Any]:
    """The recipe of the first seed; the others differ in that alone."""
    return {"recipe": asdict(recipe(settings, settings.seeds[0]))}


def batch_error(model: ResNet, examples: Examples, batch: int = 128) -> float:
    """The error where BN normalises by each batch; the model is left as it was."""
    return score(deepcopy(model).train(), examples, batch).error


def _rows(
    net: tuple[str, int, int], step: Step, model: ResNet, examples: Examples
) -> tuple[Row, ...]:
    if step.train is None or step.test is None:
        return ()
    by_batch = batch_error(model, examples)
    scores = step.train.loss, step.train.error, by_batch, step.test.error
    return (Row(*net, step.epoch + 1, *scores),)
