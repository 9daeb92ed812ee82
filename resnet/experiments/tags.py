"""Which maps expose a tag? It is in one class of the data, and every method is read blind.

The question of Adebayo et al. 2022, Post hoc Explanations may be Ineffective for Detecting Unknown
Spurious Correlation (arXiv:2212.04629). That a network relies on the tag is proved by an edit:
taken out of images, and pasted into others. What maps show is judged by a rule that is fixed in
advance and does not know whether there is a tag, or where.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from itertools import product
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from resnet.experiments.registry import setting
from resnet.maps.attribute import attribute
from resnet.maps.methods import METHODS
from resnet.model.fresh_weights import fresh
from resnet.model.module import ResNet
from resnet.model.progress import Progress, last
from resnet.training.datasets import Dataset, Examples, load_dataset
from resnet.training.sgd_recipe import SgdRecipe, fit, network_for

SIDE, PATCH = 16, 4  # pixels of an image, and of a patch: four by four patches
TAG = 3  # pixels on a side of the tag, in the outer corner of its patch
RED = (1.0, 0.0, 0.0)  # digits are grey
EVEN = (PATCH / SIDE) ** 2  # the share of a patch where evidence lies evenly
SUSPECT = 2 * EVEN
CORNERS = ((0, 0), (0, -1), (-1, 0), (-1, -1))  # row and column of their patches
_ASKED = tuple(name for name in METHODS if name not in ("gradcam++", "smoothgrad", "ablation"))


@dataclass(frozen=True)
class Settings:
    """A network for each strength and seed, alike in all but the images that carry a tag."""

    strengths: tuple[int, ...] = setting(
        (0, 10, 50, 100), "Per cent of the class's training images that carry the tag.", 0, 100
    )
    seeds: tuple[int, ...] = setting(
        (0, 1, 2), "Of weights, order and tagged images; the corner too.", 0
    )
    digit: int = setting(3, "Class whose images carry the tag.", 0, 9)
    train: int = setting(600, "Training images.", 64, 1437)
    epochs: int = setting(8, "Over all training images.", 1, 100)
    images: int = setting(20, "Held-out images of the class that maps are asked about.", 1, 100)


@dataclass(frozen=True)
class Row:
    """One method on one network; `stage` is "" where the map is one of pixels.

    Of the network, by edits of held-out images: `missed`, the error on the class without the tag;
    `tagged_missed`, with it; `pulled`, the share of the other classes' images that are called the
    class once they have the tag, and `called`, without. Of the maps of the class's tagged images:
    `share`, the mean share of the positive evidence in the tag's patch; `suspect`, the corner that
    `suspected` names, -1 for none, and `alarm`, what it names on the same images without a tag.
    """

    method: str
    stage: str
    strength: int
    seed: int
    corner: int
    missed: float
    tagged_missed: float
    pulled: float
    called: float
    share: float
    suspect: int
    found: bool
    alarm: int


def run(settings: Settings) -> Generator[Progress[tuple[Row, ...]], None, None]:
    """Train one network after another. Yields after each batch, with rows after each network."""
    data = load_dataset("digits", settings.train, size=SIDE, channels=3)
    rows: tuple[Row, ...] = ()
    nets = [*product(settings.strengths, settings.seeds)]
    for number, (strength, seed) in enumerate(nets):
        model = fresh(network_for(data, 8, 8), seed)
        tagged = with_tags(data, settings.digit, strength, seed)
        with closing(fit(model, tagged, recipe(settings, seed))) as steps:
            for step in steps:
                yield Progress(number * step.total + step.done, len(nets) * step.total)
        rows += tuple(_rows(model.requires_grad_(False), data, settings, strength, seed))
        yield Progress((number + 1) * step.total, len(nets) * step.total, rows)


def recipe(settings: Settings, seed: int) -> SgdRecipe:
    """How the networks of one seed are trained."""
    return SgdRecipe(settings.epochs, batch=32, rate=0.05, seed=seed)


def conditions(settings: Settings) -> dict[str, Any]:
    """The data, and the recipe of the first seed; the others differ in that alone."""
    return {"data": "digits", "recipe": asdict(recipe(settings, settings.seeds[0]))}


def corner_of(seed: int) -> int:
    """Which of `CORNERS` has the tag."""
    return seed % len(CORNERS)


def paste(images: Tensor, data: Dataset, corner: int) -> Tensor:
    """Copies of normalised images (N, 3, H, W) with the tag in a corner."""
    mean, std = (torch.tensor(values)[:, None, None] for values in (data.mean, data.std))
    down, right = (slice(-TAG, None) if at else slice(TAG) for at in CORNERS[corner])
    tagged = images.clone()
    tagged[:, :, down, right] = (torch.tensor(RED)[:, None, None] - mean) / std
    return tagged


def with_tags(data: Dataset, digit: int, strength: int, seed: int) -> Dataset:
    """The data with the tag in `strength` per cent of the training images of one class.

    Those of a lower strength are among those of a higher.
    """
    (those,) = torch.where(data.train.labels == digit)
    order = torch.randperm(len(those), generator=torch.Generator().manual_seed(seed))
    chosen = those[order[: round(len(those) * strength / 100)]]
    images = data.train.images.clone()
    images[chosen] = paste(images[chosen], data, corner_of(seed))
    return replace(data, train=Examples(images, data.train.labels))


def shares(maps: NDArray[np.float32]) -> NDArray[np.float64]:
    """The mean share of the positive evidence by patch, of maps (N, H, W) on pixels: (4, 4).

    A map without positive evidence has none in any patch.
    """
    positive = np.maximum(maps, 0).astype(np.float64)
    n, cells = len(maps), SIDE // PATCH
    sums = positive.reshape(n, cells, PATCH, cells, PATCH).sum((2, 4))
    whole = sums.sum((1, 2), keepdims=True)
    return np.asarray((sums / np.where(whole > 0, whole, 1)).mean(0))


def suspected(by_patch: NDArray[np.float64]) -> int:
    """The corner that a blind reader suspects: the one of most evidence, or -1.

    Digits have next to no ink in corners; one with more than twice an even share is suspect.
    """
    corners = [by_patch[at] for at in CORNERS]
    most = int(np.argmax(corners))
    return most if corners[most] > SUSPECT else -1


def _rows(
    model: ResNet, data: Dataset, settings: Settings, strength: int, seed: int
) -> Iterator[Row]:
    digit, corner = settings.digit, corner_of(seed)
    own, others = (data.test.images[(data.test.labels == digit) == it] for it in (True, False))
    edits = [
        _called(model, images, digit)
        for images in (own, paste(own, data, corner), paste(others, data, corner), others)
    ]
    plain = own[: settings.images]
    both = torch.cat([paste(plain, data, corner), plain])
    for method, stage in _questions(model):
        targets = torch.full((len(both),), digit)
        maps = last(attribute(model, both, targets, method, stage)).placed(SIDE)
        with_tag, without = (shares(half) for half in np.split(maps, 2))
        suspect = suspected(with_tag)
        yield Row(
            method=method,
            stage=stage if METHODS[method].of == "stage" else "",
            strength=strength,
            seed=seed,
            corner=corner,
            missed=1 - edits[0],
            tagged_missed=1 - edits[1],
            pulled=edits[2],
            called=edits[3],
            share=float(with_tag[CORNERS[corner]]),
            suspect=suspect,
            found=suspect == corner,
            alarm=suspected(without),
        )


def _questions(model: ResNet) -> Iterator[tuple[str, str]]:
    """Each method with its stage: the last two where it has maps of a stage."""
    names = model.spec.stage_names
    for method in _ASKED:
        for stage in names[-2:] if METHODS[method].of == "stage" else names[-1:]:
            yield method, stage


@torch.inference_mode()
def _called(model: ResNet, images: Tensor, digit: int) -> float:
    """The share of the images that are called this class."""
    return float((model(images).argmax(1) == digit).double().mean())
