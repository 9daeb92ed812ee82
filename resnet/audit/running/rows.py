"""Rows of an audit as Arrow tables: one for each image, also for those that could not be read.

Beside what `resnet.audit.running.measures` has, a row tells which image it is: `number`, its place
in the audit's list; `path` below the folder; `bytes`, `sha256`; `width` and `height`; and `error`,
a sentence for a file that is no picture, whose other columns are null.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

if TYPE_CHECKING:
    from resnet.audit.running.measures import Columns  # whose module imports PyTorch


_F, _I = pa.float32(), pa.int32()
_MEASURES = {
    "top_classes": pa.list_(_I),
    "top_probabilities": pa.list_(_F),
    **dict.fromkeys(("predicted", "truth"), _I),
    **dict.fromkeys(
        ("logit", "probability", "margin", "entropy", "truth_logit", "loss", "border", "corners",
         "centre", "box", "map_x", "map_y", "half_area", "gap"), _F,
    ),
    "channels": pa.list_(_I),
    "contributions": pa.list_(_F),
    "embedding": pa.list_(pa.float16()),
    "map": pa.list_(_F),
}  # fmt: skip
_IMAGE = {
    "number": _I,
    "path": pa.string(),
    "bytes": pa.int64(),
    "sha256": pa.string(),
    "width": _I,
    "height": _I,
    "error": pa.string(),
}
SCHEMA = pa.schema(list((_IMAGE | _MEASURES).items()))
PICTURES = pa.schema([("number", _I), ("thumbnail", pa.binary()), ("overlay", pa.binary())])
LARGE = ("embedding", "map")  # columns that a table of rows does without


class Image(NamedTuple):
    """Which image a row is of: what `_IMAGE` has."""

    number: int
    path: str
    bytes: int | None = None
    sha256: str | None = None
    width: int | None = None
    height: int | None = None
    error: str | None = None


def measured(images: Sequence[Image], columns: Columns) -> pa.Table:
    """Rows of images that were measured."""
    arrays = {name: _array(columns[name], kind) for name, kind in _MEASURES.items()}
    return pa.table(_of(images) | arrays, schema=SCHEMA)


def failed(images: Sequence[Image]) -> pa.Table:
    """Rows of images that could not be read."""
    nulls = {name: pa.nulls(len(images), kind) for name, kind in _MEASURES.items()}
    return pa.table(_of(images) | nulls, schema=SCHEMA)


def in_order(tables: Iterable[pa.Table], schema: pa.Schema) -> pa.Table:
    """All of them, by number."""
    return pa.concat_tables([schema.empty_table(), *tables]).sort_by("number")


def parquet(table: pa.Table, compression: str = "zstd") -> bytes:
    """A table as a file."""
    out = pa.BufferOutputStream()
    pq.write_table(table, out, compression=compression)
    return bytes(out.getvalue())


def _of(images: Sequence[Image]) -> dict[str, pa.Array]:
    each = zip(*images, strict=True) if images else [()] * len(_IMAGE)
    return {
        name: pa.array(values, kind)
        for (name, kind), values in zip(_IMAGE.items(), each, strict=True)
    }


def _array(values: NDArray[Any], kind: pa.DataType) -> pa.Array:
    """Values (N,) with nulls for NaN and -1, or a list for each image of values (N, n)."""
    if values.ndim == 1:
        missing = values < 0 if kind == _I else np.isnan(values.astype(np.float32))
        return pa.array(values, kind, mask=missing)
    offsets = np.arange(len(values) + 1, dtype=np.int32) * values.shape[1]
    return pa.ListArray.from_arrays(offsets, pa.array(values.reshape(-1), kind.value_type))
