"""The only place that names session keys and query parameters.

The spec in the session is the truth; controls are filled from it before they are drawn, and a
change goes through `change`, which keeps the old network and a message where the new one cannot be.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from resnet.rules import SpecError
from resnet.spec import ResNetSpec

STREAM = "stream"  # the picture component; its picks are read from it
_SPEC, _MESSAGE, _HIDE = "spec", "message", "hide"
_WRITTEN = "written"  # what each page last wrote into the address


class Page:
    """One page's choices: taken from the address, changed by controls, written back.

    `usual` has every choice and what holds where the address says nothing. A choice that changes
    what another means forgets it: `forgets` names those.
    """

    def __init__(
        self,
        name: str,
        usual: Mapping[str, str],
        forgets: Mapping[str, tuple[str, ...]] | None = None,
    ):
        self.name, self.usual, self._forgets = name, dict(usual), forgets or {}

    def read(self) -> dict[str, str] | None:
        """What a new address says beyond the choices, which are taken from it; None if not new."""
        here = st.query_params.to_dict()
        written = st.session_state.setdefault(_WRITTEN, {})
        if self.name in st.session_state and (not here or here in written.values()):
            return None
        written[self.name] = dict(here)
        st.session_state[_HIDE] = here.pop(_HIDE, st.session_state.get(_HIDE, ""))
        own = {field: here.pop(field) for field in self.usual if field in here}
        st.session_state[self.name] = self.usual | own
        return here

    def asked(
        self, field: str, options: Collection[str] | None = None, usual: str | None = None
    ) -> str:
        """One choice: one of `options` where they are given, else the usual one.

        The page must have been read.
        """
        chosen: str = st.session_state[self.name][field]
        if options is None or chosen in options:
            return chosen
        return self.usual[field] if usual is None else usual

    def ask(self, field: str, value: str) -> None:
        """Make one choice."""
        forgotten = {name: self.usual[name] for name in self._forgets.get(field, ())}
        choices = st.session_state.get(self.name, self.usual)  # of a page not read yet, the usual
        st.session_state[self.name] = choices | forgotten | {field: value}

    def write(self, first: Mapping[str, str] | None = None) -> None:
        """Put `first` and every choice that is not the usual one into the address."""
        choices = st.session_state[self.name].items()
        wanted = dict(first or {}) | {k: v for k, v in choices if v != self.usual[k]}
        if hidden():
            wanted[_HIDE] = ",".join(hidden())
        if st.query_params.to_dict() != wanted:
            st.query_params.from_dict(wanted)
        st.session_state.setdefault(_WRITTEN, {})[self.name] = wanted


ARCHITECTURE = Page(
    "architecture",
    {
        "open": "",
        "unfold": "",
        "panel": "",
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
        "method": "gradcam",
        "signs": "both",
        "placement": "receptive-field",
        "device": "",
        "precision": "fp32",
    },
    forgets={"model": ("target",), "sample": ("target",)},
)


def hidden() -> tuple[str, ...]:
    """The controls that a teacher's link hides."""
    return tuple(filter(None, st.session_state.get(_HIDE, "").split(",")))


def spec() -> ResNetSpec:
    """The network on show: the session's, else the address's, else ResNet-50."""
    given = ARCHITECTURE.read()
    if given is not None:
        st.session_state[_SPEC], st.session_state[_MESSAGE] = _from_address(given)
    return st.session_state[_SPEC]


def change(make: Callable[[ResNetSpec], ResNetSpec]) -> None:
    """Replace the network by what `make` makes of it; keep it, with the reason, on `SpecError`."""
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
    ARCHITECTURE.write(dict(parse_qsl(st.session_state[_SPEC].to_query())))


def _from_address(given: dict[str, str]) -> tuple[ResNetSpec, str]:
    try:
        return ResNetSpec.from_query(urlencode(given)), ""
    except SpecError as error:
        return ResNetSpec(), f"The link could not be followed. {error}"


def opened() -> str:
    """The name of the block that is open, or nothing."""
    return ARCHITECTURE.asked("open")


def unfolded() -> tuple[str, ...]:
    """The first blocks of the runs of equal blocks that are drawn one by one."""
    return tuple(filter(None, ARCHITECTURE.asked("unfold").split(",")))


def pick(what: str) -> None:
    """Do what a part of the picture is for: `fold NAME` folds or unfolds a run, NAME opens."""
    if not what.startswith("fold "):
        open_block(what)
        return
    run = what.removeprefix("fold ")
    others = [name for name in unfolded() if name != run]
    wanted = others if run in unfolded() else [*others, run]
    ARCHITECTURE.ask("unfold", ",".join(wanted))


def open_block(name: str) -> None:
    """Open a block; the same one again closes it."""
    ARCHITECTURE.ask("open", "" if name == opened() else name)


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
    ATTENTION.ask("target", "")


def kept(name: str) -> Any:
    """What `keep` was given, or None."""
    return st.session_state.get(f"kept_{name}")
