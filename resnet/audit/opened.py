"""Audits below a folder, opened to be read: finished ones, and one that is being written.

Rows are held without their large columns; those, and pictures, are read when they are asked for.
Nothing outside of the folder is opened, whatever a name or a link says.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from resnet.audit.errors import AuditError
from resnet.audit.plan import MANIFEST, Plan
from resnet.audit.store import PICTURES, Store
from resnet.text.file_names import shown_words
from resnet.text.language import tr

_DEPTH = 3  # folders below the root, of which the last is an audit's


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
        found = (path.relative_to(self.folder).as_posix() for path in _audits(self.folder, _DEPTH))
        return sorted(found)

    def holds(self, path: str) -> bool:
        """Whether a path of this machine, links followed, lies below the root."""
        return Path(path).resolve().is_relative_to(self.folder.resolve())

    def within(self, name: str) -> Path:
        """A path below the root. Raises `AuditError` for one that leads out of it."""
        root = self.folder.resolve()
        try:
            path = (root / name).resolve()
        except (OSError, ValueError):
            path = root
        if not path.is_relative_to(root) or path == root:
            raise AuditError(
                tr("“{name}” does not lie in the folder of audits.", name=shown_words(name))
            )
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
    `parts` alone, the numbers of those that `rows` are of.
    """

    store: Store
    plan: Plan
    rows: pa.Table
    parts: tuple[int, ...]

    @classmethod
    def at(cls, store: Store, parts: Sequence[int] | None = None) -> Opened:
        """Read an audit, or these of its parts.

        Raises `AuditError` where there is none, or it cannot be read.

        The message has the last part of its folder's path alone: where a server keeps it is
        nobody's matter.
        """
        name = shown_words(store.url.rstrip("/").rpartition("/")[2])
        try:
            plan = store.plan()
            parts = tuple(sorted(store.done()) if parts is None else parts)
            rows = store.rows(parts=parts)
        except (pa.ArrowException, OSError, KeyError):
            raise AuditError(
                tr(
                    "“{name}” cannot be read: a file of it is damaged, or of another kind.",
                    name=name,
                )
            ) from None
        if plan is None:
            raise AuditError(tr("“{name}” is no audit.", name=name))
        return cls(store, plan, rows, parts)

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
        """Some columns of its rows, part by part, read from the disk."""
        return self.store.each(columns, self.parts)

    def large(self, name: str) -> NDArray[np.float32]:
        """A column of many numbers (N, n), "embedding" or "map", read from the disk; NaN for null.

        A model of a family that has none of it has (N, 0).
        """
        column = self.store.rows([name], self.parts)[name].combine_chunks()
        valid = np.asarray(pc.is_valid(column).to_numpy(zero_copy_only=False))
        flat = np.asarray(column.flatten().to_numpy(zero_copy_only=False), dtype=np.float32)
        values = flat.reshape(int(valid.sum()), -1) if valid.any() else np.empty((0, 0), np.float32)
        found = np.full((len(valid), values.shape[1]), np.nan, dtype=np.float32)
        found[valid] = values
        return found

    def pictures(self, numbers: Sequence[int]) -> dict[int, Picture]:
        """Of these images, by number; those that have none are left out."""
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
        return (
            pq.read_table(path) if path.is_file() else pa.table({"number": pa.array([], "int32")})
        )

    def _indices(self, name: str) -> NDArray[Any]:
        return np.asarray(self.rows[name].fill_null(-1).to_numpy(), dtype=np.int64)
