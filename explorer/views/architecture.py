"""The Architecture page: choose a network, see its residual stream, open its blocks."""

from __future__ import annotations

import streamlit as st

from explorer import components, controls, network, resources, state
from explorer.messages import plain
from explorer.panels import block, tables
from resnet.drawing.layout import folds
from resnet.graph import Graph
from resnet.words import cost, count

_PANELS = {"tables": ("Tables", tables.panel)}


def page() -> None:
    """Draw the page."""
    spec = state.spec()
    with st.sidebar:
        network.choose(spec)
    if state.message():
        st.warning(plain(state.message()))
    graph = resources.graph(spec)
    _headline(graph)
    _stream(graph)
    block.panel(graph)
    _panel(graph)
    state.write_architecture()


def _panel(graph: Graph) -> None:
    titles = {name: title for name, (title, _) in _PANELS.items()}
    chosen = controls.segments(
        state.ARCHITECTURE,
        "panel",
        "More about this network",
        [*titles],
        next(iter(titles)),
        titles,
    )
    _PANELS[chosen][1](graph)


def _headline(graph: Graph) -> None:
    spec = graph.spec
    st.subheader(spec.name, anchor=False)
    last = graph.stages[-2]
    numbers = {
        "Parameters": count(graph.params),
        "Compute": count(graph.macs, "MACs"),
        "Depth": f"{spec.depth} layers",
        "Receptive field": f"{last.receptive_field} px",
    }
    help_ = {
        "Parameters": f"{graph.params:,} learnable; {graph.buffers:,} buffers apart.",
        "Compute": f"{cost(graph)}. Multiply-adds of convolutions and linear layers, one image.",
        "Depth": "Weighted layers on the main path; projections do not count.",
        "Receptive field": f"Side of the square that a cell of {last.name} sees, padding included.",
    }
    with st.container(horizontal=True, key="numbers"):
        for name, value in numbers.items():
            st.metric(name, value, help=help_[name])
    with st.container(horizontal=True, vertical_alignment="center"):
        said = f"{cost(graph)}, multiply-adds of convolutions and linear layers for one image"
        st.caption(said, width="stretch")
        st.page_link(
            "views/compare.py", label="Compare with …", query_params=state.compare_with(spec)
        )


def _stream(graph: Graph) -> None:
    svg = resources.stream_picture(graph.spec, fold=state.ARCHITECTURE.asked("unfold") != "1")
    components.picture(svg, key=state.STREAM, chosen=state.opened(), on_pick=_picked)
    entries = [
        "**lane** identity, thick as log₂ channels, its grid as fine as the resolution",
        "⊕ sum",
        "boxes convolutions, their strips BN and ReLU",
        ":orange[**orange**] changes the shape",
    ]
    if graph.spec.shortcut == "A":
        entries.append("hatched: zero padding")
    if graph.spec.shortcut == "none":
        entries[:2] = ["no lane: a plain network has no identity"]
    st.caption(" · ".join(entries) + " · click a block to open it")
    if folds(graph):
        controls.toggle(state.ARCHITECTURE, "unfold", "Draw every block")


def _picked() -> None:
    state.open_block(st.session_state[state.STREAM].pick)


page()
