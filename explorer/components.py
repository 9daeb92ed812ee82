"""Three inline components: a picture to pick from, a photograph under a map, a block's values.

Both keep their element between reruns and change only what is new, so nothing flickers. Opacity is
set in the browser: no rerun while the slider moves.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

import streamlit as st
from PIL import Image

from explorer import state
from explorer.figures.terms import Steps, Term, encoded
from resnet.drawing.page import script
from resnet.drawing.palette import stylesheet

_HERE = Path(__file__).parent / "figures"


def _asset(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


_picture = st.components.v2.component(
    "resnet_picture",
    html='<div class="picture"></div><div class="tip" role="tooltip" hidden></div>',
    css=stylesheet(),
    js=script(),
)
_overlay = st.components.v2.component(
    "resnet_overlay",
    html=_asset("overlay.html"),
    css=_asset("overlay.css"),
    js=_asset("overlay.js"),
)
_values = st.components.v2.component(
    "resnet_values",
    html=_asset("values.html"),
    css=_asset("values.css"),
    js=_asset("values.js"),
)


def picture(
    svg: str, key: str, chosen: str | None = None, on_pick: Callable[[str], None] | None = None
) -> None:
    """Show an SVG of ours; `on_pick` gets the name of what is chosen by click, Enter or Space."""

    def picked() -> None:
        what = state.picked(key)
        if what and on_pick:
            on_pick(what)

    _picture(data={"svg": svg, "chosen": chosen}, key=key, on_pick_change=picked)


def overlay(photo: Image.Image, heat: Image.Image, alt: str, key: str, size: int) -> None:
    """The photograph with the heat (RGBA) over it, and an opacity slider in the browser."""
    data = {"photo": url(photo), "heat": url(heat), "alt": alt, "size": size}
    _overlay(data=data, key=key)


def values(terms: Sequence[Term], lens: str, view: Image.Image, steps: Steps) -> None:
    """The terms of a block's sum as maps on one scale, with the numbers of one cell.

    `lens` says which channel they are of; `view` is what the network saw.
    """
    data = {"terms": encoded(terms), "lens": lens, "view": url(view, "JPEG"), **steps._asdict()}
    _values(data=data, key="values")


def url(image: Image.Image, kind: str = "PNG") -> str:
    """The image as a data URL."""
    buffer = BytesIO()
    # A PNG has no quality, a JPEG no level; level 1 is several times as fast as the usual 6.
    image.save(buffer, kind, quality=95, subsampling=0, compress_level=1)
    return f"data:image/{kind.lower()};base64," + base64.b64encode(buffer.getvalue()).decode()
