"""Audits below a folder, opened to be read: finished ones, and one that is being written.

Rows are held without their large columns; those, and pictures, are read when they are asked for.
Nothing outside of the folder is opened, whatever a name or a link says.
"""

from __future__ import annotations

import os
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from resnet.audit.images.errors import AuditError
from resnet.audit.running.plan import MANIFEST, Plan
from resnet.audit.running.rows import SCHEMA
from resnet.audit.running.store import PICTURES, Store
from resnet.text.file_names import shown_words
from resnet.text.language import tr

DEPTH = 3  # folders below the root, of which the last is an audit's
_LONGEST = 255  # bytes of a name that a file system takes
_LONGEST_PATH = 4000  # bytes of a path, with room for what an audit has below it


class Picture(NamedTuple):
    """An image's thumbnail and its map over it, WebP."""

    thumbnail: bytes
    overlay: bytes


@dataclass(frozen=True)
class Root:
    """A folder below which audits are, and the images that they are of."""

    folder: Path

    def names(self) -> list[str]:
        """The audits by their folders' names below the root, in order; no link is followed."""
        found = (path.relative_to(self.folder).as_posix() for path in _audits(self.folder, DEPTH))
        return sorted(filter(str.isprintable, found))  # others are no Unicode, which a page must be

    def holds(self, path: str) -> bool:
        """Whether a path of this machine, links followed, lies below the root."""
        return Path(path).resolve().is_relative_to(self.folder.resolve())

    def named(self, words: str) -> str:
        """Words in which the root goes by its own name alone: where it lies is nobody's matter."""
        for each in {str(self.folder), str(self.folder.resolve())}:
            words = words.replace(f"{each}{os.sep}", "").replace(each, self.folder.name)
        return words

    def within(self, name: str) -> Path:
        """A path below the root. Raises `AuditError` for one that leads out of it."""
        root = self.folder.resolve()
        try:
            path = (root / name).resolve()
            longest = max(len(os.fsencode(part)) for part in path.parts)
            too_long = longest > _LONGEST or len(os.fsencode(path)) > _LONGEST_PATH
        except (OSError, ValueError):
            path, too_long = root, False
        if too_long:
            raise AuditError(
                tr("No folder has a name as long as “{name}”.", name=shown_words(name))
            )
        if not path.is_relative_to(root) or path == root:
            raise AuditError(
                tr("“{name}” does not lie in the folder of audits.", name=shown_words(name))
            )
        return path

    def new(self, name: str) -> Path:
        """Where an audit of this name would be, and be found again. Raises `AuditError`."""
        path, root = self.within(name), self.folder.resolve()
        above = [each for each in path.parents if each.is_relative_to(root)]
        if len(above) > DEPTH:
            raise AuditError(
                tr(
                    "“{name}” lies too deep: at most {most} folders below each other are looked "
                    "through.",
                    name=shown_words(name),
                    most=DEPTH,
                )
            )
        if any(each.joinpath(MANIFEST).is_file() for each in above):
            raise AuditError(tr("“{name}” lies within an audit.", name=shown_words(name)))
        return path

    def store(self, name: str) -> Store:
        """Where an audit of this name is, or would be written. Raises `AuditError`."""
        return Store(str(self.within(name)))


def _audits(folder: Path, depth: int) -> Iterator[Path]:
    """Folders below one that hold an audit; what an audit holds is not looked through."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                continue
            if Path(entry, MANIFEST).is_file():
                yield Path(entry)
            elif depth > 1:
                yield from _audits(Path(entry), depth - 1)


@dataclass(frozen=True)
class Opened:
    """What an audit had when it was opened: its plan, and the rows of the parts that were done.

    Parts may be done in any order, and more of them meanwhile: whatever is read later is of
    `parts` alone, the numbers of those that `rows` are of. Another audit may be begun in its
    folder, so that it is known by when it `began`.
    """

    store: Store
    plan: Plan
    rows: pa.Table
    parts: tuple[int, ...]
    began: int

    @classmethod
    def at(cls, store: Store, parts: Sequence[int] | None = None) -> Opened:
        """Read an audit, or these of its parts.

        Raises `AuditError` where there is none, or it cannot be read.

        The message has the last part of its folder's path alone: where a server keeps it is
        nobody's matter.
        """
        with _readable(store):
            began, plan = store.began, store.plan()
            parts = tuple(sorted(store.done()) if parts is None else parts)
            rows = store.rows(parts=parts)
        if plan is None:
            raise AuditError(tr("“{name}” is no audit.", name=shown_words(store.name)))
        return cls(store, plan, rows, parts, began)

    @property
    def told_apart_by(self) -> Hashable:
        """What is read of it depends on."""
        return self.store.url, self.began, self.parts

    @property
    def labels(self) -> Sequence[str]:
        """The model's classes."""
        return self.plan.manifest.model.labels

    @cached_property
    def truths(self) -> NDArray[np.int64]:
        """The true class of each row (N,), -1 where it is not known."""
        return self._indices("truth")

    @cached_property
    def predicted(self) -> NDArray[np.int64]:
        """The class that each was taken for (N,), -1 where there is no answer."""
        return self._indices("predicted")

    def numbers(self, name: str) -> NDArray[np.float64]:
        """A column of numbers (N,), NaN where it is null."""
        return np.asarray(self.rows[name].cast(pa.float64()).to_numpy(), dtype=np.float64)

    def place(self, number: int) -> int | None:
        """The row of an image; None where it is not done."""
        place: int = pc.index(self.rows["number"], pa.scalar(number, pa.int32())).as_py()
        return place if place >= 0 else None

    def each(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        """Some columns of its rows, part by part, read from the disk. Raises `AuditError`."""
        with _readable(self.store):
            yield from self.store.each(columns, self.parts)

    def large(self, name: str, places: NDArray[np.int64] | None = None) -> NDArray[np.floating]:
        """A column of many numbers, "embedding" or "map", of all or these rows (N, n).

        It is read from the disk part by part, as fine as it was written; NaN for null. A model of a
        family that has none of it has (N, 0). Raises `AuditError`.
        """
        wanted = np.arange(len(self.rows)) if places is None else places
        order = np.argsort(wanted, kind="stable")
        ranked = wanted[order]
        found = np.empty((len(wanted), 0), SCHEMA.field(name).type.value_type.to_pandas_dtype())
        first = 0
        for part in self.each([name]):
            low, high = np.searchsorted(ranked, (first, first + len(part)))
            some = part[name].take(pa.array(ranked[low:high] - first)).combine_chunks()
            at = order[low:high][some.is_valid().to_numpy(zero_copy_only=False)]
            first += len(part)
            if len(at):
                values = some.flatten().to_numpy(zero_copy_only=False).reshape(len(at), -1)
                if found.shape[1] != values.shape[1]:
                    found = np.full((len(wanted), values.shape[1]), np.nan, found.dtype)
                found[at] = values
        return found

    def pictures(self, numbers: Sequence[int]) -> dict[int, Picture]:
        """Of these images, by number; those that have none are left out. Raises `AuditError`."""
        size = self.plan.settings.part
        rows = [
            row
            for part in sorted({number // size for number in numbers})
            for row in self._pictures(part).filter(pc.field("number").isin(numbers)).to_pylist()
        ]
        return {
            row["number"]: Picture(row["thumbnail"], row["overlay"])
            for row in rows
            if row["thumbnail"]
        }

    def _pictures(self, part: int) -> pa.Table:
        path = Path(self.store.url) / PICTURES / f"{part:05}.parquet"
        none = pa.table({"number": pa.array([], "int32")})
        with _readable(self.store):
            return pq.read_table(path) if path.is_file() else none

    def _indices(self, name: str) -> NDArray[Any]:
        return np.asarray(self.rows[name].fill_null(-1).to_numpy(), dtype=np.int64)


@contextmanager
def _readable(store: Store) -> Iterator[None]:
    """Raises `AuditError` for a file that cannot be read."""
    try:
        yield
    except (pa.ArrowException, OSError, KeyError):
        raise AuditError(
            tr(
                "“{name}” cannot be read: a file of it is damaged, or of another kind.",
                name=shown_words(store.name),
            )
        ) from None
