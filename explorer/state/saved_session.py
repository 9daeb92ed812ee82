"""A visitor's session as a file: what is in it, and how it is taken up again."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from explorer.state import visitor
from explorer.state.choices import page_choices
from explorer.state.visitor import PHOTOS
from explorer.uploads.store import Upload
from resnet.evidence.session_file import KINDS, PAGES, File, Page, Session

_LISTED = "session_files"  # those of the session that was opened


def session(page: Page) -> Session:
    """The session as it is, with a page on show."""
    files = tuple(
        File(kind, file.name, file.sha256, file.size)
        for kind in KINDS
        for file in visitor.given(kind)
    )
    opened = page_choices.addresses()
    addresses = {name: opened[name] for name in PAGES if name in opened}
    return Session(page, addresses, files)


def photographs() -> dict[str, Callable[[], bytes]]:
    """What reads each photograph, by its SHA-256."""
    return {file.sha256: file.path.read_bytes for file in visitor.given(PHOTOS)}


def open_session(
    session: Session, contents: Mapping[str, bytes], keep: Callable[[str, str, bytes], Upload]
) -> None:
    """Take up every page's choices, and keep what comes with them.

    `keep` judges and keeps a file of a kind by name; it raises what is wrong with one.
    """
    visitor.settle()
    for file in session.files:
        if file.sha256 in contents:
            keep(file.kind, file.name, contents[file.sha256])
    st.session_state[_LISTED] = session.files
    page_choices.open_addresses(session.addresses)


def lacking(kind: str) -> tuple[File, ...]:
    """The files of the session that was opened which are not here."""
    here = {file.sha256 for file in visitor.given(kind)}
    listed: tuple[File, ...] = st.session_state.get(_LISTED, ())
    return tuple(file for file in listed if file.kind == kind and file.sha256 not in here)
