"""The only place that names session keys and query parameters.

The spec in the session is the truth; controls are filled from it before they are drawn, and a
change goes through `change`, which keeps the old network and a message where the new one cannot be.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from resnet.rules import SpecError
from resnet.spec import ResNetSpec

SPEC, OPEN, MESSAGE, ATTENTION = "spec", "open", "message", "attention"
_WRITTEN = "written"  # what each page last wrote into the address
STREAM = "stream"  # the picture component; its picks are read from it


def spec() -> ResNetSpec:
    """The network on show: the session's, else the address's, else ResNet-50."""
    if _must_read(SPEC):
        st.session_state[SPEC], st.session_state[MESSAGE] = _from_address()
        st.session_state[OPEN] = st.query_params.get(OPEN)
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


def write_address() -> None:
    """Put the network and the open block into the address."""
    block = opened()
    wanted = dict(parse_qsl(st.session_state[SPEC].to_query()))
    _write(SPEC, wanted | ({OPEN: block} if block else {}))


def _write(page: str, wanted: dict[str, str]) -> None:
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)
    st.session_state.setdefault(_WRITTEN, {})[page] = wanted


def _must_read(page: str) -> bool:
    """Whether the page is new, or the visitor went back, forward or followed a link."""
    here = st.query_params.to_dict()
    written = st.session_state.get(_WRITTEN, {}).values()
    return page not in st.session_state or (bool(here) and here not in written)


def _from_address() -> tuple[ResNetSpec, str]:
    given = {k: v for k, v in st.query_params.to_dict().items() if k != OPEN}
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


def asked(field: str) -> str:
    """One choice of the Attention page."""
    if _must_read(ATTENTION):
        here = st.query_params.to_dict()
        st.session_state[ATTENTION] = _USUAL | {k: v for k, v in here.items() if k in _USUAL}
        st.session_state.setdefault(_WRITTEN, {})[ATTENTION] = here
    return str(st.session_state[ATTENTION][field])


def ask(field: str, value: str) -> None:
    """Make one choice of the Attention page."""
    st.session_state[ATTENTION] = st.session_state[ATTENTION] | {field: value}


def write_attention() -> None:
    """Put every choice that is not the usual one into the address."""
    choices = st.session_state[ATTENTION].items()
    _write(ATTENTION, {name: value for name, value in choices if value != _USUAL[name]})
