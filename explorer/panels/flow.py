"""Shape flow: resolution, channels, memory, parameters and MACs along the depth."""

from __future__ import annotations

from typing import Any

import streamlit as st

from explorer import components, controls, resources, state
from explorer.panels import field
from explorer.panels.tables import GROUPED
from resnet.flow import LEVELS, Part, parts
from resnet.graph import Graph
from resnet.words import shape

_WORDS = {"block": "Block", "op": "Operation", "stage": "Stage"}
_COLUMNS = GROUPED | {"activations (bytes)": st.column_config.NumberColumn(format="localized")}


def panel(graph: Graph) -> None:
    """Draw the panel."""
    by = controls.segments(state.ARCHITECTURE, "by", "Along the depth, by", LEVELS, words=_WORDS)
    svg = resources.flow_picture(graph.spec, by)
    components.picture(svg, key=state.FLOW, chosen=state.opened(), on_pick=state.open_block)
    st.caption(_caption(graph, by))
    table = st.expander("The same as a table", on_change="rerun", key="flow_table")
    if table.open:
        table.dataframe(_rows(parts(graph, by)), hide_index=True, column_config=_COLUMNS)
    if controls.toggle(state.ARCHITECTURE, "field", "Receptive field of every stage"):
        field.panel(graph)


def _caption(graph: Graph, by: str) -> str:
    lines = [
        "left to right: the order of the forward pass",
        "the line follows the main path; shortcuts and gates stand beside it"
        if by == "op"
        else "shortcuts and gates count into their block",
        ":orange[**orange**] changes the stream's shape" if by != "stage" else "",
        "mid blue: the SE gate" if by == "op" and graph.spec.se_reduction else "",
        "activations: the output of every operation, each kept, fp32, batch 1",
        "MACs: multiply-adds of convolutions and linear layers",
        "click a block to open it",
    ]
    return " · ".join(filter(None, lines))


def _rows(found: tuple[Part, ...]) -> list[dict[str, Any]]:
    return [
        {
            "step": step.name,
            "times": part.times,
            "kind": step.kind,
            "path": step.role,
            "in": shape(step.in_shape),
            "out": shape(step.out_shape),
            "activations (bytes)": step.memory,
            "params": step.params,
            "MACs": step.macs,
        }
        for part in found
        for step in part.steps
    ]
