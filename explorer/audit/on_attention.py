"""An image of an audit opened on the Attention page, with its model and its classes set."""

from __future__ import annotations

import streamlit as st

from explorer.audit.shown_audit import ShownAudit
from explorer.resources import audits
from explorer.resources.spinner import start_torch
from explorer.resources.workers import Ended
from explorer.state import attention_choices
from explorer.state.attention_choices import ATTENTION
from explorer.state.visitor import PHOTOS
from explorer.uploads.store import UploadError
from explorer.widgets import intake
from explorer.widgets.escaping import plain
from resnet.audit.errors import AuditError
from resnet.pictures.reading import ImageError
from resnet.text.language import tr


def open_image(shown: ShownAudit, place: int) -> None:
    """Give the visitor the image of a row, and go there; say why where that cannot be."""
    path = shown.path(place)
    try:
        model = _model(shown)
        with st.spinner(tr("Opening the photograph …")):
            data = audits.photograph(shown.root, shown.opened, path)
            upload = intake.keep(PHOTOS, path.rpartition("/")[2], data)
    except (AuditError, UploadError, ImageError, Ended, OSError) as error:
        st.error(plain(error))
        return
    attention_choices.show_model(model)
    ATTENTION.ask("photo", upload.link)
    truth, predicted = int(shown.opened.truths[place]), int(shown.opened.predicted[place])
    ATTENTION.ask("target", str(max(0, predicted)))
    if truth >= 0 and truth != predicted:
        ATTENTION.ask("other", str(truth))
        ATTENTION.ask("panel", "classes")
    st.switch_page("attention/attention.py")


def _model(shown: ShownAudit) -> str:
    """The name by which the catalogue has the audit's model. Raises `AuditError`."""
    start_torch()
    from resnet.weights.catalogue import catalogue

    name = shown.opened.plan.manifest.model.asked
    if name not in catalogue():
        raise AuditError(
            tr(
                "This audit is of a file of weights; give it on the Attention page, and the "
                "photograph with it."
            )
        )
    return name
