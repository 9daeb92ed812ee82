"""The answers to all photographs as files."""

from __future__ import annotations

import base64

import streamlit as st

from explorer.attention.workbench import photographs
from explorer.attention.workbench.bench import Bench
from resnet.audit.reading import spreadsheet
from resnet.text.language import tr


def show(bench: Bench) -> None:
    """Draw the view."""
    columns, labels, found = bench.columns, bench.labels, bench.confusion
    paths = [photo.name for photo in bench.album.photos]
    name = f"answers-{bench.answer.classifier.name}"
    with st.container(horizontal=True):
        st.download_button(
            tr("Table (.csv)"),
            lambda: spreadsheet.rows_csv(paths, columns, labels),
            f"{name}.csv",
            "text/csv",
            on_click="ignore",
        )
        st.download_button(
            tr("Table, maps and pictures (.zip)"),
            lambda: spreadsheet.rows_zip(
                paths, columns, labels, found, bench.maps, lambda i: _picture(bench, i)
            ),
            f"{name}.zip",
            "application/zip",
            on_click="ignore",
        )
    st.caption(
        tr(
            "All {n:,} photographs: classes, margin, entropy, loss where the truth is known, and "
            "where the evidence lies. The zip also has the counts of the confusion matrix, every "
            "map in logits (maps.npy) and the pictures above.",
            n=len(paths),
        )
    )


def _picture(bench: Bench, place: int) -> bytes:
    (shown,) = photographs.pictures(bench, [place])
    return base64.b64decode(shown.url.partition(",")[2])
