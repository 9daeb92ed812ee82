"""Choosing photographs: uploads, the camera, or a drawn sample."""

from __future__ import annotations

from typing import Any

import streamlit as st

from explorer import controls, resources, state
from explorer.messages import plain
from explorer.resources import SAMPLES, Photo
from explorer.state.page import Page
from resnet.images import ImageError
from resnet.language import tr

_CAMERA = "control_camera"
_NUMBERS = tuple(str(number) for number in range(1, SAMPLES + 1))


def asked() -> list[Photo]:
    """Every picture that could be read; the others are named with what is wrong with them."""
    files, camera = state.kept("files") or [], st.session_state.get(_CAMERA, False)
    if not files and not camera:
        return [resources.sample(int(state.ATTENTION.asked("sample", _NUMBERS)))]
    shot = state.kept("shot") if camera else None
    files = [*files, *([shot] if shot else [])]
    return [photo for file in files if (photo := read(file)) is not None]


def choose() -> None:
    """Controls for what is `asked`."""
    st.file_uploader(
        tr("Photographs"),
        accept_multiple_files=True,
        key="control_files",
        max_upload_size=25,
        on_change=lambda: state.keep("files", st.session_state["control_files"]),
    )
    files = state.kept("files") or []
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
            on_change=lambda: state.keep("shot", st.session_state["control_shot"]),
        )


def choose_one(page: Page, field: str) -> Photo | None:
    """One picture: a drawn sample, or a photograph uploaded here or on the Attention page."""
    files = {file.name: file for file in state.kept("files") or []}
    words = {number: tr("Sample {n}", n=number) for number in _NUMBERS} | {n: n for n in files}
    with st.container(width=160):
        chosen = controls.select(page, field, tr("Picture"), [*words], words)
    with st.popover(tr("Your own")):
        st.file_uploader(
            tr("Photograph"),
            key=f"{page.name}_upload",
            max_upload_size=25,
            on_change=_keep_one,
            args=(page, field),
        )
    return read(files[chosen]) if chosen in files else resources.sample(int(chosen))


def _keep_one(page: Page, field: str) -> None:
    """An upload joins those of the Attention page, and is the one on show."""
    file = st.session_state[f"{page.name}_upload"]
    if file is not None:
        others = [kept for kept in state.kept("files") or [] if kept.name != file.name]
        state.keep("files", [*others, file])
        page.ask(field, file.name)


def _sample() -> None:
    st.session_state["attention_sample"] = state.ATTENTION.asked("sample", _NUMBERS)
    st.pills(
        tr("Samples"),
        _NUMBERS,
        key="attention_sample",
        on_change=controls.record(state.ATTENTION, "sample"),
    )


def _say_kept(files: list[Any]) -> None:
    """After a visit to another page the uploader is empty, yet its files are still in use."""
    if files and not st.session_state["control_files"]:
        names = tr(", ").join(plain(file.name) for file in files)
        st.caption(tr("Still in use: {names}.", names=names))
        st.button(tr("Remove them"), on_click=state.keep, args=("files", None))


def read(file: Any) -> Photo | None:
    """The picture, or nothing, once the page has said what is wrong with it."""
    try:
        return resources.upload(file.getvalue(), file.name)
    except ImageError as error:
        st.error(plain(error))
        return None
