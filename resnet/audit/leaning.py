"""Which classes lean on one place of the picture? A rule that is fixed, and knows of no tag.

A watermark or a tag that only one class has draws that class's evidence to where it stands; the
evidence of other classes is not there. So each class's share of evidence by place is held against
the mean of the others'. Of the last stage, a channel is named that carries the class's logit on its
images and is silent on others'. A class that is named is to be looked at, and an edit proves it
(`resnet.edits`); one that is not rules nothing out: a shortcut may lie on the object, or anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from resnet.audit.regions import masses, rectangle

if TYPE_CHECKING:
    import pyarrow as pa

    from resnet.maps.answers import Layer

GRID = 4  # places on a side of the picture
EVEN = 1 / GRID**2
SHARE = 2 * EVEN  # of a class's evidence in one place, beyond which it is suspect
TIMES = 3  # so often as much as the other classes have there
LEAST = 5  # images that are called a class, for anything to be said of it
COLUMNS = ("predicted", "channels", "contributions", "embedding", "map")  # that are read of rows
_Shares = NDArray[np.float64]


@dataclass(frozen=True)
class Leaning:
    """The place where a class has more of its evidence than other classes, on `images` of it.

    `row` and `column` count the places of a grid of 4×4 from 0; `share` is the mean share of the
    positive evidence there, and `others` that of the other classes. `channel` is the one of the
    last stage that carries most of the logit on these images and not on others, and
    `contribution` its mean part of the logit; -1 and 0 where channels are not known.
    """

    target: int
    images: int
    row: int
    column: int
    share: float
    others: float
    channel: int
    contribution: float

    @property
    def suspect(self) -> bool:
        """Whether that is more than the rule allows."""
        return self.share > SHARE and self.share > TIMES * self.others


def leanings(rows: pa.Table, layer: Layer, side: int, placement: str) -> tuple[Leaning, ...]:
    """Each class that enough images are called, by an audit's `COLUMNS`, the class's index first.

    `layer` is the one of the maps, on views of `side` pixels.
    """
    rows = rows.select(COLUMNS).filter(rows["predicted"].is_valid())
    predicted = rows["predicted"].to_numpy()
    classes = [int(k) for k, n in zip(*np.unique(predicted, return_counts=True), strict=True)
               if n >= LEAST]  # fmt: skip
    if not classes:
        return ()
    shares = _shares(_maps(rows, layer), layer, side, placement)
    by_class = np.array([shares[predicted == k].mean(0) for k in classes])
    return tuple(_leanings(classes, by_class, predicted, _Channels.of(rows)))


def _leanings(
    classes: list[int], by_class: _Shares, predicted: NDArray[np.int32], channels: _Channels
) -> Iterator[Leaning]:
    for i, target in enumerate(classes):
        others = np.delete(by_class, i, 0).mean(0) if len(classes) > 1 else np.zeros(GRID**2)
        place = int(np.argmax(by_class[i] - others))
        mine = predicted == target
        yield Leaning(
            target,
            int(mine.sum()),
            *divmod(place, GRID),
            float(by_class[i, place]),
            float(others[place]),
            *channels.carrying(mine),
        )


def _maps(rows: pa.Table, layer: Layer) -> NDArray[np.float32]:
    cells = layer.out_shape[1:]
    flat = rows["map"].combine_chunks().flatten().to_numpy()
    return np.asarray(flat, np.float32).reshape(-1, *cells)


def _shares(maps: NDArray[np.float32], layer: Layer, side: int, placement: str) -> _Shares:
    """The share of each map's positive evidence by place (N, 16); none where it has none."""
    edges = np.arange(GRID) / GRID
    squares = [
        rectangle(side, left, top, left + 1 / GRID, top + 1 / GRID)
        for top in edges
        for left in edges
    ]
    places = np.stack([masses(each, maps.shape[1:], layer, placement) for each in squares])
    found = np.einsum("nhw,phw->np", np.maximum(maps, 0).astype(np.float64), places)
    whole = found.sum(1, keepdims=True)
    return np.asarray(found / np.where(whole > 0, whole, 1))


@dataclass(frozen=True)
class _Channels:
    """Of N images, each channel's part of the logit where it is among the named, and its mean."""

    parts: NDArray[np.float64]  # (N, C)
    means: NDArray[np.float64]  # (N, C)

    @classmethod
    def of(cls, rows: pa.Table) -> _Channels:
        named, parts, means = (
            rows[name].combine_chunks().flatten().to_numpy()
            for name in ("channels", "contributions", "embedding")
        )
        pooled = means.astype(np.float64).reshape(len(rows), -1)
        dense = np.zeros_like(pooled)
        at = np.repeat(np.arange(len(rows)), len(named) // max(1, len(rows)))
        dense[at, named] = parts
        return cls(dense, pooled)

    def carrying(self, mine: NDArray[np.bool_]) -> tuple[int, float]:
        """The channel that is strong on these images and weak on others, and its mean part."""
        if not self.parts.shape[1]:
            return -1, 0.0
        parts, here = self.parts[mine].mean(0), self.means[mine].mean(0)
        there = self.means[~mine].mean(0) if not mine.all() else np.zeros_like(here)
        own = parts * (1 - there / np.where(here != 0, here, np.inf))
        channel = int(np.argmax(own))
        return channel, float(parts[channel])
