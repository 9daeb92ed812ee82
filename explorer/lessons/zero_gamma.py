"""Lesson: with the last γ of each block at zero, a deep network begins as a shallow one."""

from __future__ import annotations

from dataclasses import replace
from math import log

import streamlit as st

from explorer.figures.charts.experiments.training_curves import (
    PLAIN,
    RESIDUAL,
    count_axis,
    curve_chart,
    decade_axis,
)
from explorer.lessons.parts import charts, links, live_run
from explorer.lessons.parts.lesson import Lesson, Source
from explorer.state.choices.lessons_choices import LESSONS
from explorer.widgets import controls
from resnet.counts.literature import GAMMA_ERRORS, GAMMA_SOURCE
from resnet.network.spec import ResNetSpec
from resnet.text.language import mark, tr

_DEPTHS = ("20", "32", "56", "110")
_STYLES = {0: RESIDUAL, 1: PLAIN}


def _draw() -> None:
    page = LESSONS
    with st.container(horizontal=True):
        words = {depth: tr("{n} layers", n=depth) for depth in _DEPTHS}
        label = tr("A run here trains")
        depth = int(controls.segments(page, "zero_depth", label, _DEPTHS, words=words))
        seed = controls.number(page, "seed", tr("Seed"), 999)
    live_run.show("zero-gamma", {"depth": depth, "seed": seed}, _losses)
    spec = ResNetSpec.of_depth(depth, "cifar", in_channels=1, image_size=8)
    links.architecture(
        replace(spec, zero_init_residual=True), tr("Open this network on the Architecture page")
    )
    with st.expander(tr("What it brought in ImageNet")):
        _published()


def _losses(rows: live_run.Rows) -> None:
    _start(rows)
    points = [{**row, "kind": f"γ = {row['gamma']}", "depth": 0} for row in rows]
    styles = {f"γ = {gamma}": style for gamma, style in _STYLES.items()}
    losses = [row["loss"] for row in rows]
    axes = (
        count_axis(tr("updates made"), "step"),
        decade_axis(losses, tr("loss of the batch"), "loss"),
    )
    last = {row["gamma"]: row["loss"] for row in rows}
    last_losses = "; ".join(f"γ = {gamma}: {loss:.2f}" for gamma, loss in last.items())
    charts.show(curve_chart(points, styles, axes, charts.letters()), alt=last_losses)
    st.caption(
        tr(
            "Cross-entropy of each batch of 32 digits before its update, in the first epoch; "
            "the last: {last}. Same weights otherwise, same seed, same batches; rate 0.1 from the "
            "first update, no warm-up. Guessing costs ln 10 = {chance:.2f}.",
            last=last_losses,
            chance=log(10),
        )
    )


def _start(rows: live_run.Rows) -> None:
    """How far the network, not yet trained, is from its stem, shortcuts and head."""
    away = {row["gamma"]: row["away"] for row in rows}
    with st.container(horizontal=True):
        for gamma, far in away.items():
            st.metric(
                tr("Largest difference, γ = {gamma}", gamma=gamma),
                "0" if far == 0 else f"{far:.3g}",
                width="content",
            )
    st.caption(
        tr(
            "Between any logit of the untrained network and of the one made of its stem, its "
            "shortcuts and its classifier alone, on 256 digits, by the statistics of the batch, "
            "as in training. 0 is exact: the same bits."
        )
    )


def _published() -> None:
    st.table(
        [
            {
                tr("images in a batch"): f"{batch:,}",
                **{f"γ = {g}": f"{mean:.2f} ± {std:.2f} %" for g, (mean, std) in errors.items()},
            }
            for batch, errors in GAMMA_ERRORS.items()
        ]
    )
    st.caption(f"ResNet-50. {GAMMA_SOURCE.where}; {tr(GAMMA_SOURCE.protocol)}.")


LESSON = Lesson(
    title=mark("Starting as the identity"),
    question=mark("Can a deep network begin as a shallow one?"),
    text=mark(
        "The last step of a branch is a batch normalisation: it scales by γ and shifts by β. "
        "Usually γ begins at 1 and β at 0. Let the *last* γ of every block begin at **0** "
        "instead, and F(x) is zero whatever the convolutions hold. Each block hands on what its "
        "shortcut carries: x, or with option A x and channels of zeros, in which the ReLU after "
        "the sum finds nothing below zero to cut.\n\n"
        "So a network of 56 layers begins as one of 2: its stem, three lanes, and its classifier. "
        "Not nearly, but to the last bit. From there each block grows in as far as it helps.\n\n"
        "Goyal et al. used this to train ResNet-50 with 8,192 images in a batch. PyTorch’s "
        "`zero_init_residual` is the same, and off unless asked for."
    ),
    draw=_draw,
    attempt=mark(
        "Train 20 layers, then 110, each from γ = 0 and γ = 1. Where does it matter more?"
    ),
    surprise=mark(
        "At the first update no convolution in any block gets a gradient at all: behind γ = 0 the "
        "way back is shut. Only those γ, the β beside them, stem and classifier learn. One update "
        "later γ is no longer zero, and the blocks wake."
    ),
    sources=(
        Source("Goyal et al. 2017, Accurate, Large Minibatch SGD", "arXiv:1706.02677, section 5.1"),
        Source("torchvision", "models.resnet, zero_init_residual"),
    ),
    experiment="zero-gamma",
    look="""\
import plotly.express as px

px.line(table, x="step", y="loss", line_dash="gamma", log_y=True)""",
)
