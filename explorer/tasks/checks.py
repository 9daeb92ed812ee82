"""Checks of a map and methods that take many forwards: generators, which tell how far they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from explorer.tasks.answers import Asked
from explorer.tasks.inputs.sources import Own, residual

if TYPE_CHECKING:
    from torch import Tensor

    from resnet.maps.agreement import Awareness
    from resnet.maps.attribute import Attribution, Question
    from resnet.model.progress import Progress
    from resnet.trust.faithfulness import Completeness, Infidelity
    from resnet.trust.insertion_deletion import Curve
    from resnet.trust.randomisation import Randomised
    from resnet.trust.stability import Rounding, Stability
    from resnet.weights.probe import Verdict


def sweep(asked: Asked, known: tuple[str, ...]) -> Iterator[tuple[str, Tensor]]:
    """Switch off every block in turn, but for those known: its name, and the logits (K,)."""
    from resnet.residual.lesion_sweep import sweep_lesions_of_image

    yield from sweep_lesions_of_image(asked.residual, asked.photo.image, known)


def probed(own: Own, device: str, logits: str) -> Iterator[Progress[Verdict]]:
    """Which of the networks that a file's weights could be gives these logits of the pattern.

    Raises `GivenError` where they are none, or another network's.
    """
    from resnet.weights.probe import settle
    from resnet.weights.probe_files import read_logits

    found = residual(own, device)
    yield from settle(found.model, found.spec, read_logits(logits))


def attributed(
    asked: Asked, target: int, method: str, layer: str, placement: str
) -> Iterator[Progress[Attribution]]:
    """A map of the input."""
    from resnet.maps.attribute import attribute

    image = asked.image
    targets = image.new_tensor([target]).long()
    yield from attribute(asked.model, image, targets, method, layer, placement=placement)


def aware(
    asked: Asked, one: int, other: int, layer: str
) -> Iterator[Progress[tuple[Awareness, ...]]]:
    """Whether methods tell two classes apart."""
    from resnet.maps.agreement import awareness

    yield from awareness(asked.model, asked.image, one, other, layer)


def complete(asked: Asked, target: int) -> Iterator[Progress[tuple[Completeness, ...]]]:
    """Whether maps add up to the logit."""
    from resnet.trust.faithfulness import completeness

    yield from completeness(asked.model, asked.image, target)


def rounded(asked: Asked, target: int) -> Iterator[Progress[tuple[Rounding, ...]]]:
    """By how much half precision moves the answer."""
    from resnet.trust.stability import rounding

    yield from rounding(asked.model, asked.image, target)


def curves(asked: Asked, question: Question, missing: str) -> Iterator[Progress[tuple[Curve, ...]]]:
    """Insertion and deletion by a map and its controls."""
    from resnet.trust.insertion_deletion import score_curves

    image = asked.image
    found = question.of(asked.model, image)
    yield from score_curves(
        asked.model, image, question.target, found.maps[0].numpy(), found.stage, missing,
        placement=question.placement,
    )  # fmt: skip


def cascade(asked: Asked, question: Question) -> Iterator[Progress[tuple[Randomised, ...]]]:
    """The map while the network forgets part after part."""
    from resnet.trust.randomisation import cascade

    yield from cascade(asked.model, asked.image, question)


def stability(asked: Asked, question: Question) -> Iterator[Progress[tuple[Stability, ...]]]:
    """The map under small changes of the photograph."""
    from resnet.trust.stability import stability

    see = asked.residual.transform.tensor
    yield from stability(asked.model, asked.view, see, question)


def infidelity(asked: Asked, question: Question) -> Iterator[Progress[tuple[Infidelity, ...]]]:
    """How well a map predicts what a loss costs."""
    from resnet.trust.faithfulness import infidelities

    values = question.on_pixels(asked.model, asked.image)
    yield from infidelities(asked.model, asked.image, question.target, values)


def sensitivity(asked: Asked, question: Question) -> Iterator[Progress[float]]:
    """How much a map moves under noise."""
    from resnet.trust.faithfulness import sensitivity

    yield from sensitivity(asked.model, asked.image, question)
