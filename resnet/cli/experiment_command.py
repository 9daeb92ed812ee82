"""`python -m resnet experiment NAME`: options from the settings, rows as a table or as JSON."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import Field, asdict, fields
from pathlib import Path
from typing import Any

import click

from resnet.cli.columns import columns
from resnet.cli.fetch_command import have
from resnet.experiments.notebook import Words, notebook_cells, notebook_file
from resnet.experiments.registry import EXPERIMENTS, Experiment, load_experiment, spelled, unusual
from resnet.text.valid_json import valid_json

_WIDEST = 60  # letters of a cell of the table; JSON has them all


class _Several(click.ParamType[Any]):
    """Values of one type with commas between them."""

    name = "A,B,…"

    def __init__(self, one: click.ParamType[Any]):
        self.one = one

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[Any, ...]:
        parts = value.split(",") if isinstance(value, str) else value
        return tuple(self.one.convert(part, param, ctx) for part in parts)


class _Experiments(click.Group):
    """Commands that are made when they are asked for: no experiment is imported for another."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*EXPERIMENTS]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        return _command(name) if name in EXPERIMENTS else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Experiments"):
            formatter.write_dl([*EXPERIMENTS.items()])


def _command(name: str) -> click.Command:
    experiment = load_experiment(name)
    extra: list[click.Parameter] = [
        click.Option(
            ["--out"],
            type=click.Path(path_type=Path, dir_okay=False),
            help="A JSON file for the rows and what made them.",
        ),
        click.Option(
            ["--notebook"],
            type=click.Path(path_type=Path, dir_okay=False, writable=True),
            help="Write a notebook (.ipynb) that runs it, and run nothing now.",
        ),
        click.Option(["--json", "as_json"], is_flag=True, help="One JSON array of rows, no more."),
    ]

    def callback(out: Path | None, as_json: bool, notebook: Path | None, **values: Any) -> None:
        settings = experiment.settings(**values)
        if notebook is None:
            _repeat(experiment, settings, out, as_json)
        else:
            words = experiment.words or Words(name, EXPERIMENTS[name])
            cells = notebook_cells(name, unusual(settings), words, experiment.look)
            notebook.write_bytes(notebook_file(cells))

    params = [*map(_option, fields(experiment.settings)), *extra]
    return click.Command(name, params=params, callback=callback, help=EXPERIMENTS[name])


def _option(field: Field[Any]) -> click.Option:
    usual: Any = field.default
    several = isinstance(usual, tuple)
    one = _type(usual[0] if several else usual, field.metadata)
    return click.Option(
        [f"--{field.name.replace('_', '-')}"],
        type=_Several(one) if several else one,
        default=spelled(usual) if several else usual,
        show_default=True,
        help=field.metadata["help"],
    )


def _type(value: Any, about: Any) -> click.ParamType[Any]:
    if about["choices"]:
        return click.Choice(about["choices"])
    if isinstance(value, str):
        return click.STRING
    bounded = click.IntRange if isinstance(value, int) else click.FloatRange
    return bounded(about["low"], about["high"])


def _repeat(experiment: Experiment, settings: Any, out: Path | None, as_json: bool) -> None:
    rows: Sequence[Any] = ()
    if hasattr(settings, "data"):
        have(settings.data)
    with closing(experiment.run(settings)) as steps:
        first = next(steps)
        with click.progressbar(length=first.total, file=sys.stderr, label=experiment.name) as bar:
            bar.update(first.done)
            rows = first.result or ()
            for step in steps:
                bar.update(step.done - bar.pos)
                rows = rows if step.result is None else step.result
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(valid_json(experiment.record(settings, rows), indent=1) + "\n", "utf-8")
    click.echo(valid_json([asdict(row) for row in rows]) if as_json else _table(rows))


def _table(rows: Sequence[Any]) -> str:
    if not rows:
        return "no rows"
    names = [field.name for field in fields(rows[0])]
    lines = [[_cell(value) for value in asdict(row).values()] for row in rows]
    if any("\n" in cell for line in lines for cell in line):
        return "\n\n".join(_entry(names, line) for line in lines)
    return "\n".join(columns([names, *lines]))


def _entry(names: Sequence[str], line: Sequence[str]) -> str:
    """A row whose cells are lines of text, one below another."""
    width = max(map(len, names)) + 2
    cells = [name.ljust(width) + cell for name, cell in zip(names, line, strict=True)]
    return "\n".join(cell.replace("\n", "\n" + " " * width) for cell in cells)


def _cell(value: object) -> str:
    text = f"{value:.4g}" if isinstance(value, float) else str(value)
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"


@click.group("experiment", cls=_Experiments)
def experiments() -> None:
    """Repeat a measurement whose result the project shows."""
