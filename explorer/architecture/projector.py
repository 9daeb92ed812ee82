"""The page as a projector shows it: no controls, and letters that are read from the last row."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from explorer.architecture import open_block
from explorer.resources import drawings
from explorer.state.choices import shown_network
from explorer.state.choices.shown_network import PAPER
from explorer.state.picking import STREAM
from explorer.widgets import components
from explorer.widgets.network import depth_picker
from explorer.widgets.values import photograph_sent
from resnet.drawing.stream.layout import PROJECTED, WIDTH
from resnet.network.graph import Graph
from resnet.text.language import tr
from resnet.text.numbers import count

_STYLE = Path(__file__).with_name("projector.css")


def button() -> None:
    """The way there and back, by key as well."""
    ends = shown_network.projected()
    st.button(
        tr("Leave") if ends else "",
        icon=":material/close:" if ends else ":material/present_to_all:",
        help=tr("Leave projector mode") if ends else tr("Projector mode: no controls, large type"),
        on_click=shown_network.project,
        shortcut="F",
        key="projector",
    )


def show(graph: Graph) -> None:
    """Draw the network, or a small one over the block that is open."""
    st.html(_STYLE)
    opened = shown_network.opened().removeprefix(PAPER)
    _bar(graph, opened)
    wide = WIDTH if opened else PROJECTED
    maps = photograph_sent.maps(graph)
    svg = drawings.stream_on_show(graph, shown_network.folding(), False, maps, wide)
    with st.container(key="projected_strip" if opened else "projected_whole"):
        components.picture(svg, key=STREAM, chosen=opened, on_pick=shown_network.pick)
    if opened:
        block = drawings.block_picture(graph.spec, opened, projected=True)
        components.picture(block, key="block")


def _bar(graph: Graph, opened: str) -> None:
    """What is shown, its numbers, and the depth."""
    spec = graph.spec
    with st.container(horizontal=True, vertical_alignment="center", key="projected_bar"):
        st.markdown(f"### {spec.name}" + (f" · {opened}" if opened else ""), width="content")
        st.markdown("" if opened else _numbers(graph), width="stretch")
        with st.container(width=380):
            depth_picker.slider(spec)
        if opened:
            names = [section.name for section in graph.sections]
            open_block.steps(names, names.index(opened))
        button()


def _numbers(graph: Graph) -> str:
    amounts = tr("{n} params", n=count(graph.params)), count(graph.macs, "MACs")
    return " · ".join(amounts)
