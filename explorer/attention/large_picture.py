"""The large picture of the Attention page: how it is drawn, what it says, how to keep it."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.attention.answer.shown_answer import SHOWN, ShownAnswer
from explorer.attention.answer.style import PERCENTS, THRESHOLDS, opacity, style
from explorer.figures.heat import Heat
from explorer.figures.tiles import ColourScale, colour_scale
from explorer.state import picking
from explorer.state.choices import attention_choices
from explorer.state.choices.attention_choices import ATTENTION
from explorer.widgets import components, controls
from explorer.widgets.escaping import plain
from resnet.maps.explainable import mapless
from resnet.maps.methods import CLASSLESS
from resnet.pictures.colours import COLOURS, SIGNED
from resnet.pictures.encoding import png
from resnet.pictures.overlay import SIGNS, blend, photo_and_heat
from resnet.text.language import mark, tr, translated
from resnet.text.numbers import decimal

_SIGNS = {
    "both": mark("for and against"),
    "positive": mark("for only"),
    "negative": mark("against only"),
}
_COLOURS = {SIGNED: mark("signed: blue and orange")}
_SEQUENCES = mark(
    "cividis, magma and viridis are uniform to the eye and show what speaks for the class."
)
_PLACEMENTS = {
    "receptive-field": mark("receptive-field"),
    "conventional": mark("conventional"),
}


def choose(answer: ShownAnswer) -> None:
    """Method, signs, colours, threshold and placement."""
    page = ATTENTION
    shares = {share: f"{share} %" for share in THRESHOLDS} | {"0": tr("all")}
    with st.expander(tr("Method, colours and placement")):
        controls.select(page, "method", tr("Method"), tuple(answer.methods), answer.methods)
        palette = controls.select(page, "colours", tr("Colours"), COLOURS, translated(_COLOURS))
        if palette == SIGNED:
            controls.select(page, "signs", tr("Evidence"), SIGNS, translated(_SIGNS))
        controls.steps(page, "threshold", tr("Hide below this share of full"), THRESHOLDS, shares)
        placements = translated(_PLACEMENTS)
        controls.select(
            page,
            "placement",
            tr("Placement"),
            answer.placements,
            placements,
            answer.placements[0],
        )
        st.caption(f"{tr(_SEQUENCES)} {answer.about}")


def show(answer: ShownAnswer) -> None:
    """The picture with its legend, how to read it, and the button that takes it away."""
    label, layer, placement, drawn = answer.label, answer.layer(), answer.placement(), style()
    view = answer.seen.look.view
    values, made = answer.evidence(answer.target, layer, answer.method())
    st.markdown(tr("**{label}** at {layer}", label=plain(label), layer=layer))
    alt = tr(
        "Evidence for {label} at {layer} of {title}",
        label=label,
        layer=layer,
        title=answer.classifier.title,
    )
    hot = answer.heat(layer, values)
    _picture(hot, alt, colour_scale(hot.full, drawn))
    if reading := _reading(answer, layer, values):
        st.caption(reading)
    name = f"{label}-{layer}.png".replace(" ", "_").replace("/", "_")
    share = opacity()
    st.download_button(  # drawn when it is asked for
        tr("Download PNG"),
        lambda: png(
            blend(
                *photo_and_heat(view, values, answer.layers[layer], SHOWN, placement, drawn), share
            )
        ),
        name,
        "image/png",
        on_click="ignore",
    )
    st.caption(made)


def without_map(answer: ShownAnswer) -> None:
    """What the model saw, and why there is no map of it."""
    st.image(answer.seen.look.view, alt=tr("What the model saw"), width="stretch")
    st.info(plain(mapless(answer.classifier)))


@st.fragment
def _picture(hot: Heat, alt: str, shades: ColourScale) -> None:
    """When its slider is let go, nothing but this and the address is written again."""
    components.overlay(hot, alt, ATTENTION.asked("opacity", PERCENTS), shades, _dimmed)


def _dimmed() -> None:
    ATTENTION.ask("opacity", picking.opacity())
    attention_choices.write()


def _reading(answer: ShownAnswer, layer: str, values: NDArray[np.float32]) -> str:
    """What the colours mean, in the map's own units."""
    words = []
    if answer.method() in CLASSLESS:
        return tr(
            "No class is asked: full colour is the largest norm, {full}.",
            full=decimal(float(values.max())),
        )
    if values.max() <= 0:
        words.append(tr("**No positive evidence for this class at this layer.**"))
    if answer.classifier.complete(layer):
        logit = float(answer.seen.look.logits[answer.target])
        words.append(
            tr(
                "The map's sum {total} + bias {bias} is the logit {logit}.",
                total=decimal(float(values.sum())),
                bias=decimal(answer.bias(answer.target)),
                logit=decimal(logit),
            )
        )
    return " ".join(words)
