"""A picture on its way down the stream: a small map of what leaves the stem and every block."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from resnet.model.module import ResNet
from resnet.network.graph import STEM
from resnet.residual.flow.arithmetic import one_channel

SIDE = 28  # cells of a map at most, along each side


@torch.inference_mode()
def stream_maps(
    model: ResNet, image: Tensor, channel: int | None, side: int = SIDE
) -> Iterator[tuple[str, Tensor]]:
    """The stem's and each block's name and map (h, w), of at most `side` × `side` cells.

    By one forward of one image (1, C, H, W): one channel of the stream, where it has so many, or
    the mean over all. Larger maps are averaged over squares, those at the edge over what is there.
    It ends before the first map that goes beyond float32. Raises ValueError in training mode.
    """
    if model.training:
        raise ValueError("The model is in training mode; call eval() first.")
    x = model.stem(image)
    for name in (STEM, *(plan.name for plan in model.spec.blocks())):
        x = x if name == STEM else model.get_submodule(name)(x)
        if not x.isfinite().all():
            return
        if channel is None or channel < x.shape[1]:
            yield name, smaller(one_channel(x, channel), side)


def smaller(values: Tensor, side: int) -> Tensor:
    """A map (h, w) averaged over the smallest squares that leave at most `side` × `side` cells."""
    square = ceil(max(values.shape) / side)
    pooled = F.avg_pool2d(
        values[None, None], square, ceil_mode=True, count_include_pad=False
    )  # (1, 1, h / square, w / square)
    return pooled[0, 0]
