"""The large picture of the Attention page: how it is drawn, what it says, how to keep it."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image

from explorer import components, controls, state
from explorer.figures.tiles import Scale, scale
from explorer.messages import plain
from explorer.resources import answers
from explorer.subject import METHODS, SHOWN, THRESHOLDS, Subject, style
from resnet.colours import COLOURS, SIGNED
from resnet.graph import Stage
from resnet.overlay import SIGNS, blend, strength
from resnet.placement import PLACEMENTS
from resnet.words import decimal

_SIGNS = {"both": "for and against", "positive": "for only", "negative": "against only"}
_COLOURS = {SIGNED: "signed: blue and orange"}
_PERCENTS = tuple(str(percent) for percent in range(101))
_SHARES = {"0": "all"} | {share: f"{share} %" for share in THRESHOLDS[1:]}


def choose() -> str:
    """Method, signs, colours, threshold and placement; returns the method."""
    page = state.ATTENTION
    with st.expander("Method, colours and placement"):
        method = controls.select(page, "method", "Method", tuple(METHODS), METHODS)
        palette = controls.select(page, "colours", "Colours", COLOURS, _COLOURS)
        if palette == SIGNED:
            controls.select(page, "signs", "Evidence", SIGNS, _SIGNS)
        controls.steps(page, "threshold", "Hide below this share of full", THRESHOLDS, _SHARES)
        controls.select(page, "placement", "Placement", PLACEMENTS)
        st.caption(
            "At the last stage both methods are one map. cividis, magma and viridis are uniform "
            "to the eye and show what speaks for the class. Placement by receptive field puts a "
            "cell where it looks; the conventional one stretches the map, half a cell off."
        )
    return method


def show(subject: Subject, layer: str, method: str) -> None:
    """The last stage's map is known for every class since the forward; others are computed."""
    seen, stage = subject.seen, subject.graph.stage(layer)
    took = (
        f"Forward with the last stage's maps of all classes {_time(seen.look.seconds)} "
        f"({seen.device}, {subject.model.precision})"
    )
    if layer == subject.last:
        _overlay(subject, stage, subject.final_map)
        st.caption(f"{took}. Another class here: nothing more to compute.")
        return
    outcome = answers.stages(subject.model, seen.photo, subject.target, method)
    said = outcome.result[layer]
    _overlay(subject, stage, said.maps[0].numpy())
    st.caption(
        f"{took}. One backward pass for every stage of this class {_time(said.seconds)} "
        f"({outcome.device}, fp32). {outcome.note}"
    )


def _time(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _overlay(subject: Subject, stage: Stage, values: NDArray[np.float32]) -> None:
    """The picture with its legend, how to read it, and the button that takes it away."""
    label = subject.label
    photo, hot = subject.pictures(stage, values)
    st.markdown(f"**{plain(label)}** at {stage.name}")
    alt = f"Evidence for {label} at {stage.name} of {subject.classifier.title}"
    _picture(photo, hot, alt, scale(strength(values), *style()))
    if reading := _reading(subject, stage, values):
        st.caption(reading)
    name = f"{label}-{stage.name}.png".replace(" ", "_").replace("/", "_")
    share = int(state.ATTENTION.asked("opacity", _PERCENTS)) / 100
    st.download_button(  # drawn when it is asked for
        "Download PNG",
        lambda: _png(blend(photo, hot, share)),
        name,
        "image/png",
        on_click="ignore",
    )


@st.fragment
def _picture(photo: Image.Image, hot: Image.Image, alt: str, shades: Scale) -> None:
    """When its slider is let go, nothing but this and the address is written again."""
    opacity = state.ATTENTION.asked("opacity", _PERCENTS)
    components.overlay(photo, hot, alt, SHOWN, opacity, shades, _dimmed)
    state.write_attention()


def _dimmed() -> None:
    state.ATTENTION.ask("opacity", str(st.session_state[state.OVERLAY].opacity))


def _png(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def _reading(subject: Subject, stage: Stage, values: NDArray[np.float32]) -> str:
    """What the colours mean, in the map's own units."""
    words = []
    if values.max() <= 0:
        words.append("**No positive evidence for this class at this stage.**")
    if stage.name == subject.last:
        bias = float(subject.classifier.model.fc.bias[subject.target])
        logit = float(subject.seen.look.logits[subject.target])
        words.append(
            f"The map's sum {decimal(float(values.sum()))} + bias {decimal(bias)} is the logit "
            f"{decimal(logit)}."
        )
    return " ".join(words)
