"""Audits below the operator's folder: what is read of them, and those that were begun here."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock, Thread
from time import monotonic
from typing import Any
from zipfile import is_zipfile

import numpy as np
import psutil
from numpy.typing import NDArray

from explorer.figures.photo_grid import mean
from explorer.resources.caches import kept
from explorer.state.limits import limits
from explorer.uploads.store import put
from resnet.audit.at_hand import AtHand
from resnet.audit.at_hand import at_hand as found_at_hand
from resnet.audit.errors import AuditError
from resnet.audit.leaning import COLUMNS, Leaning, Seen, leanings
from resnet.audit.opened import Opened, Picture, Root
from resnet.audit.pairing import Pairing
from resnet.audit.plan import MANIFEST, Plan
from resnet.audit.source import Source
from resnet.audit.store import Store, unfinished
from resnet.audit.summary import summary
from resnet.evidence.session_file import SHORT
from resnet.text.file_names import shown_name
from resnet.text.language import tr

_EVERY = 20.0  # seconds between two looks at which audits there are
_AT_ONCE = 1  # audits that are run at a time
_NICE = 15  # as workers for long work give way
_SPARE = 512 << 20  # bytes that are left free on the disk
_GIVEN = "uploads"  # the folder of what visitors gave
_LAST_WORDS = 4096  # bytes of what a process said that are kept
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


def at_hand(below: Root) -> AtHand:
    """The images and weights that there are to begin with."""
    return _at_hand(str(below.folder), int(monotonic() / _EVERY))


@kept
def _at_hand(folder: str, when: int) -> AtHand:
    return found_at_hand(Path(folder))


def opened(below: Root, name: str) -> Opened:
    """An audit as far as it is done. Raises `AuditError`."""
    store = below.store(name)
    return _opened(str(below.folder), name, _stamp(Path(store.url)), len(store.done()))


def plan(below: Root, name: str) -> Plan | None:
    """What an audit is of; None where none was begun. Raises `AuditError`."""
    store = below.store(name)
    stamp = _stamp(Path(store.url))
    return _plan(store.url, stamp) if stamp else store.plan()


@kept
def _plan(url: str, stamp: int) -> Plan | None:
    return Store(url).plan()


def _stamp(folder: Path) -> int:
    """Which audit a folder holds: another one may have been begun there."""
    manifest = folder / MANIFEST
    return manifest.stat().st_mtime_ns if manifest.is_file() else 0


@kept
def _opened(folder: str, name: str, stamp: int, parts: int) -> Opened:
    return Opened.at(Root(Path(folder)).store(name))


def large(
    audit: Opened, name: str, places: NDArray[np.int64] | None = None
) -> NDArray[np.floating]:
    """A large column (N, n) of an audit, of these rows or all. Raises `AuditError`."""
    which = "" if places is None else sha256(places.tobytes()).hexdigest()
    url = audit.store.url
    return _large(url, _stamp(Path(url)), len(audit.rows), name, which, audit, places)


@kept
def _large(
    url: str, stamp: int, rows: int, name: str, which: str, _audit: Opened,
    _places: NDArray[np.int64] | None,
) -> NDArray[np.floating]:  # fmt: skip
    return _audit.large(name, _places)


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


def pictures(audit: Opened, numbers: Sequence[int]) -> dict[int, Picture]:
    """Thumbnails and overlays of images, by number. Raises `AuditError`."""
    return _pictures(audit.store.url, _stamp(Path(audit.store.url)), tuple(numbers), audit)


@kept
def _pictures(url: str, stamp: int, numbers: tuple[int, ...], _audit: Opened) -> dict[int, Picture]:
    return _audit.pictures(numbers)


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
        raise AuditError(_below(below.folder, str(error))) from None


def _below(folder: Path, words: str) -> str:
    """Words in which the operator's folder goes by its own name alone."""
    for each in {str(folder), str(folder.resolve())}:
        words = words.replace(f"{each}{os.sep}", "").replace(each, folder.name)
    return words


class Run:
    """A process that writes an audit: it gives way to the server, and has a worker's memory."""

    def __init__(self, command: Sequence[str], folder: Path):
        path = os.pathsep.join([str(_PROJECT), *filter(None, [os.environ.get("PYTHONPATH")])])
        self._folder, self._said = folder, b""
        self._words = TemporaryFile()  # noqa: SIM115  closed when the process has ended
        self.process = subprocess.Popen(
            command, cwd=_PROJECT, stdout=self._words, stderr=self._words,
            stdin=subprocess.DEVNULL, env=os.environ | {"PYTHONPATH": path},
        )  # fmt: skip
        _bound(self.process.pid)
        self._end = Thread(target=self._await, daemon=True)
        self._end.start()

    @property
    def alive(self) -> bool:
        """Whether it goes on."""
        return self.process.poll() is None

    @property
    def failed(self) -> str:
        """Why it ended before its end; nothing where it goes on, is done or was stopped."""
        if self.alive or self.process.returncode <= 0:
            return ""
        self._end.join()
        lines = self._said.decode("utf-8", "replace").strip().splitlines()
        return _below(self._folder, lines[-1])[:300] if lines else tr("It ended without a word.")

    def _await(self) -> None:
        """Keep the process's last words, and nothing else of it."""
        self.process.wait()
        with self._words:
            self._words.seek(max(0, os.fstat(self._words.fileno()).st_size - _LAST_WORDS))
            self._said = self._words.read()


def _bound(pid: int) -> None:
    """What a worker's process does to itself, done to one that has just begun."""
    from resnet.model.devices import devices

    with suppress(psutil.Error, OSError):
        psutil.Process(pid).nice(_NICE)
    if devices()[0] == "cpu":  # CUDA reserves far more than it takes
        with suppress(psutil.Error, OSError, AttributeError, ValueError):  # what a system has not
            psutil.Process(pid).rlimit(psutil.RLIMIT_DATA, (limits().worker_bytes,) * 2)


_runs: dict[str, Run] = {}
_starting = Lock()


def run(audit: Path) -> Run | None:
    """What was last begun here for an audit's folder."""
    return _runs.get(str(audit))


def is_other(folder: Path) -> bool:
    """Whether something lies at a place that is no audit, nor what one leaves that never began."""
    if not folder.is_dir():
        return True
    names = {path.name for path in folder.iterdir()}
    return MANIFEST not in names and any(not unfinished(name) for name in names)


def lay(below: Root, name: str, data: bytes) -> str:
    """Keep a visitor's zip below the folder, for as long as its operator leaves it there.

    The path below the folder: the same zip once. Raises `AuditError` for what is no zip, and where
    no more is kept.
    """
    if not is_zipfile(BytesIO(data)):
        raise AuditError(tr("“{name}” is no zip, or a damaged one.", name=shown_name(name)))
    folder = below.folder / _GIVEN
    file = folder / f"{Path(shown_name(name)).stem[:40]}-{sha256(data).hexdigest()[:SHORT]}.zip"
    if not file.exists():
        folder.mkdir(exist_ok=True)
        taken = sum(each.stat().st_size for each in folder.iterdir())
        if taken + len(data) > limits().all_bytes or _free(below) < len(data) + _SPARE:
            raise AuditError(tr("This server keeps no more zips. Its operator can remove some."))
        try:
            put(file, data)
        except OSError:
            raise AuditError(
                tr("{name} could not be kept on this server.", name=file.name)
            ) from None
    return file.relative_to(below.folder).as_posix()


def _free(below: Root) -> int:
    """Bytes of the disk."""
    return shutil.disk_usage(below.folder).free


def begin(below: Root, source: Path | str, model: str, out: Path, *options: str) -> None:
    """Begin an audit, or go on with one, by the command and its options.

    It goes on when the page is closed. Raises `AuditError` where another is being made, the disk is
    nearly full, or the operator lets nobody.
    """
    if not limits().begin_audits:
        raise AuditError(tr("On this server audits are begun and stopped by its operator alone."))
    if _free(below) < _SPARE:
        raise AuditError(tr("This server's disk is nearly full, so no audit is begun on it."))
    with _starting:
        if sum(each.alive for each in _runs.values()) >= _AT_ONCE:
            raise AuditError(tr("Another audit is being made here. Wait for it, or stop it."))
        command = [sys.executable, "-m", "resnet", "audit", str(source), "--model", model]
        command += ["--out", str(out), *options]
        _runs[str(out)] = Run(command, below.folder)


def stop(audit: Path) -> None:
    """End what writes an audit, at once: every file of it is whole, and what is done stays."""
    begun = run(audit)
    if begun and begun.alive:
        begun.process.kill()
        begun.process.wait()
