"""Rows a sheet at a time: so many as are sent in a moment, however many there are."""

from __future__ import annotations

import streamlit as st

from explorer.audit.shown_audit import ShownAudit
from explorer.state import audit_choices
from explorer.state.audit_choices import AUDIT
from resnet.text.language import tr


def turn(shown: ShownAudit, size: int) -> list[int]:
    """The rows of the sheet on show, under buttons to the one before and after."""
    n = len(shown.places)
    if not n:
        st.info(tr("No image is like that."))
        return []
    last = max(0, -(-n // size) - 1)
    at = audit_choices.sheet(last + 1)
    with st.container(horizontal=True, vertical_alignment="center", key="audit_sheets"):
        for key, label, to in (
            ("before", tr("Previous page"), at - 1),
            ("after", tr("Next page"), at + 1),
        ):
            st.button(
                label,
                key=f"audit_sheet_{key}",
                disabled=not 0 <= to <= last,
                type="tertiary",
                on_click=AUDIT.ask,
                args=("sheet", str(to)),
            )
        first = at * size
        st.caption(
            tr(
                "{first:,} to {last:,} of {n:,}",
                first=first + 1,
                last=min(n, first + size),
                n=n,
            )
        )
    places: list[int] = shown.places[first : first + size].tolist()
    return places
