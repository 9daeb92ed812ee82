"""What comes with the project: weights, kept results, published accuracies, and its version.

The files lie in `assets/` of a checkout, and inside the package once it is installed.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from resnet.text.language import tr

_PACKAGE = Path(__file__).resolve().parents[1]
_INSTALLED = (_PACKAGE / "assets").is_dir()
ASSETS = (_PACKAGE if _INSTALLED else _PACKAGE.parent) / "assets"
MODEL = "solids_resnet18"  # what answers where no other is asked for


class AssetError(ValueError):
    """A file that comes with the project and is not what it was: one line that names it."""

    def __init__(self, file: Path):
        super().__init__(
            tr(
                "The bundled file {name} is missing or damaged. Restore the assets folder "
                "from the repository.",
                name=file.name,
            )
        )


@contextmanager
def bundled_json(file: Path) -> Iterator[Any]:
    """What a file says. Raises `AssetError` if it says nothing, or not what is read of it."""
    try:
        yield json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        raise AssetError(file) from None


@cache
def version() -> str:
    """The project's: what was installed says its own, a checkout's is in its `pyproject.toml`."""
    if _INSTALLED:
        return metadata.version("resnet-explorer")
    project = (_PACKAGE.parent / "pyproject.toml").read_text("utf-8")
    return tomllib.loads(project)["project"]["version"]
