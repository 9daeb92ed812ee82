"""The map of every stage, side by side, with the box that a cell of each sees."""

from __future__ import annotations

import streamlit as st

from explorer.attention.answer.shown_answer import ShownAnswer
from explorer.attention.answer.style import style
from explorer.figures.tiles import colour_scale
from explorer.widgets import components
from explorer.widgets.escaping import plain
from resnet.pictures.overlay import strength
from resnet.text.language import tr


def panel(answer: ShownAnswer) -> None:
    """Draw the panel."""
    method = answer.method()
    maps = answer.maps(answer.target, method)
    st.markdown(
        tr(
            "**Every stage for {label}**, {method}",
            label=plain(answer.label),
            method=answer.methods[method],
        )
    )
    tiles = []
    for name, values in maps.items():
        stage = answer.graph.stage(name)
        cells, field = stage.out_shape[1], stage.receptive_field
        note = tr(
            "{cells}×{cells} cells, each sees {field} px. Full: {full:.2g}.",
            cells=cells,
            field=field,
            full=strength(values),
        )
        tiles.append(answer.tile(name, note, name, values))
    components.maps(tiles, colour_scale(tr("full"), style()), key="strip")
    st.caption(
        tr(
            "Each stage has its own full colour. Only the last stage's map sums to the "
            "logit less its bias; the others show gradient × activation, in logits too. "
            "Each is placed by its receptive field."
        )
    )
