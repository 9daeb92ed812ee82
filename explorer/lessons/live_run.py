"""An experiment on a page: the kept rows at once, and those of a live run when it is ready."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from typing import Any

import streamlit as st

from explorer.resources import kept_answers, kept_rows
from explorer.state import lessons_choices
from explorer.state.page_choices import hidden
from resnet.text.language import tr

Rows = Sequence[Mapping[str, Any]]
_PATIENCE = 0.3  # seconds between two looks at the line


def show(name: str, asked: Mapping[str, Any], draw: Callable[[Rows], None]) -> None:
    """Draw the rows of an experiment, and a button that runs it here with the settings `asked`.

    `draw` is also called with the rows of an unfinished run, whenever there are more. A run can be
    halted, by its button or by any other control; what it has found so far stays on the page.
    """
    lessons_choices.ask(name, asked)
    question = _question(name, asked)
    picture, words, controls = st.empty(), st.empty(), st.container(horizontal=True)
    finished: list[Rows] = kept_answers.place(question)
    halted: Rows | None = None if finished else lessons_choices.halted(question)
    kept = kept_rows.experiment(name)
    rows = finished[0] if finished else kept["rows"] if halted is None else halted
    with picture.container():
        draw(rows)
    words.caption(_words(name, asked, bool(finished), halted is not None))
    if "run" in hidden():
        return

    def more(found: Rows) -> None:
        words.caption(tr("Being computed here: what was found so far."))
        if found != rows:  # one run may not draw the same chart twice
            with picture.container():
                draw(found)

    if controls.button(tr("Run again") if halted else tr("Run it here"), disabled=bool(finished)):
        with controls:
            _run(name, asked, question, more)
        st.rerun()  # the answer takes the place of the bar


def at_once(name: str, asked: Mapping[str, Any], draw: Callable[[Rows], None]) -> None:
    """Draw the rows of an experiment that takes a second or two, for the settings `asked`.

    Those that the project keeps are drawn without computing.
    """
    lessons_choices.ask(name, asked)
    rows, kept = _rows_at_once(name, asked), kept_rows.experiment(name)["rows"]
    draw(rows)
    st.caption(_words(name, asked, finished=rows is not kept, halted=False))


def _rows_at_once(name: str, asked: Mapping[str, Any]) -> Rows:
    kept = kept_rows.experiment(name)
    if all(kept["settings"][key] == value for key, value in asked.items()):
        return kept["rows"]
    found: list[Rows] = kept_answers.place(_question(name, asked))
    if not found:
        with st.spinner(tr("Computing …")):
            from resnet.experiments.registry import experiment

            made = experiment(name)
            *_, last = made.run(made.settings(**asked))
            found.append([asdict(row) for row in last.result or ()])
    return found[0]


def _question(name: str, asked: Mapping[str, Any]) -> tuple[str, ...]:
    return ("experiment", name, *(f"{key}={value}" for key, value in asked.items()))


def _words(name: str, asked: Mapping[str, Any], finished: bool, halted: bool) -> str:
    from resnet.experiments.registry import command_line, experiment

    if finished:
        again = command_line(name, experiment(name).settings(**asked))
        return tr("Computed here just now. Repeat: `{command}`", command=again)
    if halted:
        return tr("Halted before its end: what was found until then.")
    kept = kept_rows.experiment(name)
    versions = ", ".join(f"{package} {number}" for package, number in kept["versions"].items())
    return tr(
        "A kept result. Repeat: `{command}` ({versions})",
        command=kept["command"],
        versions=versions,
    )


def _run(
    name: str, asked: Mapping[str, Any], question: tuple[str, ...], more: Callable[[Rows], None]
) -> None:
    """Run to the end under a bar with a button that halts, and keep the rows."""
    from resnet.experiments.registry import experiment

    bar = st.empty()
    bar.progress(0.0, tr("Starting …"))
    st.button(tr("Halt"), shortcut="H")
    found = experiment(name)
    rows: Rows = ()
    with kept_rows.turns().ticket() as ahead, closing(found.run(found.settings(**asked))) as steps:
        while waiting := ahead():
            bar.progress(0.0, tr("Waiting: {n} must end first.", n=waiting))
            time.sleep(_PATIENCE)
        for step in steps:
            bar.progress(step.done / step.total, f"{step.done} / {step.total}")
            if step.result is not None:
                rows = [asdict(row) for row in step.result]
                lessons_choices.halt(question, rows)
                more(rows)
    kept_answers.place(question).append(rows)
