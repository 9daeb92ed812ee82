"""All that was measured, a row for each photograph chosen; a row that is picked is on show."""

from __future__ import annotations

from typing import Any

import streamlit as st

from explorer.attention.workbench.bench import Bench, link
from explorer.state.attention_choices import ATTENTION
from explorer.widgets.number_columns import number_columns
from resnet.text.language import tr

_KEY = "bench_rows"


def show(bench: Bench) -> None:
    """Draw the view."""
    photos = [bench.album.photos[i] for i in bench.chosen]

    def picked() -> None:
        rows = st.session_state[_KEY].selection.rows
        if rows:
            ATTENTION.ask("photo", link(photos[rows[0]]))

    st.dataframe(
        _rows(bench),
        hide_index=True,
        column_config=_columns(bench),
        height=320,
        key=_KEY,
        on_select=picked,
        selection_mode="single-row",
    )


def _rows(bench: Bench) -> dict[str, list[Any]]:
    chosen = bench.chosen
    words = {
        "file": [bench.album.photos[i].name for i in chosen],
        "truth": [bench.label(i) for i in bench.truths[chosen].tolist()],
        "said": [bench.label(i) for i in bench.predicted[chosen].tolist()],
    }
    return words | {name: bench.columns[name][chosen].tolist() for name in bench.orders if name}


def _columns(bench: Bench) -> dict[str, Any]:
    titles = {"file": tr("file"), "truth": tr("It is"), "said": tr("Taken for")}
    return titles | number_columns([name for name in bench.orders if name])
