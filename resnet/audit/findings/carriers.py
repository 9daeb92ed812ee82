"""Which of the last stage's channels carry a class's logit, and what is said without one.

Behind an average and one linear layer a logit is the bias and a term for each channel: its mean
times its weight. So what a network says without a channel needs no forward, over any data set. No
torch.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
TOP = 6  # channels that are named of a class
_AT_ONCE = 4096  # images whose logits are held at once


class Carrier(NamedTuple):
    """A channel: the mean of its terms over a class's images, and its share of all channels'."""

    channel: int
    mean: float
    share: float


class Without(NamedTuple):
    """What is said where a channel is 0: of all images, and of those said to be of the class.

    `changed` have another answer, `lost` of the `said` are no longer of the class; `right` is how
    many more answers are right than before, negative for fewer.
    """

    channel: int
    changed: int
    lost: int
    said: int
    right: int


def carriers(
    embeddings: Floats, head: Floats, places: NDArray[np.int64], target: int, top: int = TOP
) -> tuple[Carrier, ...]:
    """The channels that give most to a class's logit over its images, rows `places` of (N, C).

    `head` (K, C) are the weights of the classes.
    """
    terms = embeddings[places].mean(0, dtype=np.float64) * head[target]
    whole = float(terms.sum())
    best = np.argsort(-terms, kind="stable")[:top].tolist()
    return tuple(
        Carrier(channel, float(terms[channel]), float(terms[channel]) / whole if whole else 0.0)
        for channel in best
    )


def strongest(embeddings: Floats, channel: int, n: int) -> list[int]:
    """The rows of (N, C) in which a channel is largest."""
    values = np.nan_to_num(embeddings[:, channel], nan=-np.inf)
    found: list[int] = np.argsort(-values, kind="stable")[:n].tolist()
    return [place for place in found if np.isfinite(values[place])]


def without(
    embeddings: Floats,
    head: Floats,
    biases: Floats,
    truths: NDArray[np.int64],
    target: int,
    channels: tuple[int, ...],
) -> Iterator[tuple[int, tuple[Without, ...]]]:
    """Switch off one channel after another, over all rows (N, C) that have an answer.

    `biases` (K,) are the classes', `truths` (N,) -1 where not known. Yields the images counted so
    far, and what they come to.
    """
    counts, done = np.zeros((len(channels), 4), dtype=np.int64), 0
    for first in range(0, len(embeddings), _AT_ONCE):
        at = slice(first, first + _AT_ONCE)
        there = np.isfinite(embeddings[at]).all(1)
        done += int(there.sum())
        terms, known = embeddings[at][there].astype(np.float32), truths[at][there]
        logits = terms @ head.T + biases
        before = logits.argmax(1)
        for count, channel in zip(counts, channels, strict=True):
            after = (logits - np.outer(terms[:, channel], head[:, channel])).argmax(1)
            said = before == target
            gained = int((after == known).sum()) - int((before == known).sum())
            count += (after != before).sum(), (said & (after != target)).sum(), said.sum(), gained
        both = zip(channels, counts, strict=True)
        found = tuple(Without(channel, *map(int, count)) for channel, count in both)
        yield done, found
