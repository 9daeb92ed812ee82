"""Lesson: what stands on the lane where shapes differ, what it costs, and what it throws away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from explorer.figures.charts.experiments.cells_reached import reach_chart
from explorer.lessons.parts import charts, links, live_run
from explorer.lessons.parts.lesson import Lesson, Source
from explorer.resources import drawings
from explorer.state.choices.lessons_choices import LESSONS
from explorer.widgets import components, controls
from resnet.counts.literature import LANE_ERRORS, LANE_SOURCE, SHORTCUT_ERRORS, SHORTCUT_SOURCE
from resnet.drawing.stream.layout import BY_ITSELF
from resnet.network.fields.rules import SHORTCUTS
from resnet.network.spec import ResNetSpec
from resnet.text.language import mark, tr, translated

_NETS = {
    "resnet34": "ResNet-34",
    "resnet50": "ResNet-50",
    "resnet101": "ResNet-101",
    "resnet152": "ResNet-152",
    "preact_resnet164": mark("pre-activation 164"),
}
_OPTIONS = {
    "A": mark("A: zeros"),
    "B": mark("B: 1×1 where needed"),
    "C": mark("C: 1×1 everywhere"),
    "D": mark("D: average, then 1×1"),
    "none": mark("none: a plain net"),
}
_STRIDES = {"1x1": mark("v1: first 1×1"), "3x3": mark("v1.5: 3×3")}
_LANES = {
    "shortcut": mark("shortcut"),
    "branch": mark("branch"),
    "block": mark("their sum"),
}
_VERSIONS = {"1x1": " · v1", "3x3": " · v1.5"}


def _draw() -> None:
    spec, net = _chosen()
    components.picture(drawings.stream_picture(spec, BY_ITSELF, explained=False), key="gates")
    with st.container(horizontal=True):
        links.architecture(spec, tr("Open this network on the Architecture page"))
        _pair(spec)
    live_run.show("shortcuts", {"nets": (net,)}, partial(_rows, spec, net))
    with st.expander(tr("And if something stands on every shortcut?")):
        _lane()


def _chosen() -> tuple[ResNetSpec, str]:
    """The network that the controls say, and the preset that it varies."""
    page = LESSONS
    net = controls.segments(page, "gate_net", tr("Network"), [*_NETS], words=translated(_NETS))
    label, words = tr("Shortcut option"), {name: tr(_OPTIONS[name]) for name in SHORTCUTS}
    option = controls.segments(page, "gate", label, SHORTCUTS, words=words)
    spec = ResNetSpec.preset(net, shortcut=option)
    if spec.block == "bottleneck":
        label, words = tr("Stride of a bottleneck"), translated(_STRIDES)
        stride = controls.segments(page, "gate_stride", label, [*_STRIDES], words=words)
        spec = replace(spec, stride_on=stride)
    return spec, net


def _pair(spec: ResNetSpec) -> None:
    """The same network with the other stride, or with and without a projection, side by side."""
    if spec.block == "bottleneck":
        pair = replace(spec, stride_on="1x1"), replace(spec, stride_on="3x3")
        links.compare(*pair, tr("Compare v1 and v1.5"))
    other = "A" if spec.shortcut == "B" else "B"
    label = tr("Compare options {left} and {right}", left=other, right=spec.shortcut)
    links.compare(replace(spec, shortcut=other), spec, label)


def _rows(spec: ResNetSpec, net: str, rows: live_run.Rows) -> None:
    of_net = [row for row in rows if row["net"] == net]
    chosen = next((row for row in of_net if row["query"] == spec.to_query()), None)
    if chosen:
        _maps(chosen)
    st.table([_line(row, row is chosen) for row in of_net])
    st.caption(
        tr(
            "Multiply-adds of convolutions and linear layers for one image of {side}×{side}. "
            "“Reads” is the share of inputs of the first block of stride 2 that a gradient of its "
            "output comes back to, by autograd. Published top-1 error: {where}; {protocol}.",
            side=spec.side,
            where=SHORTCUT_SOURCE.where,
            protocol=tr(SHORTCUT_SOURCE.protocol),
        )
    )


def _maps(row: Mapping[str, Any]) -> None:
    lanes = {
        f"{tr(lane)} {_share(row, name)}": row[f"{name}_reads"]["seen"]
        for name, lane in _LANES.items()
    }
    st.markdown(f"**{tr('What the first block of stride 2 reads of its map')}**")
    charts.show(reach_chart(lanes), width="content", alt=", ".join(lanes))


def _share(row: Mapping[str, Any], lane: str) -> str:
    if (lane, row["shortcut"]) == ("shortcut", "none"):
        return "–"
    return f"{100 * row[f'{lane}_reads']['share']:.0f} %"


def _line(row: Mapping[str, Any], chosen: bool) -> dict[str, str]:
    error = SHORTCUT_ERRORS.get(row["query"])
    bottleneck = ResNetSpec.from_query(row["query"]).block == "bottleneck"
    option = row["shortcut"] + (_VERSIONS[row["stride_on"]] if bottleneck else "")
    return {
        tr("option"): f"**{option}**" if chosen else option,
        tr("parameters"): f"{row['params']:,}",
        tr("multiply-adds"): f"{row['macs']:,}",
        tr("bare shortcuts"): f"{row['bare']} / {row['blocks']}",
        tr("shortcut reads"): _share(row, "shortcut"),
        tr("block reads"): _share(row, "block"),
        tr("published error"): "" if error is None else f"{error:.2f} %",
    }


def _lane() -> None:
    errors = {tr(what): error for what, error in LANE_ERRORS.items()}
    failed = tr("above 20 %: failed")
    st.table(
        [
            {
                tr("on every shortcut"): what,
                tr("error"): failed if error is None else f"{error:.2f} %",
            }
            for what, error in errors.items()
        ]
    )
    st.caption(f"{LANE_SOURCE.where}; {tr(LANE_SOURCE.protocol)}.")


LESSON = Lesson(
    title=mark("When shapes differ"),
    question=mark("A block halves the map and doubles the channels. What is x added to then?"),
    text=mark(
        "x no longer fits F(x). **A** takes every second pixel and adds zero channels, without a "
        "parameter. **B** puts a 1×1 convolution of stride 2 there, and leaves every other "
        "shortcut bare. **C** puts one on every shortcut. **D** averages 2×2 pixels first.\n\n"
        "A 1×1 of stride 2 reads one pixel in four. In a v1 bottleneck the branch begins with such "
        "a 1×1 too: three quarters of the map reach neither lane. v1.5 moves the stride to the "
        "3×3, for 231,211,008 multiply-adds in ResNet-50, -101 and -152 alike, since only three "
        "blocks change.\n\n"
        "Pre-activation moves BN and ReLU into the branch: between gates nothing at all stands on "
        "the lane."
    ),
    draw=_draw,
    attempt=mark(
        "Take ResNet-50 and option B, then switch from v1 to v1.5: the block’s map fills. Then D "
        "with v1: who reads the whole map now?"
    ),
    surprise=mark(
        "The parameters do not pay. In ResNet-34, C has 919,168 more than B for 0.33 points; in "
        "ResNet-50 it would add 14.6 million. And a ResNet-110 with a 1×1 on every shortcut "
        "nearly doubles its error, 6.61 % to 12.22 %, though it could have learned the identity."
    ),
    sources=(
        Source("He et al. 2015, Deep Residual Learning", "arXiv:1512.03385, section 3.3, table 3"),
        Source("He et al. 2016, Identity Mappings", "arXiv:1603.05027, section 3, table 1"),
        Source("He et al. 2018, Bag of Tricks (option D)", "arXiv:1812.01187, section 4"),
        Source("NVIDIA, ResNet50 v1.5", "DeepLearningExamples, README: about 0.5 points for v1.5"),
    ),
    experiment="shortcuts",
    look="""\
from explorer.figures.charts.experiments.cells_reached import reach_chart

row, lanes = rows[0], ("shortcut", "branch", "block")
reach_chart({lane: getattr(row, f"{lane}_reads").seen for lane in lanes})""",
)
