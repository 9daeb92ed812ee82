"""What is inside a checkpoint: whose names it has, each rename, what is left over, what is near."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from explorer.resources import kept_answers
from explorer.resources.server.spinner import start_torch
from explorer.resources.server.workers import Ended
from explorer.state.choices.attention_choices import ATTENTION
from explorer.tasks.inputs.sources import Own
from explorer.widgets import controls
from explorer.widgets.escaping import plain
from resnet.text.language import tr
from resnet.weights.given.labels import GivenError
from resnet.weights.given.said import Said

if TYPE_CHECKING:
    from resnet.weights.inspecting import Inspection, Misfit


def offer(own: Own, field: str) -> None:
    """The screen of a file that is read, folded; `field` has which network of it is asked."""
    inside = st.expander(tr("Inside the file"), on_change="rerun", key=f"inside_{field}")
    if inside.open:
        with inside:
            show(own, field)


def show(own: Own, field: str) -> None:
    """The screen: of a file that is refused, what is near and where it first differs."""
    start_torch()
    try:
        found = whole = kept_answers.inspected(replace(own, said=Said()))
        with suppress(GivenError):  # which whoever loads the file shows
            found = kept_answers.inspected(own)
    except (GivenError, Ended) as error:
        st.error(plain(error))
        return
    if whole.networks:
        names = ["", *whole.networks]
        words = {"": tr("choose one")} | {name: plain(name) for name in whole.networks}
        controls.select(ATTENTION, field, tr("Network in the file"), names, words)
    for sentence in _sentences(found):
        st.markdown(plain(sentence))
    rows = [*_rows(found)]
    if rows:
        st.dataframe(rows, hide_index=True, height="content" if len(rows) < 10 else 360)


def _sentences(found: Inspection) -> Iterator[str]:
    if found.dialect:
        yield tr("Its names are those of {dialect}.", dialect=found.dialect)
    if found.network:
        yield tr("The network lies at {path}.", path=found.network)
    if found.nearest:
        yield tr("The nearest network is {name}.", name=found.nearest)
        for misfit in found.misfits:
            yield _misfit(misfit)


def _misfit(misfit: Misfit) -> str:
    expected, got = misfit.expected, misfit.got
    if got is None:
        return tr(
            "{key} is missing; its shape would be {expected}.", key=misfit.key, expected=expected
        )
    if expected is None:
        return tr("{key} of shape {got} is unknown to it.", key=misfit.key, got=got)
    return tr(
        "{key} has shape {got}; it would be {expected}.", key=misfit.key, got=got, expected=expected
    )


def _rows(found: Inspection) -> Iterator[dict[str, str]]:
    file, read = tr("in the file"), tr("read as")
    yield from ({file: key, read: name} for key, name in found.names.items())
    yield from ({file: key, read: tr("set aside: no answer depends on it")} for key in found.aside)
    yield from ({file: tr("missing"), read: name} for name in found.missing)
