"""Audits below the operator's folder: what is read of them, and those that were begun here."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.figures.photo_grid import mean
from explorer.resources.caches import kept
from explorer.state.limits import limits
from resnet.audit.errors import AuditError
from resnet.audit.leaning import COLUMNS, Leaning, Seen, leanings
from resnet.audit.opened import Opened, Root
from resnet.audit.pairing import Pairing
from resnet.audit.plan import MANIFEST
from resnet.audit.source import Source
from resnet.audit.summary import summary
from resnet.text.language import tr

_EVERY = 20.0  # seconds between two looks at which audits there are
_AT_ONCE = 1  # audits that are run at a time
_PROJECT = Path(__file__).resolve().parents[2]


def root() -> Root | None:
    """The operator's folder, where one is named."""
    return Root(Path(limits().audits)) if limits().audits else None


def names(below: Root) -> list[str]:
    """The audits that there are."""
    return [*_names(str(below.folder), int(monotonic() / _EVERY))]


@kept
def _names(folder: str, when: int) -> tuple[str, ...]:
    return tuple(Root(Path(folder)).names())


def opened(below: Root, name: str) -> Opened:
    """An audit as far as it is done. Raises `AuditError`."""
    store = below.store(name)
    return _opened(str(below.folder), name, _stamp(Path(store.url)), len(store.done()))


def _stamp(folder: Path) -> int:
    """Which audit a folder holds: another one may have been begun there."""
    manifest = folder / MANIFEST
    return manifest.stat().st_mtime_ns if manifest.is_file() else 0


@kept
def _opened(folder: str, name: str, stamp: int, parts: int) -> Opened:
    return Opened.at(Root(Path(folder)).store(name))


def large(audit: Opened, name: str) -> NDArray[np.float32]:
    """A large column (N, n) of an audit."""
    return _large(audit.store.url, _stamp(Path(audit.store.url)), len(audit.rows), name, audit)


@kept
def _large(url: str, stamp: int, rows: int, name: str, _audit: Opened) -> NDArray[np.float32]:
    return _audit.large(name)


def paired(below: Root, one: str, other: str) -> Pairing:
    """Two audits side by side. Raises `AuditError` where their classes are not the same."""
    both = [opened(below, name) for name in (one, other)]
    if both[0].labels != both[1].labels:
        raise AuditError(tr("The two audits' models have other classes; they cannot be compared."))
    stamps = [(audit.store.url, _stamp(Path(audit.store.url)), len(audit.rows)) for audit in both]
    return _paired(tuple(stamps), both)


@kept
def _paired(stamps: tuple[tuple[str, int, int], ...], _both: list[Opened]) -> Pairing:
    return Pairing.of(*_both)


def summed(audit: Opened) -> dict[str, Any]:
    """What an audit comes to in a few numbers."""
    return _summed(audit.store.url, _stamp(Path(audit.store.url)), len(audit.rows), audit)


@kept
def _summed(url: str, stamp: int, rows: int, _audit: Opened) -> dict[str, Any]:
    return summary(_audit.rows)


def leaning(audit: Opened) -> tuple[Leaning, ...]:
    """Where each class of an audit leans."""
    return _leaning(audit.store.url, _stamp(Path(audit.store.url)), len(audit.rows), audit)


@kept
def _leaning(url: str, stamp: int, rows: int, _audit: Opened) -> tuple[Leaning, ...]:
    return leanings(_audit.each(COLUMNS), Seen.of(_audit.plan.manifest.model))


def mean_photograph(audit: Opened, numbers: Sequence[int], side: int) -> str:
    """The mean of the thumbnails of images as a URL."""
    return _mean(audit.store.url, _stamp(Path(audit.store.url)), tuple(numbers), side, audit)


@kept
def _mean(url: str, stamp: int, numbers: tuple[int, ...], side: int, _audit: Opened) -> str:
    return mean([one.thumbnail for one in _audit.pictures(numbers).values()], side)


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
        raise AuditError(str(error)) from None


@dataclass(frozen=True)
class Run:
    """A process that writes an audit, and the file that has its words."""

    process: subprocess.Popen[bytes]
    words: Path

    @property
    def alive(self) -> bool:
        """Whether it goes on."""
        return self.process.poll() is None

    @property
    def failed(self) -> str:
        """Why it ended before its end; nothing where it goes on, is done or was stopped."""
        if self.alive or self.process.returncode <= 0:
            return ""
        lines = self.words.read_text("utf-8", "replace").strip().splitlines()
        return lines[-1][:300] if lines else tr("It ended without a word.")


_runs: dict[str, Run] = {}
_starting = Lock()


def run(audit: Path) -> Run | None:
    """What was last begun here for an audit's folder."""
    return _runs.get(str(audit))


def is_other(folder: Path) -> bool:
    """Whether something lies at a place that is no audit."""
    return not folder.is_dir() or not ((folder / MANIFEST).is_file() or not any(folder.iterdir()))


def begin(source: Path | str, model: str, out: Path, *options: str) -> None:
    """Begin an audit, or go on with one, by the command and its options.

    It goes on when the page is closed. Raises `AuditError` where another is being made.
    """
    with _starting:
        if sum(each.alive for each in _runs.values()) >= _AT_ONCE:
            raise AuditError(tr("Another audit is being made here. Wait for it, or stop it."))
        words = Path(tempfile.mkstemp(prefix="audit-", suffix=".log")[1])
        command = [sys.executable, "-m", "resnet", "audit", str(source), "--model", model]
        command += ["--out", str(out), *options]
        path = os.pathsep.join([str(_PROJECT), *filter(None, [os.environ.get("PYTHONPATH")])])
        with words.open("wb") as log:
            process = subprocess.Popen(
                command, cwd=_PROJECT, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                env=os.environ | {"PYTHONPATH": path},
            )  # fmt: skip
        _runs[str(out)] = Run(process, words)


def stop(audit: Path) -> None:
    """End what writes an audit; what is done stays."""
    begun = run(audit)
    if begun and begun.alive:
        begun.process.terminate()
        begun.process.wait(30)
