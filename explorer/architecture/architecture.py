"""The Architecture page: choose a network, see its residual stream, open its blocks."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from explorer.architecture import (
    flops_and_memory,
    open_block,
    projector,
    shapes_and_costs,
    tables,
    takeaway,
)
from explorer.resources import drawings
from explorer.state.choices import compare_choices, page_choices, shown_network
from explorer.state.choices.shown_network import ARCHITECTURE
from explorer.state.picking import STREAM
from explorer.widgets import components, controls
from explorer.widgets.network import change_notice, depth_picker, network_picker
from explorer.widgets.values import photograph_sent
from explorer.widgets.values.through import Through
from resnet.model.fits_in_memory import refusal
from resnet.network.describing import describe_compute
from resnet.network.graph import Graph
from resnet.network.spec import ResNetSpec
from resnet.text.language import mark, tr
from resnet.text.numbers import count

_PANELS = {
    "flow": (mark("Shape flow"), shapes_and_costs.panel),
    "counting": (mark("Counting"), flops_and_memory.panel),
    "tables": (mark("Tables"), tables.panel),
    "takeaway": (mark("Take it away"), takeaway.panel),
}


def page() -> None:
    """Draw the page."""
    spec = shown_network.spec()
    shown_network.write()  # first: a link followed while the page is drawn is not undone
    projected = shown_network.projected()
    _network((spec, projected))
    if projected:
        return
    with st.sidebar:  # after the picture, which need not wait for thirty controls
        network_picker.choose(spec)


@st.fragment
def _network(drawn: tuple[ResNetSpec, bool]) -> None:
    """The picture and what is asked of it: a click here runs nothing of the rest of the page."""
    shown = spec, projected = shown_network.history().now, shown_network.projected()
    if shown != drawn and not shown_network.moves():  # the controls have another network
        st.rerun()
    shown_network.write()
    graph = drawings.graph(spec)
    with st.container():  # there, if empty: what is below stays
        change_notice.show()
    if projected:
        projector.show(graph)
        return
    _headline(graph)
    with st.container(gap="xsmall", key="road"):
        _above(spec)
        _stream(graph, photograph_sent.maps(graph))
        with st.container():
            sent = photograph_sent.choose(graph)
        _opened(graph, sent)
    if "panels" not in page_choices.hidden():
        controls.panel(ARCHITECTURE, tr("More about this network"), _PANELS)(graph)


def _opened(graph: Graph, sent: Through | None) -> None:
    with st.container():  # there, if empty, when nothing is open: what is below stays
        if "panels" not in page_choices.hidden():
            open_block.panel(graph, sent)


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
                cost=describe_compute(graph),
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
    shown = "numbers" not in page_choices.hidden()
    with st.container(horizontal=True, vertical_alignment="center", key="numbers"):
        with st.container(width="content"):
            st.subheader(spec.name, anchor=False)
            if shown:
                st.caption(describe_compute(graph))
            if reason := refusal(graph):
                st.caption(reason)
        for name, (value, help_) in numbers.items() if shown else ():
            st.metric(name, value, help=help_, width="content")
        with st.container(width="content", key="compare_with"):
            st.page_link(
                "compare/compare.py",
                label=tr("Compare with …"),
                icon=":material/compare_arrows:",
                query_params=compare_choices.address(spec),
            )


def _above(spec: ResNetSpec) -> None:
    """What the picture shows, in two sentences, and a slider over its depth."""
    with st.container(horizontal=True, vertical_alignment="center", key="above"):
        does = tr("Each block adds F(x) to x at ⊕. Blocks, stem and head open.")
        st.caption(does, width="stretch")
        photograph_sent.switch()
        if "network" not in page_choices.hidden():
            with st.container(width=270):
                depth_picker.slider(spec)
        projector.button()


def _stream(graph: Graph, maps: Mapping[str, str]) -> None:
    explained = "legend" not in page_choices.hidden()
    folding = shown_network.folding()
    svg = drawings.stream_on_show(graph, folding, explained, maps)
    components.picture(svg, key=STREAM, chosen=shown_network.opened(), on_pick=shown_network.pick)


page()
