"""The only place that names session keys and query parameters.

The spec in the session is the truth; controls are filled from it before they are drawn, and a
change goes through `change`, which keeps the old network and a message where the new one cannot be.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from resnet.comparison import side
from resnet.language import LANGUAGES
from resnet.rules import SpecError
from resnet.spec import ResNetSpec

OVERLAY = "overlay"  # the component with the photograph; its opacity is read
# Picture components; their picks are read.
STREAM, FLOW, CELLS, DEPTH = "stream", "flow", "cells", "depth"
SECOND = "second"  # the checkpoint of a second model
_SPEC, _MESSAGE, _HIDE, _LANGUAGE = "spec", "message", "hide", "lang"
_COMPARE_MESSAGE = "compare_message"
_PICKED = "picked"  # when each picture was last picked in
_ACTED = "acted"  # whether a control has started this run
_HALTED = "halted"  # what an experiment had found when it was halted
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
        st.session_state[_HIDE] = here.pop(_HIDE, st.session_state.get(_HIDE, ""))
        st.session_state[_LANGUAGE] = here.pop(_LANGUAGE, language())
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
        st.session_state[_ACTED] = True

    def address(self, first: Mapping[str, str], hide: Collection[str]) -> dict[str, str]:
        """`first`, every choice that is not the usual one, and what is to be hidden."""
        choices = st.session_state[self.name].items()
        wanted = dict(first) | {k: v for k, v in choices if v != self.usual[k]}
        foreign = {_LANGUAGE: language()} if language() != "en" else {}
        return wanted | ({_HIDE: ",".join(hide)} if hide else {}) | foreign

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

SIDES = ("left", "right")
COMPARE = Page(
    "compare",
    {
        "left": "net=resnet34&shortcut=none",
        "right": "net=resnet34&shortcut=A",
        "open": "",
        "unfold": "",
        "by": "macs",
    },
)


LESSONS = Page("lessons", {"lesson": "degradation", "seen": "", "seed": "0", "depth": "20"})


def language() -> str:
    """The language that is read: the session's, else the address's, else English."""
    chosen = st.session_state.get(_LANGUAGE) or st.query_params.get(_LANGUAGE, "en")
    return chosen if chosen in LANGUAGES else "en"


def speak(chosen: str) -> None:
    """Read another language; one that is not known is not taken."""
    if chosen in LANGUAGES:
        st.session_state[_LANGUAGE] = chosen
        st.session_state[_ACTED] = True


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
    st.session_state[_ACTED] = True
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
        return ResNetSpec(), f"The link could not be followed. {error}"


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


def on_show() -> ResNetSpec:
    """The network now on the Architecture page, read or not."""
    return st.session_state.get(_SPEC, ResNetSpec())


def sides() -> tuple[str, ...]:
    """The links of both sides. What a new address says wrongly leaves its side as it was."""
    before = st.session_state.get(COMPARE.name, COMPARE.usual)
    if COMPARE.read() is not None:
        given = dict(st.session_state[COMPARE.name])
        st.session_state[COMPARE.name] = given | {name: before[name] for name in SIDES}
        put({name: given[name] for name in SIDES})
    return tuple(COMPARE.asked(name) for name in SIDES)


def put(links: Mapping[str, str]) -> None:
    """Put networks on their sides; a link that cannot be followed leaves its side, and says why."""
    wrong = []
    for name, link in links.items():
        try:
            COMPARE.ask(name, side(_network_of(link)).query)
        except SpecError as error:
            wrong.append(f"The link for the {name} side could not be followed. {error}")
    st.session_state[_COMPARE_MESSAGE] = " ".join(wrong)


def swap() -> None:
    """Exchange the sides."""
    left, right = sides()
    put({"left": right, "right": left})


def _network_of(link: str) -> str:
    """A link without its address and without what is only open on the page."""
    query = link.strip().rpartition("?")[2]
    pairs = parse_qsl(query, keep_blank_values=True)
    here = {*ARCHITECTURE.usual, _HIDE}
    return urlencode([pair for pair in pairs if pair[0] not in here]) if "=" in query else query


def compare_message() -> str:
    """Why a link could not be followed, or nothing."""
    return st.session_state.get(_COMPARE_MESSAGE, "")


def compare_with(spec: ResNetSpec) -> dict[str, str]:
    """The address of the Compare page with a network on the left; the right stays."""
    right = st.session_state.get(COMPARE.name, COMPARE.usual)["right"]
    return {"left": spec.to_query(), "right": right}


def write_compare() -> None:
    """Put both sides, and the block that is open, into the address."""
    COMPARE.write(dict(zip(SIDES, sides(), strict=True)))


def open_lesson(name: str) -> None:
    """Turn to a lesson."""
    LESSONS.ask("lesson", name)


def attend(name: str) -> None:
    """Note that a lesson has been opened."""
    seen = LESSONS.asked("seen").split(",")
    if name not in seen:
        st.session_state[LESSONS.name]["seen"] = ",".join(filter(None, [*seen, name]))


def write_lessons(name: str) -> None:
    """Put the lesson, and every choice that is not the usual one, into the address."""
    LESSONS.write({"lesson": name})


def halt(question: tuple[str, ...], rows: Any) -> None:
    """Note what a run has found so far, for when it is halted."""
    st.session_state[_HALTED] = (question, rows)


def halted(question: tuple[str, ...]) -> Any:
    """What the visitor's last run found before it was halted, or None if it asked otherwise."""
    asked, rows = st.session_state.get(_HALTED, (None, None))
    return rows if asked == question else None
