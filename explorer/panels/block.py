"""The open block, operation by operation."""

from __future__ import annotations

import streamlit as st

from explorer import components, resources, state
from explorer.panels import values
from explorer.panels.tables import grouped, op_rows
from resnet.graph import Graph
from resnet.language import tr
from resnet.words import shortcut


def panel(graph: Graph) -> None:
    """Draw the open block, if one is open and this network has it."""
    names, opened = [block.name for block in graph.blocks], state.opened()
    if opened not in names:
        return
    at = names.index(opened)
    block = graph.blocks[at]
    with st.container(border=True, key="detail"):
        _detail_bar(names, at)
        side = block.in_shape[1]
        st.markdown(tr("Shortcut. {does}", does=shortcut(block.plan, side)))
        components.picture(resources.block_picture(graph.spec, block.name), key="block")
        values.panel(graph, block)
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
                label, on_click=state.open_block, args=(go,), disabled=not inside, shortcut=key
            )
        st.button(tr("Close"), on_click=state.open_block, args=("",), shortcut="Escape")
