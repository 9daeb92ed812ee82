"""Every method on drawn scenes, where the truth is known: a table that a command repeats."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from explorer import resources
from resnet.methods import METHODS

_RATES = ("IoU", "pointing", "energy")  # first, so that they are seen on a narrow screen


def known() -> None:
    """Draw the table."""
    kept = resources.experiment("maps")
    with st.container(border=True):
        st.markdown("**Where the truth is known**: every method on drawn scenes of two objects")
        rows = sorted(kept["rows"], key=lambda row: -row["iou"])
        rate = partial(
            st.column_config.ProgressColumn, format="%.2f", min_value=0, max_value=1, width=76
        )
        columns = {name: rate() for name in _RATES}
        st.dataframe([_row(row) for row in rows], hide_index=True, column_config=columns)
        versions = ", ".join(f"{name} {v}" for name, v in kept["versions"].items())
        st.caption(
            f"{kept['objects']} objects in {kept['scenes']} held-out scenes, each by the map of "
            "its own class, so a map that ignores the class finds half of them. Pointing game: the "
            "highest pixel lies on the object. Energy: its share of the positive values. IoU: of "
            "the object and as many of the highest pixels as it has. Placed by receptive field "
            f"(RF) or stretched from edge to edge. Repeat: `{kept['command']}` ({versions})."
        )


def _row(row: dict[str, Any]) -> dict[str, Any]:
    method = METHODS.get(row["method"])
    placement = {"receptive-field": "RF", "conventional": "stretched"}.get(row["placement"], "–")
    return {
        "method": method.title if method else row["method"],
        "IoU": row["iou"],
        "pointing": row["pointing_game"],
        "energy": row["energy_in_object"],
        "of": row["layer"] or "input",
        "placement": placement,
    }
