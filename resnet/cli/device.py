"""The device that a command computes on."""

from __future__ import annotations

from resnet.maps.answers import ExplainError
from resnet.model.devices import devices


def device_of(asked: str | None) -> str:
    """The one that was asked for, or the fastest. Raises `ExplainError` where it is not here."""
    here = devices()
    device = asked or here[0]
    if device not in here:
        raise ExplainError(f"This machine has no {device}; it has {', '.join(here)}.")
    return device
