"""A file or folder that one writer at a time makes, beside its place, until it is whole.

Whoever comes second is told that it is being written, by whatever process. What somebody left who
was killed is taken away by the next who writes into that folder.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

_PART, _LOCK = ".part", ".lock"


class Busy(Exception):  # noqa: N818
    """Somebody else is writing it now."""


@contextmanager
def writing(path: Path) -> Iterator[Path]:
    """Where to write what will be `path`; it is moved there before the end, or removed.

    The folder must be there. Raises `Busy`, at once.
    """
    part = _with(path, _PART)
    with _alone(path):
        _sweep(path)
        _remove(part)
        try:
            yield part
        finally:
            _remove(part)


def written(path: Path) -> int:
    """How many bytes of a file somebody has written so far."""
    with suppress(OSError):
        return _with(path, _PART).stat().st_size
    return 0


def _with(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """The system lets go of a lock when its process dies; a generator may end in another thread."""
    file = _with(path, _LOCK)
    try:
        lock = FileLock(file, timeout=0, thread_local=False).acquire()
    except Timeout:
        raise Busy from None
    with lock:
        try:
            yield
        finally:
            with suppress(OSError):  # where a file that is open cannot be removed, it stays, empty
                file.unlink()


def _sweep(mine: Path) -> None:
    """Take away what others have left beside `mine`, but not what is being written."""
    for part in mine.parent.glob(f"*{_PART}"):
        path = part.with_suffix("")
        if path != mine and _with(path, _LOCK).exists():  # of no other program
            with suppress(Busy), _alone(path):
                _remove(part)


def _remove(part: Path) -> None:
    if part.is_dir() and not part.is_symlink():
        shutil.rmtree(part, ignore_errors=True)
    else:
        part.unlink(missing_ok=True)
