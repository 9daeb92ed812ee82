"""Small labelled data sets by name: images as float32 tensors, normalised by their training part.

`digits` comes with scikit-learn, `shapes` and `solids` are drawn here; none needs a network.
`fashion-mnist` and `cifar10` are torchvision's, downloaded once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from resnet.training.archives import ARCHIVED, DatasetError, read_archive
from resnet.training.scenes import drawn_shapes, drawn_solids
from resnet.training.scenes.drawn_shapes import HELD_OUT_SEEDS, SHAPES, TRAINING_SEEDS, Scene
from resnet.training.scenes.drawn_solids import SOLIDS

_TEST = 360  # digits, the last fifth: by other writers than the first


@dataclass(frozen=True)
class Examples:
    """Images (N, C, H, W) float32 and their classes (N,) int64."""

    images: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)

    def first(self, n: int) -> Examples:
        """The first `n`, or all where there are fewer."""
        return self.part(slice(0, n))

    def part(self, which: slice) -> Examples:
        """Some of them, in their order."""
        return Examples(self.images[which], self.labels[which])


@dataclass(frozen=True)
class Dataset:
    """Two parts that share no image; `mean` and `std` (C,) normalised both."""

    name: str
    classes: tuple[str, ...]
    train: Examples
    test: Examples
    mean: tuple[float, ...]
    std: tuple[float, ...]


def load_dataset(
    name: str, train: int = 0, test: int = 0, size: int = 0, channels: int = 0
) -> Dataset:
    """A data set by name, its first `train` and `test` images, all where 0.

    `size` resizes to that side, by area where smaller and bilinearly where larger; `channels`
    repeats grey three times or averages colours. Downloads what is not here. Raises `DatasetError`
    for any other name or more images than there are, and `DownloadError`.
    """
    if name not in DATASETS:
        raise DatasetError(f"There is no data set {name!r}; there are {', '.join(DATASETS)}.")
    classes, *parts = DATASETS[name](train, test)
    shaped = [_shaped(part, size, channels) for part in parts]
    return _normalised(name, classes, *shaped)


def _shaped(examples: Examples, size: int, channels: int) -> Examples:
    images = examples.images
    if size and size < images.shape[-1]:
        images = F.interpolate(images, (size, size), mode="area")
    elif size:
        images = F.interpolate(images, (size, size), mode="bilinear", antialias=True)
    if channels == 1:
        images = images.mean(1, keepdim=True)
    elif channels:
        images = images.expand(-1, channels, -1, -1)
    return replace(examples, images=images)


def _normalised(name: str, classes: tuple[str, ...], train: Examples, test: Examples) -> Dataset:
    std, mean = torch.std_mean(train.images, (0, 2, 3), keepdim=True)  # (1, C, 1, 1)
    train, test = (replace(part, images=(part.images - mean) / std) for part in (train, test))
    numbers = (tuple(value.flatten().tolist()) for value in (mean, std))
    return Dataset(name, classes, train, test, *numbers)


Parts = tuple[tuple[str, ...], Examples, Examples]


def _digits(train: int, test: int) -> Parts:
    """1,797 handwritten digits, 8×8 grey (UCI, Alpaydin and Kaynak 1998)."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    images = torch.from_numpy(digits.images).float()[:, None] / 16  # (1797, 1, 8, 8)
    both = Examples(images, torch.from_numpy(digits.target).long())
    first, last = both.part(slice(0, -_TEST)), both.part(slice(-_TEST, None))
    return tuple(map(str, range(10))), _first("digits", first, train), _first("digits", last, test)


def _shapes(train: int, test: int) -> Parts:
    """Scenes of one object, 64×64 in colour, drawn from their seeds."""
    return SHAPES, *_drawn(drawn_shapes.scene, train, test)


def _solids(train: int, test: int) -> Parts:
    """Scenes of one solid, 192×192 in colour, rendered from their seeds."""
    return SOLIDS, *_drawn(drawn_solids.scene, train, test)


def _drawn(scene: Callable[[int], Scene], train: int, test: int) -> tuple[Examples, Examples]:
    first = [scene(seed) for seed in TRAINING_SEEDS[: train or 2000]]
    held_out = [scene(seed) for seed in HELD_OUT_SEEDS[: test or 500]]
    return _examples(first), _examples(held_out)


def _examples(scenes: list[Scene]) -> Examples:
    images = torch.from_numpy(np.stack([drawn.image for drawn in scenes])).permute(0, 3, 1, 2)
    labels = torch.tensor([drawn.labels[0] for drawn in scenes])
    return Examples(images.float() / 255, labels)


def _archived(name: str, train: int, test: int) -> Parts:
    classes, *parts = read_archive(name)
    examples = [
        _first(name, Examples(images, labels), n)
        for (images, labels), n in zip(parts, (train, test), strict=True)
    ]
    return classes, *(replace(part, images=part.images.float() / 255) for part in examples)  # type: ignore[return-value]


def _first(name: str, examples: Examples, n: int) -> Examples:
    if n > len(examples):
        raise DatasetError(f"A part of {name} has {len(examples):,} images, not {n:,}.")
    return examples.first(n or len(examples))


DATASETS: dict[str, Callable[[int, int], Parts]] = {
    "digits": _digits,
    "shapes": _shapes,
    "solids": _solids,
    **{name: partial(_archived, name) for name in ARCHIVED},
}
