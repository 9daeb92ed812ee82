"""The Lessons page's choices, what was predicted and solved, and what a halted run had found."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import streamlit as st

from explorer.state.choices import by_lesson
from explorer.state.choices.page_choices import Page
from resnet.network.naming import query

_HALTED = "halted"  # what an experiment had found when it was halted
_UNCOVERED = "uncovered"  # the charts that were asked for, of those that a link covers
_ASKED = "asked"  # the settings that each experiment is asked with on the page
_OWN = (
    "guesses",
    "solved",
    "answers",
    "lecture",
    "step",
)  # choices that tell of a visitor, not of what is shown

NOTES = "notes"

LESSONS = Page(
    "lessons",
    {
        "lesson": "derivative",
        "lecture": "",
        "step": "0",
        "guesses": "",
        "solved": "",
        "seed": "0",
        "error": "train_error",
        "deep": "56",
        "rate": "0.01",
        "learned": "digits",
        "gradient_depth": "56",
        "norm": "on",
        "init": "he-fan-out",
        "zero_depth": "56",
        "gate_net": "resnet34",
        "gate": "B",
        "gate_stride": "3x3",
        "surface_depth": "56",
        "modern_steps": "",
        "mistake": "",
        "topic": "all",
        "answers": "",
        "walk_picture": "1",
        "walk_row": "",
        "walk_column": "",
        "walk_step": "0",
        "add_net": "digits_residual56",
        "add_block": "",
        "add_picture": "1",
        "unravel": "3",
        "unravel_out": "",
        "paths_net": "digits_residual56",
        "lesion_net": "digits_residual20",
        "sets_net": "digits_residual20",
    },
)


def turn_to(name: str) -> None:
    """Turn to a lesson."""
    LESSONS.ask("lesson", name)


def told(field: str, name: str) -> str:
    """What a visitor's "guesses" or "solved" say of a lesson, as a word; "" if nothing."""
    return by_lesson.word_of(LESSONS.asked(field), name)


def tell(field: str, name: str, word: str) -> None:
    """Note what a visitor guessed or solved in a lesson."""
    LESSONS.ask(field, by_lesson.with_word(LESSONS.asked(field), name, word))


def lecturing() -> str:
    """ "1" where a lesson is shown as a lecture, `NOTES` where as its speaker's notes, else ""."""
    return LESSONS.asked("lecture", ("", "1", NOTES))


def step() -> int:
    """The step that a lecture has come to, from 0."""
    text = LESSONS.asked("step")
    return int(text) if text.isdecimal() and len(text) < 4 else 0


def lecture(name: str, step: int) -> None:
    """Go to a step of a lesson's lecture."""
    LESSONS.ask("lesson", name)
    LESSONS.ask("step", str(step))


def begin_lecture(name: str) -> None:
    """Show a lesson as a lecture from its first step."""
    LESSONS.ask("lecture", "1")
    lecture(name, 0)


def leave_lecture() -> None:
    """Show the lesson as a page again."""
    LESSONS.ask("lecture", "")
    LESSONS.ask("step", "0")


def notes_link() -> str:
    """The address of the notes to what a lecture shows now."""
    return _linked(LESSONS.address({"lecture": NOTES}, ()) | {"lecture": NOTES})


def write(name: str) -> None:
    """Put the lesson, and every choice that is not the usual one, into the address."""
    LESSONS.write({"lesson": name})


def link(name: str, hide: Collection[str]) -> str:
    """The address that opens a lesson as it is, but for what it hides and what a visitor did."""
    address = LESSONS.address({"lesson": name}, hide)
    shown = {field: choice for field, choice in address.items() if field not in _OWN}
    return _linked(shown)


def _linked(address: Mapping[str, str]) -> str:
    return f"{(st.context.url or '').rstrip('/')}?{query.join(address)}"


def ask(name: str, settings: Mapping[str, Any]) -> None:
    """Note the settings that an experiment is asked with."""
    st.session_state.setdefault(_ASKED, {})[name] = dict(settings)


def asked(name: str) -> dict[str, Any]:
    """The settings that an experiment is asked with, as far as they are not the usual ones."""
    return st.session_state.get(_ASKED, {}).get(name, {})


def uncover(chart: str) -> None:
    """Show a chart that a teacher's link covers, as long as the page is open."""
    st.session_state.setdefault(_UNCOVERED, set()).add(chart)


def uncovered(chart: str) -> bool:
    """Whether a chart was asked for."""
    return chart in st.session_state.get(_UNCOVERED, ())


def halt(question: tuple[str, ...], rows: Any) -> None:
    """Note what a run has found so far, for when it is halted."""
    st.session_state[_HALTED] = (question, rows)


def halted(question: tuple[str, ...]) -> Any:
    """What the visitor's last run found before it was halted, or None if it asked otherwise."""
    halted_at, rows = st.session_state.get(_HALTED, (None, None))
    return rows if halted_at == question else None
