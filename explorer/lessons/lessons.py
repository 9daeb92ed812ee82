"""The Lessons page: one lesson at a time, each with an experiment that computes."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import streamlit as st

from explorer.lessons import lesson_ending
from explorer.lessons.asked import asking, exercising
from explorer.lessons.asked.exercises import EXERCISES
from explorer.lessons.contents import TITLES, load_lesson
from explorer.lessons.lecture import lecture
from explorer.lessons.parts.lesson import Lesson
from explorer.state.choices import lessons_choices, page_choices
from explorer.state.choices.lessons_choices import LESSONS
from explorer.widgets import components
from explorer.widgets.escaping import plain
from resnet.text.language import tr


def page() -> None:
    """Draw the page."""
    LESSONS.read()
    asked, name = LESSONS.asked("lesson"), LESSONS.asked("lesson", TITLES)
    lessons_choices.write(name)
    if asked != name:
        st.warning(tr("There is no lesson “{name}”. This is the first.", name=plain(asked)))
    lecturing = lessons_choices.lecturing()
    if lecturing:
        draw = lecture.notes if lecturing == lessons_choices.NOTES else lecture.show
        draw(name, load_lesson(name))
    else:
        _page(name)


def _page(name: str) -> None:
    if "contents" not in page_choices.hidden():
        with st.sidebar:
            _contents(name)
    components.leaf(name)
    _steps(name)
    _lesson(name, load_lesson(name))
    _next(name)


def _contents(now: str) -> None:
    solved = {name: exercising.solved(name) for name in TITLES}
    st.markdown(f"**{tr('Why residual?')}**")
    with st.container(key="contents", gap=None):
        for number, (name, title) in enumerate(TITLES.items(), start=1):
            st.button(
                f"{number}. {tr(title)}",
                key=f"lesson_{name}",
                icon=":material/check:" if solved[name] == len(EXERCISES[name]) else None,
                icon_position="right",
                type="primary" if name == now else "tertiary",
                on_click=lessons_choices.turn_to,
                args=(name,),
            )
    total = sum(len(EXERCISES[name]) for name in TITLES)
    st.caption(tr("{n} of {total} exercises solved", n=sum(solved.values()), total=total))


def _steps(now: str) -> None:
    """The neighbouring lessons, by button and arrow key."""
    names = [*TITLES]
    at = names.index(now)
    with st.container(horizontal=True, vertical_alignment="center", key="lesson_steps"):
        _step(tr("Previous"), "Left", names[at - 1] if at else None)
        _step(tr("Next"), "Right", names[at + 1] if at + 1 < len(names) else None)
        st.caption(f"{at + 1} / {len(names)}", width="content")


def _next(now: str) -> None:
    """The way on from the end of a lesson."""
    names = [*TITLES]
    for to in names[names.index(now) + 1 :][:1]:
        st.button(
            tr("Next: {title}", title=tr(TITLES[to])),
            on_click=lessons_choices.turn_to,
            args=(to,),
            key="lesson_next",
            icon=":material/arrow_forward:",
            icon_position="right",
        )


def _step(label: str, key: str, to: str | None) -> None:
    options: Any = {"on_click": lessons_choices.turn_to, "args": (to,)}
    st.button(label, shortcut=key, disabled=to is None, key=f"lesson_{key}", **options)


def _lesson(name: str, lesson: Lesson) -> None:
    hidden = page_choices.hidden()
    st.header(tr(lesson.title), anchor=False)
    with st.container(key="question"):
        st.markdown(f"### {tr(lesson.question)}")
    if "prediction" in hidden or asking.answered(name):
        _shown(name, lesson, hidden)
    if "teachers" not in hidden:
        lesson_ending.teachers(name, lesson)


def _shown(name: str, lesson: Lesson, hidden: Collection[str]) -> None:
    """What a lesson says and measures, once it has been asked."""
    if "text" not in hidden:
        st.markdown(tr(lesson.text))
    lesson.draw()
    if "try" not in hidden:
        st.info(f"**{tr('Try this.')}** {tr(lesson.attempt)}")
    if "surprise" not in hidden:
        with st.expander(tr("The surprise")):
            st.markdown(tr(lesson.surprise))
    if "exercises" not in hidden:
        exercising.exercises(name)
    if "sources" not in hidden:
        with st.expander(tr("Sources")):
            for source in lesson.sources:
                st.markdown(f"- {source.what} — {source.where}")
    if "notebook" not in hidden and lesson.experiment:
        lesson_ending.notebook(name, lesson)


page()
