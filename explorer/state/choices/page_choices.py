"""One page's choices: from the address into the session, changed by controls, and back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import streamlit as st

from explorer.streamlit_joints import draws_a_page
from resnet.text.language import LANGUAGES

HIDE = "hide"  # the parameter of every page that hides its controls
LANGUAGE = "lang"  # of every page that is not read in English
_ACTED = "acted"  # whether a control has started this run
_WRITTEN = "written"  # what each page last wrote into the address
_OPENED = "opened"  # by page, an address to be read in place of the browser's


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

    def key(self, field: str) -> str:
        """The session key of the control for a choice, unique in the app."""
        return f"{self.name}_{field}"

    def read(self) -> dict[str, str] | None:
        """What a new address says beyond the choices, which are taken from it; None if not new.

        A run that a control has started never brings a new address, but may bring an old one: that
        of before the last run, which the browser had not been told to change yet. So may the runs
        after it, as long as none has come to write its own.
        """
        opened = st.session_state.get(_OPENED, {}).pop(self.name, None)
        address = st.query_params.to_dict() if opened is None else dict(opened)
        written = st.session_state.setdefault(_WRITTEN, {})
        acted = st.session_state.get(_ACTED, False)  # until a run has written: many are cut short
        known = acted or not address or address in written.values()
        if self.name in st.session_state and known and opened is None:
            return None
        written[self.name] = dict(address)
        st.session_state[HIDE] = address.pop(HIDE, st.session_state.get(HIDE, ""))
        st.session_state[LANGUAGE] = address.pop(LANGUAGE, language())
        choices = {field: address.pop(field) for field in self.usual if field in address}
        st.session_state[self.name] = self.usual | choices
        return address

    def asked(
        self, field: str, options: Collection[str] | None = None, usual: str | None = None
    ) -> str:
        """One choice: one of `options` where they are given, else the usual one."""
        choice = self._choices[field]
        if options is None or choice in options:
            return choice
        return self.usual[field] if usual is None else usual

    def ask(self, field: str, value: str) -> None:
        """Make one choice; the same again changes nothing that depends on it."""
        dependent = () if self._choices[field] == value else self._forgets.get(field, ())
        forgotten = {name: self.usual[name] for name in dependent}
        st.session_state[self.name] = self._choices | forgotten | {field: value}
        acted()

    def unask(self, field: str, value: str) -> None:
        """Go back to the usual choice where `value` is the choice."""
        if self._choices[field] == value:
            self.ask(field, self.usual[field])

    @property
    def _choices(self) -> dict[str, str]:
        """All of them; of a page that was not read yet, the usual ones."""
        choices: dict[str, str] = st.session_state.get(self.name, self.usual)
        return choices

    def address(self, first: Mapping[str, str], hide: Collection[str]) -> dict[str, str]:
        """`first`, every choice that is not the usual one, and what is to be hidden."""
        choices = st.session_state[self.name].items()
        unusual = {field: choice for field, choice in choices if choice != self.usual[field]}
        hiding = {HIDE: ",".join(hide)} if hide else {}
        foreign = {LANGUAGE: language()} if language() != "en" else {}
        return dict(first) | unusual | hiding | foreign

    def listed(self, field: str, options: Collection[str]) -> tuple[str, ...]:
        """A choice of several: those of `options`, in their order, that it names with commas."""
        named = self.asked(field).split(",")
        return tuple(option for option in options if option in named)

    def flip(self, field: str, option: str) -> None:
        """Put one option into a choice of several, or take it out."""
        named = self.asked(field).split(",")
        others = [name for name in named if name and name != option]
        self.ask(field, ",".join(others if option in named else [*others, option]))

    def write(self, first: Mapping[str, str]) -> None:
        """Put `first` and every choice that is not the usual one into the address."""
        address = self.address(first, hidden())
        if st.query_params.to_dict() != address:
            st.query_params.from_dict(address)
        st.session_state.setdefault(_WRITTEN, {})[self.name] = address
        st.session_state[_ACTED] = False  # a fragment reads no address


def addresses() -> dict[str, dict[str, str]]:
    """The address of every page that was opened, by its name."""
    return {name: dict(address) for name, address in st.session_state.get(_WRITTEN, {}).items()}


def open_addresses(addresses: Mapping[Any, Mapping[str, str]]) -> None:
    """Have pages, by name, follow these addresses when they are drawn next."""
    st.session_state[_OPENED] = dict(addresses)


def untouched() -> bool:
    """Whether no page was opened yet, and no address says what is wanted."""
    return not (st.query_params or _WRITTEN in st.session_state or _OPENED in st.session_state)


def hidden() -> tuple[str, ...]:
    """The controls that a teacher's link hides."""
    return tuple(filter(None, st.session_state.get(HIDE, "").split(",")))


def language() -> str:
    """The language that is read: the session's, else the address's, else English.

    A thread that draws no page has no session.
    """
    if not draws_a_page():
        return "en"
    code = st.session_state.get(LANGUAGE) or st.query_params.get(LANGUAGE, "en")
    return code if code in LANGUAGES else "en"


def speak(code: str) -> None:
    """Read another language; one that is not known is not taken."""
    if code in LANGUAGES:
        st.session_state[LANGUAGE] = code
        acted()


def acted() -> None:
    """Note that a control has started this run."""
    st.session_state[_ACTED] = True
