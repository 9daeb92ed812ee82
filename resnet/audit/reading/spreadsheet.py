"""Rows of an audit for other programs: as CSV, or in a zip with the maps and their pictures.

Words that a spreadsheet would take for a formula, as a file's name may be, have an apostrophe
before them.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO, StringIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import numpy as np
from numpy.typing import NDArray

from resnet.audit.findings.confusion import Confusion
from resnet.audit.running.measures import Columns
from resnet.text.file_names import shown_name

_FORMULAS = ("=", "+", "-", "@", "\t", "\r")  # what they begin with
_CLASSES = ("truth", "predicted")


def rows_csv(paths: Sequence[str], columns: Columns, labels: Sequence[str]) -> bytes:
    """A line for each image: its path, its classes in words, and every column of one number.

    Numbers have nine digits, which give a float32 back; what is not known is empty.
    """
    single = {name: values for name, values in columns.items() if values.ndim == 1}
    words = {f"{name}_label": _words(single[name], labels) for name in _CLASSES}
    cells = [map(_plain, paths), *words.values(), *map(_numbers, single.values())]
    return _csv(["path", *words, *single], zip(*cells, strict=True))


def confusion_csv(found: Confusion, labels: Sequence[str]) -> bytes:
    """A line for each pair of truth and prediction that occurs, with its count."""
    words = [*map(_plain, labels)]
    pairs = ((t, words[t], p, words[p], n) for t, p, n in found.pairs)
    return _csv(["truth", "truth_label", "predicted", "predicted_label", "count"], pairs)


def rows_zip(
    paths: Sequence[str],
    columns: Columns,
    labels: Sequence[str],
    found: Confusion,
    maps: NDArray[np.float32],
    picture: Callable[[int], bytes],
) -> bytes:
    """`rows.csv`, `confusion.csv`, `maps.npy` (N, h, w), and a JPEG of each image by `picture`."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        archive.writestr("rows.csv", rows_csv(paths, columns, labels))
        archive.writestr("confusion.csv", confusion_csv(found, labels))
        with archive.open("maps.npy", "w") as file:
            np.lib.format.write_array(file, maps)
        for i, path in enumerate(paths):
            name = shown_name(path).rpartition(".")[0] or shown_name(path)
            archive.writestr(f"overlays/{i:05d} {name}.jpg", picture(i), ZIP_STORED)
    return buffer.getvalue()


def _words(indices: NDArray[np.integer], labels: Sequence[str]) -> list[str]:
    return [_plain(labels[i]) if i >= 0 else "" for i in indices.tolist()]


def _plain(words: str) -> str:
    """Words that no spreadsheet reckons."""
    return f"'{words}" if words.startswith(_FORMULAS) else words


def _numbers(values: NDArray[np.generic]) -> Iterator[str]:
    if values.dtype.kind == "i":
        return ("" if value < 0 else str(value) for value in values.tolist())
    return ("" if np.isnan(value) else f"{value:.9g}" for value in values.tolist())


def _csv(head: Sequence[str], lines: Iterator[Sequence[object]]) -> bytes:
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows(lines)
    return text.getvalue().encode()
