"""Numbers as an address says them, which anybody may have written."""

from __future__ import annotations

import math

_DIGITS = 9  # of a whole number: more than counts anything here, and quick to read


def whole(text: str) -> int | None:
    """A whole number from 0; None where the text is none, or a longer one."""
    is_one = text.isascii() and text.isdecimal() and len(text) <= _DIGITS
    return int(text) if is_one else None


def number(text: str) -> float | None:
    """A finite number; None where the text is none."""
    try:
        found = float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) else None
