"""Take a block out: the error without each block, without several, and with blocks reordered.

A lesion of a residual block keeps its shortcut, as in Veit et al. 2016 (arXiv:1605.06431). A plain
block has none: it can be left out only where its input and output have one shape.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Generator, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import torch

from resnet.experiments import dissected_nets
from resnet.experiments.registry import setting
from resnet.model.module import ResNet
from resnet.model.progress import Progress
from resnet.network.fields.plans import BlockPlan
from resnet.residual.lesion_sweep import run_blocks
from resnet.training.datasets import Examples
from resnet.weights.loading import load_residual

NETS = (
    "digits_residual20",
    "digits_residual56",
    "digits_residual110",
    "digits_plain20",
    "shapes_resnet20",
)
_BATCH = 50  # so that a lesion of any of them can be halted


@dataclass(frozen=True)
class Settings:
    """Each network, on its first test images; the same lesions of several for networks alike."""

    nets: tuple[str, ...] = setting(NETS, "Trained networks by name.")
    images: int = setting(200, "Held-out images.", 1, 10_000)
    most: int = setting(10, "Blocks taken out, and pairs swapped, at once.", 1, 100)
    draws: int = setting(10, "Draws of each number.", 1, 1000)
    seed: int = setting(0, "Of the draws.", 0)


@dataclass(frozen=True)
class Row:
    """The error, as a share of so many `images`, after one lesion.

    `kind` is "intact", "one" (each block), "several" (`amount` random blocks that keep the shape)
    or "order" (`amount` random swaps of two such blocks in one stage). `blocks` are those taken
    out, with commas. `changes` says that the one block changes the shape. `tau` is Kendall's rank
    correlation of the blocks' order with their own.
    """

    net: str
    kind: str
    blocks: str
    amount: int
    changes: bool
    tau: float
    error: float
    images: int


def run(settings: Settings) -> Generator[Progress[tuple[Row, ...]], None, None]:
    """One network after another. Yields after every few images, with rows after each lesion."""
    rows: tuple[Row, ...] = ()
    planned = [(net, [*_planned(net, settings)]) for net in settings.nets]
    done, total = 0, sum(len(lesions) for _, lesions in planned)
    for net, lesions in planned:
        classifier = load_residual(net)
        examples = dissected_nets.held_out(classifier, settings.images)
        for lesion in lesions:
            wrong = 0
            for part in _wrong(classifier.model, examples, lesion):
                wrong += part
                yield Progress(done, total)
            done += 1
            rows += (lesion.row(net, wrong, len(examples)),)
            yield Progress(done, total, rows)


def conditions(settings: Settings) -> dict[str, Any]:
    """The networks' weights."""
    return dissected_nets.conditions(settings.nets)


@dataclass(frozen=True)
class Lesion:
    """Blocks in the order in which they work, and those of them whose branches do not."""

    kind: str
    order: tuple[str, ...]
    out: tuple[str, ...] = ()
    amount: int = 0
    changes: bool = False
    tau: float = 1.0

    def row(self, net: str, wrong: int, images: int) -> Row:
        """The row of its error."""
        out, error = ",".join(self.out), wrong / images
        return Row(net, self.kind, out, self.amount, self.changes, self.tau, error, images)


def kendall(order: Sequence[int]) -> float:
    """Kendall's tau of a permutation of 0 to n − 1 with the ascending one."""
    pairs = [*combinations(order, 2)]
    return sum(1 if a < b else -1 for a, b in pairs) / len(pairs)


def _planned(net: str, settings: Settings) -> Iterator[Lesion]:
    plans = [*load_residual(net).spec.blocks()]
    names = tuple(plan.name for plan in plans)
    same = [plan.name for plan in plans if plan.keeps_shape]
    yield Lesion("intact", names)
    for plan in plans:
        if plan.keeps_shape or plan.shortcut != "none":
            yield Lesion("one", names, (plan.name,), 1, not plan.keeps_shape)
    rng = random.Random(settings.seed)
    for amount in range(1, min(settings.most, len(same)) + 1):
        for _ in range(settings.draws):
            out = tuple(sorted(rng.sample(same, amount), key=names.index))
            yield Lesion("several", names, out, amount)
    for amount in range(1, settings.most + 1):
        for _ in range(settings.draws):
            order = _swapped(plans, amount, rng)
            moved = tuple(names[i] for i in order)
            yield Lesion("order", moved, amount=amount, tau=kendall(order))


def _swapped(plans: Sequence[BlockPlan], swaps: int, rng: random.Random) -> list[int]:
    """The blocks' numbers after swaps of two that keep the shape, in one stage each."""
    order = [*range(len(plans))]
    alike = [
        pair
        for pair in combinations(order, 2)
        if plans[pair[0]].stage == plans[pair[1]].stage and all(plans[i].keeps_shape for i in pair)
    ]
    for _ in range(swaps):
        a, b = rng.choice(alike)
        order[a], order[b] = order[b], order[a]
    return order


def _wrong(model: ResNet, examples: Examples, lesion: Lesion) -> Iterator[int]:
    """How many images of each part are named wrong."""
    for first in range(0, len(examples), _BATCH):
        part = examples.part(slice(first, first + _BATCH))
        with torch.inference_mode():
            names, without = _working(model, lesion.order, lesion.out)
            x = run_blocks(model, model.stem(part.images), names, without)
            answers = model.classify(model.finish(x)).argmax(1)
        yield int((answers != part.labels).sum())


def _working(
    model: ResNet, order: Sequence[str], out: Collection[str]
) -> tuple[Sequence[str], Collection[str]]:
    """The blocks to go through, and those passed by their shortcut: a plain one is left out."""
    if model.spec.shortcut != "none":
        return order, out
    return [name for name in order if name not in out], ()
