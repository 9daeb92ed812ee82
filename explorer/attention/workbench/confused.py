"""Which class was taken for which; a count opens its photographs, and the two classes."""

from __future__ import annotations

from functools import partial

import streamlit as st

from explorer.attention.workbench.bench import Bench, link
from explorer.state.choices.attention_choices import ATTENTION
from explorer.widgets.confusion import mistakes, table
from resnet.text.language import tr


def show(bench: Bench) -> None:
    """Draw the view."""
    found = bench.confusion
    if not found.images:
        st.info(
            tr(
                "No truth is known. It is read from folders or names of files that are called as "
                "classes are, or from a CSV: see “A data set” above."
            )
        )
        return
    open_pair = partial(_open, bench)
    table(found, bench.labels, ATTENTION, ("true_class", "said_class"), open_pair)
    st.caption(
        tr("A count shows its photographs, and its two classes beside each other below them.")
    )
    mistakes(found, bench.labels, open_pair)


def _open(bench: Bench, truth: str, said: str) -> None:
    """Show the photographs of a count, the first of them, and the evidence for either class."""
    both = (bench.truths == int(truth)) & (bench.predicted == int(said))
    ATTENTION.ask("photo", link(bench.album.photos[int(both.argmax())]))
    choices = {"true_class": truth, "said_class": said, "only": "", "bench": "photographs"}
    if truth != said:
        choices |= {"target": said, "other": truth, "panel": "classes"}
    for field, value in choices.items():
        ATTENTION.ask(field, value)
