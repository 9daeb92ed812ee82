"""The only place that names session keys and query parameters.

The spec in the session is the truth; controls are filled from it before they are drawn, and a
change goes through `change`, which keeps the old network and a message where the new one cannot be.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from resnet.rules import SpecError
from resnet.spec import ResNetSpec

SPEC, OPEN, UNFOLD, MESSAGE, ATTENTION = "spec", "open", "unfold", "message", "attention"
_WRITTEN = "written"  # what each page last wrote into the address
STREAM = "stream"  # the picture component; its picks are read from it


def spec() -> ResNetSpec:
    """The network on show: the session's, else the address's, else ResNet-50."""
    if _must_read(SPEC):
        here = _read(SPEC)
        st.session_state[OPEN] = here.pop(OPEN, None)
        st.session_state[UNFOLD] = here.pop(UNFOLD, "") == "1"
        st.session_state[SPEC], st.session_state[MESSAGE] = _from_address(here)
    return st.session_state[SPEC]


def change(make: Callable[[ResNetSpec], ResNetSpec]) -> None:
    """Replace the network by what `make` makes of it; keep it, with the reason, on `SpecError`."""
    try:
        st.session_state[SPEC] = make(st.session_state[SPEC])
        st.session_state[MESSAGE] = ""
    except SpecError as error:
        st.session_state[MESSAGE] = str(error)


def message() -> str:
    """Why the last change or the address could not be followed, or nothing."""
    return st.session_state.get(MESSAGE, "")


def opened() -> str | None:
    """The name of the block that is open."""
    return st.session_state.get(OPEN)


def open_block(name: str | None) -> None:
    """Open a block; the same one again closes it."""
    st.session_state[OPEN] = None if name == opened() else name


def unfolded() -> bool:
    """Whether equal blocks in a row are all drawn."""
    return bool(st.session_state.get(UNFOLD))


def unfold(wanted: bool) -> None:
    """Draw equal blocks in a row one by one, or folded where there are many."""
    st.session_state[UNFOLD] = wanted


def write_address() -> None:
    """Put the network and what is open of it into the address."""
    wanted = dict(parse_qsl(st.session_state[SPEC].to_query()))
    more = {OPEN: opened(), UNFOLD: "1" if unfolded() else None}
    _write(SPEC, wanted | {name: value for name, value in more.items() if value})


def _write(page: str, wanted: dict[str, str]) -> None:
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)
    st.session_state.setdefault(_WRITTEN, {})[page] = wanted


def _must_read(page: str) -> bool:
    """Whether the page is new, or the visitor went back, forward or followed a link."""
    here = st.query_params.to_dict()
    written = st.session_state.get(_WRITTEN, {}).values()
    return page not in st.session_state or (bool(here) and here not in written)


def _read(page: str) -> dict[str, str]:
    """The address, noted as this page's, so that the next run does not read it again."""
    here = st.query_params.to_dict()
    st.session_state.setdefault(_WRITTEN, {})[page] = dict(here)
    return here


def _from_address(given: dict[str, str]) -> tuple[ResNetSpec, str]:
    try:
        return ResNetSpec.from_query(urlencode(given)), ""
    except SpecError as error:
        return ResNetSpec(), f"The link could not be followed. {error}"


# The choices of the Attention page, and what holds where the address says nothing.
_USUAL = {
    "model": "shapes_resnet20",
    "sample": "2",
    "target": "",
    "layer": "",
    "method": "gradcam",
    "signs": "both",
    "placement": "receptive-field",
    "device": "",
    "precision": "fp32",
}


def asked(field: str, options: Collection[str], usual: str | None = None) -> str:
    """One choice of the Attention page: one of `options`, else the usual one."""
    if _must_read(ATTENTION):
        here = _read(ATTENTION)
        st.session_state[ATTENTION] = _USUAL | {k: v for k, v in here.items() if k in _USUAL}
    chosen = st.session_state[ATTENTION][field]
    return chosen if chosen in options else (_USUAL[field] if usual is None else usual)


def ask(field: str, value: str) -> None:
    """Make one choice of the Attention page; another model or picture forgets the class."""
    forgotten = {"target": ""} if field in ("model", "sample") else {}
    st.session_state[ATTENTION] = st.session_state[ATTENTION] | forgotten | {field: value}


def write_attention() -> None:
    """Put the model, and every choice that is not the usual one, into the address."""
    choices = st.session_state[ATTENTION].items()
    _write(ATTENTION, {k: v for k, v in choices if v != _USUAL[k] or k == "model"})


def keep(name: str, files: object) -> None:
    """Keep what was uploaded: an uploader forgets its files when its page is left."""
    st.session_state[f"kept_{name}"] = files
    ask("target", "")


def kept(name: str) -> Any:
    """What `keep` was given, or None."""
    return st.session_state.get(f"kept_{name}")
