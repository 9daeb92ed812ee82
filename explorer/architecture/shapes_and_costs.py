"""Shape flow: resolution, channels, memory, parameters and MACs along the depth."""

from __future__ import annotations

from typing import Any

import streamlit as st

from explorer.architecture import receptive_fields
from explorer.architecture.tables import grouped
from explorer.resources import drawings
from explorer.state.choices import shown_network
from explorer.state.choices.shown_network import ARCHITECTURE
from explorer.state.picking import FLOW
from explorer.widgets import components, controls
from resnet.counts.along_depth import LEVELS, Part, parts_along_depth
from resnet.network.graph import Graph
from resnet.text.language import mark, tr, translated
from resnet.text.numbers import shape

_WORDS = {"block": mark("Block"), "op": mark("Operation"), "stage": mark("Stage")}


def panel(graph: Graph) -> None:
    """Draw the panel."""
    by = controls.segments(
        ARCHITECTURE, "by", tr("Along the depth, by"), LEVELS, words=translated(_WORDS)
    )
    svg = drawings.flow_picture(graph.spec, by)
    components.picture(
        svg, key=FLOW, chosen=shown_network.opened(), on_pick=shown_network.open_block
    )
    st.caption(_caption(graph, by))
    table = st.expander(tr("The same as a table"), on_change="rerun", key="flow_table")
    if table.open:
        table.dataframe(
            _rows(parts_along_depth(graph, by)), hide_index=True, column_config=grouped()
        )
    if controls.toggle(ARCHITECTURE, "field", tr("Receptive field of every stage")):
        receptive_fields.panel(graph)


def _caption(graph: Graph, by: str) -> str:
    lines = [
        tr("left to right: the order of the forward pass"),
        tr("the line follows the main path; shortcuts and gates stand beside it")
        if by == "op"
        else tr("shortcuts and gates count into their block"),
        tr(":orange[**orange**] changes the stream's shape") if by != "stage" else "",
        tr("mid blue: the SE gate") if by == "op" and graph.spec.se_reduction else "",
        tr("activations: the output of every operation, each kept, fp32, batch 1"),
        tr("MACs: multiply-adds of convolutions and linear layers"),
        tr("click a block to open it"),
    ]
    return " · ".join(filter(None, lines))


def _rows(parts: tuple[Part, ...]) -> list[dict[str, Any]]:
    return [
        {
            tr("step"): step.name,
            tr("times"): part.times,
            tr("kind"): step.kind,
            tr("path"): step.role,
            tr("in"): shape(step.in_shape),
            tr("out"): shape(step.out_shape),
            tr("activations (bytes)"): step.memory,
            tr("params"): step.params,
            tr("MACs"): step.macs,
        }
        for part in parts
        for step in part.steps
    ]
