"""Two audits of the same images, row by row. No torch."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from resnet.audit.reading.opened import Opened
from resnet.text.language import mark

# What may have become of an image, in words.
FATES = {
    "mended": mark("mended: wrong before, right after"),
    "broken": mark("broken: right before, wrong after"),
    "moved": mark("wrong in both, and differently"),
    "kept": mark("the same answer"),
    "other": mark("another answer, truth not known"),
}


@dataclass(frozen=True)
class Pairing:
    """Images that both audits have answers for: their rows (n,) in either.

    An image is the same by its path and its content; where the audits differ on its truth, none is
    known.
    """

    before: Opened
    after: Opened
    one: NDArray[np.int64]
    other: NDArray[np.int64]

    @classmethod
    def of(cls, before: Opened, after: Opened) -> Pairing:
        """Of audits whose classes are the same, by name."""
        first, second = (_answered(each) for each in (before, after))
        found = np.intersect1d(first[0], second[0], assume_unique=True, return_indices=True)
        return cls(before, after, first[1][found[1]], second[1][found[2]])

    @cached_property
    def fates(self) -> NDArray[np.str_]:
        """What has become of each image (n,): one of `FATES`."""
        truth = self.before.truths[self.one]
        truth = np.where(truth == self.after.truths[self.other], truth, -1)
        was, now = self.before.predicted[self.one], self.after.predicted[self.other]
        conditions = [was == now, truth < 0, was == truth, now == truth]
        return np.select(conditions, ["kept", "other", "broken", "mended"], "moved")

    @cached_property
    def changes(self) -> NDArray[np.float64]:
        """By how much the margin of the first answer's class over the next has changed (n,)."""
        was, now = self.before.numbers("margin")[self.one], self.after.numbers("margin")[self.other]
        same = self.before.predicted[self.one] == self.after.predicted[self.other]
        return np.where(same, now - was, -now - was)

    def counts(self) -> dict[str, int]:
        """How many images each fate has."""
        return {name: int((self.fates == name).sum()) for name in FATES}

    def ordered(self, fate: str) -> NDArray[np.int64]:
        """The images of a fate, the largest changes first: places among these."""
        at = np.flatnonzero(self.fates == fate)
        return at[np.argsort(-np.abs(self.changes[at]), kind="stable")]


def _answered(audit: Opened) -> tuple[NDArray[np.str_], NDArray[np.int64]]:
    """Path and SHA-256 of the images that have an answer, and their rows (n,)."""
    places = np.flatnonzero(audit.predicted >= 0)
    which = (audit.rows[name].take(places).to_pylist() for name in ("path", "sha256"))
    return np.array([f"{path}\n{sha}" for path, sha in zip(*which, strict=True)]), places
