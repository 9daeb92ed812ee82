"""What no case may go beyond: time, memory, its own folder, and its own process."""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path
from typing import Any

SECONDS = 15
GROWTH = 10**9  # bytes of resident memory; a picture of 40 megapixels takes 0.7e9 honestly
_ROOM = 3 * GROWTH  # of address space: beyond, there is no more memory
_CHANGES = {
    "os.chmod",
    "os.chown",
    "os.link",
    "os.mkdir",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.symlink",
    "os.truncate",
    "os.utime",
}
_LEAVES = {
    "os.exec",
    "os.fork",
    "os.forkpty",
    "os.kill",
    "os.posix_spawn",
    "os.system",
    "socket.connect",
    "subprocess.Popen",
    "ctypes.dlopen",
}
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Escaped(BaseException):
    """Something that a stranger's file made happen outside: no `except Exception` hides it."""


def shut_in(folder: Path) -> None:
    """From now on this process writes into the folder alone, and starts and calls nobody."""

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _LEAVES:
            raise Escaped(f"{event}{arguments!r:.200}")
        if (event == "open" and arguments[2] & _WRITES) or event in _CHANGES:
            for path in arguments[: 2 if event == "os.rename" else 1]:
                _check(event, path, folder)

    sys.addaudithook(watch)


def _check(event: str, path: Any, folder: Path) -> None:
    if isinstance(path, int) or os.fsdecode(path) == os.devnull:
        return
    if not Path(os.path.abspath(os.fsdecode(path))).is_relative_to(folder):
        raise Escaped(f"{event} {path!r:.200}")


def bound_memory() -> None:
    """Leave this process `_ROOM` beyond what it has."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + _ROOM
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def peak() -> int:
    """Bytes of resident memory that this program had at most.

    Not `ru_maxrss`: a process inherits that of whoever started it.
    """
    status = Path("/proc/self/status").read_text()
    return 1024 * int(status.partition("VmHWM:")[2].split()[0])
