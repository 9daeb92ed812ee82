"""A confusion matrix, and its commonest mistakes as buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from explorer.figures.confusion_table import cell_name, classes_of, confusion_table
from explorer.state.choices.numbers import whole
from explorer.state.choices.page_choices import Page
from explorer.state.picking import CONFUSED
from explorer.widgets import components
from explorer.widgets.escaping import plain
from resnet.audit.findings.confusion import Confusion, Pair
from resnet.text.language import tr

_MOST = 20  # classes that a table has room for
_MISTAKES = 6


def table(
    found: Confusion,
    labels: Sequence[str],
    page: Page,
    fields: tuple[str, str],
    picked: Callable[[str, str], None],
) -> None:
    """The classes with most mistakes; `picked` takes truth and prediction of a count, in digits.

    The count is marked that the page's two fields name.
    """
    scores = found.scores()
    classes = sorted(score.class_index for score in scores[:_MOST])
    truth, predicted = (whole(page.asked(field)) for field in fields)
    chosen = None if truth is None or predicted is None else cell_name(truth, predicted)
    drawing = confusion_table(found.matrix(classes), classes, labels)
    components.picture(drawing, CONFUSED, chosen, lambda name: picked(*classes_of(name)))
    if len(scores) > _MOST:
        st.caption(tr("The {n} of {all:,} classes with most mistakes.", n=_MOST, all=len(scores)))


def mistakes(found: Confusion, labels: Sequence[str], picked: Callable[[str, str], None]) -> None:
    """A button for each of the commonest mistakes, which does what its count does."""
    with st.container(horizontal=True, key="mistakes", gap="small"):
        for pair in found.mistakes[:_MISTAKES]:
            st.button(
                _words(pair, labels),
                key=f"mistake_{pair.truth}_{pair.predicted}",
                on_click=picked,
                args=(str(pair.truth), str(pair.predicted)),
            )


def _words(pair: Pair, labels: Sequence[str]) -> str:
    return tr(
        "{n} × {truth} taken for {said}",
        n=pair.images,
        truth=plain(labels[pair.truth]),
        said=plain(labels[pair.predicted]),
    )
