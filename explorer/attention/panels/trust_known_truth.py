"""Every method on drawn scenes, where the truth is known: a table that a command repeats."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from explorer.resources import kept_rows
from resnet.maps.methods import METHODS
from resnet.text.language import mark, tr

_RATES = (
    mark("IoU"),
    mark("pointing"),
    mark("energy"),
)  # first, so that they are seen on a narrow screen


_MEASURED = ("iou", "pointing_game", "energy_in_object")
_PLACEMENTS = {"receptive-field": mark("RF"), "conventional": mark("stretched")}


def known() -> None:
    """Draw the table."""
    kept = kept_rows.experiment("maps")
    with st.container(border=True):
        st.markdown(
            tr(
                "**Where the truth is known**: every method on drawn scenes of two objects, asked "
                "of {model} and not of the model above",
                model=f"`{kept['model']}`",
            )
        )
        rows = sorted(kept["rows"], key=lambda row: -row["iou"])
        rate = partial(
            st.column_config.ProgressColumn, format="%.2f", min_value=0, max_value=1, width=76
        )
        columns = {tr(name): rate() for name in _RATES}
        st.dataframe([_row(row) for row in rows], hide_index=True, column_config=columns)
        versions = tr(", ").join(f"{name} {v}" for name, v in kept["versions"].items())
        st.caption(
            tr(
                "{objects} objects in {scenes} held-out scenes, each by the map of its own "
                "class, so a map that ignores the class finds half of them. Pointing game: "
                "the highest pixel lies on the object. Energy: its share of the positive "
                "values. IoU: of the object and as many of the highest pixels as it has. "
                "Placed by receptive field (RF) or stretched from edge to edge. Repeat: "
                "`{command}` ({versions}).",
                objects=kept["objects"],
                scenes=kept["scenes"],
                command=kept["command"],
                versions=versions,
            )
        )


def _row(row: dict[str, Any]) -> dict[str, Any]:
    method = METHODS.get(row["method"])
    placement = _PLACEMENTS.get(row["placement"])
    return {
        tr("method"): tr(method.title) if method else row["method"],
        **dict(zip(map(tr, _RATES), (row[name] for name in _MEASURED), strict=True)),
        tr("of"): row["layer"] or tr("input"),
        tr("placement"): tr(placement) if placement else "–",
    }
