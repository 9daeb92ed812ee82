"""One place: classes whose evidence lies more in one place than that of other classes."""

from __future__ import annotations

from typing import Any

import streamlit as st

from explorer.audit.shown_audit import ShownAudit
from explorer.resources import audits
from explorer.state.choices.audit_choices import AUDIT
from explorer.widgets.escaping import plain
from resnet.audit.findings.leaning import EVEN, GRID, LEAST, SHARE, TIMES, Leaning
from resnet.text.language import tr
from resnet.text.numbers import decimal, percent


def panel(shown: ShownAudit) -> None:
    """Draw the panel: of all images, whatever the filters leave."""
    with st.spinner(tr("Adding up the maps of all images …")):
        found = audits.leaning(shown.opened)
    if not found:
        st.info(
            tr("No class has a map of {least} images, so there is nothing to add up.", least=LEAST)
        )
        return
    suspects = [one for one in found if one.suspect]
    for one in suspects:
        _suspect(shown, one)
    if not suspects:
        st.markdown(tr("No class leans on one place by this rule. That clears none of them."))
    ranked = sorted(found, key=lambda one: one.excess, reverse=True)
    st.dataframe([_row(shown, one) for one in ranked], hide_index=True)
    st.caption(
        tr(
            "Of {grid}×{grid} places, the one where a class has more of its positive evidence than "
            "the other classes have there, the mean over all images said to be of it. The rule is "
            "fixed: suspect is more than {share}, twice an even {even}, and more than {times} "
            "times what the others have, as a tag in one class would make it. The channel carries "
            "the class on its images and is silent on others. An edit proves it: open an image on "
            "the Attention page, and change that place.",
            grid=GRID,
            share=percent(SHARE),
            even=percent(EVEN),
            times=TIMES,
        )
    )


def _suspect(shown: ShownAudit, one: Leaning) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            tr(
                "**{label} leans on one place**: {share} of its evidence lies in row {row}, column "
                "{column} of {grid}×{grid}, where other classes have {others}.",
                label=plain(shown.label(one.target)),
                share=percent(one.share),
                row=one.row + 1,
                column=one.column + 1,
                grid=GRID,
                others=percent(one.others),
            )
        )
        st.button(
            tr("Its channels"), key=f"leaning_{one.target}", on_click=_channels, args=(one.target,)
        )


def _channels(target: int) -> None:
    AUDIT.ask("class", str(target))
    AUDIT.ask("panel", "channels")


def _row(shown: ShownAudit, one: Leaning) -> dict[str, Any]:
    return {
        tr("class"): shown.label(one.target),
        tr("row"): one.row + 1,
        tr("column"): one.column + 1,
        tr("evidence there"): percent(one.share),
        tr("of other classes"): percent(one.others),
        tr("suspect"): one.suspect,
        tr("channel"): one.channel,
        tr("gives"): decimal(one.contribution),
        tr("images"): one.images,
    }
