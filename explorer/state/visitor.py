"""What one visitor brought and has waited for: uploads, and the models seen loading."""

from __future__ import annotations

from typing import Any

import streamlit as st

from explorer.state.attention_choices import ATTENTION

SECOND = "second"  # the checkpoint of a second model

_LOADED = "loaded"  # what the visitor has waited for


def keep(name: str, files: object) -> None:
    """Keep what was uploaded: an uploader forgets its files when its page is left."""
    st.session_state[f"kept_{name}"] = files
    if name != SECOND:  # all that is asked is asked of the first model's answer
        ATTENTION.ask("target", "")


def kept(name: str) -> Any:
    """What `keep` was given, or None."""
    return st.session_state.get(f"kept_{name}")


def loaded() -> set[tuple[str, str]]:
    """The models, by key and device, that this visitor has seen loading."""
    models: set[tuple[str, str]] = st.session_state.setdefault(_LOADED, set())
    return models
