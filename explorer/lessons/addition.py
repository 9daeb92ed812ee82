"""Lesson: what each block adds to its stream, on the visitor's picture and along the depth."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from explorer.figures.charts.experiments.response_lines import Line, line_chart, to_lines
from explorer.lessons.more import directions
from explorer.lessons.more.detail import on_demand
from explorer.lessons.parts import charts, covers, links, live_run, net_picker
from explorer.lessons.parts.lesson import Lesson, Source
from explorer.resources import drawings, kept_answers
from explorer.resources.models import Model
from explorer.resources.server.spinner import start_torch
from explorer.state.choices.lessons_choices import LESSONS
from explorer.state.visitor import PHOTOS
from explorer.tasks.answers import Added
from explorer.tasks.inputs.photos import Photo
from explorer.tasks.inputs.sources import Catalogued
from explorer.widgets import components, controls
from explorer.widgets.files import file_links, photo_picker
from explorer.widgets.models import model_picker
from explorer.widgets.values import block_sum
from resnet.drawing.charts.block_bars import Row, bar_class, draw_block_bars
from resnet.network.graph import Graph
from resnet.text.language import mark, tr
from resnet.text.numbers import decimal

if TYPE_CHECKING:
    from resnet.weights.entries import ResidualEntry

_PAGE = LESSONS


def _draw() -> None:
    start_torch()
    from resnet.weights.catalogue import residual_networks

    networks = residual_networks().items()
    entries = {n: e for n, e in networks if e.cached and e.spec.shortcut != "none"}
    here = file_links.all_here(file_links.Asked(PHOTOS, _PAGE, "add_picture"))
    lines = _of_a_picture(entries) if here else ()
    live_run.show("responses", {}, partial(_along_depth, lines))
    on_demand(tr(directions.TITLE), "directions", directions.draw)


def _of_a_picture(entries: dict[str, ResidualEntry]) -> tuple[Line, ...]:
    """What a network makes of one picture; returns its line among those of the experiment."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = _network(entries)
        photo = photo_picker.choose_one(_PAGE, "add_picture", entries[name].family)
    model = model_picker.on_cpu(Catalogued(name))
    lines: tuple[Line, ...] = ()
    if model_picker.loaded(model) is not None:
        added = kept_answers.added(model, photo)
        if covers.lifted("added"):
            _blocks(drawings.graph(entries[name].spec), model, photo, added)
        here = tr("{net}, this picture", net=net_picker.title(name))
        lines = (Line(here, [*added.deviations.values()]),) if added.deviations else ()
    links.architecture(entries[name].spec)
    return lines


def _network(entries: dict[str, ResidualEntry]) -> str:
    words = {name: entry.title for name, entry in entries.items()}
    with st.container(width=300):
        return controls.select(_PAGE, "add_net", tr("Network"), [*words], words)


def _blocks(graph: Graph, model: Model, photo: Photo, added: Added) -> None:
    """Bars along the depth, and the maps of the block that is open."""
    names = [block.name for block in graph.blocks]
    ratios = {name: ratio for name, ratio in added.ratios.items() if ratio is not None}
    chosen = _PAGE.asked("add_block", names, names[1])
    segments = {b.name: ((ratios[b.name], bar_class(b)),) for b in graph.blocks if b.name in ratios}
    title = tr("‖F(x)‖ / ‖shortcut‖")
    row = Row(title, (tr("2-norms, this picture"),), segments)
    tips = {name: f"{name}: {title} = {decimal(ratios.get(name, 0.0), 3)}" for name in names}
    label = tr("What each block adds")
    components.picture(
        draw_block_bars(graph, (row,), tips, label), key="added", chosen=chosen, on_pick=_open
    )
    st.caption(
        tr(
            "In {n} of {total} blocks the branch adds more than the shortcut carries. It does so "
            "in most first blocks, and all along a shallow network that has much to change in "
            "each.",
            n=sum(ratio > 1 for ratio in ratios.values()),
            total=len(ratios),
        )
    )
    st.markdown(f"**{chosen}**")
    block_sum.drawn(graph.block(chosen), model, photo)


def _open(name: str) -> None:
    _PAGE.ask("add_block", name)


def _along_depth(extra: tuple[Line, ...], rows: live_run.Rows) -> None:
    """Responses and ratios of several networks on held-out images."""
    titles = {
        "response": (tr("Standard deviation of each 3×3 convolution’s response"), tr("std"),
                     tr("convolution")),
        "block": (tr("What each block adds"), "‖F(x)‖ / ‖shortcut‖", tr("block")),
    }  # fmt: skip
    for kind, (heading, title, number) in titles.items():
        rows_by_net = {
            net_picker.title(net): [r for r in rows if (r["net"], r["kind"]) == (net, kind)]
            for net in net_picker.nets_of(rows)
        }
        st.markdown(f"**{heading}**")
        drawn = [*to_lines(rows_by_net), *(extra if kind == "response" else ())]
        charts.show(line_chart(drawn, title, number), width="stretch")
    st.caption(
        tr(
            "Response: after BN, before the ReLU or the sum, as in He et al. 2015, figure 7; over "
            "all images, channels and places of held-out images. Norms: 2-norms over the same."
        )
    )


LESSON = Lesson(
    title=mark("x + F(x)"),
    question=mark("A block adds F(x) to its input. How much does it change?"),
    text=mark(
        "In a plain network every block must rebuild all that later ones need. A residual block "
        "has it already: the shortcut hands on x, the branch adds a correction F(x). If little has "
        "to change, F(x) can be small.\n\n"
        "The bars measure that on your picture: the norm of what the branch adds over that of what "
        "the shortcut carries. :orange[**Orange**] blocks change the stream’s shape. Click a bar: "
        "its block opens as maps, x, F(x) and their sum, on one colour scale.\n\n"
        "Below, trained networks along their whole depth. He et al. measured the responses of all "
        "layers and found them smaller in residual networks, the smaller the deeper: with more "
        "blocks, each changes its signal less."
    ),
    draw=_draw,
    attempt=mark(
        "Open the first block of each stage, then the one after it: which adds more? Then compare "
        "the blocks of residual-20 and residual-56."
    ),
    surprise=mark(
        "Each of the 27 blocks of our residual-56 adds 0.42 of its stream on average (0.24 to "
        "1.36), each of the 9 of residual-20 0.74 (0.45 to 1.39): in both only the first adds more "
        "than it is handed. It is no law. All nine blocks of the network trained on Shapes "
        "do.\n\n"
        "Nor do the responses shrink: in our residual nets their deviation is about 1 at every "
        "depth. BN sets it to √(γ² + …), γ starts at 1, and 30 short epochs hardly move it. After "
        "a full CIFAR-10 training it has moved: the mean over all layers is 0.73 at 20 layers, "
        "0.59 at 32 and 0.51 at 44 (akamaster’s weights on ten test images)."
    ),
    sources=(
        Source("He et al. 2015, Deep Residual Learning", "arXiv:1512.03385, section 4.2, figure 7"),
        Source("Jastrzębski et al. 2018, Residual Connections Encourage Iterative Inference",
               "arXiv:1710.04773, sections 3 and 4"),
        Source("Idelbayev, the CIFAR-10 weights", "github.com/akamaster/pytorch_resnet_cifar10"),
    ),
    experiment="responses",
    look="""\
from explorer.figures.charts.experiments.response_lines import line_chart, to_lines

responses = table[table["kind"] == "response"].groupby("net")
lines = to_lines({net: rows.to_dict("records") for net, rows in responses})
line_chart(lines, "std", "convolution")""",
    also=(
        (
            "refinement",
            """\
from explorer.figures.charts.experiments.refinement_cosines import cosine_chart

cosine_chart({net: lines.to_dict("records") for net, lines in table.groupby("net")})""",
        ),
    ),
)  # fmt: skip
