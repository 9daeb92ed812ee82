"""The open block, operation by operation."""

from __future__ import annotations

import streamlit as st

from explorer.architecture.tables import grouped, op_rows
from explorer.resources import drawings
from explorer.state import shown_network
from explorer.widgets import block_values, components
from resnet.network.describing import describe_shortcut
from resnet.network.graph import Graph
from resnet.text.language import tr


def panel(graph: Graph) -> None:
    """Draw the open block, if one is open and this network has it."""
    names, opened = [block.name for block in graph.blocks], shown_network.opened()
    if opened not in names:
        return
    at = names.index(opened)
    block = graph.blocks[at]
    with st.container(border=True, key="detail"):
        _detail_bar(names, at)
        st.markdown(tr("Shortcut. {does}", does=describe_shortcut(block.plan, block.in_shape[1:])))
        components.picture(drawings.block_picture(graph.spec, block.name), key="block")
        block_values.panel(graph, block)
        table = st.expander(tr("The same as a table"), on_change="rerun", key="block_table")
        if table.open:
            table.dataframe(op_rows(block.ops), hide_index=True, column_config=grouped())


def _detail_bar(names: list[str], at: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"#### {names[at]}", width="stretch")
        steps = ((tr("Previous"), at - 1, "P"), (tr("Next"), at + 1, "N"))
        for label, to, key in steps:
            inside = 0 <= to < len(names)
            go = names[to] if inside else ""
            st.button(
                label,
                on_click=shown_network.open_block,
                args=(go,),
                disabled=not inside,
                shortcut=key,
            )
        st.button(tr("Close"), on_click=shown_network.open_block, args=("",), shortcut="Escape")
