"""What an audit comes to in a few numbers."""

from __future__ import annotations

import streamlit as st

from explorer.audit.shown_audit import ShownAudit
from explorer.resources import audits
from explorer.widgets.escaping import plain
from resnet.text.language import tr


def show(shown: ShownAudit) -> None:
    """Draw it."""
    manifest, found = shown.opened.plan.manifest, audits.summed(shown.opened)
    st.markdown(
        tr(
            "**{model}** on {source}, {cells} map of {layer}",
            model=plain(manifest.model.title),
            source=f"`{shown_source(manifest.source)}`",
            cells="×".join(map(str, manifest.model.cells)) or "–",
            layer=manifest.model.layer or "–",
        )
    )
    with st.container(horizontal=True, key="audit_numbers"):
        st.metric(tr("Images"), f"{found['images']:,}", width="content")
        st.metric(tr("Not read"), f"{found['errors']:,}", width="content")
        st.metric(tr("With a truth"), f"{found['with_truth']:,}", width="content")
        if found["accuracy"] is not None:
            low, high = found["interval"]
            st.metric(
                tr("Right"),
                f"{found['accuracy']:.1%}",
                help=tr("95 % interval: {low:.1%} to {high:.1%}.", low=low, high=high),
                width="content",
            )
        if found["means"]["margin"] is not None:
            st.metric(tr("Mean margin"), f"{found['means']['margin']:.2f}", width="content")


def shown_source(source: str) -> str:
    """The last part of a path: where a server keeps it is nobody's matter."""
    return source.rstrip("/").rpartition("/")[2].replace("`", "") or source
