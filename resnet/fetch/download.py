"""One file over http(s) as a generator of progress that always ends: whole and verified, or not.

A thread does the waiting, since neither DNS nor TLS can be interrupted; what it waits for is
bounded by the generator's patience.
"""

from __future__ import annotations

import hashlib
import os
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
from uuid import uuid4

from resnet.text.language import mark, tr

PATIENCE = 15.0  # seconds
LEAST = 16_000  # bytes that have to come in every `PATIENCE` seconds
_CHUNK = 1 << 16
_INSTEAD = mark("the bundled model shapes_resnet20 works")
_HASHES = {"sha256": "SHA-256", "md5": "MD5"}


class DownloadError(OSError):
    """A download that failed: what, and what works without it; a note has where it would be."""


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
    The last value comes when the file is in place. Raises `DownloadError` if nothing arrives for
    `patience` seconds or less than `LEAST` bytes do, if the file is cut off or another, or if it
    cannot be written. Nothing is left behind then, nor when the generator is closed.
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
        failed.add_note(tr("The file would be cached as {path}.", path=path))
        raise failed from None


def _download(
    url: str, path: Path, prefix: str, hashed: str, patience: float
) -> Iterator[Received]:
    partial = path.with_name(f"{path.name}.{uuid4().hex[:8]}.part")
    digest, done = hashlib.new(hashed, usedforsecurity=False), 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("xb") as file, closing(_chunks(url, patience)) as chunks:
            for chunk in chunks:
                file.write(chunk.data)
                digest.update(chunk.data)
                done += len(chunk.data)
                if done != chunk.total:
                    yield Received(done, chunk.total)
        _check_hash(digest.hexdigest(), prefix, _HASHES[hashed])
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
    yield Received(done, done)


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
