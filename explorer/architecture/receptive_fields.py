"""What a cell of every stage sees of the input, drawn over an image."""

from __future__ import annotations

from typing import Any

import streamlit as st

from explorer.resources import drawings, photos
from explorer.state import visitor
from explorer.state.choices.shown_network import ARCHITECTURE
from explorer.state.picking import CELLS
from explorer.state.visitor import PHOTOS
from explorer.tasks.inputs.photos import Photo, sample
from explorer.widgets import components, controls
from explorer.widgets.escaping import plain
from explorer.widgets.files import file_links, intake
from resnet.counts.receptive_field import (
    Layouts,
    ReceptiveField,
    read_cell,
    receptive_fields,
    stride_layouts,
)
from resnet.drawing.charts.receptive_field_boxes import draw_cell_grid
from resnet.network.fields.rules import SpecError
from resnet.network.graph import Graph
from resnet.text.language import mark, tr, translated

_WORDS = {"photo": mark("Photograph"), "sample": mark("Drawn scene"), "grid": mark("Plain grid")}
_SAMPLE = 1  # the drawn scene
_LARGEST_GRID = 16  # cells on a side that can still be hit


def panel(graph: Graph) -> None:
    """Draw the part, or say for which images there is none."""
    try:
        row, column = read_cell(graph, ARCHITECTURE.asked("cell"))
    except SpecError as error:
        st.info(str(error))
        return
    aside, main = st.columns([1, 4])
    with aside:
        _choose_cell(graph, row, column)
        photo = _image()
    with main:
        svg = drawings.field_picture(graph.spec, row, column, photo)
        components.picture(svg, key="fields")
    st.caption(_caption(graph, photo))
    table = st.expander(tr("The same as a table"), on_change="rerun", key="field_table")
    if table.open:
        table.dataframe(_rows(receptive_fields(graph, row, column)), hide_index=True)
    both = stride_layouts(graph)
    if both:
        st.markdown(_why(both, graph.spec.stride_on))


def _choose_cell(graph: Graph, row: int, column: int) -> None:
    last = graph.stages[-2]
    side = last.out_shape[1]
    st.markdown(tr("A cell of {stage}, {side}×{side}", stage=last.paper_name, side=side))
    if side <= _LARGEST_GRID:
        components.picture(draw_cell_grid(side), CELLS, f"{row}.{column}", _picked)
        return
    for name, label, at in (("Row", tr("Row"), row), ("Column", tr("Column"), column)):
        key = f"cell_{name}"
        st.session_state[key] = at
        st.number_input(label, 0, side - 1, step=1, key=key, on_change=_typed)


def _picked(cell: str) -> None:
    ARCHITECTURE.ask("cell", cell)


def _typed() -> None:
    row, column = (st.session_state[f"cell_{name}"] for name in ("Row", "Column"))
    ARCHITECTURE.ask("cell", f"{row}.{column}")


def _image() -> Photo | None:
    """The visitor's photograph, a drawn scene, or nothing."""
    named = ARCHITECTURE.asked("photo")
    files = visitor.given(PHOTOS)
    options = ["photo", "sample", "grid"] if files or named else ["sample", "grid"]
    over = controls.segments(
        ARCHITECTURE, "over", tr("Over"), options, options[0], translated(_WORDS)
    )
    with st.popover(tr("Upload a photograph")):
        intake.offer("field_file", tr("Photograph"), visitor.kinds()[PHOTOS].most)
        intake.listed(PHOTOS)
    if over == "grid":
        return None
    if over == "sample":
        return sample(_SAMPLE)
    if not file_links.all_here(file_links.Asked(PHOTOS, ARCHITECTURE, "photo")):
        return None
    return photos.photo(visitor.find(PHOTOS, named) or files[0])


def _caption(graph: Graph, photo: Photo | None) -> str:
    size = graph.spec.side
    words = tr(
        "Cell i is centred on pixel centre + jump · i; its box reaches (field − 1) / 2 to "
        "either side, and may pass the image (hatched: there is only padding). This is the "
        "theoretical receptive field, padding included "
        "([Araujo et al. 2019](https://distill.pub/2019/computing-receptive-fields)); the "
        "effective one is smaller ([Luo et al. 2016](https://arxiv.org/abs/1701.04128))."
    )
    if photo is None:
        return words
    over = mark("{name}, its middle square at {size}×{size}. ")
    name = tr("Sample {n}", n=_SAMPLE) if photo.drawn else plain(photo.name)
    return tr(over, name=name, size=size) + words


def _rows(fields: tuple[ReceptiveField, ...]) -> list[dict[str, Any]]:
    return [
        {
            tr("stage"): field.stage.paper_name,
            tr("receptive field"): field.side,
            tr("jump"): field.stage.jump,
            tr("cells"): f"{field.cells}×{field.cells}",
            tr("row"): field.row,
            tr("column"): field.column,
            tr("centre y"): field.y,
            tr("centre x"): field.x,
        }
        for field in fields
    ]


def _why(both: Layouts, stride_on: str) -> str:
    """Why the paper's layout sees more than torchvision's."""
    name, jumps = both.stage.paper_name, " + ".join(map(str, both.jumps))
    shown = "v1" if stride_on == "1x1" else "v1.5"
    return tr(
        "**v1 and v1.5.** With the stride on the first 1×1 (v1, as in He et al. 2015) a cell of "
        "{stage} sees **{v1:,} px**; with the stride on the 3×3 (v1.5, torchvision) it sees "
        "**{v1_5:,} px**. In v1 the 3×3 of each later stage's first block comes after the stride, "
        "where neighbours lie twice as far apart, and so reaches one jump of the stage before "
        "further to either side: 2 × ({jumps}) = {more} px in all. This network is {shown}.",
        stage=name,
        v1=both.v1,
        v1_5=both.v1_5,
        jumps=jumps,
        more=both.extra,
        shown=shown,
    )
