"""What comes with the project: weights, kept results, published accuracies, and its version.

The files lie in `assets/` of a checkout, and inside the package once it is installed.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import metadata
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
_INSTALLED = (_PACKAGE / "assets").is_dir()
ASSETS = (_PACKAGE if _INSTALLED else _PACKAGE.parent) / "assets"


@cache
def version() -> str:
    """The project's: what was installed says its own, a checkout's is in its `pyproject.toml`."""
    if _INSTALLED:
        return metadata.version("resnet-explorer")
    project = (_PACKAGE.parent / "pyproject.toml").read_text("utf-8")
    return tomllib.loads(project)["project"]["version"]
