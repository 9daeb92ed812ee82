"""More of *Thirty mistakes*: a mistake in the data, and which maps show it."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import mean
from typing import Any

import streamlit as st

from explorer.figures.charts.experiments.tag_shares import shares_chart
from explorer.lessons.parts import charts, live_run
from resnet.maps.methods import METHODS
from resnet.text.language import mark, tr

TITLE = mark("A mistake in the data: which maps show it?")
TEXT = mark(
    "In the training images a red tag of 3×3 pixels stands in a corner of some threes, and of no "
    "other digit. No line of code is wrong, and held-out images with the same tag would not tell."
    "\n\n"
    "An **edit** proves what a network relies on: take the tag out of held-out threes, and put it "
    "into other digits. A **map** may hint at it. Every method is asked about the same held-out "
    "threes, with the tag, and read *blind*, by a rule fixed before: of four by four patches, a "
    "corner is suspect if it holds more than twice an even share of the evidence. Each dot is a "
    "network, and the dashed line is the rule. At 0 % nothing with a tag was learned."
)
FOUND = mark(
    "If every three has the tag, the networks miss 84 to 97 % of threes without it, and call 32 to "
    "64 % of other digits with it a three. Ten of the eleven maps name its corner in at least two "
    "of three networks; guided backpropagation never does. Occlusion and Integrated Gradients show "
    "most of it, 29 to 49 % of the evidence.\n\n"
    "If half of the threes have it, the edit shows it in two of three networks: they call 7 and "
    "9 % of other digits with the tag a three, and those that never learned it at most 3 %. But "
    "only 3 of their 22 maps name the corner. If a tenth have it, the edit shows nothing. And maps "
    "cry wolf: Grad-CAM at layer2 has 26 % there in a network that never learned the tag, more "
    "than in any that relies on it."
)
LIMITS = mark(
    "One digit, one kind of tag, and networks of eight layers, trained for eight epochs: without a "
    "tag in their data they miss 14 to 38 % of threes. Three seeds; errors are of 37 threes, maps "
    "of 20. The rule reads corners alone, where digits have next to no ink, and all maps are of "
    "images that have the tag; who looks for what is not known cannot choose them. A lower bar "
    "would name more corners, wrong ones too. A map that is silent rules nothing out."
)
SUSPECT = 1 / 8  # twice an even share of one patch of sixteen
_SHORTER = {"strengths": (0, 100), "seeds": (0,)}


def draw() -> None:
    """The words, and the networks with and without a tag."""
    st.markdown(tr(TEXT))
    live_run.show("tags", {}, _charts, _SHORTER)


def _charts(rows: live_run.Rows) -> None:
    points = [(_method(row), row["strength"], row["seed"], row["share"]) for row in rows]
    charts.show(shares_chart(points, SUSPECT), width="stretch")
    strengths = sorted({row["strength"] for row in rows})
    st.table([_line([row for row in rows if row["strength"] == it]) for it in strengths])
    st.markdown(tr(FOUND))
    st.caption(tr(LIMITS))


def _method(row: Mapping[str, Any]) -> str:
    return " ".join(word for word in (tr(METHODS[row["method"]].title), row["stage"]) if word)


def _line(rows: live_run.Rows) -> dict[str, str]:
    """What the edits prove of the networks of one strength, and how often it was said blind."""
    return {
        tr("tagged, of the class"): f"{rows[0]['strength']} %",
        tr("error without the tag"): f"{mean(row['missed'] for row in rows):.0%}",
        tr("others with the tag, called the class"): f"{mean(row['pulled'] for row in rows):.0%}",
        tr("maps that name the corner"): f"{sum(row['found'] for row in rows)} / {len(rows)}",
        tr("maps that name one without a tag"): (
            f"{sum(row['alarm'] >= 0 for row in rows)} / {len(rows)}"
        ),
    }
