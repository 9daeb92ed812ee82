"""The network as ONNX: made when its button is pressed, with progress where it is large."""

from __future__ import annotations

import shutil
from contextlib import closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import streamlit as st

from explorer.resources.server.sent_files import SentFile
from explorer.resources.server.workers import LONG
from explorer.tasks import exports
from explorer.widgets.escaping import plain
from resnet.export.formats import FORMATS, SEED, ExportError, onnx_bytes, onnx_refusal
from resnet.network.graph import Graph
from resnet.network.naming.names import file_stem
from resnet.text.language import tr
from resnet.text.numbers import count

_LARGE = 150_000_000  # bytes; below, it is made before a bar would be seen
_SPARE = 500_000_000  # bytes that are left free on the disk
_WRITTEN = "takeaway_onnx_file"  # the session's
_MB = 1_000_000


class _Written(NamedTuple):
    """A large file that was made for this visitor; it goes with the session, or with the next."""

    what: tuple[str, bool]  # the network, and whether sides are free
    file: SentFile


def offer(graph: Graph) -> None:
    """The button, what the file is, and whether it takes images of any size."""
    place = st.container()
    refused = onnx_refusal(graph)
    any_size = st.toggle(
        tr("ONNX for any height and width"), key="takeaway_any_size", disabled=bool(refused)
    )
    with place:
        if refused or onnx_bytes(graph) < _LARGE:
            _small(graph, any_size, bool(refused))
        else:
            _large(graph, any_size)
        st.caption(plain(refused) if refused else _words(graph))


def _small(graph: Graph, any_size: bool, refused: bool) -> None:
    """It is made when its button is pressed."""
    st.download_button(
        tr(FORMATS["onnx"].title),
        data=partial(_content, graph, any_size),
        file_name=_name(graph),
        mime=FORMATS["onnx"].media,
        on_click="ignore",
        disabled=refused,
        width="stretch",
        icon=":material/download:",
        key="takeaway_onnx",
    )


def _content(graph: Graph, any_size: bool) -> bytes:
    """The file, made by a worker: the pages' process holds what is sent, and no more."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "network.onnx"
        for _ in LONG.stream(exports.onnx, graph.spec, path, any_size):
            pass
        return path.read_bytes()


def _large(graph: Graph, any_size: bool) -> None:
    """It is made under a bar first, and then sent from the disk."""
    written: _Written | None = st.session_state.get(_WRITTEN)
    what = graph.spec.to_query(), any_size
    if written is not None and written.what == what:
        title, icon = tr(FORMATS["onnx"].title), ":material/download:"
        st.link_button(title, written.file.address, width="stretch", icon=icon)
    elif st.button(
        tr("Make the ONNX file"), width="stretch", icon=":material/build:", key="takeaway_make"
    ):
        _make(graph, what)


def _make(graph: Graph, what: tuple[str, bool]) -> None:
    """Make it, in place of the last; any control ends that before."""
    file = SentFile(_name(graph), FORMATS["onnx"].media)
    size = onnx_bytes(graph)
    st.session_state.pop(_WRITTEN, None)
    if shutil.disk_usage(file.folder.name).free - size < _SPARE:
        message = tr(
            "The server's disk is nearly full: {size} are to be written.", size=count(size, "B")
        )
        st.error(message)
        return
    bar, stop = st.progress(0.0, tr("Making the network …")), st.empty()
    stop.button(tr("Stop"), key="takeaway_stop")
    try:
        with closing(LONG.stream(exports.onnx, graph.spec, file.path, what[1])) as steps:
            for step in steps:
                done, total = step.done / _MB, step.total / _MB
                words = tr("{done:.1f} of {total:.1f} MB", done=done, total=total)
                bar.progress(step.done / step.total, words)
    except ExportError as error:
        st.error(plain(error))
        return
    st.session_state[_WRITTEN] = _Written(what, file)
    st.rerun()


def _name(graph: Graph) -> str:
    return f"{file_stem(graph.spec.name)}.onnx"


def _words(graph: Graph) -> str:
    return tr(
        "{size}, random weights of seed {seed}, any batch; a node for each operation. "
        "Trained weights: `python -m resnet export --model NAME --format onnx`.",
        size=count(onnx_bytes(graph), "B"),
        seed=SEED,
    )
