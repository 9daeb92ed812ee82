"""An experiment on a page: the kept rows at once, and those of a live run when it is ready."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from typing import Any

import streamlit as st

from explorer.resources import kept_answers, kept_rows
from explorer.resources.spinner import start_torch
from explorer.resources.turns import turns
from explorer.state import lessons_choices
from explorer.state.page_choices import hidden
from resnet.text.language import tr

Rows = Sequence[Mapping[str, Any]]
_PATIENCE = 0.3  # seconds between two looks at the line


def show(name: str, settings: Mapping[str, Any], draw: Callable[[Rows], None]) -> None:
    """Draw the rows of an experiment, and a button that runs it here with these `settings`.

    `draw` is also called with the rows of an unfinished run, whenever there are more. A run can be
    halted, by its button or by any other control; what it has found so far stays on the page.
    """
    lessons_choices.ask(name, settings)
    question = _question(name, settings)
    picture, words, controls = st.empty(), st.empty(), st.container(horizontal=True)
    finished: list[Rows] = kept_answers.answers_to(question)
    halted: Rows | None = None if finished else lessons_choices.halted(question)
    record = kept_rows.experiment(name)
    rows = finished[0] if finished else record["rows"] if halted is None else halted
    with picture.container():
        draw(rows)
    words.caption(_words(name, settings, bool(finished), halted is not None))
    if "run" in hidden():
        return

    def draw_more(rows_so_far: Rows) -> None:
        words.caption(tr("Being computed here: what was found so far."))
        if rows_so_far != rows:  # one run may not draw the same chart twice
            with picture.container():
                draw(rows_so_far)

    if controls.button(tr("Run again") if halted else tr("Run it here"), disabled=bool(finished)):
        with controls:
            _run(name, settings, question, draw_more)
        st.rerun()  # the answer takes the place of the bar


def show_at_once(name: str, settings: Mapping[str, Any], draw: Callable[[Rows], None]) -> None:
    """Draw the rows of an experiment that takes a second or two, for these `settings`.

    Those that the project keeps are drawn without computing.
    """
    lessons_choices.ask(name, settings)
    rows, record = _rows_at_once(name, settings), kept_rows.experiment(name)
    draw(rows)
    st.caption(_words(name, settings, finished=rows is not record["rows"], halted=False))


def _rows_at_once(name: str, settings: Mapping[str, Any]) -> Rows:
    record = kept_rows.experiment(name)
    if all(record["settings"][key] == value for key, value in settings.items()):
        return record["rows"]
    computed: list[Rows] = kept_answers.answers_to(_question(name, settings))
    if not computed:
        start_torch("sklearn.datasets")
        with st.spinner(tr("Computing …")):
            from resnet.experiments.registry import load_experiment

            experiment = load_experiment(name)
            *_, last = experiment.run(experiment.settings(**settings))
            computed.append([asdict(row) for row in last.result or ()])
    return computed[0]


def _question(name: str, settings: Mapping[str, Any]) -> tuple[str, ...]:
    return ("experiment", name, *(f"{key}={value}" for key, value in settings.items()))


def _words(name: str, settings: Mapping[str, Any], finished: bool, halted: bool) -> str:
    from resnet.experiments.registry import command_line, load_experiment

    if finished:
        again = command_line(name, load_experiment(name).settings(**settings))
        return tr("Computed here just now. Repeat: `{command}`", command=again)
    if halted:
        return tr("Halted before its end: what was found until then.")
    record = kept_rows.experiment(name)
    versions = ", ".join(f"{package} {number}" for package, number in record["versions"].items())
    return tr(
        "A kept result. Repeat: `{command}` ({versions})",
        command=record["command"],
        versions=versions,
    )


def _run(
    name: str,
    settings: Mapping[str, Any],
    question: tuple[str, ...],
    draw_more: Callable[[Rows], None],
) -> None:
    """Run to the end under a bar with a button that halts, and keep the rows."""
    from resnet.experiments.registry import load_experiment

    start_torch("sklearn.datasets")
    bar = st.empty()
    bar.progress(0.0, tr("Starting …"))
    st.button(tr("Halt"), shortcut="H")
    experiment = load_experiment(name)
    running = experiment.run(experiment.settings(**settings))
    rows: Rows = ()
    with turns().ticket() as ahead, closing(running) as steps:
        while waiting := ahead():
            bar.progress(0.0, tr("Waiting: {n} must end first.", n=waiting))
            time.sleep(_PATIENCE)
        for step in steps:
            bar.progress(step.done / step.total, f"{step.done} / {step.total}")
            if step.result is not None:
                rows = [asdict(row) for row in step.result]
                lessons_choices.halt(question, rows)
                draw_more(rows)
    kept_answers.answers_to(question).append(rows)
