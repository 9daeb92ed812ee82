"""Which class was taken for which; a count opens its photographs, and the two classes."""

from __future__ import annotations

from functools import partial

import streamlit as st

from explorer.attention.workbench.bench import Bench, link
from explorer.figures.confusion_table import cell_name, classes_of, confusion_table
from explorer.state.attention_choices import ATTENTION
from explorer.state.numbers import whole
from explorer.state.picking import CONFUSED
from explorer.widgets import components
from explorer.widgets.escaping import plain
from resnet.audit.confusion import Pair
from resnet.text.language import tr

_MOST = 20  # classes that a table has room for
_MISTAKES = 5


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
    scores = found.scores()
    classes = sorted(score.class_index for score in scores[:_MOST])
    asked = [whole(ATTENTION.asked(field)) for field in ("true_class", "said_class")]
    truth, said = (-1 if index is None else index for index in asked)
    components.picture(
        confusion_table(found.matrix(classes), classes, bench.labels),
        CONFUSED,
        cell_name(truth, said),
        partial(_picked, bench),
    )
    if len(scores) > _MOST:
        st.caption(tr("The {n} of {all:,} classes with most mistakes.", n=_MOST, all=len(scores)))
    st.caption(
        tr("A count shows its photographs, and its two classes beside each other below them.")
    )
    with st.container(horizontal=True, key="mistakes", gap="small"):
        for pair in found.mistakes[:_MISTAKES]:
            st.button(
                _words(bench, pair),
                key=f"mistake_{pair.truth}_{pair.predicted}",
                on_click=_open,
                args=(bench, str(pair.truth), str(pair.predicted)),
            )


def _words(bench: Bench, pair: Pair) -> str:
    return tr(
        "{n} × {truth} taken for {said}",
        n=pair.images,
        truth=plain(bench.label(pair.truth)),
        said=plain(bench.label(pair.predicted)),
    )


def _picked(bench: Bench, what: str) -> None:
    _open(bench, *classes_of(what))


def _open(bench: Bench, truth: str, said: str) -> None:
    """Show the photographs of a count, the first of them, and the evidence for either class."""
    both = (bench.truths == int(truth)) & (bench.predicted == int(said))
    ATTENTION.ask("photo", link(bench.album.photos[int(both.argmax())]))
    choices = {"true_class": truth, "said_class": said, "only": "", "bench": "photographs"}
    if truth != said:
        choices |= {"target": said, "other": truth, "panel": "classes"}
    for field, value in choices.items():
        ATTENTION.ask(field, value)
