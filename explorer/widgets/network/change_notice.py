"""What the last change or the address could not have, once, with what to do about it."""

from __future__ import annotations

import streamlit as st

from explorer.state.choices import shown_network
from explorer.widgets.escaping import plain
from explorer.widgets.network import depth_picker
from resnet.text.language import tr


def show() -> None:
    """Draw the notice of the network on show, if there is one."""
    notice = shown_network.notice()
    if not notice.text:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="notice"):
        (st.warning if notice.refused else st.info)(plain(notice.text))
        with st.container(horizontal=True, width="content"):
            for depth in notice.depths:
                st.button(str(depth), on_click=depth_picker.go, args=(depth,), key=f"depth_{depth}")
            if notice.undo:
                st.button(tr("Undo"), on_click=shown_network.step, args=(-1,), key="notice_undo")
