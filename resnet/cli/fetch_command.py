"""Downloads that a command asks for, under a bar: weights and data sets by name."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from resnet.fetch.download import Received


def have(data: str) -> None:
    """See that a data set is here; a bar while it downloads. Raises `DownloadError`."""
    from resnet.training.archives import ARCHIVED, fetch_archive

    if data in ARCHIVED:
        _under_a_bar(data, fetch_archive(data), ARCHIVED[data].bytes)


def have_all(names: Sequence[str]) -> None:
    """See that data sets and weights are here, once all names but the hub's are known.

    Raises `WeightsError` and `DownloadError`.
    """
    from resnet.fetch.hub import hub_name, snapshot
    from resnet.training.archives import ARCHIVED
    from resnet.weights.loading import fetch, find

    on_hub = [name for name in names if hub_name(name)]
    entries = [find(name) for name in names if name not in {*ARCHIVED, *on_hub}]
    for name in names:
        have(name)
    for name in on_hub:
        snapshot(name)  # under a bar of the hub's own
    for entry in entries:
        _under_a_bar(entry.name, fetch(entry), entry.bytes)


def _under_a_bar(name: str, fetching: Iterator[Received], size: int) -> None:
    with click.progressbar(length=size, file=sys.stderr, label=name) as bar:
        for received in fetching:
            bar.length = received.total or size
            bar.update(received.done - bar.pos)
        bar.update((bar.length or 0) - bar.pos)
