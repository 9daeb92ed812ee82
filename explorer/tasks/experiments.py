"""Experiments, run for a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from resnet.experiments.registry import command_line, load_experiment

if TYPE_CHECKING:
    from resnet.model.progress import Progress

Rows = list[dict[str, Any]]


def run(name: str, settings: Mapping[str, Any]) -> Iterator[Progress[Rows]]:
    """Run an experiment; its rows so far are dictionaries."""
    from resnet.model.progress import Progress

    experiment = load_experiment(name)
    with closing(experiment.run(experiment.settings(**settings))) as steps:
        for step in steps:
            rows = None if step.result is None else [asdict(row) for row in step.result]
            yield Progress(step.done, step.total, rows)


def rows_at_once(name: str, settings: Mapping[str, Any]) -> Rows:
    """All rows of one that takes a second or two."""
    *_, last = run(name, settings)
    return last.result or []


def command(name: str, settings: Mapping[str, Any]) -> str:
    """The command line that repeats it."""
    return command_line(name, load_experiment(name).settings(**settings))
