"""Lesson: deeper plain networks train worse, and it is neither overfitting nor vanishing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import streamlit as st

from explorer.figures.charts.training_curves import PLAIN, RESIDUAL, count_axis, curve_chart
from explorer.lessons import charts, data_set_offer, links, live_run
from explorer.lessons.lesson import Lesson, Source
from explorer.state.lessons_choices import LESSONS
from explorer.widgets import controls
from resnet.counts.literature import (
    CIFAR_ERRORS,
    CIFAR_SOURCE,
    DEPTH_SOURCE,
    PLAIN_ERRORS,
    RESIDUAL_ERRORS,
)
from resnet.network.spec import ResNetSpec
from resnet.text.language import mark, tr, translated

_DEPTHS = ("32", "56", "110")
_ERRORS = {"train_error": mark("training error"), "test_error": mark("test error")}
# What a live run learns from: a part of each, small enough for seconds on a laptop.
_DATA: dict[str, tuple[str, dict[str, int]]] = {
    "digits": (mark("digits, 8×8"), {}),
    "shapes": (mark("drawn shapes, at 16×16"), {"train": 1280, "test": 400, "size": 16}),
    "fashion-mnist": (mark("FashionMNIST, at 14×14"), {"train": 1280, "test": 400, "size": 14}),
    "cifar10": (mark("CIFAR-10, at 16×16"), {"train": 1280, "test": 400, "size": 16}),
}
_EPOCHS = 8  # of a run here


def _draw() -> None:
    depth, data, which, seed = _chosen()
    settings = {"depths": (20, depth), "epochs": _EPOCHS, "data": data, **_DATA[data][1]}
    settings["seed"] = seed
    if data_set_offer.available(data):
        live_run.show("degradation", settings, lambda rows: _chart(rows, which))
    _links(depth)
    with st.expander(tr("What the paper measured")):
        _paper()


def _chosen() -> tuple[int, str, str, int]:
    """The deeper network's layers, what is learned, the error that is drawn, and the seed."""
    page = LESSONS
    with st.container(horizontal=True):
        words = translated(_ERRORS)
        which = controls.segments(page, "error", tr("Drawn"), [*_ERRORS], words=words)
        words = {depth: tr("20 and {n}", n=depth) for depth in _DEPTHS}
        label = tr("Layers of a run here")
        depth = controls.segments(page, "deep", label, _DEPTHS, words=words)
        words = {name: tr(word) for name, (word, _) in _DATA.items()}
        with st.container(width=260):
            data = controls.select(page, "learned", tr("Data of a run here"), [*_DATA], words)
        seed = controls.number(page, "seed", tr("Seed"), 999)
    return int(depth), data, which, seed


def _chart(rows: live_run.Rows, which: str) -> None:
    styles = {tr("plain"): PLAIN, tr("residual"): RESIDUAL}
    points = [{**row, "kind": tr(row["kind"])} for row in rows]
    axes = (
        count_axis(tr("epoch"), "epoch", max(_EPOCHS, *(row["epoch"] for row in rows))),
        alt.Y(
            f"{which}:Q",
            title=tr(_ERRORS[which]),
            axis=alt.Axis(format="%"),
            scale=alt.Scale(domain=[0, 1]),
        ),
    )
    last = _last(rows)
    errors = [f"{row['kind']}-{row['depth']} {row[which]:.1%}" for row in last]
    charts.show(curve_chart(points, styles, axes, charts.letters()), alt="; ".join(errors))
    with st.expander(tr("The same as a table")):
        st.table([_line(row) for row in last])
    st.caption(
        tr(
            "Share of all images named wrongly after each epoch, in eval mode. The paper’s "
            "recipe, in {n} epochs instead of 64,000 updates; option A; one seed.",
            n=max(row["epoch"] for row in rows),
        )
    )


def _last(rows: live_run.Rows) -> list[Mapping[str, Any]]:
    """Each network after its last epoch so far."""
    return [*{(row["kind"], row["depth"]): row for row in rows}.values()]


def _line(row: Mapping[str, Any]) -> dict[str, str]:
    return {
        tr("network"): f"{tr(row['kind'])}, {row['depth']}",
        tr("epoch"): f"{row['epoch']}",
        tr("training error"): f"{row['train_error']:.2%}",
        tr("test error"): f"{row['test_error']:.2%}",
    }


def _links(depth: int) -> None:
    shape = {"in_channels": 1, "image_size": 8}
    plain, residual = (
        ResNetSpec.of_depth(depth, "cifar", shortcut=shortcut, **shape)
        for shortcut in ("none", "A")
    )
    with st.container(horizontal=True):
        links.compare(plain, residual, tr("Compare the two of {n} layers", n=depth))
        links.architecture(residual, tr("Open the residual one"))


def _paper() -> None:
    st.table(
        [
            {
                tr("layers"): f"{depth}",
                tr("plain"): f"{PLAIN_ERRORS[depth]:.2f} %",
                tr("residual"): f"{RESIDUAL_ERRORS[depth]:.2f} %",
            }
            for depth in PLAIN_ERRORS
        ]
    )
    st.caption(f"{DEPTH_SOURCE.where}; {tr(DEPTH_SOURCE.protocol)}.")
    st.table(
        [
            {tr("layers"): f"{depth}", tr("residual"): f"{error:.2f} %"}
            for depth, error in CIFAR_ERRORS.items()
        ]
    )
    st.caption(f"{CIFAR_SOURCE.where}; {tr(CIFAR_SOURCE.protocol)}.")


LESSON = Lesson(
    title=mark("Deeper can be worse"),
    question=mark("Add layers to a network that works. Does it get better?"),
    text=mark(
        "It should not get worse: a deeper network could copy the shallower one and let its other "
        "layers pass on what they read. Yet in a plain net, one layer after another, 56 layers "
        "learn less than 20. The same layers with shortcuts learn.\n\n"
        "The authors call it **degradation** and rule out two easy answers. It is not "
        "overfitting, for it is the *training* error that rises. And they hold vanishing "
        "gradients unlikely: batch normalisation keeps the signal’s variance above zero, and they "
        "checked that the gradients’ norms are healthy. The solution exists; the optimiser does "
        "not find it.\n\n"
        "Here plain and residual networks of equal depth begin from the same seed and see the "
        "same digits in the same order."
    ),
    draw=_draw,
    attempt=mark(
        "Look at the training error first, then at the test error. Then train 20 and 32 layers "
        "here, with another seed: is it always the deeper plain net that loses?"
    ),
    surprise=mark(
        "Shortcuts are no magic either. In 330 updates the residual 110 layers do not come to "
        "rest: nearly a third of the digits that they learn from stay wrong. The authors had to "
        "warm their 110 layers up, and trained 64,000 updates. Their 1202 layers do reach "
        "a training error below 0.1 %, but a higher test error than 110. They take that for "
        "overfitting; yet 1202 layers trained by stochastic depth test better than 110 did (the "
        "last lesson has the figure)."
    ),
    sources=(
        Source("He et al. 2015, Deep Residual Learning", "arXiv:1512.03385, sections 4.1 and 4.2"),
        Source("Digits", "scikit-learn, load_digits: 1,437 to learn from, the last 360 to test"),
    ),
    experiment="degradation",
    look="""\
import plotly.express as px

px.line(table, x="epoch", y="train_error", color="depth", line_dash="kind")""",
)
