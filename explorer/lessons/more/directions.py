"""More of *x + F(x)*: whether what a block adds leads down the loss."""

from __future__ import annotations

from statistics import mean

import streamlit as st

from explorer.figures.charts.experiments.refinement_cosines import cosine_chart
from explorer.lessons.parts import charts, live_run, net_picker
from resnet.text.language import mark, tr

TITLE = mark("Does F(x) lead down the loss?")
TEXT = mark(
    "If a block changes little, the loss changes by about F(x) · ∂L/∂x. A network that improves "
    "its answer block by block, *iterative refinement*, adds what points along −∂L/∂x. Here is "
    "the cosine of the two, at every block that keeps the shape: the mean over held-out images, "
    "each with its own loss.\n\n"
    "In a space of n numbers two random directions have a cosine near 0, give or take 1/√n: on "
    "digits 0.04 in the first stage, 0.09 in the last. Whether it is the loss of *this* image that "
    "falls, and not of any, tells the cosine with another image’s gradient, in the table."
)
FOUND = mark(
    "In the networks that learned digits the last stage refines: its mean cosine is 0.23 to 0.25 "
    "at 20 layers, 0.14 at 56 and 0.09 at 110, over three seeds, with another image’s gradient "
    "next to nothing. The first stage’s is 0.01 to 0.03. In the network trained on Shapes only "
    "the very last block refines. So it is learned, where it is, and not built into x + F(x)."
)
LIMITS = mark(
    "A cosine says nothing of lengths, and a first-order term little where F(x) is as long as x. "
    "Blocks that change the shape have no common space for x and F(x), and are left out. Drawn is "
    "one seed of each network; an image that is answered surely has a gradient that is all but "
    "zero, and a direction nevertheless."
)


def draw() -> None:
    """The words and the networks."""
    st.markdown(tr(TEXT))
    live_run.show("refinement", {}, _cosines)


def _cosines(rows: live_run.Rows) -> None:
    nets = net_picker.nets_of(rows)
    by_net = {net: [row for row in rows if row["net"] == net] for net in nets}
    named = {net_picker.title(net): of_net for net, of_net in by_net.items()}
    charts.show(cosine_chart(named), width="stretch")
    st.table([_line(name, of_net) for name, of_net in named.items()])
    st.markdown(tr(FOUND))
    st.caption(tr(LIMITS))


def _line(name: str, rows: live_run.Rows) -> dict[str, str]:
    last = [row for row in rows if row["block"].startswith("layer3")]
    return {
        tr("network"): name,
        tr("mean cosine"): f"{mean(row['cosine'] for row in rows):.3f}",
        tr("last stage"): f"{mean(row['cosine'] for row in last):.3f}",
        tr("above chance"): f"{sum(row['cosine'] > row['chance'] for row in rows)} / {len(rows)}",
        tr("another image’s gradient"): f"{mean(row['other'] for row in rows):.3f}",
    }
