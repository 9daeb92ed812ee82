"""What a cell of every stage sees of the input, drawn over an image."""

from __future__ import annotations

from typing import Any

import streamlit as st

from explorer import components, controls, photos, resources, state
from explorer.messages import plain
from explorer.resources import Photo
from resnet.drawing.field import cells
from resnet.graph import Graph
from resnet.receptive import Field, Layouts, cell, fields, layouts

_WORDS = {"photo": "Photograph", "sample": "Drawn scene", "grid": "Plain grid"}
_LARGEST_GRID = 16  # cells on a side that can still be hit


def panel(graph: Graph) -> None:
    """Draw the part."""
    row, column = cell(graph, state.ARCHITECTURE.asked("cell"))
    aside, main = st.columns([1, 4])
    with aside:
        _choose_cell(graph, row, column)
        photo = _image()
    with main:
        svg = resources.field_picture(graph.spec, row, column, photo)
        components.picture(svg, key="fields")
    st.caption(_caption(graph, photo))
    table = st.expander("The same as a table", on_change="rerun", key="field_table")
    if table.open:
        table.dataframe(_rows(fields(graph, row, column)), hide_index=True)
    both = layouts(graph)
    if both:
        st.markdown(_why(both, graph.spec.stride_on))


def _choose_cell(graph: Graph, row: int, column: int) -> None:
    last = graph.stages[-2]
    side = last.out_shape[1]
    st.markdown(f"A cell of {last.paper_name}, {side}×{side}")
    if side <= _LARGEST_GRID:
        components.picture(cells(side), state.CELLS, f"{row}.{column}", _picked)
        return
    for name, at in (("Row", row), ("Column", column)):
        key = f"cell_{name}"
        st.session_state[key] = at
        st.number_input(name, 0, side - 1, step=1, key=key, on_change=_typed)


def _picked(cell: str) -> None:
    state.ARCHITECTURE.ask("cell", cell)


def _typed() -> None:
    row, column = (st.session_state[f"cell_{name}"] for name in ("Row", "Column"))
    state.ARCHITECTURE.ask("cell", f"{row}.{column}")


def _image() -> Photo | None:
    """The visitor's photograph, a drawn scene, or nothing."""
    files = state.kept("files")
    options = ["photo", "sample", "grid"] if files else ["sample", "grid"]
    over = controls.segments(state.ARCHITECTURE, "over", "Over", options, options[0], _WORDS)
    with st.popover("Upload a photograph"):
        st.file_uploader("Photograph", key="field_file", max_upload_size=25, on_change=_uploaded)
    if over == "grid":
        return None
    return photos.read(files[0]) if over == "photo" else resources.sample(1)


def _uploaded() -> None:
    file = st.session_state["field_file"]
    state.keep("files", [file] if file else None)
    state.ARCHITECTURE.ask("over", "")


def _caption(graph: Graph, photo: Photo | None) -> str:
    size = graph.spec.image_size
    over = f"{plain(photo.name)}, its middle square at {size}×{size}. " if photo else ""
    return (
        f"{over}Cell i is centred on pixel centre + jump · i; its box reaches (field − 1) / 2 to "
        "either side, and may pass the image (hatched: there is only padding). This is the "
        "theoretical receptive field, padding included "
        "([Araujo et al. 2019](https://distill.pub/2019/computing-receptive-fields)); the "
        "effective one is smaller ([Luo et al. 2016](https://arxiv.org/abs/1701.04128))."
    )


def _rows(found: tuple[Field, ...]) -> list[dict[str, Any]]:
    return [
        {
            "stage": one.stage.paper_name,
            "receptive field": one.side,
            "jump": one.stage.jump,
            "cells": f"{one.cells}×{one.cells}",
            "row": one.row,
            "column": one.column,
            "centre y": one.y,
            "centre x": one.x,
        }
        for one in found
    ]


def _why(both: Layouts, stride_on: str) -> str:
    """Why the paper's layout sees more than torchvision's."""
    name, jumps = both.stage.paper_name, " + ".join(map(str, both.jumps))
    shown = "v1" if stride_on == "1x1" else "v1.5"
    return (
        f"**v1 and v1.5.** With the stride on the first 1×1 (v1, as in He et al. 2015) a cell of "
        f"{name} sees **{both.v1:,} px**; with the stride on the 3×3 (v1.5, torchvision) it sees "
        f"**{both.v1_5:,} px**. In v1 the 3×3 of each later stage's first block comes after the "
        f"stride, where neighbours lie twice as far apart, and so reaches one jump of the stage "
        f"before further to either side: 2 × ({jumps}) = {both.more} px in all. This network is "
        f"{shown}."
    )
