"""The open block, or the stem or the head, operation by operation."""

from __future__ import annotations

import streamlit as st

from explorer.architecture import paper_table
from explorer.architecture.tables import grouped, op_rows
from explorer.resources import drawings
from explorer.state.choices import shown_network
from explorer.state.choices.shown_network import CLOSED, PAPER
from explorer.widgets import components
from explorer.widgets.values import block_values
from explorer.widgets.values.through import Through
from resnet.network.graph import Block, Graph, Stage
from resnet.text.language import tr


def panel(graph: Graph, sent: Through | None = None) -> None:
    """Draw the section that is open, if one is; `sent` is what goes through the network."""
    opened = shown_network.opened()
    if not opened:
        return
    with st.container(border=True, key="detail", gap="small"):
        if opened == PAPER:
            paper_table.panel(graph)
        else:
            _section(graph, opened, sent)


def _section(graph: Graph, opened: str, sent: Through | None) -> None:
    names = [section.name for section in graph.sections]
    at = names.index(opened)
    section = graph.sections[at]
    _detail_bar(graph, names, at)
    components.picture(drawings.block_picture(graph.spec, opened), key="block")
    block_values.panel(graph, section, sent)
    table = st.expander(tr("The same as a table"), on_change="rerun", key="block_table")
    if table.open:
        table.dataframe(op_rows(section.ops), hide_index=True, column_config=grouped())


def _detail_bar(graph: Graph, names: list[str], at: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"#### {_title(graph, graph.sections[at])}", width="stretch")
        paper = tr("In the paper")
        st.button(paper, on_click=shown_network.open_block, args=(PAPER,), shortcut="T")
        steps(names, at)


def steps(names: list[str], at: int) -> None:
    """Draw buttons to the section before and after, and to close this one."""
    for label, to, key in ((tr("Previous"), at - 1, "P"), (tr("Next"), at + 1, "N")):
        inside = 0 <= to < len(names)
        go = names[to] if inside else ""
        st.button(
            label,
            on_click=shown_network.open_block,
            args=(go,),
            disabled=not inside,
            shortcut=key,
        )
    st.button(tr("Close"), on_click=shown_network.open_block, args=(CLOSED,), shortcut="Escape")


def _title(graph: Graph, section: Block | Stage) -> str:
    """“conv3_x · layer2.0”: the paper's name and the module's path."""
    if isinstance(section, Stage):
        return {"stem": tr("stem"), "head": tr("pool and classifier")}[section.name]
    return f"{graph.stage(section.plan.stage).paper_name} · {section.name}"
