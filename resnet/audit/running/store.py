"""The folder that an audit is written to, here or at an address: every file whole, or not at all.

manifest.json        what the audit is of
images.parquet       the list of images
rows/00000.parquet   a part's rows; as long as they are not there, it is not done
pictures/00000.parquet   its thumbnails and overlays, WebP, written before its rows
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout
from fsspec import AbstractFileSystem
from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from resnet.audit.images.errors import AuditError
from resnet.audit.running.plan import IMAGES, MANIFEST, Plan
from resnet.audit.running.rows import LARGE, SCHEMA, parquet
from resnet.text.language import tr

ROWS, PICTURES = "rows", "pictures"
_LOCK = ".lock"  # of the one writer; it stays when that has ended
_NEW = ".new-"  # begins the name of a file that is not whole


@dataclass(frozen=True)
class Store:
    """An audit's folder; `url` is whatever fsspec opens."""

    url: str

    @cached_property
    def _place(self) -> tuple[AbstractFileSystem, str]:
        try:
            return url_to_fs(self.url, auto_mkdir=True)
        except Exception as error:  # whatever a file system raises, and what it imports
            raise AuditError(
                tr("{url} cannot be opened: {why}", url=self.url, why=str(error)[:200])
            ) from None

    @property
    def name(self) -> str:
        """The last part of it: where a server keeps an audit is nobody's matter."""
        return self.url.rstrip("/").rpartition("/")[2]

    @property
    def began(self) -> int:
        """When its manifest was written, in ns; 0 where there is none on this machine."""
        with suppress(OSError):
            return (Path(self.url) / MANIFEST).stat().st_mtime_ns
        return 0

    @property
    def is_local(self) -> bool:
        """Whether it is a folder of this machine."""
        return isinstance(self._place[0], LocalFileSystem)

    def plan(self) -> Plan | None:
        """What was begun here; None where nothing was. Raises `AuditError` for what is no audit."""
        try:
            return Plan.of(self.read(MANIFEST), self.read(IMAGES))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise AuditError(
                tr("{url} cannot be read: {why}", url=self.name, why=error.strerror or str(error))
            ) from None

    def begin(self, plan: Plan) -> None:
        """Write what is to be done; the manifest last, since it says that the list is there."""
        self.write(IMAGES, plan.listed())
        self.write(MANIFEST, plan.manifest.to_json())

    def done(self) -> set[int]:
        """The numbers of the parts that are written."""
        fs, root = self._place
        with suppress(FileNotFoundError, NotADirectoryError):
            names = (
                path.rpartition("/")[2]
                for path in fs.ls(f"{root}/{ROWS}", detail=False, refresh=True)
            )
            return {int(name[:-8]) for name in names if name[:-8].isdecimal()}
        return set()

    def finish(self, number: int, rows: pa.Table, pictures: pa.Table) -> None:
        """Write a part: its rows last, since they say that it is done. Raises `AuditError`."""
        self.write(f"{PICTURES}/{number:05}.parquet", parquet(pictures, compression="none"))
        self.write(f"{ROWS}/{number:05}.parquet", parquet(rows))

    def rows(
        self, columns: Sequence[str] | None = None, parts: Sequence[int] | None = None
    ) -> pa.Table:
        """What is done, or these parts; without the large columns where none are named."""
        names = columns or [name for name in SCHEMA.names if name not in LARGE]
        return pa.concat_tables([_named(names).empty_table(), *self.each(names, parts)])

    def each(
        self, columns: Sequence[str], parts: Sequence[int] | None = None
    ) -> Iterator[pa.Table]:
        """Some columns of what is done, part by part, so that large ones need little memory.

        `parts` names those that are read, where it is not all that are there by now.
        """
        fs, root = self._place
        for number in sorted(self.done()) if parts is None else parts:
            path = f"{root}/{ROWS}/{number:05}.parquet"
            yield pq.read_table(path, schema=_named(columns), filesystem=fs)

    def write(self, name: str, data: bytes) -> None:
        """A file, by another name until it is whole. Raises `AuditError` where there is no room."""
        fs, root = self._place
        folder, _, last = f"{root}/{name}".rpartition("/")
        part = f"{folder}/{_NEW}{uuid4().hex}-{last}"
        try:
            fs.makedirs(folder, exist_ok=True)
            fs.pipe_file(part, data)
            fs.mv(part, f"{root}/{name}")
        except OSError as error:
            with suppress(OSError):
                fs.rm_file(part)
            raise _unwritten(self.url, error) from None

    def read(self, name: str) -> bytes:
        """A file's bytes. Raises `FileNotFoundError`."""
        fs, root = self._place
        return bytes(fs.cat_file(f"{root}/{name}"))

    def sweep(self) -> None:
        """Remove what the dead have left half written."""
        fs, root = self._place
        for path in fs.glob(f"{root}/**/{_NEW}*"):
            with suppress(OSError):
                fs.rm_file(path)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Be the one writer of a folder on this machine; elsewhere whoever comes is let in.

        Raises `AuditError` where another is.
        """
        if not self.is_local:
            yield
            return
        root = self._place[1]
        os.makedirs(root, exist_ok=True)
        lock = FileLock(f"{root}/{_LOCK}")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise AuditError(
                tr("Another audit is writing to {url}. Wait for it, or stop it.", url=self.url)
            ) from None
        except OSError as error:
            raise _unwritten(self.url, error) from None
        try:
            yield
        finally:
            lock.release()


def unfinished(name: str) -> bool:
    """Whether a file of this name says nothing of an audit but that somebody wrote, or writes."""
    return name == _LOCK or name.startswith(_NEW)


def _named(columns: Sequence[str]) -> pa.Schema:
    return pa.schema([SCHEMA.field(name) for name in columns])


def _unwritten(url: str, error: OSError) -> AuditError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return AuditError(
            tr("The disk of {url} is full. Make room, and call again: what is done stays.", url=url)
        )
    return AuditError(
        tr("{url} cannot be written: {why}", url=url, why=error.strerror or str(error))
    )
