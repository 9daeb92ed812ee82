"""What the browser draws: pictures to pick from, a photograph under a map, maps, a block's values.

What is new is drawn in place, so nothing flickers. Opacity is set in the browser: no rerun while
the slider moves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st
from PIL import Image

from explorer.figures.block_terms import WORDS as TERM_WORDS
from explorer.figures.block_terms import Steps, Term, encoded_terms
from explorer.figures.data_urls import data_url
from explorer.figures.heat import Heat
from explorer.figures.op_maps import Section, encoded_flow, sum_of
from explorer.figures.op_words import WORDS as OP_WORDS
from explorer.figures.tiles import WORDS as TILE_WORDS
from explorer.figures.tiles import ColourScale, Tile
from explorer.state import picking, visitor
from explorer.state.choices import page_choices
from explorer.state.picking import FLOWING, OVERLAY
from explorer.streamlit_joints import carrier, html
from explorer.tasks.op_flows import Flowing
from explorer.uploads.store import KEPT
from resnet.drawing.files.html_page import script
from resnet.drawing.palette import stylesheet, variables
from resnet.text.language import tr, translated

_HERE = Path(__file__).parents[1] / "figures"


def _asset(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _scripts(*names: str) -> str:
    return "".join(map(_asset, ("joints.js", *names)))


_drawer = st.components.v2.component(
    "resnet_drawer",
    css=stylesheet()
    + ".picture svg, .tip { font-family: inherit; }"
    + _asset("ranks.css")
    + _asset("photos.css"),
    js=script().replace("export default function", "function draw")
    + _scripts("motion.js", "drawer.js"),
)
_picks = st.components.v2.component("resnet_picks", js=_scripts("picks.js"))
_overlay = st.components.v2.component(
    "resnet_overlay",
    html=_asset("overlay.html"),
    css=_asset("overlay.css"),
    js=_scripts("heat.js", "overlay.js"),
)
_maps = st.components.v2.component(
    "resnet_maps",
    html=_asset("maps.html"),
    css=_asset("maps.css"),
    js=_scripts("heat.js", "maps.js"),
)
_depths = st.components.v2.component(
    "resnet_depths",
    html=_asset("depth.html"),
    css=_asset("depth.css"),
    js=_scripts("hands.js", "depth.js"),
)
_values = st.components.v2.component(
    "resnet_values",
    html=_asset("values.html"),
    css=_asset("values.css"),
    js=_asset("numbers.js") + _asset("values.js"),
)
_flow = st.components.v2.component(
    "resnet_flow",
    html=_asset("flow.html"),
    css=f".ops {{ {variables()} }}" + _asset("values.css") + _asset("flow.css"),
    js="".join(map(_asset, ("numbers.js", "unpacked.js", "roads.js", "arithmetic.js", "flow.js"))),
)

_sketch = st.components.v2.component(
    "resnet_sketch",
    html=_asset("sketch.html"),
    css=f".sketch {{ {variables()} }}" + _asset("sketch.css"),
    js=_asset("sketch.js"),
)

_box = st.components.v2.component(
    "resnet_box",
    html=_asset("box.html"),
    css=_asset("box.css"),
    js=_scripts("hands.js", "box.js"),
)

_lecture = st.components.v2.component("resnet_lecture", js=_scripts("lecture.js"))

_history_keys = st.components.v2.component("resnet_history_keys", js=_scripts("history_keys.js"))

_number_steps = st.components.v2.component("resnet_number_steps", js=_scripts("number_steps.js"))

_into_view = st.components.v2.component("resnet_into_view", js=_scripts("into_view.js"))


def drawer() -> None:
    """What draws every `picture` of the page and says its language. Called once, first of all.

    It tells a session that knows nothing of its tab what the browser kept, within the first run or
    after it; no callback is used, since Streamlit has no value for one in a run that cut another
    short.
    """
    told = _drawer(
        data={"language": page_choices.language()}, key="drawer", on_tab_change=lambda: None
    )
    if told.tab and visitor.restore(str(told.tab["token"])):
        st.info(
            tr(
                "What this tab gave is no longer on the server: files are kept for {n} minutes "
                "after a tab is closed. Give them again.",
                n=int(KEPT // 60),
            )
        )


def tab() -> None:
    """Hand the secret of the visitor's tab to the browser, or ask for it."""
    html(carrier(tab=visitor.tab(), waits="1" if visitor.waits() else ""))


def history_keys() -> None:
    """Have keys press the buttons of the container that this is drawn in."""
    _history_keys(key="history_keys")


def number_steps(depth: int, ladders: Sequence[range]) -> None:
    """Have keys and clicks step in the container of controls, a depth over those of its family."""
    rungs = [(ladder[0], ladder[-1], ladder.step) for ladder in ladders]
    _number_steps(data={"depth": depth, "ladders": rungs}, key="number_steps")


def into_view(key: str, shown: str) -> None:
    """Have the container of a key, in which this is drawn, in view when it shows another thing."""
    _into_view(data={"key": key, "shown": shown}, key=f"into_view_{key}")


def leaf(name: str) -> None:
    """Say which leaf of a book is shown: another one is seen from its top."""
    html(carrier(leaf=name))


def picture(
    svg: str, key: str, chosen: str | None = None, on_pick: Callable[[str], None] | None = None
) -> None:
    """Show our SVG or HTML; `on_pick` gets the name of what is chosen by click, Enter or Space."""

    def picked() -> None:
        what = picking.picked(key)
        if what and on_pick:
            on_pick(what)

    with st.container(key=f"drawn_{key}", gap=None):
        html(carrier(chosen=chosen or ""))
        html(carrier("div", svg=svg))
        if on_pick:
            _picks(key=key, on_pick_change=picked)


def depths(
    offered: Sequence[int], depth: int, key: str, on_slide: Callable[[int, bool], None]
) -> None:
    """A slider over the depths `offered`, at `depth`, that answers while it is dragged.

    `on_slide` gets the depth that is reached, and whether the slider rests there.
    """

    def slid() -> None:
        slide = picking.slid(key)
        if slide:
            on_slide(*slide)

    words = {"label": tr("Depth, by slider"), "layers": tr("{n} layers", n="{n}")}
    data = {"depths": list(offered), "depth": depth, "words": words}
    _depths(data=data, key=key, on_slide_change=slid)


def overlay(
    heat: Heat,
    alt: str,
    opacity: str,
    scale: ColourScale,
    on_opacity: Callable[[], None],
) -> None:
    """The photograph with the heat over it, its scale, and an opacity slider.

    The slider moves in the browser alone. `on_opacity` is called when it is let go at
    `picking.opacity()`.
    """
    with st.container(key="overlaid", gap=None):
        html(carrier(**heat.lasting()))
        html(carrier(map=_shown(heat, alt, scale)))
        words = {"opacity": tr("Opacity"), "label": tr("Opacity of the map")}
        data = {"opacity": opacity, "words": words}
        _overlay(data=data, key=OVERLAY, on_opacity_change=on_opacity)


def _shown(heat: Heat, alt: str, scale: ColourScale) -> dict[str, Any]:
    bar = tr("Colours from {low} to {high} {unit}", low=scale.low, high=scale.high, unit=scale.unit)
    return heat.changing() | {"alt": alt, "scale": scale._asdict(), "bar": bar}


def maps(tiles: Sequence[Tile], scale: ColourScale, key: str) -> None:
    """Maps side by side, with the box that the cell under the pointer sees, in all of them."""
    with st.container(key=f"mapped_{key}", gap=None):
        html(*(carrier(**tile.heat.lasting()) for tile in tiles))
        encoded = [tile.encoded() for tile in tiles]
        html(carrier(tiles={"tiles": encoded, "scale": scale._asdict()}))
        _maps(data={"words": translated(TILE_WORDS)}, key=key)


def values(terms: Sequence[Term], lens: str, view: Image.Image, steps: Steps) -> None:
    """The terms of a block's sum as maps on one scale, with the numbers of one cell.

    `lens` says which channel they are of; `view` is what the network saw.
    """
    words = translated(TERM_WORDS)
    data = {
        "terms": encoded_terms(terms),
        "lens": lens,
        "view": data_url(view, "JPEG"),
        "words": words,
    }
    _values(data=data | steps._asdict(), key="values")


def flow(
    section: Section, flowing: Flowing, on_show: dict[str, str], on_shown: Callable[[], None]
) -> None:
    """Every value of a block, the stem or the head as a map, and how one number of one is made.

    `on_show` says which operation is on show, "" for the sum, of which scale colours are, and which
    cell is followed; `on_shown` is called when that is another, at `picking.flow_shown()`.
    """
    maps = encoded_flow(section, flowing)
    data = {
        "maps": maps,
        "usual": sum_of(maps),
        "view": data_url(flowing.view, "JPEG"),
        "on_show": on_show,
        "words": translated(OP_WORDS),
    }
    _flow(data=data, key=FLOWING, on_shown_change=on_shown)


def sketch(chart: Mapping[str, Any], key: str, on_reveal: Callable[[list[int]], None]) -> None:
    """A chart that is drawn by hand; `on_reveal` gets the places of its values, or none of them.

    `chart` is what `figures/sketch.py` says of it.
    """

    def revealed() -> None:
        places = picking.revealed(key)
        if places is not None:
            on_reveal(places)

    _sketch(data=dict(chart), key=key, on_reveal_change=revealed)


def box(view: Image.Image, at: str, label: str, key: str, on_box: Callable[[str], None]) -> None:
    """A picture in which a box is drawn by pointer or keys; `at` is where it is.

    `on_box` gets left, top, width and height in whole per cent of the side.
    """

    def boxed() -> None:
        where = picking.boxed(key)
        if where:
            on_box(where)

    words = {"label": label, "how": tr("Drag a new box, or the box; arrow keys move it, with "
                                       "Shift they size it.")}  # fmt: skip
    data = {
        "view": data_url(view, "JPEG"),
        "at": [float(edge) for edge in at.split(",")],
        "words": words,
    }
    _box(data=data, key=key, on_box_change=boxed)


def lecture(name: str, step: int, window: str, on_follow: Callable[[str, int], None]) -> None:
    """Keys for the buttons of the container that this is drawn in, and the way to other windows.

    `on_follow` gets the lesson and the step to which another window has gone.
    """

    def followed() -> None:
        at = picking.followed("lecture")
        if at:
            on_follow(*at)

    _lecture(data={"at": [name, step], "window": window}, key="lecture", on_follow_change=followed)
