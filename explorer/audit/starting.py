"""Beginning an audit of a folder or a zip that lies below the operator's folder."""

from __future__ import annotations

import streamlit as st

from explorer.resources import audits
from explorer.resources.spinner import start_torch
from explorer.state.audit_choices import AUDIT
from explorer.state.limits import limits
from explorer.widgets import controls
from explorer.widgets.escaping import plain
from resnet.audit.errors import AuditError
from resnet.audit.opened import Root
from resnet.text.language import tr

_WRONG = "audit_wrong"


def offer(below: Root) -> None:
    """The controls, folded until somebody asks for them; none where the operator lets nobody."""
    if not limits().begin_audits:
        return
    opened = st.expander(tr("Begin an audit"), on_change="rerun", key="audit_begin")
    if not opened.open:
        return
    with opened:
        start_torch()
        from resnet.weights.catalogue import catalogue

        models = [entry.name for entry in catalogue().values() if entry.cached]
        controls.text(
            AUDIT, "source", tr("Folder or zip of images"), tr("below the audits' folder")
        )
        controls.select(AUDIT, "model", tr("Model"), models, usual=models[0])
        controls.text(AUDIT, "out", tr("Name of the audit"), tr("a new folder's"))
        ready = bool(AUDIT.asked("source") and AUDIT.asked("out"))
        st.button(
            tr("Begin"), type="primary", disabled=not ready, on_click=_begin, args=(below, models)
        )
        if wrong := st.session_state.pop(_WRONG, ""):
            st.error(plain(wrong))
        st.caption(
            tr(
                "Truths are read from folders or names that are called as classes are. It goes on "
                "when this page is closed."
            )
        )


def _begin(below: Root, models: list[str]) -> None:
    name = AUDIT.asked("out").strip()
    try:
        source, out = below.within(AUDIT.asked("source").strip()), below.new(name)
        if not source.exists():
            raise AuditError(tr("There is no “{name}” below the audits' folder.", name=source.name))
        if out.exists() and audits.is_other(out):
            raise AuditError(tr("“{name}” is there and holds something else.", name=name))
        audits.begin(below, source, AUDIT.asked("model", models, models[0]), out)
    except AuditError as error:
        st.session_state[_WRONG] = str(error)
        return
    AUDIT.ask("audit", name)
