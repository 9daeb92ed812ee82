"""The session as a file: to save it, and to open one."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from explorer.resources.server.workers import Ended
from explorer.state import saved_session, visitor
from explorer.state.choices import page_choices
from explorer.state.limits import limits
from explorer.state.visitor import PHOTOS
from explorer.streamlit_joints import taken_out
from explorer.uploads.bounds import UploadError
from explorer.widgets.escaping import plain
from explorer.widgets.files import intake
from resnet.evidence.session_file import PAGES, Page, SessionError, read_session
from resnet.pictures.reading import ImageError
from resnet.text.language import tr

_KEY = "session_file"
_WITH = "session_with_photographs"
_WRONG = "session_wrong"  # why the last one could not be opened


def opened(path: str) -> Page | None:
    """Open the session that was just given, if one was; the page that it has on show.

    Else, where the first page of all is asked for, and without an address, that of the operator.
    """
    file = limits().session
    page = _of_operator(Path(file)) if file and not path and page_choices.untouched() else None
    for given in intake.new(_KEY):
        with taken_out(given) as data:
            page = _open(data)
        intake.note(_KEY)
    return page


def _of_operator(file: Path) -> Page | None:
    try:
        page = _open(file.read_bytes())
    except OSError:
        st.session_state[_WRONG] = tr("The session that this server opens with cannot be read.")
        page = None
    if page is None:
        st.toast(plain(st.session_state[_WRONG]), icon=":material/error:", duration="infinite")
    return page


def _open(data: bytes) -> Page | None:
    """The page that is on show in a session, which is opened; None where that is wrong."""
    st.session_state[_WRONG] = ""
    try:
        session, contents = read_session(data, limits().visitor_bytes)
        saved_session.open_session(session, contents, intake.keep)
    except (SessionError, UploadError, ImageError, Ended) as error:
        st.session_state[_WRONG] = str(error)
        return None
    except OSError:
        st.session_state[_WRONG] = tr("This server could not keep the files of the session.")
        return None
    return session.page


def menu(path: str) -> None:
    """Save what there is, with the page of a path on show, or open what was saved."""
    shown = st.popover(
        tr("Session"), icon=":material/bookmark:", on_change="rerun", key="session_menu"
    )
    if not shown.open:
        return
    with shown:
        st.caption(
            tr(
                "Every page's choices, and the names and hashes of your files. Opened here or on "
                "another day, it asks for the files that it lacks."
            )
        )
        _save(next((page for page in PAGES if page == path), PAGES[0]))
        intake.offer(_KEY, tr("Open a session"), limits().visitor_bytes, ("json", "zip"))
        if st.session_state.get(_WRONG):
            st.error(plain(st.session_state[_WRONG]))


def _save(page: Page) -> None:
    contents = {}
    if visitor.given(PHOTOS) and st.toggle(tr("With the photographs"), key=_WITH):
        contents = saved_session.photographs()
    kind = "zip" if contents else "json"
    st.download_button(
        tr("Save this session"),
        data=partial(saved_session.session(page).write, contents),
        file_name=f"session.{kind}",
        mime=f"application/{kind}",
        on_click="ignore",
    )
