"""Which methods are provably one, shown by computing them apart; and which ignore the class."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from resnet.maps.attribute import attribute
from resnet.maps.cams import CAMS
from resnet.maps.methods import total_cost
from resnet.maps.similarity import pearson, spearman
from resnet.maps.stage_maps import class_maps, maps_from, staged
from resnet.model.module import ResNet
from resnet.model.progress import Progress, last

UNAWARE = ("guided", "guided-gradcam", "saliency", "gradcam")


@dataclass(frozen=True)
class Agreement:
    """How two maps of one image, computed apart, compare at a stage.

    `difference` is the largest between two cells, `full` the largest magnitude of the first map.
    """

    layer: str
    one: str
    other: str
    difference: float
    full: float
    rank_correlation: float

    @property
    def relative(self) -> float:
        """The difference as a share of the first map's largest magnitude."""
        return self.difference / self.full if self.full else float("nan")


@dataclass(frozen=True)
class Awareness:
    """How alike a method's `maps` (2, H, W) for two classes are: near 1, it ignores the class.

    `correlation` is of the values, and so of the few largest; ranks weigh all pixels alike.
    """

    method: str
    rank_correlation: float
    correlation: float
    maps: NDArray[np.float32]


def agreement(model: ResNet, image: Tensor, target: int) -> tuple[Agreement, ...]:
    """Maps of one image (1, C, H, W) held against each other.

    At every stage Grad-CAM and HiResCAM; at the last also CAM by the classifier's weights alone,
    with no gradient, against all four. Behind pooling and one linear layer the gradient is
    W / (h w) at each place: CAM, Grad-CAM and HiResCAM are one; the other two drop W < 0.
    """
    names = model.spec.stage_names
    targets = torch.tensor([target], device=image.device)
    every = maps_from(*staged(model, image, names), targets)
    by_method = {
        method: {name: maps[0] for name, maps in by.items()} for method, by in every.items()
    }
    cam = class_maps(model, image)[0][0, target]  # (h, w)
    rows = [
        _agreement(
            name, "gradcam", "hirescam", by_method["gradcam"][name], by_method["hirescam"][name]
        )
        for name in names
    ]
    final = names[-1]
    return (
        *rows,
        *(_agreement(final, "cam", method, cam, by_method[method][final]) for method in CAMS),
    )


def _agreement(layer: str, one: str, other: str, a: Tensor, b: Tensor) -> Agreement:
    return Agreement(
        layer,
        one,
        other,
        float((a - b).abs().max()),
        float(a.abs().max()),
        spearman(a.cpu().numpy(), b.cpu().numpy()),
    )


def passes(size: int) -> int:
    """Images of this side that `awareness` forwards, and propagates back."""
    return 2 * total_cost(UNAWARE, size).forwards


def awareness(
    model: ResNet, image: Tensor, one: int, other: int, layer: str
) -> Generator[Progress[tuple[Awareness, ...]]]:
    """How alike each method's maps for two classes are, on the pixels of one image (1, C, H, W).

    Guided backpropagation passes on what is positive and so tends to reconstruct the image,
    whatever is asked (Nie et al. 2018, arXiv:1805.07039; Adebayo et al. 2018, arXiv:1810.03292).
    Yields after each of `UNAWARE`, all rows so far.
    """
    both = image.repeat(2, 1, 1, 1)
    targets = torch.tensor([one, other], device=image.device)
    rows: tuple[Awareness, ...] = ()
    for done, method in enumerate(UNAWARE, start=1):
        maps = last(attribute(model, both, targets, method, layer)).placed(image.shape[-1])
        rows = (*rows, Awareness(method, spearman(*maps), pearson(*maps), maps))
        yield Progress(done, len(UNAWARE), rows)
