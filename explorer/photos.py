"""Choosing photographs: uploads, the camera, or a drawn sample."""

from __future__ import annotations

from typing import Any

import streamlit as st

from explorer import controls, resources, state
from explorer.messages import plain
from explorer.resources import SAMPLES, Photo
from resnet.images import ImageError


def choose() -> list[Photo]:
    """Every picture that could be read; the others are named with what is wrong with them."""
    st.file_uploader(
        "Photographs",
        accept_multiple_files=True,
        key="control_files",
        max_upload_size=25,
        on_change=lambda: state.keep("files", st.session_state["control_files"]),
    )
    files = state.kept("files") or []
    with st.container(horizontal=True, vertical_alignment="center"):
        camera = st.toggle("Camera", key="control_camera", persist_state="session")
        if not files and not camera:
            sample = _sample()
    _say_kept(files)
    if camera:
        st.camera_input(
            "Camera",
            label_visibility="collapsed",
            key="control_shot",
            on_change=lambda: state.keep("shot", st.session_state["control_shot"]),
        )
        shot = state.kept("shot")
        files = [*files, *([shot] if shot else [])]
    if not files:
        return [] if camera else [sample]
    return [photo for file in files if (photo := read(file)) is not None]


def _sample() -> Photo:
    numbers = [str(number) for number in range(1, SAMPLES + 1)]
    chosen = state.ATTENTION.asked("sample", numbers)
    st.session_state["attention_sample"] = chosen
    st.pills(
        "Samples",
        numbers,
        key="attention_sample",
        on_change=controls.record(state.ATTENTION, "sample"),
    )
    return resources.sample(int(chosen))


def _say_kept(files: list[Any]) -> None:
    """After a visit to another page the uploader is empty, yet its files are still in use."""
    if files and not st.session_state["control_files"]:
        names = ", ".join(plain(file.name) for file in files)
        st.caption(f"Still in use: {names}.")
        st.button("Remove them", on_click=state.keep, args=("files", None))


def read(file: Any) -> Photo | None:
    """The picture, or nothing, once the page has said what is wrong with it."""
    try:
        return resources.upload(file.getvalue(), file.name)
    except ImageError as error:
        st.error(plain(error))
        return None
