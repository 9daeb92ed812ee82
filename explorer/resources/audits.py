"""Audits below the operator's folder, as far as they are read."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.figures.photo_grid import mean
from explorer.resources.caches import kept
from explorer.state.limits import limits
from resnet.audit.findings.leaning import COLUMNS, Leaning, Seen, leanings
from resnet.audit.findings.summary import summary
from resnet.audit.images.errors import AuditError
from resnet.audit.images.source import Source
from resnet.audit.reading.at_hand import AtHand
from resnet.audit.reading.at_hand import at_hand as found_at_hand
from resnet.audit.reading.opened import Opened, Picture, Root
from resnet.audit.reading.pairing import Pairing
from resnet.audit.running.plan import Plan
from resnet.audit.running.store import Store
from resnet.text.language import tr

_EVERY = 20.0  # seconds between two looks at which audits there are


def root() -> Root | None:
    """The operator's folder, where one is named."""
    return Root(Path(limits().audits)) if limits().audits else None


def names(below: Root) -> list[str]:
    """The audits that there are."""
    return [*_names(str(below.folder), int(monotonic() / _EVERY))]


@kept
def _names(folder: str, when: int) -> tuple[str, ...]:
    return tuple(Root(Path(folder)).names())


def at_hand(below: Root) -> AtHand:
    """The images and weights that there are to begin with."""
    return _at_hand(str(below.folder), int(monotonic() / _EVERY))


@kept
def _at_hand(folder: str, when: int) -> AtHand:
    return found_at_hand(Path(folder))


def opened(below: Root, name: str) -> Opened:
    """An audit as far as it is done. Raises `AuditError`."""
    store = below.store(name)
    return _opened(str(below.folder), name, store.began, len(store.done()))


@kept
def _opened(folder: str, name: str, began: int, parts: int) -> Opened:
    return Opened.at(Root(Path(folder)).store(name))


def plan(below: Root, name: str) -> Plan | None:
    """What an audit is of; None where none was begun. Raises `AuditError`."""
    store = below.store(name)
    return _plan(store.url, store.began) if store.began else store.plan()


@kept
def _plan(url: str, began: int) -> Plan | None:
    return Store(url).plan()


def large(
    audit: Opened, name: str, places: NDArray[np.int64] | None = None
) -> NDArray[np.floating]:
    """A large column (N, n) of an audit, of these rows or all. Raises `AuditError`."""
    which = "" if places is None else sha256(places.tobytes()).hexdigest()
    return _large(audit, name, which, places)


@kept
def _large(
    audit: Opened, name: str, which: str, _places: NDArray[np.int64] | None
) -> NDArray[np.floating]:
    return audit.large(name, _places)


def paired(below: Root, one: str, other: str) -> Pairing:
    """Two audits side by side. Raises `AuditError` where their classes are not the same."""
    both = [opened(below, name) for name in (one, other)]
    if both[0].labels != both[1].labels:
        raise AuditError(tr("The two audits' models have other classes; they cannot be compared."))
    return _paired(*both)


@kept
def _paired(one: Opened, other: Opened) -> Pairing:
    return Pairing.of(one, other)


@kept
def summed(audit: Opened) -> dict[str, Any]:
    """What an audit comes to in a few numbers."""
    return summary(audit.rows)


@kept
def leaning(audit: Opened) -> tuple[Leaning, ...]:
    """Where each class of an audit leans."""
    return leanings(audit.each(COLUMNS), Seen.of(audit.plan.manifest.model))


def pictures(audit: Opened, numbers: Sequence[int]) -> dict[int, Picture]:
    """Thumbnails and overlays of images, by number. Raises `AuditError`."""
    return _pictures(audit, tuple(numbers))


@kept
def _pictures(audit: Opened, numbers: tuple[int, ...]) -> dict[int, Picture]:
    return audit.pictures(numbers)


def mean_photograph(audit: Opened, numbers: Sequence[int], side: int) -> str:
    """The mean of the thumbnails of images as a URL."""
    return _mean(audit, tuple(numbers), side)


@kept
def _mean(audit: Opened, numbers: tuple[int, ...], side: int) -> str:
    return mean([one.thumbnail for one in audit.pictures(numbers).values()], side)


def photograph(below: Root, audit: Opened, path: str) -> bytes:
    """An image's bytes, where it lies below the operator's folder. Raises `AuditError`."""
    source = audit.plan.manifest.source
    if not below.holds(source):
        raise AuditError(
            tr("The photograph lies outside of the folder of audits, so it is not opened here.")
        )
    try:
        return Source(source).read(path)
    except ValueError as error:
        raise AuditError(below.named(str(error))) from None
