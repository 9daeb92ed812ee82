"""The photographs with their maps, a sheet at a time; a click puts one on show."""

from __future__ import annotations

from functools import partial

import streamlit as st

from explorer.attention.answer.style import opacity, style
from explorer.attention.workbench.bench import Bench, link
from explorer.figures.photo_grid import Shown, button_name, key_of, photo_grid
from explorer.resources import drawings
from explorer.state.choices.attention_choices import ATTENTION
from explorer.state.picking import GRID
from explorer.tasks.surveys import THUMBNAIL
from explorer.widgets import components
from explorer.widgets.sheet_buttons import sheet, sheet_buttons
from resnet.pictures.overlay import row_weights
from resnet.text.language import tr

SHEET = 24  # photographs that are drawn at once: few enough to be sent in a moment


def show(bench: Bench) -> None:
    """Draw the view."""
    n = len(bench.chosen)
    at = sheet(ATTENTION, SHEET, n)
    places = bench.chosen[at * SHEET : (at + 1) * SHEET].tolist()
    if not places:
        st.info(tr("No photograph is like that."))
        return
    links = {bench.album.photos[i].key: link(bench.album.photos[i]) for i in places}
    components.picture(
        photo_grid(pictures(bench, places)),
        GRID,
        button_name(bench.answer.seen.photo.key),
        partial(_picked, links),
    )
    sheet_buttons(ATTENTION, "bench", SHEET, n)


def _picked(links: dict[str, str], what: str) -> None:
    if key_of(what) in links:
        ATTENTION.ask("photo", links[key_of(what)])


def pictures(bench: Bench, places: list[int]) -> list[Shown]:
    """What is drawn of each: its picture, and its most probable class."""
    answer, columns = bench.answer, bench.columns
    heats = bench.has_maps and ATTENTION.asked("heats") == "1"
    drawn = style() if heats else None
    shown_opacity = opacity() if heats else 1.0
    rows = None
    if heats:
        crop = answer.classifier.transform.crop
        layer, side = answer.layers[answer.last], min(crop, THUMBNAIL)
        rows = row_weights(bench.maps.shape[1], layer, crop, side, answer.placement())
    shown = []
    for i in places:
        photo, said = bench.album.photos[i], int(bench.predicted[i])
        url = drawings.tile(
            answer.model,
            answer.model.precision,
            photo,
            drawn,
            shown_opacity,
            answer.placement() if heats else "",
            bench.surveyed.thumbnails[i],
            bench.maps[i] if heats else None,
            rows,
        )
        number = f"{columns['probability'][i]:.0%}" if said >= 0 else ""
        words = bench.label(said), number, str(bench.verdicts[i]), bench.label(int(bench.truths[i]))
        shown.append(Shown(photo.key, photo.name, url, *words))
    return shown
