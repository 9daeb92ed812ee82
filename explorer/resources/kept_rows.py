"""The rows that the project keeps of its experiments."""

from __future__ import annotations

from typing import Any

from explorer.resources.caches import kept
from resnet.experiments.registry import kept_record


@kept
def experiment(name: str) -> dict[str, Any]:
    """The rows of an experiment that the project keeps, and what made them."""
    return kept_record(name)
