"""A photograph sent down the whole network: the switch, its choices, and the maps on the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import streamlit as st

from explorer.figures.thumbnails import thumbnails
from explorer.resources import kept_answers
from explorer.resources.workers import Ended
from explorer.state import page_choices
from explorer.state.shown_network import ARCHITECTURE
from explorer.widgets import controls, cost_gate, through
from explorer.widgets.escaping import plain
from explorer.widgets.through import Through
from resnet.model.fits_in_memory import TooLarge
from resnet.network.graph import Graph
from resnet.text.language import tr

_PAGE = ARCHITECTURE


class Sent(NamedTuple):
    """The maps on the way as data URLs, and what was sent; nothing where nothing is."""

    maps: Mapping[str, str]
    through: Through | None


_NOTHING = Sent({}, None)


def switch() -> None:
    """Whether to send one."""
    if "sent" not in page_choices.hidden():
        controls.toggle(_PAGE, "sent", tr("Send a photograph through"))


def choose(graph: Graph) -> Sent:
    """Where one is to be sent, the choice of it, and what came of it."""
    if "sent" in page_choices.hidden() or _PAGE.asked("sent") != "1":
        return _NOTHING
    try:
        asked = through.choose(graph)
        return _NOTHING if asked is None else Sent(_maps(graph, asked), asked)
    except (TooLarge, Ended) as error:
        st.info(plain(error))
        return _NOTHING


def _maps(graph: Graph, asked: Through) -> Mapping[str, str]:
    from resnet.residual.block_flow import macs_until
    from resnet.residual.stream_maps import SIDE

    with asked.row:
        channel = _channel(graph)
    last = graph.blocks[-1].name
    macs = macs_until(graph, last)
    if not cost_gate.passes(macs, graph.spec.to_query(), last):
        return {}
    with st.spinner(tr("Running the network …")):
        travelled = kept_answers.travelled(asked.model, asked.photo, channel, cost_gate.lane(macs))
    _explain(graph, channel, len(travelled.maps), SIDE)
    return thumbnails(travelled)


def _channel(graph: Graph) -> int | None:
    """The channel of the stream; None for the mean over all, as usual."""
    mean = _PAGE.asked("sent_channel") == "mean"
    through.lens("sent_channel", mean, "0")
    most = graph.blocks[-1].out_shape[0] - 1
    return None if mean else controls.number(_PAGE, "sent_channel", tr("Channel"), most)


def _explain(graph: Graph, channel: int | None, maps: int, side: int) -> None:
    shown = (
        tr("The mean over the stream’s channels")
        if channel is None
        else tr("Channel {n} of the stream, where it has so many", n=channel)
    )
    scale = tr(
        "after each ⊕, or every few where blocks are narrow: averaged to at most {side}×{side} "
        "cells, each on its own scale from its smallest value to its largest, orange.",
        side=side,
    )
    st.caption(f"{shown}, {scale}")
    if channel is None and maps <= len(graph.blocks):
        st.caption(tr("Beyond the last map the values go beyond what float32 holds."))
