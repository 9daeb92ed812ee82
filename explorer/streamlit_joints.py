"""Where the app leans on what Streamlit does without promising it; any room may import it.

`figures/joints.js` holds what the scripts know of its page, `widgets/page.css` what the style does.
Tests of the same name, one of them in a browser, say which of these a version of Streamlit breaks.
"""

from __future__ import annotations

import json
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

__all__ = ["DeltaGenerator", "UploadedFile", "carrier", "draws_a_page", "html"]


def draws_a_page() -> bool:
    """Whether this thread draws a visitor's page, and so has a session and an address."""
    return get_script_run_ctx(suppress_warning=True) is not None


def html(*elements: str) -> None:
    """Put elements of our own on the page, as they stand."""
    st.html(_AsItStands("".join(elements)))


class _AsItStands(str):
    """HTML for Streamlit, which reads a plain string of 100 kB twice for margins to take off."""

    def _repr_html_(self) -> str:
        return self


def carrier(tag: str = "i", **data: object) -> str:
    """An element that hands data to a script, in the frame in which the words around it change.

    The sanitiser would take an SVG away, but leaves `data-` attributes be. A `div` takes part in
    the page; an `i` is hidden. What is no text goes as JSON.
    """
    hidden = " hidden=''" if tag == "i" else ""
    attributes = " ".join(f"data-{name}='{escape(_text(value))}'" for name, value in data.items())
    return f"<{tag} {attributes}{hidden}></{tag}>"


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    # What a label says must not look like the end of a comment to whoever cleans the HTML.
    return json.dumps(value).replace("<", "\\u003c").replace(">", "\\u003e")
