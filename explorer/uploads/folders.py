"""Folders that files are put into: private ones, and each file whole or not at all."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from getpass import getuser
from pathlib import Path
from tempfile import NamedTemporaryFile, gettempdir

_SPARE = 512 << 20  # bytes that are left free on a disk


def usual_folder() -> Path:
    """The user's own, under the system's folder for what is temporary."""
    user = os.getuid() if hasattr(os, "getuid") else getuser()  # who may have no name
    return Path(gettempdir()) / f"resnet-explorer-{user}"


def make_private(folder: Path) -> None:
    """Make a folder that its owner alone can look into. Raises `PermissionError` for another's."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if hasattr(os, "getuid") and (folder.is_symlink() or found.st_uid != os.getuid()):
        raise PermissionError(f"{folder} belongs to somebody else; set TMPDIR to another folder.")
    folder.chmod(0o700)


def put(path: Path, data: bytes) -> None:
    """A file, whole or not at all."""
    with NamedTemporaryFile(dir=path.parent, prefix="new-", delete=False) as part:
        try:
            part.write(data)
            part.close()
            os.replace(part.name, path)
        except BaseException:
            Path(part.name).unlink(missing_ok=True)
            raise


def entries(folder: Path) -> Iterator[tuple[Path, int, float]]:
    """Every file of a folder, its size, and when it was last written or touched."""
    with os.scandir(folder) as listed:
        for entry in listed:
            with suppress(FileNotFoundError):
                found = entry.stat()
                yield Path(entry.path), found.st_size, found.st_mtime


def older(folder: Path, seconds: float) -> list[Path]:
    """Its files that were last written or touched longer ago."""
    before = time.time() - seconds
    return [path for path, _, seen in entries(folder) if seen < before]


def room(folder: Path) -> int:
    """Bytes that may still be written to a folder's disk; below 0 where it is nearly full."""
    return shutil.disk_usage(folder).free - _SPARE
