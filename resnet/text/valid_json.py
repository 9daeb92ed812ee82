"""JSON as every reader takes it: it has no NaN and no infinity."""

from __future__ import annotations

import json
from math import isfinite
from typing import Any


def valid_json(value: Any, indent: int | None = None) -> str:
    """Python's JSON of a value, with null for each number that is none."""
    return json.dumps(_said(value), indent=indent, allow_nan=False)


def _said(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _said(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_said(each) for each in value]
    return None if isinstance(value, float) and not isfinite(value) else value
