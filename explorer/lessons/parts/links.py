"""Links from a lesson to the pages where its networks can be taken apart."""

from __future__ import annotations

import streamlit as st

from resnet.network.spec import ResNetSpec
from resnet.text.language import tr


def architecture(spec: ResNetSpec, label: str = "") -> None:
    """Open a network on the Architecture page."""
    st.page_link(
        "architecture/architecture.py",
        label=label or tr("Open {name} on the Architecture page", name=spec.name),
        icon=":material/account_tree:",
        query_params=spec.to_fields(),
    )


def compare(left: ResNetSpec, right: ResNetSpec, label: str) -> None:
    """Open two networks side by side on the Compare page."""
    st.page_link(
        "compare/compare.py",
        label=label,
        icon=":material/compare:",
        query_params={"left": left.to_query(), "right": right.to_query()},
    )
