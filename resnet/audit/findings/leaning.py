"""Which classes lean on one place of the picture? A rule that is fixed, and knows of no tag.

A watermark or a tag that only one class has draws that class's evidence to where it stands; the
evidence of other classes is not there. So each class's share of evidence by place is held against
the mean of the others'. Of the last stage, a channel is named that carries the class's logit on its
images and is silent on others'. A class that is named is to be looked at, and an edit proves it
(`resnet.edits`); one that is not rules nothing out: a shortcut may lie on the object, or anywhere.
No torch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from resnet.audit.findings.layer import layer_of
from resnet.audit.images.regions import masses, rectangle
from resnet.audit.running.plan import Model

if TYPE_CHECKING:
    import pyarrow as pa

    from resnet.pictures.placement import Cells

GRID = 4  # places on a side of the picture
EVEN = 1 / GRID**2
SHARE = 2 * EVEN  # of a class's evidence in one place, beyond which it is suspect
TIMES = 3  # so often as much as the other classes have there
LEAST = 10  # images that are called a class, for anything to be said of it
COLUMNS = ("predicted", "channels", "contributions", "embedding", "map")  # that are read of rows
_Numbers = NDArray[np.float64]


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
    def excess(self) -> float:
        """By how much the share is more than that of the others."""
        return self.share - self.others

    @property
    def suspect(self) -> bool:
        """Whether that is more than the rule allows."""
        return self.share > SHARE and self.share > TIMES * self.others


class Seen(NamedTuple):
    """What maps are of: the classes, the pixels on a side of the view, and how cells lie on it."""

    classes: int
    side: int
    cells: Sequence[int]  # rows and columns
    layer: Cells
    placement: str

    @classmethod
    def of(cls, model: Model) -> Seen:
        """Those of an audit's model that has maps."""
        side, layer = model.transform.crop, layer_of(model)
        return cls(len(model.labels), side, model.cells, layer, model.placement)


def leanings(parts: Iterable[pa.Table], seen: Seen) -> tuple[Leaning, ...]:
    """Each class that enough images are called, by index, from an audit's `COLUMNS`.

    One class alone has nothing that it could be held against, and so there is none.
    The rows may come in parts, of which no more is kept than sums by class. None of a model that
    has no maps.
    """
    if len(seen.cells) != 2:  # of a family without maps
        return ()
    sums = _Sums(seen)
    for part in parts:
        rows = part.select(COLUMNS).filter(part["predicted"].is_valid())
        if len(rows):
            sums.add(rows)
    classes = np.flatnonzero(sums.images >= LEAST)
    if len(classes) < 2:
        return ()
    by_class = sums.shares[classes] / sums.images[classes, None]
    return tuple(_leanings(classes, by_class, sums))


def _leanings(classes: NDArray[np.int64], by_class: _Numbers, sums: _Sums) -> Iterator[Leaning]:
    for i, target in enumerate(classes.tolist()):
        others = np.delete(by_class, i, 0).mean(0)
        place = int(np.argmax(by_class[i] - others))
        yield Leaning(
            target,
            int(sums.images[target]),
            *divmod(place, GRID),
            float(by_class[i, place]),
            float(others[place]),
            *sums.carrying(target),
        )


class _Sums:
    """Of a class's images (K): how many, their shares by place, and by channel what the audit has.

    `parts` (K, C) is each channel's part of the logit where it is among the named, `means` (K, C)
    its mean over places.
    """

    def __init__(self, seen: Seen):
        self.images = np.zeros(seen.classes, np.int64)
        self.shares = np.zeros((seen.classes, GRID**2))
        self.parts = self.means = np.zeros((seen.classes, 0))
        self._cells, self._places = seen.cells, _places(seen)

    def add(self, rows: pa.Table) -> None:
        """Images that were read, at least one."""
        predicted = rows["predicted"].to_numpy()
        named, parts, means = (
            _flat(rows, name) for name in ("channels", "contributions", "embedding")
        )
        means = means.astype(np.float64).reshape(len(rows), -1)
        if self.means.shape[1] < means.shape[1]:
            self.parts, self.means = (np.zeros((len(self.images), means.shape[1])) for _ in "ab")
        np.add.at(self.images, predicted, 1)
        np.add.at(self.shares, predicted, self._shares(_flat(rows, "map")))
        np.add.at(self.means, predicted, means)
        np.add.at(self.parts, (np.repeat(predicted, len(named) // len(rows)), named), parts)

    def _shares(self, maps: NDArray[np.float32]) -> _Numbers:
        """The share of each map's positive evidence by place (N, 16); none where it has none."""
        positive = np.maximum(maps, 0).astype(np.float64).reshape(-1, *self._cells)
        found = np.einsum("nhw,phw->np", positive, self._places)
        whole = found.sum(1, keepdims=True)
        return np.asarray(found / np.where(whole > 0, whole, 1))

    def carrying(self, target: int) -> tuple[int, float]:
        """The channel that is strong on a class's images and weak on others, and its mean part."""
        if not self.parts.shape[1]:
            return -1, 0.0
        images = self.images[target]
        parts, here = self.parts[target] / images, self.means[target] / images
        there = (self.means.sum(0) - self.means[target]) / max(1, self.images.sum() - images)
        own = parts * (1 - there / np.where(here != 0, here, np.inf))
        channel = int(np.argmax(own))
        return channel, float(parts[channel])


def _flat(rows: pa.Table, name: str) -> NDArray[Any]:
    """A column of lists as one array."""
    return np.asarray(rows[name].combine_chunks().flatten().to_numpy())


def _places(seen: Seen) -> NDArray[np.float32]:
    """What each cell draws in each place of the grid (16, h, w)."""
    edges = np.arange(GRID) / GRID
    squares = [
        rectangle(seen.side, left, top, left + 1 / GRID, top + 1 / GRID)
        for top in edges
        for left in edges
    ]
    return np.stack([masses(each, seen.cells, seen.layer, seen.placement) for each in squares])
