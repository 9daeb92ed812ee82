"""Calls of the command line: every option of every command, with any words.

What would download meets a closed network; an experiment is written as a notebook, and of a
training only the first step is taken: what they do with their settings is honest work.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from unittest.mock import patch

import click
from hypothesis import strategies as st

from resnet.cli.commands import cli
from resnet.training import train_and_save
from resnet.training.scenes.drawn_shapes import scene
from tests.command_line import run as call
from tests.fuzz.stored import Case
from tests.fuzz.words import HOSTILE_NUMBERS, words

NAME = "arguments"


class RefusedError(ValueError):
    """What a command said when it ended with another status than 0."""


ENDS = (RefusedError,)
_LONG = {"published"}  # counts every classifier of torchvision's, whatever it is asked
_FILES = (
    "photo.png",
    "labels.txt",
    "empty",
    "folder",
    "absent.png",
    "bundle.zip",
    "net.pth",
    "m.json",
)
_NAMES = (
    "resnet18",
    "resnet50",
    "cifar_resnet20",
    "shapes_resnet20",
    "resnet50.IMAGENET1K_V2",
    "alexnet",
    "a.svg",
    "a.png",
    "a.onnx",
    "a.py",
    "a.html",
    "a.json",
    "layer1",
    "layer1.0",
    "basic",
    "star",
)
_value = st.one_of(
    st.sampled_from(_FILES),
    st.sampled_from(_NAMES),
    st.sampled_from(HOSTILE_NUMBERS),
    st.integers(-5, 300).map(str),
    words.filter(lambda word: not word.startswith(("/", "..")) and len(word) < 1000),
)


def _commands(group: click.Group = cli) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from (((name, *inner), found) for inner, found in _commands(command))
        elif command is not None and name not in _LONG:
            yield (name,), command


_COMMANDS = dict(_commands())


def _spoken(name: tuple[str, ...], words: list[str]) -> Case:
    notebook = ["--notebook", "n.ipynb"] if name[0] == "experiment" else []
    return {"words": [*name, *words, *notebook]}


def corpus() -> Iterator[Case]:
    """Every option of every command with a number that nobody means, and with none."""
    for i, (name, command) in enumerate(_COMMANDS.items()):
        for j, parameter in enumerate(command.params):
            number = HOSTILE_NUMBERS[(i + j) % len(HOSTILE_NUMBERS)]
            yield _spoken(name, [*parameter.opts[:1], number] if parameter.opts else [number])
            yield _spoken(name, [*parameter.opts[:1]])
    yield from (
        {"words": words}
        for words in ([], ["--x"], ["-h"], ["\0"], ["experiment"], ["summary", "\ud800"])
    )
    yield {"words": ["explain", "photo.png", "absent.png", "empty", "--json"]}


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A command with a few of its options, each with a value of its kind or any other."""
    name = draw(st.sampled_from([*_COMMANDS]))
    spoken = [*draw(st.lists(_value, max_size=2))]
    options = [p for p in _COMMANDS[name].params if isinstance(p, click.Option)]
    for option in draw(st.lists(st.sampled_from(options), max_size=4)):
        spoken.append(draw(st.sampled_from([*option.opts, *option.secondary_opts])))
        kind = option.type
        if not option.is_flag:
            known = [*kind.choices] if isinstance(kind, click.Choice) else [*_FILES]
            spoken.append(draw(st.one_of(_value, st.sampled_from(known))))
    return _spoken(name, spoken)


def ready() -> None:
    """Lay out the files, and import what commands import."""
    from PIL import Image

    Image.fromarray(scene(1, objects=1).image).save("photo.png")
    Path("labels.txt").write_text("a\nb\n")
    Path("empty").touch()
    Path("folder").mkdir()
    honest = (
        ["summary"],
        ["models"],
        ["explain", "photo.png", "--bundle", "bundle.zip"],
        ["export", "resnet18", "--out", "a.svg"],
        ["export", "resnet18", "--out", "a.png"],
        ["export", "--depth", "18", "--out", "a.py"],
        ["explain", "--from", "bundle.zip"],
        ["export", "cifar_resnet20", "--out", "a.onnx"],
        ["export", "--out", "a.html"],
    )
    for spoken in honest:
        run({"words": spoken})
    for name in _COMMANDS:
        run(_spoken(name, ["-h"]))
    with_first_step(*train_and_save.plan_training("digits", Path("w.safetensors"), 0))


def with_first_step(path: Path, steps: Any) -> tuple[Path, Any]:
    """A training that ends after its first step."""
    first = [*islice(steps, 1)]
    steps.close()
    return path, iter(first)


def run(case: Case) -> Any:
    """Call it, in this process."""
    real = train_and_save.plan_training
    with patch.object(
        train_and_save, "plan_training", lambda *of, **how: with_first_step(*real(*of, **how))
    ):
        done = call(*case["words"], folder=Path.cwd())
    assert done.status in (0, 1, 2), done
    if done.status == 1 and not done.stderr:  # a bundle that is computed otherwise
        return done.stdout
    if done.status == 1:  # photographs that cannot be read, each in a line
        raise RefusedError(done.stderr.rstrip("\n").replace("\n", " | "))
    if done.status:
        *progress, said = done.stderr.removesuffix("\n").split("\n")
        assert not progress or case["words"][0] == "train", done.stderr
        raise RefusedError(said)
    return done.stdout
