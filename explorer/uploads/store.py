"""The folder of uploads: every file once, by its SHA-256, and for each tab a list of its own.

A tab is known by a token, a secret of its browser; its list bears the token's hash as its name, so
that the folder gives no token away. A list was last seen when it was last written. Servers of one
user share the folder: one at a time changes it, files come by renaming, and what is listed or new
is left alone.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import RLock
from time import time_ns
from typing import Annotated, NamedTuple

import msgspec
from filelock import FileLock

from explorer.uploads.bounds import Bounds, Kind
from explorer.uploads.folders import entries, make_private, older, put, room
from resnet.evidence.session_file import SHORT
from resnet.text.file_names import shown_name

KEPT = 30 * 60  # seconds that what a tab gave outlives it
_LINK = re.compile(rf"(.{{1,200}})~([0-9a-f]{{{SHORT}}})", re.DOTALL)
_NEW = 120  # seconds in which a file without a list may still be about to be listed
_SETTLED = 50_000_000  # nanoseconds after which a folder's time tells a change from the one before
_Hash = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]


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
            make_private(each)

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
            other_kinds = {name: files for name, files in before.items() if name != kind.name}
            elsewhere = [file for files in other_kinds.values() for file in files]
            mine = {file.sha256: file for file in before.get(kind.name, [])}
            replaced = set[str]() if kind.many else {*mine}
            mine, kept, used = mine if kind.many else {}, [], self.used()
            try:
                for name, data in given:
                    file = _Listed(name, sha256(data).hexdigest(), len(data))
                    mine.pop(file.sha256, None)  # comes again, last of all
                    others = [*elsewhere, *mine.values()]
                    path = self._files / file.sha256
                    more = 0 if path.is_file() else file.size
                    self._bounds.judge(kind, file, others, more, used, room(self._files))
                    self._write(path, data)
                    kept.append(Upload(name, file.sha256, file.size, path))
                    mine[file.sha256] = file
                    used += more
            finally:
                if kept:
                    self._list(token, other_kinds | {kind.name: [*mine.values()]})
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
            for tab in older(self._tabs, KEPT):
                tab.unlink(missing_ok=True)
                self._read_before.pop(tab, None)
            self._forget(path.name for path in older(self._files, _NEW))

    def used(self) -> int:
        """Bytes of all files."""
        return sum(size for _, size, _ in entries(self._files))

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

    def _write(self, path: Path, data: bytes) -> None:
        try:
            os.utime(path)  # so that it is new to whoever sweeps
        except FileNotFoundError:
            put(path, data)

    def _named(self) -> set[str]:
        """The content that any list names."""
        lists = (self._read(path) or {} for path, *_ in entries(self._tabs))
        return {file.sha256 for listed in lists for files in listed.values() for file in files}

    def _forget(self, hashes: Iterable[str]) -> None:
        """Remove content that no list names any more."""
        if gone := set(hashes):
            for hashed in gone - self._named():
                (self._files / hashed).unlink(missing_ok=True)
