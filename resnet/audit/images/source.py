"""The images of a folder, a zip or an address: their names in a fixed order, and their bytes.

Whatever fsspec opens is a source: `s3://…`, `gs://…`, `hf://…`, `memory://…`, a path. A zip is read
without being unpacked. On this machine no link is followed out of the folder, and nothing is read
that is no plain file.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from fsspec import AbstractFileSystem
from fsspec.archive import AbstractArchiveFileSystem
from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from resnet.audit.images.errors import AuditError
from resnet.text.file_names import OF_IMAGES
from resnet.text.language import tr

_OF_A_FILE = (errno.ENOENT, errno.EACCES, errno.EPERM, errno.ELOOP, errno.ENAMETOOLONG)
_LISTING = Lock()
LARGEST = 256 << 20  # bytes of a file; more is no photograph


class Listed(NamedTuple):
    """An image by its path below the source, with slashes, and its bytes."""

    path: str
    bytes: int


class Unreadable(ValueError):  # noqa: N818
    """A file that is not read: one line that says why."""


class Missing(Unreadable):
    """A file that is not there."""


@dataclass(frozen=True)
class Source:
    """Where images are; `url` is as it was given."""

    url: str

    @cached_property
    def _place(self) -> tuple[AbstractFileSystem, str]:
        """The file system and the path of the folder in it. Raises `AuditError`."""
        zipped = self.url.lower().endswith(".zip") and "::" not in self.url
        try:
            fs, root = url_to_fs(f"zip://::{self.url}" if zipped else self.url)
            if isinstance(fs, AbstractArchiveFileSystem):
                with _LISTING:  # it lists itself when it is first asked, which threads may not
                    fs.find("")
            there = fs.isdir(root) or zipped
        except Exception as error:  # whatever a file system raises, and what it imports
            raise AuditError(
                tr("{url} cannot be opened: {why}", url=self.url, why=_line(error))
            ) from None
        if not there:
            raise AuditError(
                tr("There is no folder {url}. Name a folder, a zip or an address.", url=self.url)
            )
        return fs, root

    @property
    def is_local(self) -> bool:
        """Whether it is a folder of this machine."""
        return isinstance(self._place[0], LocalFileSystem)

    def listing(self) -> list[Listed]:
        """Every image in the order of their paths; hidden files are left out.

        Raises `AuditError` where the source cannot be listed or holds none.
        """
        fs, root = self._place
        walk = _local(root) if self.is_local else _elsewhere(fs, root)
        try:
            found = sorted(one for one in walk if is_image(one.path))
        except Exception as error:
            raise AuditError(
                tr("{url} cannot be listed: {why}", url=self.url, why=_line(error))
            ) from None
        if not found:
            raise AuditError(
                tr(
                    "{url} holds no image. They are known by their names: {suffixes}.",
                    url=self.url,
                    suffixes=", ".join(sorted(OF_IMAGES)),
                )
            )
        return found

    def read(self, path: str) -> bytes:
        """An image's bytes.

        Raises `Missing` or `Unreadable` for what is wrong with this file, and `AuditError` where
        the source itself cannot be had any more.
        """
        fs, root = self._place
        try:
            if self.is_local:
                return _plain_file(Path(root), path).read_bytes()
            full = f"{root}/{path}" if root else path
            _check_size(fs.size(full) or 0)
            return bytes(fs.cat_file(full))
        except Unreadable:
            raise
        except Exception as error:  # whatever a file system raises
            if self._is_of_the_file(error):
                missing = isinstance(error, (FileNotFoundError, KeyError))
                raise (Missing if missing else Unreadable)(_line(error)) from None
            raise AuditError(
                tr(
                    "{url} can no longer be read: {why}. Call again when it can: what is done "
                    "stays.",
                    url=self.url,
                    why=_line(error),
                )
            ) from None

    def _is_of_the_file(self, error: Exception) -> bool:
        """Whether others can be read: it is a damaged entry of a zip, or has gone, or is shut."""
        fs, root = self._place
        if isinstance(fs, AbstractArchiveFileSystem):
            return os.path.exists(self.url) if self.url.lower().endswith(".zip") else True
        known = isinstance(error, OSError) and error.errno in _OF_A_FILE
        try:
            return (known or isinstance(error, FileNotFoundError)) and bool(fs.exists(root))
        except Exception:  # whatever a file system raises
            return False


def _local(root: str) -> Iterator[Listed]:
    """Files below a folder; folders that are links are not entered."""
    for folder, _, names in os.walk(root, onerror=_raise):
        for name in names:
            path = os.path.join(folder, name)
            below = os.fsencode(Path(path).relative_to(root).as_posix())
            yield Listed(below.decode("utf-8", "backslashreplace"), os.lstat(path).st_size)


def _raise(error: OSError) -> None:
    raise error


def _elsewhere(fs: AbstractFileSystem, root: str) -> Iterator[Listed]:
    for path, details in fs.find(root, detail=True).items():
        yield Listed(path.removeprefix(root).lstrip("/"), int(details.get("size") or 0))


def is_image(path: str) -> bool:
    """Whether a file is an image by its name; hidden ones are none."""
    name = path.rpartition("/")[2]
    return name.lower().endswith(OF_IMAGES) and not name.startswith(".")


def _plain_file(root: Path, path: str) -> Path:
    """A file of this machine. Raises `Unreadable` for what is none, or lies elsewhere."""
    file = root / path
    if not file.resolve().is_relative_to(root.resolve()):
        raise Unreadable(tr("This is a link that leads out of the folder."))
    found = file.stat()
    if not stat.S_ISREG(found.st_mode):
        raise Unreadable(tr("This is no plain file."))
    _check_size(found.st_size)
    return file


def _check_size(size: int) -> None:
    if size > LARGEST:
        raise Unreadable(
            tr("It has {size} MB; a photograph has {most}.", size=size >> 20, most=LARGEST >> 20)
        )


def _line(error: Exception) -> str:
    """An error in one line."""
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return " ".join(words.split())[:200] or type(error).__name__
