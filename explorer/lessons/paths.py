"""Lesson: a residual network is many paths at once, and most gradient comes by short ones."""

from __future__ import annotations

from functools import partial

import streamlit as st

from explorer.figures.charts.experiments.paths_by_length import path_charts
from explorer.lessons.parts import charts, covers, links, live_run, net_picker
from explorer.lessons.parts.lesson import Lesson, Source
from explorer.resources import kept_rows
from explorer.state.choices.lessons_choices import LESSONS
from explorer.widgets import components, controls
from resnet.counts.path_counts import central_lengths, path_share
from resnet.drawing.charts.unravelled import draw_unravelled
from resnet.network.spec import ResNetSpec
from resnet.text.language import mark, tr

_PAGE = LESSONS
_BLOCKS = ("2", "3", "4")
_DRAWS = 10  # live; the kept result has more


def _draw() -> None:
    if covers.lifted("unravelled"):
        _unravelled()
    net = net_picker.choose("paths_net", net_picker.nets_of(kept_rows.experiment("paths")["rows"]))
    images = 8 if net.startswith("shapes") else 32
    shorter = {"images": images, "draws": _DRAWS}
    live_run.show("paths", {"nets": (net,)}, partial(_charts, net), shorter)
    links.architecture(ResNetSpec.preset("cifar_resnet110"))


def _unravelled() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        blocks = int(controls.segments(_PAGE, "unravel", tr("Blocks"), _BLOCKS))
        options = [str(block) for block in range(1, blocks + 1)]
        names = {option: f"f{chr(0x2080 + int(option))}" for option in options}
        out = controls.pills(_PAGE, "unravel_out", tr("Taken out"), options, names)
    left, total = 2 ** (blocks - len(out)), 2**blocks
    components.picture(draw_unravelled(blocks, [*map(int, out)]), key="unravelled", on_pick=_picked)
    st.caption(
        tr("{total} paths from x to y.", total=total)
        if not out
        else tr(
            "{left} of {total} paths are left. A plain network has one path, and none is left.",
            left=left,
            total=total,
        )
    )


def _picked(what: str) -> None:
    _PAGE.flip("unravel_out", what.removeprefix("f "))


def _charts(net: str, rows: live_run.Rows) -> None:
    of_net = [row for row in rows if row["net"] == net]
    for heading, chart in path_charts(of_net).items():
        st.markdown(f"**{heading}**")
        charts.show(chart, width="stretch")
    blocks, largest = len(of_net) - 1, max(of_net, key=lambda row: row["together"])
    low, high = central_lengths(blocks)
    st.markdown(
        tr(
            "{total:,} paths; {share:.1%} go through {low} to {high} of the {blocks} blocks. "
            "The most gradient comes by length **{largest}**.",
            total=2**blocks,
            share=path_share(blocks, low, high),
            low=low,
            high=high,
            blocks=blocks,
            largest=largest["length"],
        )
    )
    st.caption(
        tr(
            "Gradient: root mean square, over held-out images, of the 2-norm of the gradient of an "
            "image’s loss by its pixels; the whole gradient has {whole:.3g}. One path: {draws} "
            "drawn at random of each length, dots are medians, lines go from a tenth to nine "
            "tenths, diamonds are means. Together: the exact sum over all paths of the length.",
            whole=of_net[0]["whole"],
            draws=of_net[0]["draws"],
        )
    )


LESSON = Lesson(
    title=mark("Many short paths"),
    question=mark("How deep is a residual network, if every block can be passed by?"),
    text=mark(
        "Multiply out the sums. y₁ = x + f₁(x) has two terms, and block 2 reads both. Every block "
        "doubles the ways from x to y: n blocks are **2ⁿ paths**, and C(n, k) of them go through k "
        "blocks. Nearly all are about n/2 long.\n\n"
        "Forward this is a picture, since blocks are not linear. Backward it is exact: the "
        "gradient is the sum over all 2ⁿ paths, each of which goes back through a block’s branch "
        "or through its shortcut.\n\n"
        "Below, on trained networks: how many paths have a length, how much gradient comes back "
        "along one of them (drawn at random, as Veit et al. did), and how much along all of that "
        "length together, cancellations included."
    ),
    draw=_draw,
    attempt=mark(
        "Take f₂ out in the picture, by a click on any copy: which paths die? Then choose the "
        "network trained on Shapes."
    ),
    surprise=mark(
        "98 % of residual-56’s paths go through 8 to 19 of its 27 blocks. But the most gradient "
        "comes by those through 6, and the longer half of all paths, 14 blocks or more, bring less "
        "than 2 % of it: a path shrinks faster with its length than paths multiply. The 12.4 % of "
        "the paths with at most 10 blocks reproduce the whole gradient to within 15 %. Veit et al. "
        "found the same, more sharply, in ResNet-110, where 5 to 17 of 54 blocks, 0.45 % of the "
        "paths, do nearly all the work.\n\nIt is no law. In the network trained on Shapes, whose "
        "branches write more than their shortcuts carry, a path grows with its length: the one "
        "through all nine blocks brings 75 times as much as the one through none."
    ),
    sources=(
        Source("Veit et al. 2016, Residual Networks Behave Like Ensembles",
               "arXiv:1605.06431, sections 3 and 5"),
    ),
    experiment="paths",
    look="""\
from explorer.figures.charts.experiments.paths_by_length import path_charts

for net, lines in table.groupby("net"):
    print(net)
    display(*path_charts(lines.to_dict("records")).values())""",
)  # fmt: skip
