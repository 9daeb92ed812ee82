"""Many photographs at once, and what is true of them: a folder, a zip, names or a CSV."""

from __future__ import annotations

import streamlit as st

from explorer.state import visitor
from explorer.state.choices.attention_choices import ATTENTION
from explorer.state.limits import limits
from explorer.state.visitor import PHOTOS, TRUTH
from explorer.widgets import controls
from explorer.widgets.files import intake
from explorer.widgets.files.data_set_intake import PICKER
from resnet.text.language import tr


def choose() -> None:
    """The controls, in a place that is closed until it is asked for."""
    place = st.expander(tr("A data set: folder, zip, classes"), on_change="rerun", key=PICKER)
    if not place.open:
        return
    with place:
        folder, zipped, classes = st.columns(3)
        with folder:
            most = visitor.kinds()[PHOTOS].most
            intake.offer("control_folder", tr("A folder"), most, many="directory")
        with zipped:
            intake.offer("control_zip", tr("A zip"), limits().checkpoint_bytes, ("zip",))
        with classes:
            _truth()


def _truth() -> None:
    """Where it is read what the photographs truly are."""
    most = visitor.kinds()[TRUTH].most
    hint = tr("A header of path and truth, then a line for each photograph: a label or an index.")
    intake.offer("control_truth", tr("Classes as CSV"), most, ("csv",), hint=hint)
    files = visitor.given(TRUTH)
    words = {
        "": tr("folders or names, whichever tell more"),
        "folder": tr("folders"),
        "name": tr("names of files"),
        "nothing": tr("nothing"),
    } | {file.link: file.name for file in files}
    controls.select(ATTENTION, "truth", tr("The truth is read from"), [*words], words)
    intake.listed(TRUTH)
