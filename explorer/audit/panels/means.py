"""The mean map of each class that is said, over the mean of its images."""

from __future__ import annotations

import numpy as np
import streamlit as st

from explorer.audit.shown_audit import ShownAudit
from explorer.figures.heat import Heat, banded
from explorer.figures.tiles import Tile, colour_scale
from explorer.resources import audits
from explorer.widgets import components
from resnet.audit.findings.layer import Layer, layer_of
from resnet.audit.findings.mean_maps import MeanMap, mean_maps
from resnet.pictures.overlay import USUAL, colour_table, row_weights, strength
from resnet.text.language import tr

_MOST = 8  # classes
_SIDE = 128
_PHOTOGRAPHS = 64  # that a mean photograph is of


def panel(shown: ShownAudit) -> None:
    """Draw the panel: of the images that the filters leave."""
    model, places = shown.opened.plan.manifest.model, shown.answered
    if len(model.cells) != 2 or not len(places):
        st.info(tr("None of these images has a map."))
        return
    maps = shown.large("map")[places].reshape(-1, *model.cells)
    found = mean_maps(maps, shown.opened.predicted[places])[:_MOST]
    layer, full = layer_of(model), strength([one.values for one in found])
    tiles = [_tile(shown, one, layer, full) for one in found]
    components.maps(tiles, colour_scale(full, USUAL), key="audit_means")
    st.caption(
        tr(
            "The mean of the maps of all images said to be of a class, over the mean of some of "
            "them; one scale for all, the largest classes first. What lies at the same place in "
            "every image stays, as a tag in a corner would; what moves is smeared."
        )
    )


def _tile(shown: ShownAudit, one: MeanMap, layer: Layer, full: float) -> Tile:
    opened = shown.opened
    crop = opened.plan.manifest.model.transform.crop
    rows = row_weights(len(one.values), layer, crop, _SIDE, opened.plan.manifest.model.placement)
    heat = Heat(_photo(shown, one.group), banded(rows), one.values, colour_table(), full, False)
    note = tr("{n:,} images", n=one.images)
    none = tr("No positive evidence.")
    return Tile(shown.label(one.group), note, heat, layer, layer.receptive_field, crop, none)


def _photo(shown: ShownAudit, group: int) -> str:
    """The mean of a class's thumbnails, of the first in the order of the rows."""
    places = shown.answered[shown.opened.predicted[shown.answered] == group]
    numbers = [shown.number(place) for place in np.sort(places)[:_PHOTOGRAPHS].tolist()]
    return audits.mean_photograph(shown.opened, numbers, _SIDE)
