"""Choosing a model: the catalogue with its downloads, a file of the visitor's, and a device."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from explorer import controls, resources, state
from explorer.resources import Model

if TYPE_CHECKING:
    from resnet.weights import Classifier, Entry

_DEVICE_WORDS = {"cuda": "CUDA GPU", "mps": "Apple GPU", "cpu": "CPU"}


def choose() -> Model | None:
    """The model, device and precision asked for; None while the model must be downloaded."""
    load, key = _choose_model()
    device, precision = _choose_device()
    return Model(load, key, device, precision) if load else None


def _choose_model() -> tuple[Callable[[str], Classifier] | None, str]:
    """A loader for the model asked for, None while it must be downloaded, and the model's key."""
    with st.spinner("Starting PyTorch …"):
        from resnet.weights import catalogue
    entries = catalogue()
    own = st.session_state.get("control_own")
    names = list(entries)
    chosen = state.asked("model") if state.asked("model") in entries else names[0]
    st.session_state["control_model"] = chosen
    st.selectbox(
        "Model",
        names,
        key="control_model",
        format_func=lambda name: _entry_words(entries[name]),
        on_change=controls.record("model", forget="target"),
        disabled=own is not None,
    )
    own = st.file_uploader(
        "or your own checkpoint",
        ["pth", "pt", "th", "safetensors"],
        key="control_own",
        max_upload_size=1024,
    )
    if own is not None:
        st.caption("Read as data, never run as code. Depth, widths and classes come from its keys.")
        key = f"own {own.file_id}"
        return lambda device: resources.own_classifier(key, device, own), key
    entry = entries[chosen]
    st.caption(entry.note)
    if not entry.cached:
        _offer_download(entry)
        return None, chosen
    return lambda device: resources.classifier(chosen, device), chosen


def _entry_words(entry: Entry) -> str:
    return entry.title if entry.cached else f"{entry.title} · {entry.size} to download"


def _offer_download(entry: Entry) -> None:
    from resnet.download import DownloadError
    from resnet.weights import WeightsError, fetch

    st.info(f"Not on this machine yet: {entry.size} to download.")
    if not st.button("Download", type="primary"):
        return
    bar, stop = st.progress(0.0, "Connecting …"), st.empty()
    stop.button("Stop")  # any control ends this run; the generator then removes its partial file
    try:
        for received in fetch(entry):
            total = received.total or entry.bytes
            share = min(received.done / total, 1.0)
            bar.progress(share, f"{received.done / 1e6:.1f} of {total / 1e6:.1f} MB")
    except (DownloadError, WeightsError) as error:
        bar.empty()
        stop.empty()
        st.error(str(error))
        return
    st.rerun()


def _choose_device() -> tuple[str, str]:
    """The device, the fastest of this machine unless another is asked for, and the precision."""
    from resnet.devices import devices, precisions

    present = devices()
    device = state.asked("device") if state.asked("device") in present else present[0]
    with st.expander("Device and precision"):
        controls.select("device", "Device", present, device, _DEVICE_WORDS)
        offered = precisions(device)
        precision = state.asked("precision") if state.asked("precision") in offered else "fp32"
        controls.select("precision", "Precision", offered, precision)
    return device, precision


def loaded(model: Model) -> Classifier | None:
    """The classifier, or None and a message that says why not."""
    from resnet.checkpoint import CheckpointError
    from resnet.download import DownloadError
    from resnet.weights import WeightsError

    try:
        return model.load(model.device)
    except (CheckpointError, DownloadError, WeightsError) as error:
        st.error(str(error))
        return None
