"""A long computation behind a button: its cost before, progress and a stop during, kept after."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st

from explorer.resources import kept_answers
from resnet.text.language import tr

if TYPE_CHECKING:
    from resnet.model.progress import Progress

Result = TypeVar("Result")


def offered(
    label: str,
    unit: str,
    question: tuple[str, ...],
    start: Callable[[], Generator[Progress[Result], None, None]],
) -> Result | None:
    """The answer to a question, if it is known; else a button that finds it, and None till then.

    `unit` says what the progress counts.
    """
    answer: Result | None = kept_answers.answered.get(question)
    if answer is None:
        offer = st.empty()
        if offer.button(label, key="start " + " ".join(question)):
            offer.empty()
            run(unit, question, start)
            st.rerun()  # the answer takes the place of button and bar
    return answer


def run(
    unit: str,
    question: tuple[str, ...],
    start: Callable[[], Generator[Progress[Result], None, None]],
) -> None:
    """Run to the end under a bar with a stop, and keep the answer; any control ends it before."""
    if kept_answers.answered.get(question) is not None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        bar, stop = st.empty(), st.empty()
        stop.button(tr("Stop"), key="stop " + " ".join(question))
    step, began = None, monotonic()
    with closing(start()) as steps:
        for step in steps:
            bar.progress(step.done / step.total, _so_far(step, unit, monotonic() - began))
    if step is not None and step.result is not None:
        kept_answers.answered.put(step.result, question)
    bar.empty()
    stop.empty()


def _so_far(step: Progress[Any], unit: str, seconds: float) -> str:
    """How much is done, and how long the rest takes at that rate."""
    words = tr("{done} of {total} {unit}", done=step.done, total=step.total, unit=unit)
    if not 0 < step.done < step.total:
        return words
    left = seconds * (step.total - step.done) / step.done
    return tr("{words}, about {s:.0f} s left", words=words, s=left + 1)
