"""A lesson's question before its answer is shown: drawn, revealed, and how far off it was."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from explorer.figures.sketch import encoded_sketch
from explorer.lessons.asked.prediction import SKIPPED, distance, read_places, write_places
from explorer.lessons.asked.predictions import PREDICTIONS
from explorer.state.choices import lessons_choices
from explorer.widgets import components
from resnet.text.language import tr

_GUESSES = "guesses"


def answered(name: str) -> bool:
    """Ask what a lesson shows, until it is drawn or skipped; whether it may be shown."""
    word = lessons_choices.told(_GUESSES, name)
    if word == SKIPPED:
        return True
    with st.container(key="prediction", border=True):
        st.markdown(f"**{tr('Before you look.')}** {tr(PREDICTIONS[name].question)}")
        told = _drawn(name) is not None
        chart(name, told, partial(note, name))
    return told


def chart(name: str, told: bool, on_reveal: Callable[[list[int]], None]) -> None:
    """What is expected, to be drawn; beside it, once it is `told`, what was measured."""
    prediction, places = PREDICTIONS[name], _drawn(name)
    measured = prediction.measure() if told else None
    components.sketch(
        encoded_sketch(prediction.sketch, tr(prediction.question), places, measured),
        key=f"sketch_{name}",
        on_reveal=on_reveal,
    )
    if places is not None and measured is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(distance(prediction.sketch, places, measured), width="content")
            st.button(tr("Draw again"), type="tertiary", on_click=_tell, args=(name, ""))


def note(name: str, places: list[int]) -> None:
    """Note what was drawn before a lesson's answer, or that nothing was."""
    _tell(name, write_places(places) or SKIPPED)


def _drawn(name: str) -> tuple[int, ...] | None:
    word = lessons_choices.told(_GUESSES, name)
    return read_places(word, len(PREDICTIONS[name].sketch.names))


def _tell(name: str, word: str) -> None:
    lessons_choices.tell(_GUESSES, name, word)
