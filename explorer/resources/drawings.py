"""Graphs and their pictures, shared by all visitors, and what a model saw of a photo."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.figures import photo_grid
from explorer.figures.data_urls import data_url
from explorer.figures.thumbnails import thumbnails
from explorer.resources.caches import kept, kept_in_each_language
from explorer.resources.models import Model
from explorer.resources.server.workers import ANSWERS
from explorer.tasks.inputs import photos
from explorer.tasks.inputs.photos import Photo
from explorer.tasks.travels import Travelled
from resnet.counts import paper_tables
from resnet.counts.comparison import Side, read_side
from resnet.counts.receptive_field import receptive_fields
from resnet.drawing.charts.block_diagram import draw_block
from resnet.drawing.charts.depth_chart import draw_depth_chart
from resnet.drawing.charts.paper_table import draw_paper_table
from resnet.drawing.charts.receptive_field_boxes import draw_receptive_fields
from resnet.drawing.stream.layout import WIDTH, Folding
from resnet.drawing.stream.picture import draw_stream
from resnet.network.graph import Graph
from resnet.network.spec import ResNetSpec
from resnet.network.tracing import trace
from resnet.pictures.overlay import Style

_FINEST = 320  # pixels on each side of an image under receptive fields


@kept
def graph(spec: ResNetSpec) -> Graph:
    """The graph of a spec: it is a value."""
    return trace(spec)


@kept
def side(query: str) -> Side:
    """One network of a comparison: it is a value."""
    return read_side(query)


@kept_in_each_language
def stream_picture(
    spec: ResNetSpec,
    folding: Folding,
    explained: bool,
    beside: tuple[ResNetSpec, ...] = (),
    wide: float = WIDTH,
) -> str:
    """The residual stream as SVG, its stages where they are in the pictures beside it."""
    return draw_stream(graph(spec), folding, explained, tuple(map(graph, beside)), wide)


def stream_on_show(
    graph: Graph,
    folding: Folding,
    explained: bool,
    maps: Mapping[str, str],
    wide: float = WIDTH,
) -> str:
    """The residual stream with the maps of a visitor's own photograph, which nobody else has."""
    if maps:
        return draw_stream(graph, folding, explained, (), wide, maps)
    return stream_picture(graph.spec, folding, explained, (), wide)


@kept_in_each_language
def flow_picture(spec: ResNetSpec, by: str) -> str:
    """Shapes and costs along the depth as SVG."""
    return draw_depth_chart(graph(spec), by)


@kept_in_each_language
def field_picture(spec: ResNetSpec, row: int, column: int, photo: Photo | None) -> str:
    """What a cell of the last stage, and the nearest of every other, sees of the photo, as SVG."""
    side = min(spec.side, _FINEST)
    image = data_url(ANSWERS.call(photos.middle, photo, side)) if photo else ""
    return draw_receptive_fields(graph(spec), receptive_fields(graph(spec), row, column), image)


@kept_in_each_language
def block_picture(spec: ResNetSpec, name: str, projected: bool = False) -> str:
    """One block, the stem or the head as SVG."""
    return draw_block(graph(spec).section(name), projected)


@kept_in_each_language
def paper_table(spec: ResNetSpec) -> str:
    """The paper's table in which a network stands, as HTML."""
    return draw_paper_table(paper_tables.paper_table(spec), paper_tables.columns(spec))


@kept
def torchinfo_summary(spec: ResNetSpec) -> str:
    """What torchinfo prints of the built module; on the meta device, so that it takes no memory."""
    from resnet.model.torchinfo_table import torchinfo_text

    return torchinfo_text(spec)


@kept
def on_the_way(
    model: Model, photo: Photo, channel: int | None, _travelled: Travelled
) -> dict[str, str]:
    """What was sent through a network and its maps on the way, as data URLs."""
    return thumbnails(_travelled)


@kept
def view(model: Model, photo: Photo, side: int, _view: Image.Image) -> str:
    """What the model saw of the photo, `side` pixels wide: a data URL."""
    return data_url(_view.resize((side, side), Image.Resampling.BICUBIC), "JPEG")


@kept
def tile(
    model: Model, precision: str, photo: Photo, style: Style | None, opacity: float, placement: str,
    _thumbnail: bytes,
    _values: NDArray[np.float32] | None, _rows: NDArray[np.float32] | None,
) -> str:  # fmt: skip
    """A photograph of many, small, under its map by a forward in a precision: a data URL."""
    return photo_grid.small(_thumbnail, _values, _rows, style, opacity)


@kept
def mean_photo(model: Model, album: str, group: bytes, _thumbnails: tuple[bytes, ...]) -> str:
    """The mean of what the model saw of a group of photographs: a data URL."""
    return photo_grid.mean(_thumbnails)
