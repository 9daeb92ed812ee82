"""The table twins: stages, operations, and torchinfo's own table."""

from __future__ import annotations

from typing import Any

import streamlit as st

from explorer.resources import drawings
from explorer.resources.server.spinner import start_torch
from resnet.network.graph import Graph, Op
from resnet.text.language import tr
from resnet.text.numbers import shape


def panel(graph: Graph) -> None:
    """Draw the panel."""
    st.markdown(tr("**Stages**"))
    st.dataframe(stage_rows(graph), hide_index=True, column_config=grouped())
    operations, torchinfo = (
        st.expander(label, on_change="rerun", key=f"tables_{name}")
        for name, label in (("Operations", tr("Operations")), ("torchinfo", "torchinfo"))
    )
    if operations.open:
        operations.dataframe(op_rows(graph.ops), hide_index=True, column_config=grouped())
    if torchinfo.open:
        with torchinfo:
            st.caption(
                tr("torchinfo counts the batch norm's and the bias's parameters as mult-adds.")
            )
            start_torch("torchinfo")
            with st.spinner(tr("Building the module and running torchinfo …")):
                summary = drawings.torchinfo_summary(graph.spec)
            st.code(summary, language=None)


def grouped() -> dict[str, Any]:
    """How columns of large numbers are written."""
    names = tr("params"), tr("buffers"), tr("MACs"), tr("activations (bytes)")
    return {name: st.column_config.NumberColumn(format="localized") for name in names}


def op_rows(ops: tuple[Op, ...]) -> list[dict[str, Any]]:
    """A row for each operation."""
    return [
        {
            tr("path"): op.path,
            tr("kind"): op.kind,
            tr("lane"): op.lane,
            tr("in"): shape(op.in_shape),
            tr("out"): shape(op.out_shape),
            tr("kernel"): op.kernel,
            tr("stride"): op.stride,
            tr("padding"): op.padding,
            tr("groups"): op.groups,
            tr("params"): op.params,
            tr("buffers"): op.buffers,
            tr("MACs"): op.macs,
            tr("receptive field"): op.receptive_field,
            tr("jump"): op.jump,
        }
        for op in ops
    ]


def stage_rows(graph: Graph) -> list[dict[str, Any]]:
    """A row for each stage."""
    return [
        {
            tr("stage"): stage.name,
            tr("in the paper"): stage.paper_name,
            tr("blocks"): len(stage.blocks),
            tr("output"): shape(stage.out_shape),
            tr("params"): stage.params,
            tr("MACs"): stage.macs,
            tr("receptive field"): stage.receptive_field,
            tr("jump"): stage.jump,
        }
        for stage in graph.stages
    ]
