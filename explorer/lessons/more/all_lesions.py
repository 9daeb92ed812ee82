"""More of *Take a block out*: all sets of blocks at once, and whether their lesions add up."""

from __future__ import annotations

from functools import partial

import streamlit as st

from explorer.figures.charts.experiments.block_shares import orders_chart, shares_chart
from explorer.lessons.parts import charts, live_run, net_picker
from explorer.resources import kept_rows
from resnet.network.spec import ResNetSpec
from resnet.residual.coalitions import shapley, single_losses, variance_by_order
from resnet.text.language import mark, tr
from resnet.text.numbers import decimal

TITLE = mark("All lesions at once: is it an ensemble?")
TEXT = mark(
    "Were the blocks independent voices, the lesions would add up: two blocks out cost what the "
    "two cost alone. Nine blocks have 512 sets, and here each of them is tried.\n\n"
    "A block’s **Shapley value** is what it brings to the true class’s logit, the mean over all "
    "orders in which blocks can be put to work; the values of all add up to what all blocks bring "
    "together. Out alone, a block also takes away what the others cannot do without it.\n\n"
    "The lower chart splits the variance over all 512 sets: into what single blocks explain, "
    "whatever the others do, and into what takes two, three or more together. In an ensemble that "
    "averages its members’ logits, all of it would be in the first bar."
)
FOUND = mark(
    "So the residual-20 on digits is something of a crowd: about two thirds of the logit’s "
    "variance are of single blocks, a quarter is of pairs, in each of three seeds. The one on "
    "Shapes is not: a seventh is of single blocks, and most takes two to four together. In both a "
    "block at a time costs several times what all cost at once."
)
LIMITS = mark(
    "Half of all sets have four or five blocks out, where hardly anything is named right: the "
    "variance is mostly of broken networks. Without training after the lesion, a set tells how "
    "this network is wired, not how good a smaller one could be. Drawn is one seed of each; {n} "
    "images."
)
_IMAGES = {"digits": 60, "shapes": 12}  # of a run here, by the data that a network is named after


def draw() -> None:
    """The words, the network, and its sets."""
    st.markdown(tr(TEXT))
    measured = net_picker.nets_of(kept_rows.experiment("interactions")["rows"])
    net = net_picker.choose("sets_net", measured)
    shorter = {"images": _IMAGES[net.split("_")[0]]}
    live_run.show("interactions", {"nets": (net,)}, partial(_charts, net), shorter)


def _charts(net: str, rows: live_run.Rows) -> None:
    of_net = [row for row in rows if row["net"] == net]
    errors, logits = ([row[value] for row in of_net] for value in ("error", "logit"))
    alone, shares = single_losses(logits), shapley(logits)
    names = [plan.name for plan in ResNetSpec.of_depth(2 + 2 * len(alone), "cifar").blocks()]
    st.markdown(
        tr(
            "One at a time the {n} blocks cost **{alone}** of the true class’s logit, added up; "
            "all at once **{all}**. In error: {alone_error} points, and {all_error}, from {intact} "
            "% to {none} %.",
            n=len(alone),
            alone=decimal(sum(alone), 1),
            all=decimal(sum(shares), 1),
            alone_error=decimal(-100 * sum(single_losses(errors)), 1),
            all_error=decimal(100 * (errors[0] - errors[-1]), 1),
            intact=decimal(100 * errors[-1], 1),
            none=decimal(100 * errors[0], 1),
        )
    )
    both = dict(zip(names, zip(alone, shares, strict=True), strict=True))
    charts.show(shares_chart(both), width="stretch")
    by_value = {tr("the true class’s logit"): logits, tr("error"): errors}
    orders = {name: variance_by_order(values) for name, values in by_value.items()}
    charts.show(orders_chart(orders), width="stretch")
    st.markdown(tr(FOUND))
    st.caption(tr(LIMITS, n=of_net[0]["images"]))
