"""Experiments: each a process that turns settings into rows of numbers, and can be repeated.

A module of this package has `Settings` (a frozen dataclass made of `setting`s), `Row` (another, of
plain fields), `run(settings)`, a generator of `Progress` whose result is the rows found so far, all
of them with the last, and `conditions(settings)`, what the rows depend on besides: data, hashes of
weights. One that no lesson shows may have `WORDS` for its notebook, and a `LOOK` at its rows. What
the app shows of it is kept in `assets/experiments/NAME.json`, with the command that made it. No
torch here.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resnet.fetch.bundled import ASSETS, bundled_json

if TYPE_CHECKING:
    from resnet.experiments.notebook import Words
    from resnet.model.progress import Progress

KEPT = ASSETS / "experiments"

EXPERIMENTS = {
    "degradation": "Deeper can be worse: plain and residual networks trained alike.",
    "derivative": "The derivative of x + F(x): what each of many blocks does to a gradient.",
    "drill": "A drill: a tag planted in one class, and an audit that knows of none finds it.",
    "gradients": "Where gradients go: their size at every layer before training.",
    "responses": "x + F(x): how strongly layers answer, and how much each block adds.",
    "paths": "Many short paths: the gradient along paths of each length.",
    "lesions": "Take a block out: errors without blocks, and with blocks reordered.",
    "refinement": "Iterative refinement: does what a block adds lead down the loss?",
    "interactions": "All lesions at once: do the blocks of a network add up?",
    "maps": "Which maps lie on their object: every method on drawn scenes, whose truth is known.",
    "mistakes": "Thirty common mistakes: what the wrong code does, and what the right code does.",
    "shattering": "Shattered gradients: are those of neighbouring inputs alike?",
    "shortcuts": "What each shortcut costs where the shape changes, and what it lets through.",
    "surface": "The loss around trained weights: plain and residual, on a plane.",
    "tags": "Which maps expose a tag? It is in one class of the data, and they are read blind.",
    "zero-gamma": "Starting as the identity: a deep network that begins as a shallow one.",
}
_PACKAGES = ("torch", "captum", "numpy", "scikit-learn")


@dataclass(frozen=True)
class Experiment:
    """One experiment, its module imported."""

    name: str
    settings: type
    row: type
    run: Callable[[Any], Generator[Progress[tuple[Any, ...]], None, None]]
    conditions: Callable[[Any], dict[str, Any]]
    words: Words | None = None
    look: str = ""

    def record(self, settings: Any, rows: Sequence[Any]) -> dict[str, Any]:
        """Rows with what made them, ready to be written as JSON."""
        return {
            "command": command_line(self.name, settings),
            "settings": asdict(settings),
            **self.conditions(settings),
            "versions": {"python": platform.python_version()}
            | {package: version(package) for package in _PACKAGES},
            "rows": [asdict(row) for row in rows],
        }


def setting(
    default: Any,
    help: str,
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
) -> Any:
    """A field of `Settings`: an int, float or str, or a tuple of one of them.

    `low` and `high` bound a number, `choices` are the words that there are.
    """
    metadata = {"help": help, "low": low, "high": high, "choices": choices}
    return field(default=default, metadata=metadata)


def load_experiment(name: str) -> Experiment:
    """An experiment by name; its module, and torch with it, is imported. Raises KeyError."""
    EXPERIMENTS[name]
    module = import_module(f"{__package__}.{name.replace('-', '_')}")
    words, look = getattr(module, "WORDS", None), getattr(module, "LOOK", "")
    return Experiment(name, module.Settings, module.Row, module.run, module.conditions, words, look)


def command_line(name: str, settings: Any) -> str:
    """The command line that repeats a run; settings at their defaults are left out."""
    return command_for(name, unusual(settings))


def command_for(name: str, settings: Mapping[str, Any]) -> str:
    """The command line that runs an experiment with some settings, and the others as usual."""
    words = [f"--{key.replace('_', '-')} {spelled(value)}" for key, value in settings.items()]
    return " ".join([f"python -m resnet experiment {name}", *words])


def unusual(settings: Any) -> dict[str, Any]:
    """The settings that are not at their defaults."""
    usual = type(settings)()
    return {key: value for key, value in vars(settings).items() if value != getattr(usual, key)}


def spelled(value: object) -> str:
    """A setting as it is written on the command line: a tuple's parts with commas."""
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def kept_record(name: str) -> dict[str, Any]:
    """What the project keeps of an experiment: `Experiment.record` of a run, as it was written.

    Raises `AssetError`.
    """
    return _record(KEPT / f"{name}.json")


def kept_records(name: str) -> list[dict[str, Any]]:
    """All that the project keeps of an experiment: `kept_record`, and NAME.OTHER.json after it.

    Raises `AssetError`.
    """
    return [kept_record(name), *map(_record, sorted(KEPT.glob(f"{name}.*.json")))]


def answers(record: Mapping[str, Any], settings: Mapping[str, Any]) -> bool:
    """Whether kept rows were made with these settings: of a tuple, with each among others."""
    return all(_holds(record["settings"][key], value) for key, value in settings.items())


def _holds(kept: Any, asked: Any) -> bool:
    return {*asked} <= {*kept} if isinstance(asked, tuple) else bool(kept == asked)


def _record(file: Path) -> dict[str, Any]:
    with bundled_json(file) as record:
        return record | {key: record[key] for key in ("rows", "command", "settings", "versions")}
