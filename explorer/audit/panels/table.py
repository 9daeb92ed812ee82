"""All that was measured, a sheet of rows at a time; a row that is picked is opened."""

from __future__ import annotations

from typing import Any

import streamlit as st

from explorer.audit.panels import sheets
from explorer.audit.shown_audit import ShownAudit, open_on_attention
from explorer.widgets.number_columns import number_columns
from explorer.widgets.picked_rows import picked_rows
from resnet.audit.reading.columns import COLUMNS
from resnet.text.language import tr

_SHEET = 200


def panel(shown: ShownAudit) -> None:
    """Draw the panel."""
    places = sheets.turn(shown, _SHEET)
    if not places:
        return
    rows = shown.opened.rows.take(places)
    numbers = [name for name in COLUMNS if rows[name].null_count < len(rows)]
    words: dict[str, Any] = {
        "path": rows["path"].to_pylist(),
        "truth": [shown.label(int(shown.opened.truths[place])) for place in places],
        "predicted": [shown.label(int(shown.opened.predicted[place])) for place in places],
    }
    if rows["error"].null_count < len(rows):
        words["error"] = [why or "" for why in rows["error"].to_pylist()]

    def pick(row: int) -> None:
        open_on_attention(shown.number(places[row]))

    columns = words | {name: rows[name].to_pylist() for name in numbers}
    picked_rows(columns, "audit_rows", pick, _titles(numbers))
    st.caption(tr("Tick a row to open its photograph on the Attention page."))


def _titles(numbers: list[str]) -> dict[str, Any]:
    titles = {
        "path": tr("path"),
        "truth": tr("It is"),
        "predicted": tr("Taken for"),
        "error": tr("not read"),
    }
    return titles | number_columns(numbers)
