"""Graphs and their pictures, shared by all visitors.

What holds words is kept once for each language, and drawn in that language whoever asked first.
"""

from __future__ import annotations

import streamlit as st
from PIL import ImageOps

from explorer.figures.data_urls import data_url
from explorer.resources.photos import Photo
from resnet.counts.comparison import Side, read_side
from resnet.counts.receptive_field import receptive_fields
from resnet.drawing.charts.block_diagram import draw_block
from resnet.drawing.charts.depth_chart import draw_depth_chart
from resnet.drawing.charts.receptive_field_boxes import draw_receptive_fields
from resnet.drawing.stream.picture import draw_stream
from resnet.network.graph import Graph
from resnet.network.spec import ResNetSpec
from resnet.network.tracing import trace
from resnet.text.language import speaking, spoken

_FINEST = 320  # pixels on each side of an image under receptive fields


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
        return draw_stream(graph(spec), unfold, explained, tuple(map(graph, beside)))


def flow_picture(spec: ResNetSpec, by: str) -> str:
    """Shapes and costs along the depth as SVG."""
    return _flow_picture(spec, by, spoken())


@st.cache_data(max_entries=64, show_spinner=False)
def _flow_picture(spec: ResNetSpec, by: str, language: str) -> str:
    with speaking(language):
        return draw_depth_chart(graph(spec), by)


def field_picture(spec: ResNetSpec, row: int, column: int, photo: Photo | None) -> str:
    """What a cell of the last stage, and the nearest of every other, sees of the photo, as SVG."""
    return _field_picture(spec, row, column, photo.key if photo else None, photo, spoken())


@st.cache_data(max_entries=64, show_spinner=False)
def _field_picture(
    spec: ResNetSpec, row: int, column: int, key: str | None, _photo: Photo | None, language: str
) -> str:
    found = graph(spec)
    side = min(spec.image_size, _FINEST)
    image = data_url(ImageOps.fit(_photo.image, (side, side))) if _photo else ""
    with speaking(language):
        return draw_receptive_fields(found, receptive_fields(found, row, column), image)


def block_picture(spec: ResNetSpec, name: str) -> str:
    """One block as SVG."""
    return _block_picture(spec, name, spoken())


@st.cache_data(max_entries=256, show_spinner=False)
def _block_picture(spec: ResNetSpec, name: str, language: str) -> str:
    with speaking(language):
        return draw_block(graph(spec).block(name))


@st.cache_data(max_entries=32, show_spinner=False)
def torchinfo_summary(spec: ResNetSpec) -> str:
    """What torchinfo prints of the built module; on the meta device, so that it takes no memory."""
    from resnet.model.torchinfo_table import torchinfo_text

    return torchinfo_text(spec)
