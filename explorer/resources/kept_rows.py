"""The rows that the project keeps of its experiments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from explorer.resources.caches import kept
from resnet.experiments.registry import answers, kept_records


def experiment(name: str, settings: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The rows that the project keeps of an experiment, and what made them.

    Those that answer these settings; where none do, the usual ones.
    """
    records = _all(name)
    return next((record for record in records if answers(record, settings or {})), records[0])


@kept
def _all(name: str) -> list[dict[str, Any]]:
    return kept_records(name)
