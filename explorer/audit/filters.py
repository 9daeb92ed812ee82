"""The controls that say which rows are looked at, and in which order."""

from __future__ import annotations

import numpy as np
import streamlit as st

from explorer.audit.shown_audit import ShownAudit
from explorer.state.choices.audit_choices import AUDIT
from explorer.widgets import controls
from resnet.audit.reading.columns import COLUMNS
from resnet.audit.reading.wanted import KINDS
from resnet.text.language import tr, translated


def choose(shown: ShownAudit) -> None:
    """Verdict, classes, order; path and range in a popover; how many rows that leaves."""
    columns = {name: tr(COLUMNS[name].title) for name in _at_hand(shown)}
    with st.container(horizontal=True, vertical_alignment="bottom", key="audit_filters"):
        with st.container(width=160):
            kinds = translated(KINDS)
            controls.select(AUDIT, "verdict", tr("Show"), [*kinds], kinds)
        for field, title, classes in (
            ("truth", tr("It is"), shown.opened.truths),
            ("predicted", tr("Taken for"), shown.opened.predicted),
        ):
            with st.container(width=170):
                _class(shown, field, title, classes)
        with st.container(width=220):
            controls.select(AUDIT, "order", tr("Order by"), [*columns], columns)
        controls.toggle(AUDIT, "falling", tr("Greatest first"))
        with st.popover(tr("More")):
            controls.text(AUDIT, "path", tr("Path has"), tr("a part of it"))
            controls.select(AUDIT, "column", tr("Range of"), [*columns], columns)
            controls.text(AUDIT, "low", tr("From"), tr("no bound"))
            controls.text(AUDIT, "high", tr("To"), tr("no bound"))
            controls.toggle(AUDIT, "heats", tr("Maps over the photographs"))
    st.caption(tr("{n:,} of {all:,} images", n=len(shown.places), all=len(shown.opened.rows)))


def _at_hand(shown: ShownAudit) -> list[str]:
    """The columns that have a value in any row."""
    rows = shown.opened.rows
    return [name for name in COLUMNS if rows[name].null_count < len(rows)] or ["number"]


def _class(shown: ShownAudit, field: str, title: str, classes: np.ndarray) -> None:
    occur = np.unique(classes[classes >= 0]).tolist()
    words = {"": tr("any class")} | {str(index): shown.label(index) for index in occur}
    controls.select(AUDIT, field, title, [*words], words, usual="")
