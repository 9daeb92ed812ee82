"""JSON as every reader takes it: it has no NaN and no infinity."""

from __future__ import annotations

import json
from math import isfinite
from typing import Any


def valid_json(value: Any, indent: int | None = None) -> str:
    """Python's JSON of a value, with null for each number that is none."""
    return json.dumps(_finite(value), indent=indent, allow_nan=False)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not isfinite(value) else value
