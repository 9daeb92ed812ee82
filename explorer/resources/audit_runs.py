"""Audits that are begun here, each by a process of its own, and the zips that visitors lay down."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock, Thread
from zipfile import BadZipFile

import psutil

from explorer.resources.server.spinner import start_torch
from explorer.state.limits import limits
from explorer.uploads.folders import entries, put, room
from resnet.audit.images.errors import AuditError
from resnet.audit.reading.opened import Root
from resnet.audit.running.plan import MANIFEST
from resnet.audit.running.store import unfinished
from resnet.evidence.session_file import SHORT
from resnet.fetch.zips import open_zip
from resnet.text.file_names import shown_name
from resnet.text.language import tr

_AT_ONCE = 1  # audits that are run at a time
_NICE = 15  # as workers for long work give way
_GIVEN = "uploads"  # the folder of what visitors gave
_LAST_WORDS = 4096  # bytes of what a process said that are kept
_PROJECT = Path(__file__).resolve().parents[2]


class Run:
    """A process that writes an audit: it gives way to the server, and has a worker's memory."""

    def __init__(self, command: Sequence[str], below: Root):
        path = os.pathsep.join([str(_PROJECT), *filter(None, [os.environ.get("PYTHONPATH")])])
        self._below, self._said = below, b""
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
        return self._below.named(lines[-1])[:300] if lines else tr("It ended without a word.")

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
_one = Lock()  # visitor at a time who begins, or gives


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
    try:
        open_zip(data).close()
    except BadZipFile:
        raise AuditError(
            tr(
                "“{shown}” is no zip, a damaged one, or one that lists too many files. Make it "
                "anew.",
                shown=shown_name(name),
            )
        ) from None
    folder = below.folder / _GIVEN
    file = folder / f"{Path(shown_name(name)).stem[:40]}-{sha256(data).hexdigest()[:SHORT]}.zip"
    try:
        with _one:
            _put(file, data)
    except OSError:
        raise AuditError(tr("{name} could not be kept on this server.", name=file.name)) from None
    return file.relative_to(below.folder).as_posix()


def _put(file: Path, data: bytes) -> None:
    """Write a zip that is not there. Raises `AuditError` where no more is kept, and `OSError`."""
    if file.exists():
        return
    file.parent.mkdir(exist_ok=True)
    taken = sum(size for _, size, _ in entries(file.parent))
    if taken + len(data) > limits().all_bytes or room(file.parent) < len(data):
        raise AuditError(tr("This server keeps no more zips. Its operator can remove some."))
    put(file, data)


def begin(below: Root, source: Path | str, model: str, out: Path, *options: str) -> None:
    """Begin an audit, or go on with one, by the command and its options.

    It goes on when the page is closed. Raises `AuditError` where another is being made, the disk is
    nearly full, or the operator lets nobody.
    """
    if not limits().begin_audits:
        raise AuditError(tr("On this server audits are begun and stopped by its operator alone."))
    if room(below.folder) < 0:
        raise AuditError(tr("This server's disk is nearly full, so no audit is begun on it."))
    start_torch()  # what bounds a process asks it which devices there are
    with _one:
        if sum(each.alive for each in _runs.values()) >= _AT_ONCE:
            raise AuditError(tr("Another audit is being made here. Wait for it, or stop it."))
        command = [sys.executable, "-m", "resnet", "audit", str(source), "--model", model]
        command += ["--out", str(out), *options]
        try:
            _runs[str(out)] = Run(command, below)
        except OSError:
            raise AuditError(tr("This server could not start the audit.")) from None


def stop(audit: Path) -> None:
    """End what writes an audit, at once: every file of it is whole, and what is done stays."""
    begun = run(audit)
    if begun and begun.alive:
        begun.process.kill()
        begun.process.wait()
