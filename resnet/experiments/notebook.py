"""An experiment as a notebook: what it asks, its settings, the run, its rows, and a look at them.

Writing one imports neither torch nor the experiment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from resnet.extras import EXTRAS
from resnet.text.language import tr

_MOST = 88  # letters in a line of code
_PACKAGES = ("resnet", "explorer", "torch", "sklearn", "pandas", "altair", "plotly")


class Cell(NamedTuple):
    """One cell: Markdown, or Python."""

    kind: Literal["markdown", "code"]
    text: str


class Part(NamedTuple):
    """An experiment, its settings, and Python for a look at its `rows` or their `table`."""

    experiment: str
    settings: Mapping[str, Any]
    look: str = ""


class Task(NamedTuple):
    """A question about a network, given as a link's query, with a hint and the answer."""

    question: str
    query: str
    hint: str
    answer: str


@dataclass(frozen=True)
class Words:
    """The words around experiments; `sources` are pairs of what is known and where it is read.

    `attempt` is what to try, and `surprise` what comes of it, which is folded as answers are.
    """

    title: str
    question: str
    text: str = ""
    sources: Sequence[tuple[str, str]] = ()
    attempt: str = ""
    surprise: str = ""
    tasks: Sequence[Task] = ()
    extras: Sequence[str] = ("notebook",)  # of the library, that its first cell installs


def notebook_cells(
    name: str,
    settings: Mapping[str, Any],
    words: Words,
    look: str = "",
    also: Sequence[Part] = (),
) -> tuple[Cell, ...]:
    """The notebook that runs the experiment `name` with these `settings`, and `also` others.

    `look` is Python for one more cell; it finds `rows`, the experiment's own, and `table`, the same
    as a pandas DataFrame. The first cell of code installs the library where it is missing.
    """
    texts = [f"# {words.title}", f"**{words.question}**", words.text]
    parts = (Part(name, settings, look), *also)
    return (
        Cell("markdown", "\n\n".join(filter(None, texts))),
        Cell("code", _install(words.extras)),
        Cell("code", _IMPORTS),
        *(cell for part in parts for cell in _experiment(part)),
        *_after(words),
    )


def _experiment(part: Part) -> Iterator[Cell]:
    """Settings, the run, its rows, and a look at them, with a text above each."""
    said = tr("The settings, as they were on the page. Change them.")
    yield Cell("markdown", f"## {part.experiment}\n\n{said}")
    yield Cell("code", _settings(part.experiment, part.settings))
    yield Cell("code", _RUN)
    yield Cell("markdown", tr("Every row, and what its columns mean."))
    yield Cell("code", _TABLE)
    if part.look:
        yield Cell("markdown", tr("A look at them, as on the page."))
        yield Cell("code", part.look)


def _after(words: Words) -> Iterator[Cell]:
    """What to try, what comes of it, exercises, and sources."""
    if words.attempt:
        folded = _folded(tr("The surprise"), words.surprise) if words.surprise else ""
        yield Cell("markdown", f"**{tr('Try this.')}** {words.attempt}\n\n{folded}".rstrip())
    for number, task in enumerate(words.tasks, start=1):
        heading = f"## {tr('Find out')}\n\n" if number == 1 else ""
        yield Cell(
            "markdown",
            f"{heading}{number}. {task.question}\n\n{_folded(tr('Hint'), task.hint)}\n"
            f"{_folded(tr('Answer'), task.answer)}",
        )
        yield Cell("code", _network(task.query))
    if words.sources:
        lines = [f"- {what}: {where}" for what, where in words.sources]
        yield Cell("markdown", "\n".join([f"**{tr('Sources')}**", "", *lines]))


def _folded(summary: str, text: str) -> str:
    """Markdown that a click unfolds."""
    return f"<details><summary>{summary}</summary>\n\n{text}\n\n</details>"


def _network(query: str) -> str:
    """Python that shows a network: `graph` has every operation, its shapes and its numbers."""
    return f"graph = trace(ResNetSpec.from_query({query!r}))\ngraph"


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


def _install(extras: Sequence[str]) -> str:
    where = (
        tr("Where the library is missing, it is installed: from a wheel of ResNet Explorer beside"),
        tr("this notebook, or from what you name here, a wheel or the project’s folder."),
    )
    more = [package for package, extra in EXTRAS.items() if extra in {*extras} - {"notebook"}]
    needed = ", ".join(f'"{package}"' for package in (*_PACKAGES, *more))
    program = _INSTALL.replace("NEEDED", needed).replace("EXTRAS", ",".join(extras))
    return "\n".join([*(f"# {line}" for line in where), program])


_INSTALL = """\
LIBRARY = ""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

if Path(LIBRARY, "resnet").is_dir():
    sys.path.insert(0, str(Path(LIBRARY).resolve()))
needed = NEEDED
missing = [name for name in needed if find_spec(name) is None]
if missing:
    wheels = sorted(map(str, Path().glob("resnet_explorer-*.whl")))
    library = LIBRARY or (wheels[-1] if wheels else "")
    if not library:
        raise FileNotFoundError(
            f"{', '.join(missing)} not found. Put the wheel of ResNet Explorer beside this "
            "notebook, or name it, or the project's folder, in LIBRARY above. "
            "`uv build --wheel` in that folder makes the wheel."
        )
    pip = [sys.executable, "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, f"{library}[EXTRAS]"], check=True)"""

_IMPORTS = """\
from contextlib import closing
from dataclasses import asdict

import pandas as pd

from resnet import ResNetSpec, trace
from resnet.experiments.registry import load_experiment"""

_RUN = """\
rows = ()
with closing(experiment.run(settings)) as steps:
    for step in steps:
        print(f"\\r{step.done} / {step.total}", end="")
        rows = rows if step.result is None else step.result"""

_TABLE = """\
print(experiment.row.__doc__)
table = pd.DataFrame([asdict(row) for row in rows])
table"""


def _settings(name: str, settings: Mapping[str, Any]) -> str:
    arguments = ", ".join(f"{key}={value!r}" for key, value in settings.items())
    line = f"settings = experiment.settings({arguments})"
    if len(line) > _MOST:
        parts = "".join(f"    {key}={value!r},\n" for key, value in settings.items())
        line = f"settings = experiment.settings(\n{parts})"
    return f"experiment = load_experiment({name!r})\n{line}\nsettings"
