"""Lesson: where gradients go before training, and whether neighbours have the same."""

from __future__ import annotations

import altair as alt
import streamlit as st

from explorer.figures.charts.experiments.training_curves import (
    NOISE,
    PLAIN,
    RESIDUAL,
    count_axis,
    curve_chart,
    decade_axis,
)
from explorer.lessons.parts import charts, live_run
from explorer.lessons.parts.lesson import Lesson, Source
from explorer.state.choices.lessons_choices import LESSONS
from explorer.widgets import controls
from resnet.text.language import mark, tr, translated
from resnet.text.numbers import decimal

_DEPTHS = tuple(str(depth) for depth in (8, 14, 20, 32, 44, 56, 74, 92, 110))
_NORMS = {"on": mark("with BN"), "off": mark("without BN")}
_INITS = {
    "he-fan-out": mark("He, fan-out"),
    "he-fan-in": mark("He, fan-in"),
    "xavier": mark("Xavier"),
    "normal-0.01": mark("normal, σ = 0.01"),
    "normal-0.1": mark("normal, σ = 0.1"),
}
_SHATTERED = (20, 56)


def _draw() -> None:
    chosen = _chosen()
    live_run.show_at_once("gradients", chosen, _norms)
    st.markdown(f"#### {tr('Large enough, but is it the same next door?')}")
    st.markdown(
        tr(
            "Walk in a straight line from one digit to another, in 256 steps, and follow the slope "
            "of each logit. How alike are the slopes a few steps apart?"
        )
    )
    settings = {"depths": _SHATTERED, "seed": chosen["seed"]}
    live_run.show("shattering", settings, _alike, {"lines": 2})


def _chosen() -> dict[str, str | int]:
    page = LESSONS
    with st.container(horizontal=True):
        words = {depth: tr("{n} layers", n=depth) for depth in _DEPTHS}
        with st.container(width=360):
            depth = controls.steps(page, "gradient_depth", tr("Depth"), _DEPTHS, words)
        words = translated(_NORMS)
        norm = controls.segments(page, "norm", tr("Normalisation"), [*_NORMS], words=words)
        with st.container(width=200):
            label, words = tr("Initialisation"), translated(_INITS)
            init = controls.select(page, "init", label, [*_INITS], words)
        seed = controls.number(page, "seed", tr("Seed"), 999)
    return {"depth": int(depth), "norm": norm, "init": init, "seed": seed}


def _norms(rows: live_run.Rows) -> None:
    depth = max(row["number"] for row in rows) + 1
    styles = {tr("plain"): PLAIN, tr("residual"): RESIDUAL}
    points = [{**row, "kind": tr(row["kind"]), "depth": depth} for row in rows]
    gradients = [row["gradient"] for row in rows]
    axes = (
        count_axis(tr("layer, from the input"), "number"),
        decade_axis(gradients, tr("norm of the gradient"), "gradient"),
    )
    ratios = {
        kind: _first_to_last([row["gradient"] for row in rows if row["kind"] == kind])
        for kind in ("plain", "residual")
    }
    summary = tr("First layer over last: plain {plain}, residual {residual}.", **ratios)
    charts.show(curve_chart(points, styles, axes, charts.letters()), alt=summary)
    st.caption(
        summary
        + " "
        + tr(
            "Euclidean norm of the loss’s gradient by each convolution’s weights, by one backward "
            "pass before any update: mean cross-entropy of 32 digits, training mode, float64."
        )
    )


def _first_to_last(gradients: list[float]) -> str:
    ratio = gradients[0] / gradients[-1]
    return f"{ratio:,.0f}" if ratio >= 100 else f"{ratio:.2g}"


def _alike(rows: live_run.Rows) -> None:
    styles = {
        tr("plain"): PLAIN,
        tr("residual"): RESIDUAL,
        tr("brown noise"): NOISE,
        tr("white noise"): NOISE,
    }
    deepest = max(row["depth"] for row in rows)
    points = [{**row, "kind": tr(row["kind"]), "depth": row["depth"] or deepest} for row in rows]
    axes = (
        count_axis(tr("steps apart"), "lag"),
        alt.Y("correlation:Q", title=tr("autocorrelation")),
    )
    next_door = "; ".join(
        f"{tr(row['kind'])}-{row['depth']} {decimal(row['correlation'])}"
        for row in rows
        if row["lag"] == 1 and row["depth"]
    )
    charts.show(curve_chart(points, styles, axes, charts.letters()), alt=next_door)
    st.caption(
        tr(
            "One step apart: {values}. Mean over all ten logits and several lines, each through "
            "fresh weights; BN by the statistics of 256 digits, held still. Brown noise is the "
            "running sum of white noise.",
            values=next_door,
        )
    )


LESSON = Lesson(
    title=mark("Where gradients go"),
    question=mark("Does the learning signal reach the first layers of a deep network?"),
    text=mark(
        "Without normalisation and shortcuts a signal is multiplied at every layer. A factor a "
        "little below one dies over a hundred layers, a factor above one bursts. He’s "
        "initialisation aims at one; batch normalisation keeps the forward signal at size. Over "
        "identity shortcuts the gradient has one way more, on which only the ReLU after each sum "
        "stops some of it, and in pre-activation blocks nothing does.\n\n"
        "The paper found the gradients of its plain nets with BN healthy in size: they do not "
        "vanish. Size is not all, though. Balduzzi et al. ask whether a gradient still holds a "
        "step further on. In plain nets that likeness decays exponentially with depth, until "
        "gradients look like **white noise**; with shortcuts far more slowly. They call it "
        "*shattering*."
    ),
    draw=_draw,
    attempt=mark(
        "Turn BN off, choose 110 layers and σ = 0.01: how small is the plain net’s gradient? Then "
        "turn BN on again and watch the other end of the curve."
    ),
    surprise=mark(
        "With BN the plain net’s gradient does not vanish; it *grows* towards the input, here by "
        "about 15 % a layer, more than a thousandfold over 56 layers. Yang et al. 2019 derive it: "
        "in plain nets at initialisation, BN itself makes gradients explode. And at 56 layers its "
        "slopes, one step apart, are no more alike than noise."
    ),
    sources=(
        Source("He et al. 2015, Deep Residual Learning", "arXiv:1512.03385, section 4.1"),
        Source("He et al. 2015, Delving Deep into Rectifiers", "arXiv:1502.01852, section 2.2"),
        Source("Balduzzi et al. 2017, The Shattered Gradients Problem", "arXiv:1702.08591"),
        Source("Yang et al. 2019, A Mean Field Theory of Batch Normalization", "arXiv:1902.08129"),
    ),
    experiment="gradients",
    look="""\
import plotly.express as px

px.line(table, x="number", y="gradient", line_dash="kind", log_y=True)""",
    also=(
        (
            "shattering",
            """\
import plotly.express as px

px.line(table, x="lag", y="correlation", color="depth", line_dash="kind")""",
        ),
    ),
)
