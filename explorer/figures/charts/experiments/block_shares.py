"""What blocks are worth: out alone beside their share of all, and how many act together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import pandas

from explorer.figures.charts.colours import BLUE, GREY
from resnet.text.language import tr


def shares_chart(shares: Mapping[str, tuple[float, float]]) -> alt.Chart:
    """Two bars for each block: what it costs alone, and its Shapley value, in logits."""
    kinds = tr("out alone"), tr("its share, of all orders")
    bars = [
        {"block": block, "kind": kind, "logit": logit}
        for block, both in shares.items()
        for kind, logit in zip(kinds, both, strict=True)
    ]
    colours = alt.Scale(domain=kinds, range=[GREY, BLUE])
    legend = alt.Legend(orient="top", labelLimit=400)
    return (
        alt.Chart(pandas.DataFrame(bars))
        .mark_bar()
        .encode(
            x=alt.X("block:N", sort=None, title=tr("block"), axis=alt.Axis(labelAngle=-60)),
            xOffset=alt.XOffset("kind:N", sort=kinds),
            y=alt.Y("logit:Q", title=tr("logit of the true class"), axis=alt.Axis(tickCount=5)),
            color=alt.Color("kind:N", scale=colours, title=None, legend=legend),
            tooltip=[
                "block:N",
                "kind:N",
                alt.Tooltip("logit:Q", title=tr("logit of the true class"), format=".2f"),
            ],
        )
        .properties(height=320)
    )


def orders_chart(orders: Mapping[str, Sequence[float]]) -> alt.Chart:
    """For each named value, the share of its variance that takes 1, 2, … blocks together."""
    bars = [
        {"value": name, "together": together, "share": share}
        for name, by_order in orders.items()
        for together, share in enumerate(by_order, start=1)
    ]
    colours = alt.Scale(domain=[*orders], range=[BLUE, GREY])
    legend = alt.Legend(orient="top", labelLimit=400)
    return (
        alt.Chart(pandas.DataFrame(bars))
        .mark_bar()
        .encode(
            x=alt.X("together:O", title=tr("blocks together"), axis=alt.Axis(labelAngle=0)),
            xOffset=alt.XOffset("value:N", sort=[*orders]),
            y=alt.Y(
                "share:Q", title=tr("share of the variance"), axis=alt.Axis(format="%", tickCount=5)
            ),
            color=alt.Color("value:N", scale=colours, title=None, legend=legend),
            tooltip=["value:N", "together:O", alt.Tooltip("share:Q", format=".1%")],
        )
        .properties(height=280)
    )
