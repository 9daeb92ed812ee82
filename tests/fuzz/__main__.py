"""`python -m tests.fuzz KIND … --cases N --seed S`, or `--replay FILE`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tests.fuzz import KINDS
from tests.fuzz.limits import GROWTH, SECONDS
from tests.fuzz.runner import Outcome, fuzz
from tests.fuzz.stored import load


@click.command()
@click.argument("kinds", nargs=-1, type=click.Choice(KINDS))
@click.option("--cases", type=click.IntRange(1), default=10_000, show_default=True, help="A kind.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--keep", type=click.Path(path_type=Path), default=Path(".fuzz"), show_default=True)
@click.option("--replay", type=click.Path(path_type=Path, exists=True), help="A kept case.")
def main(kinds: tuple[str, ...], cases: int, seed: int, keep: Path, replay: Path | None) -> None:
    """Throw hostile input of KINDS, or of every kind, at the project."""
    if replay is not None:
        kinds, cases = (load(replay)[0],), 1
    click.echo(f"Bounds: {SECONDS} s and {GROWTH / 1e6:.0f} MB more a case.")
    wrong = [path for kind in kinds or KINDS for path in _fuzzed(kind, cases, seed, keep, replay)]
    sys.exit(bool(wrong))


def _fuzzed(kind: str, cases: int, seed: int, keep: Path, replay: Path | None) -> list[Path]:
    outcome = Outcome(kind)
    try:
        fuzz(outcome, cases, seed, keep, replay)
    finally:  # also of a run that is stopped
        click.echo(outcome)
    for path in outcome.wrong:
        click.echo(f"  {path}: {load(path)[2].strip()}" if replay else f"  {path}")
    return outcome.wrong


if __name__ == "__main__":
    main()
