"""Which class was taken for which; a count opens its images in the gallery."""

from __future__ import annotations

import streamlit as st

from explorer.audit.shown_audit import ShownAudit
from explorer.state.choices.audit_choices import AUDIT, ask_for_pair
from explorer.widgets.confusion import mistakes, table
from resnet.audit.findings.confusion import confusion
from resnet.text.language import tr


def panel(shown: ShownAudit) -> None:
    """Draw the panel: of the images that the filters leave."""
    known = shown.known
    if not len(known):
        st.info(tr("None of these images has an answer and a known truth."))
        return
    found = confusion(shown.opened.truths[known], shown.opened.predicted[known])
    table(found, shown.opened.labels, AUDIT, ("truth", "predicted"), ask_for_pair)
    low, high = found.interval
    st.caption(
        tr(
            "{right:,} of {known:,} right, {share:.1%} (95 %: {low:.1%} to {high:.1%}). A count "
            "opens its images.",
            right=found.right,
            known=found.images,
            share=found.accuracy,
            low=low,
            high=high,
        )
    )
    mistakes(found, shown.opened.labels, ask_for_pair)
