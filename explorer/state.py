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

SPEC, OPEN, MESSAGE, ADDRESS = "spec", "open", "message", "address"
STREAM = "stream"  # the picture component; its picks are read from it


def spec() -> ResNetSpec:
    """The network on show: the session's, else the address's, else ResNet-50."""
    if SPEC not in st.session_state or _address_moved():
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
    wanted = dict(parse_qsl(st.session_state[SPEC].to_query()))
    if opened():
        wanted[OPEN] = opened()
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)
    st.session_state[ADDRESS] = wanted


def _address_moved() -> bool:
    """Whether the visitor went back, forward or to another link within this session."""
    here = st.query_params.to_dict()
    return bool(here) and here != st.session_state.get(ADDRESS, here)


def _from_address() -> tuple[ResNetSpec, str]:
    given = {k: v for k, v in st.query_params.to_dict().items() if k != OPEN}
    try:
        return ResNetSpec.from_query(urlencode(given)), ""
    except SpecError as error:
        return ResNetSpec(), f"The link could not be followed. {error}"
