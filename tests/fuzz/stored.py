"""A case as a file, so that it can be run again."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

Case = dict[str, Any]
CURRENT = "case.json"  # in a worker's folder, what it runs
_BYTES = "base64"


def store(path: Path, kind: str, case: Case, why: str = "") -> None:
    """Write what a case is, and what is wrong with how it ended."""
    text = json.dumps({"kind": kind, "why": why, "case": case}, default=_encoded, indent=1)
    path.write_text(text, "utf-8", "surrogatepass")


def load(path: Path) -> tuple[str, Case, str]:
    """The kind, the case and what was wrong."""
    text = path.read_text("utf-8", "surrogatepass")
    found = json.loads(text, object_hook=_decoded)
    return found["kind"], found["case"], found["why"]


def _encoded(value: object) -> dict[str, str]:
    assert isinstance(value, bytes)
    return {_BYTES: b64encode(value).decode()}


def _decoded(value: dict[str, Any]) -> Any:
    return b64decode(value[_BYTES]) if value.keys() == {_BYTES} else value
