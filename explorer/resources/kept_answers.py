"""What models say of photographs, kept for all visitors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from PIL import Image

from explorer.resources.counted import kept
from explorer.resources.models import Model
from explorer.resources.photos import Photo
from explorer.resources.spinner import importing

if TYPE_CHECKING:
    from torch import Tensor

    from resnet.maps.answers import Explanation, Look
    from resnet.model.devices import Outcome
    from resnet.residual.anatomy import Dissection
    from resnet.residual.block_flow import BlockFlow
    from resnet.residual.recording import Recording
    from resnet.text.language import Later


Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Seen:
    """A photo's answers, the device that gave them, and what had to give way for it."""

    photo: Photo
    look: Look
    device: str
    note: str | Later


@kept(512)
def _answers(model: Model, precision: str, photo: Photo) -> list[Seen]:
    """The one photo's answers; none until a batch adds them."""
    return []


def known(model: Model, photos: Sequence[Photo]) -> bool:
    """Whether nothing is left to compute for these photos' answers."""
    return all(_answers(model, model.precision, photo) for photo in photos)


def look_at(model: Model, photos: Sequence[Photo]) -> Iterator[Seen]:
    """Every photo's answers: first those known already, then the others, batch by batch.

    A residual network's single photo is recorded, so that its other stages need no forward of their
    own. Raises `DoesNotFit`, and what loading the model raises.
    """
    from resnet.maps.explain import look
    from resnet.model.devices import adaptively

    alone = len(photos) == 1 and model.precision == "fp32"

    def compute(some: Sequence[Photo], device: str) -> tuple[Look, ...]:
        classifier, images = model.load(device), [photo.image for photo in some]
        if alone and "stages" not in classifier.lacks:
            return (_recording(model.on(device), some[0]).look,)
        return look(classifier, images, model.precision_of(classifier))

    answers = {photo.key: _answers(model, model.precision, photo) for photo in photos}
    yield from [answers[photo.key][0] for photo in photos if answers[photo.key]]
    missing = [photo for photo in photos if not answers[photo.key]]
    for outcome in adaptively(compute, missing, model.device):
        for photo, answer in zip(missing, outcome.result, strict=False):
            answers[photo.key].append(Seen(photo, answer, outcome.device, outcome.note))
            yield answers[photo.key][0]
        missing = missing[len(outcome.result) :]


@kept(4)
def _recording(model: Model, photo: Photo) -> Recording:
    """One forward and its graph: some 100 MB for ResNet-50 at 224×224, so few are kept."""
    from resnet.residual.recording import record

    return record(model.residual(model.device), photo.image)


@kept(512)
def answers_to(question: tuple[str, ...]) -> list[Any]:
    """The one answer to a question; none until its process has run to its end and adds it."""
    return []


@kept(256)
def stages(model: Model, photo: Photo, target: int) -> Outcome[dict[str, dict[str, Explanation]]]:
    """The maps of one class by method and stage, by one backward pass. Raises `DoesNotFit`."""
    return where_it_fits(lambda on: _recording(model.on(on), photo).explain(target), model.device)


@kept(256)
def at_layer(
    model: Model, photo: Photo, target: int, layer: str, method: str
) -> Outcome[Explanation]:
    """One class's map at one layer. Raises `DoesNotFit`."""
    from resnet.maps.explain import explain

    def find(on: str) -> Explanation:
        classifier = model.load(on)
        with importing:
            classifier.ready()
        return explain(classifier, [photo.image], target, layer, method)

    return where_it_fits(find, model.device)


class Flowed(NamedTuple):
    """What one block made of a picture, and the picture as the network saw it."""

    view: Image.Image
    flow: BlockFlow


@kept(8)
def flowed(model: Model, photo: Photo, block: str) -> Flowed:
    """The values of one block, kept for every channel. Raises what loading the model raises."""
    from resnet.residual.block_flow import block_flow

    classifier = model.residual(model.device)
    view = classifier.transform.view(photo.image)
    images = classifier.transform.tensor(view).unsqueeze(0)  # (1, C, crop, crop)
    return Flowed(view, block_flow(classifier.model, images, block))


class Added(NamedTuple):
    """‖F(x)‖ / ‖shortcut‖ of each block for a picture, and the deviation of each response.

    A pre-activation network has no such responses.
    """

    ratios: dict[str, float | None]
    deviations: dict[str, float]


@kept(64)
def added(model: Model, photo: Photo) -> Added:
    """How much each block adds to its stream. Raises what loading the model raises."""
    from resnet.residual.block_flow import ratios
    from resnet.residual.layer_responses import deviations

    classifier = model.residual(model.device)
    images = classifier.transform.tensor(classifier.transform.view(photo.image)).unsqueeze(0)
    responses = () if classifier.spec.preact else deviations(classifier.model, images)
    return Added(dict(ratios(classifier.model, images)), dict(responses))


@kept(64)
def dissected(model: Model, photo: Photo, target: int) -> Outcome[Dissection]:
    """A class's logit taken apart at every block. Raises `DoesNotFit`."""
    from resnet.residual.anatomy import dissect

    return where_it_fits(lambda on: dissect(model.residual(on), photo.image, target), model.device)


@kept(128)
def lesioned(model: Model, photo: Photo, without: frozenset[str]) -> Outcome[Look]:
    """A photo's answers with these blocks switched off. Raises `DoesNotFit`, `ExplainError`."""
    from resnet.residual.lesion_sweep import look_without

    return where_it_fits(
        lambda on: look_without(model.residual(on), photo.image, without), model.device
    )


@kept(64)
def swept(model: Model, photo: Photo) -> dict[str, Tensor]:
    """Logits (K,) by the block that was switched off, as far as a sweep has come.

    What one visitor stops, the next goes on, so it may grow while it is read.
    """
    return {}


def sweep(model: Model, photo: Photo) -> Iterator[int]:
    """Switch off every block in turn; yields how many are known, from the first on."""
    from resnet.residual.lesion_sweep import sweep_lesions_of_image

    classifier, logits = model.residual(model.device), swept(model, photo)
    for name, values in sweep_lesions_of_image(classifier, photo.image, tuple(logits)):
        logits[name] = values
        yield len(logits)


def where_it_fits(compute: Callable[[str], Answer], device: str) -> Outcome[Answer]:
    """`compute(device)`, or on the CPU where memory runs out or the device fails.

    Raises `DoesNotFit`.
    """
    from resnet.model.devices import adaptively

    return next(adaptively(lambda _, on: compute(on), [None], device, size=1))
