"""The rows that are on show: a sheet of those that are asked for."""

from __future__ import annotations

import streamlit as st

from explorer.audit.shown_audit import ShownAudit
from explorer.state.choices.audit_choices import AUDIT
from explorer.widgets.sheet_buttons import sheet, sheet_buttons
from resnet.text.language import tr


def turn(shown: ShownAudit, size: int) -> list[int]:
    """The rows of the sheet on show, under buttons to the one before and after."""
    n = len(shown.places)
    if not n:
        st.info(tr("No image is like that."))
        return []
    at = sheet(AUDIT, size, n)
    sheet_buttons(AUDIT, "audit", size, n)
    places: list[int] = shown.places[at * size : (at + 1) * size].tolist()
    return places
