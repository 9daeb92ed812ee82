"""The guide: its examples are run, its commands are parsed, and its reference has every room."""

import re
import shlex
import tomllib

import pytest
from click.testing import CliRunner
from sybil.document import Document
from sybil.parsers.markdown import PythonCodeBlockParser

import resnet
from resnet.cli.commands import cli
from tests.conftest import ROOT

WRITTEN = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "ARCHITECTURE.md")]
PAGES = {page.name: page for page in [*(ROOT / "docs").glob("*.md"), *WRITTEN]}
TEXTS = {name: page.read_text("utf-8") for name, page in sorted(PAGES.items())}
COMMANDS = [
    line
    for text in TEXTS.values()
    for line in re.findall(r"^ {4}python -m resnet\b(.*)$", text, re.MULTILINE)
]


@pytest.mark.parametrize("name", [name for name, text in TEXTS.items() if "```python" in text])
def test_examples_print_what_is_written(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for example in Document.parse(str(PAGES[name]), PythonCodeBlockParser()).examples():
        example.evaluate()


@pytest.mark.parametrize("line", COMMANDS)
def test_commands_and_their_options_are_known(line):
    said = CliRunner().invoke(cli, [*shlex.split(line, comments=True), "--help"])
    assert said.exit_code == 0, said.output


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.name)
def test_files_that_are_named_are_there(page):
    there = [
        "/" + path.relative_to(ROOT).as_posix()
        for folder in ("resnet", "explorer", "tests")
        for path in (ROOT / folder).rglob("*.*")
    ]
    named = re.findall(r"`((?:\w+/)*[a-z_]+\.(?:py|js|css|toml))`", page.read_text("utf-8"))
    inside = [name for name in named if not (ROOT / name).is_file()]
    assert not [name for name in inside if not any(path.endswith("/" + name) for path in there)]


def test_the_reference_has_every_room_after_those_that_it_imports():
    navigation = tomllib.loads((ROOT / "zensical.toml").read_text("utf-8"))["project"]["nav"]
    (reference,) = (part["Reference"] for part in navigation if "Reference" in part)
    pages = [page for page in reference if isinstance(page, str)]
    rooms = [page.removeprefix("reference/").removesuffix(".md") for page in pages]
    assert sorted(rooms) == sorted(path.parent.name for path in ROOT.glob("resnet/*/__init__.py"))
    for room, page in zip(rooms, pages, strict=True):
        assert f"\n::: resnet.{room}\n" in (ROOT / "docs" / page).read_text("utf-8")

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = {one["id"]: one for one in project["tool"]["importlinter"]["contracts"]}
    layers = [layer.split(" | ") for layer in reversed(contracts["library"]["layers"])]
    depths = {room: depth for depth, layer in enumerate(layers) for room in layer}
    held = [depths[room] for room in rooms if room in depths]
    assert held == sorted(held)


def test_the_reference_begins_with_what_the_package_hands_out():
    first = (ROOT / "docs" / "reference" / "index.md").read_text("utf-8")
    assert sorted(re.findall(r"^- \[?`(\w+)`", first, re.MULTILINE)) == sorted(resnet.__all__)
