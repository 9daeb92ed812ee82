"""Lesson: the loss around trained weights, with shortcuts and without."""

from __future__ import annotations

from functools import partial
from math import log

import streamlit as st

from explorer.figures.charts.experiments.loss_landscape import (
    contours,
    height_range,
    hills,
    unfinished_chart,
)
from explorer.lessons.parts import charts, links, live_run
from explorer.lessons.parts.lesson import Lesson, Source
from explorer.state.choices.lessons_choices import LESSONS
from explorer.widgets import controls
from resnet.network.spec import ResNetSpec
from resnet.residual.surface_shape import dips, share_below, thinned
from resnet.text.language import mark, tr
from resnet.text.numbers import decimal

_KINDS = {"plain": mark("plain"), "residual": mark("residual")}
_DEPTHS = ("20", "56")
_GUESSED = log(10)  # cross-entropy of ten classes held equally likely
_SIDE = 11  # points of a run here; what is kept has twice as fine a grid
_SHORTER = {"half": _SIDE // 2}
_QUIET = {"displayModeBar": False, "scrollZoom": False}


def _draw() -> None:
    page = LESSONS
    with st.container(horizontal=True, vertical_alignment="bottom"):
        depth = int(controls.segments(page, "surface_depth", tr("Layers"), _DEPTHS))
        seed = controls.number(page, "seed", tr("Seed of the directions"), 999)
    settings = {"depths": (depth,), "seed": seed}
    live_run.show("surface", settings, partial(_surfaces, depth), _SHORTER)
    st.caption(
        tr(
            "A run here looks at 11×11 points around the same two networks, along directions from "
            "this seed: about ten seconds for 20 layers, half a minute for 56. The kept grid is "
            "twice as fine; minima are counted on the 11×11 points that both have."
        )
    )


def _surfaces(depth: int, rows: live_run.Rows) -> None:
    both = {
        kind: [row for row in rows if (row["kind"], row["depth"]) == (kind, depth)]
        for kind in _KINDS
    }
    if any(len(lines) < len(rows[0]["losses"]) for lines in both.values()):
        named = {tr(_KINDS[kind]): lines for kind, lines in both.items() if lines}
        charts.show(unfinished_chart(named, tr("loss")), width="content")
        return
    scale = height_range([*both["plain"], *both["residual"]])
    for (kind, lines), column in zip(both.items(), st.columns(2), strict=True):
        with column:
            _network(kind, lines, scale)


def _network(kind: str, lines: live_run.Rows, scale: tuple[float, float]) -> None:
    depth, measured = lines[0]["depth"], _measured(lines)
    name = f"{tr(_KINDS[kind])}-{depth}"
    st.markdown(f"**{name}** · {measured}")
    for draw in (hills, contours):
        charts.show_plotly(draw(lines, scale, tr("loss")), config=_QUIET, alt=f"{name}. {measured}")
    label = tr("Open {name} on the Architecture page", name=name)
    links.architecture(ResNetSpec.from_query(lines[0]["query"]), label)


def _measured(lines: live_run.Rows) -> str:
    grid = [line["losses"] for line in lines]
    middle = len(grid) // 2
    return tr(
        "training error {error} %, loss {loss} at the centre; {share} % of the plane is better "
        "than guessing; local minima on the grid: {dips}",
        error=decimal(100 * lines[0]["train_error"], 1),
        loss=f"{grid[middle][middle]:.2g}",
        share=decimal(100 * share_below(grid, _GUESSED), 0),
        dips=dips(thinned(grid, _SIDE)),
    )


LESSON = Lesson(
    title=mark("The surface"),
    question=mark("What does the loss look like around trained weights?"),
    text=mark(
        "Stand on the trained weights and walk along two random directions through all of them, "
        "each filter of a direction as long as the trained filter (*filter normalisation*). The "
        "height is the loss of 256 training images, in powers of ten; the cross marks the trained "
        "weights.\n\n"
        "Both networks have the same convolutions, began from the same seed and saw the same "
        "8×8 digits in the same order, 30 times: those of *Deeper can be worse*. Biases and "
        "BN’s γ and β do not move; BN is in eval mode with the running statistics of training. A "
        "loss below ln 10 ≈ 2.30 is better than guessing."
    ),
    draw=_draw,
    attempt=mark(
        "Turn the surfaces. Then switch between 20 and 56 layers: which of the two networks "
        "changes more?"
    ),
    surprise=mark(
        "Depth narrows both, the plain network more: at 20 layers 6.6 % of its plane is better "
        "than guessing, at 56 it is 3.4 %; of the residual one’s it is 9.5 % and 7.0 %. Along "
        "directions from two other seeds the order is the same. And the plain 56 layers lie high: "
        "nowhere on the plane is their loss below 1.\n\n"
        "This is not the mountain range of the paper’s famous picture: each of the four stands in "
        "one dip. The digits are easy, two directions are a thin cut, and at 56 layers a network "
        "that failed to train (51.0 % training error) is seen beside one that did."
    ),
    sources=(
        Source("Li et al. 2018, Visualizing the Loss Landscape", "arXiv:1712.09913, sections 4, 5"),
    ),
    experiment="surface",
    look="""\
from explorer.figures.charts.experiments.loss_landscape import contours, height_range, hills

scale = height_range(table.to_dict("records"))
for net, lines in table.groupby(["kind", "depth"]):
    print(*net)
    display(*(draw(lines.to_dict("records"), scale, "loss") for draw in (hills, contours)))""",
)
