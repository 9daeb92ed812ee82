"""The Architecture page: choose a network, see its residual stream, open its blocks."""

from __future__ import annotations

from typing import Any

import streamlit as st

from explorer import components, network, resources, state
from explorer.figures.stream import folds
from explorer.messages import plain
from resnet.graph import Graph, Op
from resnet.words import cost, count, shape, shortcut

_GROUPED = {
    name: st.column_config.NumberColumn(format="localized")
    for name in ("params", "buffers", "MACs")
}


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
    _opened(graph)
    _tables(graph)
    state.write_address()


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
    st.caption(f"{cost(graph)}, multiply-adds of convolutions and linear layers for one image")


def _stream(graph: Graph) -> None:
    svg = resources.stream_picture(graph.spec, fold=not state.unfolded())
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
        st.session_state["control_unfold"] = state.unfolded()
        st.toggle("Draw every block", key="control_unfold", on_change=_unfolded)


def _unfolded() -> None:
    state.unfold(st.session_state["control_unfold"])


def _picked() -> None:
    state.open_block(st.session_state[state.STREAM].pick)


def _opened(graph: Graph) -> None:
    names, opened = [block.name for block in graph.blocks], state.opened()
    if opened not in names:
        state.open_block(None)
        return
    at = names.index(opened)
    block = graph.blocks[at]
    with st.container(border=True, key="detail"):
        _detail_bar(names, at)
        side = block.in_shape[1]
        st.markdown(f"Shortcut. {shortcut(block.plan, side)}")
        components.picture(resources.block_picture(graph.spec, block.name), key="block")
        with st.expander("The same as a table"):
            st.dataframe(_op_rows(block.ops), hide_index=True, column_config=_GROUPED)


def _detail_bar(names: list[str], at: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"#### {names[at]}", width="stretch")
        steps = (("Previous", at - 1, "P"), ("Next", at + 1, "N"))
        for label, to, key in steps:
            inside = 0 <= to < len(names)
            go = names[to] if inside else None
            st.button(
                label, on_click=state.open_block, args=(go,), disabled=not inside, shortcut=key
            )
        st.button("Close", on_click=state.open_block, args=(None,), shortcut="Escape")


def _op_rows(ops: tuple[Op, ...]) -> list[dict[str, Any]]:
    return [
        {
            "path": op.path,
            "kind": op.kind,
            "lane": op.lane,
            "in": shape(op.in_shape),
            "out": shape(op.out_shape),
            "kernel": op.kernel,
            "stride": op.stride,
            "padding": op.padding,
            "groups": op.groups,
            "params": op.params,
            "buffers": op.buffers,
            "MACs": op.macs,
            "receptive field": op.receptive_field,
            "jump": op.jump,
        }
        for op in ops
    ]


def _tables(graph: Graph) -> None:
    stages, operations, torchinfo = st.tabs(
        ["Stages", "Operations", "torchinfo"], on_change="rerun", key="tables"
    )
    if stages.open:
        stages.dataframe(_stage_rows(graph), hide_index=True, column_config=_GROUPED)
    if operations.open:
        operations.dataframe(_op_rows(graph.ops), hide_index=True, column_config=_GROUPED)
    if torchinfo.open:
        with torchinfo:
            st.caption("torchinfo counts the batch norm's and the bias's parameters as mult-adds.")
            st.code(resources.torchinfo_summary(graph.spec), language=None)


def _stage_rows(graph: Graph) -> list[dict[str, Any]]:
    return [
        {
            "stage": stage.name,
            "in the paper": stage.paper_name,
            "blocks": len(stage.blocks),
            "output": shape(stage.out_shape),
            "params": stage.params,
            "MACs": stage.macs,
            "receptive field": stage.receptive_field,
            "jump": stage.jump,
        }
        for stage in graph.stages
    ]


page()
