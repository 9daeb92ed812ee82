"""Choosing photographs: uploads, the camera, or a drawn sample."""

from __future__ import annotations

from typing import Any

import streamlit as st

from explorer import controls, resources, state
from explorer.resources import SAMPLES, Photo
from resnet.images import ImageError


def choose() -> list[Photo]:
    """Every picture that could be read; the others are named with what is wrong with them."""
    files = st.file_uploader(
        "Photographs", accept_multiple_files=True, key="control_files", max_upload_size=25
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        camera = st.toggle("Camera", key="control_camera")
        numbers = [str(n) for n in range(1, SAMPLES + 1)]
        chosen = state.asked("sample") if state.asked("sample") in numbers else "2"
        if not files and not camera:
            st.session_state["control_sample"] = chosen
            st.pills(
                "Samples",
                numbers,
                key="control_sample",
                on_change=controls.record("sample", forget="target"),
            )
    shot = st.camera_input("Camera", label_visibility="collapsed") if camera else None
    given = [*files, *([shot] if shot else [])]
    if not given:
        return [] if camera else [resources.sample(int(chosen))]
    return [photo for file in given if (photo := _read(file)) is not None]


def _read(file: Any) -> Photo | None:
    try:
        return resources.upload(file.getvalue(), file.name)
    except ImageError as error:
        st.error(str(error))
        return None
