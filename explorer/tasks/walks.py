"""A walk through one cell of a block, forward and back, beside its plain twin."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PIL import Image

from explorer.tasks.answers import Asked
from explorer.tasks.inputs.bounded import Bounded

if TYPE_CHECKING:
    from resnet.residual.flow.one_cell import Pair, Twins


class Walked(NamedTuple):
    """The view of a photograph, the class that the network answers, and the block's numbers.

    `side` is that of the block's maps, `channels` how many they are.
    """

    view: Image.Image
    label: str
    side: int
    channels: int
    twins: Twins


def walked(asked: Asked, block: str, cell: tuple[int, int] | None = None) -> Walked:
    """A block for a photograph, and the gradient of the logit of the network's own answer.

    Without a cell that one is taken where both terms of the gradient are large.
    """
    from resnet.residual.flow.one_cell import walk_through

    target, pair = _both_ways.once((asked, block), lambda: _found(asked, block))
    channels, side = pair.residual.flow.entered.shape[1:3]
    label = asked.residual.labels[target]
    twins = walk_through(asked.model, pair, cell)
    return Walked(asked.view, label, side, channels, twins)


def _found(asked: Asked, block: str) -> tuple[int, Pair]:
    import torch

    from resnet.residual.flow.one_cell import both_ways

    images = asked.residual.transform.tensor(asked.view).unsqueeze(0)  # (1, C, crop, crop)
    with torch.inference_mode():
        target = int(asked.model(images).argmax())
    return target, both_ways(asked.model, images, block, target)


def _bytes(found: tuple[int, Pair]) -> int:
    flows = [back.flow for back in found[1]]
    return 2 * sum(value.nbytes for flow in flows for value in flow.values)


_both_ways: Bounded[tuple[Asked, str], tuple[int, Pair]] = Bounded(64 << 20, _bytes)
