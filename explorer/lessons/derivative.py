"""Lesson: the derivative of x + F(x), in the numbers of one cell, and stacked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from math import exp, log
from statistics import fmean
from typing import Any

import streamlit as st

from explorer.figures.charts.experiments.training_curves import (
    PLAIN,
    RESIDUAL,
    count_axis,
    curve_chart,
    decade_axis,
)
from explorer.figures.data_urls import data_url
from explorer.figures.walk_numbers import LAST
from explorer.figures.walk_steps import Frame, frame
from explorer.lessons.parts import charts, covers, links, live_run
from explorer.lessons.parts.lesson import Lesson, Source
from explorer.resources import kept_answers
from explorer.resources.models import Model
from explorer.resources.server.spinner import start_torch
from explorer.state.choices import lessons_choices
from explorer.state.choices.lessons_choices import LESSONS
from explorer.state.choices.numbers import whole
from explorer.state.visitor import PHOTOS
from explorer.tasks.inputs.photos import Photo
from explorer.tasks.inputs.sources import Catalogued
from explorer.tasks.walks import Walked
from explorer.widgets import components, controls
from explorer.widgets.files import file_links, photo_picker
from explorer.widgets.models import model_picker
from resnet.drawing.charts.derivative_walk import draw_place, draw_walk
from resnet.drawing.charts.worked_numbers import draw_worked
from resnet.network.spec import ResNetSpec
from resnet.text.language import mark, tr, translated

_PAGE = LESSONS
_NET, _FAMILY, _BLOCK = "shapes_resnet20", "shapes", "layer1.0"
_SPEC = ResNetSpec.preset("cifar_resnet20", image_size=64)
_NORMS = {"on": mark("with BN"), "off": mark("without BN")}
_POINTS = 2  # of a curve that is not worth drawing
_WRITTEN = 3  # factors of a product at either end
_ROOM = 372.0  # of what is written out, in units of the drawing


def _draw() -> None:
    if covers.lifted("walk") and file_links.all_here(
        file_links.Asked(PHOTOS, _PAGE, "walk_picture")
    ):
        _walk()
    st.markdown(f"#### {tr('Stacked 2, 10 and 50 times')}")
    words = translated(_NORMS)
    norm = controls.segments(_PAGE, "norm", tr("Normalisation"), [*_NORMS], words=words)
    live_run.show("derivative", {}, partial(_stacked, norm))


def _walk() -> None:
    start_torch()
    model = model_picker.on_cpu(Catalogued(_NET))
    if model_picker.loaded(model) is None:
        return
    with st.container(key="walk", horizontal=True, vertical_alignment="top"):
        with st.container(width=168):
            photo = photo_picker.choose_one(_PAGE, "walk_picture", _FAMILY)
            walked = _cell(model, photo)
        _steps(walked)
    links.architecture(_SPEC)


def _cell(model: Model, photo: Photo) -> Walked:
    """The picture with the cell on it, and which one it is."""
    chosen = [_PAGE.asked("walk_row"), _PAGE.asked("walk_column")]
    usual = kept_answers.walked(model, photo, _BLOCK, None)
    most, place = usual.side - 1, usual.twins.place
    row, column = (
        at if (said := whole(text)) is None else min(said, most)
        for text, at in zip(chosen, (place.row, place.column), strict=True)
    )
    walked = usual
    if (row, column) != (place.row, place.column):
        walked = kept_answers.walked(model, photo, _BLOCK, (row, column))
    words = tr("The picture as the network sees it, with the cell at row {row}, column {column}",
               row=row, column=column)  # fmt: skip
    components.picture(
        draw_place(data_url(walked.view), walked.side, (row, column), words), key="walk_place"
    )
    controls.number(_PAGE, "walk_row", tr("Row"), most, row)
    controls.number(_PAGE, "walk_column", tr("Column"), most, column)
    return walked


@st.fragment
def _steps(walked: Walked) -> None:
    """Both blocks with their numbers so far, and the arithmetic of the step that is on show."""
    lessons_choices.write("derivative")
    step = min(whole(_PAGE.asked("walk_step")) or 0, LAST)
    shown = frame(walked.twins, walked.label, walked.channels, step)
    with st.container(horizontal=True, vertical_alignment="top", key="walk_pair"):
        with st.container(width=372):
            label = tr("The residual block and its plain twin, step {n}", n=step)
            components.picture(
                draw_walk(shown.residual, shown.plain, label, shown.unit), key="walk_lanes"
            )
        with st.container(width=372):
            _arithmetic(shown, step)


def _arithmetic(shown: Frame, step: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        _to(tr("Step back"), "J", step - 1)
        _to(tr("Step on"), "K", step + 1)
        st.caption(f"{step} / {LAST}", width="content")
    with st.container(key="walk_said"):
        st.markdown(shown.sentence)
    components.picture(draw_worked(shown.rows, shown.spoken, _ROOM), key="walk_numbers")


def _to(label: str, key: str, step: int) -> None:
    st.button(
        label,
        shortcut=key,
        disabled=not 0 <= step <= LAST,
        key=f"walk_{key}",
        on_click=_PAGE.ask,
        args=("walk_step", str(step)),
    )


def _stacked(norm: str, rows: live_run.Rows) -> None:
    """The product of all gains, written out, and how it grows from the last block to the first."""
    of_norm = [row for row in rows if row["norm"] == norm]
    if not of_norm:
        st.info(tr("Nothing was computed for this normalisation yet."))
        return
    _products(of_norm)
    _grown(of_norm)


def _products(rows: Sequence[Mapping[str, Any]]) -> None:
    first = min(row["seed"] for row in rows)
    lines = [f"| | {tr('blocks')} | {tr('gains of the blocks, from the last to the first')} | |",
             "|---|---|---|---|"]  # fmt: skip
    nets = dict.fromkeys((row["blocks"], row["kind"]) for row in rows)
    for blocks, kind in sorted(nets, key=lambda net: (net[0], net[1] == "plain")):
        net = [row for row in rows if (row["blocks"], row["kind"]) == (blocks, kind)]
        gains = [f"{row['gain']:.2f}" for row in net if row["seed"] == first][::-1]
        written = " · ".join(
            gains if len(gains) <= 2 * _WRITTEN else [*gains[:_WRITTEN], "…", *gains[-_WRITTEN:]]
        )
        whole = [row["product"] for row in net if (row["block"], row["seed"]) == (1, first)]
        ends = "".join(f"= **{_short(product)}**" for product in whole)
        lines.append(f"| {tr(kind)} | {blocks} | {written} | {ends} |")
    with st.container(key="table_products"):
        st.markdown("\n".join(lines))


def _grown(rows: Sequence[Mapping[str, Any]]) -> None:
    styles = {tr("residual"): RESIDUAL, tr("plain"): PLAIN}
    points: list[dict[str, Any]] = [
        {"kind": tr(kind), "depth": blocks, "passed": blocks - block + 1, "product": mean}
        for (kind, blocks, block), mean in _means(rows).items()
        if blocks > _POINTS
    ]
    axes = (
        count_axis(tr("blocks passed, from the loss on"), "passed"),
        decade_axis([point["product"] for point in points], tr("product of the gains"), "product"),
    )
    deepest = max(row["blocks"] for row in rows)
    ends = "; ".join(
        f"{tr(kind)}: {_short(min(products))}–{_short(max(products))}"
        for kind in ("residual", "plain")
        if (products := [row["product"] for row in rows
                         if (row["kind"], row["blocks"], row["block"]) == (kind, deepest, 1)])
    )  # fmt: skip
    charts.show(curve_chart(points, styles, axes, charts.letters()), alt=ends)
    st.caption(
        tr(
            "Gain of a block: ‖∂L/∂x‖ / ‖∂L/∂y‖, root mean square over 32 digits; lines are "
            "geometric means over {seeds} networks with fresh weights, whole products of {blocks} "
            "blocks {ends}. In eval mode; BN holds the statistics of 256 digits.",
            seeds=len({row["seed"] for row in rows}),
            blocks=deepest,
            ends=ends,
        )
    )


def _means(rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, int, int], float]:
    """The geometric mean over seeds of the product at every block."""
    products: dict[tuple[str, int, int], list[float]] = {}
    for row in rows:
        products.setdefault((row["kind"], row["blocks"], row["block"]), []).append(row["product"])
    return {key: exp(fmean(map(log, values))) for key, values in products.items()}


def _short(value: float) -> str:
    return f"{float(f'{value:.2g}'):,.0f}" if value >= 100 else f"{value:.2g}"


LESSON = Lesson(
    title=mark("The derivative of x + F(x)"),
    question=mark("A shortcut adds x. What does that do to the gradient on its way back?"),
    text=mark(
        "Differentiate: y = x + F(x) gives dy/dx = **1 + F′**. Without the shortcut there is F′ "
        "alone.\n\n"
        "Walk through one block of a trained network on your picture, one number at a time: "
        "forward from x to y, then back from ∂L/∂y to ∂L/∂x. Beside it is its plain twin, with the "
        "same weights, the same x and the same ∂L/∂y. Keys: **K** on, **J** back.\n\n"
        "Two things are not in the formula. A ReLU stands *after* the sum: where it is shut, the "
        "identity’s gradient is lost with the rest. And 1 + F′ is a sum of vectors: F′ may cancel "
        "the 1 or outgrow it.\n\n"
        "Below, equal blocks are stacked. The gradient at the first is the one at the last, times "
        "the gain of every block."
    ),
    draw=_draw,
    attempt=mark(
        "Walk to the end: which of the two terms is larger? Choose another row and column. Then "
        "turn BN off above the table: which net’s gradient shrinks now, and which explodes?"
    ),
    surprise=mark(
        "The 1 does not keep gradients at size; it keeps them from being *only* a product of F′. "
        "With BN each plain block multiplies by about 1.4, so 50 blocks by seven million. A "
        "residual stack multiplies by 40 to 70 in all: BN holds each branch at one size while the "
        "stream grows, so F′ counts for ever less: the first block’s gain is 2, the last one’s 1. "
        "Without BN it is the plain net that shrinks, to a hundredth or less, and the residual one "
        "that explodes, by more than ten million: each block then multiplies by about 1.4. "
        "Shortcut and normalisation work together."
    ),
    sources=(
        Source("He et al. 2016, Identity Mappings in Deep Residual Networks",
               "arXiv:1603.05027, equations 3 to 5"),
        Source("De and Smith 2020, Batch Normalization Biases Residual Blocks Towards the Identity",
               "arXiv:2002.10444"),
    ),
    experiment="derivative",
    look="""\
import plotly.express as px

first = table[table["block"] == 1]
px.scatter(first, x="blocks", y="product", color="kind", facet_col="norm", log_y=True)""",
)  # fmt: skip
