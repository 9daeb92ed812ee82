"""One file over http(s) as a generator of progress that always ends: whole and verified, or not.

A thread does the waiting, since neither DNS nor TLS can be interrupted; what it waits for is
bounded by the generator's patience.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections import deque
from collections.abc import Generator, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from resnet.fetch.one_writer import Busy, writing, written
from resnet.text.language import mark, tr

PATIENCE = 15.0  # seconds
LEAST = 16_000  # bytes that have to come in every `PATIENCE` seconds
SPARE = 500_000_000  # bytes that a download leaves free on the disk
_CHUNK = 1 << 16
_LOOKS = 0.2  # seconds between two looks at what somebody else is fetching
_INSTEAD = mark("the bundled models work")
_HASHES = {"sha256": "SHA-256", "md5": "MD5"}


class DownloadError(OSError):
    """A download that failed: what, and what works without it; a note has where it would be.

    `path` is the file that would be there, where it is known.
    """

    path: Path | None = None


@dataclass(frozen=True)
class Received:
    """Bytes received so far, and in all where the server says so."""

    done: int
    total: int | None


class _Chunk(NamedTuple):
    """Bytes of the file, and the seconds that the network has been waited for until then."""

    data: bytes
    waited: float
    total: int | None


def download(
    url: str,
    path: Path,
    prefix: str,
    *,
    hashed: str = "sha256",
    instead: str = _INSTEAD,
    patience: float = PATIENCE,
) -> Iterator[Received]:
    """Fetch `url` into `path`, which appears only when it is whole and its hash begins so.

    `hashed` is "sha256" or "md5", `instead` what an error says that works without a network.
    The last value comes when the file is in place. Where somebody else is fetching the same, they
    are waited for, and their progress is told. Raises `DownloadError` if nothing arrives for
    `patience` seconds or less than `LEAST` bytes do, if the file is cut off or another, if it
    cannot be written or would leave less than `SPARE` bytes of the disk. Nothing is left behind
    then, nor when the generator is closed; what one left that was killed goes with the next.
    """
    try:
        yield from _download(url, path, prefix, hashed, patience)
    except (OSError, HTTPException, ValueError) as error:
        said = tr(
            "{reason} The address was {url}. Without a network, {instead}.",
            reason=_reason(error),
            url=url,
            instead=tr(instead),
        )
        failed = DownloadError(said)
        failed.path = path
        failed.add_note(
            tr(
                "Got in another way, it goes here: copy {file} into the folder {folder}.",
                file=path.name,
                folder=path.parent,
            )
        )
        raise failed from None


def _download(
    url: str, path: Path, prefix: str, hashed: str, patience: float
) -> Iterator[Received]:
    path.parent.mkdir(parents=True, exist_ok=True)
    others = _Others(path, patience)
    while True:
        try:
            with writing(path) as part:
                if not (others.seen and _is(path, prefix, hashed)):
                    yield from _into(part, url, prefix, hashed, patience)
                    os.replace(part, path)
            break
        except Busy:
            yield others.progress()
            time.sleep(_LOOKS)
    size = path.stat().st_size
    yield Received(size, size)


def _into(part: Path, url: str, prefix: str, hashed: str, patience: float) -> Iterator[Received]:
    digest, done = hashlib.new(hashed, usedforsecurity=False), 0
    with part.open("xb") as file, closing(_chunks(url, patience)) as chunks:
        for chunk in chunks:
            _check_disk(part, max(chunk.total or 0, done + len(chunk.data)) - done)
            file.write(chunk.data)
            digest.update(chunk.data)
            done += len(chunk.data)
            if done != chunk.total:
                yield Received(done, chunk.total)
    _check_hash(digest.hexdigest(), prefix, _HASHES[hashed])


class _Others:
    """Who fetches the same file: what they have got, as long as they get something."""

    def __init__(self, path: Path, patience: float):
        self._path, self._patience = path, 2 * patience  # their own ends first
        self._size, self._since, self.seen = -1, 0.0, False

    def progress(self) -> Received:
        self.seen, size, now = True, written(self._path), time.monotonic()
        if size != self._size:
            self._size, self._since = size, now
        if now - self._since > self._patience:
            raise DownloadError(
                tr("Somebody else is fetching this file, and nothing of it arrives.")
            )
        return Received(size, None)


def _is(path: Path, prefix: str, hashed: str) -> bool:
    """Whether the file is there, and the right one."""
    with suppress(OSError), path.open("rb") as file:
        return hashlib.file_digest(file, hashed).hexdigest().startswith(prefix)
    return False


def _check_disk(part: Path, needed: int) -> None:
    free = shutil.disk_usage(part.parent).free
    if free < needed + SPARE:
        raise DownloadError(
            tr(
                "The disk is too full: {needed:,.0f} MB are to come, {free:,.0f} MB are free, and "
                "{spare:,.0f} MB stay free.",
                needed=needed / 1e6,
                free=free / 1e6,
                spare=SPARE / 1e6,
            )
        )


def _check_hash(digest: str, prefix: str, hashed: str) -> None:
    if not digest.startswith(prefix):
        raise DownloadError(
            tr(
                "Another file arrived: its {hashed} begins {found}, not {prefix}.",
                hashed=hashed,
                found=digest[: len(prefix)],
                prefix=prefix,
            )
        )


def _chunks(url: str, patience: float) -> Generator[_Chunk, None, None]:
    """The file's bytes as they arrive; the first is empty and comes with the headers."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise DownloadError(tr("Only http and https addresses can be downloaded."))
    queue: Queue[_Chunk | Exception | None] = Queue(maxsize=64)
    left = Event()
    Thread(target=_receive, args=(url, patience, queue, left), daemon=True).start()
    try:
        yield from _steady(_items(queue, patience), patience)
    finally:
        left.set()


def _items(queue: Queue[_Chunk | Exception | None], patience: float) -> Iterator[_Chunk]:
    done, total = 0, None
    while True:
        try:
            item = queue.get(timeout=patience)
        except Empty:
            raise DownloadError(
                tr("Nothing arrived for {patience:g} seconds.", patience=patience)
            ) from None
        if isinstance(item, Exception):
            raise item
        if item is None:
            break
        done, total = done + len(item.data), item.total
        yield item
    if total is not None and done != total:
        raise DownloadError(
            tr(
                "The connection closed early, after {done:,} of {total:,} bytes.",
                done=done,
                total=total,
            )
        )


def _steady(chunks: Iterator[_Chunk], patience: float) -> Iterator[_Chunk]:
    """The same chunks, as long as they do not drip."""
    recent: deque[_Chunk] = deque()
    for chunk in chunks:
        recent.append(chunk)
        while recent[0].waited < chunk.waited - patience:
            recent.popleft()
        if chunk.waited > patience and sum(len(c.data) for c in recent) < LEAST:
            raise DownloadError(
                tr(
                    "Too slow: under {least} kB came in {patience:g} seconds.",
                    least=LEAST // 1000,
                    patience=patience,
                )
            )
        yield chunk


def _receive(
    url: str, patience: float, queue: Queue[_Chunk | Exception | None], left: Event
) -> None:
    """In its thread: put the file's chunks, then None or what went wrong, until they have left."""
    end: Exception | None = None
    try:
        for chunk in _read(url, patience):
            if not _put(queue, chunk, left):
                return
    except Exception as error:  # whatever it is, the generator has to hear of it
        end = error
    _put(queue, end, left)


def _read(url: str, patience: float) -> Iterator[_Chunk]:
    waited, before = 0.0, time.monotonic()
    request = Request(url, headers={"User-Agent": "resnet-explorer"})
    with urlopen(request, timeout=2 * patience) as response:  # the generator gives up first
        length = response.headers.get("Content-Length")
        total = int(length) if length else None
        data = b""
        while True:
            waited += time.monotonic() - before
            yield _Chunk(data, waited, total)
            before = time.monotonic()  # the time that the reader took does not count
            data = response.read1(_CHUNK)
            if not data:
                return


def _put(
    queue: Queue[_Chunk | Exception | None], item: _Chunk | Exception | None, left: Event
) -> bool:
    """Whether the item was taken; a full queue is waited for until the reader has left."""
    while not left.is_set():
        with suppress(Full):
            queue.put(item, timeout=0.1)
            return True
    return False


def _reason(error: Exception) -> str:
    if isinstance(error, DownloadError):
        return str(error)
    if isinstance(error, HTTPError):
        error.close()
        return tr("The server answered {code} {reason}.", code=error.code, reason=error.reason)
    cause = error.reason if isinstance(error, URLError) else error
    said = getattr(cause, "strerror", None) or cause or type(cause).__name__  # no folders
    return tr("The download failed ({cause}).", cause=said)
