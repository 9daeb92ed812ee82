"""The rows that the project keeps of its experiments, and who may run one now."""

from __future__ import annotations

from typing import Any

import streamlit as st

from explorer.resources.turns import Turns
from resnet.experiments.registry import kept_record


@st.cache_resource(max_entries=16, show_spinner=False)
def experiment(name: str) -> dict[str, Any]:
    """The rows of an experiment that the project keeps, and what made them."""
    return kept_record(name)


@st.cache_resource(max_entries=1, show_spinner=False)
def turns() -> Turns:
    """The line before the experiments: two run at a time, whoever asks."""
    return Turns(2)
