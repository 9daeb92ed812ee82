"""What an audit is of: a model, its settings and a list of images, as they stand on the disk.

A plan is made once and followed ever after: whoever goes on with an audit reads its list, and is
refused where the model, a setting or the list would be another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Any, NamedTuple, TypeVar, overload

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from resnet.audit.images.errors import AuditError
from resnet.audit.images.source import Listed
from resnet.audit.running.rows import parquet
from resnet.pictures.transform import Transform
from resnet.text.language import mark, tr

FORMAT = "resnet-explorer audit 1"
_Value = TypeVar("_Value")
MANIFEST, IMAGES = "manifest.json", "images.parquet"


class Settings(msgspec.Struct, frozen=True):
    """How images are asked: rows depend on each of these.

    `truth` says where truths are from: "folder", "name", a CSV's SHA-256, or nothing; `inside` is
    the SHA-256 of what says where objects are. `batch` images are asked at once, and a file on the
    disk holds the rows of `part`. Thumbnails and overlays are so many pixels wide, if there are
    `pictures`.
    """

    precision: str = "fp32"
    k: int = 5
    batch: int = 8
    part: int = 256
    truth: str = ""
    inside: str = ""
    pictures: bool = True
    thumbnail: int = 96
    overlay: int = 128


class Model(msgspec.Struct, frozen=True):
    """Which model answers, as a manifest of evidence says it; `cells` is the map's height, width.

    `asked` is the name or file that it was asked for by.
    """

    asked: str
    title: str
    sha256: str
    source: str
    spec: str
    builder: str
    part: str
    family: str
    labels: tuple[str, ...]
    transform: Transform
    layer: str
    cells: tuple[int, ...]
    placement: str
    complete: bool
    assumed: tuple[dict[str, Any], ...] = ()


class Manifest(msgspec.Struct, frozen=True):
    """All that an audit's rows depend on, and what made them."""

    format: str
    model: Model
    settings: Settings
    images: int
    images_sha256: str
    source: str
    device: str
    versions: Mapping[str, str]
    begun: str

    def to_json(self) -> bytes:
        """As it stands on the disk."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1)

    @classmethod
    def of(cls, data: bytes) -> Manifest:
        """From untrusted bytes. Raises `AuditError`."""
        try:
            manifest = msgspec.json.decode(data, type=cls)
        except (msgspec.DecodeError, ValueError, RecursionError):
            raise AuditError(
                tr("The manifest is none of an audit; begin it anew elsewhere.")
            ) from None
        if manifest.format != FORMAT:
            raise AuditError(tr("The manifest's format is not “{format}”.", format=FORMAT))
        return manifest

    def _same(self) -> dict[str, Any]:
        """What all rows of an audit have in common; a file of weights may be moved or renamed."""
        model = msgspec.structs.replace(self.model, asked="", title="")
        return {
            "model": msgspec.structs.replace(model, source="") if model.sha256 else model,
            "settings": self.settings,
            "images": self.images_sha256,
            "computed by": (self.device.partition(":")[0], self.versions.get("torch", "")),
        }

    def check_same(self, other: Manifest) -> None:
        """Raise `AuditError`, naming what differs, where other rows would be mixed in."""
        for name, mine in self._same().items():
            others = other._same()[name]
            if mine != others:
                raise AuditError(
                    tr(
                        "This folder holds an audit with another {what}. Name another folder, or "
                        "ask for it as it was begun.",
                        what=_differing(name, mine, others),
                    )
                )


class Part(NamedTuple):
    """Images that are written at once: those of these numbers, `stop` not among them."""

    number: int
    start: int
    stop: int


class Column(Sequence[_Value]):
    """A list as Arrow holds it, without an object for each of what may be a million values."""

    def __init__(self, values: pa.ChunkedArray):
        self._values = values

    def __len__(self) -> int:
        return len(self._values)

    def __iter__(self) -> Iterator[_Value]:
        return iter(self._values.to_pylist())

    @overload
    def __getitem__(self, at: int) -> _Value: ...
    @overload
    def __getitem__(self, at: slice) -> list[_Value]: ...
    def __getitem__(self, at: int | slice) -> _Value | list[_Value]:
        found = self._values[at]
        return found.to_pylist() if isinstance(at, slice) else found.as_py()


@dataclass(frozen=True)
class Plan:
    """A manifest, and its list: the path and the true class (-1 for none) of every image."""

    manifest: Manifest
    paths: Sequence[str]
    truths: Sequence[int]

    @property
    def settings(self) -> Settings:
        """The manifest's."""
        return self.manifest.settings

    @property
    def parts(self) -> list[Part]:
        """All images, in order."""
        size, total = self.settings.part, len(self.paths)
        starts = range(0, total, size)
        return [Part(n, start, min(start + size, total)) for n, start in enumerate(starts)]

    def listed(self) -> bytes:
        """The list as Parquet."""
        return parquet(_table(self.paths, self.truths))

    @classmethod
    def of(cls, manifest: bytes, images: bytes) -> Plan:
        """As it was written. Raises `AuditError`."""
        try:
            table = pq.read_table(BytesIO(images), columns=["path", "truth"])
            paths, truths = table["path"], table["truth"].fill_null(-1)
        except (pa.ArrowException, KeyError, ValueError, OSError):
            raise AuditError(tr("The list of the audit's images cannot be read.")) from None
        return cls(Manifest.of(manifest), Column(paths), Column(truths))


def list_sha256(listed: Sequence[Listed], truths: Sequence[int]) -> str:
    """What tells one list from another: paths, sizes and truths."""
    lines = [
        f"{one.path}\t{one.bytes}\t{truth}\n" for one, truth in zip(listed, truths, strict=True)
    ]
    return sha256("".join(lines).encode()).hexdigest()


def _table(paths: Sequence[str], truths: Sequence[int]) -> pa.Table:
    known = pa.array([None if one < 0 else one for one in truths], pa.int32())
    return pa.table(
        {"number": pa.array(range(len(paths)), pa.int32()), "path": paths, "truth": known}
    )


def _differing(name: str, mine: Any, others: Any) -> str:
    """What differs, in words."""
    if name == "images":
        return tr("list of images, or of truths")
    if name == "computed by":
        return tr("device or version of PyTorch")
    one, other = (msgspec.to_builtins(each) for each in (mine, others))
    fields = ", ".join(key for key in one if one[key] != other[key])
    words = {"model": mark("model ({fields})"), "settings": mark("setting ({fields})")}
    return tr(words[name], fields=fields)
