"""What the browser draws: pictures to pick from, a photograph under a map, maps, a block's values.

What is new is drawn in place, so nothing flickers. Opacity is set in the browser: no rerun while
the slider moves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path

import streamlit as st
from PIL import Image

from explorer import state
from explorer.figures.heat import Heat, packed
from explorer.figures.images import url
from explorer.figures.terms import WORDS as TERM_WORDS
from explorer.figures.terms import Steps, Term, encoded
from explorer.figures.tiles import WORDS as TILE_WORDS
from explorer.figures.tiles import Scale, Tile
from resnet.drawing.page import script
from resnet.drawing.palette import stylesheet
from resnet.language import said, tr

_HERE = Path(__file__).parent / "figures"


def _asset(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


_drawer = st.components.v2.component(
    "resnet_drawer",
    css=stylesheet() + ".picture svg, .tip { font-family: inherit; }" + _asset("ranks.css"),
    js=script().replace("export default function", "function draw") + _asset("drawer.js"),
)
_picks = st.components.v2.component("resnet_picks", js=_asset("picks.js"))
_overlay = st.components.v2.component(
    "resnet_overlay",
    html=_asset("overlay.html"),
    css=_asset("overlay.css"),
    js=_asset("overlay.js"),
)
_maps = st.components.v2.component(
    "resnet_maps",
    html=_asset("maps.html"),
    css=_asset("maps.css"),
    js=_asset("maps.js"),
)
_values = st.components.v2.component(
    "resnet_values",
    html=_asset("values.html"),
    css=_asset("values.css"),
    js=_asset("values.js"),
)


def drawer() -> None:
    """What draws every `picture` of the page. Called once, before any of them."""
    _drawer(key="drawer")


def picture(
    svg: str, key: str, chosen: str | None = None, on_pick: Callable[[str], None] | None = None
) -> None:
    """Show our SVG or HTML; `on_pick` gets the name of what is chosen by click, Enter or Space."""

    def picked() -> None:
        what = state.picked(key)
        if what and on_pick:
            on_pick(what)

    with st.container(key=f"drawn_{key}", gap=None):
        st.html(f"<i data-chosen='{escape(chosen or '')}' hidden=''></i>")
        st.html(f"<div data-svg='{escape(svg)}'></div>")
        if on_pick:
            _picks(key=key, on_pick_change=picked)


def overlay(
    photo: str,
    heat: Heat,
    alt: str,
    opacity: str,
    scale: Scale,
    on_opacity: Callable[[], None],
) -> None:
    """The photograph (a URL) with the heat over it, its scale, and an opacity slider.

    What is the same as before is not sent again: of another class, the map's cells are.

    The slider moves in the browser alone. `on_opacity` is called when it is let go; its percents
    are then `st.session_state[state.OVERLAY].opacity`.
    """
    with st.container(key="overlaid", gap=None):
        st.html(f"<i data-photo='{photo}' hidden=''></i>")
        st.html(f"<i data-rows='{packed(heat.rows)}' hidden=''></i>")
        st.html(f"<i data-map='{escape(heat.encoded(alt, scale))}' hidden=''></i>")
        words = {"opacity": tr("Opacity"), "label": tr("Opacity of the map")}
        data = {"opacity": opacity, "words": words}
        _overlay(data=data, key=state.OVERLAY, on_opacity_change=on_opacity)


def maps(tiles: Sequence[Tile], scale: Scale, key: str) -> None:
    """Maps side by side, with the box that the cell under the pointer sees, in all of them."""
    encoded = [tile.encoded() for tile in tiles]
    data = {"tiles": encoded, "scale": scale._asdict(), "words": said(TILE_WORDS)}
    _maps(data=data, key=key)


def values(terms: Sequence[Term], lens: str, view: Image.Image, steps: Steps) -> None:
    """The terms of a block's sum as maps on one scale, with the numbers of one cell.

    `lens` says which channel they are of; `view` is what the network saw.
    """
    words = said(TERM_WORDS)
    data = {"terms": encoded(terms), "lens": lens, "view": url(view, "JPEG"), "words": words}
    _values(data=data | steps._asdict(), key="values")
