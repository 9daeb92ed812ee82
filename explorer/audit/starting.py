"""Beginning an audit of a folder or a zip: the operator's, or a zip that a visitor gives."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from explorer.resources import audit_runs, audits
from explorer.resources.server.spinner import start_torch
from explorer.state.choices.audit_choices import AUDIT
from explorer.state.limits import limits
from explorer.streamlit_joints import taken_out, uploaded
from explorer.widgets import controls
from explorer.widgets.escaping import plain
from explorer.widgets.files import intake
from resnet.audit.images.errors import AuditError
from resnet.audit.reading.opened import Root
from resnet.text.file_names import shown_name
from resnet.text.language import tr

_WRONG = "audit_wrong"
_BEGIN = "audit_begin"
_ZIP = "audit_zip"


def offer(below: Root) -> None:
    """The controls, folded until somebody asks for them; none where the operator lets nobody."""
    if not limits().begin_audits:
        return
    opened = st.expander(tr("Begin an audit"), on_change="rerun", key=_BEGIN)
    if not opened.open:
        return
    with opened:
        start_torch()
        from resnet.weights.catalogue import catalogue

        here = audits.at_hand(below)
        controls.suggested(
            AUDIT, "source", tr("Folder or zip of images"), here.images,
            tr("below the audits' folder"),
        )  # fmt: skip
        intake.offer(
            _ZIP,
            tr("Or a zip of yours"),
            limits().visitor_bytes,
            ("zip",),
            hint=tr(
                "It is kept in the audits' folder until its operator removes it. Whoever may open "
                "this page sees the audit and its images."
            ),
        )
        models = [entry.name for entry in catalogue().values() if entry.cached] + [*here.weights]
        model = controls.select(AUDIT, "model", tr("Model"), models, usual=models[0])
        usual = _usual_name(model)
        controls.text(AUDIT, "out", tr("Name of the audit"), usual or tr("a new folder's"))
        st.button(
            tr("Begin"),
            type="primary",
            disabled=not usual,
            on_click=_begin,
            args=(below, model, here.weights),
        )
        if wrong := st.session_state.pop(_WRONG, ""):
            st.error(plain(wrong))
        st.caption(
            tr(
                "Truths are read from folders or names that are called as classes are. It goes on "
                "when this page is closed."
            )
        )


def _usual_name(model: str) -> str:
    """What an audit is called where nobody says otherwise; nothing while it has no source."""
    given = uploaded(_ZIP)
    images = Path(shown_name(given[0].name) if given else AUDIT.asked("source").strip()).stem
    return f"{images} {Path(model).stem}" if images else ""


def _begin(below: Root, model: str, weights: tuple[str, ...]) -> None:
    name = AUDIT.asked("out").strip() or _usual_name(model)
    try:
        out = below.new(name)
        if out.exists() and audit_runs.is_other(out):
            raise AuditError(tr("“{name}” is there and holds something else.", name=name))
        _lay_zip(below)
        source = below.within(AUDIT.asked("source").strip())
        if not source.exists():
            raise AuditError(tr("There is no “{name}” below the audits' folder.", name=source.name))
        file = str(below.within(model)) if model in weights else model
        audit_runs.begin(below, source, file, out)
    except AuditError as error:
        st.session_state[_WRONG] = str(error)
        return
    st.session_state[_BEGIN] = False
    AUDIT.ask("audit", name)
    AUDIT.ask("out", "")


def _lay_zip(below: Root) -> None:
    """Keep a zip that the visitor gave below the folder, and make it the source."""
    for file in uploaded(_ZIP):
        with taken_out(file) as data:
            AUDIT.ask("source", audit_runs.lay(below, file.name, data))
