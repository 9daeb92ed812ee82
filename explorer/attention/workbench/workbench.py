"""The workbench: all photographs that a visitor gave, beside the one that is on show."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.attention.answer.shown_answer import ShownAnswer
from explorer.attention.workbench import (
    choosing,
    confused,
    mean_view,
    photographs,
    sheet,
    take_away,
)
from explorer.attention.workbench.bench import Bench, link
from explorer.resources import surveys
from explorer.resources.surveys import Album, Surveyed
from explorer.state import visitor
from explorer.state.choices.attention_choices import ATTENTION
from explorer.state.visitor import TRUTH
from explorer.tasks.inputs.photos import Photo
from explorer.widgets import controls
from explorer.widgets.escaping import plain
from resnet.audit.images.errors import AuditError
from resnet.text.language import mark, tr


class _View(NamedTuple):
    """A view of all answers: its marked title, what draws it, and whether it is of the chosen."""

    title: str
    draw: Callable[[Bench], None]
    of_chosen: bool


_VIEWS = {
    "photographs": _View(mark("Photographs"), photographs.show, True),
    "confused": _View(mark("Confusion"), confused.show, False),
    "means": _View(mark("Mean maps"), mean_view.show, True),
    "table": _View(mark("Table"), sheet.show, True),
    "away": _View(mark("Take away"), take_away.show, False),
}


def show(answer: ShownAnswer, photos: list[Photo]) -> None:
    """Draw it, once the model was asked about every photograph."""
    album = Album(tuple(photos))
    with st.container(border=True, key="bench"):
        found = surveys.surveyed(answer.model, album) or _survey(answer, album)
        for note in found.notes:
            st.warning(note)
        bench = Bench(answer, album, found, _truths(answer, album))
        with st.container(horizontal=True, vertical_alignment="bottom", key="bench_views"):
            titles = {name: tr(view.title) for name, view in _VIEWS.items()}
            label = tr("All {n:,} photographs", n=len(photos))
            chosen = _VIEWS[controls.segments(ATTENTION, "bench", label, (*titles,), words=titles)]
            st.markdown(_counted(bench), width="content")
        with st.container(horizontal=True, vertical_alignment="bottom", key="bench_steps"):
            _steps(bench)
            if chosen.of_chosen:
                choosing.choose(bench)
        chosen.draw(bench)


def _survey(answer: ShownAnswer, album: Album) -> Surveyed:
    """Ask, under a bar; any control ends it, and the next run goes on where it was."""
    bar, n = st.empty(), len(album.photos)
    with closing(surveys.survey(answer.model, album)) as known:
        bar.progress(0.0, tr("Asking about all {n:,} photographs …", n=n))
        for done in known:
            bar.progress(done / n, tr("{done} of {n} photographs", done=done, n=n))
    bar.empty()
    found = surveys.surveyed(answer.model, album)
    assert found is not None
    return found


def _truths(answer: ShownAnswer, album: Album) -> NDArray[np.int64]:
    """The true class of every photograph, -1 where nothing tells it."""
    names, labels = [photo.name for photo in album.photos], answer.classifier.labels
    by = ATTENTION.asked("truth")
    file = visitor.find(TRUTH, by)
    try:
        if file:
            return surveys.truths_in_csv(answer.model, album.key, file.sha256, file, names, labels)
        if not by:
            by = surveys.usual_truths(answer.model, album.key, names, labels)
        return surveys.truths(
            answer.model, album.key, by if by in ("folder", "name") else "", names, labels
        )
    except (AuditError, OSError) as error:
        st.error(plain(error))
        return surveys.truths(answer.model, album.key, "", names, labels)


def _steps(bench: Bench) -> None:
    """To the photographs before and after the one on show, in the order."""
    photos, chosen = bench.album.photos, bench.chosen.tolist()
    shown = next(i for i, one in enumerate(photos) if one.key == bench.answer.seen.photo.key)
    at = chosen.index(shown) if shown in chosen else -1
    words = {link(photo): photo.name for photo in photos}
    with st.container(width=170):
        controls.select(ATTENTION, "photo", tr("Photograph on show"), [*words], words)
    for label, key, to in ((tr("Previous"), "K", at - 1), (tr("Next"), "J", at + 1)):
        there = 0 <= to < len(chosen)
        st.button(
            label,
            shortcut=key,
            key=f"bench_{key}",
            disabled=not there,
            on_click=_go,
            args=(link(photos[chosen[to]]), to) if there else None,
        )


def _go(photo: str, place: int) -> None:
    ATTENTION.ask("photo", photo)
    ATTENTION.ask("sheet", str(place // photographs.SHEET))


def _counted(bench: Bench) -> str:
    """How many are right, of those whose truth is known."""
    n, found = len(bench.album.photos), bench.confusion
    if not found.images:
        return tr("{n:,} photographs; no truth is known", n=n)
    low, high = found.interval
    return tr(
        "{right:,} of {known:,} right: **{share:.1%}** (95 % interval {low:.0%} to {high:.0%})",
        right=found.right,
        known=found.images,
        share=found.accuracy,
        low=low,
        high=high,
    )
