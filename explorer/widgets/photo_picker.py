"""Choosing photographs: uploads, the camera, or a drawn sample."""

from __future__ import annotations

from typing import Any

import streamlit as st

from explorer.resources import photos
from explorer.resources.photos import SAMPLES, Photo
from explorer.state import visitor
from explorer.state.attention_choices import ATTENTION
from explorer.state.page_choices import Page
from explorer.widgets import controls
from explorer.widgets.escaping import plain
from resnet.pictures.reading import ImageError
from resnet.text.language import tr

_CAMERA = "control_camera"
_NUMBERS = tuple(str(number) for number in range(1, SAMPLES + 1))


def asked() -> list[Photo]:
    """Every picture that could be read; the others are named with what is wrong with them."""
    files, camera = visitor.kept("files") or [], st.session_state.get(_CAMERA, False)
    if not files and not camera:
        return [photos.sample(int(ATTENTION.asked("sample", _NUMBERS)))]
    shot = visitor.kept("shot") if camera else None
    files = [*files, *([shot] if shot else [])]
    return [photo for file in files if (photo := read(file)) is not None]


def choose() -> None:
    """Controls for what is `asked`."""
    st.file_uploader(
        tr("Photographs"),
        accept_multiple_files=True,
        key="control_files",
        max_upload_size=photos.MOST_MB,
        on_change=lambda: visitor.keep("files", st.session_state["control_files"]),
    )
    files = visitor.kept("files") or []
    with st.container(horizontal=True, vertical_alignment="center"):
        camera = st.toggle(tr("Camera"), key=_CAMERA, persist_state="session")
        if not files and not camera:
            _sample()
    _say_kept(files)
    if camera:
        st.camera_input(
            tr("Camera"),
            label_visibility="collapsed",
            key="control_shot",
            on_change=lambda: visitor.keep("shot", st.session_state["control_shot"]),
        )


def choose_one(page: Page, field: str) -> Photo | None:
    """One picture: a drawn sample, or a photograph uploaded here or on the Attention page."""
    files = {file.name: file for file in visitor.kept("files") or []}
    words = {number: tr("Sample {n}", n=number) for number in _NUMBERS} | {n: n for n in files}
    with st.container(width=160):
        chosen = controls.select(page, field, tr("Picture"), [*words], words)
    with st.popover(tr("Your own")):
        st.file_uploader(
            tr("Photograph"),
            key=f"{page.name}_upload",
            max_upload_size=photos.MOST_MB,
            on_change=_keep_one,
            args=(page, field),
        )
    return read(files[chosen]) if chosen in files else photos.sample(int(chosen))


def _keep_one(page: Page, field: str) -> None:
    """An upload joins those of the Attention page, and is the one on show."""
    file = st.session_state[f"{page.name}_upload"]
    if file is not None:
        others = [other for other in visitor.kept("files") or [] if other.name != file.name]
        visitor.keep("files", [*others, file])
        page.ask(field, file.name)


def _sample() -> None:
    st.session_state[ATTENTION.key("sample")] = ATTENTION.asked("sample", _NUMBERS)
    st.pills(
        tr("Samples"),
        _NUMBERS,
        key=ATTENTION.key("sample"),
        on_change=controls.record(ATTENTION, "sample"),
    )


def _say_kept(files: list[Any]) -> None:
    """After a visit to another page the uploader is empty, yet its files are still in use."""
    if files and not st.session_state["control_files"]:
        names = tr(", ").join(plain(file.name) for file in files)
        st.caption(tr("Still in use: {names}.", names=names))
        st.button(tr("Remove them"), on_click=visitor.keep, args=("files", None))


def read(file: Any) -> Photo | None:
    """The picture, or nothing, once the page has said what is wrong with it."""
    try:
        return photos.upload(file.getvalue(), file.name)
    except ImageError as error:
        st.error(plain(error))
        return None
