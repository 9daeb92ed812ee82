"""The Architecture page: choose a network, see its residual stream, open its blocks."""

from __future__ import annotations

import streamlit as st

from explorer import components, controls, network, resources, state
from explorer.messages import plain
from explorer.panels import block, counting, flow, tables, takeaway
from explorer.state import compare
from resnet.graph import Graph
from resnet.language import mark, tr
from resnet.room import refusal
from resnet.words import cost, count

_PANELS = {
    "flow": (mark("Shape flow"), flow.panel),
    "counting": (mark("Counting"), counting.panel),
    "tables": (mark("Tables"), tables.panel),
    "takeaway": (mark("Take it away"), takeaway.panel),
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
        controls.panel(state.ARCHITECTURE, tr("More about this network"), _PANELS)(graph)


def _headline(graph: Graph) -> None:
    """The network's name and its numbers, each with what it counts."""
    spec, last = graph.spec, graph.stages[-2]
    numbers = {
        tr("Parameters"): (
            count(graph.params),
            tr(
                "{params:,} learnable; {buffers:,} buffers apart.",
                params=graph.params,
                buffers=graph.buffers,
            ),
        ),
        tr("Compute"): (
            count(graph.macs, "MACs"),
            tr(
                "{cost}. Multiply-adds of convolutions and linear layers, one image.",
                cost=cost(graph),
            ),
        ),
        tr("Depth"): (
            tr("{n} layers", n=spec.depth),
            tr("Weighted layers on the main path; projections do not count."),
        ),
        tr("Receptive field"): (
            tr("{n} px", n=last.receptive_field),
            tr("Side of the square that a cell of {name} sees, padding included.", name=last.name),
        ),
    }
    shown = "numbers" not in state.hidden()
    with st.container(horizontal=True, vertical_alignment="center", key="numbers"):
        with st.container(width="content"):
            st.subheader(spec.name, anchor=False)
            if shown:
                st.caption(tr("{cost}, one image", cost=cost(graph)))
            if reason := refusal(graph):
                st.caption(reason)
        for name, (value, help_) in numbers.items() if shown else ():
            st.metric(name, value, help=help_, width="content")
        st.page_link(
            "views/compare.py", label=tr("Compare with …"), query_params=compare.address(spec)
        )


def _stream(graph: Graph) -> None:
    explained = "legend" not in state.hidden()
    svg = resources.stream_picture(graph.spec, state.unfolded(), explained)
    components.picture(svg, key=state.STREAM, chosen=state.opened(), on_pick=state.pick)


page()
