"""An experiment as a notebook: what it asks, its settings, the run, its rows, and a look at them.

Writing one imports neither torch nor the experiment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from resnet.text.language import tr

_MOST = 88  # letters in a line of code


class Cell(NamedTuple):
    """One cell: Markdown, or Python."""

    kind: Literal["markdown", "code"]
    text: str


@dataclass(frozen=True)
class Words:
    """The words around an experiment; `sources` are pairs of what is known and where it is read."""

    title: str
    question: str
    text: str = ""
    sources: Sequence[tuple[str, str]] = ()


def notebook_cells(
    name: str, settings: Mapping[str, Any], words: Words, look: str = ""
) -> tuple[Cell, ...]:
    """The notebook that runs the experiment `name` with these `settings`.

    `look` is Python for one more cell; it finds `rows`, the experiment's own, and `table`, the same
    as a pandas DataFrame.
    """
    texts = [f"# {words.title}", f"**{words.question}**", words.text]
    notebook = [
        Cell("markdown", "\n\n".join(filter(None, texts))),
        Cell("code", _start()),
        Cell("markdown", tr("The settings, as they were on the page. Change them.")),
        Cell("code", _settings(name, settings)),
        Cell("code", _RUN),
        Cell("code", _TABLE),
        *([Cell("code", look)] if look else []),
    ]
    if words.sources:
        lines = [f"- {what}: {where}" for what, where in words.sources]
        notebook.append(Cell("markdown", "\n".join([f"**{tr('Sources')}**", "", *lines])))
    return tuple(notebook)


def notebook_file(cells: Sequence[Cell]) -> bytes:
    """The cells as a file, the same for the same cells."""
    import nbformat
    from nbformat import v4

    new: dict[str, Any] = {"markdown": v4.new_markdown_cell, "code": v4.new_code_cell}
    made = [new[kind](text, id=f"cell-{n}") for n, (kind, text) in enumerate(cells)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = v4.new_notebook(cells=made, metadata={"kernelspec": kernel})
    nbformat.validate(notebook)
    return nbformat.writes(notebook).encode()


def _start() -> str:
    where = (
        tr("Run this with the environment of ResNet Explorer, which is made in its folder by"),
        "    make .venv/test.done",
        tr("and name that folder here, if this notebook lies elsewhere."),
    )
    return "\n".join([*(f"# {line}" for line in where), _IMPORTS])


_IMPORTS = """\
FOLDER = "."

import sys
from contextlib import closing
from dataclasses import asdict

import pandas as pd

sys.path.insert(0, FOLDER)
from resnet.experiments.registry import load_experiment"""

_RUN = """\
rows = ()
with closing(experiment.run(settings)) as steps:
    for step in steps:
        print(f"\\r{step.done} / {step.total}", end="")
        rows = rows if step.result is None else step.result"""

_TABLE = """\
table = pd.DataFrame([asdict(row) for row in rows])
table"""


def _settings(name: str, settings: Mapping[str, Any]) -> str:
    arguments = ", ".join(f"{key}={value!r}" for key, value in settings.items())
    line = f"settings = experiment.settings({arguments})"
    if len(line) > _MOST:
        parts = "".join(f"    {key}={value!r},\n" for key, value in settings.items())
        line = f"settings = experiment.settings(\n{parts})"
    return f"experiment = load_experiment({name!r})\n{line}\nsettings"
