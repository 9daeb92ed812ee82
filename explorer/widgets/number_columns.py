"""Measures as columns of a table: shares in per cent, places whole."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import streamlit as st

from resnet.audit.reading.columns import COLUMNS
from resnet.text.language import tr


def number_columns(names: Iterable[str]) -> dict[str, Any]:
    """How `st.dataframe` shows each of these `COLUMNS`."""
    return {
        name: st.column_config.NumberColumn(tr(COLUMNS[name].title), format=_format(name))
        for name in names
    }


def _format(name: str) -> str:
    if name == "number":
        return "%d"
    return "percent" if COLUMNS[name].share else "%.3f"
