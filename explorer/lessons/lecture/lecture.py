"""A lesson as a lecture shows it, and the notes that its speaker reads in another window."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from explorer.lessons.asked import asking
from explorer.lessons.contents import TITLES, load_lesson
from explorer.lessons.lecture.route import ROUTE, after, begins
from explorer.lessons.lecture.steps import Screen, Step, lecture_steps
from explorer.lessons.parts.lesson import Lesson
from explorer.state.choices import lessons_choices
from explorer.widgets import components
from resnet.text.language import tr

_STYLE = Path(__file__).with_name("lecture.css")


def show(name: str, lesson: Lesson) -> None:
    """Draw the step that the lecture has come to: its screen, and its sentence below."""
    st.html(_STYLE)
    steps = lecture_steps(name, lesson)
    at = min(lessons_choices.step(), len(steps) - 1)
    with st.container(key="lecture_screen"):
        _screen(name, lesson, steps[at])
    with st.container(key="lecture_bar"):
        with st.container(key="lecture_sentence"):
            st.markdown(steps[at].sentence)
        _controls(name, at, len(steps))
        components.lecture(name, at, "lecture", lessons_choices.lecture)


def notes(name: str, lesson: Lesson) -> None:
    """Draw what the speaker reads: this sentence, the next one, the lesson's notes and the time."""
    steps = lecture_steps(name, lesson)
    at = min(lessons_choices.step(), len(steps) - 1)
    st.markdown(f"### {steps[at].sentence}")
    following = steps[at + 1].sentence if at + 1 < len(steps) else _title_after(name)
    st.markdown(f"**{tr('Next')}:** {following}")
    for note in ROUTE[name].notes if name in ROUTE else ():
        st.markdown(f"- {tr(note)}")
    with st.container(key="lecture_bar"):
        _controls(name, at, len(steps))
        components.lecture(name, at, "notes", lessons_choices.lecture)
    _route(name)


def _screen(name: str, lesson: Lesson, step: Step) -> None:
    if step.screen is Screen.SHOWN:
        lesson.draw()
    else:
        st.markdown(f"## {tr(lesson.title)}")
        asking.chart(name, step.screen is Screen.TOLD, partial(_reveal, name))


def _reveal(name: str, places: list[int]) -> None:
    """Note what the class expects, and go on to what was measured."""
    asking.note(name, places)
    steps = lecture_steps(name, load_lesson(name))
    told = next(at for at, step in enumerate(steps) if step.screen is Screen.TOLD)
    lessons_choices.lecture(name, told)


def _controls(name: str, at: int, steps: int) -> None:
    notes_shown = lessons_choices.lecturing() == lessons_choices.NOTES
    with st.container(horizontal=True, vertical_alignment="center", key="lecture_controls"):
        _button("previous", ":material/arrow_back:", tr("Back"), at == 0, name, at - 1)
        following, step = (name, at + 1) if at + 1 < steps else (after(name), 0)
        _button("next", ":material/arrow_forward:", tr("Space: the next step"),
                following is None, following or name, step)  # fmt: skip
        st.caption(_where(name, at, steps), width="stretch")
        if not notes_shown:
            st.link_button(
                tr("Notes"), lessons_choices.notes_link(), icon=":material/speaker_notes:"
            )
        st.button(tr("Leave"), key="lecture_leave", on_click=lessons_choices.leave_lecture)


def _button(key: str, icon: str, help: str, disabled: bool, name: str, step: int) -> None:
    st.button(
        "",
        key=f"lecture_{key}",
        icon=icon,
        help=help,
        disabled=disabled,
        on_click=lessons_choices.lecture,
        args=(name, step),
    )


def _where(name: str, at: int, steps: int) -> str:
    """“Many short paths · 3 / 9 · minutes 20 to 26”."""
    parts = [tr(TITLES[name]), f"{at + 1} / {steps}"]
    if name in ROUTE:
        start = begins(name)
        parts.append(tr("minutes {start} to {end}", start=start, end=start + ROUTE[name].minutes))
    return " · ".join(parts)


def _title_after(name: str) -> str:
    following = after(name)
    return tr(TITLES[following]) if following else tr("the end")


def _route(now: str) -> None:
    """The lessons of the lecture with their minutes."""
    lines = [
        {
            tr("minute"): f"{begins(name)}",
            tr("lesson"): f"**{tr(TITLES[name])}**" if name == now else tr(TITLES[name]),
            tr("minutes"): f"{part.minutes}",
        }
        for name, part in ROUTE.items()
    ]
    with st.expander(tr("The way through {n} minutes", n=sum(p.minutes for p in ROUTE.values()))):
        st.table(lines)
