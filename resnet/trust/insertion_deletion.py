"""Insertion and deletion: does the score follow the pixels that a map names first?

Petsiuk et al. 2018 (RISE, arXiv:1806.07421). A map is one order of the pixels; beside it stand the
orders of maps that know nothing of the model: several random ones, the centre, edges, an empty one.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from numpy.typing import NDArray
from torch import Tensor
from torchvision.transforms.functional import gaussian_blur

from resnet.maps.attribute import placed
from resnet.model.devices import batch_of
from resnet.model.module import ResNet
from resnet.model.progress import Progress
from resnet.network.graph import Stage

BASELINES = ("grey", "blurred")
Map = NDArray[np.float32]


@dataclass(frozen=True)
class Curve:
    """The class's probability after each step, from nothing changed to everything, both ways.

    Step i of n replaces (deletion) or restores (insertion) the first i / n of the pixels.
    """

    name: str
    insertion: tuple[float, ...]
    deletion: tuple[float, ...]

    @property
    def insertion_auc(self) -> float:
        """Area under insertion by the trapezium rule, over the share of pixels from 0 to 1."""
        return _area(self.insertion)

    @property
    def deletion_auc(self) -> float:
        """Area under deletion, likewise; the lower the better."""
        return _area(self.deletion)


def _area(scores: tuple[float, ...]) -> float:
    return float(np.trapezoid(scores, dx=1 / (len(scores) - 1)))


def score_curves(
    model: ResNet,
    image: Tensor,
    target: int,
    values: Map,
    stage: Stage | None,
    baseline: str = "grey",
    steps: int = 32,
    randoms: int = 5,
    seed: int = 0,
    placement: str = "receptive-field",
) -> Generator[Progress[tuple[Curve, ...]]]:
    """The map's curves, then those of its controls; yields after each with all curves so far.

    `image` is (1, C, H, W), `values` (h, w) the map of a stage's cells, or of pixels (None). Pixels
    go in order of the placed map, the highest first; equals go row by row. `baseline` stands for a
    missing pixel: the mean colour, or the image under a Gaussian of a sixteenth of its side.
    """
    rivals = {"map": values} | controls(image, values.shape, randoms, seed)
    blank = _baseline(image, baseline)
    so_far: tuple[Curve, ...] = ()
    for done, (name, cells) in enumerate(rivals.items(), start=1):
        pixels = placed(cells, stage, image.shape[-1], placement)
        so_far = (*so_far, _curve(model, image, blank, target, name, pixels, steps))
        yield Progress(done, len(rivals), so_far)


def curve_forwards(steps: int = 32, randoms: int = 5) -> int:
    """Images that `score_curves` forwards: both ways, for the map, random ones and three more."""
    return 2 * (steps + 1) * (1 + randoms + 3)


def controls(
    image: Tensor, shape: Sequence[int], randoms: int = 5, seed: int = 0
) -> dict[str, Map]:
    """Maps of this shape (h, w) that ask no model: random 1 to n, centre, edges, empty.

    "edges" is the mean size of the grey image's gradient in each of h × w equal parts.
    """
    rng = np.random.default_rng(seed)
    noise = {f"random {i + 1}": rng.random(shape, np.float32) for i in range(randoms)}
    rows, columns = (np.arange(n) - (n - 1) / 2 for n in shape)
    away = np.hypot(rows[:, None], columns[None, :]).astype(np.float32)
    return noise | {
        "centre": away.max() - away,
        "edges": _edges(image, shape),
        "empty": np.zeros(shape, np.float32),
    }


def _edges(image: Tensor, shape: Sequence[int]) -> Map:
    down, across = torch.gradient(image[0].mean(0).cpu())
    size = torch.hypot(down, across)[None, None]  # (1, 1, H, W)
    return F.adaptive_avg_pool2d(size, (shape[0], shape[1]))[0, 0].numpy()


def _baseline(image: Tensor, baseline: str) -> Tensor:
    if baseline not in BASELINES:
        raise ValueError(f"The baseline is {baseline!r}; it can be {' or '.join(BASELINES)}.")
    if baseline == "grey":
        return torch.zeros_like(image)
    sigma = image.shape[-1] / 16
    size = min(2 * round(3 * sigma) + 1, 2 * image.shape[-1] - 1)
    return gaussian_blur(image, size, sigma)


def _curve(
    model: ResNet, image: Tensor, blank: Tensor, target: int, name: str, pixels: Map, steps: int
) -> Curve:
    order = np.argsort(-pixels, axis=None, kind="stable")
    rank = np.empty(order.size, np.int64)
    rank[order] = np.arange(order.size)
    first = torch.from_numpy(rank.reshape(pixels.shape)).to(image.device)  # (H, W)
    limits = torch.linspace(0, order.size, steps + 1, device=image.device).round()
    revealed = (first < limits[:, None, None])[:, None]  # (steps + 1, 1, H, W)
    return Curve(
        name,
        insertion=_scores(model, torch.where(revealed, image, blank), target),
        deletion=_scores(model, torch.where(revealed, blank, image), target),
    )


@torch.inference_mode()
def _scores(model: ResNet, images: Tensor, target: int) -> tuple[float, ...]:
    """The class's probability (softmax over all classes) for each image."""
    logits = torch.cat([model(batch) for batch in torch.split(images, batch_of(images.shape[-1]))])
    return tuple(logits.softmax(1)[:, target].tolist())
