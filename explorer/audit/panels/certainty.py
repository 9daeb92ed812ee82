"""Is the model as sure as it is right, and by how much are answers won: calibration and margins."""

from __future__ import annotations

import streamlit as st

from explorer.audit.shown_audit import ShownAudit
from explorer.figures.charts import audit_charts as charts
from explorer.state.choices.audit_choices import AUDIT
from resnet.audit.findings.calibration import calibration, expected_error
from resnet.audit.reading.columns import COLUMNS
from resnet.text.language import tr

_PLAIN = {"displayModeBar": False}


def panel(shown: ShownAudit) -> None:
    """Draw the panel: of the images that the filters leave."""
    left, right = st.columns(2, gap="large")
    with left:
        _calibrated(shown)
    with right:
        _spread(shown)


def _calibrated(shown: ShownAudit) -> None:
    st.markdown(tr("**Is it as sure as it is right?** Confidence against accuracy"))
    known, opened = shown.known, shown.opened
    if not len(known):
        st.info(tr("None of these images has an answer and a known truth."))
        return
    confidences = opened.numbers("probability")[known]
    found = calibration(confidences, opened.truths[known] == opened.predicted[known])
    error = expected_error(found)
    st.plotly_chart(
        charts.reliability(found),
        key="audit_reliability",
        config=_PLAIN,
        alt=tr("Accuracy by confidence; expected calibration error {error:.1%}", error=error),
    )
    st.caption(
        tr(
            "Expected calibration error **{error:.2%}**: the mean distance from the diagonal, in "
            "{n} bins of equal width by images ([Guo et al. "
            "2017](https://arxiv.org/abs/1706.04599)). Below the diagonal a model is surer than "
            "it is right.",
            error=error,
            n=len(found),
        )
    )


def _spread(shown: ShownAudit) -> None:
    column = AUDIT.asked("order", COLUMNS)
    title = tr(COLUMNS[column].title)
    st.markdown(tr("**How it is spread**: {column}", column=title))
    values = shown.opened.numbers(column)[shown.answered]
    verdicts = shown.verdicts[shown.answered]
    if not len(values):
        st.info(tr("None of these images has an answer."))
        return
    st.plotly_chart(
        charts.spread(values, verdicts, title),
        key="audit_spread",
        config=_PLAIN,
        alt=tr("Images by {column}, right answers and mistakes", column=title),
    )
    st.caption(tr("Of the column that images are ordered by; another one shows its own."))
