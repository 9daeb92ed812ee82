"""The only room with cache decorators: graphs, pictures and models, shared by all visitors.

What holds words is kept once for each language, and drawn in that language whoever asked first.
`answers` has what models say of photographs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
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
from resnet.language import speaking, spoken
from resnet.receptive import fields
from resnet.spec import ResNetSpec
from resnet.tracing import trace

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from resnet.families import AnyClassifier, OtherClassifier
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

    load: Callable[[str], AnyClassifier]
    key: str
    device: str
    precision: str

    def residual(self, device: str) -> Classifier:
        """The model where it is known to be a residual network."""
        from resnet.weights import Classifier

        found = self.load(device)
        assert isinstance(found, Classifier), f"{self.key} is of another family"
        return found

    def other(self, device: str) -> OtherClassifier:
        """The model where it is known to be of another family."""
        from resnet.families import OtherClassifier

        found = self.load(device)
        assert isinstance(found, OtherClassifier), f"{self.key} is a residual network"
        return found


@st.cache_resource(max_entries=64, show_spinner=False)
def graph(spec: ResNetSpec) -> Graph:
    """The graph of a spec, shared by all visitors: it is a value."""
    return trace(spec)


@st.cache_resource(max_entries=64, show_spinner=False)
def side(query: str) -> Side:
    """One network of a comparison, shared by all visitors: it is a value."""
    return read_side(query)


def stream_picture(
    spec: ResNetSpec,
    unfold: tuple[str, ...],
    explained: bool,
    beside: tuple[ResNetSpec, ...] = (),
) -> str:
    """The residual stream as SVG, its stages where they are in the pictures beside it."""
    return _stream_picture(spec, unfold, explained, beside, spoken())


@st.cache_data(max_entries=64, show_spinner=False)
def _stream_picture(
    spec: ResNetSpec,
    unfold: tuple[str, ...],
    explained: bool,
    beside: tuple[ResNetSpec, ...],
    language: str,
) -> str:
    with speaking(language):
        return stream(graph(spec), unfold, explained, tuple(map(graph, beside)))


def flow_picture(spec: ResNetSpec, by: str) -> str:
    """Shapes and costs along the depth as SVG."""
    return _flow_picture(spec, by, spoken())


@st.cache_data(max_entries=64, show_spinner=False)
def _flow_picture(spec: ResNetSpec, by: str, language: str) -> str:
    with speaking(language):
        return flow(graph(spec), by)


def field_picture(spec: ResNetSpec, row: int, column: int, photo: Photo | None) -> str:
    """What a cell of the last stage, and the nearest of every other, sees of the photo, as SVG."""
    return _field_picture(spec, row, column, photo.key if photo else None, photo, spoken())


@st.cache_data(max_entries=64, show_spinner=False)
def _field_picture(
    spec: ResNetSpec, row: int, column: int, key: str | None, _photo: Photo | None, language: str
) -> str:
    found = graph(spec)
    side = min(spec.image_size, _FINEST)
    image = url(ImageOps.fit(_photo.image, (side, side))) if _photo else ""
    with speaking(language):
        return field(found, fields(found, row, column), image)


def block_picture(spec: ResNetSpec, name: str) -> str:
    """One block as SVG."""
    return _block_picture(spec, name, spoken())


@st.cache_data(max_entries=256, show_spinner=False)
def _block_picture(spec: ResNetSpec, name: str, language: str) -> str:
    with speaking(language):
        return block_view(graph(spec).block(name))


@st.cache_data(max_entries=32, show_spinner=False)
def torchinfo_summary(spec: ResNetSpec) -> str:
    """What torchinfo prints of the built module; on the meta device, so that it takes no memory."""
    from resnet.summary import torchinfo_text

    return torchinfo_text(spec)


@st.cache_resource(max_entries=3, show_spinner=False)
def classifier(name: str, device: str) -> Classifier:
    """A classifier of the catalogue on a device, loaded once for all visitors."""
    from resnet.weights import load_classifier

    return load_classifier(name, device=device)


@st.cache_resource(max_entries=3, show_spinner=False)
def other_classifier(name: str, device: str) -> OtherClassifier:
    """A classifier of another family of torchvision's on a device."""
    from resnet.families import load_other, others

    return load_other(others()[name], device)


@st.cache_resource(max_entries=3, show_spinner=False)
def own_classifier(key: str, device: str, _file: UploadedFile) -> AnyClassifier:
    """A classifier of a visitor's own file, which `key` tells from every other."""
    from resnet.recognising import load_own

    return load_own(Path(_file.name), _file.getvalue(), device)


@st.cache_resource(max_entries=2, show_spinner=False)
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


@st.cache_data(max_entries=64, show_spinner=False)
def view(model: str, photo: str, side: int, _view: Image.Image) -> str:
    """What the model of that key saw of the photo of that key, as wide as is said: a data URL."""
    return url(_view.resize((side, side), Image.Resampling.BICUBIC), "JPEG")


@st.cache_resource(max_entries=16, show_spinner=False)
def experiment(name: str) -> dict[str, Any]:
    """The rows of an experiment that the project keeps, and what made them."""
    return kept(name)


@st.cache_resource(max_entries=1, show_spinner=False)
def turns() -> Turns:
    """The line before the experiments: two run at a time, whoever asks."""
    return Turns(2)
