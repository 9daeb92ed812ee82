"""What models say of photographs, kept for all visitors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import streamlit as st
from PIL import Image

from explorer.resources.models import Model
from explorer.resources.photos import Photo
from resnet.network.spec import ResNetSpec
from resnet.text.language import tr

if TYPE_CHECKING:
    from torch import Tensor

    from resnet.maps.answers import Explanation, Look
    from resnet.model.devices import Outcome
    from resnet.residual.anatomy import Dissection
    from resnet.residual.block_flow import BlockFlow
    from resnet.residual.recording import Recording
    from resnet.text.language import Later


@dataclass(frozen=True)
class Seen:
    """A photo's answers, the device that gave them, and what had to give way for it."""

    photo: Photo
    look: Look
    device: str
    note: str | Later


@st.cache_resource(max_entries=512, show_spinner=False)
def _kept(key: str, device: str, precision: str, photo: str) -> list[Seen]:
    """The place of one photo's answers, empty until a batch has filled it."""
    return []


def known(model: Model, photos: Sequence[Photo]) -> bool:
    """Whether nothing is left to compute for these photos' answers."""
    return all(_kept(model.key, model.device, model.precision, photo.key) for photo in photos)


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
            return (_recording(model, some[0], model.key, device, some[0].key).look,)
        return look(classifier, images, model.precision_of(classifier))

    places = {p.key: _kept(model.key, model.device, model.precision, p.key) for p in photos}
    yield from [places[photo.key][0] for photo in photos if places[photo.key]]
    missing = [photo for photo in photos if not places[photo.key]]
    for outcome in adaptively(compute, missing, model.device):
        for photo, found in zip(missing, outcome.result, strict=False):
            places[photo.key].append(Seen(photo, found, outcome.device, outcome.note))
            yield places[photo.key][0]
        missing = missing[len(outcome.result) :]


@st.cache_resource(max_entries=4, show_spinner=False)
def _recording(_model: Model, _photo: Photo, key: str, device: str, photo: str) -> Recording:
    """One forward and its graph: some 100 MB for ResNet-50 at 224×224, so few are kept."""
    from resnet.residual.recording import record

    return record(_model.residual(device), _photo.image)


@st.cache_resource(max_entries=512, show_spinner=False)
def place(question: tuple[str, ...]) -> list[Any]:
    """The place of the answer to a question, empty until its process has run to its end."""
    return []


def stages(model: Model, photo: Photo, target: int, method: str) -> Outcome[dict[str, Explanation]]:
    """The maps of one class at every stage, by one backward pass. Raises `DoesNotFit`."""
    from resnet.model.devices import Outcome

    found = _stages(model, photo, model.key, model.device, photo.key, target)
    return Outcome(found.result[method], found.device, found.note)


@st.cache_resource(max_entries=256, show_spinner=False)
def _stages(
    _model: Model, _photo: Photo, key: str, device: str, photo: str, target: int
) -> Outcome[dict[str, dict[str, Explanation]]]:
    from resnet.model.devices import adaptively

    def compute(one: Sequence[Photo], on: str) -> dict[str, dict[str, Explanation]]:
        return _recording(_model, one[0], key, on, photo).explain(target)

    return next(adaptively(compute, [_photo], device, size=1))


def at_layer(
    model: Model, photo: Photo, target: int, layer: str, method: str
) -> Outcome[Explanation]:
    """One class's map at one layer. Raises `DoesNotFit`."""
    return _at_layer(model, photo, model.key, model.device, photo.key, target, layer, method)


@st.cache_resource(max_entries=256, show_spinner=False)
def _at_layer(
    _model: Model,
    _photo: Photo,
    key: str,
    device: str,
    photo: str,
    target: int,
    layer: str,
    method: str,
) -> Outcome[Explanation]:
    from resnet.maps.explain import explain
    from resnet.model.devices import adaptively

    def compute(one: Sequence[Photo], on: str) -> Explanation:
        return explain(_model.load(on), [one[0].image], target, layer, method)

    return next(adaptively(compute, [_photo], device, size=1))


@dataclass(frozen=True)
class Flowed:
    """What one block made of a picture, and the picture as the network saw it."""

    view: Image.Image
    flow: BlockFlow


def flowed(model: Model, photo: Photo, block: str) -> Flowed:
    """The values of one block, kept for every channel. Raises what loading the model raises."""
    spec = model.residual(model.device).spec
    with st.spinner(tr("Running the network …")):
        return _flowed(model, photo, model.key, spec, photo.key, block)


@st.cache_resource(max_entries=8, show_spinner=False)
def _flowed(
    _model: Model, _photo: Photo, key: str, spec: ResNetSpec, photo: str, block: str
) -> Flowed:
    from resnet.residual.block_flow import block_flow

    classifier = _model.residual(_model.device)
    view = classifier.transform.view(_photo.image)
    images = classifier.transform.tensor(view).unsqueeze(0)  # (1, C, crop, crop)
    return Flowed(view, block_flow(classifier.model, images, block))


class Added(NamedTuple):
    """‖F(x)‖ / ‖shortcut‖ of each block for a picture, and the deviation of each response.

    A pre-activation network has no such responses.
    """

    ratios: dict[str, float | None]
    deviations: dict[str, float]


def added(model: Model, photo: Photo) -> Added:
    """How much each block adds to its stream. Raises what loading the model raises."""
    return _added(model, photo, model.key, photo.key)


@st.cache_resource(max_entries=64, show_spinner=False)
def _added(_model: Model, _photo: Photo, key: str, photo: str) -> Added:
    from resnet.residual.block_flow import ratios
    from resnet.residual.layer_responses import deviations

    found = _model.residual(_model.device)
    images = found.transform.tensor(found.transform.view(_photo.image)).unsqueeze(0)
    responses = () if found.spec.preact else deviations(found.model, images)
    return Added(dict(ratios(found.model, images)), dict(responses))


def dissected(model: Model, photo: Photo, target: int) -> Outcome[Dissection]:
    """A class's logit taken apart at every block. Raises `DoesNotFit`."""
    with st.spinner(tr("Taking the logit apart …")):
        return _dissected(model, photo, model.key, model.device, photo.key, target)


@st.cache_resource(max_entries=64, show_spinner=False)
def _dissected(
    _model: Model, _photo: Photo, key: str, device: str, photo: str, target: int
) -> Outcome[Dissection]:
    from resnet.model.devices import adaptively
    from resnet.residual.anatomy import dissect

    def compute(one: Sequence[Photo], on: str) -> Dissection:
        return dissect(_model.residual(on), one[0].image, target)

    return next(adaptively(compute, [_photo], device, size=1))


def lesioned(model: Model, photo: Photo, without: frozenset[str]) -> Outcome[Look]:
    """A photo's answers with these blocks switched off. Raises `DoesNotFit`, `ExplainError`."""
    return _lesioned(model, photo, model.key, model.device, photo.key, without)


@st.cache_resource(max_entries=128, show_spinner=False)
def _lesioned(
    _model: Model, _photo: Photo, key: str, device: str, photo: str, without: frozenset[str]
) -> Outcome[Look]:
    from resnet.model.devices import adaptively
    from resnet.residual.lesion_sweep import look_without

    def compute(one: Sequence[Photo], on: str) -> Look:
        return look_without(_model.residual(on), one[0].image, without)

    return next(adaptively(compute, [_photo], device, size=1))


@st.cache_resource(max_entries=64, show_spinner=False)
def _swept(key: str, device: str, photo: str) -> dict[str, Tensor]:
    """The place of a sweep's logits (K,) by block: what one visitor stops, the next goes on."""
    return {}


def swept(model: Model, photo: Photo, device: str) -> dict[str, Tensor]:
    """Logits (K,) by the block that was switched off, as far as a sweep has come."""
    return dict(_swept(model.key, device, photo.key))


def sweep(model: Model, photo: Photo, device: str) -> Iterator[int]:
    """Switch off every block in turn; yields how many are known, from the first on."""
    from resnet.residual.lesion_sweep import sweep_lesions_of_image

    place = _swept(model.key, device, photo.key)
    for name, logits in sweep_lesions_of_image(model.residual(device), photo.image, tuple(place)):
        place[name] = logits
        yield len(place)
