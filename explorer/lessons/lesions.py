"""Lesson: a trained residual network lives without most of its blocks; a plain one does not."""

from __future__ import annotations

from functools import partial
from statistics import median

import streamlit as st

from explorer.figures.charts.experiments.lesion_errors import (
    errors_by_number,
    errors_by_order,
    errors_without_one,
)
from explorer.lessons.more import all_lesions
from explorer.lessons.more.detail import on_demand
from explorer.lessons.parts import charts, links, live_run, net_picker
from explorer.lessons.parts.lesson import Lesson, Source
from explorer.resources import kept_rows
from resnet.counts.intervals import wilson
from resnet.text.language import mark, tr

_SHORTER = {"images": 100, "draws": 3, "most": 6}


def _draw() -> None:
    net = net_picker.choose(
        "lesion_net", net_picker.nets_with_data(kept_rows.experiment("lesions")["rows"])
    )
    live_run.show("lesions", {"nets": (net,)}, partial(_charts, net), _SHORTER)
    links.architecture(net_picker.spec(net))
    on_demand(tr(all_lesions.TITLE), "all_lesions", all_lesions.draw)


def _charts(net: str, rows: live_run.Rows) -> None:
    of_net = [row for row in rows if row["net"] == net]
    if not of_net:
        st.info(tr("Nothing is kept of this network: run it here."))
        return
    intact, n = of_net[0]["error"], of_net[0]["images"]
    single = [row["error"] for row in of_net if row["kind"] == "one"]
    sentences = [
        tr("Of {n} held-out images.", n=n),
        tr("Intact: **{error:.1%}** error {interval}.", error=intact, interval=_sure(intact, n)),
    ]
    if single:
        sentences.append(
            tr("One block out: median **{middle:.1%}**, at worst **{worst:.1%}** {interval}.",
               middle=median(single), worst=max(single), interval=_sure(max(single), n))
        )  # fmt: skip
    st.markdown(" ".join(sentences))
    st.markdown(f"**{tr('Each block taken out alone')}**")
    charts.show(errors_without_one(of_net), width="stretch")
    columns = st.columns(2, gap="large")
    titles = tr("Several random blocks out"), tr("Blocks swapped within their stage")
    drawn = errors_by_number(of_net), errors_by_order(of_net)
    for column, title, chart in zip(columns, titles, drawn, strict=True):
        with column:
            st.markdown(f"**{title}**")
            charts.show(chart, width="stretch")
    st.caption(
        tr(
            "Error: share of held-out images, top 1; dashed: the intact network. Dots are draws, "
            "the line their means. A residual block that is out keeps its shortcut, F(x) := 0. A "
            "plain block has none and is left out, which its shape must allow: those that change "
            "the shape stay. Random and swapped blocks keep the shape in every network. In "
            "brackets: Wilson's 95 % interval for so many images."
        )
    )


def _sure(error: float, n: int) -> str:
    """“(2.7% to 9.0%)”."""
    low, high = wilson(error, n)
    return tr("({low:.1%} to {high:.1%})", low=low, high=high)


LESSON = Lesson(
    title=mark("Take a block out"),
    question=mark("What happens if a block is removed from a trained network?"),
    text=mark(
        "In a plain network every layer reads what the one before it writes. Take one out and all "
        "behind it read what they have never seen.\n\n"
        "In a residual network a block that is gone leaves its shortcut. If the network is a crowd "
        "of paths, half of them are left, and the error should rise a little, not collapse. It "
        "should also rise smoothly as more blocks go, and even as blocks change places.\n\n"
        "Veit et al. found all three in a ResNet-110. Here the same lesions are made to smaller "
        "networks, without any training after them. Which blocks matter most, and which hardly "
        "at all?"
    ),
    draw=_draw,
    attempt=mark(
        "Compare plain-20 with residual-20, then residual-20 with residual-56: what does depth do "
        "to the worst single loss? Then look at Shapes."
    ),
    surprise=mark(
        "Plain-20 dies of any one block: 16.5 % error becomes 87.5 % or more, and guessing has "
        "90 %. Residual-20 goes from 10.5 % to a median of 17.5 %. In residual-56, 21 of 27 blocks "
        "can go one at a time for at most one point; the median is the whole network’s 11.5 %.\n\n"
        "But shortcuts alone do not make a network robust. Without its first block residual-56 is "
        "lost too (73.0 %), the one that adds more than its shortcut carries, as the lesson "
        "x + F(x) shows. And on Shapes a ResNet-20 bears next to nothing, a median of 56.5 %: "
        "there the long paths carry the gradient. Veit et al. found the blocks that change the "
        "shape to matter most. On Shapes they come first and third of the nine; on digits the "
        "first ones do."
    ),
    sources=(
        Source("Veit et al. 2016, Residual Networks Behave Like Ensembles",
               "arXiv:1605.06431, sections 4.1 to 4.3"),
        Source("Ghorbani and Zou 2020, Neuron Shapley", "arXiv:2002.09815"),
        Source("Greff et al. 2017, Unrolled Iterative Estimation", "arXiv:1612.07771"),
    ),
    experiment="lesions",
    look="""\
from explorer.figures.charts.experiments.lesion_errors import (
    errors_by_number, errors_by_order, errors_without_one
)

figures = errors_without_one, errors_by_number, errors_by_order
for net, lines in table.groupby("net"):
    print(net)
    display(*(draw(lines.to_dict("records")) for draw in figures))""",
    also=(
        (
            "interactions",
            """\
from resnet.residual.coalitions import shapley, single_losses, variance_by_order

for net, sets in table.groupby("net"):
    logits = list(sets["logit"])
    print(net, "out alone", single_losses(logits))
    print(net, "Shapley values", shapley(logits))
    print(net, "shares of the variance", variance_by_order(logits))""",
        ),
    ),
)  # fmt: skip
