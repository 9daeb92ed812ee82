"""Undo and redo of any change of the network, by button and by key."""

from __future__ import annotations

import streamlit as st

from explorer.state.choices import shown_network
from explorer.widgets import components
from resnet.text.language import tr


def draw() -> None:
    """Draw both buttons; Ctrl+Z and Ctrl+Shift+Z or Ctrl+Y press them."""
    history = shown_network.history()
    with st.container(horizontal=True, key="network_history"):
        for name, label, keys, steps in (
            ("undo", tr("Undo"), "Ctrl+Z", -1),
            ("redo", tr("Redo"), "Ctrl+Shift+Z", 1),
        ):
            st.button(
                label,
                icon=f":material/{name}:",
                help=keys,
                on_click=shown_network.step,
                args=(steps,),
                disabled=not history.has(steps),
                key=f"network_{name}",
            )
        components.history_keys()
