"""An experiment on a page: the kept rows at once, and those of a live run when it is ready."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import Any, NamedTuple

import streamlit as st

from explorer.lessons.parts import covers, net_picker
from explorer.resources import kept_answers, kept_rows
from explorer.resources.server import workers
from explorer.state.choices import lessons_choices
from explorer.state.choices.page_choices import hidden
from explorer.tasks import experiments
from explorer.widgets.escaping import plain
from resnet.experiments.registry import answers
from resnet.text.language import mark, tr

Rows = Sequence[Mapping[str, Any]]
Repeated = tuple[Rows, str]  # the rows that were found here, and the command that repeats them
NOTHING: Mapping[str, Any] = {}
_LAYERS, _SEED = mark("{n} layers"), mark("seed {n}")
_SETTINGS = {
    "depth": _LAYERS,
    "depths": _LAYERS,
    "seed": _SEED,
    "seeds": _SEED,
    "rate": mark("rate {n}"),
    "warm": mark("{n} epochs of warm-up"),
}


def show(
    name: str,
    settings: Mapping[str, Any],
    draw: Callable[[Rows], None],
    shorter: Mapping[str, Any] = NOTHING,
) -> None:
    """Draw the rows of an experiment, and a button that runs it here.

    `settings` are what the page's controls set, `shorter` what makes a run here short besides. What
    is kept is drawn where nothing was computed here; where it was made with other `settings`, the
    page says with which. `draw` is also called with the rows of an unfinished run, whenever there
    are more. A run can be halted, by its button or by any other control; what it has found so far
    stays on the page.
    """
    asked = {**settings, **shorter}
    lessons_choices.ask(name, asked)
    if not covers.lifted(name):
        return
    question = _question(name, asked)
    known = _known(name, settings, question)
    # A block that is written again keeps what it held behind what is new: two pictures, two places.
    whose, picture, growing, words = (st.empty() for _ in range(4))
    controls = st.container(horizontal=True)
    if known.whose:
        whose.markdown(known.whose)
    with picture.container():
        draw(known.rows)
    words.caption(known.words)
    if "run" in hidden():
        return

    def draw_more(rows_so_far: Rows) -> None:
        words.caption(tr("Being computed here: what was found so far."))
        if rows_so_far != known.rows:  # one run may not draw the same chart twice
            whose.empty()
            picture.empty()
            with growing.container():
                draw(rows_so_far)

    label = tr("Run again") if known.halted else tr("Run it here")
    if controls.button(label, disabled=known.finished, key=f"run_{name}"):
        try:
            with controls:
                _run(name, asked, question, draw_more)
        except workers.Ended as error:
            st.error(plain(error))
        else:
            st.rerun()  # the answer takes the place of the bar


class _Known(NamedTuple):
    """Rows that need no run and what is said of them; `whose`, where they are of other settings."""

    rows: Rows
    words: str
    whose: str
    finished: bool
    halted: bool


def _known(name: str, settings: Mapping[str, Any], question: tuple[str, ...]) -> _Known:
    """What was computed here for a question, to its end or until it was halted; or what is kept."""
    finished: Repeated | None = kept_answers.answered.get(question)
    halted: Rows | None = None if finished else lessons_choices.halted(question)
    record = kept_rows.experiment(name, settings)
    words = _words(record, finished, halted is not None)
    if finished:
        return _Known(finished[0], words, "", finished=True, halted=False)
    if halted is not None:
        return _Known(halted, words, "", finished=False, halted=bool(halted))
    whose = "" if answers(record, settings) else _not_yours(record["settings"], settings)
    return _Known(record["rows"], words, whose, finished=False, halted=False)


def show_at_once(name: str, settings: Mapping[str, Any], draw: Callable[[Rows], None]) -> None:
    """Draw the rows of an experiment that takes a second or two, for these `settings`.

    Those that the project keeps are drawn without computing.
    """
    lessons_choices.ask(name, settings)
    if not covers.lifted(name):
        return
    record = kept_rows.experiment(name, settings)
    computed = None if answers(record, settings) else _at_once(name, settings)
    draw(computed[0] if computed else record["rows"])
    st.caption(_words(record, computed, halted=False))


def _at_once(name: str, settings: Mapping[str, Any]) -> Repeated:
    question = _question(name, settings)
    computed: Repeated | None = kept_answers.answered.get(question)
    if computed is None:
        with st.spinner(tr("Computing …")):
            rows = workers.ANSWERS.call(experiments.rows_at_once, name, settings)
            computed = rows, workers.ANSWERS.call(experiments.command, name, settings)
        kept_answers.answered.put(computed, question)
    return computed


def _question(name: str, settings: Mapping[str, Any]) -> tuple[str, ...]:
    return ("experiment", name, *(f"{key}={value}" for key, value in settings.items()))


def _not_yours(kept: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    """“Kept: 56 layers, seed 0; not your settings.”"""
    said = ", ".join(_spelled(key, kept[key]) for key in settings)
    return tr("**Kept: {settings}; not your settings.** Run it here for those.", settings=said)


def _spelled(key: str, value: Any) -> str:
    values = value if isinstance(value, list | tuple) else [value]
    words = map(net_picker.title, values) if key == "nets" else map(str, values)
    return tr(_SETTINGS[key], n=", ".join(words)) if key in _SETTINGS else ", ".join(words)


def _words(record: Mapping[str, Any], finished: Repeated | None, halted: bool) -> str:
    if finished:
        return tr("Computed here just now. Repeat: `{command}`", command=finished[1])
    if halted:
        return tr("Halted before its end: what was found until then.")
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
    bar = st.empty()
    bar.progress(0.0, tr("Starting …"))
    st.button(tr("Halt"), shortcut="H")
    rows: Rows = ()
    with closing(workers.LONG.stream(experiments.run, name, settings)) as steps:
        for step in steps:
            bar.progress(step.done / step.total, f"{step.done} / {step.total}")
            if step.result is not None:
                rows = step.result
                lessons_choices.halt(question, rows)
                draw_more(rows)
    again = workers.ANSWERS.call(experiments.command, name, settings)
    kept_answers.answered.put((rows, again), question)
