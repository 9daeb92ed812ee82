"""Stems: the convolutions before the first stage, and what pools behind them.

Graph, module, picture and exports go by these tables; what a table has no entry for is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from resnet.text.language import mark


class StemConv(NamedTuple):
    """One convolution of a stem; its width is in eighths of the stem's."""

    kernel: int
    stride: int
    eighths: int = 8


@dataclass(frozen=True)
class Stem:
    """The convolutions of a stem, the pool that is usual behind them, and `title` in words."""

    convs: tuple[StemConv, ...]
    pool: str
    title: str


class PoolStep(NamedTuple):
    """One operation behind the stem's convolutions, by the kind that the graph has.

    A convolution pads as its kernel asks, a mean's and a filter's kernels follow from their stride.
    """

    kind: str
    kernel: int = 1
    stride: int = 1
    padding: int = 0


STEMS = {
    "imagenet": Stem((StemConv(7, 2),), "max", mark("ImageNet: 7×7, /2, pool")),
    "cifar": Stem((StemConv(3, 1),), "none", mark("CIFAR: 3×3")),
    "deep": Stem(
        (StemConv(3, 2, 4), StemConv(3, 1, 4), StemConv(3, 1)),
        "max",
        mark("deep: three 3×3 (ResNet-C)"),
    ),
    "tiered": Stem(
        (StemConv(3, 2, 3), StemConv(3, 1, 4), StemConv(3, 1)),
        "max",
        mark("tiered: three 3×3, wider each time"),
    ),
    "strided": Stem((StemConv(3, 2),), "max", mark("strided: one 3×3, /2")),
}

_MAX, _MEAN = PoolStep("maxpool", 3, 2, 1), PoolStep("mean", stride=2)
_CONV, _BLUR = PoolStep("conv", 3, 2), PoolStep("blur", stride=2)
_ACTIVATED = PoolStep("bn"), PoolStep("relu")
_EVERY_MAX, _EVERY_CONV = _MAX._replace(stride=1), _CONV._replace(stride=1)  # before a filter
POOLS: dict[str, dict[str, tuple[PoolStep, ...]]] = {
    "max": {
        "none": (_MAX,),
        "average": (_MEAN,),
        "binomial": (_EVERY_MAX, _BLUR),
    },
    "none": {"none": (), "average": (), "binomial": ()},
    "conv": {
        "none": (_CONV, *_ACTIVATED),
        "average": (_EVERY_CONV, _MEAN, *_ACTIVATED),
        "binomial": (_EVERY_CONV, _BLUR, *_ACTIVATED),
    },
    "zeros": {"none": (PoolStep("zeropad", 1, 1, 1), PoolStep("maxpool", 3, 2))},
    "ceil": {"none": (PoolStep("ceilpool", 3, 2),)},
}
"""What pools, by the kind of anti-aliasing. "zeros" and "ceil" are the max pools of Keras's V2,
over a border of zeros, and of SENet's authors, without one and to the end of odd maps."""

POOL_TITLES = {
    "max": mark("3×3 max pool, /2"),
    "none": mark("none"),
    "conv": mark("3×3 convolution, /2 (ResNet-RS)"),
    "zeros": mark("3×3 max pool, /2, over zeros (Keras V2)"),
    "ceil": mark("3×3 max pool, /2, without a border (SENet)"),
}
