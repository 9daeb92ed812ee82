"""An image of an audit opened on the Attention page, with its model and its classes set."""

from __future__ import annotations

import json

import streamlit as st

from explorer.audit.shown_audit import ShownAudit
from explorer.resources import audits
from explorer.resources.server.spinner import start_torch
from explorer.resources.server.workers import Ended
from explorer.state.choices import attention_choices
from explorer.state.choices.attention_choices import ATTENTION
from explorer.state.visitor import LABELS, OWN, PHOTOS
from explorer.tasks.audits import NO_FILE
from explorer.uploads.bounds import UploadError
from explorer.widgets.escaping import plain
from explorer.widgets.files import intake
from resnet.audit.images.errors import AuditError
from resnet.audit.reading.audited_model import weights_file
from resnet.audit.running.plan import Model
from resnet.pictures.reading import ImageError
from resnet.text.language import tr
from resnet.weights.given.said import NUMBERS


def open_image(shown: ShownAudit, place: int) -> None:
    """Give the visitor the image of a row, and go there; say why where that cannot be."""
    path = shown.path(place)
    try:
        with st.spinner(tr("Opening the photograph …")):
            data = audits.photograph(shown.root, shown.opened, path)
            upload = intake.keep(PHOTOS, path.rpartition("/")[2], data)
            _show_model(shown)
    except (AuditError, UploadError, ImageError, Ended, OSError) as error:
        st.error(plain(error))
        return
    ATTENTION.ask("photo", upload.link)
    truth, predicted = int(shown.opened.truths[place]), int(shown.opened.predicted[place])
    ATTENTION.ask("target", str(max(0, predicted)))
    if truth >= 0 and truth != predicted:
        ATTENTION.ask("other", str(truth))
        ATTENTION.ask("panel", "classes")
    st.switch_page("attention/attention.py")


def _show_model(shown: ShownAudit) -> None:
    """Choose the audit's model, one of the catalogue or a file of weights.

    Raises `AuditError`, `UploadError` and `OSError`.
    """
    start_torch()
    from resnet.weights.catalogue import catalogue

    model = shown.opened.plan.manifest.model
    if model.asked in catalogue():
        attention_choices.show_model(model.asked)
        return
    file = weights_file(shown.root, shown.opened)
    if file is None:
        raise AuditError(tr(NO_FILE))
    own = intake.keep(OWN, file.name, file.read_bytes())
    intake.choose(OWN, ATTENTION, "checkpoint", own)
    _say(model)


def _say(model: Model) -> None:
    """What the audit was told of its checkpoint, or took it for."""
    transform = model.transform
    said = {
        "normalise": NUMBERS,
        "mean": ", ".join(map(str, transform.mean)),
        "std": ", ".join(map(str, transform.std)),
        "resize": str(transform.resize),
        "crop": str(transform.crop),
        "interpolation": transform.interpolation,
        "read_as": model.spec,
        "part": model.part,
    }
    for field, value in said.items():
        ATTENTION.ask(field, value)
    if model.labels:
        labels = json.dumps(model.labels, ensure_ascii=False).encode()
        ATTENTION.ask("labels", intake.keep(LABELS, "labels.json", labels).link)
