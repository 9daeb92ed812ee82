"""Which class was taken for which: counts of truth and prediction, and what is read off them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from resnet.counts.intervals import wilson

Indices = NDArray[np.integer]


class Pair(NamedTuple):
    """How many images of one class were taken for another, or for itself."""

    truth: int
    predicted: int
    images: int


class ClassScore(NamedTuple):
    """One class: its images, the images said to be of it, and how many are both."""

    class_index: int
    images: int
    said: int
    right: int

    @property
    def recall(self) -> float:
        """The share of its images that were found; NaN where it has none."""
        return self.right / self.images if self.images else float("nan")

    @property
    def precision(self) -> float:
        """The share of what was said to be of it that is; NaN where nothing was."""
        return self.right / self.said if self.said else float("nan")


@dataclass(frozen=True)
class Confusion:
    """Every pair of truth and prediction that occurs, the most frequent first.

    It grows with what occurs, not with the classes: a thousand classes squared are a million.
    """

    pairs: tuple[Pair, ...]

    @property
    def images(self) -> int:
        """Those whose truth is known."""
        return sum(pair.images for pair in self.pairs)

    @property
    def right(self) -> int:
        """Those whose truth is what was said."""
        return sum(pair.images for pair in self.pairs if pair.truth == pair.predicted)

    @property
    def accuracy(self) -> float:
        """The share that is right; NaN of none."""
        return self.right / self.images if self.images else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the accuracy; NaN of none."""
        return wilson(self.accuracy, self.images) if self.images else (float("nan"),) * 2

    @property
    def mistakes(self) -> tuple[Pair, ...]:
        """The pairs of two classes, the most frequent first."""
        return tuple(pair for pair in self.pairs if pair.truth != pair.predicted)

    def scores(self) -> tuple[ClassScore, ...]:
        """Every class that occurs, the one with most mistakes first."""
        found = {index: [0, 0, 0] for pair in self.pairs for index in pair[:2]}
        for truth, predicted, count in self.pairs:
            found[truth][0] += count
            found[predicted][1] += count
            found[truth][2] += count * (truth == predicted)
        scores = [ClassScore(index, *numbers) for index, numbers in found.items()]
        return tuple(sorted(scores, key=lambda s: (2 * s.right - s.images - s.said, s.class_index)))

    def matrix(self, classes: Sequence[int]) -> NDArray[np.int64]:
        """Counts (n, n) of these classes: a row for each truth, a column for each prediction."""
        place = {index: i for i, index in enumerate(classes)}
        counts = np.zeros((len(classes), len(classes)), dtype=np.int64)
        for truth, predicted, count in self.pairs:
            if truth in place and predicted in place:
                counts[place[truth], place[predicted]] = count
        return counts


def confusion(truths: Indices, predicted: Indices) -> Confusion:
    """Counted over images (N,); -1 is a truth or an answer that is not known."""
    known = (truths >= 0) & (predicted >= 0)
    both = np.stack([truths[known], predicted[known]], axis=1)
    pairs, counts = np.unique(both, axis=0, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return Confusion(
        tuple(
            Pair(int(t), int(p), int(n))
            for (t, p), n in zip(pairs[order], counts[order], strict=True)
        )
    )
