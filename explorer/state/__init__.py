"""The only room that names session keys and query parameters; `compare`, `lessons`: of their pages.

The spec in the session is the truth; controls are filled from it before they are drawn, and a
change goes through `change`, which keeps the old network and a message where the new one cannot be.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from explorer.state.lessons import LESSONS as LESSONS
from explorer.state.page import Page, acted
from explorer.state.page import hidden as hidden  # state.hidden(), like all else here
from explorer.state.page import language as language
from explorer.state.page import speak as speak
from resnet.language import tr
from resnet.rules import SpecError
from resnet.spec import ResNetSpec

OVERLAY = "overlay"  # the component with the photograph; its opacity is read
# Picture components; their picks are read.
STREAM, FLOW, CELLS, DEPTH, RANKS = "stream", "flow", "cells", "depth", "ranks"
SECOND = "second"  # the checkpoint of a second model
_SPEC, _MESSAGE = "spec", "message"
_LOADED = "loaded"  # what the visitor has waited for
_PICKED = "picked"  # when each picture was last picked in

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
)
ATTENTION = Page(
    "attention",
    {
        "model": "shapes_resnet20",
        "sample": "2",
        "target": "",
        "layer": "",
        "panel": "",
        "method": "gradcam",
        "signs": "both",
        "colours": "signed",
        "threshold": "0",
        "placement": "receptive-field",
        "opacity": "75",
        "top": "5",
        "other": "",
        "second": "",
        "inputs": "saliency,guided,guided-gradcam",
        "trusted": "gradcam",
        "missing": "grey",
        "device": "",
        "precision": "fp32",
        "normalise": "",
        "mean": "",
        "std": "",
        "resize": "",
        "crop": "",
        "block": "",
        "off": "",
        "drop": "logit",
        "sweep": "",
    },
    forgets={
        "model": ("target", "other", "block", "off", "sweep"),
        "sample": ("target", "other", "sweep"),
    },
)


def spec() -> ResNetSpec:
    """The network on show: the session's, else the address's, else ResNet-50."""
    given = ARCHITECTURE.read()
    if given is not None:
        st.session_state[_SPEC], st.session_state[_MESSAGE] = _from_address(given)
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


def write_architecture() -> None:
    """Put the network and what is open of it into the address."""
    ARCHITECTURE.write(_network())


def link(hide: Collection[str]) -> str:
    """The address that restores the Architecture page as it is, but for what it hides."""
    query = urlencode(ARCHITECTURE.address(_network(), hide), safe=",")
    return f"{(st.context.url or '').rstrip('/')}/?{query}"


def _network() -> dict[str, str]:
    return dict(parse_qsl(st.session_state[_SPEC].to_query()))


def _from_address(given: dict[str, str]) -> tuple[ResNetSpec, str]:
    try:
        return ResNetSpec.from_query(urlencode(given)), ""
    except SpecError as error:
        return ResNetSpec(), tr("The link could not be followed. {reason}", reason=error)


def opened(page: Page = ARCHITECTURE) -> str:
    """The name of the block that is open, or nothing."""
    return page.asked("open")


def unfolded(page: Page = ARCHITECTURE) -> tuple[str, ...]:
    """The first blocks of the runs of equal blocks that are drawn one by one."""
    return tuple(filter(None, page.asked("unfold").split(",")))


def picked(key: str) -> str:
    """What was chosen in a picture, once: nothing where a run hands an old choice on again."""
    choice = st.session_state[key].pick
    if choice["at"] == st.session_state.get(_PICKED, {}).get(key):
        return ""
    st.session_state.setdefault(_PICKED, {})[key] = choice["at"]
    return choice["what"]


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


def write_attention() -> None:
    """Put the model, and every choice that is not the usual one, into the address."""
    ATTENTION.write({"model": ATTENTION.asked("model")})


def keep(name: str, files: object) -> None:
    """Keep what was uploaded: an uploader forgets its files when its page is left."""
    st.session_state[f"kept_{name}"] = files
    if name != SECOND:  # all that is asked is asked of the first model's answer
        ATTENTION.ask("target", "")


def kept(name: str) -> Any:
    """What `keep` was given, or None."""
    return st.session_state.get(f"kept_{name}")


def loaded() -> set[tuple[str, str]]:
    """The models, by key and device, that this visitor has seen loading."""
    known: set[tuple[str, str]] = st.session_state.setdefault(_LOADED, set())
    return known


def on_show() -> ResNetSpec:
    """The network now on the Architecture page, read or not."""
    return st.session_state.get(_SPEC, ResNetSpec())
