"""What the page shows while PyTorch is imported: the photograph and a frame for the answer."""

from __future__ import annotations

import streamlit as st

from explorer.state import visitor
from explorer.state.choices.attention_choices import ATTENTION
from explorer.state.visitor import OWN, PHOTOS
from explorer.streamlit_joints import DeltaGenerator
from explorer.tasks.inputs.photos import sample
from explorer.widgets.escaping import plain
from explorer.widgets.files import photo_picker
from resnet.fetch.bundled import ASSETS, AssetError, bundled_json
from resnet.text.language import tr
from resnet.training.samples import samples

_IMAGENET = "imagenet"  # what all models know that are not bundled


def frame(pickers: DeltaGenerator, picture: DeltaGenerator, facts: DeltaGenerator) -> None:
    """Draw it: nothing here needs PyTorch."""
    family = _family()
    with st.sidebar:
        st.text_input(tr("Model"), _model(), disabled=True, key="starting_model")
    with pickers:
        photo_picker.choose(family)
    with picture:
        _photograph(family)
    with facts:
        st.markdown(tr("**Most probable classes**"))
        st.caption(
            tr("They come as soon as PyTorch is there: a server imports it once, in some seconds.")
        )


def _model() -> str:
    own = visitor.find(OWN, ATTENTION.asked("checkpoint"))
    return own.name if own else ATTENTION.asked("model")


def _family() -> str:
    """Whose pictures the model knows that is asked for, as far as its name tells."""
    name = ATTENTION.asked("model")
    if ATTENTION.asked("checkpoint"):
        return "file"
    try:
        with bundled_json(ASSETS / f"{name if name.isidentifier() else ''}.json") as said:
            return str(said.get("data", name.partition("_")[0]))
    except AssetError:
        return _IMAGENET


def _photograph(family: str) -> None:
    """The sample that the answer will be about; what a visitor gave is decoded by workers alone."""
    file = visitor.find(PHOTOS, ATTENTION.asked("photo"))
    if file:
        st.markdown(f"**{plain(file.name)}**")
        return
    shown = sample(int(ATTENTION.asked("sample", samples(family))), family)
    st.markdown(f"**{plain(shown.name)}**")
    st.image(shown.image, alt=shown.name, width="stretch")
