"""Take it away: the network as files, the link that restores the page, a teacher's link."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from explorer.architecture import onnx_file
from explorer.state.choices import page_choices, shown_network
from explorer.state.choices.shown_network import PAPER
from explorer.state.hiding import HIDEABLE
from explorer.widgets.escaping import plain
from resnet.drawing.files.raster import NARROWEST, WIDEST
from resnet.export.formats import FORMATS, PICTURES, View, export
from resnet.export.source import pytorch_source, source_refusal
from resnet.network.graph import Graph
from resnet.network.naming.names import file_stem
from resnet.text.language import mark, spoken, tr, translated

_WORDS = {
    "py": mark("This network alone in one readable file; its parameter names are torchvision's."),
    "json": mark("Every operation: shapes, params, MACs and receptive field."),
    "svg": mark("For slides and papers: sharp at any size, with its own colours."),
    "png": mark("In pixels, with the app's own font; in English, whose letters it has."),
    "html": mark("One file that works offline, with tips, every block and the numbers."),
}
_REFUSALS: dict[str, Callable[[Graph], str]] = {
    "py": lambda graph: source_refusal(graph.spec),
}
_THEMES = {"light": mark("light"), "dark": mark("dark")}
_COLUMNS = 3


def panel(graph: Graph) -> None:
    """Draw the panel."""
    st.markdown(tr("**Files**"))
    view = _view()
    for start in range(0, len(FORMATS), _COLUMNS):
        row = [*FORMATS][start : start + _COLUMNS]
        for column, form in zip(st.columns(_COLUMNS), row, strict=True):
            with column:
                _file(graph, form, view)
    if not _REFUSALS["py"](graph):
        _preview(graph)
    _links()


def _view() -> View:
    """What pictures show: a theme, the network as it is unfolded on the page, or the open block."""
    themes = [*_THEMES]
    now = st.context.theme.type
    with st.container(horizontal=True):
        theme = st.segmented_control(
            tr("Theme of SVG and PNG"),
            themes,
            format_func=lambda name: tr(_THEMES[name]),
            default=now if now in themes else "light",
            required=True,
            key="takeaway_theme",
        )
        opened = shown_network.opened().removeprefix(PAPER)
        block = opened and st.segmented_control(
            tr("Picture"),
            ("", opened),
            default="",
            format_func=lambda name: name or tr("whole network"),
            required=True,
            key=f"takeaway_{opened}",
        )
        width = st.number_input(
            tr("Width of a PNG"),
            *(NARROWEST, WIDEST, View.width),
            step=400,
            width=150,
            key="takeaway_width",
        )
    return View(theme or "light", block or "", shown_network.folding(), width, spoken())


def _file(graph: Graph, form: str, view: View) -> None:
    """A button that makes its file when it is pressed, and what the file is."""
    if form == "onnx":
        onnx_file.offer(graph)
        return
    refused = _REFUSALS[form](graph) if form in _REFUSALS else ""
    parts = (file_stem(graph.spec.name), view.block if form in PICTURES else "")
    st.download_button(
        tr(FORMATS[form].title),
        data=partial(export, graph, form, view),
        file_name=f"{'-'.join(filter(None, parts))}.{form}",
        mime=FORMATS[form].media,
        on_click="ignore",
        disabled=bool(refused),
        width="stretch",
        icon=":material/download:",
        key=f"takeaway_{form}",
    )
    st.caption(plain(refused) if refused else tr(_WORDS[form]))


def _preview(graph: Graph) -> None:
    with st.expander(
        tr("Read the PyTorch source"), on_change="rerun", key="takeaway_preview"
    ) as preview:
        if preview.open:
            st.code(pytorch_source(graph), language="python", height=480)


def _links() -> None:
    st.markdown(tr("**Link to this page**, with its network and all that is open"))
    st.code(shown_network.link(page_choices.hidden()), language=None, wrap_lines=True)
    st.markdown(tr("**For teachers**: a link that hides what a class should not see yet"))
    now = [name for name in page_choices.hidden() if name in HIDEABLE]
    words = translated(HIDEABLE)
    hide = st.multiselect(
        tr("Hide"),
        HIDEABLE,
        default=now,
        format_func=words.__getitem__,
        placeholder=tr("Nothing is hidden"),
        key="takeaway_hide",
    )
    st.code(shown_network.link(hide), language=None, wrap_lines=True)
    st.caption(tr("To see everything again, remove `hide=…` from the address."))
