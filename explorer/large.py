"""The large picture of the Attention page: how it is drawn, what it says, how to keep it."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image

from explorer import components, controls, resources, state
from explorer.figures.heat import Heat
from explorer.figures.tiles import Scale, scale
from explorer.messages import plain
from explorer.subject import SHOWN, THRESHOLDS, AnySubject, style
from resnet.colours import COLOURS, SIGNED
from resnet.overlay import SIGNS, blend, rows, strength, table
from resnet.words import decimal

_SIGNS = {"both": "for and against", "positive": "for only", "negative": "against only"}
_COLOURS = {SIGNED: "signed: blue and orange"}
_SEQUENCES = "cividis, magma and viridis are uniform to the eye and show what speaks for the class."
_PERCENTS = tuple(str(percent) for percent in range(101))
_SHARES = {"0": "all"} | {share: f"{share} %" for share in THRESHOLDS[1:]}


def choose(subject: AnySubject) -> None:
    """Method, signs, colours, threshold and placement."""
    page = state.ATTENTION
    with st.expander("Method, colours and placement"):
        controls.select(page, "method", "Method", tuple(subject.methods), subject.methods)
        palette = controls.select(page, "colours", "Colours", COLOURS, _COLOURS)
        if palette == SIGNED:
            controls.select(page, "signs", "Evidence", SIGNS, _SIGNS)
        controls.steps(page, "threshold", "Hide below this share of full", THRESHOLDS, _SHARES)
        controls.select(
            page, "placement", "Placement", subject.placements, usual=subject.placements[0]
        )
        st.caption(f"{_SEQUENCES} {subject.about}")


def show(subject: AnySubject) -> None:
    """The picture with its legend, how to read it, and the button that takes it away."""
    label, layer, placement, drawn = subject.label, subject.layer(), subject.placement(), style()
    values, made = subject.evidence(subject.target, layer, subject.method())
    st.markdown(f"**{plain(label)}** at {layer}")
    alt = f"Evidence for {label} at {layer} of {subject.classifier.title}"
    photo = resources.view(subject.model.key, subject.seen.photo.key, SHOWN, subject.seen.look.view)
    hot = _heat(subject, layer, values)
    _picture(photo, hot, alt, scale(hot.full, *drawn))
    if reading := _reading(subject, layer, values):
        st.caption(reading)
    name = f"{label}-{layer}.png".replace(" ", "_").replace("/", "_")
    share = int(state.ATTENTION.asked("opacity", _PERCENTS)) / 100
    st.download_button(  # drawn when it is asked for
        "Download PNG",
        lambda: _png(
            blend(*subject.pictures(layer, values, placement=placement, drawn=drawn), share)
        ),
        name,
        "image/png",
        on_click="ignore",
    )
    st.caption(made)


def _heat(subject: AnySubject, layer: str, values: NDArray[np.float32]) -> Heat:
    """What the browser draws of a map, with the page's choices."""
    drawn, width = style(), subject.seen.look.view.width
    spread = rows(len(values), subject.cells(layer), width, SHOWN, subject.placement())
    return Heat(values, spread, table(*drawn), strength(values), drawn.palette != SIGNED)


@st.fragment
def _picture(photo: str, hot: Heat, alt: str, shades: Scale) -> None:
    """When its slider is let go, nothing but this and the address is written again."""
    opacity = state.ATTENTION.asked("opacity", _PERCENTS)
    components.overlay(photo, hot, alt, opacity, shades, _dimmed)
    state.write_attention()


def _dimmed() -> None:
    state.ATTENTION.ask("opacity", str(st.session_state[state.OVERLAY].opacity))


def _png(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def _reading(subject: AnySubject, layer: str, values: NDArray[np.float32]) -> str:
    """What the colours mean, in the map's own units."""
    words = []
    if values.max() <= 0:
        words.append("**No positive evidence for this class at this layer.**")
    if subject.complete(layer):
        logit = float(subject.seen.look.logits[subject.target])
        words.append(
            f"The map's sum {decimal(float(values.sum()))} + bias "
            f"{decimal(subject.bias(subject.target))} is the logit {decimal(logit)}."
        )
    return " ".join(words)
