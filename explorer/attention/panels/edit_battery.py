"""The fixed battery of edits, over one photograph or over all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING

import streamlit as st

from explorer.attention.answer.shown_answer import ShownAnswer
from explorer.resources import jobs, photos
from explorer.resources.server.workers import LONG
from explorer.state import visitor
from explorer.state.visitor import PHOTOS
from explorer.tasks import edits
from explorer.tasks.edits import Question
from explorer.tasks.inputs.photos import Photo
from resnet.text.language import tr
from resnet.text.numbers import decimal, percent

if TYPE_CHECKING:
    from resnet.edits.asking import Edited
    from resnet.edits.effects import Effect


def questioned(answer: ShownAnswer) -> Question:
    """The class and the map that the page asks about; no map of a family that has none."""
    if not answer.layers:
        return Question(answer.target, None, None)
    return Question(answer.target, answer.layer(), answer.method())


def show(answer: ShownAnswer) -> None:
    """Draw the battery, which is begun by a button."""
    from resnet.edits.asking import forwards
    from resnet.edits.edit import battery

    once = forwards(battery(), answer.classifier.transform.crop)
    question = questioned(answer)
    with st.container(border=True):
        st.markdown(tr("**A fixed battery**: the same edits for any photograph"))
        one = jobs.offered(
            tr("This photograph: {n} forwards", n=once),
            tr("edits"),
            answer.question("battery", repr(question)),
            partial(LONG.stream, edits.battery, answer.asked, question),
        )
        if one:
            _table(_effects(one))
        every = [photos.photo(file) for file in visitor.given(PHOTOS)]
        if len(every) > 1:
            _over_all(answer, question, every, once)
        st.caption(
            tr(
                "The carton watermark is that of ImageNet-W ([Li et al. 2023]"
                "(https://arxiv.org/abs/2212.04825)), in strokes drawn here; tags are red, an "
                "eighth of the side; the crop is the middle 70 %. Elsewhere: the mean change by "
                "the same edit, of equal area, at 8 random places that share a quarter of its box "
                "at most, and how many of those change the logit less."
            )
        )


def _over_all(answer: ShownAnswer, question: Question, every: list[Photo], once: int) -> None:
    own = replace(question, target=None)
    keys = sha256(" ".join(photo.key for photo in every).encode()).hexdigest()
    found = jobs.offered(
        tr("All {n} photographs: {forwards} forwards", n=len(every), forwards=len(every) * once),
        tr("photographs"),
        (answer.model.key, answer.model.device, "battery over", repr(own), keys),
        partial(LONG.stream, edits.effects_over, answer.asked, every, own),
    )
    if found:
        st.markdown(tr("Over all photographs, each asked about its own most probable class:"))
        _table(found)


def _effects(edited: tuple[Edited, ...]) -> tuple[Effect, ...]:
    """Those on one photograph alone."""
    from resnet.edits.effects import Effects

    found = Effects()
    found.add(edited)
    return found.rows


def _table(rows: tuple[Effect, ...]) -> None:
    from resnet.edits.edit import TITLES

    shown = [
        {
            tr("edit"): tr(TITLES[row.edit]),
            tr("logit"): decimal(row.logit, sign=True),
            tr("elsewhere"): _or_dash(row.controls, partial(decimal, sign=True)),
            tr("change less"): _or_dash(row.beyond, percent),
            tr("margin"): decimal(row.margin, sign=True),
            tr("class changed"): percent(row.flipped),
            tr("evidence there"): percent(row.evidence) if row.area < 1 else "–",
            tr("even"): percent(row.area),
        }
        for row in rows
    ]
    st.dataframe(shown, hide_index=True)


def _or_dash(value: float | None, write: Callable[[float], str]) -> str:
    return "–" if value is None else write(value)
