"""The two networks of the Compare page: links that are followed, put on their sides, swapped."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from explorer.state.choices.page_choices import HIDE, LANGUAGE, Page
from explorer.state.choices.shown_network import ARCHITECTURE, CLOSED
from resnet.counts.comparison import fields_of, side_of
from resnet.network.fields.rules import SpecError
from resnet.network.links import ignored
from resnet.network.naming.presets import RESNET50
from resnet.network.spec import ResNetSpec
from resnet.text.language import mark, tr

_MESSAGE = "compare_message"

SIDES = ("left", "right")
_WRONG = {
    "left": mark("The link for the network above could not be followed. {reason}"),
    "right": mark("The link for the network below could not be followed. {reason}"),
}
PAGE = Page(
    "compare",
    {
        "left": "net=resnet34&shortcut=none",
        "right": "net=resnet34&shortcut=A",
        "open": CLOSED,
        "fold": "",
        "unfold": "",
        "by": "macs",
    },
)


def sides() -> tuple[str, ...]:
    """The links of both sides. What a new address says wrongly leaves its side as it was."""
    before = st.session_state.get(PAGE.name, PAGE.usual)
    if PAGE.read() is not None:
        choices = st.session_state[PAGE.name]
        st.session_state[PAGE.name] = choices | {name: before[name] for name in SIDES}
        put({name: choices[name] for name in SIDES})
    return tuple(PAGE.asked(name) for name in SIDES)


def put(links: Mapping[str, str]) -> None:
    """Put networks on their sides; a link that cannot be followed leaves its side, and says why.

    Another network than was asked for would be compared in its place; fields that no network has
    change none, and are ignored.
    """
    said = []
    for name, link in links.items():
        fields = _network_of(link)
        known = {field: fields[field] for field in fields if field in ("net", *RESNET50)}
        try:
            PAGE.ask(name, side_of(known or fields).query)
            said.append(ignored([field for field in fields if field not in known]))
        except SpecError as error:
            said.append(tr(_WRONG[name], reason=error))
    st.session_state[_MESSAGE] = " ".join(filter(None, said))


def swap() -> None:
    """Exchange the sides."""
    left, right = sides()
    put({"left": right, "right": left})


def _network_of(link: str) -> dict[str, str]:
    """The fields of a link, without its address and without what is only open on the page."""
    of_the_page = {*ARCHITECTURE.usual, HIDE, LANGUAGE}
    fields = fields_of(link.strip().rpartition("?")[2])
    return {name: text for name, text in fields.items() if name not in of_the_page}


def message() -> str:
    """Why a link could not be followed, or nothing."""
    return st.session_state.get(_MESSAGE, "")


def address(spec: ResNetSpec) -> dict[str, str]:
    """The address of the Compare page with a network above; the one below stays."""
    right = st.session_state.get(PAGE.name, PAGE.usual)["right"]
    return {"left": spec.to_query(), "right": right}


def write() -> None:
    """Put both sides, and the block that is open, into the address."""
    PAGE.write(dict(zip(SIDES, sides(), strict=True)))
