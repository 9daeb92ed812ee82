"""The Architecture page: choose a network, see its residual stream, open its blocks."""

from __future__ import annotations

import streamlit as st

from explorer import components, controls, network, resources, state
from explorer.messages import plain
from explorer.panels import block, counting, flow, tables, takeaway
from explorer.state import compare
from resnet.graph import Graph
from resnet.room import refusal
from resnet.words import cost, count

_PANELS = {
    "flow": ("Shape flow", flow.panel),
    "counting": ("Counting", counting.panel),
    "tables": ("Tables", tables.panel),
    "takeaway": ("Take it away", takeaway.panel),
}


def page() -> None:
    """Draw the page."""
    spec = state.spec()
    state.write_architecture()  # first: a link followed while the page is drawn is not undone
    graph = resources.graph(spec)
    if state.message():
        st.warning(plain(state.message()))
    _headline(graph)
    _network(graph)
    with st.sidebar:  # after the picture, which need not wait for thirty controls
        network.choose(spec)


@st.fragment
def _network(graph: Graph) -> None:
    """The picture and what is asked of it: a click here runs nothing of the rest of the page."""
    if state.spec() != graph.spec:  # a button below has brought another network
        st.rerun()
    state.write_architecture()
    _stream(graph)
    if "panels" not in state.hidden():
        with st.container():  # there, if empty, when no block is open: what is below stays
            block.panel(graph)
        controls.panel(state.ARCHITECTURE, "More about this network", _PANELS)(graph)


def _headline(graph: Graph) -> None:
    """The network's name and its numbers, each with what it counts."""
    spec, last = graph.spec, graph.stages[-2]
    numbers = {
        "Parameters": (
            count(graph.params),
            f"{graph.params:,} learnable; {graph.buffers:,} buffers apart.",
        ),
        "Compute": (
            count(graph.macs, "MACs"),
            f"{cost(graph)}. Multiply-adds of convolutions and linear layers, one image.",
        ),
        "Depth": (
            f"{spec.depth} layers",
            "Weighted layers on the main path; projections do not count.",
        ),
        "Receptive field": (
            f"{last.receptive_field} px",
            f"Side of the square that a cell of {last.name} sees, padding included.",
        ),
    }
    shown = "numbers" not in state.hidden()
    with st.container(horizontal=True, vertical_alignment="center", key="numbers"):
        with st.container(width="content"):
            st.subheader(spec.name, anchor=False)
            if shown:
                st.caption(f"{cost(graph)}, one image")
            if reason := refusal(graph):
                st.caption(reason)
        for name, (value, help_) in numbers.items() if shown else ():
            st.metric(name, value, help=help_, width="content")
        st.page_link("views/compare.py", label="Compare with …", query_params=compare.address(spec))


def _stream(graph: Graph) -> None:
    explained = "legend" not in state.hidden()
    svg = resources.stream_picture(graph.spec, state.unfolded(), explained)
    components.picture(svg, key=state.STREAM, chosen=state.opened(), on_pick=state.pick)


page()
