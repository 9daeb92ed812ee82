"""Two audits of the same images, row by row: what was mended, and what was broken."""

from __future__ import annotations

import streamlit as st

from explorer.audit.shown_audit import ShownAudit, open_on_attention
from explorer.resources import audits
from explorer.state.choices.audit_choices import AUDIT
from explorer.widgets import controls
from explorer.widgets.escaping import plain
from explorer.widgets.picked_rows import picked_rows
from resnet.audit.images.errors import AuditError
from resnet.audit.reading.pairing import FATES, Pairing
from resnet.text.language import tr, translated

_SHEET = 200
_KEY = "audit_pairs"


def panel(shown: ShownAudit) -> None:
    """Draw the panel: of all images, whatever the filters say."""
    others = [name for name in audits.names(shown.root) if name != shown.name]
    if not others:
        st.info(tr("There is no second audit to set beside this one."))
        return
    words = translated(FATES)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=260):
            other = controls.select(AUDIT, "other", tr("Beside it"), others, usual=others[0])
        with st.container(width=300):
            fate = controls.select(AUDIT, "fate", tr("Show"), [*words], words)
    try:
        found = audits.paired(shown.root, shown.name, other)
    except AuditError as error:
        st.error(plain(error))
        return
    if not len(found.one):
        st.info(tr("The two have no image in common; images are told by their paths."))
        return
    _counts(found)
    _rows(ShownAudit(shown.root, shown.name, found.before), found, fate)


def _counts(found: Pairing) -> None:
    counts, n = found.counts(), len(found.one)
    with st.container(horizontal=True, key="audit_fates"):
        for name, title in (
            ("mended", tr("Mended")),
            ("broken", tr("Broken")),
            ("kept", tr("The same")),
        ):
            st.metric(
                title,
                f"{counts[name]:,}",
                f"{counts[name] / n:.1%}",
                delta_color="off",
                delta_arrow="off",
                width="content",
            )
    st.caption(
        tr(
            "{n:,} images that both have answers for. Mended and broken: by the truth; a change of "
            "{net:+,} right answers is what {moved:,} changes of answer come to.",
            n=n,
            net=counts["mended"] - counts["broken"],
            moved=n - counts["kept"],
        )
    )


def _rows(shown: ShownAudit, found: Pairing, fate: str) -> None:
    at = found.ordered(fate)
    places = found.one[at[:_SHEET]].tolist()
    others = found.other[at[:_SHEET]].tolist()
    if not places:
        st.info(tr("No image is like that."))
        return
    numbers = [shown.number(place) for place in places]

    def pick(row: int) -> None:
        open_on_attention(numbers[row])

    labels = found.after.labels
    picked_rows(
        {
            tr("path"): [shown.path(place) for place in places],
            tr("It is"): [shown.label(int(shown.opened.truths[place])) for place in places],
            tr("before"): [shown.label(int(shown.opened.predicted[place])) for place in places],
            tr("after"): [labels[int(found.after.predicted[place])] for place in others],
            tr("change of margin"): found.changes[at[:_SHEET]].tolist(),
        },
        _KEY,
        pick,
    )
    st.caption(
        tr(
            "{shown:,} of {n:,}, the largest changes of margin first; where the answer is another "
            "one, from the margin before to its opposite after. Tick a row to open its photograph.",
            shown=len(places),
            n=len(at),
        )
    )
