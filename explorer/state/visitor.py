"""What one visitor brought and has waited for: files, and the models seen loading.

Files are the store's; the session knows the secret of its tab alone, which its browser keeps for
the next session of the same tab.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from weakref import WeakSet

import streamlit as st

from explorer.state.limits import MB, limits
from explorer.uploads.bounds import Bounds, Kind
from explorer.uploads.folders import usual_folder
from explorer.uploads.store import Named, Store, Upload, named

PHOTOS, OWN, SECOND, LABELS = "photos", "own", "second", "labels"
SECOND_LABELS, TRUTH = "second_labels", "truth"
LABELS_OF = {OWN: LABELS, SECOND: SECOND_LABELS}  # the class names that belong to a checkpoint

_TAB = "tab"  # the session's
_ASKED = "tab_asked"  # whether the browser has said what its tab was
_LOADED = "loaded"  # what the visitor has waited for
_EVERY = 60.0  # seconds between two looks at what is to be forgotten
_swept = -_EVERY


class _Tab:
    """The tab that a session belongs to, as long as there is the session."""

    def __init__(self, token: str):
        self.token = token
        _open.add(self)


_open: WeakSet[_Tab] = WeakSet()


@cache
def store() -> Store:
    """The files of all visitors."""
    allowed = limits()
    return Store(usual_folder(), Bounds(allowed.visitor_bytes, allowed.all_bytes))


def kinds() -> Mapping[str, Kind]:
    """The kinds of files, by name."""
    allowed = limits()
    return {
        PHOTOS: Kind(PHOTOS, allowed.photograph_bytes, many=True),
        OWN: Kind(OWN, allowed.checkpoint_bytes),
        SECOND: Kind(SECOND, allowed.checkpoint_bytes),
        TRUTH: Kind(TRUTH, 4 * MB),
        **{labels: Kind(labels, 4 * MB) for labels in LABELS_OF.values()},
    }


def given(kind: str) -> tuple[Upload, ...]:
    """The visitor's files of a kind, in the order in which they came."""
    token = tab()
    files = store().kept(token) if token else None
    return (files or {}).get(kind, ())


def find(kind: str, link: str) -> Upload | None:
    """The visitor's file that an address names."""
    wanted = named(link)
    files = given(kind) if wanted else ()
    return next((file for file in files if _is(file, wanted)), None)


def missing(kind: str, link: str) -> Named | None:
    """What an address names and the visitor has not given."""
    return named(link) if find(kind, link) is None else None


def _is(file: Upload, wanted: Named | None) -> bool:
    return wanted is not None and file.sha256.startswith(wanted.short)


def keep(kind: str, name: str, data: bytes) -> Upload:
    """Keep a file; the first makes the tab one that is remembered. Raises `UploadError`."""
    return store().add(_own_tab(), kinds()[kind], name, data)


def keep_all(kind: str, files: Sequence[tuple[str, bytes]]) -> list[Upload]:
    """Keep files by names that may be shown. Raises `UploadError`, once those before are kept."""
    return store().add_all(_own_tab(), kinds()[kind], files)


def _own_tab() -> str:
    if not tab():
        st.session_state[_TAB] = _Tab(secrets.token_urlsafe(32))
    return tab()


def remove(kind: str, *files: Upload) -> None:
    """Forget files."""
    store().remove(tab(), kinds()[kind], *(file.sha256 for file in files))


def tab() -> str:
    """The secret of the tab, or nothing as long as it gave nothing."""
    known: _Tab | None = st.session_state.get(_TAB)
    return known.token if known else ""


def waits() -> bool:
    """Whether the tab may have given what the address names, and its browser has not said so."""
    return not (tab() or st.session_state.get(_ASKED)) and any(map(named, _address()))


def _address() -> Iterator[str]:
    yield from st.query_params.to_dict().values()


def settle() -> None:
    """Wait no more for the browser to say what its tab was."""
    st.session_state[_ASKED] = True


def restore(token: str) -> bool:
    """Take up the tab whose secret the browser kept; whether nothing of it is left.

    A session that gave something by now keeps to that.
    """
    settle()
    if not token or tab():
        return False
    there = store().kept(token) is not None
    st.session_state[_TAB] = _Tab(token if there else secrets.token_urlsafe(32))
    store().see(tab())
    return not there


def sweep() -> None:
    """Forget, now and then, what belongs to tabs that were not seen for long."""
    global _swept
    if time.monotonic() - _swept > _EVERY:
        _swept = time.monotonic()
        store().sweep([tab.token for tab in tuple(_open)])


def loaded() -> set[tuple[str, str]]:
    """The models, by key and device, that this visitor has seen loading."""
    models: set[tuple[str, str]] = st.session_state.setdefault(_LOADED, set())
    return models
