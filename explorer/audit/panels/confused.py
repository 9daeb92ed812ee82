"""Which class was taken for which; a count opens its images in the gallery."""

from __future__ import annotations

import streamlit as st

from explorer.audit.shown_audit import ShownAudit
from explorer.figures.confusion_table import cell_name, classes_of, confusion_table
from explorer.state import audit_choices
from explorer.state.audit_choices import AUDIT
from explorer.state.numbers import whole
from explorer.state.picking import CONFUSED
from explorer.widgets import components
from explorer.widgets.escaping import plain
from resnet.audit.confusion import confusion
from resnet.text.language import tr

_MOST = 20  # classes that a table has room for
_MISTAKES = 6


def panel(shown: ShownAudit) -> None:
    """Draw the panel: of the images that the filters leave."""
    known = shown.known
    if not len(known):
        st.info(tr("None of these images has an answer and a known truth."))
        return
    found = confusion(shown.opened.truths[known], shown.opened.predicted[known])
    scores = found.scores()
    classes = sorted(score.class_index for score in scores[:_MOST])
    truth, said = (whole(AUDIT.asked(field)) for field in ("truth", "predicted"))
    chosen = None if truth is None or said is None else cell_name(truth, said)
    components.picture(
        confusion_table(found.matrix(classes), classes, shown.opened.labels),
        CONFUSED,
        chosen,
        _picked,
    )
    if len(scores) > _MOST:
        st.caption(tr("The {n} of {all:,} classes with most mistakes.", n=_MOST, all=len(scores)))
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
    with st.container(horizontal=True, key="audit_mistakes", gap="small"):
        for pair in found.mistakes[:_MISTAKES]:
            words = tr(
                "{n} × {truth} taken for {said}",
                n=pair.images,
                truth=plain(shown.label(pair.truth)),
                said=plain(shown.label(pair.predicted)),
            )
            st.button(
                words,
                key=f"audit_mistake_{pair.truth}_{pair.predicted}",
                on_click=audit_choices.ask_for_pair,
                args=(str(pair.truth), str(pair.predicted)),
            )


def _picked(what: str) -> None:
    audit_choices.ask_for_pair(*classes_of(what))
