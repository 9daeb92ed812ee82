"""One page's choices: from the address into the session, changed by controls, and back."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import streamlit as st

from explorer.streamlit_joints import draws_a_page
from resnet.text.language import LANGUAGES

HIDE = "hide"  # the parameter of every page that hides its controls
LANGUAGE = "lang"  # of every page that is not read in English
_ACTED = "acted"  # whether a control has started this run
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
        """What a new address says beyond the choices, which are taken from it; None if not new.

        A run that a control has started never brings a new address, but may bring an old one: that
        of before the last run, which the browser had not been told to change yet.
        """
        here = st.query_params.to_dict()
        written = st.session_state.setdefault(_WRITTEN, {})
        old = st.session_state.pop(_ACTED, False) or not here or here in written.values()
        if self.name in st.session_state and old:
            return None
        written[self.name] = dict(here)
        st.session_state[HIDE] = here.pop(HIDE, st.session_state.get(HIDE, ""))
        st.session_state[LANGUAGE] = here.pop(LANGUAGE, language())
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
        """Make one choice; the same again changes nothing that depends on it."""
        choices = st.session_state.get(self.name, self.usual)  # of a page not read yet, the usual
        others = () if choices[field] == value else self._forgets.get(field, ())
        forgotten = {name: self.usual[name] for name in others}
        st.session_state[self.name] = choices | forgotten | {field: value}
        acted()

    def address(self, first: Mapping[str, str], hide: Collection[str]) -> dict[str, str]:
        """`first`, every choice that is not the usual one, and what is to be hidden."""
        choices = st.session_state[self.name].items()
        wanted = dict(first) | {k: v for k, v in choices if v != self.usual[k]}
        foreign = {LANGUAGE: language()} if language() != "en" else {}
        return wanted | ({HIDE: ",".join(hide)} if hide else {}) | foreign

    def listed(self, field: str, options: Collection[str]) -> tuple[str, ...]:
        """A choice of several: those of `options`, in their order, that it names with commas."""
        named = self.asked(field).split(",")
        return tuple(option for option in options if option in named)

    def flip(self, field: str, option: str) -> None:
        """Put one option into a choice of several, or take it out."""
        named = [name for name in self.asked(field).split(",") if name and name != option]
        there = option in self.asked(field).split(",")
        self.ask(field, ",".join(named if there else [*named, option]))

    def write(self, first: Mapping[str, str]) -> None:
        """Put `first` and every choice that is not the usual one into the address."""
        wanted = self.address(first, hidden())
        if st.query_params.to_dict() != wanted:
            st.query_params.from_dict(wanted)
        st.session_state.setdefault(_WRITTEN, {})[self.name] = wanted
        st.session_state[_ACTED] = False  # a fragment reads no address


def hidden() -> tuple[str, ...]:
    """The controls that a teacher's link hides."""
    return tuple(filter(None, st.session_state.get(HIDE, "").split(",")))


def language() -> str:
    """The language that is read: the session's, else the address's, else English.

    A thread that draws no page has no session.
    """
    if not draws_a_page():
        return "en"
    chosen = st.session_state.get(LANGUAGE) or st.query_params.get(LANGUAGE, "en")
    return chosen if chosen in LANGUAGES else "en"


def speak(chosen: str) -> None:
    """Read another language; one that is not known is not taken."""
    if chosen in LANGUAGES:
        st.session_state[LANGUAGE] = chosen
        acted()


def acted() -> None:
    """Note that a control has started this run."""
    st.session_state[_ACTED] = True
