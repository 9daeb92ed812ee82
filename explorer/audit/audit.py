"""The Audit page: choose or begin an audit, see how far it is, and look at its rows."""

from __future__ import annotations

import streamlit as st

from explorer.audit import filters, headline, on_attention, running, starting
from explorer.audit.panels import (
    certainty,
    channels,
    confused,
    embedded,
    gallery,
    leaning,
    means,
    report,
    table,
    two_audits,
)
from explorer.audit.shown_audit import ShownAudit, to_open
from explorer.resources import audits
from explorer.state.choices.audit_choices import AUDIT
from explorer.state.limits import PREFIX, limits
from explorer.widgets import controls
from explorer.widgets.escaping import plain
from resnet.audit.images.errors import AuditError
from resnet.text.language import mark, tr

_PANELS = {
    "gallery": (mark("Gallery"), gallery.panel),
    "table": (mark("Table"), table.panel),
    "confused": (mark("Confusion"), confused.panel),
    "certainty": (mark("Certainty"), certainty.panel),
    "means": (mark("Mean maps"), means.panel),
    "embedded": (mark("Embeddings"), embedded.panel),
    "channels": (mark("Channels"), channels.panel),
    "leaning": (mark("One place"), leaning.panel),
    "two": (mark("Two audits"), two_audits.panel),
    "report": (mark("Report"), report.panel),
}


def page() -> None:
    """Draw the page."""
    AUDIT.read()
    AUDIT.write({})
    below = audits.root()
    if below is None:
        _explain()
        return
    names = audits.names(below)
    name = AUDIT.asked("audit") or next(iter(names), "")
    with st.sidebar:
        _choose(names, name)
        starting.offer(below)
    if not name:
        st.info(
            tr("There is no audit below this server's folder yet. Begin one in the sidebar.")
            if limits().begin_audits
            else tr("There is no audit below this server's folder yet.")
        )
        return
    try:
        if not running.show(below, name):
            return
        _look(ShownAudit(below, name, audits.opened(below, name)))
    except AuditError as error:
        st.error(plain(error))


def _look(shown: ShownAudit) -> None:
    number = to_open()
    place = None if number is None else shown.opened.place(number)
    if place is not None:
        on_attention.open_image(shown, place)
    if not len(shown.opened.rows):
        st.info(tr("None of its images is done yet."))
        return
    headline.show(shown)
    filters.choose(shown)
    controls.panel(AUDIT, tr("More about this audit"), _PANELS)(shown)


def _choose(names: list[str], name: str) -> None:
    options = names if name in names or not name else [name, *names]
    if options:
        controls.select(AUDIT, "audit", tr("Audit"), options, usual=name)


def _explain() -> None:
    """What to do where the operator has named no folder."""
    st.markdown(f"### {tr('Audit')}")
    st.info(
        tr(
            "An audit asks a model about every image of a data set and keeps a row of each. This "
            "server opens those below one folder, and none is named: start it with "
            "`{variable}=FOLDER`, and lay audits and images below it.",
            variable=f"{PREFIX}AUDITS",
        )
    )
    st.code("python -m resnet audit FOLDER --model resnet50 --out AUDITS/NAME", "bash")


page()
