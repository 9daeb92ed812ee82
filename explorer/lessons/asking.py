"""A lesson's question before its answer is shown: drawn, revealed, and how far off it was."""

from __future__ import annotations

from functools import partial

import streamlit as st

from explorer.figures.sketch import encoded_sketch
from explorer.lessons.prediction import SKIPPED, distance, read_places, write_places
from explorer.lessons.predictions import PREDICTIONS
from explorer.state import lessons_choices
from explorer.widgets import components
from resnet.text.language import tr

_GUESSES = "guesses"


def answered(name: str) -> bool:
    """Ask what a lesson shows, until it is drawn or skipped; whether it may be shown."""
    word = lessons_choices.told(_GUESSES, name)
    if word == SKIPPED:
        return True
    sketch = PREDICTIONS[name].sketch
    places = read_places(word, len(sketch.names))
    measured = None if places is None else PREDICTIONS[name].measure()
    question = tr(PREDICTIONS[name].question)
    with st.container(key="prediction", border=True):
        st.markdown(f"**{tr('Before you look.')}** {question}")
        components.sketch(
            encoded_sketch(sketch, question, places, measured),
            key=f"sketch_{name}",
            on_reveal=partial(_note, name),
        )
        if places is not None and measured is not None:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(distance(sketch, places, measured), width="content")
                st.button(tr("Draw again"), type="tertiary", on_click=_tell, args=(name, ""))
    return places is not None


def _note(name: str, places: list[int]) -> None:
    _tell(name, write_places(places) or SKIPPED)


def _tell(name: str, word: str) -> None:
    lessons_choices.tell(_GUESSES, name, word)
