"""The network on show: the session's truth, what is open of it, and its address.

Controls are filled from the spec before they are drawn, and a change goes through `change`, which
keeps the old network and a message where the new one cannot be.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import streamlit as st

from explorer.state.page_choices import Page, acted
from resnet.network import query
from resnet.network.rules import SpecError
from resnet.network.spec import ResNetSpec
from resnet.text.language import tr

_SPEC, _MESSAGE = "spec", "message"

ARCHITECTURE = Page(
    "architecture",
    {
        "open": "",
        "unfold": "",
        "panel": "",
        "by": "block",
        "field": "",
        "cell": "",
        "over": "",
        "photo": "",
        "count": "macs",
        "extras": "",
        "memory": "inference",
        "batch": "1",
        "precision": "fp32",
        "optimiser": "momentum",
        "values": "",
        "weights": "",
        "picture": "2",
        "channel": "0",
    },
    forgets={"photo": ("over",)},
)


def spec() -> ResNetSpec:
    """The network on show: the session's, else the address's, else ResNet-50."""
    fields = ARCHITECTURE.read()
    if fields is not None:
        st.session_state[_SPEC], st.session_state[_MESSAGE] = _from_address(fields)
    return st.session_state[_SPEC]


def change(make: Callable[[ResNetSpec], ResNetSpec]) -> None:
    """Replace the network by what `make` makes of it; keep it, with the reason, on `SpecError`."""
    acted()
    try:
        st.session_state[_SPEC] = make(st.session_state[_SPEC])
        st.session_state[_MESSAGE] = ""
    except SpecError as error:
        st.session_state[_MESSAGE] = str(error)


def message() -> str:
    """Why the last change or the address could not be followed, or nothing."""
    return st.session_state.get(_MESSAGE, "")


def write() -> None:
    """Put the network and what is open of it into the address."""
    ARCHITECTURE.write(st.session_state[_SPEC].to_fields())


def link(hide: Collection[str]) -> str:
    """The address that restores the Architecture page as it is, but for what it hides."""
    address = ARCHITECTURE.address(st.session_state[_SPEC].to_fields(), hide)
    return f"{(st.context.url or '').rstrip('/')}/?{query.join(address)}"


def _from_address(fields: dict[str, str]) -> tuple[ResNetSpec, str]:
    try:
        return ResNetSpec.from_fields(fields), ""
    except SpecError as error:
        return ResNetSpec(), tr("The link could not be followed. {reason}", reason=error)


def opened(page: Page = ARCHITECTURE) -> str:
    """The name of the block that is open, or nothing."""
    return page.asked("open")


def unfolded(page: Page = ARCHITECTURE) -> tuple[str, ...]:
    """The first blocks of the runs of equal blocks that are drawn one by one."""
    return tuple(filter(None, page.asked("unfold").split(",")))


def pick(what: str, page: Page = ARCHITECTURE) -> None:
    """Do what a part of the picture is for: `fold NAME` folds or unfolds a run, NAME opens."""
    if what.startswith("fold "):
        page.flip("unfold", what.removeprefix("fold "))
    else:
        open_block(what, page)


def open_block(name: str, page: Page = ARCHITECTURE) -> None:
    """Open a block; the same one again closes it."""
    page.ask("open", "" if name == opened(page) else name)


def show_network(spec: ResNetSpec) -> None:
    """Replace the network by this one, with a block open: the same if it has it, else its first."""
    change(lambda _: spec)
    names = [plan.name for plan in spec.blocks()]
    if opened() not in names:
        open_block(names[0])


def on_show() -> ResNetSpec:
    """The network now on the Architecture page, read or not."""
    return st.session_state.get(_SPEC, ResNetSpec())
