"""Does the score follow the map? Insertion and deletion beside maps that know nothing."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from explorer.attention.answer.shown_answer import ShownAnswer
from explorer.attention.panels.question_key import key
from explorer.figures.charts import trust_charts as charts
from explorer.resources import jobs
from explorer.resources.server.workers import LONG
from explorer.state.choices.attention_choices import ATTENTION
from explorer.tasks import checks
from explorer.widgets import controls
from resnet.text.language import mark, tr, translated

if TYPE_CHECKING:
    from resnet.maps.attribute import Question
    from resnet.trust.insertion_deletion import Curve

_BASELINES = {"grey": mark("mean colour"), "blurred": mark("blurred image")}
_WAYS = {
    "insertion": mark("Insertion, higher is better"),
    "deletion": mark("Deletion, lower is better"),
}


def follows(answer: ShownAnswer, question: Question) -> None:
    """Draw the check."""
    from resnet.trust.insertion_deletion import BASELINES, curve_forwards

    with st.container(border=True):
        st.markdown(
            tr(
                "**Does the score follow it?** Insertion and deletion, beside maps that "
                "know nothing"
            )
        )
        missing = controls.segments(
            ATTENTION, "missing", tr("A missing pixel is"), BASELINES, words=translated(_BASELINES)
        )

        curves = jobs.offered(
            tr("Insert and delete: {forwards} forwards", forwards=curve_forwards()),
            tr("orders"),
            key(answer, question, "curves", missing),
            partial(LONG.stream, checks.curves, answer.asked, question, missing),
        )
        if curves:
            _curves(curves)
        st.caption(
            tr(
                "Pixels of the placed map are ordered from the highest; equals go row by "
                "row. In 32 steps they are restored to an image of missing pixels "
                "(insertion) or taken from the photograph (deletion); the height is the "
                "class's probability by softmax, the area that under the curve by the "
                "trapezium rule ([Petsiuk et al. 2018](https://arxiv.org/abs/1806.07421)). "
                "Controls have the map's cells: random (5, seed 0), nearness to the "
                "centre, strength of edges, and an empty map, whose order is row by row. "
                "Blurred: a Gaussian, σ a sixteenth of the side."
            )
        )


def _curves(curves: tuple[Curve, ...]) -> None:
    for column, way in zip(st.columns(2), ("insertion", "deletion"), strict=True):
        with column:
            st.markdown(tr(_WAYS[way]))
            st.plotly_chart(
                charts.score_chart(curves, way),
                key=f"chart_{way}",
                config={"displayModeBar": False},
                alt=tr(
                    "{way}: {areas}",
                    way=tr(_WAYS[way]),
                    areas=tr(", ").join(_area(curve, way) for curve in curves),
                ),
            )
    st.table(
        [
            {
                tr("order"): charts.curve_name(curve.name),
                tr("insertion area"): f"{curve.insertion_auc:.3f}",
                tr("deletion area"): f"{curve.deletion_auc:.3f}",
            }
            for curve in curves
        ],
        border="horizontal",
        hide_index=True,
        width="content",
    )


def _area(curve: Curve, way: str) -> str:
    return f"{charts.curve_name(curve.name)} {getattr(curve, way + '_auc'):.3f}"
