"""A photograph on its way through a network: small maps of its stream."""

from __future__ import annotations

from typing import NamedTuple

from PIL import Image

from explorer.tasks.answers import Asked, Map


class Travelled(NamedTuple):
    """What the network saw, and its stream's maps by "stem" and the names of blocks."""

    view: Image.Image
    maps: dict[str, Map]


def travelled(asked: Asked, channel: int | None) -> Travelled:
    """One channel of the stream where it has so many, or the mean over all, after every sum."""
    from resnet.residual.flow.stream_maps import stream_maps

    image = asked.residual.transform.tensor(asked.view).unsqueeze(0)  # (1, C, crop, crop)
    maps = stream_maps(asked.model, image, channel)
    return Travelled(asked.view, {name: map_.numpy() for name, map_ in maps})
