"""The images themselves, a sheet at a time; a click opens one on the Attention page."""

from __future__ import annotations

import streamlit as st

from explorer.audit.panels import sheets
from explorer.audit.shown_audit import ShownAudit, open_on_attention
from explorer.figures.data_urls import raw_url
from explorer.figures.photo_grid import Shown, key_of, photo_grid
from explorer.resources import audits
from explorer.state.choices.audit_choices import AUDIT
from explorer.state.picking import GRID
from explorer.widgets import components
from resnet.audit.reading.columns import COLUMNS
from resnet.audit.reading.opened import Picture
from resnet.text.language import tr

_SHEET = 48  # images that are drawn at once
_NONE = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="


def panel(shown: ShownAudit) -> None:
    """Draw the panel."""
    places = sheets.turn(shown, _SHEET)
    if not places:
        return
    pictures = audits.pictures(shown.opened, [shown.number(place) for place in places])
    tiles = [_tile(shown, place, pictures.get(shown.number(place))) for place in places]
    components.picture(photo_grid(tiles), GRID, on_pick=_picked)
    st.caption(tr("A click opens the photograph on the Attention page, with its model and class."))


def _picked(what: str) -> None:
    open_on_attention(int(key_of(what)))


def _tile(shown: ShownAudit, place: int, picture: Picture | None) -> Shown:
    truth, predicted = int(shown.opened.truths[place]), int(shown.opened.predicted[place])
    order = AUDIT.asked("order", COLUMNS)
    value = shown.opened.rows[order][place].as_py()
    said = shown.label(predicted) if predicted >= 0 else tr("not read")
    number = "" if value is None or order == "number" else f"{value:.3g}"
    view = url(picture, AUDIT.asked("heats") == "1")
    words = said, number, str(shown.verdicts[place]), shown.label(truth)
    return Shown(str(shown.number(place)), shown.path(place), view, *words)


def url(picture: Picture | None, heat: bool = False) -> str:
    """A thumbnail or an overlay as a data URL; nothing to see where there is none."""
    if picture is None:
        return _NONE
    return raw_url(picture.overlay if heat else picture.thumbnail, "webp")
