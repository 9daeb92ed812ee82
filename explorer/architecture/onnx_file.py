"""The network as ONNX: made when its button is pressed, with progress where it is large."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import streamlit as st

from explorer.resources.workers import LONG
from explorer.tasks import exports
from explorer.widgets.escaping import plain
from resnet.export.formats import FORMATS, SEED, ExportError, onnx_bytes, onnx_refusal
from resnet.network.graph import Graph
from resnet.network.names import file_stem
from resnet.text.language import tr
from resnet.text.numbers import count

_LARGE = 150_000_000  # bytes; below, it is made before a bar would be seen
_SPARE = 500_000_000  # bytes that are left free on the disk
_WRITTEN = "takeaway_onnx_file"  # the session's
_MB = 1_000_000


@dataclass(frozen=True)
class _Written:
    """A file that was made for this visitor; it goes with the session, or with the next."""

    what: tuple[str, bool]  # the network, and whether sides are free
    folder: TemporaryDirectory[str]

    @property
    def path(self) -> Path:
        return Path(self.folder.name) / "network.onnx"


def offer(graph: Graph) -> None:
    """The button, what the file is, and whether it takes images of any size."""
    place = st.container()
    refused = onnx_refusal(graph)
    any_size = st.toggle(
        tr("ONNX for any height and width"), key="takeaway_any_size", disabled=bool(refused)
    )
    with place:
        _button(graph, any_size, bool(refused))
        st.caption(plain(refused) if refused else _words(graph))


def _button(graph: Graph, any_size: bool, refused: bool) -> None:
    written: _Written | None = st.session_state.get(_WRITTEN)
    what = graph.spec.to_query(), any_size
    if written is not None and written.what == what:
        _download(graph, written, False)
    elif refused or onnx_bytes(graph) < _LARGE:
        _download(graph, _Written(what, TemporaryDirectory()), refused)
    elif st.button(
        tr("Make the ONNX file"), width="stretch", icon=":material/build:", key="takeaway_make"
    ):
        _make(graph, _Written(what, TemporaryDirectory()))


def _download(graph: Graph, written: _Written, refused: bool) -> None:
    st.download_button(
        tr(FORMATS["onnx"].title),
        data=partial(_content, graph, written),
        file_name=f"{file_stem(graph.spec.name)}.onnx",
        mime=FORMATS["onnx"].media,
        on_click="ignore",
        disabled=refused,
        width="stretch",
        icon=":material/download:",
        key="takeaway_onnx",
    )


def _content(graph: Graph, written: _Written) -> bytes:
    """The file, made by a worker: the pages' process holds what is sent, and no more."""
    if not written.path.is_file():
        for _ in LONG.stream(exports.onnx, graph.spec, written.path, written.what[1]):
            pass
    return written.path.read_bytes()


def _make(graph: Graph, written: _Written) -> None:
    """Make a large file under a bar, and offer it; any control ends it before."""
    size = onnx_bytes(graph)
    if shutil.disk_usage(written.folder.name).free - size < _SPARE:
        st.error(
            tr("The server's disk is nearly full: {size} are to be written.", size=count(size, "B"))
        )
        return
    st.session_state.pop(_WRITTEN, None)
    bar, stop = st.progress(0.0, tr("Making the network …")), st.empty()
    stop.button(tr("Stop"), key="takeaway_stop")
    try:
        with closing(LONG.stream(exports.onnx, graph.spec, written.path, written.what[1])) as steps:
            for step in steps:
                words = tr(
                    "{done:.1f} of {total:.1f} MB", done=step.done / _MB, total=step.total / _MB
                )
                bar.progress(step.done / step.total, words)
    except ExportError as error:
        st.error(plain(error))
        return
    st.session_state[_WRITTEN] = written
    st.rerun()


def _words(graph: Graph) -> str:
    return tr(
        "{size}, random weights of seed {seed}, any batch; a node for each operation. "
        "Trained weights: `python -m resnet export --model NAME --format onnx`.",
        size=count(onnx_bytes(graph), "B"),
        seed=SEED,
    )
