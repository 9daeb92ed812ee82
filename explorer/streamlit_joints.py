"""Where the app leans on what Streamlit does without promising it; any room may import it.

`figures/joints.js` holds what the scripts know of its page, `widgets/page.css` what the style does.
Tests of the same name, one of them in a browser, say which of these a version of Streamlit breaks.
"""

from __future__ import annotations

import json
from html import escape

import streamlit as st
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config, net_util
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

__all__ = [
    "DeltaGenerator",
    "OnlyWhatPagesUse",
    "UploadedFile",
    "ask_nobody_outside",
    "bound_uploads",
    "carrier",
    "draws_a_page",
    "html",
]

_CORE = "/_stcore/"
_USED_BY_PAGES = ("health", "host-config", "stream", "upload_file", "bidi-components")


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


class OnlyWhatPagesUse:
    """Closes those of Streamlit's own addresses that no page asks for, its metrics of visitors.

    As middleware of `st.App`.
    """

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 404, or hand on."""
        _, core, rest = scope.get("path", "").partition(_CORE)
        closed = core and rest.partition("/")[0] not in _USED_BY_PAGES
        app = (
            PlainTextResponse("Not found", 404) if closed and scope["type"] == "http" else self._app
        )
        await app(scope, receive, send)


def ask_nobody_outside() -> None:
    """Keep Streamlit from asking another machine for this one's address, whoever visits it.

    It would for a visitor whose page is of an origin that it does not know. At start it does
    unless `browser.serverAddress` is set, as `config.toml` sets it.
    """
    net_util.get_external_ip = net_util.get_internal_ip = lambda: None


def bound_uploads(megabytes: int) -> None:
    """The most that the server takes of one upload, by whatever way it comes."""
    config.set_option("server.maxUploadSize", megabytes)
