"""Where the app leans on what Streamlit does without promising it; any room may import it.

`figures/joints.js` holds what the scripts know of its page, `widgets/page.css` what the style does.
Tests of the same name, one of them in a browser, say which of these a version of Streamlit breaks.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from html import escape
from threading import Lock
from threading import enumerate as enumerate_threads
from typing import Any

import streamlit as st
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config, net_util, runtime
from streamlit.delta_generator import DeltaGenerator
from streamlit.logger import get_logger as logger
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state import SessionState
from streamlit.runtime.uploaded_file_manager import UploadedFile, UploadedFileRec

__all__ = [
    "Arrivals",
    "DeltaGenerator",
    "OnlyWhatPagesUse",
    "UploadedFile",
    "ask_nobody_outside",
    "bound_uploads",
    "carrier",
    "draws_a_page",
    "forget_ended_sessions",
    "html",
    "let_go",
    "logger",
    "pages_drawn",
    "pages_in_drawing",
    "taken_out",
    "uploaded",
    "who",
]

_CORE = "/_stcore/"
_SCRIPTS_THREAD = "ScriptRunner.scriptThread"
_USED_BY_PAGES = ("health", "host-config", "stream", "upload_file", "bidi-components")


def draws_a_page() -> bool:
    """Whether this thread draws a visitor's page, and so has a session and an address."""
    return get_script_run_ctx(suppress_warning=True) is not None


def pages_in_drawing() -> bool:
    """Whether a script draws a visitor's page now, or a part of it; each does so in a thread."""
    return any(thread.name == _SCRIPTS_THREAD for thread in enumerate_threads())


def pages_drawn() -> bool:
    """Whether the server has drawn a page for anybody."""
    server: Any = runtime.get_instance() if runtime.exists() else None
    manager = getattr(server, "_session_mgr", None)  # a server that begins has none yet
    return any(each.script_run_count for each in (manager.list_sessions() if manager else ()))


def let_go() -> None:
    """Raise what ends this script where it was asked to: by a closed tab or by another control.

    Streamlit looks for that whenever a script draws something or looks into its state.
    """
    if draws_a_page():
        _ = "asked to end" in st.session_state


def who() -> str:
    """What tells this visitor from every other; nothing where no page is drawn."""
    context = get_script_run_ctx(suppress_warning=True)
    return context.session_id if context else ""


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


def forget_ended_sessions() -> frozenset[str] | None:
    """The sessions that the server holds, once those that are over are forgotten.

    Streamlit keeps who has left for two minutes, in case they come back, and then until another
    leaves. None where no server runs.
    """
    server: Any = runtime.get_instance() if runtime.exists() else None
    its = getattr(server, "_async_objs", None)  # AppTest's stand-in for a server has none
    if its is None or its.eventloop.is_closed():
        return None

    async def forget() -> frozenset[str]:
        for _, ended in server._session_mgr._session_storage._cache.expire():
            _leave_to_its_run(ended.session)
        return frozenset(each.session.id for each in server._session_mgr.list_sessions())

    with suppress(CancelledError, RuntimeError):  # the server is stopping
        return asyncio.run_coroutine_threadsafe(forget(), its.eventloop).result()
    return None


def _leave_to_its_run(session: Any) -> None:
    """End a session. Its loop goes on to hold it, and a run that has not ended its state."""
    session.shutdown()
    state, session._session_state = session._session_state, SessionState()
    if session._scriptrunner is None:
        state.clear()


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


def uploaded(key: str) -> list[UploadedFile]:
    """The files that the uploader of that key holds, whether or not it has been drawn yet."""
    held = st.session_state.get(key) or []
    files = held if isinstance(held, list) else [held]
    return [file for file in files if isinstance(file, UploadedFile)]  # others are gone


@contextmanager
def taken_out(file: UploadedFile) -> Iterator[bytes]:
    """The content of an upload, which Streamlit then holds no longer.

    A run that another ends meanwhile, by an exception that is no `Exception`, leaves it there.
    """
    try:
        yield file.getvalue()  # the bytes that came, uncopied
    except Exception:
        _let_go(file)
        raise
    _let_go(file)


def _let_go(file: UploadedFile) -> None:
    context = get_script_run_ctx()
    if context is not None:
        manager: Any = context.uploaded_file_mgr
        manager.remove_file(context.session_id, file.file_id)
    file.seek(0)
    file.truncate()  # the session holds this until the next run


class Arrivals:
    """What browsers have sent and no page has taken out yet: bounded in bytes and in time.

    A browser sends a file before it says which uploader has it; whoever sends without a browser
    need not say so at all. Streamlit would hold either for as long as the session.
    """

    def __init__(self, session: int, all: int, seconds: float):
        self._session, self._all, self._seconds = session, all, seconds
        self._came: dict[tuple[str, str], tuple[float, int]] = {}
        self._lock = Lock()
        self._manager: Any = None

    def watch(self) -> None:
        """From now on let nothing in that is too much, and look for what nobody took out."""
        context = get_script_run_ctx()
        manager: Any = context.uploaded_file_mgr if context else None
        if manager is not self._manager:
            self._manager = manager
            manager.add_file = self._bounded(manager.add_file)
        self._forget()

    def _bounded(self, add: Any) -> Any:
        def add_file(session_id: str, file: UploadedFileRec) -> None:
            with self._lock:
                self._count()
                mine = sum(size for (who, _), (_, size) in self._came.items() if who == session_id)
                everybodys = sum(size for _, size in self._came.values())
                size = len(file.data)
                if mine + size > self._session or everybodys + size > self._all:
                    return
                self._came[session_id, file.file_id] = time.monotonic(), size
            add(session_id=session_id, file=file)

        return add_file

    def _count(self) -> None:
        """Keep in mind those alone that the manager has still."""
        there = self._manager.file_storage
        self._came = {
            (session, file): came
            for (session, file), came in self._came.items()
            if file in there.get(session, ())
        }

    def _forget(self) -> None:
        before = time.monotonic() - self._seconds
        with self._lock:
            old = [key for key, (came, _) in self._came.items() if came < before]
        for session, file in old:
            self._manager.remove_file(session, file)
