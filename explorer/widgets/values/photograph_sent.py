"""A photograph sent down the whole network: the switch, its choices, and the maps on the way."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from explorer.resources import drawings, kept_answers
from explorer.resources.server.workers import Ended
from explorer.state.choices import page_choices, shown_network
from explorer.state.choices.shown_network import ARCHITECTURE
from explorer.widgets import controls, cost_gate
from explorer.widgets.escaping import plain
from explorer.widgets.values import through
from explorer.widgets.values.through import Through
from resnet.model.fits_in_memory import TooLarge
from resnet.network.graph import Graph
from resnet.text.language import tr

_PAGE = ARCHITECTURE
_FOUND = "sent_maps"  # the network that was sent through last, and its maps
_NOTHING: Mapping[str, str] = {}


def switch() -> None:
    """Whether to send one."""
    if "sent" not in page_choices.hidden():
        controls.toggle(_PAGE, "sent", tr("Send a photograph"))


def _on() -> bool:
    return "sent" not in page_choices.hidden() and _PAGE.asked("sent") == "1"


def maps(graph: Graph) -> Mapping[str, str]:
    """The maps on the way through this network as data URLs, as far as they are known."""
    spec, found = st.session_state.get(_FOUND, (None, _NOTHING))
    return found if _on() and spec == graph.spec else _NOTHING


def choose(graph: Graph) -> Through | None:
    """Where one is to be sent, the choice of it; draws the page again once its maps are found.

    So the picture is there while they are made. Nothing is sent while the network is on its way to
    another.
    """
    if not _on() or shown_network.moves():
        return None
    try:
        asked = through.choose(graph)
        found = _NOTHING if asked is None else _maps(graph, asked)
    except (TooLarge, Ended) as error:
        st.info(plain(error))
        return None
    if found != maps(graph):
        st.session_state[_FOUND] = graph.spec, found
        st.rerun()
    return asked


def _maps(graph: Graph, asked: Through) -> Mapping[str, str]:
    from resnet.residual.flow.block_flow import macs_until
    from resnet.residual.flow.stream_maps import SIDE

    with asked.row:
        channel = _channel(graph)
    last = graph.blocks[-1].name
    macs = macs_until(graph, last)
    if not cost_gate.passes(macs, graph.spec.to_query(), last):
        return _NOTHING
    with st.spinner(tr("Running the network …")):
        travelled = kept_answers.travelled(asked.model, asked.photo, channel, cost_gate.lane(macs))
    _explain(graph, channel, len(travelled.maps), SIDE)
    return drawings.on_the_way(asked.model, asked.photo, channel, travelled)


def _channel(graph: Graph) -> int | None:
    """The channel of the stream; None for the mean over all, as usual."""
    mean = _PAGE.asked("sent_channel") == "mean"
    through.lens("sent_channel", mean, "0")
    most = graph.blocks[-1].out_shape[0] - 1
    return (
        None if mean else controls.number(_PAGE, "sent_channel", tr("Channel of the stream"), most)
    )


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
