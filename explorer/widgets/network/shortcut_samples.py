"""Every shortcut option as a small picture with a sentence, beside their list."""

from __future__ import annotations

import streamlit as st

from explorer.widgets import components
from resnet.drawing.charts.shortcut_thumbnail import draw_shortcut
from resnet.network.fields.shortcuts import OPTIONS
from resnet.text.language import mark, tr

_SENTENCES = {
    "A": mark("Every second pixel, and zeros for the new channels: no parameters at all."),
    "B": mark("A 1×1 convolution where the shape changes, else x itself; as in torchvision."),
    "C": mark("A 1×1 convolution in every block: nowhere does x go on unchanged."),
    "D": mark("2×2 pixels are averaged before the 1×1, which then passes none over (ResNet-D)."),
    "none": mark("No shortcut: a plain network, which is harder to train the deeper it is."),
}


def draw() -> None:
    """Draw what opens them; the pictures are drawn once it is pressed."""
    shown = st.expander(tr("What each shortcut does"), on_change="rerun", key="shortcut_samples")
    if not shown.open:
        return
    with shown:
        for name, option in OPTIONS.items():
            st.markdown(f"**{tr(option.title)}**")
            components.picture(draw_shortcut(name), key=f"shortcut_{name}")
            st.caption(tr(_SENTENCES[name]))
