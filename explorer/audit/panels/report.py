"""What is looked at, as one file to take away."""

from __future__ import annotations

from functools import partial

import streamlit as st

from explorer.audit.shown_audit import ShownAudit
from explorer.state.choices.audit_choices import AUDIT
from resnet.audit.reading.columns import COLUMNS
from resnet.audit.reading.report import WORST, report
from resnet.text.language import tr


def panel(shown: ShownAudit) -> None:
    """Draw the panel: of the images that the filters leave, in their order."""
    st.markdown(
        tr(
            "One HTML file that needs nothing else: the numbers of the {n:,} images that the "
            "filters leave, the most frequent mistakes, recall and precision, calibration, and the "
            "first {worst} images with their maps.",
            n=len(shown.places),
            worst=min(WORST, len(shown.places)),
        )
    )
    st.download_button(
        tr("Report (.html)"),
        data=partial(_page, shown, AUDIT.asked("order", COLUMNS)),
        file_name=f"audit-{shown.name.replace('/', '-')}.html",
        mime="text/html",
        on_click="ignore",
    )


def _page(shown: ShownAudit, order: str) -> bytes:
    return report(shown.opened, shown.places, order).encode()
