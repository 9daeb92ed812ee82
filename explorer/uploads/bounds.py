"""What is kept of one visitor's files and of everybody's, and what is said where it is too much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from resnet.text.language import mark, tr

_MB = 1 << 20
_MOST = 3000  # files of a tab


class UploadError(ValueError):
    """A file that is not kept: one line that says why and what to remove."""


class Sized(Protocol):
    """A file by its name and its bytes."""

    @property
    def name(self) -> str:
        """As it may be shown."""

    @property
    def size(self) -> int:
        """Bytes."""


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

    def judge(
        self,
        kind: Kind,
        file: Sized,
        others: Sequence[Sized],
        more: int,
        everybodys: int,
        room: int,
    ) -> None:
        """Raise `UploadError` where there is no room for one more file beside a tab's others.

        The folder would have so many bytes `more`: `everybodys` are there by now, and the disk has
        `room`.
        """
        size, used = file.size, sum(other.size for other in others)
        said = {"name": file.name, "size": _mb(size), "used": _mb(used)}
        if size > kind.most:
            raise UploadError(tr(_LARGE, most=_mb(kind.most), **said))
        if len(others) >= _MOST:
            raise UploadError(tr(_MANY, name=file.name, most=_MOST))
        if used + size > self.tab:
            large = max(others, key=lambda other: other.size, default=file)
            raise UploadError(tr(_FULL, most=_mb(self.tab), large=large.name, **said))
        if more and everybodys + more > self.all:
            raise UploadError(tr(_ALL, most=_mb(self.all), **said))
        if more > room:
            raise UploadError(tr(_DISK, **said))


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


def _mb(size: int) -> str:
    return f"{size / _MB:,.1f} MB" if size < 10 * _MB else f"{size / _MB:,.0f} MB"
