"""The mean map of each class that is said, over the photographs chosen."""

from __future__ import annotations

import streamlit as st

from explorer.attention.answer.shown_answer import NO_POSITIVE
from explorer.attention.answer.style import style
from explorer.attention.workbench.bench import Bench
from explorer.figures.heat import Heat, banded
from explorer.figures.tiles import Tile, colour_scale
from explorer.resources import drawings
from explorer.widgets import components
from resnet.audit.findings.mean_maps import MeanMap, mean_maps
from resnet.maps.explainable import mapless
from resnet.pictures.colours import SIGNED
from resnet.pictures.overlay import colour_table, row_weights, strength
from resnet.text.language import tr

_MOST = 8  # classes
_SIDE = 128


def show(bench: Bench) -> None:
    """Draw the view."""
    if not bench.has_maps or not bench.labels:
        st.info(mapless(bench.answer.classifier))
        return
    found = mean_maps(bench.maps[bench.chosen], bench.predicted[bench.chosen])[:_MOST]
    if not found:
        st.info(tr("No photograph is like that."))
        return
    full = strength([one.values for one in found])
    tiles = [_tile(bench, one, full) for one in found]
    components.maps(tiles, colour_scale(full, style()), key="means")
    st.caption(
        tr(
            "The mean of the maps of all photographs said to be of a class, over the mean of what "
            "the model saw; one scale for all. What lies at the same place in every photograph "
            "stays, as a tag in a corner would; what moves is smeared."
        )
    )


def _tile(bench: Bench, one: MeanMap, full: float) -> Tile:
    answer, drawn = bench.answer, style()
    layer, crop = answer.layers[answer.last], answer.classifier.transform.crop
    places = bench.chosen[bench.predicted[bench.chosen] == one.group]
    photo = drawings.mean_photo(
        answer.model,
        bench.album.key,
        places.tobytes(),
        tuple(bench.surveyed.thumbnails[i] for i in places),
    )
    rows = row_weights(len(one.values), layer, crop, _SIDE, answer.placements[0])
    sequence = drawn.palette != SIGNED
    hot = Heat(photo, banded(rows), one.values, colour_table(drawn), full, sequence)
    note = tr("{n:,} photographs", n=one.images)
    none = tr(NO_POSITIVE)
    return Tile(bench.label(one.group), note, hot, layer, layer.receptive_field, crop, none)
