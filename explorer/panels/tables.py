"""The table twins: stages, operations, and torchinfo's own table."""

from __future__ import annotations

from typing import Any

import streamlit as st

from explorer import resources
from resnet.graph import Graph, Op
from resnet.words import shape

GROUPED = {
    name: st.column_config.NumberColumn(format="localized")
    for name in ("params", "buffers", "MACs")
}


def panel(graph: Graph) -> None:
    """Draw the panel."""
    st.markdown("**Stages**")
    st.dataframe(stage_rows(graph), hide_index=True, column_config=GROUPED)
    operations, torchinfo = (
        st.expander(name, on_change="rerun", key=f"tables_{name}")
        for name in ("Operations", "torchinfo")
    )
    if operations.open:
        operations.dataframe(op_rows(graph.ops), hide_index=True, column_config=GROUPED)
    if torchinfo.open:
        with torchinfo:
            st.caption("torchinfo counts the batch norm's and the bias's parameters as mult-adds.")
            st.code(resources.torchinfo_summary(graph.spec), language=None)


def op_rows(ops: tuple[Op, ...]) -> list[dict[str, Any]]:
    """A row for each operation."""
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


def stage_rows(graph: Graph) -> list[dict[str, Any]]:
    """A row for each stage."""
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
