"""Does the map change when it should, and only then? The network forgets; the photograph moves."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from explorer.attention.answer.shown_answer import ShownAnswer
from explorer.attention.panels.question_key import key, number
from explorer.figures.charts import trust_charts as charts
from explorer.resources import jobs
from explorer.resources.server.workers import LONG
from explorer.tasks import checks
from resnet.counts.hardware import PRECISIONS
from resnet.maps.methods import OF_PIXELS
from resnet.pictures.overlay import strength
from resnet.text.language import mark, tr

if TYPE_CHECKING:
    from resnet.maps.attribute import Question
    from resnet.trust.randomisation import Randomised

_PICTURES = 6
_CHANGES = {
    "shift": mark("shift {by}"),
    "flip": mark("flip"),
    "JPEG": "JPEG {by}",
    "brightness": mark("brightness {by}"),
}


def forgets(answer: ShownAnswer, question: Question) -> None:
    """Draw the check by randomisation."""
    from resnet.trust.randomisation import randomised_parts

    count = len(randomised_parts(answer.residual.model))
    with st.container(border=True):
        st.markdown(tr("**Does it need what was learned?** Cascading randomisation"))
        steps = jobs.offered(
            tr("Randomise: {count} maps", count=count + 1),
            tr("parts made fresh"),
            key(answer, question, "cascade"),
            partial(LONG.stream, checks.cascade, answer.asked, question),
        )
        if steps:
            st.plotly_chart(
                charts.cascade_chart(steps),
                key="chart_cascade",
                config={"displayModeBar": False},
                alt=tr(", ").join(f"{s.part}: {number(s.rank_correlation, 2)}" for s in steps),
            )
            _fading(answer, steps)
        st.caption(
            tr(
                "From the classifier down, one part after the other gets fresh weights as "
                "its module begins with, BN's statistics 0 and 1, seed 0, on a copy "
                "([Adebayo et al. 2018](https://arxiv.org/abs/1810.03292)). A map that "
                "stays as it was does not show what the network learned. Spearman and SSIM "
                "(7 × 7 windows, signed maps over their largest magnitude), on pixels."
            )
        )


def _fading(answer: ShownAnswer, steps: tuple[Randomised, ...]) -> None:
    """A few of the maps on the way, the last one among them."""
    every = -(-len(steps) // _PICTURES)
    shown = steps[::-1][::every][::-1]
    columns = st.container(key="gallery_fading").columns(_PICTURES)
    for column, step in zip(columns, shown, strict=False):
        with column:
            picture = answer.over_grey(step.values, strength(step.values, OF_PIXELS))
            st.image(
                picture,
                alt=tr("Map after {part}", part=step.part),
                caption=tr("down to {part}", part=step.part),
            )


def stays(answer: ShownAnswer, question: Question) -> None:
    """Draw the check by small changes of the photograph."""
    from resnet.trust.stability import view_changes

    view = answer.seen.look.view
    with st.container(border=True):
        st.markdown(tr("**Does it stay on its object?** Shift, flip, JPEG and brightness"))
        changes = jobs.offered(
            tr("Change the photograph: {n} maps", n=len(view_changes(view.width)) + 1),
            tr("changes"),
            key(answer, question, "stability"),
            partial(LONG.stream, checks.stability, answer.asked, question),
        )
        if changes:
            rows = [
                {
                    tr("change"): _said(row.change),
                    tr("correlation of the maps"): number(row.correlation),
                    tr("probability"): f"{row.probability:.1%}",
                }
                for row in changes
            ]
            half = -(-len(rows) // 2)
            for column, part in zip(st.columns(2), (rows[:half], rows[half:]), strict=True):
                column.table(part, border="horizontal", hide_index=True)
        st.caption(
            tr(
                "Correlation (Pearson) of the pixels of both maps, the second moved back; "
                "what a shift took out of the picture is left out. The photograph itself "
                "has {now:.1%}.",
                now=answer.seen.look.logits.softmax(0)[answer.target],
            )
        )
        _rounds(answer)


def _rounds(answer: ShownAnswer) -> None:
    """What half precision makes of the answer, whatever the map that is checked."""
    rows = jobs.offered(
        tr("Round: {n} forwards in three precisions", n=len(PRECISIONS)),
        tr("forwards"),
        answer.question("rounding"),
        partial(LONG.stream, checks.rounded, answer.asked, answer.target),
    )
    if rows:
        halves = tr("; ").join(
            tr(
                "{precision} moves the map of {last} by at most {map_error:.2%} of its "
                "largest magnitude and the logit by {logit_error:.1g}",
                precision=row.precision,
                last=answer.last,
                map_error=row.map_error,
                logit_error=abs(row.logit_error),
            )
            for row in rows
        )
        st.caption(tr("Against fp32, {halves}.", halves=halves))


def _said(change: str) -> str:
    kind, _, by = change.partition(" ")
    return tr(_CHANGES[kind], by=by)
