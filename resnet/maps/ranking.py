"""Where classes stand in one answer: rank and margin; and the same classes in two models."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from torch import Tensor

from resnet.maps.answers import Prediction


@dataclass(frozen=True)
class Standing(Prediction):
    """A prediction, its rank (1 is the most probable) and its margin.

    The margin is the logit less the greatest logit of any other class: of the runner-up for the
    best class, of the best for every other. A network of one class leaves it without bound.
    """

    rank: int
    margin: float


def best(logits: Tensor, k: int) -> tuple[int, ...]:
    """The indices of the k greatest of `logits` (K,), of all if there are fewer."""
    return tuple(logits.topk(min(k, len(logits))).indices.tolist())


def standings(
    logits: Tensor, labels: Sequence[str], indices: Iterable[int]
) -> tuple[Standing, ...]:
    """How each of the classes `indices` stands by `logits` (K,)."""
    probabilities, first = logits.softmax(0), best(logits, 2)
    return tuple(
        Standing(
            labels[i],
            i,
            float(probabilities[i]),
            float(logits[i]),
            rank=1 + int((logits > logits[i]).sum()),
            margin=_margin(logits, i, first),
        )
        for i in indices
    )


def standing(logits: Tensor, labels: Sequence[str], index: int) -> Standing:
    """How one class stands by `logits` (K,)."""
    return standings(logits, labels, (index,))[0]


def _margin(logits: Tensor, index: int, first: Sequence[int]) -> float:
    others = [i for i in first if i != index]
    return float(logits[index]) - float(logits[others[0]]) if others else float("inf")


def counterparts(labels: Sequence[str], others: Sequence[str]) -> tuple[int, ...] | None:
    """The index in `others` of each of `labels`; None unless both hold the same labels.

    A label that occurs twice (ImageNet has two cranes) is told apart only where the order agrees.
    """
    if tuple(labels) == tuple(others):
        return tuple(range(len(labels)))
    if len(set(labels)) < len(labels) or sorted(labels) != sorted(others):
        return None
    at = {label: i for i, label in enumerate(others)}
    return tuple(at[label] for label in labels)
