"""The folder of uploads: every file once, by its SHA-256, and for each tab a list of its own.

A tab is known by a token, a secret of its browser; its list bears the token's hash as its name, so
that the folder gives no token away. A list was last seen when it was last written. Servers of one
user share the folder: one at a time changes it, files come by renaming, and what is listed or new
is left alone.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from getpass import getuser
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile, gettempdir
from threading import RLock
from time import time_ns
from typing import Annotated, NamedTuple

import msgspec
from filelock import FileLock

from resnet.evidence.session_file import SHORT
from resnet.text.file_names import shown_name
from resnet.text.language import mark, tr

KEPT = 30 * 60  # seconds that what a tab gave outlives it
_LINK = re.compile(rf"(.{{1,200}})~([0-9a-f]{{{SHORT}}})", re.DOTALL)
_NEW = 120  # seconds in which a file without a list may still be about to be listed
_SPARE = 512 << 20  # bytes that are left free on the disk
_MB = 1 << 20
_MOST = 3000  # files of a tab
_SETTLED = 50_000_000  # nanoseconds after which a folder's time tells a change from the one before
_Hash = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]


class UploadError(ValueError):
    """A file that is not kept: one line that says why and what to remove."""


@dataclass(frozen=True)
class Upload:
    """A file that a visitor gave. Its content is at `path` as long as it is kept."""

    name: str
    sha256: str
    size: int
    path: Path

    @property
    def link(self) -> str:
        """What names it in an address: `cat.jpg~1a2b3c4d5e6f`."""
        return f"{self.name}~{self.sha256[:SHORT]}"


class Named(NamedTuple):
    """A file as an address names it: its name, and how its SHA-256 begins."""

    name: str
    short: str


def named(link: str) -> Named | None:
    """What an address names, or None where it names no file."""
    found = _LINK.fullmatch(link)
    return Named(shown_name(found[1]), found[2]) if found else None


@dataclass(frozen=True)
class Kind:
    """A kind of file: its name, the bytes that one can have, and whether a tab has many."""

    name: str
    most: int
    many: bool = False


@dataclass(frozen=True)
class Bounds:
    """Bytes that are kept of one tab's files and of everybody's."""

    tab: int
    all: int


class _Listed(msgspec.Struct, frozen=True):
    name: str
    sha256: _Hash
    size: int


_List = dict[str, list[_Listed]]  # by kind


class Store:
    """Files of every tab in a private folder. Safe to use from any thread."""

    def __init__(self, folder: Path, bounds: Bounds):
        self._bounds = bounds
        self._files, self._tabs = folder / "files", folder / "tabs"
        self._lock, self._among_servers = RLock(), FileLock(folder / "lock", mode=0o600)
        self._read_before: dict[Path, tuple[tuple[int, ...], dict[str, tuple[Upload, ...]]]] = {}
        for each in (folder, self._files, self._tabs):
            _private(each)

    def kept(self, token: str) -> dict[str, tuple[Upload, ...]] | None:
        """What a tab gave, by kind, as far as it is there; None if its list is not known.

        Of thousands that takes a while, and a page asks often: what was read is good as long as
        neither the list nor the folder of files has changed.
        """
        path = self._list_of(token)
        stamp = self._stamp(path)
        read, known = self._read_before.get(path, ((), {}))
        if stamp and read == stamp:
            return known
        listed = self._read(path)
        if listed is None:
            return None
        found = {kind: tuple(self._there(files)) for kind, files in listed.items()}
        if stamp and time_ns() - max(stamp) > _SETTLED:
            self._read_before[path] = stamp, found
        return found

    def add(self, token: str, kind: Kind, name: str, data: bytes) -> Upload:
        """Keep a file, last of its kind; in place of the other, where a tab has but one.

        Raises `UploadError`.
        """
        (upload,) = self.add_all(token, kind, [(shown_name(name), data)])
        return upload

    def add_all(self, token: str, kind: Kind, given: Sequence[tuple[str, bytes]]) -> list[Upload]:
        """Keep files, by names that may be shown, in their order; the lists are written once.

        Raises `UploadError` for the first that is not kept, once those before it are.
        """
        with self._alone():
            before = self._read(self._list_of(token)) or {}
            others = {name: files for name, files in before.items() if name != kind.name}
            elsewhere = [file for files in others.values() for file in files]
            mine = {file.sha256: file for file in before.get(kind.name, [])}
            replaced = set[str]() if kind.many else {*mine}
            mine, kept, used = mine if kind.many else {}, [], self.used()
            try:
                for name, data in given:
                    hashed, size = sha256(data).hexdigest(), len(data)
                    mine.pop(hashed, None)  # comes again, last of all
                    self._judge(kind, name, size, [*elsewhere, *mine.values()], used)
                    kept.append(Upload(name, hashed, size, self._write(hashed, data)))
                    mine[hashed] = _Listed(name, hashed, size)
                    used += size
            finally:
                if kept:
                    self._list(token, others | {kind.name: [*mine.values()]})
                    self._forget(replaced - {*mine})
        return kept

    def remove(self, token: str, kind: Kind, *hashes: str) -> None:
        """Forget files of a tab; their content too, unless another list names it."""
        with self._alone():
            listed = self._read(self._list_of(token)) or {}
            of_kind = listed.get(kind.name, [])
            gone = {*hashes}
            left = [file for file in of_kind if file.sha256 not in gone]
            self._list(token, listed | {kind.name: left})
            self._forget(hashes)

    def see(self, token: str) -> None:
        """Note that a tab is there."""
        with suppress(FileNotFoundError):
            os.utime(self._list_of(token))

    def sweep(self, there: Iterable[str] = ()) -> None:
        """Forget the tabs that were not seen for long, and content that no list names.

        `there` are the tokens of tabs that are open now.
        """
        with self._alone():
            for token in there:
                self.see(token)
            for tab in _older(self._tabs, KEPT):
                tab.unlink(missing_ok=True)
                self._read_before.pop(tab, None)
            self._forget(path.name for path in _older(self._files, _NEW))

    def used(self) -> int:
        """Bytes of all files."""
        return sum(size for _, size, _ in _entries(self._files))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No other thread changes the folder meanwhile, nor another server."""
        with self._lock, self._among_servers:
            yield

    def _stamp(self, path: Path) -> tuple[int, ...]:
        """What is another when a list or the folder of files is; nothing where there is no list."""
        try:
            listed, files = path.stat(), self._files.stat()
        except OSError:
            return ()
        return listed.st_ino, listed.st_mtime_ns, files.st_mtime_ns

    def _judge(
        self, kind: Kind, name: str, size: int, others: list[_Listed], everybodys: int
    ) -> None:
        """Raise `UploadError` where there is no room for one more file beside a tab's others."""
        used = sum(file.size for file in others)
        said = {"name": name, "size": _mb(size), "used": _mb(used)}
        if size > kind.most:
            raise UploadError(tr(_LARGE, most=_mb(kind.most), **said))
        if len(others) >= _MOST:
            raise UploadError(tr(_MANY, name=name, most=_MOST))
        if used + size > self._bounds.tab:
            large = max(others, key=lambda file: file.size, default=None)
            which = large.name if large else name
            raise UploadError(tr(_FULL, most=_mb(self._bounds.tab), large=which, **said))
        if everybodys + size > self._bounds.all:
            raise UploadError(tr(_ALL, most=_mb(self._bounds.all), **said))
        if shutil.disk_usage(self._files).free - size < _SPARE:
            raise UploadError(tr(_DISK, **said))

    def _there(self, files: list[_Listed]) -> Iterator[Upload]:
        for file in files:
            path = self._files / file.sha256
            if path.is_file():
                yield Upload(file.name, file.sha256, file.size, path)

    def _list_of(self, token: str) -> Path:
        return self._tabs / sha256(token.encode("utf-8", "replace")).hexdigest()

    def _read(self, path: Path) -> _List | None:
        try:
            return msgspec.json.decode(path.read_bytes(), type=_List)
        except (OSError, msgspec.DecodeError):
            return None

    def _list(self, token: str, listed: _List) -> None:
        put(self._list_of(token), msgspec.json.encode(listed))

    def _write(self, hashed: str, data: bytes) -> Path:
        path = self._files / hashed
        try:
            os.utime(path)  # so that it is new to whoever sweeps
        except FileNotFoundError:
            put(path, data)
        return path

    def _named(self) -> set[str]:
        """The content that any list names."""
        lists = (self._read(path) or {} for path, *_ in _entries(self._tabs))
        return {file.sha256 for listed in lists for files in listed.values() for file in files}

    def _forget(self, hashes: Iterable[str]) -> None:
        """Remove content that no list names any more."""
        for hashed in set(hashes) - self._named():
            (self._files / hashed).unlink(missing_ok=True)


_LARGE = mark("{name} has {size}; a file here can have {most}.")
_FULL = mark(
    "{name} has {size}, and you gave {used} of the {most} that this server keeps of one visitor's "
    "files. Remove {large}, or others."
)
_MANY = mark(
    "{name} is not kept: you gave {most:,} files, and this server keeps no more of one visitor. "
    "Remove some."
)
_ALL = mark(
    "{name} has {size}, and this server keeps no more than {most} of all visitors' files, which "
    "are nearly reached. Remove some of yours, or try again later."
)
_DISK = mark(
    "{name} has {size}, and the server's disk is nearly full. Remove some of your files, or tell "
    "whoever runs the server."
)


def usual_folder() -> Path:
    """The user's own, under the system's folder for what is temporary."""
    user = os.getuid() if hasattr(os, "getuid") else getuser()  # who may have no name
    return Path(gettempdir()) / f"resnet-explorer-{user}"


def _private(folder: Path) -> None:
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


def _entries(folder: Path) -> Iterator[tuple[Path, int, float]]:
    """Every file of a folder, its size, and when it was last written or touched."""
    with os.scandir(folder) as entries:
        for entry in entries:
            with suppress(FileNotFoundError):
                found = entry.stat()
                yield Path(entry.path), found.st_size, found.st_mtime


def _older(folder: Path, seconds: float) -> list[Path]:
    before = time.time() - seconds
    return [path for path, _, seen in _entries(folder) if seen < before]


def _mb(size: int) -> str:
    return f"{size / _MB:,.1f} MB" if size < 10 * _MB else f"{size / _MB:,.0f} MB"
