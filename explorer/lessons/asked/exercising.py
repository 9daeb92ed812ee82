"""A lesson's exercises on the page: asked, checked, and counted where they were solved."""

from __future__ import annotations

from functools import partial

import streamlit as st

from explorer.lessons.asked.exercise import Exercise
from explorer.lessons.asked.exercises import EXERCISES
from explorer.lessons.parts import links, quiz
from explorer.state.choices import lessons_choices
from resnet.text.language import tr
from resnet.text.numbers import read_number

_SOLVED = "solved"
_RIGHT = "1"  # for an exercise that was solved, beside the letters of a quiz


def exercises(name: str) -> None:
    """The exercises of a lesson, each with the page that answers it."""
    st.markdown(f"#### {tr('Find out')}")
    for number, exercise in enumerate(EXERCISES[name]):
        with st.container(key=f"exercise_{number}", gap="small"):
            _exercise(name, number, exercise)


def solved(name: str) -> int:
    """How many of a lesson's exercises were solved."""
    word = lessons_choices.told(_SOLVED, name)
    return sum(quiz.letter_of(word, number) == _RIGHT for number in range(len(EXERCISES[name])))


def _exercise(name: str, number: int, exercise: Exercise) -> None:
    letter = quiz.letter_of(lessons_choices.told(_SOLVED, name), number)
    st.markdown(f"{number + 1}. {tr(exercise.question)}")
    with st.container(horizontal=True, vertical_alignment="center"):
        if letter == quiz.OPEN:
            _ask(name, number, exercise)
        else:
            sign = "✓ " if letter == _RIGHT else ""
            st.markdown(f"{sign}**{written(exercise.answer)}**", width="content")
        _link(exercise)


def _link(exercise: Exercise) -> None:
    """The page that shows what is asked for."""
    if exercise.attention is None:
        links.architecture(exercise.spec)
    else:
        st.page_link(
            "attention/attention.py",
            label=tr("Open the Attention page"),
            icon=":material/visibility:",
            query_params=exercise.attention,
        )


def _ask(name: str, number: int, exercise: Exercise) -> None:
    key = f"typed_{name}_{number}"
    typed = st.text_input(
        tr("Answer to {n}", n=number + 1),
        key=key,
        label_visibility="collapsed",
        placeholder=tr("a number"),
        max_chars=30,
        width=180,
        on_change=partial(_check, name, number, exercise, key),
    )
    if typed:
        st.caption(f"{_why_not(typed)} {tr(exercise.hint)}", width="content")
        st.button(
            tr("Show the answer"),
            key=f"shown_{name}_{number}",
            type="tertiary",
            on_click=_tell,
            args=(name, number, quiz.SHOWN),
        )


def _check(name: str, number: int, exercise: Exercise, key: str) -> None:
    try:
        if exercise.right(st.session_state[key]):
            _tell(name, number, _RIGHT)
    except ValueError:
        return  # said beside the box


def _why_not(typed: str) -> str:
    try:
        read_number(typed)
    except ValueError:
        return tr("That is no number: digits, with k, M or G behind them.")
    return tr("Not that.")


def _tell(name: str, number: int, letter: str) -> None:
    word = quiz.answered(lessons_choices.told(_SOLVED, name), number, letter)
    lessons_choices.tell(_SOLVED, name, word)


def written(answer: float) -> str:
    """A whole number with commas, any other with two decimals."""
    return f"{answer:,.0f}" if answer == int(answer) else f"{answer:,.2f}"
