"""The table of He et al. 2015 in which the network stands, in place of the open block."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from explorer.resources import drawings
from explorer.state.choices import shown_network
from explorer.state.choices.shown_network import CLOSED
from explorer.widgets import components
from resnet.counts.paper_tables import in_version, paper_table
from resnet.network.graph import Graph
from resnet.network.spec import ResNetSpec
from resnet.network.variants import Change, to_preset
from resnet.text.language import mark, tr
from resnet.text.numbers import count

_VERSIONS = {"1x1": "v1", "3x3": "v1.5"}
_COUNTED = mark("Counted: multiply-adds of convolutions and linear layers, and parameters, here.")


def panel(graph: Graph) -> None:
    """Draw the table, with the versions of bottlenecks to switch between."""
    spec, table = graph.spec, paper_table(graph.spec)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"#### {tr(table.title)}", width="stretch")
        if spec.block == "bottleneck":
            _version(spec)
        st.button(tr("Block"), on_click=shown_network.open_block, args=("",), shortcut="T")
        st.button(tr("Close"), on_click=shown_network.open_block, args=(CLOSED,), shortcut="Escape")
    components.picture(drawings.paper_table(spec), key="paper", on_pick=_pick)
    where = tr("arXiv:1512.03385. {protocol}.", protocol=tr(table.protocol))
    st.caption(f"{where} {tr(_COUNTED)}")


def _version(spec: ResNetSpec) -> None:
    """Where a bottleneck has its stride, with what the network costs so."""
    words = {
        name: f"{title}: {count(drawings.graph(replace(spec, stride_on=name)).macs, 'MACs')}"
        for name, title in _VERSIONS.items()
    }
    st.session_state["paper_version"] = spec.stride_on
    st.segmented_control(
        tr("Stride of a bottleneck on"),
        words,
        key="paper_version",
        format_func=words.__getitem__,
        on_change=_set_version,
        label_visibility="collapsed",
        required=True,
    )


def _set_version() -> None:
    version = st.session_state["paper_version"]
    shown_network.change(lambda spec: replace(spec, stride_on=version))


def _pick(what: str) -> None:
    name = what.removeprefix("net ")

    def another(spec: ResNetSpec) -> Change:
        change = to_preset(spec, name)
        return replace(change, spec=in_version(change.spec, spec.stride_on))

    shown_network.carry(another)
