"""The rules of the house."""

import ast
from pathlib import Path

import pytest

from tests.conftest import ROOT

LIBRARY = sorted((ROOT / "resnet").rglob("*.py"))
DRAWING = sorted((ROOT / "resnet" / "drawing").glob("*.py"))
FIGURES = sorted((ROOT / "explorer" / "figures").glob("*.py"))


def imported(path: Path) -> set[str]:
    """Top-level packages that a file imports when it is imported itself."""
    lazy = (ast.FunctionDef, ast.If)  # inside functions, and for type checkers only
    names = set()
    waiting: list[ast.AST] = [ast.parse(path.read_text("utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0])
        waiting += [child for child in ast.iter_child_nodes(node) if not isinstance(child, lazy)]
    return names


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_library_knows_nothing_of_the_app(path):
    assert not imported(path) & {"streamlit", "plotly", "explorer"}


@pytest.mark.parametrize(
    "path", [*DRAWING, *FIGURES], ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_figures_are_pure(path):
    assert not imported(path) & {"streamlit", "torch"}


@pytest.mark.parametrize(
    "path", [*LIBRARY, *FIGURES], ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_every_module_says_its_job_in_its_first_line(path):
    assert ast.get_docstring(ast.parse(path.read_text("utf-8")))


def test_only_resources_caches():
    cachers = {
        path.parent.name
        for path in (ROOT / "explorer").rglob("*.py")
        if "st.cache_" in path.read_text("utf-8")
    }
    assert cachers == {"resources"}
