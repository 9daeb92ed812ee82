"""What models say of photographs: found by workers, and kept for those who asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from explorer.resources.caches import Answers, kept
from explorer.resources.models import Model
from explorer.resources.server.workers import ANSWERS, LONG, READING, Lane
from explorer.tasks import answers, checks, edits, op_flows, travels, walks
from explorer.tasks.answers import Added, Flowed, LayerMap, Maps
from explorer.tasks.edits import Question, Wanted
from explorer.tasks.inputs import sources
from explorer.tasks.inputs.photos import Photo
from explorer.tasks.op_flows import Flowing, Via
from explorer.tasks.travels import Travelled
from explorer.tasks.walks import Walked

if TYPE_CHECKING:
    from torch import Tensor

    from resnet.edits.asking import Edited
    from resnet.maps.agreement import Agreement
    from resnet.maps.answers import Look
    from resnet.maps.attribute import Attribution
    from resnet.model.devices import Outcome
    from resnet.residual.flow.anatomy import Dissection
    from resnet.text.language import Later
    from resnet.weights.classifiers.classifier import Classifier
    from resnet.weights.inspecting import Inspection


@dataclass(frozen=True)
class Seen:
    """A photo's answers, the device that gave them, and what had to give way for it."""

    photo: Photo
    look: Look
    device: str
    note: str | Later


_seen = Answers[Seen]()
_swept = Answers["dict[str, Tensor]"]()
answered: Answers[Any] = Answers()  # by question, once its process has run to its end


@kept
def described(model: Model) -> Classifier:
    """All that is known of the model but its weights, which workers hold.

    Raises what loading it raises.
    """
    if isinstance(model.source, sources.Own):
        _judged(model.source)
    return ANSWERS.call(sources.described, model.source, model.device)


@kept
def _judged(own: sources.Own) -> None:
    """A stranger's file is read where it harms nobody, before those workers do that all need."""
    READING.call(sources.judge, own)


@kept
def inspected(own: sources.Own) -> Inspection:
    """What is in a stranger's file, by names and shapes. Raises `GivenError`."""
    return READING.call(sources.inspected, own)


def known(model: Model, photo: Photo) -> bool:
    """Whether nothing is left to compute for a photo's answer."""
    return _seen.get(model, model.precision, photo) is not None


def look_at(model: Model, photo: Photo) -> Seen:
    """A photo's answer. Raises `DoesNotFit`, and what loading the model raises."""
    seen = _seen.get(model, model.precision, photo)
    if seen is None:
        told = ANSWERS.call(answers.look, model.source, photo, model.device, model.precision)
        seen = Seen(photo, told.result, told.device, told.note)
        _seen.put(seen, model, model.precision, photo)
    return seen


@kept
def stages(model: Model, photo: Photo, target: int) -> Outcome[Maps]:
    """The maps of one class by method and stage, by one backward pass. Raises `DoesNotFit`."""
    return ANSWERS.call(answers.stages, model.asked(photo), target)


@kept
def at_layer(model: Model, photo: Photo, target: int, layer: str, method: str) -> Outcome[LayerMap]:
    """One class's map at one layer. Raises `DoesNotFit`."""
    return ANSWERS.call(answers.at_layer, model.asked(photo), target, layer, method)


@kept
def flowed(model: Model, photo: Photo, block: str) -> Flowed:
    """The values of one block, kept for every channel. Raises what loading the model raises."""
    return ANSWERS.call(answers.flowed, model.asked(photo), block)


@kept
def walked(model: Model, photo: Photo, block: str, cell: tuple[int, int] | None) -> Walked:
    """A block's numbers at one cell, forward and back. Raises what loading the model raises."""
    return ANSWERS.call(walks.walked, model.asked(photo), block, cell)


@kept
def flowing(
    model: Model, photo: Photo, section: str, channel: int | None, via: Via, _lane: Lane = ANSWERS
) -> Flowing:
    """One channel of every value of a block, the stem or the head, and how its numbers are made.

    Raises what loading the model raises.
    """
    return _lane.call(op_flows.flowing, model.asked(photo), section, channel, via)


@kept
def travelled(model: Model, photo: Photo, channel: int | None, _lane: Lane = ANSWERS) -> Travelled:
    """One channel of the stream after every sum, or the mean. Raises what loading it raises."""
    return _lane.call(travels.travelled, model.asked(photo), channel)


@kept
def added(model: Model, photo: Photo) -> Added:
    """How much each block adds to its stream. Raises what loading the model raises."""
    return ANSWERS.call(answers.added, model.asked(photo))


@kept
def dissected(model: Model, photo: Photo, target: int) -> Outcome[Dissection]:
    """A class's logit taken apart at every block. Raises `DoesNotFit`."""
    return ANSWERS.call(answers.dissected, model.asked(photo), target)


@kept
def lesioned(model: Model, photo: Photo, without: frozenset[str]) -> Outcome[Look]:
    """A photo's answers with these blocks switched off. Raises `DoesNotFit`, `ExplainError`."""
    return ANSWERS.call(answers.lesioned, model.asked(photo), without)


@kept
def cams(model: Model, photo: Photo, target: int, layer: str) -> list[Attribution]:
    """The maps of one layer by every method that weighs its gradient."""
    return ANSWERS.call(answers.cams, model.asked(photo), target, layer)


@kept
def agreement(model: Model, photo: Photo, target: int) -> tuple[Agreement, ...]:
    """Which of those methods are one."""
    return ANSWERS.call(answers.agreement, model.asked(photo), target)


def swept(model: Model, photo: Photo) -> dict[str, Tensor]:
    """The logits with each block switched off in turn, as far as `sweep` has come."""
    return _swept.get(model, photo) or {}


def sweep(model: Model, photo: Photo) -> Iterator[int]:
    """Switch off every block in turn; yields how many are known, from the first on."""
    logits = swept(model, photo)
    with closing(LONG.stream(checks.sweep, model.asked(photo), tuple(logits))) as lesions:
        for name, values in lesions:
            logits = {**logits, name: values}
            _swept.put(logits, model, photo)
            yield len(logits)


@kept
def edited(model: Model, photo: Photo, question: Question, wanted: Wanted) -> Outcome[Edited]:
    """What an edit changes, without controls. Raises `DoesNotFit`, `EditError`."""
    return ANSWERS.call(edits.edited, model.asked(photo), question, wanted)
