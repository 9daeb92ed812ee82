"""The only cache decorators: graphs, pictures, models and their answers, shared by all visitors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import streamlit as st
from PIL import Image, ImageOps

from explorer.figures.images import url
from explorer.turns import Turns
from resnet.comparison import Side
from resnet.comparison import side as read_side
from resnet.data import scene
from resnet.drawing.block import block_view
from resnet.drawing.field import field
from resnet.drawing.flow import flow
from resnet.drawing.stream import stream
from resnet.experiments import kept
from resnet.graph import Graph
from resnet.images import read_image
from resnet.receptive import fields
from resnet.spec import ResNetSpec
from resnet.tracing import trace

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile
    from torch import Tensor

    from resnet.anatomy import Dissection
    from resnet.devices import Outcome
    from resnet.explaining import Explanation, Look
    from resnet.recording import Recording
    from resnet.residual import BlockFlow
    from resnet.weights import Classifier


SAMPLES = 8
_FINEST = 320  # pixels on each side of an image under receptive fields
_FIRST_SAMPLE = 1_900_000  # held out, and far from the scenes that measure the model


@dataclass(frozen=True)
class Photo:
    """An image to look at; `key` tells it from every other."""

    name: str
    key: str
    image: Image.Image
    drawn: bool = False


@dataclass(frozen=True)
class Model:
    """A model to look with: how it is loaded on a device, and what tells it from every other."""

    load: Callable[[str], Classifier]
    key: str
    device: str
    precision: str


@st.cache_resource(max_entries=64, show_spinner=False)
def graph(spec: ResNetSpec) -> Graph:
    """The graph of a spec, shared by all visitors: it is a value."""
    return trace(spec)


@st.cache_resource(max_entries=64, show_spinner=False)
def side(query: str) -> Side:
    """One network of a comparison, shared by all visitors: it is a value."""
    return read_side(query)


@st.cache_data(max_entries=64, show_spinner=False)
def stream_picture(
    spec: ResNetSpec,
    unfold: tuple[str, ...],
    explained: bool,
    beside: tuple[ResNetSpec, ...] = (),
) -> str:
    """The residual stream as SVG, its stages where they are in the pictures beside it."""
    return stream(graph(spec), unfold, explained, tuple(map(graph, beside)))


@st.cache_data(max_entries=64, show_spinner=False)
def flow_picture(spec: ResNetSpec, by: str) -> str:
    """Shapes and costs along the depth as SVG."""
    return flow(graph(spec), by)


def field_picture(spec: ResNetSpec, row: int, column: int, photo: Photo | None) -> str:
    """What a cell of the last stage, and the nearest of every other, sees of the photo, as SVG."""
    return _field_picture(spec, row, column, photo.key if photo else None, photo)


@st.cache_data(max_entries=64, show_spinner=False)
def _field_picture(
    spec: ResNetSpec, row: int, column: int, key: str | None, _photo: Photo | None
) -> str:
    found = graph(spec)
    side = min(spec.image_size, _FINEST)
    image = url(ImageOps.fit(_photo.image, (side, side))) if _photo else ""
    return field(found, fields(found, row, column), image)


@st.cache_data(max_entries=256, show_spinner=False)
def block_picture(spec: ResNetSpec, name: str) -> str:
    """One block as SVG."""
    return block_view(graph(spec).block(name))


@st.cache_data(max_entries=32, show_spinner="Building the module and running torchinfo …")
def torchinfo_summary(spec: ResNetSpec) -> str:
    """What torchinfo prints of the built module; on the meta device, so that it takes no memory."""
    from resnet.summary import torchinfo_text

    return torchinfo_text(spec)


@st.cache_resource(max_entries=3, show_spinner="Loading the model …")
def classifier(name: str, device: str) -> Classifier:
    """A classifier of the catalogue on a device, loaded once for all visitors."""
    from resnet.weights import load_classifier

    return load_classifier(name, device=device)


@st.cache_resource(max_entries=3, show_spinner="Reading the checkpoint …")
def own_classifier(key: str, device: str, _file: UploadedFile) -> Classifier:
    """A classifier of a visitor's own file, which `key` tells from every other."""
    from resnet.weights import load_classifier

    return load_classifier(_file.name, data=_file.getvalue(), device=device)


@st.cache_resource(max_entries=2, show_spinner="Drawing random weights …")
def untrained(spec: ResNetSpec) -> Classifier:
    """The network of a spec with random weights, seed 0. Raises `CheckpointError`."""
    from resnet.weights import untrained

    return untrained(spec)


@st.cache_resource(max_entries=24, show_spinner=False)
def upload(data: bytes, name: str) -> Photo:
    """An uploaded picture, decoded once. Raises `ImageError`."""
    return Photo(name, sha256(data).hexdigest(), read_image(data, name))


@st.cache_resource(max_entries=SAMPLES, show_spinner=False)
def sample(number: int) -> Photo:
    """A drawn scene: those of odd number hold one object, the others two."""
    drawn = scene(_FIRST_SAMPLE + number, objects=2 - number % 2)
    return Photo(f"Sample {number}", f"sample {number}", Image.fromarray(drawn.image), drawn=True)


@dataclass(frozen=True)
class Seen:
    """A photo's answers, the device that gave them, and what had to give way for it."""

    photo: Photo
    look: Look
    device: str
    note: str


@st.cache_resource(max_entries=512, show_spinner=False)
def _kept(key: str, device: str, precision: str, photo: str) -> list[Seen]:
    """The place of one photo's answers, empty until a batch has filled it."""
    return []


def look_at(model: Model, photos: Sequence[Photo]) -> Iterator[Seen]:
    """Every photo's answers: first those known already, then the others, batch by batch.

    A single photo is recorded, so that its other stages need no forward of their own.
    Raises `DoesNotFit`, and what loading the model raises.
    """
    from resnet.devices import adaptively
    from resnet.explaining import look

    alone = len(photos) == 1 and model.precision == "fp32"

    def compute(some: Sequence[Photo], device: str) -> tuple[Look, ...]:
        if alone:
            return (_recording(model, some[0], model.key, device, some[0].key).look,)
        return look(model.load(device), [photo.image for photo in some], model.precision)

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
    from resnet.recording import record

    return record(_model.load(device), _photo.image)


@st.cache_resource(max_entries=16, show_spinner=False)
def experiment(name: str) -> dict[str, Any]:
    """The rows of an experiment that the project keeps, and what made them."""
    return kept(name)


@st.cache_resource(max_entries=1, show_spinner=False)
def turns() -> Turns:
    """The line before the experiments: two run at a time, whoever asks."""
    return Turns(2)


@st.cache_resource(max_entries=512, show_spinner=False)
def place(question: tuple[str, ...]) -> list[Any]:
    """The place of the answer to a question, empty until its process has run to its end."""
    return []


def stages(model: Model, photo: Photo, target: int, method: str) -> Outcome[dict[str, Explanation]]:
    """The maps of one class at every stage, by one backward pass. Raises `DoesNotFit`."""
    from resnet.devices import Outcome

    found = _stages(model, photo, model.key, model.device, photo.key, target)
    return Outcome(found.result[method], found.device, found.note)


@st.cache_resource(max_entries=256, show_spinner=False)
def _stages(
    _model: Model, _photo: Photo, key: str, device: str, photo: str, target: int
) -> Outcome[dict[str, dict[str, Explanation]]]:
    from resnet.devices import adaptively

    def compute(one: Sequence[Photo], on: str) -> dict[str, dict[str, Explanation]]:
        return _recording(_model, one[0], key, on, photo).explain(target)

    return next(adaptively(compute, [_photo], device, size=1))


@dataclass(frozen=True)
class Flowed:
    """What one block made of a picture, and the picture as the network saw it."""

    view: Image.Image
    flow: BlockFlow


def flowed(model: Model, photo: Photo, block: str) -> Flowed:
    """The values of one block, kept for every channel. Raises what loading the model raises."""
    return _flowed(model, photo, model.key, model.load(model.device).spec, photo.key, block)


@st.cache_resource(max_entries=8, show_spinner="Running the network …")
def _flowed(
    _model: Model, _photo: Photo, key: str, spec: ResNetSpec, photo: str, block: str
) -> Flowed:
    from resnet.residual import flow

    classifier = _model.load(_model.device)
    view = classifier.transform.view(_photo.image)
    images = classifier.transform.tensor(view).unsqueeze(0)  # (1, C, crop, crop)
    return Flowed(view, flow(classifier.model, images, block))


def dissected(model: Model, photo: Photo, target: int) -> Outcome[Dissection]:
    """A class's logit taken apart at every block. Raises `DoesNotFit`."""
    return _dissected(model, photo, model.key, model.device, photo.key, target)


@st.cache_resource(max_entries=64, show_spinner="Taking the logit apart …")
def _dissected(
    _model: Model, _photo: Photo, key: str, device: str, photo: str, target: int
) -> Outcome[Dissection]:
    from resnet.anatomy import dissect
    from resnet.devices import adaptively

    def compute(one: Sequence[Photo], on: str) -> Dissection:
        return dissect(_model.load(on), one[0].image, target)

    return next(adaptively(compute, [_photo], device, size=1))


def lesioned(model: Model, photo: Photo, without: frozenset[str]) -> Outcome[Look]:
    """A photo's answers with these blocks switched off. Raises `DoesNotFit`, `ExplainError`."""
    return _lesioned(model, photo, model.key, model.device, photo.key, without)


@st.cache_resource(max_entries=128, show_spinner=False)
def _lesioned(
    _model: Model, _photo: Photo, key: str, device: str, photo: str, without: frozenset[str]
) -> Outcome[Look]:
    from resnet.devices import adaptively
    from resnet.lesions import look_without

    def compute(one: Sequence[Photo], on: str) -> Look:
        return look_without(_model.load(on), one[0].image, without)

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
    from resnet.lesions import sweep_image

    place = _swept(model.key, device, photo.key)
    for name, logits in sweep_image(model.load(device), photo.image, tuple(place)):
        place[name] = logits
        yield len(place)
