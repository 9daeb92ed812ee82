"""Photographs with what was said of each, as a grid of buttons. HTML, drawn as a picture is."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from io import BytesIO
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.figures.data_urls import data_url
from resnet.pictures.overlay import Style, blend, heat, strength
from resnet.text.language import mark, tr

_PHOTO = "photo."  # what the picture calls a photograph, before its key
_SIGNS = {"right": "✓", "wrong": "✗", "unknown": ""}
_WORDS = {"right": mark("right"), "wrong": mark("wrong: it is {truth}"), "unknown": ""}


class Shown(NamedTuple):
    """One photograph: its key and path, its picture as a URL, and its answer in words."""

    key: str
    path: str
    url: str
    said: str
    number: str
    verdict: str  # one of `resnet.audit.reading.columns.VERDICTS`
    truth: str


def photo_grid(shown: Sequence[Shown]) -> str:
    """The photographs, each a button that carries its key, for `components.picture`."""
    tiles = "".join(map(_tile, shown))
    return f'<div class="photos" role="group" aria-label="{tr("Photographs")}">{tiles}</div>'


def button_name(key: str) -> str:
    """What the picture calls a photograph."""
    return f"{_PHOTO}{key}"


def key_of(name: str) -> str:
    """The key of the photograph that the picture calls so."""
    return name.removeprefix(_PHOTO)


def small(
    thumbnail: bytes,
    values: NDArray[np.float32] | None = None,
    rows: NDArray[np.float32] | None = None,
    style: Style | None = None,
    opacity: float = 1,
) -> str:
    """A JPEG as a URL, under a map (h, h) if one is given; `rows` (side, h) places its cells."""
    image = Image.open(BytesIO(thumbnail)).convert("RGB")
    if values is not None and rows is not None and style is not None:
        placed = np.asarray(rows @ values @ rows.T, dtype=np.float32)
        hot = heat(placed, strength(values), style)
        image = blend(image.resize(hot.size, Image.Resampling.BICUBIC), hot, opacity)
    return data_url(image, "JPEG", quality=85)


def mean(thumbnails: Sequence[bytes], side: int = 128) -> str:
    """The mean of JPEGs as a URL: what photographs share, as a ground for their mean map."""
    total = np.zeros((side, side, 3))
    for thumbnail in thumbnails:
        total += np.asarray(Image.open(BytesIO(thumbnail)).convert("RGB").resize((side, side)))
    pixels = np.rint(total / max(1, len(thumbnails))).astype(np.uint8)
    return data_url(Image.fromarray(pixels), "JPEG")


def _tile(one: Shown) -> str:
    words = tr(_WORDS[one.verdict], truth=one.truth) if _WORDS[one.verdict] else ""
    label = ", ".join(filter(None, (one.path, one.said, one.number, words)))
    name, said = (
        escape(one.path.rpartition("/")[2]),
        escape(f"{_SIGNS[one.verdict]} {one.said}".strip()),
    )
    return (
        f'<div class="block {one.verdict}" data-name="{button_name(one.key)}" data-count="1" '
        f'role="button" tabindex="-1" aria-label="{escape(label)}" title="{escape(label)}">'
        f'<img src="{one.url}" alt="" /><span>{said}</span>'
        f'<span class="name"><span>{name}</span><b>{escape(one.number)}</b></span></div>'
    )
