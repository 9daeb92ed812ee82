"""Thirty common mistakes: what happens when the wrong code runs, and when the right code does."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from resnet.experiments.registry import setting
from resnet.mistakes.all_mistakes import MISTAKES
from resnet.mistakes.running import outcome
from resnet.model.progress import Progress

ALL = "all"


@dataclass(frozen=True)
class Settings:
    """Each mistake is two programs that bring their own seeds."""

    only: str = setting(ALL, "One mistake by its id.", choices=(ALL, *MISTAKES))


@dataclass(frozen=True)
class Row:
    """What each program printed, line by line, and the error that ended it."""

    id: str
    wrong: str
    right: str


def run(settings: Settings) -> Generator[Progress[tuple[Row, ...]], None, None]:
    """Run one program after another. Yields after each, with rows after each pair."""
    ids = [*MISTAKES] if settings.only == ALL else [settings.only]
    rows: tuple[Row, ...] = ()
    for number, mistake in enumerate(map(MISTAKES.__getitem__, ids)):
        wrong = outcome(mistake.wrong, mistake.id)
        yield Progress(2 * number + 1, 2 * len(ids))
        rows += (Row(mistake.id, wrong, outcome(mistake.right, mistake.id)),)
        yield Progress(2 * number + 2, 2 * len(ids), rows)


def conditions(settings: Settings) -> dict[str, Any]:
    """What the programs use besides torch."""
    return {"torchvision": version("torchvision")}
