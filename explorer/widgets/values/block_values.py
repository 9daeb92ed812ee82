"""What flows through the open section: maps of every operation, and how one number is made."""

from __future__ import annotations

import streamlit as st

from explorer.figures.op_maps import Section
from explorer.resources import kept_answers
from explorer.resources.server.workers import Ended, Lane
from explorer.state import picking
from explorer.state.choices import page_choices
from explorer.state.choices.numbers import whole
from explorer.state.choices.shown_network import ARCHITECTURE
from explorer.streamlit_joints import DeltaGenerator
from explorer.tasks.op_flows import Via
from explorer.widgets import components, controls, cost_gate
from explorer.widgets.escaping import plain
from explorer.widgets.values import block_sum, through
from explorer.widgets.values.through import Through
from resnet.model.fits_in_memory import TooLarge
from resnet.network.graph import HEAD, Block, Graph
from resnet.text.language import tr

_PAGE = ARCHITECTURE


def panel(graph: Graph, section: Section, sent: Through | None = None) -> None:
    """The switch, and behind it everything that needs PyTorch.

    `sent` is what goes through the network above already, and is not asked again.
    """
    if "block values" in page_choices.hidden():
        return
    if controls.toggle(_PAGE, "values", tr("Show what flows through it")):
        try:
            asked = sent or through.choose(graph)
            if asked is not None:
                _shown(graph, section, asked, _row(asked, sent))
        except (TooLarge, Ended) as error:
            st.info(plain(error))


def _row(asked: Through, sent: Through | None) -> DeltaGenerator:
    """Where the channel is asked: beside the rest, or alone."""
    return asked.row if sent is None else st.container(horizontal=True, vertical_alignment="bottom")


def _shown(graph: Graph, section: Section, asked: Through, row: DeltaGenerator) -> None:
    from resnet.residual.flow.block_flow import macs_until

    with row:
        channel = _channel(section)
    macs = macs_until(graph, section.name)
    if cost_gate.passes(macs, graph.spec.to_query(), section.name):
        _drawn(section, asked, channel, cost_gate.lane(macs))


def _channel(section: Section) -> int | None:
    """The channel on show of what leaves the section; None for the mean over them."""
    mean = _PAGE.asked("channel") == "mean"
    through.lens("channel", mean, "")
    label = tr("Class") if section.name == HEAD else tr("Channel")
    most, usual = section.out_shape[0] - 1, first_of_x(section)
    return None if mean else controls.number(_PAGE, "channel", label, most, usual)


def first_of_x(section: Section) -> int:
    """The first channel of what leaves the section that is not x padded with zeros."""
    if not isinstance(section, Block):
        return 0
    channels, plan = range(section.out_shape[0]), section.plan
    return next((c for c in channels if plan.source(c) is not None), 0)


def _drawn(section: Section, asked: Through, channel: int | None, lane: Lane) -> None:
    with st.spinner(tr("Running the network …")):
        via = () if channel is None else _via(section)
        flowing = kept_answers.flowing(asked.model, asked.photo, section.name, channel, via, lane)
    if not flowing.finite:
        block_sum.beyond_float32(section.name)
        return
    on_show = {
        "op": _PAGE.asked("op"),
        "scale": _PAGE.asked("scale", ("one", "own")),
        "via": ",".join(f"{value}:{one}" for value, one in via),
        "at": _cell(section),
        "part": section.name,
    }
    components.flow(section, flowing, on_show, _note_shown)
    if isinstance(section, Block):
        block_sum.facts(section, flowing.facts)


def _via(section: Section) -> Via:
    """The channels on the way that somebody chose, of values that this section has."""
    shapes = [section.ops[0].in_shape, *(op.out_shape for op in section.ops[:-1])]
    pairs = (pair.partition(":") for pair in _PAGE.asked("via").split(","))
    named = ((whole(value), whole(one)) for value, _, one in pairs)
    return tuple(
        (value, one)
        for value, one in named
        if value is not None and one is not None
        if value < len(shapes) and one < shapes[value][0]
    )


def _cell(section: Section) -> str:
    """The cell that is followed, of what enters, as 12.30; nothing where this section has none."""
    sides = section.ops[0].in_shape[1:]
    places = _PAGE.asked("at").split(".")
    cells = [whole(one) for one in places]
    inside = (at is not None and at < side for at, side in zip(cells, sides, strict=False))
    return ".".join(places) if len(places) == len(sides) == 2 and all(inside) else ""


def _note_shown() -> None:
    """Put into the address what the browser shows already."""
    for field, value in picking.flow_shown().items():
        _PAGE.ask(field, value)
