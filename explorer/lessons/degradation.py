"""Lesson: deeper plain networks train worse, and it is neither overfitting nor vanishing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import chain
from statistics import median
from typing import Any

import altair as alt
import streamlit as st

from explorer.figures.charts.experiments.depth_race import race_chart
from explorer.figures.charts.experiments.training_curves import (
    PLAIN,
    RESIDUAL,
    LineStyle,
    count_axis,
    curve_chart,
)
from explorer.lessons.parts import charts, covers, data_set_offer, links, live_run
from explorer.lessons.parts.lesson import Lesson, Source
from explorer.resources import kept_rows
from explorer.state.choices.lessons_choices import LESSONS
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
_ERRORS = {
    "train_error": mark("training error"),
    "batch_error": mark("training error, by the batch"),
    "test_error": mark("test error"),
}
_RATES: dict[str, dict[str, float]] = {
    "0.01": {"rate": 0.01, "warm": 0},
    "0.1": {"rate": 0.1, "warm": 1},
}
# What a live run learns from: a part of each, small enough for seconds on a laptop.
_DATA: dict[str, tuple[str, dict[str, int]]] = {
    "digits": (mark("digits, 8×8"), {}),
    "shapes": (mark("drawn shapes, at 16×16"), {"train": 1280, "test": 400, "size": 16}),
    "fashion-mnist": (mark("FashionMNIST, at 14×14"), {"train": 1280, "test": 400, "size": 14}),
    "cifar10": (mark("CIFAR-10, at 16×16"), {"train": 1280, "test": 400, "size": 16}),
}
_EPOCHS = 8  # of a run here
# The kept records that the race draws: three seeds of three depths, one seed of every depth.
_RACED: tuple[dict[str, Any], ...] = ({"seeds": (0, 1, 2)}, {"depths": (8, 32, 92)})


def _draw() -> None:
    which = controls.segments(LESSONS, "error", tr("Drawn"), [*_ERRORS], words=translated(_ERRORS))
    if covers.lifted("race"):
        _race(which)
    st.markdown(f"#### {tr('Train them here')}")
    settings = _chosen()
    data, depths = settings["data"], settings["depths"]
    if data_set_offer.available(data):
        shorter = {"epochs": _EPOCHS, **_DATA[data][1]}
        live_run.show("degradation", settings, partial(_chart, which, depths), shorter)
    _links(depths[-1])
    with st.expander(tr("What the paper measured")):
        _paper()


def _race(which: str) -> None:
    """Every depth that is kept, one at a time by a slider."""
    kept = (kept_rows.experiment("degradation", settings)["rows"] for settings in _RACED)
    rows = [*{_run(row): row for row in chain(*kept)}.values()]
    drawn = _points(rows), _styles(), _axes(which, rows), tr("layers"), charts.letters()
    charts.show(race_chart(*drawn), alt=tr("A slider goes through depths from 8 to 110 layers."))
    st.caption(
        tr(
            "Kept runs of {depths} layers, at three of them of three seeds. Faint: all other "
            "depths. The slider stays with the shallower of two depths.",
            depths=", ".join(map(str, sorted({row["depth"] for row in rows}))),
        )
    )


def _chosen() -> dict[str, Any]:
    """The networks, what they learn and how, as settings of the experiment."""
    page = LESSONS
    with st.container(horizontal=True):
        words = {depth: tr("20 and {n}", n=depth) for depth in _DEPTHS}
        deep = controls.segments(page, "deep", tr("Layers"), _DEPTHS, words=words)
        rate = controls.segments(page, "rate", tr("Learning rate"), [*_RATES])
        words = {name: tr(word) for name, (word, _) in _DATA.items()}
        with st.container(width=260):
            data = controls.select(page, "learned", tr("Data"), [*_DATA], words)
        seed = controls.number(page, "seed", tr("Seed of a run here"), 999)
    return {"depths": (20, int(deep)), "data": data, "seeds": (seed,), **_RATES[rate]}


def _chart(which: str, depths: tuple[int, ...], rows: live_run.Rows) -> None:
    """The networks of these depths; all, where one of them has no rows."""
    if {*depths} <= {row["depth"] for row in rows}:
        rows = [row for row in rows if row["depth"] in depths]
    drawn = curve_chart(_points(rows), _styles(), _axes(which, rows), charts.letters())
    ends = _ends(rows)
    errors = [f"{kind}-{n}: {_spread(runs, which)}" for (kind, n), runs in ends.items()]
    charts.show(drawn, alt="; ".join(errors))
    with st.expander(tr("The same as a table")):
        st.table([_line(*net, runs) for net, runs in ends.items()])
    st.caption(
        tr(
            "Share of all images named wrongly after each epoch; seeds {seeds}, thick their "
            "median. “By the batch”: of the same weights, where BN normalises by the batch at "
            "hand, as while they learn; else by its running statistics, as a network is used.",
            seeds=", ".join(map(str, sorted({row["seed"] for row in rows}))),
        )
    )


def _run(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["kind"], row["depth"], row["seed"], row["epoch"]


def _points(rows: live_run.Rows) -> list[dict[str, Any]]:
    return [{**row, "kind": tr(row["kind"])} for row in rows]


def _styles() -> dict[str, LineStyle]:
    return {tr("plain"): PLAIN, tr("residual"): RESIDUAL}


def _axes(which: str, rows: live_run.Rows) -> tuple[alt.X, alt.Y]:
    return (
        count_axis(tr("epoch"), "epoch", max(_EPOCHS, *(row["epoch"] for row in rows))),
        alt.Y(
            f"{which}:Q",
            title=tr(_ERRORS[which]),
            axis=alt.Axis(format="%"),
            scale=alt.Scale(domain=[0, 1]),
        ),
    )


def _ends(rows: live_run.Rows) -> dict[tuple[str, int], live_run.Rows]:
    """Each kind and depth, and its runs after their last epoch so far, one of each seed."""
    last = {(row["kind"], row["depth"], row["seed"]): row for row in rows}
    nets = dict.fromkeys((kind, depth) for kind, depth, _ in last)
    return {net: [row for key, row in last.items() if key[:2] == net] for net in nets}


def _line(kind: str, depth: int, runs: live_run.Rows) -> dict[str, str]:
    return {
        tr("network"): f"{tr(kind)}, {depth}",
        tr("epoch"): f"{min(row['epoch'] for row in runs)}",
        **{tr(word): _spread(runs, which) for which, word in _ERRORS.items()},
    }


def _spread(runs: live_run.Rows, which: str) -> str:
    """“9.5% (8.1% to 12.0%)”: the median and the extremes over seeds."""
    errors = [row[which] for row in runs]
    if len(errors) == 1:
        return f"{errors[0]:.1%}"
    low, high = min(errors), max(errors)
    return tr("{middle:.1%} ({low:.1%} to {high:.1%})", middle=median(errors), low=low, high=high)


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
        "Here both kinds begin from the same seeds and see the same digits in the same order. It "
        "is not the paper’s training: 8×8 digits, half its channels, a tenth of its rate, 330 "
        "updates instead of 64,000, nothing augmented."
    ),
    draw=_draw,
    attempt=mark(
        "Look at the training error first, then at the test error. Then train 20 and 32 layers "
        "here, with another seed: is it always the deeper plain net that loses?"
    ),
    surprise=mark(
        "Shortcuts are no magic either. At the paper’s rate, 0.1, our residual 110 layers degrade "
        "too. One epoch at a tenth of it leaves a training error of 46 to 65 %, the rise to 0.1 "
        "throws it back to 76 to 82 %, and after 30 epochs it is 3 to 16 %, where rate 0.01 leaves "
        "none. That is by the batch: running statistics lag behind weights that move so fast, and "
        "say 90 % meanwhile. The authors warmed 110 layers up until the training error was below "
        "80 %, about 400 updates, and trained 64,000.\n\n"
        "Their 1202 layers do reach a training error below 0.1 %, but a higher test error than "
        "110. They take that for overfitting; yet 1202 layers trained by stochastic depth test "
        "better than 110 did (the last lesson has the figure)."
    ),
    sources=(
        Source("He et al. 2015, Deep Residual Learning", "arXiv:1512.03385, sections 4.1 and 4.2"),
        Source("Digits", "scikit-learn, load_digits: 1,437 to learn from, the last 360 to test"),
    ),
    experiment="degradation",
    look="""\
import plotly.express as px

px.line(table, x="epoch", y="train_error", color="depth", line_dash="kind", line_group="seed")""",
)
