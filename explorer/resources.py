"""The only cache decorators: graphs, pictures, models, and the lock for work on a device."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from explorer.figures.block import block_view
from explorer.figures.stream import stream
from resnet.graph import Graph, trace
from resnet.spec import ResNetSpec

if TYPE_CHECKING:
    from resnet.weights import Classifier


@st.cache_resource(max_entries=64, show_spinner=False)
def graph(spec: ResNetSpec) -> Graph:
    """The graph of a spec, shared by all visitors: it is a value."""
    return trace(spec)


@st.cache_data(max_entries=64, show_spinner=False)
def stream_picture(spec: ResNetSpec, fold: bool) -> str:
    """The residual stream as SVG."""
    return stream(graph(spec), fold)


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
def own_classifier(data: bytes, name: str, device: str) -> Classifier:
    """A classifier of a visitor's own file."""
    from resnet.weights import load_classifier

    return load_classifier(name, data=data, device=device)
